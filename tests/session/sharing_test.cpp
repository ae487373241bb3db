// What snapshots carry for others than pictures: the run itself, meetings, and what a tick takes.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "core/analysis/model.h"
#include "core/session/frozen_run.h"
#include "core/session/member_pool.h"
#include "core/session/speed_meter.h"
#include "core/session/thread_clock.h"
#include "core/session/weight_sharing.h"
#include "core/train/evaluator.h"
#include "tests/session/session_helpers.h"

namespace dropscope {
namespace {

using namespace sessions;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

Shown rested(Session& s) {
  return wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
}

TEST(ShareWeights, IsOffUntilAskedForAndThenAtOnceWhereTheRunRests) {
  Session s(spec());
  EXPECT_EQ(rested(s)->frozen, nullptr);
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{7}))->frozen, nullptr);
  const Shown on = at_rest(s, s.send(command::ShareWeights{true}));
  ASSERT_NE(on->frozen, nullptr);
  EXPECT_EQ(on->frozen->tick, 7);
  EXPECT_EQ(on->frozen->spec, on->spec);
  EXPECT_TRUE(on->frozen->classify);

  // Those are the weights of the run: what an analysis computes from them is what the run computes.
  Trainer trainer(spec(), std::make_shared<const Dataset>(make_dataset(spec().data, spec().data_seed, nullptr)));
  while (trainer.tick() < 7) trainer.advance(Granularity::Tick);
  const auto equal = [](std::span<const float> a, std::span<const float> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  };
  EXPECT_TRUE(equal(*on->frozen->params, trainer.params()));
  const Dataset& data = *on->frozen->data;
  Tape<float> tape = on->frozen->network->make_tape(), own = trainer.network().make_tape();
  const std::span<const float> x = std::span(data.validation.x).first(std::size_t(data.inputs) * 8);
  EXPECT_EQ(predict(*on->frozen->network, *on->frozen->params, on->frozen->plans, x, 8, true, tape),
            predict(trainer.network(), trainer.params(), trainer.plans(), x, 8, true, own));

  // Nothing changed, nothing copied: looking elsewhere gives the very same copy.
  EXPECT_EQ(at_rest(s, s.send(command::SetProbePoint{0.5f, 0.1f}))->frozen, on->frozen);
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{1}))->frozen->tick, 8);
  EXPECT_EQ(at_rest(s, s.send(command::ShareWeights{false}))->frozen, nullptr);
  EXPECT_EQ(on->frozen->tick, 7) << "what was shared stays as it was";
}

TEST(ShareWeights, EveryOtherStateHasAnotherStamp) {
  Session s(spec());
  rested(s);
  std::map<std::uint64_t, std::string> seen;
  const auto note = [&](const Shown& shown, const std::string& what) {
    ASSERT_NE(shown->frozen, nullptr) << what;
    const auto [at, fresh] = seen.emplace(shown->frozen->stamp, what);
    EXPECT_TRUE(fresh) << what << " has the stamp of " << at->second;
  };
  note(at_rest(s, s.send(command::ShareWeights{true})), "start");
  const Shown ten = at_rest(s, s.send(command::StepBy{10}));
  note(ten, "tick 10");
  note(at_rest(s, s.send(command::StepBy{10})), "tick 20");
  EXPECT_EQ(at_rest(s, s.send(command::SeekTo{10}))->frozen->stamp, ten->frozen->stamp) << "the same state again";
  note(at_rest(s, s.send(command::SetField{"dropout.hidden1.rate", "0.7"})), "another rate at tick 10, a branch");
  note(at_rest(s, s.send(command::StepBy{10})), "tick 20 of the branch");
  note(at_rest(s, s.send(command::LockGate{"hidden1", 2, false})), "a unit locked");
  note(at_rest(s, s.send(command::SwitchBranch{0})), "the first branch");
  RunSpec other = spec();
  other.optimizer.weight_decay = 0.01;
  note(at_rest(s, s.send(command::Reset{other})), "another decay, no tick yet");
  Session t(spec(0.8));
  note(at_rest(t, t.send(command::ShareWeights{true})), "a run of other rates with the same weights");
}

TEST(ShareWeights, CopiesAFewTimesASecondWhileTrainingAndLeavesTheRunAsItIs) {
  std::mutex mutex;
  std::set<const FrozenRun*> copies;
  std::vector<std::shared_ptr<const FrozenRun>> held;  // so that no address comes twice
  std::int64_t oldest = 0;
  SessionOptions options;
  options.on_snapshot = [&](const Shown& shown) {
    if (!shown->frozen || shown->status != RunStatus::Running) return;
    const std::lock_guard lock(mutex);
    if (copies.insert(shown->frozen.get()).second) held.push_back(shown->frozen);
    oldest = std::max(oldest, shown->tick - shown->frozen->tick);
  };
  Session s(spec(), options);
  rested(s);
  s.send(command::SetSpeed{0});
  s.send(command::ShareWeights{true});
  s.send(command::Play{});
  const auto start = Clock::now();
  while (Clock::now() - start < 600ms) {
    (void)s.latest();
    std::this_thread::sleep_for(2ms);
  }
  const Shown end = at_rest(s, s.send(command::Pause{}));
  const double quarters = std::chrono::duration<double>(Clock::now() - start).count() / 0.25;
  EXPECT_GE(copies.size(), 2u);
  EXPECT_LE(double(copies.size()), quarters + 1);
  EXPECT_GT(oldest, 0);
  EXPECT_EQ(end->frozen->tick, end->tick) << "at once where it rests";
  EXPECT_EQ(s.log().size(), 1u);
  EXPECT_EQ(end->state_hash, replay(s.log(), end->tick));
}

TEST(ShareWeights, NothingOlderIsSharedOnceSomethingWasChanged) {
  const auto data = std::make_shared<const Dataset>(make_dataset(spec().data, spec().data_seed, nullptr));
  Trainer trainer(spec(), data), other(spec(0.8), data);
  WeightSharing sharing;
  sharing.turn(true);
  const WeightSharing::Past past{trainer.spec(), {}};
  const auto first = sharing.share(trainer, {1, {50, 0}}, true, past);
  EXPECT_EQ(sharing.share(trainer, {1, {51, 0}}, true, past), first) << "recent, and the run trains";
  EXPECT_NE(sharing.share(trainer, {1, {51, 0}}, false, past), first) << "it rests";
  const auto second = sharing.share(trainer, {1, {52, 0}}, true, past);
  EXPECT_EQ(sharing.share(other, {2, {53, 0}}, true, past)->spec, other.spec()) << "started over, or a rate was set";
  EXPECT_NE(sharing.share(trainer, {2, {7, 0}}, true, past), second) << "taken back and playing again";
}

// Without dropout a run is its own twin, whatever was set on the way and wherever it was taken.
TEST(ShareWeights, TheTwinOfARunWithoutDropoutIsThatRun) {
  Session s(spec(0));
  rested(s);
  s.send(command::SetSpeed{0});
  s.send(command::ShareWeights{true});
  const auto is_its_twin = [](const FrozenRun& run) {
    MemberPool pool;
    pool.turn_to(run);
    EXPECT_EQ(pool.train_next(1, {}), MemberPool::Outcome::Trained);
    return pool.members(1)[0].params == *run.params;
  };
  at_rest(s, s.send(command::StepBy{100}));
  at_rest(s, s.send(command::SetField{"optimizer.learning_rate", "0.0001"}));
  const Shown end = at_rest(s, s.send(command::StepBy{200}));
  ASSERT_EQ(end->frozen->tick, 300);
  EXPECT_TRUE(is_its_twin(*end->frozen));
  // Back before the setting, on another branch, and on the first one again.
  EXPECT_TRUE(is_its_twin(*at_rest(s, s.send(command::SeekTo{60}))->frozen));
  at_rest(s, s.send(command::SetField{"optimizer.weight_decay", "0.1"}));
  const Shown branch = at_rest(s, s.send(command::StepBy{100}));
  EXPECT_EQ(branch->frozen->course.settings, (std::vector<SettingAt>{{60, "optimizer.weight_decay", "0.1"}}));
  EXPECT_TRUE(is_its_twin(*branch->frozen));
  const Shown first = at_rest(s, s.send(command::SwitchBranch{0}));
  EXPECT_EQ(first->frozen->tick, 300);
  EXPECT_TRUE(is_its_twin(*first->frozen));
}

TEST(MeetAt, StaysThereRunningUntilTheNextCommand) {
  std::atomic<int> paused{0};
  SessionOptions options;
  options.on_snapshot = [&](const Shown& shown) { paused += shown->tick > 0 && shown->status == RunStatus::Paused; };
  Session s(spec(), options);
  rested(s);
  s.send(command::SetSpeed{0});
  s.send(command::MeetAt{25});
  const Shown there = wait_for(s, [](const Snapshot& x) { return x.tick == 25; });
  EXPECT_EQ(there->status, RunStatus::Running);
  EXPECT_EQ(there->state_hash, 0u);
  EXPECT_FALSE(there->over);
  const Shown still = after(s, s.send(command::SetTrace{true}));
  EXPECT_EQ(still->tick, 25);
  EXPECT_EQ(still->status, RunStatus::Running);
  // A meeting that lies behind is none to go back to; one in a hurry does not keep the pace.
  EXPECT_EQ(after(s, s.send(command::MeetAt{20}))->tick, 25);
  s.send(command::SetSpeed{0.01});
  s.send(command::MeetAt{400, true});
  wait_for(s, [](const Snapshot& x) { return x.tick == 400; });
  EXPECT_EQ(paused, 0);
  const Shown end = at_rest(s, s.send(command::Pause{}));
  EXPECT_EQ(end->tick, 400);
  EXPECT_EQ(end->state_hash, replay(s.log(), 400));
  EXPECT_EQ(s.log().size(), 1u);
}

TEST(TickSeconds, AreThoseOfTicksAlone) {
  Session s(spec());
  EXPECT_EQ(rested(s)->tick_seconds, 0);
  s.send(command::SetSpeed{10});  // waits 100 ms between ticks of some microseconds
  const Shown slow = at_rest(s, s.send(command::StepBy{6}));
  EXPECT_GT(slow->tick_seconds, 0);
  EXPECT_LT(slow->tick_seconds, 0.05);
  s.send(command::SetSpeed{0});
  const auto start = Clock::now();
  const Shown fast = at_rest(s, s.send(command::StepBy{2'000}));
  const double spent = std::chrono::duration<double>(Clock::now() - start).count();
  EXPECT_GT(fast->tick_seconds, 0);
  EXPECT_LT(fast->tick_seconds * 2'000, 3 * spent) << "the mean of the last ones is near that of all";
}

// Of the calling thread.
void work_for(double seconds) {
  for (const double start = thread_seconds(); thread_seconds() - start < seconds;) {
  }
}

TEST(TickSeconds, OfManyTicksAreMeasuredAtOnceWhereTheyAreFast) {
  TickTimer timer;
  EXPECT_EQ(timer.pause(), 0);
  timer.begin();
  EXPECT_TRUE(timer.note_tick()) << "the first is measured alone";
  EXPECT_GT(timer.pause(), 0);
  int readings = 0;
  for (int tick = 0; tick < 6400; ++tick) {
    timer.begin();
    if (!timer.note_tick()) continue;
    ++readings;
    timer.pause();
  }
  EXPECT_GE(readings, 100);
  EXPECT_LT(readings, 1000);
  const double quick = timer.lately();
  for (int tick = 0; tick < 150; ++tick) {
    timer.begin();
    work_for(0.005);
    timer.note_tick();
    timer.pause();
  }
  EXPECT_LT(quick, 0.0005);
  EXPECT_GT(timer.lately(), 0.0049) << "what ticks took in the past is forgotten";
  timer.forget();
  EXPECT_EQ(timer.lately(), 0);
}

// Costs are those of the processor, what checkpoints may take is what a person waits.
TEST(TickSeconds, OfATickDoNotCountWhatOthersDidMeanwhile) {
  TickTimer timer;
  timer.begin();
  std::this_thread::sleep_for(60ms);
  work_for(0.002);
  timer.note_tick();
  EXPECT_GE(timer.pause(), 0.06);
  EXPECT_GE(timer.lately(), 0.002);
  EXPECT_LT(timer.lately(), 0.03);
}

}  // namespace
}  // namespace dropscope
