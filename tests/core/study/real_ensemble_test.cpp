// Independently trained networks and the mean of what they say, by hand.
#include "core/study/real_ensemble.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/check.h"
#include "core/scenarios/scenarios.h"
#include "core/study/member_training.h"
#include "core/train/evaluator.h"
#include "tests/core/study/study_helpers.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

std::vector<Member> members(const RunSpec& spec, std::shared_ptr<const Dataset> data, int count, std::int64_t ticks) {
  std::vector<Member> all;
  for (int m = 0; m < count; ++m) all.push_back(train_member(spec, m, ticks, data, {}).value());
  return all;
}

std::vector<float> asked(const Member& member, const Dataset& data, bool classify) {
  Tape<float> tape = member.network->make_tape();
  return predict(*member.network, member.params, member.plans, data.validation.x, data.validation.count, classify,
                 tape);
}

TEST(RealEnsemble, HasTheRunsSeedFirstItsDataAndNoNoise) {
  RunSpec spec = runs::spec(0.4, "concrete");
  spec.seed = 21;
  spec.data_seed = 5;
  const RunSpec first = member_spec(spec, 0), third = member_spec(spec, 2);
  EXPECT_EQ(first.seed, 21u);
  EXPECT_EQ(third.seed, 23u);
  EXPECT_EQ(third.data_seed, 5u);
  EXPECT_TRUE(third.network == spec.network && third.data == spec.data && third.optimizer == spec.optimizer);
  const Member member = train_member(spec, 2, 4, runs::classes(), {}).value();
  for (const NoisePlan& plan : member.plans) EXPECT_FALSE(has_effect(plan));
}

TEST(RealEnsemble, TrainsTheSameRunWithoutDropout) {
  const auto data = runs::classes();
  RunSpec spec = runs::spec(0.4), plain = spec;
  plain.dropout.sites.clear();
  plain.seed += 1;
  const Member member = train_member(spec, 1, 25, data, {}).value();
  Trainer trainer(plain, data);
  runs::ticks(trainer, 25);
  EXPECT_EQ(member.tick, 25);
  EXPECT_TRUE(std::equal(member.params.begin(), member.params.end(), trainer.params().begin(), trainer.params().end()));
}

TEST(RealEnsemble, TrainsTheSameWithPauses) {
  const auto data = runs::classes();
  const RunSpec spec = runs::spec();
  MemberTraining training({spec, {}}, 1, data);
  for (std::int64_t tick : {3, 4, 17, 30}) EXPECT_TRUE(training.train_to(tick, {}));
  EXPECT_EQ(training.member().params, train_member(spec, 1, 30, data, {})->params);
}

TEST(RealEnsemble, GivesUpWhenAskedAndIsNothingWhereItDiverged) {
  const auto data = runs::classes();
  std::int64_t last = 0;
  TrialHooks hooks;
  hooks.on_tick = [&](std::int64_t tick) { last = tick; };
  hooks.give_up = [&] { return last == 5; };
  EXPECT_FALSE(train_member(runs::spec(), 0, 100, data, hooks));
  EXPECT_EQ(last, 5);
  RunSpec lost = runs::spec();
  lost.optimizer.kind = OptimizerKind::Sgd;
  lost.optimizer.learning_rate = 1e6;
  for (LayerSpec& layer : lost.network.hidden) layer.activation = Activation::Relu;
  EXPECT_FALSE(train_member(lost, 0, 100, data, {}));
}

TEST(RealEnsemble, AveragesProbabilities) {
  const auto data = runs::classes(50, 30);
  const std::vector<Member> two = members(runs::spec(), data, 2, 40);
  const std::vector<float> a = asked(two[0], *data, true), b = asked(two[1], *data, true);
  for (const std::size_t most : {std::size_t(0), std::size_t(7), std::size_t(1000)}) {
    const std::size_t n = most == 7 ? 7 : 30;
    double loss = 0, correct = 0, own = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t label = std::size_t(data->validation.label[i]);
      const double p = (double(a[2 * i + label]) + double(b[2 * i + label])) / 2;
      loss -= std::log(p) / double(n);
      correct += p > 0.5 ? 1 : 0;
      own -= std::log(double(b[2 * i + label])) / double(n);
    }
    const EnsembleQuality q = ensemble_quality(two, *data, most);
    ASSERT_EQ(q.first.size(), 2u);
    ASSERT_EQ(q.alone.size(), 2u);
    EXPECT_NEAR(q.first[1].loss, loss, 1e-12);
    EXPECT_NEAR(q.first[1].accuracy, correct / double(n), 1e-12);
    EXPECT_NEAR(q.alone[1].loss, own, 1e-12);
    EXPECT_EQ(q.first[0].loss, q.alone[0].loss);
    EXPECT_EQ(q.first[0].accuracy, q.alone[0].accuracy);
    // -log is convex: the mean is never worse than its members are on average.
    EXPECT_LE(q.first[1].loss, (q.alone[0].loss + q.alone[1].loss) / 2);
  }
}

TEST(RealEnsemble, AveragesPredictionsOfNumbers) {
  const auto data = runs::numbers();
  RunSpec spec = runs::spec();
  spec.network.loss = Loss::MeanSquared;
  const std::vector<Member> three = members(spec, data, 3, 30);
  const EnsembleQuality q = ensemble_quality(three, *data, 0);
  std::vector<std::vector<float>> own;
  for (const Member& m : three) own.push_back(asked(m, *data, false));
  double loss = 0;
  for (std::size_t i = 0; i < 20; ++i) {
    const double mean = (double(own[0][i]) + double(own[1][i]) + double(own[2][i])) / 3;
    loss += std::pow(mean - double(data->validation.target[i]), 2) / 20;
  }
  EXPECT_NEAR(q.first[2].loss, loss, 1e-12);
  EXPECT_TRUE(std::isnan(q.first[2].accuracy));
}

// A squared error on classes is held against their one-hot code.
TEST(RealEnsemble, TakesOutputsAsTheyAreWhereTheyAreNoLogits) {
  const auto data = runs::classes();
  RunSpec spec = runs::spec();
  spec.network.loss = Loss::MeanSquared;
  const std::vector<Member> one = members(spec, data, 1, 30);
  Trainer trainer(member_spec(spec, 0), data);
  runs::ticks(trainer, 30);
  const Quality q = ensemble_quality(one, *data, 0, trainer.classifies()).first[0];
  EXPECT_NEAR(q.loss, double(trainer.measure().validation_loss), 1e-6);
  EXPECT_NEAR(q.accuracy, double(trainer.measure().validation_accuracy), 1e-6);
}

TEST(Quality, OfOneNetworkIsThatOfItsEvaluation) {
  // One label for each example, and one for each step.
  for (const char* name : {"xor", "lstm-copy-locked"}) {
    RunSpec spec = scenario_or_throw(name, "test");
    spec.data.train = spec.data.validation = 40;
    Trainer trainer(spec, studies::data_of(spec));
    runs::ticks(trainer, 20);
    const Quality scaled = scaled_quality(model_of(trainer), trainer.data(), 0);
    EXPECT_NEAR(scaled.loss, double(trainer.measure().validation_loss), 1e-5) << name;
    EXPECT_NEAR(scaled.accuracy, double(trainer.measure().validation_accuracy), 1e-6) << name;
    const Quality masked = monte_carlo_quality(model_of(trainer), trainer.data(), 0, 20, 3);
    EXPECT_NE(masked.loss, scaled.loss);
    EXPECT_EQ(masked.loss, monte_carlo_quality(model_of(trainer), trainer.data(), 0, 20, 3).loss);
    EXPECT_NE(masked.loss, monte_carlo_quality(model_of(trainer), trainer.data(), 0, 20, 4).loss);
  }
}

TEST(Quality, OfManyPassesWithoutNoiseIsThatOfOne) {
  const auto data = runs::classes();
  const Member member = train_member(runs::spec(), 0, 20, data, {}).value();
  const Quality one = scaled_quality(member.model(), *data, 0);
  EXPECT_NEAR(monte_carlo_quality(member.model(), *data, 0, 7, 1).loss, one.loss, 1e-12);
  EXPECT_EQ(monte_carlo_quality(member.model(), *data, 0, 7, 1).accuracy, one.accuracy);
}

TEST(Quality, OfNoExamplesIsNone) {
  auto data = runs::classes();
  const Member member = train_member(runs::spec(), 0, 2, data, {}).value();
  data->validation = {};
  EXPECT_TRUE(std::isnan(scaled_quality(member.model(), *data, 0).loss));
}

}  // namespace
}  // namespace dropscope
