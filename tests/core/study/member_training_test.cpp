// A member of an ensemble, trained with pauses.
#include "core/study/member_training.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

TEST(MemberTraining, CanBeLeftAndGoneOnWith) {
  const auto data = runs::classes();
  const RunSpec spec = runs::spec(0.4);
  MemberTraining training({spec, {}}, 1, data);
  TrialHooks hooks;
  double clock = 0;
  hooks.seconds = [&] { return clock += 1; };
  int looks = 0;
  hooks.give_up = [&] { return ++looks > 7; };
  EXPECT_FALSE(training.train_to(40, hooks));
  EXPECT_EQ(training.tick(), 7);
  EXPECT_FALSE(training.diverged());
  std::vector<std::int64_t> ticks;
  hooks.give_up = {};
  hooks.on_tick = [&](std::int64_t tick) { ticks.push_back(tick); };
  EXPECT_TRUE(training.train_to(40, hooks));
  EXPECT_EQ(ticks.front(), 8);
  EXPECT_EQ(ticks.back(), 40);
  // What a plain trainer reaches without noise, with the member's own seed.
  RunSpec plain = spec;
  plain.dropout = {};
  plain.seed += 1;
  Trainer trainer(plain, data);
  runs::ticks(trainer, 40);
  EXPECT_TRUE(std::ranges::equal(training.member().params, trainer.params()));
  EXPECT_EQ(training.member().seconds, 2);
  EXPECT_TRUE(training.train_to(30, {})) << "it is beyond that";
  EXPECT_EQ(training.tick(), 40);
}

TEST(MemberTraining, OfTheRunItselfIsTheRunNoiseAndAll) {
  const auto data = runs::classes();
  const RunSpec spec = runs::spec(0.4);
  MemberTraining again = MemberTraining::of_run({spec, {{6, "dropout.hidden1.rate", "0.7"}}}, data);
  TrialHooks hooks;
  double clock = 0;
  hooks.seconds = [&] { return clock += 1; };
  EXPECT_TRUE(again.train_to(15, hooks));
  EXPECT_GT(again.seconds(), 0);
  Trainer run(spec, data);
  runs::ticks(run, 6);
  run.set_field("dropout.hidden1.rate", "0.7", "test");
  runs::ticks(run, 9);
  EXPECT_TRUE(std::ranges::equal(again.member().params, run.params()));
}

// A run without dropout and its twin are one, whatever was set while the run trained.
TEST(MemberTraining, SetsWhatWasSetAtTheSameTicks) {
  const auto data = runs::classes();
  const RunSpec spec = runs::spec(0);
  Course course{spec,
                {{0, "optimizer.weight_decay", "0.01"},
                 {12, "optimizer.learning_rate", "0.0003"},
                 {12, "dropout.hidden1.rate", "0.9"},
                 {12, "optimizer.learning_rate", "0.2"},
                 {25, "objective.label_smoothing", "0.1"},
                 {31, "optimizer.learning_rate", "7"}}};
  Trainer run(spec, data);
  const auto walk = [&](std::int64_t to) {
    for (; run.tick() < to; runs::ticks(run, 1))
      for (const SettingAt& s : course.settings)
        if (s.tick == run.tick() && !s.path.starts_with("dropout")) run.set_field(s.path, s.value, "test");
  };
  const auto same = [&](const MemberTraining& m) { return std::ranges::equal(m.member().params, run.params()); };
  MemberTraining twin(course, 0, data), other(course, 1, data);
  for (std::int64_t tick : {9, 12, 13, 25, 31}) {
    walk(tick);
    EXPECT_TRUE(twin.train_to(tick, {}));
    EXPECT_TRUE(same(twin)) << tick;
  }
  EXPECT_TRUE(other.train_to(31, {}));
  EXPECT_FALSE(same(other)) << "another seed";
  // From here on the run took another way.
  course.settings.back().value = "0.001";
  twin.turn_to(course);
  walk(40);
  EXPECT_TRUE(twin.train_to(40, {}));
  EXPECT_TRUE(same(twin));
}

// Stopping is a setting, too: a member goes on where the run was told to.
TEST(MemberTraining, GoesOnWhereTheRuleOfStoppingWasChanged) {
  const auto data = runs::classes();
  RunSpec spec = runs::spec(0);
  spec.evaluate_every = 1;
  spec.stopping.patience = 1;
  spec.optimizer.learning_rate = 0.5;
  MemberTraining stops({spec, {}}, 0, data);
  EXPECT_TRUE(stops.train_to(200, {}));
  const std::int64_t end = stops.tick();
  ASSERT_LT(end, 200);
  MemberTraining on({spec, {{end, "stopping.patience", "0"}}}, 0, data);
  EXPECT_TRUE(on.train_to(200, {}));
  EXPECT_EQ(on.tick(), 200);
}

}  // namespace
}  // namespace dropscope
