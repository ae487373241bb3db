// dropscope render --mode compare: which runs are drawn, and the files it writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/render_compare.h"
#include "core/base/check.h"
#include "core/scenarios/scenarios.h"
#include "tests/app/cli_program.h"

namespace dropscope {
namespace {

using test::read_file;
using test::run_program;
using test::ScratchFolder;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> names(const cli::RenderWords& words, const std::string& scenario = "moons") {
  std::vector<std::string> all;
  for (const StudyRun& run : cli::runs_to_draw(words, scenario_or_throw(scenario, "test"))) all.push_back(run.name);
  return all;
}

std::string refusal(const cli::RenderWords& words) {
  try {
    names(words);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(RunsToDraw, AreTheScenarioBesideItselfWithoutDropoutWhereNothingIsSaid) {
  EXPECT_EQ(names({}), (std::vector<std::string>{"no dropout", "inverted 0.5"}));
  EXPECT_EQ(names({}, "moons-plain"), (std::vector<std::string>{"no dropout"}));
}

TEST(RunsToDraw, AreThoseOfTheWords) {
  cli::RenderWords words;
  words.runs = {"wide: network.hidden=32,32"};
  words.variants = "none,inverted";
  words.rates = "0.2,0.4";
  EXPECT_EQ(names(words), (std::vector<std::string>{"wide", "no dropout", "inverted 0.2", "inverted 0.4"}));
}

TEST(RunsToDraw, AreRefusedWithTheirReason) {
  cli::RenderWords many, other, rates;
  many.variants = "inverted", many.rates = "0.1,0.2,0.3,0.4,0.5";
  EXPECT_THAT(refusal(many), HasSubstr("at most 4 runs"));
  other.runs = {"short: ticks=5"};
  EXPECT_THAT(refusal(other), HasSubstr("one number of ticks for all runs"));
  rates.rates = "0.1";
  EXPECT_THAT(refusal(rates), HasSubstr("--variants"));
}

TEST(RenderCompare, NamesPanesAndStudyAlikeByWhatIsKept) {
  cli::RenderWords words;
  words.runs = {"mine: dropout.hidden1.rate=0.3"};
  words.variants = "none,inverted";
  words.rates = "0.2";
  const RunSpec base = scenario_or_throw("moons", "test");
  Study study;
  study.runs = cli::runs_to_draw(words, base);
  study.seeds = consecutive_seeds(7, 2);
  cli::name_as_shown(study, base, RateNaming::Keep);
  StudyView view;
  view.study = study;
  set_trials(view, {});
  std::vector<std::string> all;
  for (const SeedRow& row : view.table.rows) all.push_back(row.name);
  EXPECT_EQ(all, (std::vector<std::string>{"mine", "no dropout", "inverted, p(keep) = 0.8"}));
}

TEST(RenderCompare, WritesTheSamePictureForTheSameRuns) {
  const ScratchFolder folder;
  const auto picture = [&](const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> words = {"render", "--mode",  "compare",    "--ticks", "20",
                                      "--size", "960x540", "--no-times", "--out",   folder.path(name)};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = run_program(words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return read_file(folder.path(name));
  };
  const std::string first = picture("a.png", {});
  EXPECT_THAT(first, StartsWith("\x89PNG"));
  EXPECT_EQ(first, picture("b.png", {}));
  EXPECT_NE(first, picture("c.png", {"--eval"}));
  const std::string seeds = picture("d.svg", {"--seeds", "3"});
  EXPECT_THAT(seeds, HasSubstr("<svg"));
  EXPECT_EQ(seeds, picture("e.svg", {"--seeds", "3"}));
}

TEST(RenderCompare, RefusesWhatItCannotDraw) {
  const ScratchFolder folder;
  const auto refused = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"render", "--ticks", "5", "--out", folder.path("x.png")};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = run_program(words);
    EXPECT_EQ(result.exit_code, 2) << result.out;
    return result.err;
  };
  EXPECT_THAT(refused({"--variants", "none"}), HasSubstr("--mode compare"));
  EXPECT_THAT(refused({"--mode", "compare", "--size", "640x480"}), HasSubstr("--size"));
  EXPECT_THAT(refused({"--mode", "compare", "--run", "moons", "--run", "data: data.dataset=blobs"}),
              HasSubstr("data of the first run"));
  EXPECT_THAT(refused({"--mode", "sideways"}), HasSubstr("--mode"));
}

}  // namespace
}  // namespace dropscope
