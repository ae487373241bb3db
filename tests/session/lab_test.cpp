// Runs side by side: what they are alone, they are together, whoever does what and when.
#include "core/session/lab.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "core/random/uniforms.h"
#include "tests/session/session_helpers.h"

namespace dropscope {
namespace {

using namespace sessions;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::vector<std::string> kVariants = {"none", "inverted", "gaussian", "classic"};

RunSpec variant_spec(const std::string& variant, double rate) {
  RunSpec s = spec(rate);
  for (const char* site : {"hidden1", "hidden2"}) s.dropout.at(site).variant = variant;
  return s;
}

void add_four(Lab& lab) {
  for (std::size_t i = 0; i < 4; ++i) lab.add(variant_spec(kVariants[i], 0.2 * double(i)));
}

bool rests(const Snapshot& s) { return s.status != RunStatus::Running && s.status != RunStatus::Loading; }

// Looks at all until `good` holds of every one's newest snapshot.
std::vector<Shown> wait_all(Lab& lab, const std::function<bool(const Snapshot&)>& good) {
  std::vector<Shown> all;
  for (std::size_t i = 0; i < lab.size(); ++i) all.push_back(wait_for(lab.run(i), good));
  return all;
}

// The runs when they have come to rest at one tick; looks again until they have, since a run may be on its way yet.
std::vector<Shown> all_at_one_tick(Lab& lab) {
  for (const auto end = Clock::now() + 60s; Clock::now() < end; std::this_thread::sleep_for(1ms)) {
    std::vector<Shown> all;
    bool good = true;
    std::set<std::int64_t> ticks;
    for (std::size_t i = 0; i < lab.size(); ++i) {
      all.push_back(lab.run(i).latest());
      const Snapshot& s = *all.back();
      good &= rests(s) && s.commands_seen == lab.run(i).sent();
      if (!s.over) ticks.insert(s.tick);
    }
    if (good && ticks.size() <= 1) return all;
  }
  ADD_FAILURE() << "the runs never came to one tick";
  return wait_all(lab, rests);
}

void expect_alone(Lab& lab, const std::vector<Shown>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i]->status == RunStatus::Failed) continue;
    ASSERT_NE(all[i]->state_hash, 0u) << "run " << i;
    EXPECT_EQ(all[i]->state_hash, replay(lab.run(i).log(), all[i]->tick)) << "run " << i << ", tick " << all[i]->tick;
  }
}

// Waits until some picture of all runs is of this tick or a later one; looks that every picture is of one tick.
void watch(Lab& lab, std::int64_t tick) {
  for (const auto end = Clock::now() + 60s; Clock::now() < end; std::this_thread::sleep_for(500us)) {
    std::int64_t newest = -1;
    for (const Shown& s : lab.aligned()) {
      if (!s || s->over) continue;
      if (newest >= 0) {
        ASSERT_EQ(s->tick, newest);
      }
      newest = s->tick;
    }
    if (newest >= tick) return;
  }
  ADD_FAILURE() << "tick " << tick << " was never shown";
}

TEST(Lab, FourRunsSideBySideAreTheRunsTheyAreAlone) {
  Lab lab;
  for (double rate : {0.0, 0.1, 0.3, 0.8}) lab.add(spec(rate));
  lab.send_all(command::SetSpeed{0});
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; i < 4; ++i) numbers.push_back(lab.run(i).send(command::RunUntil{800}));
  for (std::size_t i = 0; i < 4; ++i) {
    const Shown end = wait_for(lab.run(i), [](const Snapshot& x) { return x.tick == 800 && x.state_hash; });
    EXPECT_EQ(end->state_hash, replay(lab.run(i).log(), 800)) << "run " << i;
  }
}

TEST(Lab, AlignedShowsEveryRunAtOneTick) {
  Lab lab;
  EXPECT_TRUE(lab.aligned().empty());
  lab.add(spec(0.1));
  lab.add(spec(0.8));
  lab.add(spec(0.3));
  lab.send_all(command::SetSpeed{0});
  for (std::size_t i = 0; i < 3; ++i)
    wait_for(lab.run(i), [](const Snapshot& x) { return x.status == RunStatus::Paused; });
  int shown = 0;
  for (int frame = 0; frame < 60; ++frame) {
    lab.send_all(command::RunUntil{5 * (frame + 1)});
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const auto together = lab.aligned();
    if (together.empty()) continue;
    ++shown;
    ASSERT_EQ(together.size(), 3u);
    EXPECT_EQ(together[0]->tick, together[1]->tick);
    EXPECT_EQ(together[0]->tick, together[2]->tick);
  }
  EXPECT_GT(shown, 0);
  EXPECT_EQ(lab.run(0).latest()->spec.seed, lab.run(1).latest()->spec.seed);
  lab.remove(1);
  EXPECT_EQ(lab.size(), 2u);
}

// With one seed, the runs differ in nothing but their plans: one batch, nested masks.
TEST(Lab, SharedRunsSeeTheSameExamplesAndNestedMasks) {
  Lab lab;
  lab.add(spec(0.3));
  lab.add(spec(0.8));
  const Shown a = at_rest(lab.run(0), lab.run(0).send(command::StepBy{1}));
  const Shown b = at_rest(lab.run(1), lab.run(1).send(command::StepBy{1}));
  EXPECT_EQ(a->example_shown, b->example_shown);
  EXPECT_EQ(a->layers[0].h, b->layers[0].h);
  for (std::size_t site : {1u, 2u})
    for (std::size_t u = 0; u < a->sites[site].gate.size(); ++u)
      EXPECT_LE(b->sites[site].gate[u], a->sites[site].gate[u]);
}

TEST(Lab, PlayingTogetherEveryRunIsTheRunItIsAlone) {
  for (const double speed : {0.0, 60.0, 3000.0}) {
    Lab lab;
    add_four(lab);
    lab.send_all(command::SetSpeed{speed});
    const Uniforms draw({std::uint64_t(speed)}, Stream::Test);
    std::int64_t tick = 0;
    for (std::uint32_t round = 0; round < 6; ++round) {
      lab.play_together();
      EXPECT_TRUE(lab.playing_together());
      watch(lab, tick + (speed == 60 ? 2 : 20));
      std::this_thread::sleep_for(std::chrono::microseconds(draw.below(round, 20'000)));
      lab.pause_together();
      EXPECT_FALSE(lab.playing_together());
      const std::vector<Shown> all = all_at_one_tick(lab);
      for (const Shown& s : all) {
        EXPECT_EQ(s->status, RunStatus::Paused);
        EXPECT_EQ(s->tick, all[0]->tick);
      }
      EXPECT_GT(all[0]->tick, tick);
      tick = all[0]->tick;
      if (round % 3 == 2) expect_alone(lab, all);
    }
  }
}

TEST(Lab, RunsThatComeGoStartOverOrAreMovedSinglyAreCaughtUpWith) {
  Lab lab;
  add_four(lab);
  lab.send_all(command::SetSpeed{0});
  lab.play_together();
  watch(lab, 200);
  lab.remove(1);
  watch(lab, lab.run(0).latest()->tick + 50);
  lab.add(variant_spec("gaussian", 0.4));
  lab.run(3).send(command::SetSpeed{10});  // at which it would take minutes to catch up
  lab.run(3).send(command::SetSpeed{0});
  watch(lab, lab.run(0).latest()->tick + 50);
  lab.run(2).send(command::Reset{variant_spec("inverted", 0.7)});
  lab.run(0).send(command::StepBy{300});
  lab.run(1).send(command::StepBy{-1});
  watch(lab, lab.run(0).latest()->tick + 100);
  lab.run(1).send(command::Pause{});
  lab.run(3).send(command::StepBy{3, Granularity::Phase});
  lab.run(0).send(command::RunUntil{1});
  watch(lab, lab.run(2).latest()->tick + 100);
  lab.run(0).send(command::Play{});  // nothing but a look tells where it has run away to
  watch(lab, lab.run(0).latest()->tick + 100);
  lab.run(0).send(command::SetField{"dropout.hidden2.variant", "gaussian"});
  watch(lab, lab.run(0).latest()->tick + 20);
  EXPECT_TRUE(lab.playing_together());
  lab.pause_together();
  const std::vector<Shown> all = all_at_one_tick(lab);
  for (const Shown& s : all) EXPECT_EQ(s->tick, all[0]->tick);
  expect_alone(lab, all);
}

TEST(Lab, PausedAtAnyInstantAndSteppedAtOnceRunsRestAtOneTick) {
  Lab lab;
  add_four(lab);
  lab.send_all(command::SetSpeed{0});
  const Uniforms draw({5}, Stream::Test);
  for (std::uint32_t round = 0; round < 40; ++round) {
    lab.play_together();
    std::this_thread::sleep_for(std::chrono::microseconds(draw.below(2 * round, 3'000)));
    lab.pause_together();
    const Command steps[] = {command::StepBy{3}, command::StepBy{-2}, command::SeekTo{17, 0},
                             command::StepBy{1, Granularity::Epoch}};
    if (round % 3) lab.send_all(steps[draw.below(2 * round + 1, 4)]);
    if (round % 5 == 4) continue;  // played again before it rests
    const std::vector<Shown> all = all_at_one_tick(lab);
    for (const Shown& s : all) EXPECT_EQ(s->tick, all[0]->tick);
  }
  lab.pause_together();
  expect_alone(lab, all_at_one_tick(lab));
}

TEST(Lab, ARunThatDivergesOrStopsEarlyKeepsNoOther) {
  Lab lab;
  lab.add(spec(0.1));
  RunSpec wild = spec(0.1);
  wild.optimizer.kind = OptimizerKind::Sgd;
  wild.optimizer.learning_rate = 1e6;
  wild.network.loss = Loss::MeanSquared;
  wild.network.hidden[1].activation = Activation::Relu;
  lab.add(wild);
  RunSpec patient = spec(0.1);
  patient.data.label_noise = 0.5;
  patient.optimizer.learning_rate = 0.02;
  patient.evaluate_every = 5;
  patient.stopping.patience = 4;
  lab.add(patient);
  RunSpec broken = spec(0.1);
  broken.data.dataset = "no such data";
  lab.add(broken);
  lab.send_all(command::SetSpeed{0});
  lab.play_together();
  const Shown stopped = wait_for(lab.run(2), [](const Snapshot& s) { return s.over; });
  EXPECT_EQ(stopped->status, RunStatus::Paused);
  watch(lab, stopped->tick + 500);
  EXPECT_EQ(lab.run(1).latest()->status, RunStatus::Diverged);
  EXPECT_TRUE(lab.run(1).latest()->over);
  EXPECT_EQ(lab.run(2).latest()->tick, stopped->tick);
  EXPECT_EQ(lab.run(3).latest()->status, RunStatus::Failed);
  const auto shown = lab.aligned();
  ASSERT_EQ(shown.size(), 4u);
  EXPECT_EQ(shown[2]->tick, stopped->tick) << "of a run that is over, its last one";
  // Under another rule it goes on, and catches up.
  lab.run(2).send(command::SetField{"stopping.patience", "0"});
  wait_for(lab.run(2), [&](const Snapshot& s) { return s.tick > stopped->tick + 500; });
  lab.pause_together();
  const auto all = all_at_one_tick(lab);
  EXPECT_EQ(all[0]->tick, all[2]->tick);
  expect_alone(lab, {all[0]});
  // When none is left that could go on, nothing plays.
  Lab over;
  over.add(wild);
  over.play_together();
  for (const auto end = Clock::now() + 60s; over.playing_together() && Clock::now() < end;)
    std::this_thread::sleep_for(1ms);
  EXPECT_FALSE(over.playing_together());
}

TEST(Lab, CommandsAreObeyedAtAMeetingAndNobodyLooksPaused) {
  Lab lab;
  add_four(lab);
  lab.send_all(command::SetSpeed{0});
  for (std::size_t i = 0; i < 4; ++i) lab.run(i).send(command::RunUntil{40});
  wait_all(lab, [](const Snapshot& s) { return s.tick == 40 && s.state_hash != 0; });
  lab.send_all(command::SetSpeed{0.5});
  lab.play_together();
  // The first tick is taken at once, the next is due in two seconds.
  watch(lab, 41);
  const auto before = Clock::now();
  std::vector<std::uint64_t> numbers = lab.send_all(command::SetEvalView{true});
  for (std::size_t i = 0; i < 4; ++i) {
    const Shown s = after(lab.run(i), numbers[i]);
    EXPECT_TRUE(s->eval_view);
    EXPECT_EQ(s->status, RunStatus::Running);
    EXPECT_EQ(s->state_hash, 0u);
  }
  numbers = lab.send_all(command::SetField{"dropout.hidden1.rate", "0.6"});
  for (std::size_t i = 0; i < 4; ++i) {
    const Shown s = after(lab.run(i), numbers[i]);
    EXPECT_EQ(s->spec.dropout.find("hidden1")->rate, 0.6);
    EXPECT_FALSE(s->preview) << "training goes on";
  }
  // Pictures of runs that wait follow too.
  for (const auto end = before + 60s;;) {
    const auto shown = lab.aligned();
    if (shown.size() == 4 && std::all_of(shown.begin(), shown.end(), [](const Shown& s) {
          return s->eval_view && s->spec.dropout.find("hidden1")->rate == 0.6;
        }))
      break;
    ASSERT_LT(Clock::now(), end);
    std::this_thread::sleep_for(1ms);
  }
  // Pausing waits for no pace.
  lab.pause_together();
  const auto all = all_at_one_tick(lab);
  for (const Shown& s : all) EXPECT_EQ(s->tick, all[0]->tick);
  EXPECT_LE(all[0]->tick, 44);
  expect_alone(lab, all);
}

TEST(Lab, SlowedDownItMeetsSoon) {
  Lab lab;
  add_four(lab);
  lab.send_all(command::SetSpeed{0});
  lab.play_together();
  watch(lab, 2000);
  lab.send_all(command::SetSpeed{50});
  std::vector<std::int64_t> ticks;
  for (const auto end = Clock::now() + 60s; ticks.size() < 10 && Clock::now() < end; std::this_thread::sleep_for(1ms)) {
    const auto shown = lab.aligned();
    if (!shown.empty() && shown[0] && (ticks.empty() || shown[0]->tick > ticks.back())) ticks.push_back(shown[0]->tick);
  }
  ASSERT_EQ(ticks.size(), 10u) << "thousands of ticks lay between meetings before, which would now take a minute";
  // The first may be of before. A machine that lets the test wait misses some meetings, but ticks are slow.
  EXPECT_LE(ticks[9] - ticks[5], 500) << "each of a few ticks";
}

TEST(Lab, LineUpBringsAllToTheNewestTickAndItsBoundary) {
  Lab lab;
  for (int i = 0; i < 3; ++i) lab.add(spec(0.1 * i));
  lab.send_all(command::SetSpeed{0});
  at_rest(lab.run(0), lab.run(0).send(command::StepBy{5}));
  at_rest(lab.run(1), lab.run(1).send(command::StepBy{30}));
  at_rest(lab.run(1), lab.run(1).send(command::StepBy{2, Granularity::Phase}));
  at_rest(lab.run(2), lab.run(2).send(command::SeekTo{11, 3}));
  lab.add(spec(0.5));  // loads
  lab.line_up();
  const auto there = [](const Snapshot& s) { return rests(s) && s.tick == 30 && s.timeline->beat == 0; };
  expect_alone(lab, wait_all(lab, there));
  const auto shown = lab.aligned();
  ASSERT_EQ(shown.size(), 4u);
  for (const Shown& s : shown) EXPECT_EQ(s->tick, 30);
  // In a run that trains on its own nobody knows the tick before it has stopped.
  lab.run(3).send(command::Play{});
  std::this_thread::sleep_for(2ms);
  lab.line_up();
  const auto all = all_at_one_tick(lab);
  for (const Shown& s : all) EXPECT_EQ(s->tick, all[0]->tick);
  expect_alone(lab, all);
}

// Whoever lets a run play on does not want the others taken to it whenever it comes to rest.
TEST(Lab, APauseThatWasOverruledIsOver) {
  Lab lab;
  lab.add(spec());
  lab.run(0).send(command::SetSpeed{0});
  wait_for(lab.run(0), [](const Snapshot& x) { return x.status == RunStatus::Paused; });
  RunSpec large = spec();
  large.data.train = 400'000;
  lab.add(large);  // nothing can be finished before it is loaded
  lab.pause_together();
  const std::uint64_t play = lab.run(0).send(command::Play{});
  wait_for(lab.run(0), [&](const Snapshot& x) { return x.commands_seen >= play && x.tick > 20; });
  ASSERT_EQ(lab.run(1).latest()->status, RunStatus::Loading);
  const std::int64_t far = at_rest(lab.run(0), lab.run(0).send(command::Pause{}))->tick;
  ASSERT_GT(far, 0);
  wait_for(lab.run(1), rests);
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(lab.run(1).latest()->tick, 0);
  EXPECT_EQ(lab.run(0).latest()->tick, far);
  // The next one is meant for both, whatever else they are told.
  lab.pause_together();
  lab.send_all(command::SetProbe{3});
  lab.send_all(command::StepBy{2});
  const auto all = all_at_one_tick(lab);
  EXPECT_EQ(all[1]->tick, far + 2);
}

// To all, as when a setting changes that they share.
void start_over(Lab& lab, double speed) {
  lab.part();
  for (std::size_t i = 0; i < lab.size(); ++i) {
    lab.run(i).send(command::Reset{variant_spec(kVariants[i], 0.2 * double(i))});
    lab.run(i).send(command::SetSpeed{speed});
  }
}

TEST(Lab, RunsThatStartOverDoNotHurryToWhereTheyWere) {
  for (const bool playing : {true, false}) {
    Lab lab;
    add_four(lab);
    lab.send_all(command::SetSpeed{0});
    lab.play_together();
    watch(lab, 5000);
    if (!playing) {
      lab.pause_together();
      all_at_one_tick(lab);
    }
    start_over(lab, 40);
    lab.play_together();
    for (std::size_t i = 0; i < lab.size(); ++i) after(lab.run(i), lab.run(i).sent());
    watch(lab, 3);
    lab.pause_together();
    const std::vector<Shown> all = all_at_one_tick(lab);
    for (const Shown& s : all) EXPECT_LT(s->tick, 5000);
    expect_alone(lab, all);
  }
}

TEST(Lab, StartedOverAndPausedRunsRestAtTheBeginning) {
  Lab lab;
  add_four(lab);
  lab.send_all(command::SetSpeed{0});
  for (int round = 0; round < 5; ++round) {
    lab.play_together();
    watch(lab, 500);
    start_over(lab, 0);
    lab.pause_together();
    for (const Shown& s : all_at_one_tick(lab)) EXPECT_EQ(s->tick, 0) << "round " << round;
  }
}

TEST(Lab, RunsThatAllDivergedPlayOnceTheyStartOver) {
  Lab lab;
  RunSpec wild = spec(0.2);
  wild.optimizer.kind = OptimizerKind::Sgd;
  wild.optimizer.learning_rate = 1e6;
  wild.network.loss = Loss::MeanSquared;
  wild.network.hidden[1].activation = Activation::Relu;
  for (int i = 0; i < 2; ++i) lab.add(wild);
  lab.send_all(command::SetSpeed{0});
  lab.play_together();
  wait_all(lab, [](const Snapshot& s) { return s.status == RunStatus::Diverged; });
  start_over(lab, 0);
  lab.play_together();
  watch(lab, 100);
  EXPECT_TRUE(lab.playing_together());
}

TEST(Lab, SurfacesAreMadeWhileRunsMeet) {
  Lab lab;
  add_four(lab);
  lab.send_all(command::SetSpeed{0});
  lab.play_together();
  for (std::size_t i = 0; i < 4; ++i) {
    std::set<std::int64_t> ticks;
    for (const auto end = Clock::now() + 60s; ticks.size() < 4 && Clock::now() < end; std::this_thread::sleep_for(1ms))
      if (const auto shown = lab.aligned(); shown.size() == 4 && shown[i] && shown[i]->surface)
        ticks.insert(shown[i]->surface->tick);
    EXPECT_GE(ticks.size(), 4u);
  }
}

TEST(Lab, EndsWhileItPlays) {
  std::atomic<int> published{0};
  for (int round = 0; round < 25; ++round) {
    SessionOptions options;
    options.on_publish = [&] { ++published; };
    Lab lab(options);
    add_four(lab);
    lab.send_all(command::SetSpeed{round % 2 ? 0.0 : 0.01});
    lab.play_together();
    if (round % 3) std::this_thread::sleep_for(std::chrono::milliseconds(round));
    if (round % 4 == 1) lab.pause_together();
    while (round % 5 == 1 && lab.size() > 0) lab.remove(lab.size() / 2);
  }
  EXPECT_GT(published, 25);
}

}  // namespace
}  // namespace dropscope
