// The reducer: every action, from state and snapshot to new state and commands. No window, no engine.
#include <gtest/gtest.h>

#include <cmath>

#include "app/state/phrases.h"
#include "app/state/reduce.h"
#include "core/base/check.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

struct Fixture : testing::Test {
  AppState state;
  Snapshot snapshot;

  Fixture() {
    state.document().spec = scenario_or_throw("moons", "test");
    snapshot.spec = state.document().spec;
    snapshot.status = RunStatus::Paused;
    for (const auto& [name, units] : {std::pair{"input", 2}, {"hidden1", 16}, {"hidden2", 16}, {"output", 2}}) {
      LayerView layer;
      layer.name = name;
      layer.units = units;
      snapshot.layers.push_back(layer);
    }
  }
  Effects act(ActionId id, std::vector<std::string> arguments = {}) {
    return reduce({id, std::move(arguments)}, state, snapshot, 12345);
  }
  template <class T>
  static const T* only(const Effects& effects) {
    return effects.commands.size() == 1 ? std::get_if<T>(&effects.commands.front()) : nullptr;
  }
  double rate(const std::string& site) const { return shown_plan(state.document().spec, site).rate; }
};

using Reduce = Fixture;

TEST_F(Reduce, SpaceStartsAndStops) {
  EXPECT_TRUE(only<command::Play>(act(ActionId::Toggle)));
  EXPECT_TRUE(state.document().playing);
  EXPECT_TRUE(only<command::Pause>(act(ActionId::Toggle)));
  EXPECT_FALSE(state.document().playing);
}

TEST_F(Reduce, SteppingWhileRunningPausesFirst) {
  act(ActionId::Play);
  const Effects effects = act(ActionId::NextPhase);
  ASSERT_EQ(effects.commands.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<command::Pause>(effects.commands[0]));
  const auto* step = std::get_if<command::StepBy>(&effects.commands[1]);
  ASSERT_TRUE(step);
  EXPECT_EQ(step->granularity, Granularity::Phase);
  EXPECT_FALSE(state.document().playing);
}

TEST_F(Reduce, ARateChangesWhileTrainingAndNothingStartsOver) {
  const Effects effects = act(ActionId::Set, {"dropout.hidden1.rate", "0.3"});
  const auto* field = only<command::SetField>(effects);
  ASSERT_TRUE(field);
  EXPECT_EQ(field->path, "dropout.hidden1.rate");
  EXPECT_EQ(field->value, "0.3");
  EXPECT_DOUBLE_EQ(rate("hidden1"), 0.3);
  EXPECT_DOUBLE_EQ(rate("hidden2"), 0.5);
}

TEST_F(Reduce, AShortFormBecomesOneCommandPerLayer) {
  const Effects effects = act(ActionId::Set, {"dropout.rate", "0.2"});
  EXPECT_EQ(effects.commands.size(), 2u);
  EXPECT_DOUBLE_EQ(rate("hidden1"), 0.2);
  EXPECT_DOUBLE_EQ(rate("hidden2"), 0.2);
}

TEST_F(Reduce, AWidthStartsOverAndKeepsRunning) {
  act(ActionId::Play);
  const Effects effects = act(ActionId::Set, {"network.hidden", "8,4"});
  ASSERT_GE(effects.commands.size(), 2u);
  const auto* reset = std::get_if<command::Reset>(&effects.commands.front());
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->spec.network.hidden.size(), 2u);
  EXPECT_EQ(reset->spec.network.hidden[0].units, 8);
  EXPECT_TRUE(std::holds_alternative<command::Play>(effects.commands.back()));
  EXPECT_TRUE(state.document().playing);
}

TEST_F(Reduce, AddingALayerStartsOver) {
  const Effects effects = act(ActionId::Set, {"network.hidden", "16,16,16"});
  ASSERT_FALSE(effects.commands.empty());
  EXPECT_TRUE(std::holds_alternative<command::Reset>(effects.commands.front()));
}

TEST_F(Reduce, ALayerThatIsAddedDropsAsTheOneBeforeIt) {
  act(ActionId::Set, {"dropout.hidden2.rate", "0.2"});
  act(ActionId::Set, {"network.hidden", "16,16,8,8"});
  EXPECT_DOUBLE_EQ(rate("hidden3"), 0.2);
  EXPECT_DOUBLE_EQ(rate("hidden4"), 0.2);
}

TEST_F(Reduce, OpeningFilesTellsTablesFromFolders) {
  Effects effects = act(ActionId::Open, {"/data/points.csv"});
  const auto* csv = std::get_if<command::Reset>(&effects.commands.front());
  ASSERT_TRUE(csv);
  EXPECT_EQ(csv->spec.data.dataset, "csv");
  effects = act(ActionId::Open, {"/data/mnist"});
  const auto* folder = std::get_if<command::Reset>(&effects.commands.front());
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->spec.data.dataset, "mnist");
  EXPECT_EQ(folder->spec.data.path, "/data/mnist");
  EXPECT_EQ(folder->spec.data.train, 0);
}

TEST_F(Reduce, TheButtonStartsOverWithTheSameSeedAndPaused) {
  act(ActionId::Play);
  const std::uint64_t seed = state.document().spec.seed;
  const Effects effects = act(ActionId::Reset);
  const auto* reset = std::get_if<command::Reset>(&effects.commands.front());
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->spec.seed, seed);
  EXPECT_TRUE(std::holds_alternative<command::Pause>(effects.commands.back()));
}

TEST_F(Reduce, ANewSeedIsAlwaysAnotherOne) {
  for (int i = 0; i < 50; ++i) {
    const std::uint64_t before = state.document().spec.seed;
    reduce({ActionId::NewSeed, {}}, state, snapshot, std::uint64_t(before) - 1);
    EXPECT_NE(state.document().spec.seed, before);
  }
}

TEST_F(Reduce, BracketsMoveTheSelectedLayerElseAllHiddenOnes) {
  act(ActionId::RateUp);
  EXPECT_DOUBLE_EQ(rate("hidden1"), 0.55);
  EXPECT_DOUBLE_EQ(rate("hidden2"), 0.55);
  EXPECT_DOUBLE_EQ(rate("input"), 0.0);
  act(ActionId::Select, {"hidden2"});
  act(ActionId::RateDown);
  EXPECT_DOUBLE_EQ(rate("hidden1"), 0.55);
  EXPECT_DOUBLE_EQ(rate("hidden2"), 0.5);
  act(ActionId::Select, {"input"});
  act(ActionId::Rate, {"0.1"});
  EXPECT_DOUBLE_EQ(rate("input"), 0.1);
}

TEST_F(Reduce, RatesStopAtTheirEnds) {
  for (int i = 0; i < 30; ++i) act(ActionId::RateUp);
  EXPECT_DOUBLE_EQ(rate("hidden1"), 1.0);
  for (int i = 0; i < 30; ++i) act(ActionId::RateDown);
  EXPECT_DOUBLE_EQ(rate("hidden1"), 0.0);
}

TEST_F(Reduce, EveryVariantCanBeReachedFromEveryRate) {
  act(ActionId::Set, {"dropout.rate", "1"});
  const std::string first = shown_plan(state.document().spec, "hidden1").variant;
  std::set<std::string> seen;
  for (int i = 0; i < 30; ++i) {
    ASSERT_NO_THROW(act(ActionId::VariantNext)) << shown_plan(state.document().spec, "hidden1").variant;
    seen.insert(shown_plan(state.document().spec, "hidden1").variant);
  }
  EXPECT_GE(seen.size(), 4u);
  EXPECT_TRUE(seen.contains(first));
}

TEST_F(Reduce, TheSwitchTellsTheRun) {
  const auto effects = act(ActionId::ToggleEval);
  const auto* view = only<command::SetEvalView>(effects);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->eval);
  EXPECT_TRUE(state.document().eval_view);
}

TEST_F(Reduce, BadArgumentsLeaveEverythingAsItWas) {
  const RunSpec before = state.document().spec;
  EXPECT_THROW(act(ActionId::Set, {"dropout.hidden1.rate", "1.5"}), InputError);
  EXPECT_THROW(act(ActionId::Set, {"dropout.hidden1.rate", "nan"}), InputError);
  EXPECT_THROW(act(ActionId::Set, {"dropuot.hidden1.rate", "0.5"}), InputError);
  EXPECT_THROW(act(ActionId::Set, {"dropout.hidden1.rate"}), InputError);
  EXPECT_THROW(act(ActionId::Scenario, {"no such run"}), InputError);
  EXPECT_THROW(act(ActionId::Theme, {"pink"}), InputError);
  EXPECT_THROW(act(ActionId::TextScale, {"400"}), InputError);
  EXPECT_THROW(act(ActionId::Select, {"7"}), InputError);
  EXPECT_THROW(act(ActionId::Size, {"12"}), InputError);
  EXPECT_THROW(act(ActionId::Play, {"now"}), InputError);
  EXPECT_EQ(state.document().spec, before);
}

TEST_F(Reduce, TextScaleStaysBetween75And300Percent) {
  for (int i = 0; i < 40; ++i) act(ActionId::TextLarger);
  EXPECT_FLOAT_EQ(state.persisted.text_scale, 3.0f);
  for (int i = 0; i < 40; ++i) act(ActionId::TextSmaller);
  EXPECT_FLOAT_EQ(state.persisted.text_scale, 0.75f);
  act(ActionId::TextNormal);
  EXPECT_FLOAT_EQ(state.persisted.text_scale, 1.0f);
}

TEST_F(Reduce, EscapeNeverQuits) {
  act(ActionId::Help);
  act(ActionId::Fullscreen);
  act(ActionId::Select, {"1", "3"});
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(act(ActionId::Back).quit);
  EXPECT_FALSE(state.transient.help);
  EXPECT_FALSE(state.persisted.fullscreen);
  EXPECT_EQ(state.selection, Selection{});
}

TEST_F(Reduce, InspectingWalksOverAllLayersAndStaysInside) {
  act(ActionId::Inspect);
  EXPECT_TRUE(state.selection.inspecting);
  for (int i = 0; i < 10; ++i) act(ActionId::Move, {"1", "0"});
  EXPECT_EQ(state.selection.layer, 3);
  for (int i = 0; i < 10; ++i) act(ActionId::Move, {"0", "1"});
  EXPECT_EQ(state.selection.unit, 1);
  for (int i = 0; i < 10; ++i) act(ActionId::Move, {"-1", "-1"});
  EXPECT_EQ(state.selection.layer, 0);
  EXPECT_EQ(state.selection.unit, 0);
}

TEST_F(Reduce, ZoomKeepsThePointUnderThePointer) {
  act(ActionId::Zoom, {"2", "0.25", "0.75"});
  const Transient& t = state.transient;
  EXPECT_FLOAT_EQ(t.zoom, 2);
  // What was at 0.25 of the fitted picture is at pan + zoom * 0.25.
  EXPECT_NEAR(t.pan.x + t.zoom * 0.25f, 0.25f, 1e-5f);
  EXPECT_NEAR(t.pan.y + t.zoom * 0.75f, 0.75f, 1e-5f);
  act(ActionId::Zoom, {"0.01"});
  EXPECT_FLOAT_EQ(t.zoom, 1);
  EXPECT_FLOAT_EQ(t.pan.x, 0);
  EXPECT_FLOAT_EQ(t.pan.y, 0);
}

TEST_F(Reduce, ThreeWaysOutOfNaNStartOver) {
  const double before = state.document().spec.optimizer.learning_rate;
  act(ActionId::RetryLowerRate);
  EXPECT_DOUBLE_EQ(state.document().spec.optimizer.learning_rate, before / 10);
  const Effects effects = act(ActionId::RetryClip);
  EXPECT_DOUBLE_EQ(state.document().spec.optimizer.clip_norm, 1);
  EXPECT_TRUE(std::holds_alternative<command::Reset>(effects.commands.front()));
}

TEST_F(Reduce, ASliderShowsItsWishUntilTheRunHasTakenIt) {
  act(ActionId::Set, {"dropout.hidden1.rate", "0.3"});
  note_sent(state.document(), command::SetField{"dropout.hidden1.rate", "0.3"}, 7);
  snapshot.commands_seen = 6;  // an older snapshot, with the old rate
  reconcile(state, 0, snapshot);
  EXPECT_DOUBLE_EQ(rate("hidden1"), 0.3);
  snapshot.commands_seen = 7;  // taken, and refused
  reconcile(state, 0, snapshot);
  EXPECT_DOUBLE_EQ(rate("hidden1"), 0.5);
}

TEST_F(Reduce, TheSwitchDoesNotJumpBackBeforeTheRunHasAnswered) {
  act(ActionId::Eval);
  note_sent(state.document(), command::SetEvalView{true}, 3);
  reconcile(state, 0, snapshot);
  EXPECT_TRUE(state.document().eval_view);
  snapshot.commands_seen = 3;
  snapshot.eval_view = true;
  reconcile(state, 0, snapshot);
  EXPECT_TRUE(state.document().eval_view);
}

TEST_F(Reduce, AMessageIsToldOnce) {
  snapshot.message = "setting batch_size: needs a fresh start";
  reconcile(state, 0, snapshot);
  reconcile(state, 0, snapshot);
  EXPECT_EQ(state.transient.notices, 1u);
  EXPECT_EQ(state.transient.notice, snapshot.message);
}

TEST_F(Reduce, ASelectionThatIsGoneIsForgotten) {
  act(ActionId::Select, {"2", "15"});
  snapshot.layers[2].units = 4;
  reconcile(state, 0, snapshot);
  EXPECT_EQ(state.selection.unit, -1);
  snapshot.layers.resize(2);
  reconcile(state, 0, snapshot);
  EXPECT_EQ(state.selection.layer, -1);
}

TEST_F(Reduce, PhrasesSayWhatIsSet) {
  EXPECT_EQ(rates_phrase(state.document().spec), "0.50");
  act(ActionId::Set, {"dropout.hidden2.rate", "0.25"});
  EXPECT_EQ(rates_phrase(state.document().spec), "0.50 / 0.25");
  act(ActionId::Set, {"dropout.hidden2.variant", "gaussian"});
  EXPECT_EQ(variant_phrase(state.document().spec), "mixed variants");
}

// A person who presses everything in any order must never break the state. The order is a fixed pseudo-random walk.
TEST_F(Reduce, AnyOrderOfActionsKeepsTheStateValid) {
  std::uint64_t walk = 88172645463325252ull;
  const auto all = all_actions();
  for (int i = 0; i < 4000; ++i) {
    walk ^= walk << 13, walk ^= walk >> 7, walk ^= walk << 17;
    const Action& a = all[walk % all.size()];
    std::vector<std::string> arguments;
    static constexpr const char* kWords[] = {"0",     "1",    "0.5",          "-1",   "max",
                                             "moons", "dark", "dropout.rate", "loss", "3"};
    const auto [least, most] = argument_range(a);
    for (int k = 0; k < most; ++k) arguments.emplace_back(kWords[(walk >> (8 + 4 * k)) % std::size(kWords)]);
    try {
      act(a.id, arguments);
    } catch (const InputError&) {
    }
    EXPECT_GE(rate("hidden1"), 0);
    EXPECT_LE(rate("hidden1"), 1);
    EXPECT_LT(state.selection.layer, int(snapshot.layers.size()));
    EXPECT_GE(state.transient.zoom, 1);
    EXPECT_FALSE(state.document().spec.network.hidden.empty());
  }
}

}  // namespace
}  // namespace dropscope
