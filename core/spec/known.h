// What the spec must know of the tables above it, so that a wrong id or parameter is refused where it is
// set. Declared here, defined beside each table (core/dropout/registry.cpp, core/data/known.cpp).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/spec/site.h"

namespace dropscope {

struct KnownParam {
  std::string id, label;
  double lo, hi, initial;
};

struct KnownVariant {
  std::string id;
  double max_rate;
  SiteKinds sites;
  std::vector<KnownParam> params;
};

const std::vector<KnownVariant>& known_variants();
const std::vector<std::string>& known_datasets();

}  // namespace dropscope
