// A session walked by commands from another thread: everywhere it is the run that its log describes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random/uniforms.h"
#include "core/session/command_queue.h"
#include "tests/session/session_helpers.h"
#include "tests/session/straight_run.h"

namespace dropscope {
namespace {

using namespace sessions;

// The state of the straight run of the session's log at a boundary.
std::uint64_t straight_hash(const std::vector<LoggedCommand>& log, std::int64_t to) {
  const auto& reset = std::get<command::Reset>(log.front().command);
  Trainer trainer(reset.spec, data_of(reset.spec));
  for (std::size_t i = 1;;) {
    // Settings come into force with the boundary, masks with the tick after it.
    for (std::size_t k = i; k < log.size() && log[k].tick == trainer.tick(); ++k)
      if (std::holds_alternative<command::SetField>(log[k].command)) obey(trainer, log[k].command);
    if (trainer.tick() == to) return trainer.state_hash();
    for (; i < log.size() && log[i].tick == trainer.tick(); ++i)
      if (!std::holds_alternative<command::SetField>(log[i].command)) obey(trainer, log[i].command);
    trainer.advance(Granularity::Tick);
  }
}

void expect_straight(Session& s, const Snapshot& shown) {
  ASSERT_NE(shown.timeline, nullptr);
  EXPECT_EQ(shown.timeline->tick, shown.tick);
  EXPECT_LE(shown.tick, shown.timeline->last_tick);
  if (!shown.history.empty()) {
    EXPECT_LE(shown.history.back().tick, shown.tick) << "what lies ahead is the timeline's";
  }
  if (shown.timeline->beat > 0) {
    EXPECT_EQ(shown.state_hash, 0u);
    const TimelineView::BeatView& beat = shown.timeline->beats[std::size_t(shown.timeline->beat - 1)];
    EXPECT_EQ(shown.phase, beat.phase);
    if (beat.column >= 0) {
      EXPECT_EQ(shown.phase_layer + 1, beat.column);
    }
  } else {
    EXPECT_EQ(shown.phase, Phase::Update);
    EXPECT_EQ(shown.state_hash, straight_hash(s.log(), shown.tick)) << "tick " << shown.tick;
  }
}

TEST(SessionWalk, EveryCommandLeadsToAPlaceOfTheStraightRun) {
  Session s(spec());
  wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
  s.send(command::SetSpeed{0});
  s.send(command::SetTrace{true});
  const Uniforms draw({11}, Stream::Test);
  std::int64_t tick = 0;
  int masks = 0, back = 0;
  for (std::uint32_t move = 0; move < 200; ++move) {
    auto below = [&, n = 0u](std::uint32_t most) mutable { return draw.below(8 * move + n++, most); };
    Command next = command::StepBy{1};
    switch (below(12)) {
      case 0:
        next = command::StepBy{std::int64_t(below(25)) - 12, Granularity::Phase};
        break;
      case 1:
        next = command::StepBy{std::int64_t(below(20)) - 11, Granularity::Tick};
        break;
      case 2:
        next = command::StepBy{std::int64_t(below(5)) - 2, Granularity::Epoch};
        break;
      case 3:
        next = command::SeekTo{std::int64_t(below(70)), int(below(10))};
        break;
      case 4:
        next = command::RunUntil{std::min<std::int64_t>(tick + 20, 70)};
        break;
      case 5:
        next = command::SetField{"dropout.hidden1.rate", below(2) ? "0.2" : "0.7"};
        break;
      case 6:
        next = command::SetGate{"hidden1", below(9), -1, false};
        break;
      case 7:
        next = command::LockGate{"hidden2", below(7), below(2) == 0};
        break;
      case 8:
        next = command::RedrawMasks{};
        break;
      case 9:
        next = command::SwitchBranch{int(below(6))};
        break;
      case 10:
        next = command::SetBookmark{std::int64_t(below(40)), 0, ""};
        break;
      default:
        next = command::SetGate{"hidden2", below(9), 2, true};
        break;  // now and then not there
    }
    const Shown shown = at_rest(s, s.send(next));
    expect_straight(s, *shown);
    if (HasFailure()) break;
    masks += int(shown->timeline->pins.size());
    back += shown->tick < tick ? 1 : 0;
    tick = shown->tick;
  }
  EXPECT_GT(masks, 100);
  EXPECT_GT(back, 25);
  EXPECT_GT(s.latest()->timeline->branches.size(), 4u);
}

TEST(SessionWalk, StepsSentTogetherAddUp) {
  Session s(spec());
  for (int i = 0; i < 7; ++i) s.send(command::StepBy{1, Granularity::Phase});
  for (int i = 0; i < 2; ++i) s.send(command::StepBy{-1, Granularity::Phase});
  s.send(command::StepBy{1});
  s.send(command::StepBy{2});
  const Shown shown = at_rest(s, s.send(command::StepBy{-1, Granularity::Phase}));
  EXPECT_EQ(shown->tick, 2);
  EXPECT_EQ(shown->timeline->beat, int(shown->timeline->beats.size()) - 1);
}

TEST(SessionWalk, APlaceBeyondAllThatWasTrainedIsTrainedFor) {
  Session s(spec());
  s.send(command::SetSpeed{0.001});
  const Shown shown = at_rest(s, s.send(command::SeekTo{700, 3}));
  EXPECT_EQ(shown->tick, 700);
  EXPECT_EQ(shown->timeline->beat, 3);
  EXPECT_TRUE(shown->timeline->at_tip);
  EXPECT_EQ(shown->timeline->last_tick, 700);
  const Shown back = at_rest(s, s.send(command::SeekTo{-3, 9}));
  EXPECT_EQ(back->tick, 0);
  EXPECT_FALSE(back->timeline->at_tip);
  EXPECT_LT(back->history.count, back->timeline->history.count);
}

TEST(SessionWalk, RefusalsAreNoticesAndPlayGoesOnFromThePast) {
  Session s(spec());
  s.send(command::SetSpeed{0});
  at_rest(s, s.send(command::StepBy{60}));
  at_rest(s, s.send(command::SeekTo{20, 0}));
  const Shown refused = at_rest(s, s.send(command::SetGate{"hidden7", 0, -1, false}));
  EXPECT_NE(refused->message.find("hidden7"), std::string::npos) << refused->message;
  EXPECT_NE(at_rest(s, s.send(command::SwitchBranch{4}))->message, "");
  EXPECT_EQ(at_rest(s, s.send(command::SetGate{"hidden1", 0, -1, false}))->message, "");
  s.send(command::Play{});
  wait_for(s, [](const Snapshot& x) { return x.tick > 100; });
  const Shown end = at_rest(s, s.send(command::Pause{}));
  expect_straight(s, *end);
  EXPECT_EQ(end->timeline->branches.size(), 2u);
  EXPECT_EQ(end->timeline->branches[1].name, "Branch 2 at step 20");
  EXPECT_EQ(end->timeline->branches[0].last_tick, 60);
}

TEST(SessionWalk, ASettingGivenInsideATickWaitsForTheBoundaryReached) {
  Session s(spec());
  at_rest(s, s.send(command::StepBy{30}));
  at_rest(s, s.send(command::SeekTo{10, 3}));
  const Shown waiting = at_rest(s, s.send(command::SetField{"dropout.hidden1.rate", "0.8"}));
  EXPECT_EQ(waiting->timeline->branches.size(), 1u);
  EXPECT_EQ(waiting->message, "The new setting takes effect at the next step.");
  const Shown done = at_rest(s, s.send(command::StepBy{1}));
  EXPECT_EQ(done->tick, 11);
  EXPECT_TRUE(done->preview);
  ASSERT_EQ(done->timeline->branches.size(), 2u);
  EXPECT_EQ(done->timeline->branches[1].fork_tick, 11);
  expect_straight(s, *done);
}

TEST(SessionWalk, ASettingThatWaitsIsDroppedWhereTheWalkGoesElsewhere) {
  Session s(spec());
  at_rest(s, s.send(command::StepBy{30}));
  at_rest(s, s.send(command::SeekTo{20, 0}));
  at_rest(s, s.send(command::RedrawMasks{}));
  at_rest(s, s.send(command::SwitchBranch{0}));
  const Command ways[] = {command::SeekTo{0, 0}, command::SwitchBranch{1}, command::StepBy{-1},
                          command::StepBy{-40, Granularity::Phase}, command::SeekTo{25, 0}};
  for (const Command& way : ways) {
    at_rest(s, s.send(command::SwitchBranch{0}));
    at_rest(s, s.send(command::SeekTo{10, 3}));
    at_rest(s, s.send(command::SetField{"dropout.hidden1.rate", "0.8"}));
    // Within the update it goes on waiting.
    const Shown waiting = at_rest(s, s.send(command::StepBy{-1, Granularity::Phase}));
    EXPECT_EQ(waiting->spec.dropout.find("hidden1")->rate, 0.8);
    const Shown there = at_rest(s, s.send(way));
    EXPECT_THAT(there->message, testing::HasSubstr("dropout.hidden1.rate = 0.8"));
    EXPECT_EQ(there->spec.dropout.find("hidden1")->rate, 0.3);
    EXPECT_EQ(there->timeline->branches.size(), 2u);
    const Shown on = at_rest(s, s.send(command::StepBy{1}));
    EXPECT_EQ(on->spec.dropout.find("hidden1")->rate, 0.3);
    EXPECT_EQ(on->timeline->branches.size(), 2u);
    expect_straight(s, *on);
  }
}

TEST(SessionWalk, BeatsBeyondATicksAreTrainedForStepByStep) {
  Session s(spec());
  const int beats = int(at_rest(s, s.send(command::StepBy{1}))->timeline->beats.size());
  const Shown shown = at_rest(s, s.send(command::SeekTo{2, 7 * beats + 1}));
  EXPECT_EQ(shown->tick, 9);
  EXPECT_EQ(shown->timeline->beat, 1);
  EXPECT_EQ(at_rest(s, s.send(command::SeekTo{2, -1}))->tick, 1);
  // So far away that only a pause ends it.
  s.send(command::SetSpeed{0});
  s.send(command::SeekTo{2, 2'000'000'000});
  wait_for(s, [](const Snapshot& x) { return x.tick > 30; });
  EXPECT_LT(at_rest(s, s.send(command::Pause{}))->tick, 1'000'000);
}

TEST(SessionWalk, StepsHeldDownAreOneWay) {
  CommandQueue queue;
  for (int i = 0; i < 50; ++i) queue.push(command::StepBy{-1, Granularity::Phase});
  queue.push(command::StepBy{-2, Granularity::Tick});
  queue.push(command::StepBy{3, Granularity::Tick});
  queue.push(command::StepBy{INT64_MAX, Granularity::Tick});
  queue.push(command::StepBy{INT64_MAX, Granularity::Tick});
  const CommandQueue::Taken taken = queue.take();
  ASSERT_EQ(taken.commands.size(), 3u);
  EXPECT_EQ(taken.last, 54u);
  EXPECT_EQ(std::get<command::StepBy>(taken.commands[0]).n, -50);
  EXPECT_EQ(std::get<command::StepBy>(taken.commands[1]).n, -2);
  EXPECT_GT(std::get<command::StepBy>(taken.commands[2]).n, std::int64_t{1} << 60);
}

TEST(SessionWalk, ANetworkTooLargeToGoBackInSaysSoAndRunsShareTheRoom) {
  SessionOptions options;
  options.timeline.budget = 12'000;
  Lab lab(options);
  lab.add(spec());
  const auto rested = [](const Snapshot& x) { return x.status == RunStatus::Paused; };
  const Shown alone = wait_for(lab.run(0), rested);
  EXPECT_EQ(alone->message, "");
  EXPECT_FALSE(alone->timeline->over_budget);
  EXPECT_EQ(alone->timeline->budget_bytes, 12'000u);
  lab.add(spec());
  for (int run : {0, 1}) {
    const Shown shared = wait_for(lab.run(std::size_t(run)), [](const Snapshot& x) {
      return x.status == RunStatus::Paused && x.timeline->over_budget;
    });
    EXPECT_EQ(shared->timeline->budget_bytes, 3'000u);
    EXPECT_THAT(shared->message, testing::HasSubstr("too large"));
  }
  lab.remove(1);
  wait_for(lab.run(0), [](const Snapshot& x) { return !x.timeline->over_budget; });
}

TEST(SessionWalk, DraggingIsAnsweredAndEndsAtTheLastPlaceAskedFor) {
  SessionOptions options;
  options.timeline.budget = 20'000;  // so small that every way is long
  Session s(spec(), options);
  s.send(command::SetSpeed{0});
  at_rest(s, s.send(command::StepBy{3'000}));
  std::uint64_t last = 0;
  for (int i = 0; i < 60; ++i) {
    last = s.send(command::SeekTo{2'990 - 45 * i, i % 8});
    (void)s.latest();
    if (i % 4 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const Shown shown = at_rest(s, last);
  EXPECT_EQ(shown->tick, 2'990 - 45 * 59);
  EXPECT_EQ(shown->timeline->beat, 59 % 8);
  EXPECT_LE(shown->timeline->checkpoint_bytes, options.timeline.budget);
  expect_straight(s, *at_rest(s, s.send(command::StepBy{-1})));
}

}  // namespace
}  // namespace dropscope
