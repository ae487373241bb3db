#include "core/session/ensemble_answer.h"

#include <tuple>

namespace dropscope {
namespace {

auto fields(const SubnetworkPlan& p) { return std::tuple(p.samples, p.seed); }
auto fields(const UncertaintyPlan& p) { return std::tuple(p.passes, p.seed, p.columns, p.rows, p.margin, p.most); }

// Everything that the topic reads apart from the run and the probe.
bool same_plans(const EnsembleQuestion& a, const EnsembleQuestion& b) {
  switch (a.topic) {
    case EnsembleTopic::Subnetworks:
      return fields(a.subnetworks) == fields(b.subnetworks) && a.uncertainty.most == b.uncertainty.most;
    case EnsembleTopic::Uncertainty:
      return fields(a.uncertainty) == fields(b.uncertainty);
    case EnsembleTopic::Dependence:
      return a.dependence == b.dependence && a.train == b.train;
    case EnsembleTopic::Members:
      return a.members == b.members && a.train == b.train && fields(a.uncertainty) == fields(b.uncertainty);
  }
  return false;
}

bool reads_probe(EnsembleTopic topic) {
  return topic == EnsembleTopic::Subnetworks || topic == EnsembleTopic::Uncertainty;
}

}  // namespace

bool same_state(const FrozenRun& a, const FrozenRun& b) {
  return &a == &b || (a.stamp == b.stamp && a.tick == b.tick && a.data == b.data && a.spec == b.spec);
}

bool EnsembleQuestion::same_as(const EnsembleQuestion& other) const {
  if (!run || !other.run) return !run && !other.run;
  return topic == other.topic && same_plans(*this, other) && (!reads_probe(topic) || probe == other.probe) &&
         same_state(*run, *other.run);
}

bool EnsembleQuestion::follows(const EnsembleQuestion& other) const {
  return run && other.run && run->network == other.run->network && run->data == other.run->data &&
         topic == other.topic && same_plans(*this, other);
}

}  // namespace dropscope
