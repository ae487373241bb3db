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
  MemberTraining training(spec, 1, data);
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

}  // namespace
}  // namespace dropscope
