// Networks beside a run: trained on demand, kept, gone on with.
#include "core/session/member_pool.h"

#include <gtest/gtest.h>

#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

FrozenRun run_at(std::int64_t tick, const std::shared_ptr<const Dataset>& data, double rate = 0.4) {
  FrozenRun run;
  run.spec = runs::spec(rate);
  run.course = {run.spec, {}};
  run.tick = tick;
  run.data = data;
  return run;
}

bool same_bits(const Member& a, const Member& b) { return a.params == b.params && a.tick == b.tick; }

Member straight(const FrozenRun& run, int member) { return *train_member(run.spec, member, run.tick, run.data, {}); }

void train_all(MemberPool& pool, int wanted) {
  while (!pool.complete(wanted)) ASSERT_EQ(pool.train_next(wanted, {}), MemberPool::Outcome::Trained);
}

TEST(MemberPool, TrainsOneMemberAfterTheOther) {
  const FrozenRun run = run_at(20, runs::classes());
  MemberPool pool;
  pool.turn_to(run);
  EXPECT_TRUE(pool.members(3).empty());
  EXPECT_EQ(pool.share(3), 0);
  for (int m = 0; m < 3; ++m) {
    EXPECT_FALSE(pool.complete(3));
    EXPECT_EQ(pool.next(3), m);
    EXPECT_EQ(pool.train_next(3, {}), MemberPool::Outcome::Trained);
    EXPECT_EQ(pool.members(3).size(), std::size_t(m) + 1);
    EXPECT_EQ(pool.share(3), (m + 1) / 3.0);
    EXPECT_TRUE(same_bits(pool.members(3).back(), straight(run, m)));
  }
  EXPECT_TRUE(pool.complete(3));
  EXPECT_TRUE(pool.complete(1));
  EXPECT_EQ(pool.members(1).size(), 1u);
  EXPECT_FALSE(pool.complete(4)) << "one more can be added";
  EXPECT_EQ(pool.next(4), 3);
}

TEST(MemberPool, FollowsTheRunWithoutBeginningAgain) {
  const auto data = runs::classes();
  MemberPool pool;
  pool.turn_to(run_at(20, data));
  train_all(pool, 2);
  const FrozenRun later = run_at(50, data, 0.1);  // another rate: the same members
  const std::uint64_t revision = pool.revision();
  pool.turn_to(later);
  EXPECT_EQ(pool.revision(), revision);
  EXPECT_FALSE(pool.complete(2));
  EXPECT_EQ(pool.members(2)[1].tick, 20);
  std::int64_t first = 0;
  TrialHooks hooks;
  hooks.on_tick = [&](std::int64_t tick) { first = first ? first : tick; };
  EXPECT_EQ(pool.next(2), 0);
  EXPECT_EQ(pool.train_next(2, hooks), MemberPool::Outcome::Trained);
  EXPECT_EQ(first, 21);
  // The old two are shown until there are two new ones; the first alone is the new one.
  EXPECT_EQ(pool.members(2).size(), 2u);
  EXPECT_EQ(pool.members(2)[0].tick, 20);
  EXPECT_EQ(pool.members(1)[0].tick, 50);
  train_all(pool, 2);
  for (int m = 0; m < 2; ++m) EXPECT_TRUE(same_bits(pool.members(2)[std::size_t(m)], straight(later, m)));
}

TEST(MemberPool, CompletesASetBeforeItFollows) {
  const auto data = runs::classes();
  MemberPool pool;
  pool.turn_to(run_at(20, data));
  EXPECT_EQ(pool.train_next(2, {}), MemberPool::Outcome::Trained);
  pool.turn_to(run_at(30, data));
  EXPECT_EQ(pool.train_next(2, {}), MemberPool::Outcome::Trained);
  EXPECT_EQ(pool.members(2)[0].tick, 20);
  EXPECT_EQ(pool.members(2)[1].tick, 20);
  EXPECT_FALSE(pool.complete(2));
  train_all(pool, 2);
  EXPECT_EQ(pool.members(2)[1].tick, 30);
}

TEST(MemberPool, GoesBackWithTheRun) {
  const auto data = runs::classes();
  MemberPool pool;
  pool.turn_to(run_at(20, data));
  train_all(pool, 2);
  const FrozenRun earlier = run_at(8, data);
  const std::uint64_t revision = pool.revision();
  pool.turn_to(earlier);
  EXPECT_NE(pool.revision(), revision);
  EXPECT_TRUE(pool.members(2).empty()) << "none that has learned more than the run";
  pool.turn_to(run_at(21, data));
  EXPECT_EQ(pool.members(2).size(), 2u) << "the run has come by again";
  pool.turn_to(earlier);
  train_all(pool, 2);
  for (int m = 0; m < 2; ++m) EXPECT_TRUE(same_bits(pool.members(2)[std::size_t(m)], straight(earlier, m)));
}

TEST(MemberPool, GoesOnWithWhatWasGivenUp) {
  const FrozenRun run = run_at(20, runs::classes());
  MemberPool pool;
  pool.turn_to(run);
  int looks = 0;
  TrialHooks hooks;
  hooks.give_up = [&] { return ++looks > 5; };
  EXPECT_EQ(pool.train_next(1, hooks), MemberPool::Outcome::GivenUp);
  EXPECT_TRUE(pool.members(1).empty());
  EXPECT_EQ(pool.share(1), 0.25);
  EXPECT_EQ(pool.train_next(1, {}), MemberPool::Outcome::Trained);
  EXPECT_TRUE(same_bits(pool.members(1)[0], straight(run, 0)));
}

TEST(MemberPool, ForgetsAnotherRun) {
  const auto data = runs::classes();
  MemberPool pool;
  pool.turn_to(run_at(5, data));
  train_all(pool, 1);
  const std::uint64_t revision = pool.revision();
  pool.turn_to(run_at(5, runs::classes()));  // made anew, the same numbers
  EXPECT_EQ(pool.members(1).size(), 1u);
  EXPECT_EQ(pool.revision(), revision);
  pool.turn_to(run_at(5, runs::classes(51)));
  EXPECT_TRUE(pool.members(1).empty());
  EXPECT_NE(pool.revision(), revision);
  train_all(pool, 1);
  FrozenRun other = run_at(5, data);
  other.course.start.batch_size = 8;
  pool.turn_to(other);
  EXPECT_TRUE(pool.members(1).empty());
}

// What a setting changes begins with its tick: nothing from before is trained again.
TEST(MemberPool, KeepsWhatWasTrainedBeforeASetting) {
  const auto data = runs::classes();
  FrozenRun run = run_at(20, data);
  MemberPool pool;
  pool.turn_to(run);
  train_all(pool, 1);
  run.course.settings = {{20, "optimizer.learning_rate", "0.5"}};
  run.tick = 30;
  pool.turn_to(run);
  EXPECT_EQ(pool.members(1)[0].tick, 20);
  std::int64_t ticks = 0;
  TrialHooks hooks;
  hooks.on_tick = [&](std::int64_t) { ++ticks; };
  EXPECT_EQ(pool.train_next(1, hooks), MemberPool::Outcome::Trained);
  EXPECT_EQ(ticks, 10);
  const auto straight_by = [&](const FrozenRun& r) {
    MemberTraining training(r.course, 0, data);
    training.train_to(r.tick, {});
    return training.member();
  };
  EXPECT_TRUE(same_bits(pool.members(1)[0], straight_by(run)));
  EXPECT_FALSE(same_bits(pool.members(1)[0], straight(run, 0)));
  run.course.settings.push_back({25, "dropout.hidden1.rate", "0.1"});
  pool.turn_to(run);
  EXPECT_TRUE(pool.complete(1)) << "members have no dropout";
  // Another branch: what was learned beyond its beginning is no part of it.
  run.course.settings = {{20, "optimizer.learning_rate", "0.5"}, {24, "optimizer.learning_rate", "0.01"}};
  pool.turn_to(run);
  EXPECT_EQ(pool.members(1)[0].tick, 20);
  train_all(pool, 1);
  EXPECT_TRUE(same_bits(pool.members(1)[0], straight_by(run)));
  run.course.settings = {{19, "optimizer.learning_rate", "0.5"}};
  pool.turn_to(run);
  EXPECT_TRUE(pool.members(1).empty());
}

TEST(MemberPool, SaysWhereAMemberDiverged) {
  FrozenRun run = run_at(100, runs::numbers());
  run.course.start.optimizer.kind = OptimizerKind::Sgd;
  run.course.start.optimizer.learning_rate = 1e6;
  MemberPool pool;
  pool.turn_to(run);
  EXPECT_EQ(pool.train_next(1, {}), MemberPool::Outcome::Diverged);
  EXPECT_EQ(pool.train_next(1, {}), MemberPool::Outcome::Diverged);
  EXPECT_TRUE(pool.members(1).empty());
}

}  // namespace
}  // namespace dropscope
