// What a comparison is made of: specs of trials, scores, targets.
#include "core/study/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/check.h"
#include "core/train/trainer.h"
#include "tests/core/study/study_helpers.h"

namespace dropscope {
namespace {

using namespace studies;
using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const Study& study) {
  try {
    check_study(study);
  } catch (const InputError& e) {
    return e.what();
  }
  return "";
}

// ---- Specs

TEST(TrialSpec, HasTheStudysSeedAndTicksAndDataOfTheSeedWhereAsked) {
  Study s = study();
  s.runs[1].spec.data_seed = 99;
  EXPECT_EQ(trial_spec(s, 1, 2).seed, 13u);
  EXPECT_EQ(trial_spec(s, 1, 2).data_seed, 13u);
  EXPECT_EQ(trial_spec(s, 1, 2).ticks, 40);
  s.vary_data = false;
  s.ticks = 55;
  EXPECT_EQ(trial_spec(s, 1, 2).seed, 13u);
  EXPECT_EQ(trial_spec(s, 1, 2).data_seed, 99u);
  EXPECT_EQ(trial_spec(s, 1, 2).ticks, 55);
  RunSpec same = trial_spec(s, 1, 2);
  same.seed = s.runs[1].spec.seed;
  same.ticks = s.runs[1].spec.ticks;
  EXPECT_TRUE(same == s.runs[1].spec);
}

TEST(DataKey, ForgetsTheSeedOfWholeFilesOnly) {
  RunSpec a = spec(0), b = a;
  b.data_seed = a.data_seed + 1;
  EXPECT_NE(data_key(a), data_key(b));
  for (RunSpec* s : {&a, &b}) s->data.dataset = "mnist", s->data.train = s->data.validation = 0;
  EXPECT_EQ(data_key(a), data_key(b));
  for (RunSpec* s : {&a, &b}) s->data.train = 100;
  EXPECT_NE(data_key(a), data_key(b));
  for (RunSpec* s : {&a, &b}) s->data.train = 0, s->data.label_noise = 0.1;
  EXPECT_NE(data_key(a), data_key(b));
  for (RunSpec* s : {&a, &b}) s->data.label_noise = 0, s->data.dataset = "csv";
  EXPECT_NE(data_key(a), data_key(b)) << "the rows of a table are dealt by seed";
}

TEST(CheckStudy, NamesWhatIsWrong) {
  EXPECT_EQ(refusal(study()), "");
  Study s = study();
  s.runs.clear();
  EXPECT_THAT(refusal(s), HasSubstr("runs: expected at least one"));
  s = study();
  s.seeds.clear();
  EXPECT_THAT(refusal(s), HasSubstr("seeds: expected at least one"));
  s = study();
  s.seeds = {4, 9, 4};
  EXPECT_THAT(refusal(s), HasSubstr("4 twice"));
  s = study();
  s.runs[1].name = "plain";
  EXPECT_THAT(refusal(s), AllOf(HasSubstr("run 2"), HasSubstr("'plain', as run 1 has")));
  s.runs[1].name = "";
  EXPECT_THAT(refusal(s), HasSubstr("run 2: expected a name"));
  s = study();
  s.ticks = -1;
  EXPECT_THAT(refusal(s), HasSubstr("ticks"));
  s = study();
  s.runs[1].spec.data.dataset = "spirals";
  EXPECT_THAT(refusal(s), AllOf(HasSubstr("run 'dropout 0.3'"), HasSubstr("xor"), HasSubstr("spirals")));
  s = study();
  s.runs[1].spec.dropout.at("hidden1").rate = 1.5;
  EXPECT_THAT(refusal(s), HasSubstr("run 'dropout 0.3'"));
  // Less or noisier data are the same task.
  s = study();
  s.runs[1].spec.data.train = 20;
  s.runs[1].spec.data.label_noise = 0.2;
  EXPECT_EQ(refusal(s), "");
}

// ---- Scores

TEST(Score, KeepsRecordsAndTheLastPoint) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  const Score score = score_of(made(0, 0, {nan, 0.75f, inf, 0.5f, 0.5f, 0.25f, 0.375f}).curve, 0.5);
  const std::vector<Record> records = {{10, 0.75}, {30, 0.5}, {50, 0.25}};
  EXPECT_EQ(score.records, records);
  EXPECT_EQ(score.best_validation, 0.25);
  EXPECT_EQ(score.best_tick, 50);
  EXPECT_EQ(score.last.tick, 60);
  EXPECT_EQ(score.gap, 0.1875);
  EXPECT_EQ(score.ticks_to_target, 30);
  EXPECT_EQ(ticks_to(score, 0.6), 30);
  EXPECT_EQ(ticks_to(score, 10), 10);
  EXPECT_EQ(ticks_to(score, 0.2), std::nullopt);
  EXPECT_TRUE(std::isnan(score_of(made(0, 0, {nan, inf}).curve, 0.5).best_validation));
}

TEST(Score, CountsWeightsThatWereRestoredAsTheLastOnesButAsNoNewRecord) {
  HistoryBuilder history;
  for (const auto& [tick, loss] : {std::pair{0, 0.75f}, {10, 0.5f}, {20, 0.625f}, {20, 0.375f}}) {
    MetricPoint point;
    point.tick = tick;
    point.validation_loss = loss;
    history.add(point);
  }
  const Score score = score_of(history.view(), {});
  EXPECT_EQ(score.last.validation_loss, 0.375f);
  EXPECT_EQ(score.best_validation, 0.5);
  EXPECT_EQ(score.best_tick, 10);
}

// The first run's best, with the same seed, whatever the order in which trials came.
TEST(Targets, AreTheFirstRunsBestOfTheSameSeed) {
  const Study s = study();
  const Trial plain0 = made(0, 0, {1.0f, 0.5f, 0.25f, 0.375f}), plain1 = made(0, 1, {1.0f, 0.75f});
  const Trial other0 = made(1, 0, {1.0f, 0.125f}), other1 = made(1, 1, {0.5f, 0.25f}), other2 = made(1, 2, {0.1f});
  std::vector<Trial> trials = {other2, other1, plain0, other0, plain1};
  complete_targets(s, trials);
  EXPECT_EQ(trials[0].score.ticks_to_target, std::nullopt) << "no first run with that seed";
  EXPECT_EQ(trials[1].score.ticks_to_target, 0);
  EXPECT_EQ(trials[2].score.ticks_to_target, 20) << "its own best";
  EXPECT_EQ(trials[3].score.ticks_to_target, 10);
  EXPECT_EQ(trials[4].score.ticks_to_target, 10);
  trials[2].diverged = "not a number";
  complete_targets(s, trials);
  EXPECT_EQ(trials[3].score.ticks_to_target, std::nullopt) << "a run that diverged sets no target";
}

// ---- Trials

TEST(Trials, EndInTheStateOfATrainerRunByHand) {
  for (double rate : {0.0, 0.3, 0.8}) {
    Study s = study(75);
    s.runs[1].spec = spec(rate, 75);
    s.target = 0.6;
    const Trial trial = trained(s, 1, 2);
    const RunSpec own = trial_spec(s, 1, 2);
    Trainer trainer(own, data_of(own));
    for (int i = 0; i < 75; ++i) trainer.advance(Granularity::Tick);
    EXPECT_EQ(trial.state_hash, trainer.state_hash());
    EXPECT_EQ(trial.ticks, 75);
    EXPECT_EQ(trial.score.last.tick, 75);
    EXPECT_EQ(trial.score.last.validation_loss, trainer.measure().validation_loss);
    EXPECT_EQ(trial.active_weights, active_weight_share(trainer));
    EXPECT_EQ(trial.score.ticks_to_target, score_of(trial.curve, 0.6).ticks_to_target);
    EXPECT_EQ(trial.seconds, 0) << "no clock was given";
  }
}

TEST(Trials, MeasureTheirEndThoughNoEvaluationIsDue) {
  Study s = study(50);
  s.runs[0].spec.evaluate_every = 40;
  const Trial trial = trained(s, 0, 0);
  EXPECT_EQ(trial.curve.count, 3u);
  EXPECT_EQ(trial.score.last.tick, 50);
}

TEST(Trials, OfNoTicksAreTheFirstWeights) {
  Study s = study(1);
  s.runs[0].spec.ticks = 0;
  const Trial trial = trained(s, 0, 0);
  EXPECT_EQ(trial.ticks, 0);
  EXPECT_EQ(trial.curve.count, 1u);
  EXPECT_EQ(trial.active_weights, 1);
}

TEST(Trials, ThatStopEarlySayWhenAndHaveTheBestWeights) {
  Study s = study(5000);
  s.runs[0].spec.stopping.patience = 5;
  s.runs[0].spec.data.label_noise = 0.25;
  const Trial trial = trained(s, 0, 0);
  ASSERT_THAT(trial.stopped, HasSubstr("Stopped early"));
  EXPECT_LT(trial.ticks, 5000);
  EXPECT_EQ(trial.diverged, "");
  EXPECT_EQ(double(trial.score.last.validation_loss), trial.score.best_validation);
  EXPECT_LT(trial.score.best_tick, trial.ticks);
}

TEST(Trials, ThatDivergeSaySoAndKeepWhatWasFinite) {
  Study s = study(200);
  s.runs[0].spec.optimizer.kind = OptimizerKind::Sgd;
  s.runs[0].spec.optimizer.learning_rate = 1e6;
  for (LayerSpec& layer : s.runs[0].spec.network.hidden) layer.activation = Activation::Relu;
  const Trial trial = trained(s, 0, 0);
  ASSERT_THAT(trial.diverged, HasSubstr("Not a number"));
  EXPECT_LT(trial.ticks, 200);
  EXPECT_TRUE(std::isfinite(trial.score.last.validation_loss));
}

TEST(Trials, AreGivenUpAtOnce) {
  const Study s = study(1000);
  std::int64_t last = 0;
  TrialHooks hooks;
  hooks.on_tick = [&](std::int64_t tick) { last = tick; };
  hooks.give_up = [&] { return last == 17; };
  EXPECT_FALSE(train_trial(s, 0, 0, data_of(trial_spec(s, 0, 0)), hooks));
  EXPECT_EQ(last, 17);
}

TEST(Trials, TakeTheirTimeFromTheClockGiven) {
  const Study s = study(10);
  double t = 100;
  TrialHooks hooks;
  hooks.seconds = [&] { return t += 2; };
  EXPECT_EQ(train_trial(s, 0, 0, data_of(trial_spec(s, 0, 0)), hooks)->seconds, 2);
}

}  // namespace
}  // namespace dropscope
