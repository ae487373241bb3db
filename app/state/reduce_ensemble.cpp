// Ensemble mode: what is asked of the run at hand. The questions themselves are put together by the application.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/state/reduce_scope.h"
#include "core/base/check.h"
#include "core/session/ensemble_answer.h"

namespace dropscope {
namespace {

constexpr std::array<int, 7> kMasks = {1, 3, 10, 30, 100, 300, 1000};

// Of the masks that the topic shows.
void change_masks(Scope& s, int by) {
  Inquiry& q = s.state.inquiry;
  if (q.topic == EnsembleTopic::Dependence) return notify(s.state, "No masks are drawn for this topic");
  int& masks = q.topic == EnsembleTopic::Subnetworks ? q.samples : q.passes;
  if (by > 0) {
    const auto* const next = std::upper_bound(kMasks.begin(), kMasks.end(), masks);
    masks = next == kMasks.end() ? kMasks.back() : *next;
  } else {
    const auto* const at = std::lower_bound(kMasks.begin(), kMasks.end(), masks);
    masks = at == kMasks.begin() ? kMasks.front() : *(at - 1);
  }
}

void choose_topic(Scope& s, EnsembleTopic topic) {
  if (s.state.inquiry.topic == topic) return;
  s.state.inquiry.topic = topic;
  s.state.inquiry.train_at.reset();
}

void probe(Scope& s, int by) {
  const DataView* data = s.snapshot.data.get();
  if (!data || data->validation_count == 0) return;
  const auto count = std::int64_t(data->validation_count);
  choose_example(s, ((s.state.inquiry.probe + by) % count + count) % count);
}

// The number of gates whose sub-networks are all known.
int enumerated_gates(const Scope& s) {
  return s.answer && s.answer->subnetworks && s.answer->subnetworks->enumerated ? s.answer->subnetworks->gates : 0;
}

void walk_subnetworks(Scope& s, int by) {
  const int gates = enumerated_gates(s);
  if (gates == 0) return notify(s.state, "There is no wall of sub-networks to walk on");
  const std::int64_t count = std::int64_t(1) << gates;
  const std::optional<std::uint32_t>& now = s.state.inquiry.subnetwork;
  // From nothing chosen: the whole network first, or last.
  const std::int64_t at = now ? std::int64_t(*now) - by : by > 0 ? count - 1 : 0;
  s.state.inquiry.subnetwork = std::uint32_t((at % count + count) % count);
}

// Up to what the run is frozen at, which may be a little behind it.
void train_beside(Scope& s) {
  const EnsembleTopic topic = s.state.inquiry.topic;
  if (topic != EnsembleTopic::Members && topic != EnsembleTopic::Dependence)
    return notify(s.state, "Nothing is trained beside the run for this topic");
  if (!s.snapshot.frozen || s.snapshot.frozen->tick == 0)
    return notify(s.state, "Train the run itself first: what stands beside it is trained up to its step");
  s.state.inquiry.train_at = s.snapshot.frozen->tick;
}

}  // namespace

void ensemble_action(Scope& s) {
  Inquiry& q = s.state.inquiry;
  switch (s.intent.action) {
    case ActionId::Topic: {
      const auto* const name = std::find(std::begin(kTopicNames), std::end(kTopicNames), s.text(0));
      if (name == std::end(kTopicNames))
        throw InputError(s.where(), expected_one_of(s.text(0), kTopicNames), "'" + s.text(0) + "'");
      return choose_topic(s, EnsembleTopic(name - std::begin(kTopicNames)));
    }
    case ActionId::TopicNext:
      return choose_topic(s, EnsembleTopic((int(q.topic) + 1) % kEnsembleTopics));
    case ActionId::TopicPrevious:
      return choose_topic(s, EnsembleTopic((int(q.topic) + kEnsembleTopics - 1) % kEnsembleTopics));
    case ActionId::Passes:
      q.passes = int(s.integer(0, 1, 1000));
      return;
    case ActionId::PassesFewer:
      return change_masks(s, -1);
    case ActionId::PassesMore:
      return change_masks(s, 1);
    case ActionId::Samples:
      q.samples = int(s.integer(0, 1, 1000));
      return;
    case ActionId::ProbeNext:
      return probe(s, 1);
    case ActionId::ProbePrevious:
      return probe(s, -1);
    case ActionId::Subnetwork: {
      if (!s.has(0)) return q.subnetwork.reset();
      const int gates = enumerated_gates(s);
      if (gates == 0) throw InputError(s.where(), "a wall of sub-networks", "none: there are too many or none");
      q.subnetwork = std::uint32_t(s.integer(0, 0, (std::int64_t(1) << gates) - 1));
      return;
    }
    case ActionId::SubnetworkNext:
      return walk_subnetworks(s, 1);
    case ActionId::SubnetworkPrevious:
      return walk_subnetworks(s, -1);
    case ActionId::WallOrder:
      if (s.has(0) && s.text(0) != "mask" && s.text(0) != "prediction")
        throw InputError(s.where(), "mask or prediction", "'" + s.text(0) + "'");
      q.by_prediction = s.has(0) ? s.text(0) == "prediction" : !q.by_prediction;
      return;
    case ActionId::Column:
      q.column = int(s.integer(0, 0, 1000));
      return;
    case ActionId::Pruned:
      q.pruned = std::round(s.real(0, 0, 0.9) * 10) / 10;  // the curve is measured at tenths
      return;
    case ActionId::Members:
      q.members = int(s.integer(0, 1, 20));
      return;
    case ActionId::CancelBeside:
      q.train_at.reset();
      return;
    default:
      return train_beside(s);
  }
}

}  // namespace dropscope
