// What the scenarios of unit and weight dropout and of its neighbours say they show, shown: each against the same run
// without what it is about. The margins are what was measured (core/scenarios), halved.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/analysis/pruning.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/fields.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

std::unique_ptr<Trainer> trained(const char* id, const std::vector<std::pair<const char*, const char*>>& changes = {}) {
  RunSpec spec = scenario_or_throw(id, "test");
  for (const auto& [path, value] : changes) set_field(spec, path, value, "test");
  auto trainer = std::make_unique<Trainer>(
      spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  while (trainer->tick() < spec.ticks && trainer->advance(Granularity::Tick)) {
  }
  return trainer;
}
double validation_loss(const Trainer& t) { return double(t.measure().validation_loss); }

struct Story {
  const char* id;
  std::vector<std::pair<const char*, const char*>> without;
  double gain;  // validation loss without it minus with it, at least
};

class UnitScenario : public testing::TestWithParam<Story> {};

TEST_P(UnitScenario, KeepsValidationLossBelowTheRunWithoutIt) {
  const Story& story = GetParam();
  const auto with = trained(story.id), without = trained(story.id, story.without);
  EXPECT_LT(validation_loss(*with) + story.gain, validation_loss(*without));
}

TEST_P(UnitScenario, EndsInTheSameStateEveryTime) {
  EXPECT_EQ(trained(GetParam().id)->state_hash(), trained(GetParam().id)->state_hash());
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios, UnitScenario,
    testing::Values(
        Story{"dropconnect", {{"dropout.weight.rate", "0"}}, 0.11}, Story{"alpha-selu", {{"dropout.rate", "0"}}, 0.5},
        Story{"concrete", {{"dropout.variant", "none"}}, 0.07}, Story{"standout", {{"dropout.rate", "0"}}, 0.09},
        Story{"r-drop", {{"objective.r_drop", "0"}}, 0.007},
        Story{"label-smoothing", {{"objective.label_smoothing", "0"}}, 0.06},
        Story{"augmentation", {{"augment.shift", "0"}, {"augment.rotation", "0"}, {"augment.jitter", "0"}}, 0.24},
        Story{"early-stopping", {{"stopping.patience", "0"}}, 0.11}),
    [](const auto& i) {
      std::string name = i.param.id;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(ConcreteScenario, LearnsHigherRatesFromFewerPoints) {
  const auto logit = [](const Trainer& t, const char* site) {
    return t.params()[t.network().sites()[std::size_t(t.network().find_site(site))].learned];
  };
  const auto few = trained("concrete"), many = trained("concrete", {{"data.train", "1000"}});
  for (const char* site : {"hidden1", "hidden2"}) {
    EXPECT_GT(logit(*few, site), std::log(0.15f / 0.85f)) << site;
    EXPECT_LT(logit(*many, site), std::log(0.09f / 0.91f)) << site;
  }
}

TEST(TargetedPruningScenario, SurvivesTheLossOfNineTenthsOfItsWeights) {
  const auto error = [](const Trainer& t) {
    const double fractions[] = {0.9};
    return pruning_curve(model_of(t), t.data().validation, true, 0, fractions, PruneBy::Weights)[0].error;
  };
  const auto with = trained("targeted-pruning"), without = trained("targeted-pruning", {{"dropout.weight.rate", "0"}});
  EXPECT_LT(error(*with), 0.02);
  EXPECT_GT(error(*without), 0.035);
}

}  // namespace
}  // namespace dropscope
