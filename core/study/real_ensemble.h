// What dropout imitates: independently trained networks without noise, whose predictions are averaged. The first member
// has the run's own seed, so that it is also "the same run without dropout".
// Source: Hinton et al., arXiv:1207.0580, section 1; Lakshminarayanan et al., arXiv:1612.01474 (deep ensembles).
#pragma once
#include <span>

#include "core/analysis/model.h"
#include "core/study/study.h"

namespace dropscope {

// The run without noise at any site; member m has seed spec.seed + m, and all of them the run's data.
RunSpec member_spec(const RunSpec& spec, int member);

// A trained member: weights that an analysis can ask.
struct Member {
  std::shared_ptr<const Network<float>> network;
  AlignedVector<float> params;
  std::vector<NoisePlan> plans;
  std::int64_t tick = 0;
  double seconds = 0;
  Model<float> model() const { return {*network, params, plans}; }
};
// Trains a member to `ticks`, or to where training stops early. nullopt where it was given up or diverged. Of a run
// whose settings were changed on the way, members are trained by MemberTraining.
std::optional<Member> train_member(const RunSpec& spec, int member, std::int64_t ticks,
                                   std::shared_ptr<const Dataset> data, const TrialHooks& hooks);

// How good an average is on the first `most` validation examples (0 = all). For classes, the mean of probabilities;
// for regression, of predictions. `classify` false: outputs are predictions even where the data are classes, as a
// squared error learns their one-hot code (Trainer::classifies).
struct Quality {
  double loss = 0;      // mean per label: cross entropy in nats, at most 87 for one; or squared error. NaN of none
  double accuracy = 0;  // NaN for regression
};
struct EnsembleQuality {
  std::vector<Quality> first;  // [k]: of the mean of members 0 .. k
  std::vector<Quality> alone;  // [k]: of member k
};
EnsembleQuality ensemble_quality(std::span<const Member> members, const Dataset& data, std::size_t most,
                                 bool classify = true);
// Of one network: without masks, and as the mean over `passes` masks (Monte Carlo). `give_up` may be empty; where it
// says true the result is NaN.
Quality scaled_quality(const Model<float>& model, const Dataset& data, std::size_t most, bool classify = true);
Quality monte_carlo_quality(const Model<float>& model, const Dataset& data, std::size_t most, int passes,
                            std::uint64_t seed, bool classify = true, const std::function<bool()>& give_up = {});

}  // namespace dropscope
