// How the words of compare and sweep are read.
#include "app/cli/study_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/scenarios/scenarios.h"

namespace dropscope::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RunSpec moons() { return scenario_or_throw("moons", "test"); }

std::vector<std::string> names_of(const std::vector<StudyRun>& runs) {
  std::vector<std::string> names;
  for (const StudyRun& run : runs) names.push_back(run.name);
  return names;
}

template <class F>
std::string refusal(F&& f) {
  try {
    f();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(StudyWords, ACommaBeginsASettingOnlyWhereAPathFollows) {
  EXPECT_THAT(split_settings("a=1, network.hidden=32,32, b.c_d=2"),
              ElementsAre("a=1", "network.hidden=32,32", "b.c_d=2"));
  EXPECT_THAT(split_settings("network.hidden=conv8,maxpool, 16,batch_size=4"),
              ElementsAre("network.hidden=conv8,maxpool, 16", "batch_size=4"));
  EXPECT_THAT(split_settings("data.path=/a,b=c"), ElementsAre("data.path=/a", "b=c"));
}

TEST(StudyWords, ARunIsTheBaseWithItsSettings) {
  const StudyRun run = parse_run("wide net: network.hidden=32,24 , dropout.rate=0.3", moons());
  EXPECT_EQ(run.name, "wide net");
  ASSERT_EQ(run.spec.network.hidden.size(), 2u);
  EXPECT_EQ(run.spec.network.hidden[1].units, 24);
  EXPECT_EQ(run.spec.dropout.find("hidden2")->rate, 0.3);
  EXPECT_EQ(parse_run("as it is", moons()).spec, moons());
  EXPECT_EQ(parse_run("as it is:", moons()).spec, moons());
}

TEST(StudyWords, ARunWithoutANameIsCalledByWhatDiffers) {
  EXPECT_EQ(parse_run("optimizer.l2=0.01, dropout.rate=0", moons()).name, "L2 0.01");
  EXPECT_EQ(parse_run("dropout.variant=gaussian", moons()).name, "gaussian 0.5");
  EXPECT_EQ(parse_run("a: data.path=x:y", moons()).name, "a");
}

TEST(StudyWords, RunsThatMakeNoSenseAreRefused) {
  EXPECT_THAT(refusal([] { parse_run("", moons()); }), HasSubstr("--run"));
  EXPECT_THAT(refusal([] { parse_run(": dropout.rate=0", moons()); }), HasSubstr("--run"));
  EXPECT_THAT(refusal([] { parse_run("a: dropout.rate=2", moons()); }), HasSubstr("dropout.hidden1.rate"));
  EXPECT_THAT(refusal([] { parse_run("a: dropout.rate", moons()); }), HasSubstr("path=value"));
  EXPECT_THAT(refusal([] { parse_run("a: =3", moons()); }), HasSubstr("path=value"));
  EXPECT_THAT(refusal([] { parse_run("a: dropout.rat=0.3", moons()); }), HasSubstr("dropout.rate"));
  EXPECT_THAT(refusal([] { parse_run("a: seed=3", moons()); }), HasSubstr("--first-seed"));
  EXPECT_THAT(refusal([] { parse_run("a: dropout.rate=0, data_seed=3", moons()); }), HasSubstr("data_seed"));
  EXPECT_THAT(refusal([] { parse_run(std::string(100, 'n') + ": batch_size=3", moons()); }), HasSubstr("80"));
  EXPECT_THAT(refusal([] { parse_run("a\x1b[2J: batch_size=3", moons()); }), HasSubstr("control"));
}

TEST(StudyWords, RangesAreComputedInDecimals) {
  EXPECT_THAT(split_values("0..0.9:0.3", "x"), ElementsAre("0", "0.3", "0.6", "0.9"));
  EXPECT_THAT(split_values("8..11", "x"), ElementsAre("8", "9", "10", "11"));
  EXPECT_THAT(split_values("0.05,0.1..0.35:0.1, 0.9", "x"), ElementsAre("0.05", "0.1", "0.2", "0.3", "0.9"));
  EXPECT_THAT(split_values("-1..1:0.5", "x"), ElementsAre("-1", "-0.5", "0", "0.5", "1"));
  EXPECT_THAT(split_values("8,8;16;32,32", "x"), ElementsAre("8,8", "16", "32,32"));
  EXPECT_THAT(split_values("../a;../b", "x"), ElementsAre("../a", "../b"));
  EXPECT_EQ(split_values("0..1:0.001", "x").size(), 1001u);
  EXPECT_EQ(split_values("0..1:0.001", "x")[7], "0.007");
  EXPECT_EQ(split_values("5..5:1", "x").size(), 1u);
}

TEST(StudyWords, RangesThatGoNowhereAreRefused) {
  for (const char* text : {"", "1,,2", "1,", "0..1:0", "1..0:0.1", "0..1:-1", "0..100000", "0..1000000000:1"})
    EXPECT_THAT(refusal([&] { split_values(text, "--axis"); }), HasSubstr("--axis")) << text;
  EXPECT_THAT(split_values("0..1e9:1", "--axis"), ElementsAre("0..1e9:1")) << "no range: the field will refuse it";
}

TEST(StudyWords, VariantsAreRunsAtEveryRate) {
  EXPECT_THAT(names_of(variant_runs(moons(), "none,inverted,l2", "0.2,0.5")),
              ElementsAre("no dropout", "inverted 0.2", "inverted 0.5", "L2 0.01"));
  EXPECT_THAT(names_of(variant_runs(moons(), "inverted,gaussian", "0,0.5")),
              ElementsAre("no dropout", "inverted 0.5", "gaussian 0.5"));
  EXPECT_THAT(names_of(variant_runs(moons(), "dropconnect, concrete", std::nullopt)),
              ElementsAre("dropconnect 0.5 on weights", "concrete, rate learned"));
  EXPECT_THAT(names_of(variant_runs(moons(), "concrete", "0.1,0.2")), ElementsAre("concrete, rate learned"));
  EXPECT_THAT(refusal([] { variant_runs(moons(), "inverted", "1.5"); }), HasSubstr("--rates"));
  EXPECT_THAT(refusal([] { variant_runs(moons(), "inverse", "0.5"); }), HasSubstr("did you mean inverted"));
  EXPECT_THAT(refusal([] { variant_runs(moons(), "gaussian", "0.99"); }), HasSubstr("0.95"));
}

TEST(StudyWords, PartsAreCountedFromOne) {
  EXPECT_EQ(parse_shard("1/8").index, 0);
  EXPECT_EQ(parse_shard("8/8").index, 7);
  EXPECT_EQ(parse_shard("8/8").count, 8);
  EXPECT_THAT(refusal([] { parse_shard("0/8"); }), HasSubstr("--array=1-8"));
  EXPECT_THAT(refusal([] { parse_shard("9/8"); }), HasSubstr("from 1 to 8"));
  for (const char* text : {"", "3", "/", "1/", "/8", "1/0", "-1/8", "1/8/2", "a/b"})
    EXPECT_THAT(refusal([&] { parse_shard(text); }), HasSubstr("--shard")) << text;
}

std::vector<std::uint64_t> seeds(std::optional<std::string> count, std::optional<std::string> first) {
  StudyWords words;
  words.seeds = count;
  words.first_seed = first;
  return parse_seeds(words, moons());
}

TEST(StudyWords, SeedsGoOnFromTheFirst) {
  EXPECT_THAT(seeds("3", "40"), ElementsAre(40u, 41u, 42u));
  EXPECT_EQ(seeds({}, {}).front(), moons().seed);
  EXPECT_THAT(refusal([] { seeds("0", {}); }), HasSubstr("--seeds"));
  EXPECT_THAT(refusal([] { seeds({}, "18446744073709551615"); }), HasSubstr("--first-seed"));
}

}  // namespace
}  // namespace dropscope::cli
