// dropscope compare: a table, verdicts and files that do not depend on the number of jobs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/app/cli_program.h"

namespace dropscope::test {
namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

// Three short runs with three seeds, as files.
struct Compared {
  json document;
  std::string json_text, csv, out;
};
Compared compared(const ScratchFolder& folder, std::vector<std::string> more) {
  std::vector<std::string> words = {"compare", "--json", folder.path("a.json"), "--csv", folder.path("a.csv")};
  words.insert(words.end(), more.begin(), more.end());
  const ProgramResult result = run_program(words);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const std::string text = read_file(folder.path("a.json"));
  return {json::parse(text), text, read_file(folder.path("a.csv")), result.out};
}

const std::vector<std::string> kShort = {"--variants", "none,inverted,l2", "--rates", "0.3", "--seeds",
                                         "3",          "--ticks",          "60"};

std::vector<std::string> with(std::vector<std::string> words, std::vector<std::string> more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Compare, FilesAreTheSameForAnyNumberOfJobs) {
  const ScratchFolder folder;
  const Compared one = compared(folder, with(kShort, {"--no-times", "--jobs", "1"}));
  const Compared two = compared(folder, with(kShort, {"--no-times", "--jobs", "2"}));
  const Compared seven = compared(folder, with(kShort, {"--no-times", "--jobs", "7"}));
  EXPECT_EQ(one.json_text, two.json_text);
  EXPECT_EQ(one.json_text, seven.json_text);
  EXPECT_EQ(one.csv, seven.csv);
  EXPECT_EQ(one.out, seven.out);
  EXPECT_THAT(one.json_text, Not(HasSubstr("seconds")));
}

TEST(Compare, TimesAreAllThatJobsMayChange) {
  const ScratchFolder folder;
  json timed = compared(folder, with(kShort, {"--jobs", "2"})).document;
  for (json& trial : timed["trials"]) EXPECT_GT(trial["seconds"], 0.0) << trial.erase("seconds");
  for (json& trial : timed["trials"]) trial.erase("seconds");
  for (json& row : timed["rows"]) {
    EXPECT_TRUE(row["measures"].contains("seconds_per_1000")) << row["measures"];
    row["measures"].erase("seconds_per_1000");
    if (row.contains("against_first")) row["against_first"].erase("seconds_per_1000");
  }
  EXPECT_EQ(timed, compared(folder, with(kShort, {"--no-times"})).document);
}

TEST(Compare, ATrialIsTheRunThatTrainTrains) {
  const ScratchFolder folder;
  const json document = compared(folder, kShort).document;
  for (const json& trial : document["trials"]) {
    const std::string seed = std::to_string(trial["seed"].get<int>());
    std::vector<std::string> words = {
        "train", "--quiet", "--ticks",          "60", "--json", folder.path("t.json"), "--seed",
        seed,    "--set",   "data_seed=" + seed};
    const char* settings[] = {"dropout.rate=0", "dropout.rate=0.3", "dropout.rate=0"};
    words = with(words, {"--set", settings[trial["run"].get<int>()]});
    if (trial["run"] == 2) words = with(words, {"--set", "optimizer.l2=0.01"});
    ASSERT_EQ(run_program(words).exit_code, 0);
    const json run = json::parse(read_file(folder.path("t.json")));
    EXPECT_EQ(run["state_hash"].back()["hash"], trial["state_hash"]) << trial;
    EXPECT_EQ(run["final"]["validation_loss"], trial["last"]["validation_loss"]);
  }
}

TEST(Compare, MeansAndVerdictsAreThoseOfTheTrials) {
  const ScratchFolder folder;
  const Compared c = compared(folder, kShort);
  ASSERT_EQ(c.document["trials"].size(), 9u);
  EXPECT_EQ(c.document["format"], "dropscope.comparison");
  EXPECT_EQ(c.document["status"], "finished");
  EXPECT_EQ(c.document["seeds"], json({7, 8, 9}));
  double sum[3] = {}, difference = 0;  // of losses as they are written: with the digits of a float
  for (const json& trial : c.document["trials"])
    sum[trial["run"].get<int>()] += trial["last"]["validation_loss"].get<double>();
  for (int run = 0; run < 3; ++run)
    EXPECT_NEAR(c.document["rows"][std::size_t(run)]["measures"]["validation_loss"]["mean"].get<double>(), sum[run] / 3,
                1e-7);
  difference = (sum[2] - sum[0]) / 3;
  const json& against = c.document["rows"][2]["against_first"]["validation_loss"];
  EXPECT_NEAR(against["mean"].get<double>(), difference, 1e-7);
  EXPECT_EQ(against["lower"].get<int>() + against["higher"].get<int>(), 3);
  EXPECT_EQ(c.document["runs"][1]["differences"], json({"no dropout → inverted 0.3"}));
  EXPECT_EQ(c.document["runs"][2]["differences"], json({"L2 0.01"}));
  EXPECT_EQ(c.document["runs"][2]["spec"]["fields"]["optimizer.l2"], 0.01);
  EXPECT_THAT(c.out, HasSubstr("Against no dropout:"));
  EXPECT_THAT(c.out, HasSubstr(against["words"].get<std::string>()));
  EXPECT_THAT(c.out, HasSubstr("moons, 60 ticks, 3 seeds (7 to 9)"));
}

TEST(Compare, TheTableHasTheSameColumnsInEveryLine) {
  const ScratchFolder folder;
  const std::string csv = compared(folder, with(kShort, {"--run", "a, b: batch_size=8"})).csv;
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  const auto columns = [](const std::string& text) {
    bool quoted = false;
    int count = 1;
    for (char c : text) {
      quoted = quoted != (c == '"');
      count += c == ',' && !quoted;
    }
    return count;
  };
  const int expected = columns(line);
  EXPECT_THAT(line, HasSubstr("run,seed,validation_loss"));
  int count = 0;
  for (; std::getline(lines, line); ++count) EXPECT_EQ(columns(line), expected) << line;
  EXPECT_EQ(count, 12);
  EXPECT_THAT(csv, HasSubstr("\n\"a, b\",7,"));
}

// Of one line of UTF-8.
std::size_t places(const std::string& line) {
  return std::size_t(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

TEST(Compare, TheTableFitsATerminalWithAllItsColumns) {
  const ProgramResult result = run_program({"compare", "--run", "dropout + max-norm 2: dropout.rate=0.4", "--run",
                                            "a name of more than any terminal's share: dropout.rate=0.1", "--variants",
                                            "none,l2", "--seeds", "3", "--ticks", "1100", "--target", "0.3999"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::istringstream lines(result.out);
  std::string line, table;
  std::getline(lines, line);  // the headline
  std::size_t heads = 0, means = 0, spreads = 0;
  while (std::getline(lines, line) && !line.empty()) {
    EXPECT_LE(places(line), 100u) << line;
    std::istringstream words(line);
    std::vector<std::string> cells{std::istream_iterator<std::string>(words), {}};
    heads += cells.front() == "val" || cells.front() == "loss";
    const bool spread = cells.front().starts_with("\u00b1");
    spreads += spread;
    means += !spread && line.find("0.") != std::string::npos;
    table += line + "\n";
  }
  EXPECT_EQ(heads, 2u) << table;
  EXPECT_EQ(means, 4u) << table;
  EXPECT_EQ(spreads, 4u) << table;
  EXPECT_THAT(table, ContainsRegex(" val +val +train +best +at +ticks to +active +s/1000\n"));
  EXPECT_THAT(table, ContainsRegex(" loss +acc % +loss +gap +val +tick +target +w % +ticks\n"));
  EXPECT_THAT(table, HasSubstr("\na name of more than any terminal's share\n  ")) << "its numbers stand below it";
}

TEST(Compare, FixedDataVaryOnlyTheRest) {
  const ScratchFolder folder;
  const json varied = compared(folder, kShort).document,
             fixed = compared(folder, with(kShort, {"--fixed-data"})).document;
  EXPECT_EQ(fixed["data_vary_with_seed"], false);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NE(varied["trials"][i]["state_hash"], fixed["trials"][i]["state_hash"]);
}

TEST(Compare, EpochsArePassesOverEachRunsOwnExamples) {
  const ScratchFolder folder;
  const json document = compared(folder, {"--run", "a: batch_size=20", "--run", "b: batch_size=7, data.train=50",
                                          "--run", "c: batch_size=500", "--epochs", "2", "--seeds", "1"})
                            .document;
  EXPECT_EQ(document["trials"][0]["ticks"], 6);   // 60 in batches of 20
  EXPECT_EQ(document["trials"][1]["ticks"], 16);  // 50 in batches of 7
  EXPECT_EQ(document["trials"][2]["ticks"], 2);
}

TEST(Compare, TargetIsAskedOfEveryRun) {
  const ScratchFolder folder;
  const json document = compared(folder, with(kShort, {"--target", "0.55"})).document;
  EXPECT_EQ(document["target"], 0.55);
  bool reached = false;
  for (const json& trial : document["trials"]) {
    const bool below = trial["best_validation"].get<double>() <= 0.55;
    EXPECT_EQ(trial["ticks_to_target"].is_number(), below);
    reached = reached || below;
  }
  EXPECT_TRUE(reached) << "the test asks for nothing otherwise";
}

TEST(Compare, RegressionHasNoAccuracy) {
  const ScratchFolder folder;
  const Compared c =
      compared(folder, {"--scenario", "regression", "--variants", "none,inverted", "--ticks", "20", "--seeds", "2"});
  EXPECT_THAT(c.out, Not(HasSubstr("acc")));
  EXPECT_TRUE(c.document["trials"][0]["last"]["validation_accuracy"].is_null());
}

TEST(Compare, OneSeedHasNoSpreadAndNoVerdict) {
  const ProgramResult result = run_program({"compare", "--variants", "none,inverted", "--seeds", "1", "--ticks", "20"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, Not(HasSubstr("±")));
  EXPECT_THAT(result.out, HasSubstr("too few seeds"));
}

TEST(Compare, DivergenceIsSaidAndCountsForNoMean) {
  const ScratchFolder folder;
  const Compared c =
      compared(folder, {"--scenario", "regression", "--run", "usual", "--run",
                        "wild: optimizer.kind=sgd, optimizer.learning_rate=1e6", "--ticks", "200", "--seeds", "2"});
  EXPECT_THAT(c.out, HasSubstr("wild: 2 diverged"));
  EXPECT_EQ(c.document["rows"][1]["measures"]["validation_loss"]["count"], 0);
  EXPECT_EQ(c.document["trials"][3]["status"], "diverged");
}

TEST(Compare, AnInterruptLeavesWhatIsDone) {
  const ScratchFolder folder;
  const std::string file = folder.path("a.json");
  // A background job may have been told to ignore Ctrl-C; the child shall not.
  std::signal(SIGINT, SIG_DFL);
  const std::string command = "timeout --foreground -s INT -k 30 --preserve-status 1 '" DROPSCOPE_PROGRAM
                              "' compare --variants none,inverted --seeds 1000 --ticks 3000 --jobs 1 --quiet --json '" +
                              file + "' 2>'" + folder.path("err") + "'";
  const int status = std::system(command.c_str());
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_THAT(read_file(folder.path("err")), HasSubstr("of 2000 trainings are done"));
  const json document = json::parse(read_file(file));
  EXPECT_EQ(document["status"], "interrupted");
  EXPECT_LT(document["trials"].size(), 2000u);
  EXPECT_EQ(document["seeds"].size(), 1000u);
}

TEST(Compare, AFileGivesTheHeadlineItsName) {
  const ScratchFolder folder;
  const std::string file = folder.path("points.csv");
  std::ofstream out(file);
  out << "x,y,colour\n";
  for (int i = 0; i < 60; ++i) out << i % 7 << "," << i % 5 << "," << (i % 2 ? "red" : "blue") << "\n";
  out.close();
  const ProgramResult result =
      run_program({"compare", "--data", file, "--variants", "none", "--seeds", "1", "--ticks", "5", "--epochs", "1"});
  EXPECT_EQ(result.exit_code, 2);
  const ProgramResult right =
      run_program({"compare", "--data", file, "--variants", "none", "--seeds", "1", "--epochs", "1"});
  EXPECT_EQ(right.exit_code, 0) << right.err;
  EXPECT_THAT(right.out, ::testing::StartsWith("points.csv, "));
}

TEST(Compare, QuietSaysNothing) {
  const ScratchFolder folder;
  const ProgramResult result = run_program(with({"compare", "--quiet", "--csv", folder.path("a.csv")}, kShort));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out + result.err, "");
}

}  // namespace
}  // namespace dropscope::test
