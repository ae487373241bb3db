// Compare mode's part of the reducer: which runs there are, what they share, what goes to one and what to all. The
// window obeys it in one order (app/runs.cpp), which is played here without sessions.
#include <gtest/gtest.h>

#include "app/state/neighbours.h"
#include "app/state/reduce.h"
#include "core/base/check.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/fields.h"
#include "tests/app/sample_snapshot.h"

namespace dropscope {
namespace {

// Runs as app/runs.cpp keeps them, by what each was begun or started over with.
struct Begun {
  std::vector<RunSpec> specs = std::vector<RunSpec>(1);

  void obey(const Effects& effects, const AppState& state) {
    while (effects.keep_runs && specs.size() > *effects.keep_runs) specs.pop_back();
    if (effects.removed) specs.erase(specs.begin() + std::ptrdiff_t(*effects.removed));
    if (effects.inserted)
      specs.insert(specs.begin() + std::ptrdiff_t(*effects.inserted), state.documents[*effects.inserted].spec);
    for (const Command& c : effects.commands) take(state.active, c);
    for (const auto& [run, c] : effects.to_runs) take(run, c);
    for (const Command& c : effects.to_all)
      for (std::size_t run = 0; run < specs.size(); ++run) take(run, c);
  }
  void take(std::size_t run, const Command& c) {
    if (const auto* reset = std::get_if<command::Reset>(&c)) specs.at(run) = reset->spec;
    if (const auto* set = std::get_if<command::SetField>(&c)) set_field(specs.at(run), set->path, set->value, "test");
  }
};

struct Comparing : testing::Test {
  AppState state;
  Snapshot snapshot;
  Begun begun;

  Comparing() { begin("moons"); }
  void begin(const std::string& scenario) {
    state = {};
    begun = {};
    snapshot = sample_snapshot();
    state.document().spec = snapshot.spec = begun.specs[0] = scenario_or_throw(scenario, "test");
  }
  Effects act(ActionId id, std::vector<std::string> arguments = {}) {
    Effects effects = reduce({id, std::move(arguments)}, state, snapshot, 4711);
    begun.obey(effects, state);
    EXPECT_LT(state.active, state.documents.size());
    EXPECT_EQ(begun.specs.size(), state.documents.size());
    for (std::size_t run = 0; run < std::min(begun.specs.size(), state.documents.size()); ++run)
      EXPECT_EQ(begun.specs[run], state.documents[run].spec) << "run " << run;
    snapshot.spec = state.document().spec;
    return effects;
  }
  void enter() { act(ActionId::SetMode, {"compare"}); }
  std::string name(std::size_t run) const { return run_name(state.documents[run].spec, state.documents[0].spec); }
  template <class T>
  static int count(const std::vector<Command>& commands) {
    return int(
        std::count_if(commands.begin(), commands.end(), [](const Command& c) { return std::holds_alternative<T>(c); }));
  }
};

TEST_F(Comparing, ALoneRunGetsTheOneWithoutNoiseBesideIt) {
  enter();
  ASSERT_EQ(state.documents.size(), 2u);
  EXPECT_EQ(noise_phrase(state.documents[0].spec), "no dropout");
  EXPECT_EQ(state.active, 1u) << "the run that was looked at stays the one at hand";
  begin("moons-plain");
  enter();
  ASSERT_EQ(state.documents.size(), 2u);
  EXPECT_EQ(state.active, 0u);
  EXPECT_NE(noise_phrase(state.documents[1].spec), "no dropout");
}

TEST_F(Comparing, ArrivalsAreBroughtToTheTickOfTheOthers) {
  state.document().playing = true;
  EXPECT_TRUE(act(ActionId::SetMode, {"compare"}).line_up);
  EXPECT_FALSE(state.document().playing);
  EXPECT_TRUE(act(ActionId::AddRun, {"dropconnect", "0.25"}).line_up);
  const Effects layers = act(ActionId::Set, {"network.hidden", "8"});
  EXPECT_TRUE(layers.line_up) << "one that starts over";
  EXPECT_EQ(count<command::Reset>(layers.commands), 1);
}

TEST_F(Comparing, RunsAreAddedUpToFourAndTheNewOneIsAtHand) {
  enter();
  act(ActionId::AddRun, {"dropconnect", "0.25"});
  EXPECT_EQ(state.active, 2u);
  EXPECT_EQ(name(2), "dropconnect 0.25 on weights");
  act(ActionId::AddRun, {"l2"});
  EXPECT_EQ(name(3), "L2 0.01");
  const Effects fifth = act(ActionId::AddRun, {"batchnorm"});
  EXPECT_EQ(state.documents.size(), 4u);
  EXPECT_FALSE(fifth.inserted);
  EXPECT_EQ(state.transient.notices, 1u);
}

TEST_F(Comparing, NeighboursStandBesideEachOtherNotOnTopOfEachOther) {
  enter();
  act(ActionId::AddRun, {"l2"});
  act(ActionId::AddRun, {"batchnorm"});
  EXPECT_EQ(state.documents[3].spec.optimizer.l2, 0);
  EXPECT_TRUE(differences(state.documents[0].spec, state.documents[3].spec).size() == 1);
  act(ActionId::RemoveRun);
  act(ActionId::PickRun, {"3"});
  act(ActionId::AddRun, {"copy"});
  EXPECT_EQ(state.documents[3].spec, state.documents[2].spec) << "a copy is that of the run at hand";
}

// Of each run, as app/runs.cpp sends it: in their order, those for all last.
TEST_F(Comparing, AllRunsAreAskedAboutTheInputThatStaysWhenAnotherIsPickedOrGoes) {
  const auto asked = [](const Effects& effects) {
    std::string all;
    for (const Command& c : effects.to_all) {
      if (const auto* probe = std::get_if<command::SetProbe>(&c)) all = std::to_string(probe->example);
      if (const auto* point = std::get_if<command::SetProbePoint>(&c)) all += " point " + std::to_string(int(point->x));
    }
    return all;
  };
  act(ActionId::Probe, {"2"});
  EXPECT_EQ(asked(act(ActionId::SetMode, {"compare"})), "2") << "the new one, too";
  EXPECT_EQ(asked(act(ActionId::AddRun, {"dropconnect", "0.25"})), "2");
  for (const char* run : {"1", "2", "3"}) EXPECT_EQ(asked(act(ActionId::PickRun, {run})), "") << run;
  EXPECT_EQ(asked(act(ActionId::RemoveRun)), "");
  EXPECT_EQ(asked(act(ActionId::Reset)), "");
  EXPECT_EQ(asked(act(ActionId::Set, {"seed", "5"})), "");
  EXPECT_EQ(state.inquiry.probe, 2);
  act(ActionId::SetMode, {"ensemble"});
  act(ActionId::ProbePoint, {"7", "7"});
  EXPECT_EQ(asked(act(ActionId::SetMode, {"compare"})), "2 point 7");
  EXPECT_EQ(asked(act(ActionId::Set, {"data.noise", "0.05"})), "0");
  EXPECT_FALSE(state.inquiry.point);
  act(ActionId::ProbePoint, {"7", "7"});
  EXPECT_EQ(asked(act(ActionId::Scenario, {"regression"})), "0");
  EXPECT_EQ(state.inquiry.probe, 0);
  EXPECT_FALSE(state.inquiry.point);
}

TEST_F(Comparing, WithoutAWordTheListOpensAndAWrongWordChangesNothing) {
  enter();
  act(ActionId::AddRun);
  EXPECT_TRUE(state.comparison.adding);
  EXPECT_THROW(act(ActionId::AddRun, {"dropconect"}), InputError);
  EXPECT_THROW(act(ActionId::AddRun, {"inverted", "1.5"}), InputError);
  EXPECT_EQ(state.documents.size(), 2u);
  act(ActionId::AddRun, {"none"});
  EXPECT_FALSE(state.comparison.adding);
}

TEST_F(Comparing, AnyRunMayGoAndTheOneAtHandIsFollowed) {
  for (std::size_t at_hand = 0; at_hand < 4; ++at_hand)
    for (std::size_t gone = 0; gone < 4; ++gone) {
      begin("moons");
      enter();
      act(ActionId::AddRun, {"dropconnect", "0.3"});
      act(ActionId::AddRun, {"gaussian", "0.3"});
      act(ActionId::PickRun, {std::to_string(at_hand + 1)});
      const RunSpec before = state.document().spec;
      act(ActionId::RemoveRun, {std::to_string(gone + 1)});
      ASSERT_EQ(state.documents.size(), 3u);
      if (gone != at_hand) {
        EXPECT_EQ(state.document().spec, before) << at_hand << " at hand, " << gone << " gone";
      }
    }
  act(ActionId::RemoveRun);
  act(ActionId::RemoveRun);
  act(ActionId::RemoveRun);
  EXPECT_EQ(state.documents.size(), 1u) << "the last run stays";
}

TEST_F(Comparing, RatesGoToTheRunAtHandAlone) {
  enter();
  act(ActionId::AddRun, {"inverted", "0.3"});
  const RunSpec first = state.documents[1].spec;
  const Effects up = act(ActionId::RateUp);
  EXPECT_GT(count<command::SetField>(up.commands), 0);
  EXPECT_TRUE(up.to_all.empty() && up.to_runs.empty() && !up.line_up);
  EXPECT_EQ(state.documents[1].spec, first);
  EXPECT_DOUBLE_EQ(state.documents[2].spec.dropout.sites[0].rate, 0.35);
  const Effects rate = act(ActionId::Set, {"optimizer.learning_rate", "0.02"});
  EXPECT_EQ(count<command::SetField>(rate.commands), 1);
  EXPECT_NE(state.documents[1].spec.optimizer.learning_rate, 0.02);
}

TEST_F(Comparing, DataSeedsAndBatchesAreSharedAndLayersAreNot) {
  enter();
  act(ActionId::AddRun, {"dropconnect", "0.3"});
  for (const auto& [path, value] : {std::pair{"data.noise", "0.1"}, std::pair{"batch_size", "9"},
                                    std::pair{"data_seed", "3"}, std::pair{"seed", "77"}}) {
    const Effects effects = act(ActionId::Set, {path, value});
    EXPECT_EQ(effects.to_runs.size(), 9u) << path << ": reset, speed and view of each";
    for (const Document& d : state.documents) {
      const std::vector<Field> all = fields(d.spec);
      const auto field = std::find_if(all.begin(), all.end(), [&](const Field& f) { return f.path == path; });
      ASSERT_NE(field, all.end()) << path;
      EXPECT_EQ(field->value, value);
    }
  }
  const ArchSpec network = state.documents[0].spec.network;
  act(ActionId::Set, {"network.hidden", "5"});
  EXPECT_EQ(state.documents[0].spec.network, network);
  EXPECT_NE(state.documents[2].spec.network, network);
  EXPECT_THROW(act(ActionId::Set, {"batch_size", "many"}), InputError);
}

TEST_F(Comparing, SeedsAndStartsAreForAllAndKeepThemRunning) {
  enter();
  act(ActionId::Play);
  for (const Document& d : state.documents) EXPECT_TRUE(d.playing);
  const Effects seed = act(ActionId::NewSeed);
  EXPECT_EQ(seed.together, true);
  for (const Document& d : state.documents) EXPECT_EQ(d.spec.seed, 1 + 4711u % 99'999);
  const Effects reset = act(ActionId::Reset);
  EXPECT_EQ(reset.together, false);
  EXPECT_EQ(reset.to_runs.size(), 6u);
  EXPECT_FALSE(is_playing(state));
}

TEST_F(Comparing, AnotherScenarioBeginsTheComparisonAnew) {
  enter();
  act(ActionId::AddRun, {"dropconnect", "0.3"});
  act(ActionId::Scenario, {"conv-spatial"});
  ASSERT_EQ(state.documents.size(), 2u);
  EXPECT_EQ(state.active, 1u);
  EXPECT_EQ(state.documents[1].spec, scenario_or_throw("conv-spatial", "test"));
  EXPECT_EQ(noise_phrase(state.documents[0].spec), "no dropout");
  EXPECT_EQ(state.documents[0].spec.data, state.documents[1].spec.data);
}

TEST_F(Comparing, AnotherScenarioNeverStandsBesideItself) {
  enter();
  act(ActionId::AddRun, {"dropconnect", "0.3"});
  act(ActionId::Scenario, {"moons-plain"});
  ASSERT_EQ(state.documents.size(), 2u);
  EXPECT_EQ(state.active, 0u) << "the scenario's own run is at hand";
  EXPECT_EQ(state.documents[0].spec, scenario_or_throw("moons-plain", "test"));
  EXPECT_NE(noise_phrase(state.documents[1].spec), "no dropout");
}

TEST_F(Comparing, AWalkToATickEndsPlayingTogether) {
  enter();
  EXPECT_FALSE(act(ActionId::RunUntil, {"70"}).together.has_value());
  act(ActionId::Play);
  const Effects walk = act(ActionId::RunUntil, {"90"});
  EXPECT_EQ(walk.together, false);
  ASSERT_EQ(walk.to_all.size(), 1u);
  EXPECT_EQ(std::get<command::RunUntil>(walk.to_all[0]).tick, 90);
}

TEST_F(Comparing, NoRunGoesOnCopyingItsWeights) {
  const auto ends = [](const Effects& e) {
    return std::any_of(e.to_all.begin(), e.to_all.end(), [](const Command& c) {
      const auto* share = std::get_if<command::ShareWeights>(&c);
      return share && !share->on;
    });
  };
  enter();
  act(ActionId::SetMode, {"ensemble"});
  EXPECT_TRUE(ends(act(ActionId::SetMode, {"compare"})));
}

TEST_F(Comparing, WhatWasAskedAboutOneRunIsNotAskedAboutAnother) {
  const auto forgets = [&](ActionId id, std::vector<std::string> arguments) {
    begin("moons");
    enter();
    act(ActionId::AddRun, {"dropconnect", "0.3"});
    state.inquiry.train_at = 60;
    state.inquiry.subnetwork = 3;
    act(id, std::move(arguments));
    EXPECT_EQ(state.inquiry.train_at.has_value(), state.inquiry.subnetwork.has_value());
    return !state.inquiry.train_at;
  };
  EXPECT_TRUE(forgets(ActionId::PickRun, {"1"}));
  EXPECT_TRUE(forgets(ActionId::AddRun, {"l2"}));
  EXPECT_TRUE(forgets(ActionId::RemoveRun, {}));
  EXPECT_TRUE(forgets(ActionId::NewSeed, {}));
  EXPECT_TRUE(forgets(ActionId::Set, {"data.noise", "0.15"}));
  EXPECT_TRUE(forgets(ActionId::Scenario, {"conv-spatial"}));
  EXPECT_FALSE(forgets(ActionId::PickRun, {"3"})) << "the one at hand";
  EXPECT_FALSE(forgets(ActionId::RemoveRun, {"1"})) << "another one";
}

TEST_F(Comparing, AMessageIsToldOnceHoweverOftenRunsArePicked) {
  enter();
  Snapshot first = snapshot, second = snapshot;
  first.spec = state.documents[0].spec, second.spec = state.documents[1].spec;
  second.message = "It stopped early.";
  const std::uint64_t before = state.transient.notices;
  for (int round = 0; round < 3; ++round)
    for (const char* run : {"1", "2"}) {
      act(ActionId::PickRun, {run});
      reconcile(state, 0, first);
      reconcile(state, 1, second);
    }
  EXPECT_EQ(state.transient.notice, "It stopped early.");
  EXPECT_EQ(state.transient.notices, before + 1);
}

TEST_F(Comparing, TimeAndViewsAreTheSameForAll) {
  enter();
  for (const auto& [id, arguments] : {std::pair{ActionId::Step, std::vector<std::string>{}},
                                      std::pair{ActionId::StepBack, std::vector<std::string>{"3"}},
                                      std::pair{ActionId::Epoch, std::vector<std::string>{}},
                                      std::pair{ActionId::NextPhase, std::vector<std::string>{}},
                                      std::pair{ActionId::First, std::vector<std::string>{}},
                                      std::pair{ActionId::ToggleEval, std::vector<std::string>{}},
                                      std::pair{ActionId::Push, std::vector<std::string>{}},
                                      std::pair{ActionId::Speed, std::vector<std::string>{"7"}}}) {
    const Effects effects = act(id, arguments);
    EXPECT_TRUE(effects.commands.empty()) << action(id).name;
    EXPECT_EQ(effects.to_all.size(), 1u) << action(id).name;
  }
  EXPECT_EQ(state.documents[0].speed, 7);
  EXPECT_TRUE(state.documents[0].eval_view && state.documents[1].eval_view);
  EXPECT_TRUE(state.documents[0].seeking && state.documents[1].seeking);
}

TEST_F(Comparing, RunsOfOtherLayersGoByWholeSteps) {
  enter();
  const auto size = [](const Effects& e) { return std::get<command::StepBy>(e.to_all.at(0)); };
  EXPECT_EQ(size(act(ActionId::NextPhase)).granularity, Granularity::Phase);
  act(ActionId::AddRun, {"batchnorm"});
  const command::StepBy further = size(act(ActionId::NextPhase)), back = size(act(ActionId::PreviousPhase, {"2"}));
  EXPECT_EQ(further.granularity, Granularity::Tick);
  EXPECT_EQ(further.n, 1);
  EXPECT_EQ(back.granularity, Granularity::Tick);
  EXPECT_EQ(back.n, -2);
}

TEST_F(Comparing, OneThatIsOverDoesNotKeepTheOthersFromPausing) {
  enter();
  act(ActionId::Play);
  state.document().playing = false;  // as reconcile() says of a run that diverged
  EXPECT_TRUE(is_playing(state));
  EXPECT_EQ(act(ActionId::Toggle).together, false);
  EXPECT_FALSE(is_playing(state));
}

TEST_F(Comparing, LeavingPausesAllAndTheRunsAreThereAgain) {
  enter();
  act(ActionId::AddRun, {"gaussian", "0.2"});
  act(ActionId::Play);
  const Effects out = act(ActionId::SetMode, {"explore"});
  EXPECT_EQ(out.together, false);
  EXPECT_FALSE(state.document().playing);
  const Effects alone = act(ActionId::Play);
  EXPECT_EQ(count<command::Play>(alone.commands), 1);
  EXPECT_FALSE(alone.together);
  const Effects again = act(ActionId::SetMode, {"compare"});
  EXPECT_EQ(state.documents.size(), 3u);
  EXPECT_TRUE(again.line_up);
  EXPECT_EQ(again.together, false);
}

TEST_F(Comparing, WhatAnotherModeDidToTheDataIsDoneToAll) {
  enter();
  act(ActionId::AddRun, {"gaussian", "0.2"});
  act(ActionId::SetMode, {"explore"});
  act(ActionId::Set, {"data.noise", "0.15"});
  act(ActionId::Seed, {"123"});
  const Effects back = act(ActionId::SetMode, {"compare"});
  EXPECT_EQ(count<command::Reset>(back.commands), 0) << "the run at hand goes on";
  for (const Document& d : state.documents) {
    EXPECT_EQ(d.spec.data.noise, 0.15);
    EXPECT_EQ(d.spec.seed, 123u);
  }
  EXPECT_EQ(name(2), "gaussian 0.2");
  act(ActionId::SetMode, {"explore"});
  act(ActionId::Scenario, {"conv-spatial"});
  act(ActionId::SetMode, {"compare"});
  ASSERT_EQ(state.documents.size(), 2u);
  EXPECT_EQ(state.document().spec, scenario_or_throw("conv-spatial", "test"));
}

TEST_F(Comparing, SwitchesAndTheStudy) {
  enter();
  act(ActionId::Solo);
  act(ActionId::Difference, {"on"});
  EXPECT_TRUE(state.comparison.solo && state.comparison.difference);
  act(ActionId::Solo, {"off"});
  EXPECT_FALSE(state.comparison.solo);
  EXPECT_THROW(act(ActionId::Difference, {"maybe"}), InputError);
  act(ActionId::SeedsShown, {"off"});
  EXPECT_FALSE(state.comparison.seeds_shown);
  EXPECT_EQ(act(ActionId::Study).study, 20);
  EXPECT_TRUE(state.comparison.seeds_shown);
  act(ActionId::SeedsShown);
  EXPECT_FALSE(state.comparison.seeds_shown);
  EXPECT_EQ(act(ActionId::Study, {"5"}).study, 5);
  EXPECT_EQ(act(ActionId::Study).study, 5);
  EXPECT_TRUE(act(ActionId::CancelStudy).cancel_study);
  EXPECT_THROW(act(ActionId::Study, {"0"}), InputError);
}

TEST_F(Comparing, OutsideOfTheModeItsActionsAreRefused) {
  EXPECT_THROW(act(ActionId::AddRun, {"l2"}), InputError);
  EXPECT_THROW(act(ActionId::Study), InputError);
  EXPECT_EQ(state.documents.size(), 1u);
}

}  // namespace
}  // namespace dropscope
