// Which noise acts where. Plain values; a site that is not listed has none.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/base/names.h"

namespace dropscope {

// Example: every example of a batch has its own mask. Batch: one mask for the whole batch.
enum class MaskScope : std::uint8_t { Example, Batch };
template <> std::span<const char* const> enum_names<MaskScope>();

struct SitePlan {
  std::string site;                  // "input", "hidden1", ...: the network's name of the site
  std::string variant = "inverted";  // a variant's id
  double rate = 0.0;                 // P(an element is dropped), in [0, 1]. Never a keep rate.
  MaskScope scope = MaskScope::Example;
  std::map<std::string, double> params;  // the variant's further parameters; absent ones take their initial value
  bool operator==(const SitePlan&) const = default;
};

struct DropoutPlan {
  std::vector<SitePlan> sites;

  // Null where the site is not in the plan.
  const SitePlan* find(const std::string& site) const;
  // Adds the site with rate 0 where it is not in the plan.
  SitePlan& at(const std::string& site);
  bool operator==(const DropoutPlan&) const = default;
};

}  // namespace dropscope
