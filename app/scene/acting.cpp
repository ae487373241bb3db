#include "app/scene/acting.h"

#include <algorithm>

#include "core/dropout/registry.h"

namespace dropscope {

bool acts(const RunSpec& spec, const SiteName& site) {
  const SitePlan* plan = spec.dropout.find(site.name);
  const Variant* variant = plan ? find_variant(plan->variant) : nullptr;
  if (!variant || variant->rate_is == RateIs::Ignored) return false;
  return plan->rate > 0 || variant->rate_is == RateIs::Learned;
}

bool has_dropout(const RunSpec& spec) {
  const std::vector<SiteName> sites = site_names(spec.network);
  return std::any_of(sites.begin(), sites.end(), [&](const SiteName& site) { return acts(spec, site); });
}

}  // namespace dropscope
