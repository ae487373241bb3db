// ensemble and uncertainty print and write what the engine measures, the same each time, and refuse what makes no
// sense.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/analysis/dependence_report.h"
#include "core/analysis/subnetwork_report.h"
#include "core/analysis/uncertainty_report.h"
#include "core/scenarios/scenarios.h"
#include "core/spec/fields.h"
#include "core/train/trainer.h"
#include "tests/app/cli_program.h"

namespace dropscope::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

// The run that the program trains, here.
struct Twin {
  std::shared_ptr<const Dataset> data;
  std::unique_ptr<Trainer> trainer;
  Twin(const char* scenario, int ticks, const std::vector<std::pair<const char*, const char*>>& sets = {}) {
    RunSpec spec = scenario_or_throw(scenario, "the test");
    for (const auto& [path, value] : sets) set_field(spec, path, value, "the test");
    data = std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
    trainer = std::make_unique<Trainer>(spec, data);
    for (int i = 0; i < ticks; ++i) trainer->advance(Granularity::Tick);
  }
  std::span<const float> example(std::size_t i) const {
    return std::span(data->validation.x).subspan(i * std::size_t(data->inputs), std::size_t(data->inputs));
  }
};

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

json json_of(const ScratchFolder& folder, const std::vector<std::string>& words) {
  const std::string file = folder.path("numbers.json");
  const ProgramResult result = run_program(with(words, {"--quiet", "--json", file}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "");
  return json::parse(read_file(file));
}

template <class T>
std::vector<double> doubles(const std::vector<T>& values) {
  return {values.begin(), values.end()};
}
void expect_floats(const json& written, const std::vector<float>& values) {
  const auto read = written.get<std::vector<float>>();
  EXPECT_EQ(read, values);
}
std::vector<double> flat(const json& rows) {
  std::vector<double> all;
  for (const json& row : rows)
    for (double v : row.get<std::vector<double>>()) all.push_back(v);
  return all;
}

const std::vector<std::string> kSmall = {"ensemble", "--set", "network.hidden=4,3", "--ticks", "40", "--samples", "50"};

// ---- ensemble

TEST(CliEnsemble, WritesTheNumbersOfTheEngine) {
  const ScratchFolder folder;
  const json j = json_of(folder, with(kSmall, {"--probe", "7"}));
  const Twin twin("moons", 40, {{"network.hidden", "4,3"}});
  SubnetworkPlan plan;
  plan.samples = 50;
  const SubnetworkReport r = subnetwork_report(model_of(*twin.trainer), twin.example(7), plan);
  const json& s = j["subnetworks"];
  EXPECT_EQ(s["gates"], 7);
  EXPECT_EQ(s["enumerated"], true);
  EXPECT_EQ(s["why_sampled"], nullptr);
  EXPECT_EQ(s["equal_by_theory"], false);
  EXPECT_EQ(s["arithmetic"].get<std::vector<double>>(), r.arithmetic);
  EXPECT_EQ(s["geometric"].get<std::vector<double>>(), r.geometric);
  EXPECT_EQ(s["scaled"].get<std::vector<double>>(), r.scaled);
  EXPECT_EQ(s["probability"].get<std::vector<double>>(), r.probability);
  EXPECT_EQ(flat(s["predictions"]), r.predictions);
  EXPECT_EQ(s["error"].get<std::vector<double>>(), r.error);
  EXPECT_EQ(s["places"][4], "hidden2, unit 1");
  const Convergence c = convergence_of(model_of(*twin.trainer), twin.data->validation, 500, plan);
  EXPECT_EQ(j["convergence"]["scaled_loss"], c.scaled_loss);
  EXPECT_EQ(j["convergence"]["points"].back()["loss"], c.points.back().loss);
  EXPECT_EQ(j["convergence"]["points"].back()["samples"], 50);
  EXPECT_EQ(j["convergence"]["points"].back()["loss_deviation"], nullptr) << "of one sequence";
  EXPECT_EQ(j["convergence"]["points"][0]["loss_deviation"], c.points[0].loss_deviation);
  const DependenceReport d = dependence_report(model_of(*twin.trainer), *twin.data, {});
  EXPECT_EQ(j["dependence"]["mean_correlation"], d.mean_correlation);
  EXPECT_EQ(j["dependence"]["rises"].get<std::vector<double>>(), d.rises);
  EXPECT_EQ(j["dependence"]["removal"][3]["loss"], d.removal[3].loss);
  EXPECT_EQ(j["real_ensemble"], nullptr);
}

TEST(CliEnsemble, TwoEqualCallsWriteTheSame) {
  const ScratchFolder folder;
  json first = json_of(folder, kSmall), second = json_of(folder, kSmall);
  for (json* j : {&first, &second}) j->erase("seconds");
  EXPECT_EQ(first, second);
  json other = json_of(folder, with(kSmall, {"--seed", "8"}));
  EXPECT_NE(first["subnetworks"], other["subnetworks"]);
}

TEST(CliEnsemble, PutsARealEnsembleBesideTheRun) {
  const ScratchFolder folder;
  const json j = json_of(folder, with(kSmall, {"--members", "2"}));
  const json& members = j["real_ensemble"]["members"];
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0]["alone"], members[0]["mean_of_first"]);
  EXPECT_NE(members[1]["alone"], members[1]["mean_of_first"]);
  EXPECT_GE(members[1]["seconds"].get<double>(), 0);
  // The first member is the run without dropout.
  const Twin plain("moons", 40, {{"network.hidden", "4,3"}, {"dropout.rate", "0"}});
  const DependenceReport d = dependence_report(model_of(*plain.trainer), *plain.data, {});
  EXPECT_EQ(j["real_ensemble"]["without_dropout"]["mean_correlation"], d.mean_correlation);
  EXPECT_NEAR(members[0]["alone"]["loss"].get<double>(), d.loss, 1e-6);
  EXPECT_NEAR(j["real_ensemble"]["scaled"]["loss"].get<double>(), j["convergence"]["scaled_loss"].get<double>(), 1e-6);
  EXPECT_NEAR(j["real_ensemble"]["monte_carlo"]["loss"].get<double>(),
              j["convergence"]["points"].back()["loss"].get<double>(), 1e-6);
}

TEST(CliEnsemble, ListsSubnetworksOrTheConvergence) {
  const ScratchFolder folder;
  const std::string file = folder.path("list.csv");
  EXPECT_EQ(run_program(with(kSmall, {"--quiet", "--csv", file})).exit_code, 0);
  const std::string all = read_file(file);
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 129);  // 2^7 and the heading
  EXPECT_EQ(all.substr(0, all.find('\n')),
            "hidden1 unit 1,hidden1 unit 2,hidden1 unit 3,hidden1 unit 4,hidden2 unit 1,hidden2 unit 2,hidden2 unit 3,"
            "probability,y0,y1");
  const ProgramResult many =
      run_program({"ensemble", "--ticks", "2", "--samples", "20", "--quiet", "--csv", file});  // 32 gates
  EXPECT_EQ(many.exit_code, 0) << many.err;
  const std::string some = read_file(file);
  EXPECT_EQ(some.substr(0, some.find('\n')), "masks,error,error_deviation,y0,y1");
  EXPECT_EQ(std::count(some.begin(), some.end(), '\n'), 8);
}

TEST(CliEnsemble, PrintsTheAveragesBesideEachOther) {
  const ProgramResult result = run_program(kSmall);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const char* words : {"7 gates: all 2^7 = 128 sub-networks were run", "arithmetic   geometric      scaled",
                            "Theory does not make", "Over 500 validation examples", "mean |correlation|"})
    EXPECT_THAT(result.out, HasSubstr(words));
  EXPECT_THAT(result.out, Not(HasSubstr("train off"))) << "the table of training is not asked for";
  const ProgramResult one =
      run_program({"ensemble", "--set", "network.hidden=5", "--ticks", "5", "--samples", "5", "--point", "0.5,-1"});
  EXPECT_THAT(one.out, HasSubstr("Theory: weight scaling is the normalised geometric mean"));
  EXPECT_THAT(one.out, HasSubstr("the point: 0.5, -1"));
}

TEST(CliEnsemble, AnswersForNumbersSequencesAndSilentNetworks) {
  const ScratchFolder folder;
  const json numbers =
      json_of(folder, {"ensemble", "--scenario", "regression", "--ticks", "3", "--samples", "5", "--members", "1"});
  EXPECT_EQ(numbers["subnetworks"]["geometric"].size(), 0u);
  EXPECT_EQ(numbers["convergence"]["scaled_error"], nullptr);
  const json silent = json_of(folder, {"ensemble", "--scenario", "moons-plain", "--ticks", "3", "--samples", "5"});
  EXPECT_EQ(silent["subnetworks"]["silent"], true);
  EXPECT_EQ(silent["subnetworks"]["arithmetic"], silent["subnetworks"]["scaled"]);
  const ProgramResult steps = run_program(
      {"ensemble", "--scenario", "lstm-locked", "--ticks", "1", "--samples", "2", "--set", "data.validation=20"});
  EXPECT_EQ(steps.exit_code, 0) << steps.err;
  EXPECT_THAT(steps.out, Not(HasSubstr("as near as weight scaling"))) << "two passes cannot tell";
}

// ---- uncertainty

TEST(CliUncertainty, WritesTheMapOfTheEngine) {
  const ScratchFolder folder;
  const json j =
      json_of(folder, {"uncertainty", "--ticks", "30", "--passes", "12", "--grid", "9x7", "--point", "0.25,-3"});
  const Twin twin("moons", 30);
  UncertaintyPlan plan;
  plan.passes = 12;
  plan.columns = 9;
  plan.rows = 7;
  const UncertaintyReport r =
      uncertainty_report(model_of(*twin.trainer), *twin.data, std::vector<float>{0.25f, -3}, plan);
  EXPECT_EQ(j["map"]["columns"], 9);
  ASSERT_EQ(j["map"]["entropy"].size(), 7u);
  EXPECT_EQ(flat(j["map"]["entropy"]).size(), r.entropy.size());
  expect_floats(j["map"]["entropy"][2], {r.entropy.begin() + 18, r.entropy.begin() + 27});
  expect_floats(j["map"]["p1"][6], {r.p1.begin() + 54, r.p1.end()});
  EXPECT_EQ(j["map"]["information_far"], r.information_far);
  EXPECT_EQ(j["probe"]["mutual_information"], r.probe.mutual_information);
  EXPECT_EQ(j["probe"]["deviation"].get<std::vector<double>>(), r.probe.deviation);
  EXPECT_EQ(j["probe"]["outside"], true);
  EXPECT_EQ(j["probe"]["example"], nullptr);
  EXPECT_EQ(j["caveat"], r.caveat);
}

TEST(CliUncertainty, WritesTheBandOfTheEngine) {
  const ScratchFolder folder;
  const std::string file = folder.path("band.csv");
  const json j = json_of(folder, {"uncertainty", "--scenario", "regression", "--ticks", "30", "--passes", "9", "--grid",
                                  "20x2", "--csv", file});
  const Twin twin("regression", 30);
  UncertaintyPlan plan;
  plan.passes = 9;
  plan.columns = 20;
  const UncertaintyReport r = uncertainty_report(model_of(*twin.trainer), *twin.data, twin.example(0), plan);
  EXPECT_EQ(j["band"]["deviation"].get<std::vector<double>>(), r.deviation);
  EXPECT_EQ(j["band"]["gaps"].size(), 1u);
  EXPECT_EQ(j["band"]["deviation_gap"], r.deviation_gap);
  const std::string lines = read_file(file);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 21);
}

TEST(CliUncertainty, WritesTheExamplesOfTheEngine) {
  const ScratchFolder folder;
  const json j = json_of(folder, {"uncertainty", "--scenario", "digits", "--ticks", "5", "--passes", "4"});
  const Twin twin("digits", 5);
  UncertaintyPlan plan;
  plan.passes = 4;
  const UncertaintyReport r = uncertainty_report(model_of(*twin.trainer), *twin.data, twin.example(0), plan);
  expect_floats(j["examples"]["mutual_information"], r.example_information);
  EXPECT_EQ(doubles(j["examples"]["wrong"].get<std::vector<int>>()), doubles(r.example_wrong));
}

TEST(CliUncertainty, PrintsItsCaveat) {
  const ProgramResult result = run_program({"uncertainty", "--ticks", "30", "--passes", "10", "--grid", "8x8"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("at the edge of this map the mean entropy is"));
  EXPECT_THAT(result.out, HasSubstr("distance to the nearest example"));
  EXPECT_EQ(run_program({"uncertainty", "--ticks", "30", "--passes", "10", "--grid", "8x8"}).out, result.out);
}

// A squared error learns one-hot codes: outputs are numbers, and no entropies are made of them.
TEST(CliUncertainty, TakesOutputsOfASquaredErrorAsTheyAre) {
  const ScratchFolder folder;
  const json j = json_of(folder, {"uncertainty", "--ticks", "5", "--passes", "4", "--set", "network.loss=mse"});
  EXPECT_FALSE(j.contains("map"));
  EXPECT_GT(j["examples"]["error"].get<double>(), 0);
  EXPECT_FALSE(j["probe"].contains("mutual_information"));
}

// ---- Refusals

struct Refusal {
  const char* name;
  std::vector<std::string> words;
  std::vector<std::string> says;
};
void PrintTo(const Refusal& r, std::ostream* out) { *out << r.name; }

class RefusedQuestions : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusedQuestions, EndWithCodeTwoAndOneLine) {
  const ProgramResult result = run_program(GetParam().words);
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_EQ(result.err_lines(), 1) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_LT(result.err.size(), 1000u);
  for (const std::string& text : GetParam().says) EXPECT_THAT(result.err, HasSubstr(text));
}

const Refusal kRefusals[] = {
    {"samples_zero", {"ensemble", "--samples", "0"}, {"--samples", "0"}},
    {"samples_many", {"ensemble", "--samples", "10001"}, {"--samples"}},
    {"samples_nan", {"ensemble", "--samples", "nan"}, {"--samples", "nan"}},
    {"members_below_zero", {"ensemble", "--members", "-1"}, {"--members"}},
    {"probe_beyond", {"ensemble", "--ticks", "1", "--quiet", "--probe", "99999"}, {"--probe", "99999"}},
    {"probe_below_zero", {"uncertainty", "--ticks", "1", "--quiet", "--probe", "-1"}, {"--probe"}},
    {"probe_and_point", {"uncertainty", "--quiet", "--probe", "1", "--point", "1,2"}, {"one of the two"}},
    {"point_short", {"uncertainty", "--quiet", "--point", "1"}, {"--point", "2 numbers", "found 1"}},
    {"point_long", {"ensemble", "--quiet", "--point", "1,2,3"}, {"--point", "found 3"}},
    {"point_empty", {"ensemble", "--quiet", "--point", ""}, {"--point"}},
    {"point_trailing_comma", {"ensemble", "--quiet", "--point", "1,"}, {"--point"}},
    {"point_nan", {"ensemble", "--quiet", "--point", "nan,1"}, {"--point", "nan"}},
    {"point_infinite", {"ensemble", "--quiet", "--point", "1e99,1"}, {"--point"}},
    {"passes_zero", {"uncertainty", "--passes", "0"}, {"--passes"}},
    {"passes_many", {"uncertainty", "--passes", "1001"}, {"--passes"}},
    {"grid_one", {"uncertainty", "--grid", "1x64"}, {"--grid"}},
    {"grid_words", {"uncertainty", "--grid", "64"}, {"--grid"}},
    {"grid_huge", {"uncertainty", "--grid", "2000x2"}, {"--grid", "1024"}},
    {"ticks_below_zero", {"ensemble", "--quiet", "--ticks", "-5"}, {"--ticks"}},
    {"same_file", {"ensemble", "--csv", "numbers.out", "--json", "./numbers.out"}, {"another file"}},
    {"no_folder", {"uncertainty", "--json", "/no/such/folder/x.json"}, {"no folder"}},
    {"misspelt", {"ensemble", "--sample", "3"}, {"did you mean --samples"}},
    {"stray_word", {"uncertainty", "moons"}, {"moons"}},
    {"unknown_scenario", {"uncertainty", "--scenario", "mooons"}, {"did you mean moons"}},
};
INSTANTIATE_TEST_SUITE_P(Words, RefusedQuestions, ::testing::ValuesIn(kRefusals),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace dropscope::test
