#include "core/train/site_plans.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

// Variants that rank weights need those into the units of the site, a row for each unit.
bool has_weights_to_read(const Network<float>& network, int s) {
  const SiteInfo& site = network.sites()[std::size_t(s)];
  if (site.weights < 0) return false;
  const int rows = network.blocks()[std::size_t(site.weights)].outputs;
  for (const Dim& d : network.site_shape(s, 1))
    if (d.axis == Axis::Out || d.axis == Axis::Channel || d.axis == Axis::Unit) return d.extent == rows;
  return false;
}

NoisePlan plan_of(const SitePlan& asked, const RunSpec& spec, const Network<float>& network, int s, std::int64_t tick,
                  int rows) {
  const SiteInfo& site = network.sites()[std::size_t(s)];
  const std::string where = "dropout." + site.name + ".variant";
  NoisePlan plan;
  plan.variant = &variant_or_throw(asked.variant, where);
  if (!plan.variant->sites.has(site.kind))
    throw InputError(where, std::string("a variant for a site of kind ") + name_of(site.kind),
                     "'" + asked.variant + "'");
  if (plan.variant->reads == Reads::Weights && !has_weights_to_read(network, s))
    throw InputError(where, "a variant that needs no weights, since none lead straight into this site",
                     "'" + asked.variant + "'");
  plan.rate = scheduled_dropout(asked, tick, spec.ticks, site.block, network.depth());
  plan.tie = plan.variant->tie;
  if (asked.scope == MaskScope::Batch) plan.tie = plan.tie | AxisSet{Axis::Sample};
  if (asked.scope == MaskScope::Example) plan.tie = plan.tie.without(Axis::Sample);
  if (plan.variant->reads == Reads::PreActivation && plan.tie.has(Axis::Sample))
    throw InputError("dropout." + site.name + ".scope",
                     "example, since every example's own values decide what is dropped", "batch");
  // Masks of weights may outgrow all else. Under R-Drop those that examples share are written down for each all the
  // same.
  const bool of_weights = site.kind == SiteKind::Weight || site.kind == SiteKind::RecurrentWeight;
  if (of_weights && (spec.objective.r_drop > 0 || !plan.tie.has(Axis::Sample))) {
    const std::size_t each = network.site_shape(s, 1).tied(plan.tie).count();
    const int most = std::max(rows, kMaskedExamples);
    if (asked.rate > 0 && each > kMostGates / std::size_t(most))
      throw InputError("dropout." + site.name, "at most " + std::to_string(kMostGates) + " gates in a batch",
                       std::to_string(each) + " for each of " + std::to_string(most) + " examples");
  }
  for (const ParamSpec& param : plan.variant->params) {
    const auto it = asked.params.find(param.id);
    plan.params.push_back(it == asked.params.end() ? param.initial : it->second);
  }
  plan.moments = site.kind == SiteKind::Weight && spec.inference.weights != WeightInference::Mean;
  plan.samples = spec.inference.weights == WeightInference::Gaussian ? spec.inference.samples : 0;
  return plan;
}

}  // namespace

std::vector<NoisePlan> plans_of(const RunSpec& spec, const Network<float>& network, std::int64_t tick, int rows) {
  std::vector<NoisePlan> plans;
  for (std::size_t s = 0; s < network.sites().size(); ++s) {
    const SitePlan* asked = spec.dropout.find(network.sites()[s].name);
    if (asked) {
      plans.push_back(plan_of(*asked, spec, network, int(s), tick, rows));
    } else {
      plans.emplace_back();
      plans.back().variant = find_variant("none");
    }
  }
  return plans;
}

}  // namespace dropscope
