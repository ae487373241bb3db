// Which noise acts where. Plain values; a site that is not listed has none.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/names.h"

namespace dropscope {

// Example: every example of a batch has its own mask. Batch: one mask for the whole batch. Auto: as the variant
// was published (per example for most; per batch for DropConnect and stochastic depth).
enum class MaskScope : std::uint8_t { Auto, Example, Batch };
// How a rate p changes over T = schedule_ticks. Curriculum: p (1 - exp(-10 t/T)), Annealed: p exp(-10 t/T),
// Linear: p min(1, t/T). Sources: Morerio et al., arXiv:1703.06229; Ghiasi et al., arXiv:1810.12890.
enum class RateSchedule : std::uint8_t { Constant, Curriculum, Annealed, Linear };
// How a rate p changes over residual blocks l = 1 .. L. Linear: p l/L (Huang et al., arXiv:1603.09382).
// FromZero: p (l-1)/(L-1), the first block is never dropped (Larsson et al. and later practice).
enum class DepthSchedule : std::uint8_t { Same, Linear, FromZero };
template <>
std::span<const char* const> enum_names<MaskScope>();
template <>
std::span<const char* const> enum_names<RateSchedule>();
template <>
std::span<const char* const> enum_names<DepthSchedule>();

struct SitePlan {
  std::string site;                  // "input", "hidden1", ...: the network's name of the site
  std::string variant = "inverted";  // a variant's id
  double rate = 0.0;                 // P(an element is dropped), in [0, 1]. Never a keep rate.
  MaskScope scope = MaskScope::Auto;
  RateSchedule schedule = RateSchedule::Constant;
  std::int64_t schedule_ticks = 0;  // T of the schedule; 0 = the run's ticks
  DepthSchedule depth = DepthSchedule::Same;
  std::map<std::string, double> params;  // the variant's further parameters; absent ones take their initial value
  bool operator==(const SitePlan&) const = default;
};

// The rate in force at a tick, in block `block` of `blocks` (0 of 0 outside residual blocks), for a run that is
// meant to have `run_ticks`.
double scheduled_dropout(const SitePlan& plan, std::int64_t tick, std::int64_t run_ticks, int block, int blocks);

struct DropoutPlan {
  std::vector<SitePlan> sites;

  // Null where the site is not in the plan.
  const SitePlan* find(const std::string& site) const;
  // Adds the site with rate 0 where it is not in the plan.
  SitePlan& at(const std::string& site);
  bool operator==(const DropoutPlan&) const = default;
};

}  // namespace dropscope
