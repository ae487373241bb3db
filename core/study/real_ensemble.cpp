#include "core/study/real_ensemble.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analysis/answers.h"
#include "core/analysis/monte_carlo.h"
#include "core/base/check.h"
#include "core/study/member_training.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

// The examples that are asked, and what their answers are held against.
struct Asked {
  const Dataset& data;
  std::size_t count = 0;
  bool classify = true;

  Asked(const Dataset& d, std::size_t most, bool wanted)
      : data(d),
        count(most == 0 ? d.validation.count : std::min(most, d.validation.count)),
        classify(wanted && d.task == Task::Classification) {}
  std::span<const float> x() const { return std::span(data.validation.x).first(count * std::size_t(data.inputs)); }
};

std::vector<float> answers(const Model<float>& model, const Asked& asked) {
  Tape<float> tape = model.network.make_tape();
  return predict(model.network, model.params, model.plans, asked.x(), asked.count, asked.classify, tape);
}

// Of probabilities or predictions, a row for each label.
Quality quality_of(std::span<const double> rows, const Asked& asked) {
  const Split& split = asked.data.validation;
  const AnswerScore score = score_answers(rows, split, std::size_t(asked.data.outputs), asked.classify);
  return {score.loss(), split.label.empty() ? std::numeric_limits<double>::quiet_NaN() : 1 - score.error()};
}
Quality quality_of(const std::vector<float>& rows, const Asked& asked) {
  return quality_of(std::vector<double>(rows.begin(), rows.end()), asked);
}

}  // namespace

RunSpec member_spec(const RunSpec& spec, int member) {
  RunSpec one = spec;
  one.dropout.sites.clear();
  one.seed += std::uint64_t(member);
  return one;
}

std::optional<Member> train_member(const RunSpec& spec, int member, std::int64_t ticks,
                                   std::shared_ptr<const Dataset> data, const TrialHooks& hooks) {
  MemberTraining training({spec, {}}, member, std::move(data));
  if (!training.train_to(ticks, hooks)) return std::nullopt;
  return training.member();
}

EnsembleQuality ensemble_quality(std::span<const Member> members, const Dataset& data, std::size_t most,
                                 bool classify) {
  const Asked asked(data, most, classify);
  EnsembleQuality quality;
  std::vector<double> sum, mean;
  for (const Member& member : members) {
    const std::vector<float> own = answers(member.model(), asked);
    quality.alone.push_back(quality_of(own, asked));
    sum.resize(own.size(), 0.0);
    mean.resize(own.size());
    DROPSCOPE_CHECK(sum.size() == own.size());
    for (std::size_t i = 0; i < own.size(); ++i) {
      sum[i] += double(own[i]);
      mean[i] = sum[i] / double(quality.alone.size());
    }
    quality.first.push_back(quality_of(mean, asked));
  }
  return quality;
}

Quality scaled_quality(const Model<float>& model, const Dataset& data, std::size_t most, bool classify) {
  const Asked asked(data, most, classify);
  return quality_of(answers(model, asked), asked);
}

Quality monte_carlo_quality(const Model<float>& model, const Dataset& data, std::size_t most, int passes,
                            std::uint64_t seed, bool classify, const std::function<bool()>& give_up) {
  if (passes < 1) throw InputError("passes", "at least 1", std::to_string(passes));
  const Asked asked(data, most, classify);
  MonteCarloPlan plan;
  plan.seed = seed;
  plan.classify = asked.classify;
  std::vector<double> mean;
  // A few at a time, so that it can be given up between them.
  constexpr int kPasses = 5;
  for (int first = 0; first < passes; first += kPasses) {
    if (give_up && give_up())
      return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
    plan.first_pass = first;
    plan.passes = std::min(kPasses, passes - first);
    const std::vector<double> some = monte_carlo<float>(model, asked.x(), asked.count, plan).mean;
    mean.resize(some.size(), 0.0);
    for (std::size_t i = 0; i < some.size(); ++i) mean[i] += some[i] * plan.passes / passes;
  }
  return quality_of(mean, asked);
}

}  // namespace dropscope
