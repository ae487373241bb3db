#include "core/session/session.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>

#include "core/session/command_queue.h"
#include "core/session/worker_pool.h"
#include "tests/session/session_helpers.h"

namespace dropscope {
namespace {

using namespace sessions;
using Clock = std::chrono::steady_clock;

TEST(CommandQueue, MergesNeighboursForTheSameTargetAndNothingElse) {
  CommandQueue q;
  EXPECT_FALSE(q.pending());
  for (int i = 0; i < 100; ++i) q.push(command::SetField{"dropout.hidden1.rate", std::to_string(i)});
  q.push(command::SetField{"dropout.hidden2.rate", "0.5"});
  q.push(command::SetField{"dropout.hidden1.rate", "0.7"});
  q.push(command::StepBy{1});
  q.push(command::StepBy{1});
  for (int i = 0; i < 5; ++i) q.push(command::SeekTo{i});
  q.push(command::RedrawMasks{});
  q.push(command::RedrawMasks{});
  q.push(command::ShowRow{1});
  q.push(command::ShowRow{2});
  q.push(command::SetSpeed{1});
  const std::uint64_t last = q.push(command::SetSpeed{2});
  EXPECT_EQ(last, 115u);
  EXPECT_TRUE(q.pending());
  const auto taken = q.take();
  ASSERT_EQ(taken.commands.size(), 9u);
  EXPECT_EQ(std::get<command::SetField>(taken.commands[0]).value, "99");
  EXPECT_EQ(std::get<command::SetField>(taken.commands[1]).path, "dropout.hidden2.rate");
  EXPECT_EQ(std::get<command::SetField>(taken.commands[2]).value, "0.7");
  EXPECT_EQ(std::get<command::StepBy>(taken.commands[3]).n, 2);
  EXPECT_EQ(std::get<command::SeekTo>(taken.commands[4]).tick, 4);
  EXPECT_EQ(std::get<command::ShowRow>(taken.commands[7]).row, 2);
  EXPECT_EQ(std::get<command::SetSpeed>(taken.commands[8]).ticks_per_second, 2);
  EXPECT_EQ(taken.last, last);
  EXPECT_FALSE(q.pending());
  EXPECT_TRUE(q.take().commands.empty());
}

TEST(WorkerPool, DoesEveryPartOfEveryJobOnce) {
  for (int threads : {1, 2, 3, 5}) {
    WorkerPool pool(threads);
    for (int job = 0; job < 300; ++job) {
      std::vector<int> done(1000, 0);
      spread(&pool, [&](int part, int parts) {
        const Range r = part_of(1000, part, parts);
        for (int i = r.begin; i < r.end; ++i) ++done[std::size_t(i)];
      });
      ASSERT_EQ(std::count(done.begin(), done.end(), 1), 1000);
    }
  }
}

TEST(Session, OpensPausedWithThePictureOfTheFirstTick) {
  Session s(spec());
  EXPECT_NE(s.latest(), nullptr);
  const Shown first = wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
  EXPECT_EQ(first->tick, 0);
  EXPECT_TRUE(first->preview);
  EXPECT_FALSE(first->layers.back().h.empty());
  // The preview is the very pass that the first tick then makes.
  const Shown next = at_rest(s, s.send(command::StepBy{1}));
  EXPECT_EQ(next->tick, 1);
  EXPECT_FALSE(next->preview);
  EXPECT_EQ(next->sites[1].gate, first->sites[1].gate);
  EXPECT_EQ(next->layers[2].y, first->layers[2].y);
}

TEST(Session, StepsAreExactAndStopWhereTheyShould) {
  Session s(spec());
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{7}))->tick, 7);
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{1, Granularity::Epoch}))->tick, 8) << "64 examples in batches of 16";
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{0}))->tick, 8);
  EXPECT_EQ(at_rest(s, s.send(command::RunUntil{3}))->tick, 8) << "never backward";
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{-3}))->tick, 5);
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{-2, Granularity::Epoch}))->tick, 0) << "the beginnings at 4 and at 0";
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{8}))->tick, 8);
  const Shown inside = at_rest(s, s.send(command::StepBy{4, Granularity::Phase}));
  EXPECT_EQ(inside->tick, 8);
  EXPECT_EQ(inside->phase, Phase::Forward);
  EXPECT_TRUE(inside->layers[3].h.empty()) << "the tick has not come to the output layer yet";
  EXPECT_EQ(inside->state_hash, 0u);
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{1}))->tick, 9);
}

TEST(Session, HugeNumbersAreNoTrouble) {
  Session s(spec());
  wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
  for (std::int64_t n : {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})
    for (Granularity g : {Granularity::Phase, Granularity::Tick, Granularity::Epoch}) {
      s.send(command::StepBy{n, g});
      s.send(command::StepBy{n, g});
      s.send(command::Pause{});
    }
  for (double speed : {1e-300, 1e300, double(INFINITY), std::nan(""), -5.0, 1e-9}) s.send(command::SetSpeed{speed});
  s.send(command::SetProbe{std::numeric_limits<std::int64_t>::max()});
  s.send(command::SetProbe{-7});
  s.send(command::SetProbePoint{std::nanf(""), INFINITY});
  s.send(command::RunUntil{std::numeric_limits<std::int64_t>::min()});
  s.send(command::SetSpeed{0});
  const std::int64_t tick = at_rest(s, s.send(command::Pause{}))->tick;
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{2}))->tick, tick + 2);
}

TEST(Session, PauseStopsAndPlayGoesOn) {
  Session s(spec());
  s.send(command::SetSpeed{0});
  wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
  s.send(command::Play{});
  wait_for(s, [](const Snapshot& x) { return x.tick > 50; });
  const Shown stopped = at_rest(s, s.send(command::Pause{}));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(s.latest()->tick, stopped->tick);
  EXPECT_EQ(s.latest()->status, RunStatus::Paused);
  EXPECT_EQ(stopped->ticks_per_second, 0);
}

TEST(Session, ARefusedSettingSaysWhyAndChangesNothing) {
  Session s(spec());
  const Shown before = at_rest(s, s.send(command::StepBy{5}));
  const Shown after_it = at_rest(s, s.send(command::SetField{"dropout.hidden1.rate", "1.5"}));
  EXPECT_NE(after_it->message.find("0 to 1"), std::string::npos) << after_it->message;
  EXPECT_EQ(after_it->state_hash, before->state_hash);
  EXPECT_EQ(after_it->spec, before->spec);
  EXPECT_EQ(s.log().size(), 1u);
  EXPECT_NE(at_rest(s, s.send(command::SetField{"batch_size", "8"}))->message, "");
}

TEST(Session, ABadResetKeepsTheRunAndSaysWhy) {
  Session s(spec());
  const Shown before = at_rest(s, s.send(command::StepBy{5}));
  RunSpec bad = spec();
  bad.network.hidden[0].units = 0;
  const Shown kept = at_rest(s, s.send(command::Reset{bad}));
  EXPECT_EQ(kept->tick, 5);
  EXPECT_EQ(kept->state_hash, before->state_hash);
  EXPECT_NE(kept->message.find("network.hidden1.units"), std::string::npos) << kept->message;
  bad = spec();
  bad.data.dataset = "csv";
  bad.data.path = "/nowhere/at/all.csv";
  EXPECT_NE(at_rest(s, s.send(command::Reset{bad}))->message.find("/nowhere/at/all.csv"), std::string::npos);
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{1}))->tick, 6) << "the run goes on";
  RunSpec good = spec();
  good.seed = 99;
  const Shown fresh = at_rest(s, s.send(command::Reset{good}));
  EXPECT_EQ(fresh->tick, 0);
  EXPECT_EQ(fresh->message, "");
  EXPECT_EQ(fresh->spec.seed, 99u);
  EXPECT_EQ(fresh->state_hash, replay(s.log(), 0));
}

TEST(Session, ThatCannotLoadFailsWithTheReasonAndAGoodResetHelps) {
  RunSpec bad = spec();
  bad.data.dataset = "mnist";
  bad.data.path = "/nowhere/at/all";
  Session s(bad);
  const Shown failed = wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Failed; });
  EXPECT_NE(failed->message.find("/nowhere/at/all"), std::string::npos) << failed->message;
  EXPECT_EQ(failed->spec, bad);
  const std::uint64_t n = s.send(command::Play{});
  EXPECT_EQ(at_rest(s, n)->status, RunStatus::Failed) << "nothing to play";
  s.send(command::Reset{spec()});
  wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
  EXPECT_EQ(at_rest(s, s.send(command::StepBy{2}))->tick, 2);
}

TEST(Session, AFailureOfTheNumbersStopsItAndSaysWhere) {
  RunSpec bad = spec();
  bad.optimizer.kind = OptimizerKind::Sgd;
  bad.optimizer.learning_rate = 1e6;
  bad.network.loss = Loss::MeanSquared;
  bad.network.hidden[1].activation = Activation::Relu;
  Session s(bad);
  s.send(command::SetSpeed{0});
  wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
  s.send(command::Play{});
  const Shown end = wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Diverged; });
  EXPECT_NE(end->message.find("learning rate"), std::string::npos) << end->message;
  EXPECT_EQ(end->state_hash, replay(s.log(), end->tick));
  const Shown still = after(s, s.send(command::Play{}));
  EXPECT_EQ(still->status, RunStatus::Diverged);
  EXPECT_EQ(still->tick, end->tick);
  EXPECT_EQ(at_rest(s, s.send(command::Reset{spec()}))->status, RunStatus::Paused);
}

TEST(Session, NothingIsBuiltThatNobodyTakes) {
  std::atomic<int> published{0};
  SessionOptions options;
  options.on_publish = [&] { ++published; };
  options.surfaces = false;
  Session s(spec(), options);
  s.send(command::SetSpeed{0});
  const Shown first = wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
  s.send(command::Play{});
  wait_for(s, [&](const Snapshot& x) { return x.tick > 10; });
  // One may be on its way; after that none is made, however many ticks go by.
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const int before = published;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_LE(published, before + 1);
  EXPECT_GT(wait_for(s, [&](const Snapshot& x) { return x.tick > first->tick + 100; })->tick, 100);
}

TEST(Session, ShutsDownAtOnceWhateverItIsDoing) {
  for (int doing = 0; doing < 5; ++doing) {
    auto s = std::make_unique<Session>(spec());
    if (doing > 0) wait_for(*s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
    if (doing == 2) s->send(command::SetSpeed{1e-9}), s->send(command::Play{});  // the next tick is far away
    if (doing == 3) s->send(command::SetSpeed{0}), s->send(command::Play{});
    if (doing == 4) s->send(command::StepBy{1'000'000'000, Granularity::Phase});
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    const auto start = Clock::now();
    s.reset();
    // A tick takes microseconds; two seconds are for a loaded machine under a sanitizer.
    EXPECT_LT(Clock::now() - start, std::chrono::seconds(2)) << "case " << doing;
  }
}

TEST(Session, SlowPlayStillTakesCommandsAtOnce) {
  Session s(spec());
  s.send(command::SetSpeed{0.001});
  s.send(command::Play{});
  wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Running; });
  const auto start = Clock::now();
  const Shown shown = at_rest(s, s.send(command::Pause{}));
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(2));
  EXPECT_LE(shown->tick, 1);
}

TEST(Session, TheSurfaceOfTheTickArrivesWhilePaused) {
  Session s(spec());
  at_rest(s, s.send(command::StepBy{20}));
  const Shown shown = wait_for(s, [](const Snapshot& x) { return x.surface && x.surface->tick == 20; });
  EXPECT_EQ(shown->surface->value.size(), std::size_t(shown->surface->cols * shown->surface->rows));
  for (float p : shown->surface->value) ASSERT_TRUE(p >= 0 && p <= 1) << p;
}

TEST(Session, ManyThreadsMaySendAndLook) {
  Session s(spec());
  s.send(command::SetSpeed{0});
  std::vector<std::thread> people;
  for (int p = 0; p < 4; ++p)
    people.emplace_back([&s, p] {
      for (int i = 0; i < 50; ++i) {
        if (p == 0) s.send(command::StepBy{1});
        if (p == 1) s.send(command::SetField{"dropout.hidden1.rate", i % 2 ? "0.1" : "0.8"});
        if (p == 2 && i % 10 == 0) s.send(command::Reset{spec()});
        (void)s.latest()->layers.size();
        (void)s.recent();
        (void)s.log();
      }
    });
  for (std::thread& person : people) person.join();
  const Shown end = at_rest(s, s.send(command::RunUntil{300}));
  EXPECT_EQ(end->tick, 300);
  std::vector<LoggedCommand> log = s.log();
  EXPECT_EQ(end->state_hash, replay(log, 300));
}

}  // namespace
}  // namespace dropscope
