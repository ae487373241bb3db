// Ensemble mode's part of the reducer: topics, numbers of masks, the input asked about, the wall, training beside.
#include <gtest/gtest.h>

#include "app/state/reduce.h"
#include "core/base/check.h"
#include "core/scenarios/scenarios.h"
#include "core/session/ensemble_answer.h"
#include "tests/app/sample_snapshot.h"

namespace dropscope {
namespace {

struct Asking : testing::Test {
  AppState state;
  Snapshot snapshot = sample_snapshot({});
  EnsembleAnswer answer;
  Inquiry& q = state.inquiry;

  Asking() {
    snapshot.spec = scenario_or_throw("moons", "test");
    auto data = std::make_shared<DataView>(*snapshot.data);
    data->validation_count = 5;
    snapshot.data = data;
    auto frozen = std::make_shared<FrozenRun>();
    frozen->tick = 98;
    snapshot.frozen = frozen;
    snapshot.tick = 100;
    state.document().spec = snapshot.spec;
    state.transient.mode = Mode::Ensemble;
  }
  Effects act(ActionId id, std::vector<std::string> arguments = {}) {
    return reduce({id, std::move(arguments)}, state, snapshot, 1, &answer);
  }
  void enumerate(int gates) {
    auto report = std::make_shared<SubnetworkReport>();
    report->gates = gates;
    report->enumerated = true;
    answer.subnetworks = report;
  }
};

TEST_F(Asking, EnteringTheModeAsksTheRunForItsWeightsAndLeavingEndsThat) {
  state.transient.mode = Mode::Explore;
  const auto shares = [](const Effects& effects) {
    std::optional<bool> on;
    for (const Command& c : effects.commands)
      if (const auto* share = std::get_if<command::ShareWeights>(&c)) on = share->on;
    return on;
  };
  EXPECT_EQ(shares(act(ActionId::SetMode, {"ensemble"})), true);
  EXPECT_EQ(shares(act(ActionId::SetMode, {"explore"})), false);
}

TEST_F(Asking, TopicsGoRoundBothWaysAndByName) {
  for (int i = 0; i < kEnsembleTopics; ++i) {
    EXPECT_EQ(int(q.topic), i);
    act(ActionId::TopicNext);
  }
  EXPECT_EQ(q.topic, EnsembleTopic::Subnetworks);
  act(ActionId::TopicPrevious);
  EXPECT_EQ(q.topic, EnsembleTopic::Members);
  act(ActionId::Topic, {"dependence"});
  EXPECT_EQ(q.topic, EnsembleTopic::Dependence);
  EXPECT_THROW(act(ActionId::Topic, {"weather"}), InputError);
  EXPECT_EQ(q.topic, EnsembleTopic::Dependence);
}

TEST_F(Asking, PassesStepThroughThirdsOfDecadesAndStayWithinTheirBounds) {
  std::vector<int> up;
  act(ActionId::Topic, {"uncertainty"});
  act(ActionId::Passes, {"1"});
  for (int i = 0; i < 8; ++i) {
    up.push_back(q.passes);
    act(ActionId::PassesMore);
  }
  EXPECT_EQ(up, (std::vector<int>{1, 3, 10, 30, 100, 300, 1000, 1000}));
  act(ActionId::Passes, {"47"});
  act(ActionId::PassesFewer);
  EXPECT_EQ(q.passes, 30);
  act(ActionId::Passes, {"47"});
  act(ActionId::PassesMore);
  EXPECT_EQ(q.passes, 100);
  for (const char* wrong : {"0", "1001", "2.5", "many"}) EXPECT_THROW(act(ActionId::Passes, {wrong}), InputError);
  // Where the masks of the mean over sub-networks are shown, the keys change those.
  act(ActionId::Topic, {"subnetworks"});
  act(ActionId::Samples, {"1000"});
  act(ActionId::PassesFewer);
  EXPECT_EQ(q.samples, 300);
  EXPECT_EQ(q.passes, 100);
  EXPECT_THROW(act(ActionId::Samples, {"1001"}), InputError);
  EXPECT_THROW(act(ActionId::Members, {"21"}), InputError);
  EXPECT_THROW(act(ActionId::Pruned, {"0.96"}), InputError);
  act(ActionId::Samples, {"300"});
  act(ActionId::Members, {"3"});
  act(ActionId::Pruned, {"0.4"});
  act(ActionId::Column, {"1"});
  EXPECT_EQ(q.samples, 300);
  EXPECT_EQ(q.members, 3);
  EXPECT_DOUBLE_EQ(q.pruned, 0.4);
  act(ActionId::Pruned, {"0.28"});
  EXPECT_DOUBLE_EQ(q.pruned, 0.3) << "the curve has tenths";
  EXPECT_EQ(q.column, 1);
}

TEST_F(Asking, WhereNoMasksAreDrawnTheirNumberStaysAndItIsSaid) {
  act(ActionId::Passes, {"30"});
  act(ActionId::Samples, {"300"});
  act(ActionId::Topic, {"dependence"});
  for (const ActionId id : {ActionId::PassesFewer, ActionId::PassesMore}) {
    state.transient.notice.clear();
    act(id);
    EXPECT_FALSE(state.transient.notice.empty()) << action(id).name;
    EXPECT_EQ(q.passes, 30);
    EXPECT_EQ(q.samples, 300);
  }
  act(ActionId::Topic, {"members"});
  act(ActionId::PassesMore);
  EXPECT_EQ(q.passes, 100) << "the mean of as many masks is held against the members";
}

TEST_F(Asking, InputsGoRoundTheValidationSplit) {
  for (int wanted : {1, 2, 3, 4, 0}) {
    const Effects effects = act(ActionId::ProbeNext);
    ASSERT_EQ(effects.commands.size(), 1u);
    EXPECT_EQ(std::get<command::SetProbe>(effects.commands[0]).example, wanted);
  }
  EXPECT_EQ(std::get<command::SetProbe>(act(ActionId::ProbePrevious).commands[0]).example, 4);
}

TEST_F(Asking, AnExampleAskedForByNumberIsWhereTheNextOneFollows) {
  act(ActionId::Probe, {"2"});
  EXPECT_EQ(std::get<command::SetProbe>(act(ActionId::ProbeNext).commands[0]).example, 3);
}

TEST_F(Asking, TheWallIsWalkedFromTheWholeNetworkOnAndRoundItsEnds) {
  enumerate(3);
  act(ActionId::SubnetworkNext);
  EXPECT_EQ(q.subnetwork, 7u);
  act(ActionId::SubnetworkNext);
  EXPECT_EQ(q.subnetwork, 6u);
  act(ActionId::SubnetworkPrevious);
  act(ActionId::SubnetworkPrevious);
  EXPECT_EQ(q.subnetwork, 0u);
  act(ActionId::Subnetwork, {"5"});
  EXPECT_EQ(q.subnetwork, 5u);
  EXPECT_THROW(act(ActionId::Subnetwork, {"8"}), InputError);
  EXPECT_EQ(q.subnetwork, 5u);
  act(ActionId::Subnetwork);
  EXPECT_FALSE(q.subnetwork.has_value());
}

TEST_F(Asking, WithoutAWallNothingIsChosenAndItIsSaid) {
  act(ActionId::SubnetworkNext);
  EXPECT_FALSE(q.subnetwork.has_value());
  EXPECT_FALSE(state.transient.notice.empty());
  EXPECT_THROW(act(ActionId::Subnetwork, {"0"}), InputError);
}

TEST_F(Asking, TheWallsOrderFlipsAndTakesAWord) {
  act(ActionId::WallOrder);
  EXPECT_TRUE(q.by_prediction);
  act(ActionId::WallOrder);
  EXPECT_FALSE(q.by_prediction);
  act(ActionId::WallOrder, {"prediction"});
  act(ActionId::WallOrder, {"prediction"});
  EXPECT_TRUE(q.by_prediction);
  EXPECT_THROW(act(ActionId::WallOrder, {"colour"}), InputError);
}

TEST_F(Asking, TrainingBesideIsUpToWhereTheRunIsFrozenAndOnlyWhereATopicNeedsIt) {
  act(ActionId::TrainBeside);
  EXPECT_FALSE(q.train_at.has_value());
  EXPECT_FALSE(state.transient.notice.empty());
  act(ActionId::Topic, {"members"});
  act(ActionId::TrainBeside);
  EXPECT_EQ(q.train_at, 98);
  act(ActionId::CancelBeside);
  EXPECT_FALSE(q.train_at.has_value());
  act(ActionId::TrainBeside);
  act(ActionId::Topic, {"dependence"});
  EXPECT_FALSE(q.train_at.has_value());
  act(ActionId::TrainBeside);
  EXPECT_EQ(q.train_at, 98);
}

TEST_F(Asking, AnUntrainedRunHasNothingTrainedBesideIt) {
  act(ActionId::Topic, {"members"});
  snapshot.frozen = std::make_shared<FrozenRun>();
  act(ActionId::TrainBeside);
  EXPECT_FALSE(q.train_at.has_value());
  EXPECT_FALSE(state.transient.notice.empty());
}

TEST_F(Asking, StartingOverForgetsWhatWasTrainedBesideAndChosen) {
  enumerate(4);
  act(ActionId::Subnetwork, {"3"});
  act(ActionId::Topic, {"members"});
  act(ActionId::TrainBeside);
  act(ActionId::NewSeed);
  EXPECT_FALSE(q.train_at.has_value());
  EXPECT_FALSE(q.subnetwork.has_value());
}

// The input that a run is told to show, after all other commands.
std::optional<std::int64_t> told(const std::vector<Command>& commands) {
  std::optional<std::int64_t> example;
  for (const Command& c : commands) {
    if (const auto* probe = std::get_if<command::SetProbe>(&c)) example = probe->example;
    if (std::holds_alternative<command::SetProbePoint>(c) || std::holds_alternative<command::Reset>(c)) example.reset();
  }
  return example;
}

TEST_F(Asking, AnotherScenarioBeginsWithItsFirstInputWhateverWasChosenBefore) {
  act(ActionId::Probe, {"2"});
  EXPECT_EQ(q.probe, 2);
  EXPECT_EQ(told(act(ActionId::Scenario, {"regression"}).commands), 0) << "the run shows it, too";
  EXPECT_EQ(q.probe, 0);
  act(ActionId::ProbePoint, {"0.5", "-0.25"});
  EXPECT_EQ(q.point, (Vec2{0.5f, -0.25f}));
  EXPECT_EQ(told(act(ActionId::Scenario, {"moons"}).commands), 0) << "a point is forgotten, too";
  EXPECT_FALSE(q.point);
}

TEST_F(Asking, OtherDataOfTheSameScenarioBeginWithTheFirstInput) {
  act(ActionId::Probe, {"3"});
  EXPECT_EQ(told(act(ActionId::Set, {"data.noise", "0.05"}).commands), 0);
  EXPECT_EQ(q.probe, 0);
}

TEST_F(Asking, StartingOverWithTheSameDataKeepsTheInputAskedAbout) {
  const auto keep = [&](ActionId id, std::vector<std::string> arguments = {}) {
    EXPECT_EQ(told(act(id, std::move(arguments)).commands), std::nullopt) << action(id).name;
  };
  act(ActionId::Probe, {"4"});
  keep(ActionId::Reset);
  keep(ActionId::NewSeed);
  keep(ActionId::Seed, {"12"});
  keep(ActionId::Set, {"network.hidden", "9"});
  keep(ActionId::RetryLowerRate);
  EXPECT_EQ(q.probe, 4);
  act(ActionId::ProbePoint, {"0.5", "0.75"});
  keep(ActionId::Reset);
  EXPECT_EQ(q.point, (Vec2{0.5f, 0.75f}));
  EXPECT_EQ(told(act(ActionId::ProbePrevious).commands), 3) << "an example takes the place of the point";
  EXPECT_FALSE(q.point);
}

TEST_F(Asking, ASubnetworkIsForgottenWhereTheGatesBecomeOthersAndKeptWhereOnlyTheirRateDoes) {
  const auto chosen = [&](const char* path, const char* value) {
    q.subnetwork = 3;
    act(ActionId::Set, {path, value});
    return q.subnetwork.has_value();
  };
  EXPECT_TRUE(chosen("dropout.hidden1.rate", "0.2"));
  EXPECT_TRUE(chosen("optimizer.learning_rate", "0.02"));
  EXPECT_FALSE(chosen("dropout.hidden1.rate", "0")) << "no gates there";
  EXPECT_FALSE(chosen("dropout.hidden1.rate", "0.2"));
  EXPECT_FALSE(chosen("dropout.hidden1.variant", "gaussian"));
}

}  // namespace
}  // namespace dropscope
