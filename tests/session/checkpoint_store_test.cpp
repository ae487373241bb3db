// How far back is how far away, and that memory stays within its budget.
#include "core/session/checkpoint_store.h"

#include <gtest/gtest.h>

#include "tests/session/straight_run.h"

namespace dropscope {
namespace {

using namespace sessions;

Checkpoint state(std::int64_t tick, std::size_t floats = 100) {
  Checkpoint c;
  c.tick = tick;
  c.params.resize(floats);
  return c;
}

const auto kSpec = std::make_shared<const RunSpec>();

void run(CheckpointStore& store, int branch, std::int64_t from, std::int64_t to) {
  for (std::int64_t tick = from; tick <= to; ++tick) {
    store.look_at(branch, tick, tick);
    if (store.wants(tick)) store.put(state(tick), kSpec, false);
    ASSERT_LE(store.bytes(), store.budget());
  }
}

CheckpointStore started(std::size_t budget, std::int64_t near, std::int64_t far) {
  CheckpointStore store(budget, near, far);
  store.add_branch(-1, 0);
  store.put(state(0), kSpec, true);
  return store;
}

TEST(CheckpointStore, RecentTicksAreNearAndOldOnesAtDoublingDistances) {
  CheckpointStore store = started(std::size_t{1} << 30, 16, 1000);
  constexpr std::int64_t kEnd = 50'000;
  run(store, 0, 1, kEnd);
  std::int64_t allowed_before = 0;
  for (std::int64_t age = 0; age <= kEnd; ++age) {
    std::int64_t allowed = 16;
    for (std::int64_t a = 256; a < age; a *= 2) allowed = std::min<std::int64_t>(1000, 2 * allowed);
    // Between looks through all of them the picture is that of up to 64 checkpoints ago.
    allowed = std::min<std::int64_t>(1000, allowed + 16);
    EXPECT_LE(kEnd - age - store.before(0, kEnd - age).tick(), allowed) << "age " << age;
    allowed_before = allowed;
  }
  EXPECT_EQ(allowed_before, 1000);
  EXPECT_LE(store.widest_gap(kEnd), 1000);
  EXPECT_LT(store.bytes() / state(0).bytes(), 2 * (16 + 8 * 6 + 50) + 64u) << "more than such distances need";
}

TEST(CheckpointStore, WhereAWalkStandsThePastIsNearAsWell) {
  CheckpointStore store = started(std::size_t{1} << 30, 4, 2000);
  run(store, 0, 1, 20'000);
  const std::int64_t to = store.before(0, 9'000).tick() - 1;  // just before one
  const std::int64_t from = store.before(0, to).tick();
  ASSERT_GT(to - from, 200) << "it is far from the last one";
  store.look_at(0, to, 20'000);
  store.start_from(from);
  for (std::int64_t tick = from + 1; tick <= to; ++tick)
    if (store.wants(tick)) store.put(state(tick), kSpec, false);
  for (std::int64_t tick = to; tick > from; --tick) EXPECT_LE(tick - store.before(0, tick).tick(), 4) << tick;
}

TEST(CheckpointStore, ABranchHasItsParentsPastAndNothingOfItsFuture) {
  CheckpointStore store = started(std::size_t{1} << 30, 10, 10);
  run(store, 0, 1, 500);
  store.add_branch(0, 255);
  EXPECT_EQ(store.before(1, 400).tick(), 250);
  store.look_at(1, 255, 255);
  store.put(state(255), kSpec, true);
  run(store, 1, 256, 300);
  EXPECT_EQ(store.before(1, 400).tick(), 295);
  EXPECT_EQ(store.before(1, 251).tick(), 250);
  store.add_branch(1, 100);  // an edit before the branch's own beginning
  EXPECT_EQ(store.before(2, 400).tick(), 100);
  store.forget_after(1, 270);
  EXPECT_EQ(store.before(1, 400).tick(), 265);
  EXPECT_EQ(store.before(0, 400).tick(), 400);
}

TEST(CheckpointStore, OtherBranchesGoFirstAndTheStartNever) {
  const std::size_t each = state(0).bytes() + sizeof(CheckpointStore::Kept);
  CheckpointStore store = started(each * 40, 1, 1);  // half of them for 256 recent ticks: one in 13
  run(store, 0, 1, 300);
  store.add_branch(0, 100);
  store.look_at(1, 100, 100);
  store.put(state(100), kSpec, true);
  run(store, 1, 101, 1500);
  EXPECT_EQ(store.before(0, 300).tick(), store.before(0, 100).tick()) << "the other branch's own";
  EXPECT_TRUE(store.has(1, 100));
  EXPECT_TRUE(store.has(0, 0));
  EXPECT_GT(store.bytes(), each * 20);
  // With room for nothing but the start.
  CheckpointStore tiny = started(each + each / 2, 1, 1);
  run(tiny, 0, 1, 200);
  EXPECT_EQ(tiny.before(0, 200).tick(), 0);
}

TEST(CheckpointStore, AWalkIsRightWhateverTheBudget) {
  RunSpec spec = scenario_with("moons", {{"network.hidden", "7,5"}, {"data.validation", "20"}});
  for (const std::size_t kilobytes : {4, 12, 40}) {
    TimelineOptions options;
    options.budget = kilobytes << 10;
    Walk walk(spec, options);
    const auto hash_at = [&](std::int64_t tick) {
      Trainer trainer(walk.spec, walk.data);
      while (trainer.tick() < tick) trainer.advance(Granularity::Tick);
      return trainer.state_hash();
    };
    for (int i = 0; i < 700; ++i) {
      walk.timeline.advance_tick();
      ASSERT_LE(walk.timeline.bytes(), options.budget);
    }
    for (const std::int64_t tick : {650, 10, 333, 700}) {
      walk.timeline.seek({tick, 0});
      EXPECT_EQ(walk.trainer.state_hash(), hash_at(tick)) << kilobytes << " kB, tick " << tick;
      ASSERT_LE(walk.timeline.bytes(), options.budget);
    }
    for (int i = 0; i < 12; ++i) {
      walk.timeline.seek({600 - 40 * i, 0});
      walk.timeline.apply(command::RedrawMasks{});
      walk.timeline.seek({700, 0});
      ASSERT_LE(walk.timeline.bytes(), options.budget);
    }
    EXPECT_EQ(walk.timeline.branch_count(), 13);
    for (int b = 12; b >= 0; b -= 3) {
      walk.timeline.switch_branch(b);
      EXPECT_EQ(difference(walk), "") << kilobytes << " kB, branch " << b;
      ASSERT_LE(walk.timeline.bytes(), options.budget);
    }
  }
}

TEST(CheckpointStore, SlowTicksHaveCheckpointsNearerToOneAnother) {
  RunSpec spec = scenario_with("moons", {{"network.hidden", "7,5"}, {"data.validation", "20"}});
  const auto gap_after = [&](double seconds) {
    Walk walk(spec);
    walk.timeline.note_tick_seconds(seconds);
    for (int i = 0; i < 2000; ++i) walk.timeline.advance_tick();
    return walk.timeline.view()->oldest_gap;
  };
  EXPECT_LE(gap_after(0.02), 20 + 64) << "0.4 s of replay at most";
  EXPECT_EQ(gap_after(1e-7), 2000) << "all of it is replayed in no time";
}

}  // namespace
}  // namespace dropscope
