// dropscope render --mode compare: which runs are drawn, and the files it writes.
#include "app/cli/render_compare.h"
#include "core/base/check.h"
#include "core/scenarios/scenarios.h"
#include "tests/app/cli_render.h"

namespace dropscope::test {
namespace {

using ::testing::HasSubstr;

using RenderCompare = RenderTest;

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

TEST_F(RenderCompare, NamesPanesAndStudyAlikeByWhatIsKept) {
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

TEST_F(RenderCompare, WritesTheSamePictureForTheSameRuns) {
  const auto drawn = [&](const std::string& name, const std::vector<std::string>& more) {
    return picture(with({"--mode", "compare", "--ticks", "20", "--size", "960x540", "--no-times"}, more), name);
  };
  const std::string first = drawn("a.png", {});
  EXPECT_THAT(first, ::testing::StartsWith("\x89PNG"));
  EXPECT_EQ(first, drawn("b.png", {}));
  EXPECT_NE(first, drawn("c.png", {"--eval"}));
  const std::string seeds = drawn("d.svg", {"--seeds", "3"});
  EXPECT_THAT(seeds, HasSubstr("<svg"));
  EXPECT_EQ(seeds, drawn("e.svg", {"--seeds", "3"}));
}

TEST_F(RenderCompare, RefusesWhatItCannotDraw) {
  const auto refused_of = [&](const std::vector<std::string>& more) { return refused(with({"--ticks", "5"}, more)); };
  EXPECT_THAT(refused_of({"--variants", "none"}), HasSubstr("--mode compare"));
  EXPECT_THAT(refused_of({"--mode", "compare", "--size", "640x480"}), HasSubstr("--size"));
  EXPECT_THAT(refused_of({"--mode", "compare", "--run", "moons", "--run", "data: data.dataset=blobs"}),
              HasSubstr("data of the first run"));
  EXPECT_THAT(refused_of({"--mode", "sideways"}), HasSubstr("--mode"));
}

}  // namespace
}  // namespace dropscope::test
