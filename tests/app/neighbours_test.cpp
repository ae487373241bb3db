// What a run can be laid beside: valid runs that train, with the dropout replaced and nothing else, and the words for
// it.
#include "app/state/neighbours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "app/state/phrases.h"
#include "core/base/check.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/fields.h"
#include "core/train/trainer.h"

namespace dropscope::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

RunSpec scenario(const char* id) { return scenario_or_throw(id, "test"); }

std::vector<std::string> ids_for(const RunSpec& spec) {
  std::vector<std::string> ids;
  for (const Neighbour& neighbour : all_neighbours(spec)) ids.push_back(neighbour.id);
  return ids;
}

RunSpec neighbour(const RunSpec& base, const char* id, std::optional<double> rate = {}) {
  return with_neighbour(base, id, rate, "test");
}

bool needs_file(const RunSpec& spec) {
  const auto options = find_dataset(spec.data.dataset)->options;
  return std::find(options.begin(), options.end(), DataOption::Path) != options.end();
}

TEST(Neighbours, OfEveryScenarioAreValidAndTrain) {
  for (const Scenario* s : all_scenarios()) {
    const RunSpec base = scenario(s->id);
    const auto data =
        needs_file(base) ? nullptr : std::make_shared<const Dataset>(make_dataset(base.data, base.data_seed, nullptr));
    std::set<std::string> ids;
    for (const Neighbour& n : all_neighbours(base)) {
      SCOPED_TRACE(std::string(s->id) + " beside " + n.id);
      EXPECT_TRUE(ids.insert(n.id).second) << "listed twice";
      EXPECT_FALSE(n.name.empty() || n.one_line.empty());
      const RunSpec spec = with_neighbour(base, n.id, n.has_rate ? std::optional(0.3) : std::nullopt, "test");
      EXPECT_NO_THROW(validate(spec, "test"));
      EXPECT_EQ(spec.seed, base.seed);
      EXPECT_EQ(spec.data, base.data);
      if (n.is_variant && n.id != "none") {
        EXPECT_FALSE(acting_sites(spec).empty()) << "the noise acts somewhere";
        for (const SitePlan& plan : spec.dropout.sites) EXPECT_EQ(plan.variant, n.id);
      } else {
        EXPECT_TRUE(acting_sites(spec).empty());
      }
      if (!data) continue;
      Trainer trainer(spec, data);
      for (int tick = 0; tick < 3; ++tick) ASSERT_TRUE(trainer.advance(Granularity::Tick));
    }
  }
}

TEST(Neighbours, NoneIsTheScenarioWithoutDropout) {
  RunSpec plain = neighbour(scenario("moons"), "none"), expected = scenario("moons-plain");
  plain.scenario = expected.scenario;
  EXPECT_EQ(plain, expected);
  EXPECT_EQ(neighbour(scenario("moons"), "gaussian", 0.0), neighbour(scenario("moons"), "none"));
  EXPECT_EQ(ids_for(scenario("moons")).front(), "none");
}

TEST(Neighbours, TheSameVariantAtItsOwnRateIsTheRunItself) {
  for (const char* id : {"moons", "gaussian", "lstm-locked", "conv-spatial", "dropconnect", "transformer-attention"}) {
    const RunSpec base = scenario(id);
    const std::string variant = base.dropout.find(acting_sites(base)[0].name)->variant;
    EXPECT_TRUE(differences(base, neighbour(base, variant.c_str())).empty()) << id;
  }
}

TEST(Neighbours, WeightVariantsGoToTheWeightsIntoHiddenLayers) {
  const RunSpec spec = neighbour(scenario("moons"), "dropconnect", 0.3);
  ASSERT_EQ(spec.dropout.sites.size(), 2u);
  EXPECT_EQ(spec.dropout.sites[0].site, "hidden1.weight");
  EXPECT_EQ(spec.dropout.sites[1].site, "hidden2.weight");
  EXPECT_EQ(spec.dropout.sites[1].rate, 0.3);
  RunSpec made = neighbour(scenario("moons"), "dropconnect");
  made.scenario = "dropconnect";
  EXPECT_EQ(made, scenario("dropconnect"));
}

TEST(Neighbours, OnlyWhatMeansSomethingIsOffered) {
  EXPECT_THAT(ids_for(scenario("regression")), Not(Contains("label_smoothing")));
  EXPECT_THAT(ids_for(scenario("moons")), Not(Contains("cutout")));
  EXPECT_THAT(ids_for(scenario("conv-spatial")), Contains("cutout"));
  EXPECT_THAT(ids_for(scenario("moons")), Not(Contains("attention")));
  EXPECT_THAT(ids_for(scenario("transformer-attention")), Not(Contains("augmentation")));
  EXPECT_THAT(ids_for(scenario("batch-norm")), Not(Contains("batchnorm")));
  EXPECT_THAT(ids_for(scenario("transformer-attention")), Not(Contains("dropconnect")));
}

TEST(Neighbours, KeepTheRatesOfTheBaseWhereNoneIsAsked) {
  RunSpec base = scenario("moons");
  set_field(base, "dropout.hidden1.rate", "0.2", "test");
  set_field(base, "dropout.input.rate", "0.1", "test");
  const RunSpec gaussian = neighbour(base, "gaussian");
  EXPECT_EQ(gaussian.dropout.find("input")->rate, 0.1);
  EXPECT_EQ(gaussian.dropout.find("hidden1")->rate, 0.2);
  EXPECT_EQ(gaussian.dropout.find("hidden2")->rate, 0.5);
  const RunSpec asked = neighbour(base, "gaussian", 0.7);
  EXPECT_EQ(asked.dropout.find("input")->rate, 0.1) << "inputs keep their own rate";
  EXPECT_EQ(asked.dropout.find("hidden1")->rate, 0.7);
}

TEST(Neighbours, WrongOnesAreRefusedWithWhatIsNear) {
  const auto message = [](const RunSpec& spec, const char* id, std::optional<double> rate) -> std::string {
    try {
      with_neighbour(spec, id, rate, "--variants");
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(message(scenario("moons"), "gausian", {}), HasSubstr("did you mean gaussian"));
  EXPECT_THAT(message(scenario("moons"), "attention", {}), HasSubstr("--variants"));
  EXPECT_THAT(message(scenario("regression"), "label_smoothing", {}), HasSubstr("label_smoothing"));
  EXPECT_THAT(message(scenario("moons"), "gaussian", 0.96), HasSubstr("0.95"));
  EXPECT_THAT(message(scenario("moons"), "inverted", -0.1), HasSubstr("-0.1"));
}

TEST(Differences, AreNamedInWords) {
  const RunSpec moons = scenario("moons");
  EXPECT_THAT(differences(moons, neighbour(moons, "dropconnect")),
              ElementsAre("inverted 0.5 → dropconnect 0.5 on weights"));
  EXPECT_THAT(differences(moons, neighbour(moons, "l2")), ElementsAre("inverted 0.5 → no dropout", "L2 0.01"));
  EXPECT_THAT(differences(moons, neighbour(moons, "batchnorm")),
              ElementsAre("inverted 0.5 → no dropout", "batch norm"));
  EXPECT_THAT(differences(neighbour(moons, "batchnorm"), neighbour(moons, "none")), ElementsAre("no batch norm"));
  EXPECT_THAT(differences(moons, neighbour(moons, "concrete")), ElementsAre("inverted 0.5 → concrete, rate learned"));
  EXPECT_TRUE(differences(moons, moons).empty());
  RunSpec other = moons;
  set_field(other, "network.hidden", "32,16", "test");
  set_field(other, "optimizer.learning_rate", "0.005", "test");
  set_field(other, "dropout.hidden2.rate", "0.25", "test");
  set_field(other, "data.label_noise", "0", "test");
  EXPECT_THAT(differences(moons, other), ElementsAre("inverted 0.5 → inverted 0.5 / 0.25", "no flipped labels",
                                                     "hidden layers 16,16 → 32,16", "learning rate 0.0015 → 0.005"));
}

TEST(Differences, NoFieldGoesUnmentioned) {
  // Whatever one field of the run is set to, the words say something, and only for what has an effect on noise.
  const RunSpec moons = scenario("moons");
  for (const Field& field : fields(moons)) {
    std::string value;
    if (field.type == FieldType::Integer || field.type == FieldType::Real)
      value = field.value == real_text(field.lo) ? real_text(std::min(field.hi, field.lo + 1)) : real_text(field.lo);
    if (field.type == FieldType::Choice)
      for (const std::string& choice : field.choices)
        if (choice != field.value) value = choice;
    if (field.type == FieldType::Text) value = field.path == "network.hidden" ? "8" : "words";
    if (field.path == "data.image_size") value = "28";
    RunSpec changed = moons;
    ASSERT_NO_THROW(set_field(changed, field.path, value, "test")) << field.path << "=" << value;
    const bool idle = field.path.starts_with("dropout.") && noise_phrase(changed) == noise_phrase(moons);
    EXPECT_EQ(differences(moons, changed).empty(), idle) << field.path << "=" << value;
  }
}

TEST(RunName, SaysTheNoiseAndWhatElseIsNotShared) {
  const RunSpec moons = scenario("moons");
  EXPECT_EQ(run_name(moons, moons), "inverted 0.5");
  EXPECT_EQ(run_name(neighbour(moons, "none"), moons), "no dropout");
  EXPECT_EQ(run_name(neighbour(moons, "l2"), moons), "L2 0.01");
  EXPECT_EQ(run_name(neighbour(moons, "early_stopping"), moons), "early stopping, patience 40");
  RunSpec both = moons;
  both.optimizer.l2 = 0.001;
  EXPECT_EQ(run_name(both, moons), "inverted 0.5, L2 0.001");
  EXPECT_EQ(run_name(scenario("transformer-attention"), moons).substr(0, 13), "attention 0.5");
}

TEST(RunName, OfAllNeighboursAtOneRateAreDifferent) {
  for (const Scenario* s : all_scenarios()) {
    std::set<std::string> names;
    const RunSpec base = scenario(s->id);
    for (const Neighbour& n : all_neighbours(base))
      EXPECT_TRUE(names.insert(run_name(neighbour(base, n.id.c_str()), base)).second) << s->id << " " << n.id;
  }
}

}  // namespace
}  // namespace dropscope::test
