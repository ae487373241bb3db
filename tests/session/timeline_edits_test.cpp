// What happens at the edges of editing: settings after masks, logs that would grow without end, many branches.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/session/timeline_log.h"
#include "tests/session/straight_run.h"

namespace dropscope {
namespace {

using namespace sessions;
using testing::HasSubstr;

RunSpec small() { return scenario_with("moons", {{"network.hidden", "7,5"}, {"data.validation", "20"}}); }

TEST(TimelineEdits, NewMasksAsTheFirstCommandAreDrawnOnce) {
  Walk walk(small());
  walk.timeline.apply(command::RedrawMasks{});
  EXPECT_EQ(walk.trainer.by_hand().redraws(), 1u);
  EXPECT_EQ(difference(walk), "");
  walk.timeline.seek({4, 0});
  EXPECT_EQ(difference(walk), "");
}

// A gate is named under the tie that its tick has; the log obeys settings first, whichever came first by hand.
TEST(TimelineEdits, ASettingAfterAMaskOfTheSameTickIsTheRunThatTheLogDescribes) {
  for (const std::int64_t tick : {0, 3}) {
    Walk weights(scenario_with("dropconnect", {{"network.hidden", "6,5"}, {"data.validation", "20"}}));
    Timeline& line = weights.timeline;
    line.seek({tick, 0});
    line.apply(command::SetField{"dropout.hidden1.weight.scope", "batch"});
    line.preview();
    line.apply(command::SetGate{"hidden1.weight", 3, 2, false});
    line.apply(command::LockGate{"hidden1.weight", 5, false});
    line.apply(command::SetField{"dropout.hidden1.weight.scope", "example"});
    EXPECT_TRUE(weights.trainer.previewing());
    EXPECT_EQ(difference(weights), "") << tick;
    line.advance_tick();
    EXPECT_EQ(difference(weights), "") << tick;

    Walk maps(scenario_with("conv-spatial", {{"data.train", "32"}, {"data.validation", "6"}}));
    maps.timeline.seek({tick, 0});
    maps.timeline.preview();
    maps.timeline.apply(command::SetGate{"conv1", 300, -1, false});
    maps.timeline.apply(command::LockGate{"conv1", 20, false});
    maps.timeline.apply(command::SetField{"dropout.conv1.variant", "inverted"});
    EXPECT_EQ(difference(maps), "") << tick;
    maps.timeline.advance_tick();
    EXPECT_EQ(difference(maps), "") << tick;
  }
}

TEST(TimelineEdits, ADraggedSliderLeavesOneEntry) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({6, 0});
  for (int i = 1; i < 50; ++i) {
    line.apply(command::SetField{"dropout.hidden1.rate", "0." + std::to_string(10 + i)});
    if (i == 20) line.apply(command::RedrawMasks{});
  }
  EXPECT_LE(line.log().size(), 3u);
  line.apply(command::SetField{"optimizer.l2", "0.001"});
  line.apply(command::SetField{"dropout.hidden1.rate", "0.2"});
  EXPECT_EQ(line.view()->pins.back().text, "dropout.hidden1.rate = 0.2");
  EXPECT_EQ(difference(walk), "");
  line.advance_tick();
  EXPECT_EQ(difference(walk), "");
}

TEST(TimelineEdits, ASettingThatWasPutBackHasNoPin) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  const auto set = [&](const char* path, const char* value) { line.apply(command::SetField{path, value}); };
  const auto pins = [&] {
    std::vector<std::string> texts;
    for (const auto& pin : line.view()->pins) texts.push_back(pin.text);
    return texts;
  };
  set("dropout.rate", "0.3");
  line.seek({6, 0});
  set("dropout.rate", "0.6");
  set("dropout.hidden1.rate", "0.30");
  EXPECT_EQ(pins().size(), 3u);
  set("dropout.hidden2.rate", "3e-1");
  EXPECT_EQ(pins(), std::vector<std::string>{"dropout.rate = 0.3"}) << "the same by value, however it is written";
  line.advance_tick();
  EXPECT_EQ(pins().size(), 1u);
  EXPECT_EQ(difference(walk), "");
  // One of two that changed; the same once more changes nothing.
  set("optimizer.l2", "0.5");
  set("optimizer.learning_rate", "0.02");
  set("optimizer.l2", "0");
  EXPECT_EQ(pins().back(), "optimizer.learning_rate = 0.02");
  EXPECT_EQ(pins().size(), 2u);
  line.advance_tick();
  set("optimizer.learning_rate", "0.02");
  EXPECT_EQ(pins().size(), 2u);
  // Put back after a step was done under it, both are what makes this run.
  set("optimizer.learning_rate", "0.05");
  line.advance_tick();
  set("optimizer.learning_rate", "0.02");
  EXPECT_EQ(pins().size(), 4u);
  EXPECT_EQ(difference(walk), "");
}

// Counts what a dragged slider costs: settings obeyed to tell what was put back, and entries written anew.
TEST(TimelineEdits, WhatAnEditCostsDoesNotGrowWithTheEditsBefore) {
  constexpr int kEdits = 1200;
  const RunSpec begun = small();
  BranchLog log;
  RunSpec spec = begun, before = begun;
  int obeyed = 0;
  const auto edit = [&](std::int64_t tick, const char* path, const std::string& value) {
    set_field(spec, path, value, "test");
    write_down(log, tick, command::SetField{path, value}, path + (" = " + value));
    obeyed = mark_put_back(log, tick, before, spec);
  };
  for (int i = 0; i < kEdits; ++i) {  // while the run goes on, one tick an edit
    const BranchLog earlier = log;
    before = spec;
    edit(i, "dropout.hidden1.rate", "0." + std::to_string(1000 + i));
    ASSERT_EQ(obeyed, 0) << i;
    ASSERT_TRUE(std::equal(earlier.begin(), earlier.end(), log.begin())) << "entries of earlier ticks stay, " << i;
  }
  ASSERT_EQ(pins_of(log).size(), std::size_t(kEdits));
  before = spec;
  edit(kEdits, "optimizer.l2", "0.5");
  for (int i = 0; i < kEdits; ++i) {  // while it stands, beside another setting
    edit(kEdits, "optimizer.learning_rate", "0.0" + std::to_string(1000 + i));
    ASSERT_LE(obeyed, 2) << i;
  }
  EXPECT_EQ(log.size(), kEdits + 2u);
  edit(kEdits, "optimizer.l2", "0");
  EXPECT_LE(obeyed, 6);
  EXPECT_EQ(pins_of(log).size(), kEdits + 1u) << "put back";
  for (int i = 1; i <= kEdits; ++i) {  // a rule of stopping, of which each setting is written down
    edit(kEdits, "stopping.patience", std::to_string(i));
    ASSERT_LE(obeyed, 10) << i;
  }
  EXPECT_EQ(log.size(), 2 * kEdits + 3u);
  EXPECT_EQ(pins_of(log).back().text, "stopping.patience = 1200");
  EXPECT_EQ(pins_of(log).size(), kEdits + 2u);
}

// Going back, forking and replaying keep what each tick was begun with.
TEST(TimelineEdits, PinsOfABranchBegunInThePastTellWhatWasPutBackThere) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  const auto set = [&](const char* value) { line.apply(command::SetField{"optimizer.learning_rate", value}); };
  for (const char* value : {"0.02", "0.03", "0.04"}) {
    set(value);
    line.seek({line.position().tick + 3, 0});
  }
  EXPECT_EQ(line.view()->pins.size(), 3u);
  line.seek({3, 0});
  set("0.02");  // as before this tick
  EXPECT_EQ(line.branch_count(), 2);
  ASSERT_EQ(line.view()->pins.size(), 1u);
  set("0.05");
  EXPECT_EQ(line.view()->pins.size(), 2u);
  line.seek({5, 0});
  line.seek({4, 0});
  set("0.06");
  set("0.05");
  EXPECT_EQ(line.view()->pins.size(), 2u);
  EXPECT_EQ(difference(walk), "");
  line.switch_branch(0);
  EXPECT_EQ(line.view()->pins.size(), 3u);
  set("0.04");
  EXPECT_EQ(line.view()->pins.size(), 3u);
  EXPECT_EQ(difference(walk), "");
}

TEST(TimelineEdits, AVariantIsWrittenDownEachTime) {
  Walk walk(scenario_with("concrete", {{"network.hidden", "6,5"}, {"data.validation", "20"}}));
  Timeline& line = walk.timeline;
  line.seek({30, 0});
  // Learned values begin anew, though the variant is the old one in the end.
  for (const char* variant : {"inverted", "concrete", "inverted", "concrete"})
    line.apply(command::SetField{"dropout.hidden1.variant", variant});
  EXPECT_EQ(line.log().size(), 4u);
  EXPECT_EQ(line.view()->pins.size(), 1u);
  line.seek({35, 0});
  EXPECT_EQ(difference(walk), "");
}

TEST(TimelineEdits, AGateClickedToAndFroLeavesOneEntry) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({5, 0});
  line.apply(command::SetGate{"hidden1", 2, 3, false});
  line.apply(command::SetGate{"hidden1", 3, 3, false});
  line.apply(command::SetGate{"hidden1", 2, 4, false});
  for (int i = 0; i < 9; ++i) line.apply(command::SetGate{"hidden1", 2, 3, i % 2 == 0});
  EXPECT_EQ(line.log().size(), 3u);
  line.apply(command::SetGate{"hidden1", 2, -1, true});
  EXPECT_EQ(line.log().size(), 2u) << "all examples cover each";
  EXPECT_EQ(difference(walk), "");
}

TEST(TimelineEdits, AGateSetOverALockKeepsTheLocksPin) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({5, 0});
  line.apply(command::SetGate{"hidden1", 2, 1, false});
  line.apply(command::LockGate{"hidden1", 2, false});
  EXPECT_EQ(line.view()->pins.size(), 1u);
  line.apply(command::SetGate{"hidden1", 2, -1, true});
  const auto view = line.view();
  ASSERT_EQ(view->pins.size(), 2u);
  EXPECT_EQ(view->pins[0].text, "hidden1, unit 3 locked, dropped");
  EXPECT_EQ(view->pins[1].text, "hidden1, unit 3 kept");
  line.apply(command::ReleaseGate{"hidden1", 2});
  ASSERT_EQ(line.view()->pins.size(), 1u);
  EXPECT_EQ(line.view()->pins[0].text, "hidden1, unit 3 released");
}

TEST(TimelineEdits, AnEditedUpdateTakesTheMasksOfTheNextOneWithIt) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({10, 4});
  line.apply(command::SetGate{"hidden1", 1, -1, false});
  line.seek({10, 0});
  line.apply(command::SetField{"optimizer.l2", "0.001"});
  line.apply(command::SetGate{"hidden2", 1, -1, false});  // of update 9, and nothing is ahead but a part of update 10
  EXPECT_EQ(line.branch_count(), 1);
  for (const LoggedCommand& c : line.log())
    EXPECT_EQ(c.tick == 9, std::holds_alternative<command::SetGate>(c.command)) << c.tick;
  line.seek({12, 0});
  EXPECT_EQ(difference(walk), "");
}

TEST(TimelineEdits, BranchesShareWhatTheyHaveInCommonAndAreCounted) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  line.seek({5, 0});
  for (std::uint32_t i = 0; i < 60; ++i) line.apply(command::SetGate{"hidden1", i % 7, int(i / 7), false});
  line.seek({20, 0});
  const std::size_t before = line.view()->branch_bytes;
  EXPECT_GT(before, 60 * sizeof(LogEntry));
  line.seek({19, 0});
  line.apply(command::RedrawMasks{});
  const std::size_t one = line.view()->branch_bytes - before;
  EXPECT_GT(one, sizeof(LogEntry));
  EXPECT_LT(one, 64'000u);
  EXPECT_EQ(line.log().size(), 61u);
  line.switch_branch(0);
  EXPECT_EQ(line.log().size(), 60u);
  EXPECT_EQ(line.view()->pins.size(), 60u);
  EXPECT_EQ(difference(walk), "");
}

TEST(TimelineEdits, OneBranchTooManyIsRefusedAndChangesNothing) {
  Walk walk(small());
  Timeline& line = walk.timeline;
  for (int i = 1; i < 200; ++i) {
    line.seek({2, 0});
    line.seek({1, 0});
    line.apply(command::RedrawMasks{});
    ASSERT_EQ(line.branch_count(), i + 1);
  }
  line.seek({3, 0});
  line.seek({1, 0});
  const std::size_t entries = line.log().size();
  for (const Command& command : {Command(command::RedrawMasks{}), Command(command::SetField{"optimizer.l2", "0.1"})}) {
    try {
      line.apply(command);
      ADD_FAILURE() << "not refused";
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("at most 200"));
      EXPECT_THAT(error.what(), HasSubstr("start over"));
    }
    EXPECT_EQ(line.branch_count(), 200);
    EXPECT_EQ(line.log().size(), entries);
    EXPECT_EQ(line.position(), (Position{1, 0}));
    EXPECT_EQ(line.tip(), (Position{3, 0}));
    EXPECT_EQ(difference(walk), "");
  }
  line.seek(line.tip());
  line.apply(command::RedrawMasks{});  // at the end there is room
  EXPECT_EQ(difference(walk), "");
}

TEST(TimelineEdits, ANetworkTooLargeForItsBudgetSaysSo) {
  TimelineOptions options;
  options.budget = 2'000;
  Walk walk(small(), options);
  EXPECT_TRUE(walk.timeline.view()->over_budget);
  walk.timeline.set_budget(std::size_t{1} << 20);
  EXPECT_FALSE(walk.timeline.view()->over_budget);
  walk.timeline.seek({600, 0});
  EXPECT_LT(walk.timeline.view()->oldest_gap, 600);
  walk.timeline.set_budget(options.budget);
  EXPECT_TRUE(walk.timeline.over_budget());
  EXPECT_EQ(walk.timeline.view()->oldest_gap, 600);
  walk.timeline.seek({300, 2});
  EXPECT_EQ(difference(walk), "");
}

}  // namespace
}  // namespace dropscope
