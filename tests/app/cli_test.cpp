// What the commands of the program promise: equal runs give equal hashes, files have their forms, lists are whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/data/dataset.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "tests/app/cli_program.h"

namespace dropscope::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

json train_json(const ScratchFolder& folder, std::vector<std::string> more) {
  const std::string file = folder.path("run.json");
  std::vector<std::string> words = {"train", "--quiet", "--json", file};
  words.insert(words.end(), more.begin(), more.end());
  const ProgramResult result = run_program(words);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "");
  return json::parse(read_file(file));
}

std::vector<std::int64_t> hashed_ticks(const json& run) {
  std::vector<std::int64_t> ticks;
  for (const json& entry : run["state_hash"]) ticks.push_back(entry["tick"]);
  return ticks;
}

TEST(Cli, TwoEqualRunsHaveEqualHashesAndMetrics) {
  const ScratchFolder folder;
  const json a = train_json(folder, {"--scenario", "moons", "--ticks", "250"});
  const json b = train_json(folder, {"--scenario", "moons", "--ticks", "250"});
  EXPECT_EQ(hashed_ticks(a), (std::vector<std::int64_t>{0, 1, 10, 100, 250}));
  EXPECT_EQ(a["state_hash"], b["state_hash"]);
  EXPECT_EQ(a["metrics"], b["metrics"]);
  EXPECT_EQ(a["final"]["tick"], 250);
  EXPECT_GT(a["samples_per_second"], 0);
}

TEST(Cli, AnotherSeedGivesOtherHashesFromTheStart) {
  const ScratchFolder folder;
  const json a = train_json(folder, {"--ticks", "10"});
  const json b = train_json(folder, {"--ticks", "10", "--seed", "18446744073709551615"});
  for (std::size_t i = 0; i < a["state_hash"].size(); ++i) EXPECT_NE(a["state_hash"][i], b["state_hash"][i]);
}

TEST(Cli, HashesAreSixteenHexDigits) {
  const ScratchFolder folder;
  const json run = train_json(folder, {"--ticks", "1"});
  for (const json& entry : run["state_hash"])
    EXPECT_THAT(entry["hash"].get<std::string>(), ::testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST(Cli, SetReachesTheRunThatIsTrained) {
  const ScratchFolder folder;
  const json run = train_json(folder, {"--ticks", "2", "--set", "dropout.hidden1.rate=0.3", "--set",
                                       "dropout.hidden1.variant=gaussian", "--set", "batch_size=32"});
  const std::string spec = run["spec"].dump();
  EXPECT_THAT(spec, HasSubstr("gaussian"));
  EXPECT_THAT(spec, HasSubstr("0.3"));
  EXPECT_NE(run["state_hash"].back(), train_json(folder, {"--ticks", "2"})["state_hash"].back());
}

TEST(Cli, ALeadingZeroIsDecimal) {
  const ScratchFolder folder;
  EXPECT_EQ(train_json(folder, {"--ticks", "0", "--set", "batch_size=010"})["spec"]["fields"]["batch_size"], 10);
}

TEST(Cli, EpochsArePassesOverTheTrainingExamples) {
  const ScratchFolder folder;
  const json run = train_json(folder, {"--epochs", "3", "--set", "data.train=50", "--set", "batch_size=20"});
  EXPECT_EQ(run["ticks"], 3 * 3);  // 20 + 20 + 10 examples make one epoch.
  EXPECT_EQ(run["final"]["epoch"], 3.0);
}

TEST(Cli, NoTickAtAllIsARun) {
  const ScratchFolder folder;
  const json run = train_json(folder, {"--ticks", "0"});
  EXPECT_EQ(run["state_hash"].size(), 1u);
  EXPECT_EQ(run["samples_per_second"], 0);
}

TEST(Cli, DivergenceIsAFailureThatSaysWhereAndKeepsTheFiles) {
  const ScratchFolder folder;
  const std::string file = folder.path("run.json");
  const ProgramResult result =
      run_program({"train", "--quiet", "--ticks", "2000", "--json", file, "--set", "optimizer.kind=sgd", "--set",
                   "optimizer.learning_rate=1e6", "--set", "data.dataset=regression"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err_lines(), 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("learning rate"));
  EXPECT_EQ(json::parse(read_file(file))["status"], "diverged");
}

TEST(Cli, TableShowsLossesAccuraciesAndGap) {
  const ProgramResult result = run_program({"train", "--ticks", "100"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const std::string head = result.out.substr(0, result.out.find('\n'));
  for (const char* column : {"tick", "train", "val", "acc", "gap"}) EXPECT_THAT(head, HasSubstr(column));
  EXPECT_THAT(result.out, HasSubstr("\n      100 "));
  EXPECT_LE(std::count(result.out.begin(), result.out.end(), '\n'), 30);
}

TEST(Cli, RegressionHasNoAccuracies) {
  const ProgramResult result = run_program({"train", "--scenario", "regression", "--ticks", "20"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, ::testing::Not(HasSubstr("acc")));
}

TEST(Cli, EveryScenarioThatNeedsNoFileTrains) {
  for (const Scenario* scenario : all_scenarios()) {
    const auto options = find_dataset(scenario->spec().data.dataset)->options;
    if (std::find(options.begin(), options.end(), DataOption::Path) != options.end()) continue;
    const ProgramResult result = run_program({"train", "--quiet", "--scenario", scenario->id, "--ticks", "3"});
    EXPECT_EQ(result.exit_code, 0) << scenario->id << ": " << result.err;
  }
}

TEST(Cli, ListsNameEverythingThatIsRegistered) {
  const json variants = json::parse(run_program({"list", "variants", "--json"}).out);
  ASSERT_EQ(variants.size(), all_variants().size());
  for (std::size_t i = 0; i < variants.size(); ++i) {
    EXPECT_EQ(variants[i]["id"], all_variants()[i]->id);
    for (const char* fact : {"name", "target", "sites", "shared_axes", "scaling", "inference", "formula", "source"})
      EXPECT_TRUE(variants[i].contains(fact)) << fact;
  }
  EXPECT_EQ(json::parse(run_program({"list", "datasets", "--json"}).out).size(), all_datasets().size());
  EXPECT_EQ(json::parse(run_program({"list", "scenarios", "--json"}).out).size(), all_scenarios().size());
  for (const Variant* variant : all_variants())
    EXPECT_THAT(run_program({"list", "variants"}).out, HasSubstr(variant->depiction.formula));
}

TEST(Cli, HelpAndVersionGoToStandardOutput) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--help"}, {"-h"}, {"train", "--help"}, {"render", "--help"}, {"list", "--help"}, {"check", "--help"}}) {
    const ProgramResult result = run_program(words);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.out, HasSubstr("Usage: dropscope"));
    EXPECT_EQ(result.err, "");
  }
  EXPECT_THAT(run_program({"--version"}).out, ::testing::MatchesRegex("dropscope [0-9.]+\n"));
}

std::string rendered(const ScratchFolder& folder, const std::string& name, std::vector<std::string> more) {
  std::vector<std::string> words = {"render", "--ticks", "20", "--size", "960x540", "--out", folder.path(name)};
  words.insert(words.end(), more.begin(), more.end());
  const ProgramResult result = run_program(words);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return read_file(folder.path(name));
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | std::uint8_t(bytes.at(at + i));
  return value;
}

TEST(Cli, RenderWritesAPngOfTheSizeAskedFor) {
  const ScratchFolder folder;
  const std::string bytes = rendered(folder, "a.png", {});
  EXPECT_THAT(bytes, StartsWith("\x89PNG\r\n\x1a\n"));
  EXPECT_EQ(big_endian(bytes, 16), 960u);
  EXPECT_EQ(big_endian(bytes, 20), 540u);
  EXPECT_GT(bytes.size(), 10000u) << "a picture, not an empty sheet";
}

TEST(Cli, RenderWritesSvgAndPdf) {
  const ScratchFolder folder;
  EXPECT_THAT(rendered(folder, "a.svg", {}), HasSubstr("<svg"));
  EXPECT_THAT(rendered(folder, "a.PDF", {"--theme", "dark"}), StartsWith("%PDF-"));
}

TEST(Cli, TheSameRunGivesTheSamePicture) {
  const ScratchFolder folder;
  EXPECT_EQ(rendered(folder, "a.png", {}), rendered(folder, "b.png", {}));
  EXPECT_NE(rendered(folder, "a.png", {}), rendered(folder, "c.png", {"--eval"}));
}

TEST(Cli, HeadlessTrainsAndWritesPictureAndCurvesToTheDataFolder) {
  const ScratchFolder folder;
  ProgramOptions options;
  options.environment = {"XDG_DATA_HOME=" + folder.path()};
  const ProgramResult result = run_program({"--headless", "--scenario", "moons", "--set", "ticks=60"}, options);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  int pictures = 0, tables = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_THAT(result.out, HasSubstr(entry.path().string()));
    pictures += entry.path().extension() == ".png";
    tables += entry.path().extension() == ".csv";
  }
  EXPECT_EQ(pictures, 1);
  EXPECT_EQ(tables, 1);
}

TEST(Cli, CheckPassesOnAWorkingMachine) {
  ProgramOptions options;
  options.seconds = 300;
  const ProgramResult result = run_program({"check"}, options);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("ok"));
}

}  // namespace
}  // namespace dropscope::test
