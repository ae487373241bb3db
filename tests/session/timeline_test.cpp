// What going back, editing the past and branches promise, one claim each.
#include "core/session/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/session/timeline_words.h"
#include "tests/session/straight_run.h"

namespace dropscope {
namespace {

using namespace sessions;
using testing::HasSubstr;

RunSpec small(double rate = 0.3) {
  RunSpec spec = scenario_with("moons", {{"network.hidden", "7,5"}, {"data.validation", "20"}});
  for (const char* site : {"hidden1", "hidden2"}) spec.dropout.at(site).rate = rate;
  return spec;
}

std::string refusal(Timeline& line, const Command& command) {
  try {
    line.apply(command);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool dropped(const Walk& walk, const char* site, std::uint32_t element) {
  const Noise<float>& noise =
      walk.trainer.network().noise_at(walk.trainer.tape(), walk.trainer.network().find_site(site)).noise;
  const std::size_t units = noise.gate.size() / std::size_t(noise.gate.shape[0].extent);
  for (std::size_t row = 0; row * units < noise.gate.size(); ++row)
    if (noise.gate[row * units + element] != 0) return false;
  return true;
}

TEST(Timeline, BeatsAreTheStationsOfATick) {
  for (const char* scenario : {"moons", "residual-depth", "lstm-locked", "transformer-attention", "conv-spatial"}) {
    Walk walk(scenario_with(scenario, {{"data.train", "40"}, {"data.validation", "6"}}));
    const std::vector<Column> columns = columns_of(walk.trainer.network());
    const int count = int(walk.timeline.beats().size());
    for (int b = 0; b < count; ++b) {
      const Beat beat = walk.timeline.beats()[std::size_t(b)];
      ASSERT_TRUE(walk.timeline.advance_beat());
      EXPECT_EQ(walk.trainer.phase(), beat.phase) << scenario << ", beat " << b;
      EXPECT_EQ(walk.timeline.position(), (b + 1 < count ? Position{0, b + 1} : Position{1, 0}));
      if (beat.column < 0) continue;
      // Forward ends with the last layer of the column, backward with the first.
      const Column& column = columns[std::size_t(beat.column)];
      EXPECT_EQ(walk.trainer.phase_layer() + 1, beat.phase == Phase::Forward ? column.last : column.first) << scenario;
    }
    EXPECT_EQ(walk.trainer.tick(), 1);
    EXPECT_EQ(difference(walk), "");
  }
}

TEST(Timeline, AtABoundaryThePictureIsThatOfTheUpdateJustDone) {
  Walk walk(small());
  EXPECT_TRUE(walk.trainer.previewing());
  EXPECT_EQ(walk.timeline.shown_tick(), 0);
  walk.timeline.seek({30, 0});
  walk.timeline.seek({12, 0});
  EXPECT_FALSE(walk.trainer.previewing());
  EXPECT_EQ(walk.timeline.shown_tick(), 11);
  EXPECT_EQ(difference(walk), "");
  walk.timeline.step_beats(-1);
  EXPECT_EQ(walk.timeline.position(), (Position{11, int(walk.timeline.beats().size()) - 1}));
  EXPECT_EQ(walk.timeline.shown_tick(), 11);
  walk.timeline.seek({-5, 3});
  EXPECT_EQ(walk.timeline.position(), Position{});
  EXPECT_TRUE(walk.trainer.previewing());
  EXPECT_EQ(walk.timeline.tip(), (Position{30, 0}));
}

TEST(Timeline, StepsGoToTheNextBoundaryOrTheOneBefore) {
  Walk walk(small());  // 60 examples in batches of 16: 4 ticks an epoch
  Timeline& line = walk.timeline;
  ASSERT_EQ(walk.trainer.ticks_per_epoch(), 4);
  line.seek({10, 3});
  line.step_ticks(-1);
  EXPECT_EQ(line.position(), (Position{10, 0}));
  line.step_epochs(-1);
  EXPECT_EQ(line.position(), (Position{8, 0}));
  line.step_epochs(-1);
  EXPECT_EQ(line.position(), (Position{4, 0}));
  line.seek({5, 2});
  line.step_epochs(1);
  EXPECT_EQ(line.position(), (Position{8, 0}));
  line.seek({5, 2});
  line.step_ticks(2);
  EXPECT_EQ(line.position(), (Position{7, 0}));
  line.step_ticks(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(line.position(), Position{});
}

TEST(Timeline, AMaskPaintedNowIsUsedAtOnceAndStaysOnTheBranch) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({5, 0});
  line.apply(command::SetGate{"hidden1", 3, -1, false});
  EXPECT_EQ(line.branch_count(), 1);
  EXPECT_EQ(line.position(), (Position{5, 0}));
  EXPECT_TRUE(dropped(walk, "hidden1", 3));
  EXPECT_EQ(difference(walk), "");
  line.seek({9, 0});
  EXPECT_FALSE(dropped(walk, "hidden1", 3)) << "it was set for one tick";
  line.apply(command::LockGate{"hidden1", 3, false});
  line.seek({20, 2});
  EXPECT_TRUE(dropped(walk, "hidden1", 3));
  line.seek({5, 0});
  EXPECT_TRUE(dropped(walk, "hidden1", 3)) << "as it was, on coming back";
  EXPECT_EQ(line.log().size(), 2u);
}

TEST(Timeline, AnEditInThePastBeginsABranchAndKeepsTheOldOne) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({60, 0});
  const std::uint64_t end = walk.trainer.state_hash();
  const std::size_t points = walk.trainer.history().count();
  line.set_bookmark({10, 0}, "");
  line.set_bookmark({50, 0}, "later");
  line.seek({42, 4});
  line.apply(command::SetGate{"hidden2", 1, -1, false});
  EXPECT_EQ(line.branch(), 1);
  EXPECT_EQ(line.position(), (Position{42, 4}));
  EXPECT_EQ(line.tip(), (Position{42, 4}));
  const auto view = line.view();
  ASSERT_EQ(view->branches.size(), 2u);
  EXPECT_EQ(view->branches[0].name, "Main");
  EXPECT_EQ(view->branches[0].last_tick, 60);
  EXPECT_EQ(view->branches[1].name, "Branch 2 at step 43");
  EXPECT_EQ(view->branches[1].fork_tick, 42);
  EXPECT_EQ(view->branches[1].parent, 0);
  ASSERT_EQ(view->pins.size(), 1u);
  EXPECT_EQ(view->pins[0].text, "hidden2, unit 2 dropped");
  EXPECT_EQ(view->pins[0].tick, 42);
  EXPECT_TRUE(view->pins[0].mask);
  ASSERT_EQ(view->bookmarks.size(), 1u);
  EXPECT_EQ(view->bookmarks[0].name, "Step 10");
  line.seek({60, 0});
  EXPECT_NE(walk.trainer.state_hash(), end);
  EXPECT_EQ(difference(walk), "");
  line.switch_branch(0);
  EXPECT_EQ(line.position(), (Position{60, 0}));
  EXPECT_EQ(walk.trainer.state_hash(), end);
  EXPECT_EQ(walk.trainer.history().count(), points);
  EXPECT_EQ(line.view()->bookmarks.size(), 2u);
  EXPECT_TRUE(line.log().empty());
  EXPECT_EQ(difference(walk), "");
}

TEST(Timeline, FurtherEditsOfTheTickThatABranchBeganWithStayOnIt) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({20, 0});
  line.seek({11, 0});
  line.apply(command::SetGate{"hidden1", 1, 0, false});
  line.apply(command::RedrawMasks{});
  EXPECT_EQ(line.branch_count(), 2);
  line.seek({10, 4});
  line.apply(command::RedrawMasks{});
  EXPECT_EQ(line.branch_count(), 2);
  EXPECT_EQ(line.log().size(), 3u);
  EXPECT_EQ(difference(walk), "");
  EXPECT_EQ(line.view()->pins.size(), 2u) << "new masks twice is one pin";
  line.seek({14, 0});
  line.seek({11, 0});
  line.apply(command::RedrawMasks{});
  EXPECT_EQ(line.branch_count(), 3) << "three updates would be lost";
}

TEST(Timeline, ASettingConcernsTheTickToCome) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({20, 0});
  line.apply(command::SetField{"dropout.hidden1.rate", "0.8"});
  EXPECT_EQ(line.branch_count(), 1);
  line.seek({30, 0});
  line.seek({10, 0});
  EXPECT_EQ(walk.trainer.spec().dropout.find("hidden1")->rate, 0.3);
  line.seek({20, 0});
  EXPECT_EQ(walk.trainer.spec().dropout.find("hidden1")->rate, 0.8);
  EXPECT_EQ(line.shown_tick(), 19);
  // Given in the past it begins a branch that has what was set before.
  line.apply(command::SetField{"dropout.hidden2.rate", "0.1"});
  EXPECT_EQ(line.branch_count(), 2);
  EXPECT_EQ(line.view()->branches[1].name, "Branch 2 at step 21");
  ASSERT_EQ(line.log().size(), 2u);
  EXPECT_EQ(line.view()->pins[1].text, "dropout.hidden2.rate = 0.1");
  EXPECT_FALSE(line.view()->pins[1].mask);
  line.seek({33, 0});
  EXPECT_EQ(difference(walk), "");
}

TEST(Timeline, ThePreviewedUpdateIsTheOneThatMasksArePaintedFor) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({7, 0});
  line.preview();
  EXPECT_EQ(line.shown_tick(), 7);
  line.apply(command::SetGate{"hidden1", 2, -1, false});
  EXPECT_TRUE(walk.trainer.previewing());
  EXPECT_TRUE(dropped(walk, "hidden1", 2));
  EXPECT_EQ(difference(walk), "");
  line.advance_tick();
  EXPECT_TRUE(dropped(walk, "hidden1", 2));
  EXPECT_EQ(line.log()[0].tick, 7);
}

TEST(Timeline, WhatMakesNoSenseIsRefusedAndChangesNothing) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({20, 0});
  line.seek({10, 3});
  EXPECT_THAT(refusal(line, command::SetGate{"hidden9", 0, -1, false}), HasSubstr("one of input, hidden1"));
  EXPECT_THAT(refusal(line, command::SetGate{"hidden1", 7, -1, false}), HasSubstr("0 to 6, found 7"));
  EXPECT_THAT(refusal(line, command::SetGate{"hidden1", 0, 16, false}), HasSubstr("-1 (all) to 15, found 16"));
  EXPECT_THAT(refusal(line, command::LockGate{"hidden2", 5, true}), HasSubstr("0 to 4, found 5"));
  EXPECT_THAT(refusal(line, command::ReleaseGate{"", 0}), HasSubstr("site"));
  EXPECT_THAT(refusal(line, command::Play{}), HasSubstr("a mask by hand"));
  EXPECT_THROW(line.switch_branch(1), InputError);
  EXPECT_THROW(line.set_bookmark({21, 0}, ""), InputError);
  line.seek({10, 0});
  EXPECT_THAT(refusal(line, command::SetField{"dropout.hidden1.rate", "1.5"}), HasSubstr("0 to 1"));
  EXPECT_EQ(line.branch_count(), 1);
  EXPECT_TRUE(line.log().empty());
  EXPECT_EQ(line.tip(), (Position{20, 0}));
  EXPECT_EQ(difference(walk), "");
}

TEST(Timeline, ADivergedRunCanBeWalkedBackAndDivergesAtTheSamePlace) {
  RunSpec spec = small();
  spec.optimizer.kind = OptimizerKind::Sgd;
  spec.optimizer.learning_rate = 0.01;
  spec.network.loss = Loss::MeanSquared;
  Walk walk(spec);
  Timeline& line = walk.timeline;
  line.seek({8, 0});
  line.apply(command::SetField{"optimizer.learning_rate", "20"});

  while (line.advance_tick() && line.position().tick < 2000) {
  }
  ASSERT_TRUE(walk.trainer.divergence());
  const std::int64_t end = walk.trainer.tick(), lost = walk.trainer.divergence()->tick;
  const std::string message = walk.trainer.divergence()->message;
  EXPECT_EQ(line.tip(), (Position{end, 0}));
  line.seek({end - 2, 0});
  EXPECT_FALSE(walk.trainer.divergence());
  EXPECT_EQ(difference(walk), "");
  line.seek({end + 50, 0});
  ASSERT_TRUE(walk.trainer.divergence());
  EXPECT_EQ(walk.trainer.divergence()->tick, lost);
  EXPECT_EQ(walk.trainer.divergence()->message, message);
  EXPECT_EQ(line.position(), (Position{end, 0}));
  EXPECT_FALSE(line.advance_beat());
  // By single beats it comes to the very station.
  line.seek({end - 1, 2});
  while (line.advance_beat()) {
  }
  EXPECT_EQ(walk.trainer.divergence()->tick, lost);
  // A better setting lets it go on from where it stands.
  line.apply(command::SetField{"optimizer.learning_rate", "0.0001"});
  EXPECT_FALSE(walk.trainer.divergence());
  EXPECT_EQ(difference(walk), "");
}

TEST(Timeline, AStoppedRunCanBeWalkedBackAndStopsAtTheSamePlace) {
  RunSpec spec = small(0.1);
  spec.optimizer.learning_rate = 0.05;
  spec.evaluate_every = 3;
  spec.stopping.patience = 3;
  Walk walk(spec);
  Timeline& line = walk.timeline;
  while (line.advance_tick()) {
  }
  const std::int64_t end = walk.trainer.tick();
  const std::uint64_t hash = walk.trainer.state_hash();
  const std::size_t points = walk.trainer.history().count();
  line.step_ticks(-5);
  EXPECT_FALSE(walk.trainer.stopped());
  EXPECT_EQ(difference(walk), "");
  line.seek({end + 9, 2});
  EXPECT_TRUE(walk.trainer.stopped());
  EXPECT_EQ(line.position(), (Position{end, 0}));
  EXPECT_EQ(walk.trainer.state_hash(), hash);
  EXPECT_EQ(walk.trainer.history().count(), points);
  EXPECT_EQ(difference(walk), "");
}

TEST(Timeline, AWayThatIsGivenUpEndsAtABoundaryOfTheStraightRun) {
  Walk walk(small());
  walk.timeline.seek({300, 0});
  int asked = 0;
  walk.timeline.seek({150, 5}, [&] { return ++asked > 3; });
  EXPECT_LT(walk.timeline.position().tick, 150);
  EXPECT_EQ(walk.timeline.position().beat, 0);
  EXPECT_EQ(difference(walk), "");
  EXPECT_EQ(walk.timeline.tip(), (Position{300, 0}));
}

TEST(Timeline, BookmarksAreSortedNamedAndReplaced) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({9, 0});
  line.set_bookmark({7, 2}, "");
  line.set_bookmark({3, 0}, "here it begins");
  line.set_bookmark({7, 0}, "");
  line.set_bookmark({3, 0}, "");
  const auto view = line.view();
  ASSERT_EQ(view->bookmarks.size(), 3u);
  EXPECT_EQ(view->bookmarks[0].name, "Step 3");
  EXPECT_EQ(view->bookmarks[1].name, "Step 7");
  EXPECT_EQ(view->bookmarks[2].name, "Step 7, beat 2");
  EXPECT_EQ(line.view(), view) << "nothing has changed: nothing is built";
  line.remove_bookmark({7, 0});
  EXPECT_EQ(line.view()->bookmarks.size(), 2u);
  EXPECT_EQ(view->bookmarks.size(), 3u);
}

TEST(Timeline, PinsSayWhatWasDoneInTheNetworksOwnWords) {
  const auto text = [](const char* scenario, const Command& command) {
    const RunSpec spec = scenario_with(scenario, {{"data.train", "20"}, {"data.validation", "5"}});
    return pin_text(command, Trainer(spec, data_of(spec)));
  };
  EXPECT_EQ(text("moons", command::SetGate{"hidden1", 2, 3, false}), "hidden1, unit 3 dropped in example 4");
  EXPECT_EQ(text("moons", command::LockGate{"hidden1", 2, true}), "hidden1, unit 3 locked, kept");
  EXPECT_EQ(text("moons", command::ReleaseGate{"hidden1", 2}), "hidden1, unit 3 released");
  EXPECT_EQ(text("moons", command::RedrawMasks{}), "new masks");
  EXPECT_EQ(text("conv-spatial", command::SetGate{"conv1", 16 * 16 + 5, -1, true}), "conv1, map 2 kept");
  EXPECT_EQ(text("residual-depth", command::SetGate{"block3", 4, -1, false}), "block3: its branch dropped");
  EXPECT_EQ(text("transformer-attention", command::SetGate{"block1.attention", 21, -1, false}).substr(0, 24),
            "block1.attention, head 1");
}

}  // namespace
}  // namespace dropscope
