// Step mode's part of the reducer: walks, masks by hand, examples, bookmarks, branches. No window, no engine.
#include <gtest/gtest.h>

#include "app/scene/gate_words.h"
#include "app/state/motion.h"
#include "app/state/reduce.h"
#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "tests/app/sample_snapshot.h"

namespace dropscope {
namespace {

// A dense network in the middle of step 43, with a timeline of 60 steps and two branches.
struct Stepping : testing::Test {
  AppState state;
  Snapshot snapshot;
  std::shared_ptr<TimelineView> timeline = std::make_shared<TimelineView>();

  Stepping() {
    SampleOptions options;
    options.widths = {2, 8, 8, 2};
    options.rate = 0.3;
    snapshot = sample_snapshot(options);
    for (SiteView& site : snapshot.sites) {
      site.shape = Shape{{Axis::Sample, 1}, {Axis::Unit, site.total}};
    }
    snapshot.spec = scenario_or_throw("moons", "test");
    snapshot.row = 6, snapshot.rows = 16;
    snapshot.tick = 42;
    snapshot.phase = Phase::Forward;
    snapshot.phase_layer = 1;
    timeline->beats = {{Phase::Batch, -1},   {Phase::Masks, -1}, {Phase::Forward, 1},  {Phase::Forward, 2},
                       {Phase::Forward, 3},  {Phase::Loss, -1},  {Phase::Backward, 3}, {Phase::Backward, 2},
                       {Phase::Backward, 1}, {Phase::Update, -1}};
    timeline->tick = 42, timeline->beat = 4, timeline->last_tick = 60, timeline->at_tip = false;
    timeline->branches = {{"Main", 0, 60, -1}, {"Branch 2 at step 10", 10, 30, 0}};
    snapshot.timeline = timeline;
    state.document().spec = snapshot.spec;
    state.transient.mode = Mode::Step;
  }
  Effects act(ActionId id, std::vector<std::string> arguments = {}) {
    return reduce({id, std::move(arguments)}, state, snapshot, 1);
  }
  template <class T>
  static const T* only(const Effects& effects) {
    return effects.commands.size() == 1 ? std::get_if<T>(&effects.commands.front()) : nullptr;
  }
};

TEST_F(Stepping, EnteringPausesAndAsksForTheTraceAndLeavingEndsIt) {
  state.transient.mode = Mode::Explore;
  state.document().playing = true;
  const Effects in = act(ActionId::SetMode, {"step"});
  ASSERT_EQ(in.commands.size(), 4u);
  EXPECT_TRUE(std::holds_alternative<command::Pause>(in.commands[0]));
  EXPECT_FALSE(std::get<command::ShareWeights>(in.commands[3]).on);
  EXPECT_TRUE(std::get<command::SetTrace>(in.commands[1]).on);
  // Something to look at: a unit whose mask can be painted.
  const auto& unit = std::get<command::ShowUnit>(in.commands[2]);
  EXPECT_EQ(unit.layer, 1);
  EXPECT_EQ(unit.unit, 0);
  EXPECT_TRUE(state.selection.gate);
  const Effects out = act(ActionId::SetMode, {"explore"});
  ASSERT_EQ(out.commands.size(), 2u);
  EXPECT_FALSE(std::get<command::SetTrace>(out.commands[0]).on);
  EXPECT_TRUE(act(ActionId::SetMode, {"explore"}).commands.empty());
  EXPECT_THROW(act(ActionId::SetMode, {"comparison"}), InputError);
}

TEST_F(Stepping, EveryWayBackIsAStepOfNegativeLength) {
  const std::tuple<ActionId, Granularity, int> ways[] = {
      {ActionId::NextPhase, Granularity::Phase, 1}, {ActionId::PreviousPhase, Granularity::Phase, -1},
      {ActionId::Step, Granularity::Tick, 1},       {ActionId::StepBack, Granularity::Tick, -1},
      {ActionId::Epoch, Granularity::Epoch, 1},     {ActionId::EpochBack, Granularity::Epoch, -1}};
  for (const auto& [id, size, sign] : ways) {
    const Effects one = act(id), three = act(id, {"3"});
    ASSERT_TRUE(only<command::StepBy>(one) && only<command::StepBy>(three));
    EXPECT_EQ(only<command::StepBy>(one)->n, sign);
    EXPECT_EQ(only<command::StepBy>(three)->n, 3 * sign);
    EXPECT_EQ(only<command::StepBy>(one)->granularity, size);
  }
}

TEST_F(Stepping, HomeAndEndGoToTheStartAndToWhereTheBranchHasCome) {
  const Effects first = act(ActionId::First);
  EXPECT_EQ(only<command::SeekTo>(first)->tick, 0);
  const Effects last = act(ActionId::Newest);
  EXPECT_EQ(only<command::SeekTo>(last)->tick, 60);
  EXPECT_EQ(state.document().seeking, (Moment{60, 0}));
  note_sent(state.document(), command::SeekTo{60, 0}, 9);
  snapshot.commands_seen = 8;
  reconcile(state, 0, snapshot);
  EXPECT_TRUE(state.document().seeking);
  snapshot.commands_seen = 9;
  reconcile(state, 0, snapshot);
  EXPECT_FALSE(state.document().seeking);
}

TEST_F(Stepping, TogglingReadsTheGateThatIsDrawn) {
  const SiteView& site = snapshot.sites[2];
  for (int unit = 0; unit < site.total; ++unit) {
    act(ActionId::Select, {"2", std::to_string(unit)});
    const Effects effects = act(ActionId::ToggleGate);
    const auto* gate = only<command::SetGate>(effects);
    ASSERT_TRUE(gate) << unit;
    EXPECT_EQ(gate->site, site.site);
    EXPECT_EQ(gate->element, std::uint32_t(unit));
    EXPECT_EQ(gate->row, 6);
    EXPECT_EQ(gate->keep, site.gate[std::size_t(unit)] == 0);
  }
}

TEST_F(Stepping, AMaskOfTheWholeBatchIsSetForAllItsExamples) {
  snapshot.sites[2].shared = true;
  const Effects effects = act(ActionId::Gate, {"hidden2", "3", "drop"});
  EXPECT_EQ(only<command::SetGate>(effects)->row, -1);
  EXPECT_FALSE(only<command::SetGate>(effects)->keep);
}

TEST_F(Stepping, WhereThereIsNoMaskASentenceSaysSo) {
  act(ActionId::Select, {"output", "0"});
  EXPECT_TRUE(act(ActionId::ToggleGate).commands.empty());
  EXPECT_NE(state.transient.notice.find("outputs"), std::string::npos);
  act(ActionId::Select, {"2", "1"});
  snapshot.eval_view = true;
  EXPECT_TRUE(act(ActionId::ToggleGate).commands.empty());
  EXPECT_NE(state.transient.notice.find("eval view"), std::string::npos);
  snapshot.eval_view = false;
  snapshot.sites[2].gate.clear();
  EXPECT_TRUE(act(ActionId::ToggleGate).commands.empty());
  EXPECT_NE(state.transient.notice.find("next phase"), std::string::npos);
  EXPECT_THROW(act(ActionId::Gate, {"hidden9", "0"}), InputError);
  EXPECT_THROW(act(ActionId::Gate, {"hidden2", "8"}), InputError);
  EXPECT_THROW(act(ActionId::Gate, {"hidden2", "1", "hold"}), InputError);
}

TEST_F(Stepping, LockHoldsTheGateAsItIsAndReleasesItAgain) {
  act(ActionId::Select, {"2", "5"});
  Effects effects = act(ActionId::Lock);
  ASSERT_TRUE(only<command::LockGate>(effects));
  EXPECT_EQ(only<command::LockGate>(effects)->keep, snapshot.sites[2].gate[5] != 0);
  snapshot.sites[2].locked = {5};
  effects = act(ActionId::Lock);
  ASSERT_TRUE(only<command::ReleaseGate>(effects));
  EXPECT_EQ(only<command::ReleaseGate>(effects)->element, 5u);
}

TEST_F(Stepping, SelectingAUnitAsksForItsArithmetic) {
  const Effects effects = act(ActionId::Select, {"1", "4"});
  ASSERT_TRUE(only<command::ShowUnit>(effects));
  EXPECT_EQ(only<command::ShowUnit>(effects)->layer, 1);
  EXPECT_EQ(only<command::ShowUnit>(effects)->unit, 4);
  EXPECT_TRUE(act(ActionId::Select, {"1", "4"}).commands.empty());
  state.transient.mode = Mode::Explore;
  EXPECT_TRUE(act(ActionId::Select, {"1", "5"}).commands.empty());
}

TEST_F(Stepping, SubBeatsWalkThroughTheForwardPhaseAndThenOn) {
  const std::vector<int> parts = parts_of_beat(snapshot, walk_of(snapshot));
  ASSERT_EQ(parts, (std::vector<int>{0, 1, 2, 3}));
  for (int part : parts) {
    EXPECT_TRUE(act(ActionId::SubBeatNext).commands.empty());
    EXPECT_EQ(sub_beat_shown(state, walk_of(snapshot)), part);
  }
  const Effects on = act(ActionId::SubBeatNext);
  EXPECT_EQ(only<command::StepBy>(on)->n, 1);
  // The wish is for the next beat; the picture of this one stays whole until it comes.
  EXPECT_EQ(sub_beat_shown(state, walk_of(snapshot)), -1);
  timeline->beat = 5;
  EXPECT_EQ(sub_beat_shown(state, walk_of(snapshot)), 0);
  timeline->beat = 4;
  EXPECT_TRUE(act(ActionId::SubBeatPrevious).commands.empty());
  EXPECT_EQ(sub_beat_shown(state, walk_of(snapshot)), 2);
}

TEST_F(Stepping, ExamplesGoRoundTheBatch) {
  Effects effects = act(ActionId::ExampleNext);
  EXPECT_EQ(only<command::ShowRow>(effects)->row, 7);
  snapshot.row = 0;
  effects = act(ActionId::ExamplePrevious);
  EXPECT_EQ(only<command::ShowRow>(effects)->row, 15);
  EXPECT_THROW(act(ActionId::Example, {"16"}), InputError);
}

TEST_F(Stepping, ABookmarkIsSetAndRemovedAtTheMomentShown) {
  Effects effects = act(ActionId::Bookmark);
  const auto* set = only<command::SetBookmark>(effects);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->tick, 42);
  EXPECT_EQ(set->beat, 4);
  EXPECT_EQ(set->name, "Step 43, forward hidden 2");
  timeline->bookmarks = {{10, 0, "a"}, {42, 4, "b"}, {50, 2, "c"}};
  effects = act(ActionId::Bookmark);
  EXPECT_TRUE(only<command::RemoveBookmark>(effects));
  effects = act(ActionId::BookmarkNext);
  EXPECT_EQ(only<command::SeekTo>(effects)->tick, 50);
  state.document().seeking.reset();
  effects = act(ActionId::BookmarkPrevious);
  EXPECT_EQ(only<command::SeekTo>(effects)->tick, 10);
  effects = act(ActionId::BookmarkPrevious);  // from there, round to the last
  EXPECT_EQ(only<command::SeekTo>(effects)->tick, 50);
}

TEST_F(Stepping, BranchesAreWalkedInTurn) {
  const Effects next = act(ActionId::BranchNext);
  EXPECT_EQ(only<command::SwitchBranch>(next)->branch, 1);
  EXPECT_THROW(act(ActionId::Branch, {"2"}), InputError);
  timeline->branches.resize(1);
  EXPECT_TRUE(act(ActionId::BranchNext).commands.empty());
}

TEST_F(Stepping, OneMaskForTheBatchIsASettingOfEveryPlaceWithNoise) {
  Effects effects = act(ActionId::MaskScope);
  ASSERT_EQ(effects.commands.size(), 2u);
  for (const Command& c : effects.commands) EXPECT_EQ(std::get<command::SetField>(c).value, "batch");
  effects = act(ActionId::MaskScope);
  ASSERT_EQ(effects.commands.size(), 2u);
  for (const Command& c : effects.commands) EXPECT_EQ(std::get<command::SetField>(c).value, "example");
}

TEST_F(Stepping, ANextBeatMovesForAMomentAndTheWayBackDoesNot) {
  BeatMotion motion;
  const auto see = [&](int beat, double now) {
    timeline->beat = beat;
    motion.see(state, snapshot, walk_of(snapshot), now);
  };
  see(4, 0);
  EXPECT_FALSE(motion.moving(0));
  see(5, 1);
  EXPECT_FLOAT_EQ(motion.progress(1), 0);
  EXPECT_NEAR(motion.progress(1.125), 0.5f, 1e-3f);
  EXPECT_FALSE(motion.moving(1.3));
  // A key in the middle of it: what moved is done, and the next begins.
  see(6, 2);
  see(7, 2.05);
  EXPECT_FLOAT_EQ(motion.progress(2.05), 0);
  see(6, 3);
  EXPECT_FALSE(motion.moving(3));
  state.persisted.reduced_motion = true;
  see(7, 4);
  EXPECT_FALSE(motion.moving(4));
  for (int p = 0; p < kPhaseCount; ++p) {
    EXPECT_GE(beat_seconds(Phase(p), false), 0.15);
    EXPECT_LE(beat_seconds(Phase(p), false), 0.3);
  }
}

TEST_F(Stepping, AMomentIsTheBeatDoneAndTheLastOneTheBoundary) {
  const Walk walk = walk_of(snapshot);
  EXPECT_EQ(walk.shown, 42);
  EXPECT_EQ(walk.current, 3);
  EXPECT_EQ(moment_of(walk, 42, 0), (Moment{42, 1}));
  EXPECT_EQ(moment_of(walk, 42, 8), (Moment{42, 9}));
  EXPECT_EQ(moment_of(walk, 42, 9), (Moment{43, 0}));
  timeline->beat = 0;
  EXPECT_EQ(walk_of(snapshot).shown, 41);
  EXPECT_EQ(walk_of(snapshot).current, 9);
  snapshot.preview = true;
  EXPECT_EQ(walk_of(snapshot).shown, 42);
  EXPECT_EQ(walk_of(snapshot).current, -1);
}

TEST_F(Stepping, WithoutATimelineThePhaseShownTellsTheBeat) {
  snapshot.timeline = nullptr;
  EXPECT_EQ(walk_of(snapshot).beats, timeline->beats);
  EXPECT_EQ(walk_of(snapshot).current, 3);
  snapshot.phase = Phase::Update;
  EXPECT_EQ(walk_of(snapshot).shown, 41);
  EXPECT_EQ(walk_of(snapshot).current, 9);
}

TEST_F(Stepping, KeysThatACausalQueryNeverSeesAreNoGates) {
  for (const bool causal : {true, false}) {
    SiteView& site = snapshot.sites[2];
    site.site = "block1.attention", site.kind = SiteKind::AttentionWeights, site.variant = find_variant("attention");
    ASSERT_TRUE(site.variant);
    site.rate = 0.3;
    site.shape = Shape{{Axis::Sample, 1}, {Axis::Head, 2}, {Axis::Query, 5}, {Axis::Key, 5}};
    site.gate.assign(50, 1.0f);
    // What is counted says nothing of which cells there are.
    site.total = causal ? 30 : 50;
    LayerView& layer = snapshot.layers[2];
    layer.site = -1, layer.inner_sites = {2};
    layer.parts.assign(1, {});
    layer.parts[0].kind = PartKind::Attention, layer.parts[0].causal = causal, layer.parts[0].sites = {2};
    for (int head = 0; head < 2; ++head)
      for (int query = 0; query < 5; ++query)
        for (int key = 0; key < 5; ++key) {
          const int element = (head * 5 + query) * 5 + key;
          const bool seen = !causal || key <= query;
          EXPECT_EQ(has_effect(snapshot, {2, std::uint32_t(element)}), seen) << element;
          if (seen) {
            const Effects effects = act(ActionId::Gate, {"block1.attention", std::to_string(element), "drop"});
            ASSERT_TRUE(only<command::SetGate>(effects)) << element;
            EXPECT_EQ(only<command::SetGate>(effects)->element, std::uint32_t(element));
            act(ActionId::SelectGate, {"block1.attention", std::to_string(element)});
            EXPECT_EQ(state.selection.gate, (GateRef{2, std::uint32_t(element)}));
          } else {
            EXPECT_THROW(act(ActionId::Gate, {"block1.attention", std::to_string(element), "drop"}), InputError);
            EXPECT_THROW(act(ActionId::SelectGate, {"block1.attention", std::to_string(element)}), InputError);
          }
        }
    EXPECT_THROW(act(ActionId::Gate, {"block1.attention", "50", "drop"}), InputError);
    EXPECT_FALSE(has_effect(snapshot, {2, 50}));
  }
}

TEST(Gates, ElementsThatShareACoinAreOnePlace) {
  SiteView site;
  site.variant = find_variant("spatial");
  ASSERT_TRUE(site.variant);
  site.kind = SiteKind::FeatureMap;
  site.site = "conv1";
  site.shape = Shape{{Axis::Sample, 1}, {Axis::Channel, 3}, {Axis::Row, 2}, {Axis::Col, 5}};
  site.total = 30;
  EXPECT_EQ(coin_count(site), 3u);
  EXPECT_EQ(coin_of(site, 19), 1u);
  EXPECT_EQ(first_of_coin(site, 1), 10u);
  site.locked = {12};
  EXPECT_TRUE(is_locked(site, 19));
  EXPECT_FALSE(is_locked(site, 20));
  EXPECT_EQ(gate_title(site, 19), "conv 1, map 2");
  site.variant = find_variant("dropblock");
  EXPECT_EQ(gate_title(site, 19), "conv 1, map 2, row 2, column 5");
}

}  // namespace
}  // namespace dropscope
