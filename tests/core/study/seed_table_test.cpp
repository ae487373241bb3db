// Means, pairs and bands against values worked out by hand or printed in tables.
#include "core/study/seed_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "tests/core/study/study_helpers.h"

namespace dropscope {
namespace {

using namespace studies;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Spread, HasTheGoldenValuesAndLeavesOutWhatIsNotFinite) {
  const Spread s = spread_of(std::vector<double>{2, 4, kNaN, 4, 5, std::numeric_limits<double>::infinity(), 7, 2});
  EXPECT_EQ(s.count, 6);
  EXPECT_DOUBLE_EQ(s.mean, 4);
  EXPECT_NEAR(s.deviation, std::sqrt(18.0 / 5), 1e-15);
  const Spread equal = spread_of(std::vector<double>(7, 0.1));
  EXPECT_EQ(equal.mean, 0.1);
  EXPECT_EQ(equal.deviation, 0);
  EXPECT_TRUE(std::isnan(spread_of(std::vector<double>{kNaN}).mean));
  EXPECT_EQ(spread_of(std::vector<double>{3}).mean, 3);
  EXPECT_TRUE(std::isnan(spread_of(std::vector<double>{3}).deviation));
}

TEST(StudentT, AgreesWithPrintedTables) {
  const std::pair<int, double> table[] = {{1, 12.706205},  {2, 4.302653},   {3, 3.182446},   {4, 2.776445},
                                          {5, 2.570582},   {6, 2.446912},   {7, 2.364624},   {9, 2.262157},
                                          {10, 2.228139},  {19, 2.093024},  {30, 2.042272},  {60, 2.000298},
                                          {100, 1.983972}, {120, 1.979930}, {200, 1.971896}, {1000, 1.962339}};
  for (const auto& [n, t] : table) EXPECT_NEAR(student_t975(n), t, 1e-6) << n;
  EXPECT_NEAR(student_t975(201), student_t975(200), 7e-5) << "where one formula follows the other";
  EXPECT_NEAR(student_t975(2'000'000'000), 1.959964, 1e-6);
  for (int n = 1; n < 400; ++n) EXPECT_LT(student_t975(n + 1), student_t975(n));
}

TEST(PairedDifference, HasTheGoldenValues) {
  // 1, -2, 3, 0, 5 apart: mean 1.4, deviation sqrt(29.2 / 4).
  const std::vector<double> a = {1, 5, 2, 8, 0}, b = {2, 3, 5, 8, 5};
  const PairedDifference d = paired_difference(a, b);
  EXPECT_EQ(d.count, 5);
  EXPECT_DOUBLE_EQ(d.mean, 1.4);
  EXPECT_NEAR(d.deviation, std::sqrt(7.3), 1e-14);
  EXPECT_NEAR(d.half_width, 2.7764451051977987 * std::sqrt(7.3) / std::sqrt(5), 1e-12);
  EXPECT_EQ(d.lower, 1);
  EXPECT_EQ(d.higher, 3);
  EXPECT_FALSE(d.exceeds());
  // 1.0, 1.5, 1.25, 1.25 lower each time.
  const PairedDifference clear =
      paired_difference(std::vector<double>{2, 3, 4, 5}, std::vector<double>{1, 1.5, 2.75, 3.75});
  EXPECT_DOUBLE_EQ(clear.mean, -1.25);
  EXPECT_EQ(clear.lower, 4);
  EXPECT_NEAR(clear.half_width, 3.182446305284263 * std::sqrt(0.125 / 3) / 2, 1e-12);
  EXPECT_TRUE(clear.exceeds());
}

TEST(PairedDifference, LeavesOutBothOfAPairThatIsNotWhole) {
  const PairedDifference d = paired_difference(std::vector<double>{1, kNaN, 3, 4}, std::vector<double>{2, 9, kNaN, 5});
  EXPECT_EQ(d.count, 2);
  EXPECT_EQ(d.mean, 1);
  EXPECT_EQ(d.deviation, 0);
  EXPECT_FALSE(d.exceeds()) << "two pairs are never enough";
  EXPECT_TRUE(std::isnan(paired_difference(std::vector<double>{1}, std::vector<double>{2}).half_width));
  EXPECT_EQ(paired_difference(std::vector<double>{}, std::vector<double>{}).count, 0);
  EXPECT_FALSE(paired_difference(std::vector<double>{}, std::vector<double>{}).exceeds());
}

// Of twenty seeds the second run gets there in four, earlier each time: those four are a choice by their outcome.
TEST(PairedDifference, DoesNotConcludeFromPairsThatAreThereByTheirOutcome) {
  std::vector<double> a(20, 100), b(20, kNaN);
  for (std::size_t i = 0; i < 4; ++i) b[i] = 60 + double(i);
  const PairedDifference d = paired_difference(a, b);
  EXPECT_EQ(d.count, 4);
  EXPECT_EQ(d.only_a, 16);
  EXPECT_EQ(d.only_b, 0);
  EXPECT_EQ(d.pairs(), 20);
  EXPECT_LT(d.mean + d.half_width, 0);
  EXPECT_FALSE(d.exceeds());
  EXPECT_EQ(verdict_words(d, Measure::TicksToTarget, "A"),
            "ticks to target 38.5 lower than A on average where both have one, lower in 4 of 20 seeds; this run never "
            "got there in 16, so this says nothing of all seeds");
  const PairedDifference other = paired_difference(b, a);
  EXPECT_EQ(other.only_b, 16);
  EXPECT_FALSE(other.exceeds());
  EXPECT_THAT(verdict_words(other, Measure::ValidationLoss, "A"), testing::HasSubstr("A has none in 16"));
  const PairedDifference nowhere = paired_difference(std::vector<double>{1, kNaN}, std::vector<double>{kNaN, kNaN});
  EXPECT_EQ(nowhere.only_a, 1);
  EXPECT_EQ(nowhere.none, 1);
  EXPECT_EQ(verdict_words(nowhere, Measure::TicksToTarget, "A"),
            "ticks to target: no seed in which both have one; this run never got there in 1; neither has one in 1");
  EXPECT_TRUE(paired_difference(std::vector<double>(4, 100), std::vector<double>(b.begin(), b.begin() + 4)).exceeds());
}

TEST(PairedDifference, OfEqualRunsIsNothing) {
  Study s{{{"a", spec(0.3)}, {"b", spec(0.3)}, {"c", spec(0.7)}}, consecutive_seeds(5, 4), true, 0, {}};
  std::vector<Trial> trials;
  for (std::size_t run = 0; run < 3; ++run)
    for (std::size_t seed = 0; seed < 4; ++seed) trials.push_back(trained(s, run, seed));
  const SeedTable table = seed_table(s, trials);
  for (int m = 0; m < kMeasureCount; ++m) {
    if (Measure(m) == Measure::SecondsPer1000) continue;
    const PairedDifference& d = table.rows[1].against[std::size_t(m)];
    EXPECT_EQ(d.count, 4) << measure_id(Measure(m));
    EXPECT_EQ(d.mean, 0);
    EXPECT_EQ(d.deviation, 0);
    EXPECT_EQ(d.lower + d.higher, 0);
    EXPECT_FALSE(d.exceeds());
  }
  EXPECT_NE(table.rows[2].against[0].mean, 0);
}

TEST(Measures, HaveNamesOfTheirOwn) {
  std::set<std::string> ids, titles;
  for (int m = 0; m < kMeasureCount; ++m) {
    ids.insert(measure_id(Measure(m)));
    titles.insert(measure_title(Measure(m)));
  }
  EXPECT_EQ(ids.size(), std::size_t(kMeasureCount));
  EXPECT_EQ(titles.size(), std::size_t(kMeasureCount));
  EXPECT_STREQ(measure_id(Measure::ValidationLoss), "validation_loss");
  EXPECT_STREQ(measure_id(Measure::SecondsPer1000), "seconds_per_1000");
  EXPECT_FALSE(lower_is_better(Measure::ValidationAccuracy));
  EXPECT_TRUE(lower_is_better(Measure::Gap));
}

TEST(Measures, AreTheTrialsNumbers) {
  Trial t = made(0, 0, {1.0f, 0.5f, 0.75f});
  t.active_weights = 0.25;
  t.seconds = 3;
  EXPECT_EQ(value_of(t, Measure::ValidationLoss), 0.75);
  EXPECT_EQ(value_of(t, Measure::TrainLoss), 0.375);
  EXPECT_EQ(value_of(t, Measure::Gap), 0.375);
  EXPECT_EQ(value_of(t, Measure::BestValidation), 0.5);
  EXPECT_EQ(value_of(t, Measure::BestTick), 10);
  EXPECT_TRUE(std::isnan(value_of(t, Measure::TicksToTarget)));
  t.score.ticks_to_target = 10;
  EXPECT_EQ(value_of(t, Measure::TicksToTarget), 10);
  EXPECT_EQ(value_of(t, Measure::ActiveWeights), 0.25);
  EXPECT_EQ(value_of(t, Measure::SecondsPer1000), 150);
  t.diverged = "not a number";
  EXPECT_TRUE(std::isnan(value_of(t, Measure::ValidationLoss)));
  EXPECT_TRUE(std::isnan(value_of(t, Measure::BestValidation)));
  EXPECT_EQ(value_of(t, Measure::ActiveWeights), 0.25);
}

TEST(SeedTable, CountsWhatIsThereInAnyOrder) {
  const Study s = study();
  Trial lost = made(1, 2, {9.0f, 8.0f});
  lost.diverged = "not a number";
  std::vector<Trial> trials = {made(0, 0, {1.0f, 0.5f}), made(0, 1, {1.0f, 0.75f}), made(0, 2, {1.0f, 0.25f}),
                               made(1, 0, {1.0f, 0.25f}), lost};
  SeedTable first;
  for (int order = 0; order < 2; ++order) {
    const SeedTable table = seed_table(s, trials);
    EXPECT_EQ(table.seeds, 3);
    EXPECT_EQ(table.trials, 5);
    EXPECT_EQ(table.expected, 6);
    ASSERT_EQ(table.rows.size(), 2u);
    EXPECT_EQ(table.rows[0].name, "plain");
    EXPECT_TRUE(table.rows[0].against.empty());
    EXPECT_EQ(table.rows[0].diverged, 0);
    EXPECT_EQ(table.rows[1].diverged, 1);
    EXPECT_EQ(table.rows[0].measures[0].mean, 0.5);
    EXPECT_EQ(table.rows[0].measures[0].deviation, 0.25);
    EXPECT_EQ(table.rows[1].measures[0].count, 1);
    EXPECT_EQ(table.rows[1].measures[0].mean, 0.25);
    EXPECT_EQ(table.rows[1].against[0].count, 1);
    EXPECT_EQ(table.rows[1].against[0].mean, -0.25);
    EXPECT_EQ(table.rows[1].against[0].only_a, 1) << "the diverged one; a trial that is not there yet is no pair";
    EXPECT_EQ(table.rows[1].against[0].pairs(), 2);
    const std::size_t target = std::size_t(Measure::TicksToTarget);
    EXPECT_EQ(table.rows[0].measures[target].count, 3) << "completed though the trials were not";
    EXPECT_EQ(table.rows[1].measures[target].mean, 10);
    std::reverse(trials.begin(), trials.end());
  }
  EXPECT_EQ(seed_table(s, {}).rows[1].measures[0].count, 0);
}

TEST(Band, IsOverTheTicksThatAllSeedsHave) {
  const Study s = study();
  Trial lost = made(0, 2, {9.0f});
  lost.diverged = "not a number";
  const std::vector<Trial> trials = {made(0, 1, {3.0f, 1.0f, 0.5f}), made(0, 0, {1.0f, 0.5f}), lost,
                                     made(1, 0, {7.0f, 5.0f, 3.0f})};
  const Band band = band_of(s, trials, 0, Curve::ValidationLoss);
  EXPECT_EQ(band.tick, (std::vector<std::int64_t>{0, 10}));
  EXPECT_EQ(band.mean, (std::vector<double>{2, 0.75}));
  EXPECT_DOUBLE_EQ(band.deviation[0], std::sqrt(2));
  const Band one = band_of(s, trials, 1, Curve::TrainLoss);
  EXPECT_EQ(one.mean, (std::vector<double>{3.5, 2.5, 1.5}));
  EXPECT_EQ(one.deviation, (std::vector<double>{0, 0, 0}));
  EXPECT_TRUE(band_of(s, {}, 1, Curve::TrainLoss).tick.empty());
}

TEST(Verdict, SaysWhichHowMuchInHowManyAndWhetherThatIsMoreThanChance) {
  PairedDifference d{20, -0.12, 0.06, 0.03, 18, 2};
  EXPECT_EQ(verdict_words(d, Measure::ValidationLoss, "A"),
            "val loss 0.12 lower than A on average, lower in 18 of 20 seeds; more than seeds alone do (95 %: -0.15 to "
            "-0.09)");
  d.half_width = 0.25;
  d.mean = 0.125;
  EXPECT_EQ(
      verdict_words(d, Measure::ValidationAccuracy, "plain"),
      "val accuracy 12.5 percentage points higher than plain on average, higher in 2 of 20 seeds; no more than seeds "
      "alone do (95 %: -12.5 to 37.5)");
  EXPECT_EQ(verdict_words({3, 0, 0, 0, 0, 0}, Measure::Gap, "A"), "gap equal to that of A in 3 of 3 seeds");
  EXPECT_EQ(verdict_words({2, 1, 0, 0, 0, 2}, Measure::BestTick, "A"),
            "best at tick 1 higher than A on average, higher in 2 of 2 seeds; too few seeds to say whether that is "
            "chance");
  EXPECT_EQ(verdict_words({}, Measure::Gap, "A"), "gap: no seed in which both have one");
}

// Time is the machine's: a run that takes ten times as long in every seed is not compared by it.
TEST(SeedTable, DoesNotCompareTimes) {
  const Study s = study();
  std::vector<Trial> trials;
  for (std::size_t run = 0; run < 2; ++run)
    for (std::size_t seed = 0; seed < 3; ++seed) {
      trials.push_back(made(run, seed, {1.0f, 0.5f}));
      trials.back().seconds = run ? 10 + double(seed) / 64 : 1;
    }
  const SeedTable table = seed_table(s, trials);
  const std::size_t time = std::size_t(Measure::SecondsPer1000);
  EXPECT_EQ(table.rows[1].measures[time].count, 3);
  ASSERT_EQ(table.rows[1].against.size(), std::size_t(kMeasureCount));
  EXPECT_EQ(table.rows[1].against[time].pairs(), 0);
  EXPECT_FALSE(table.rows[1].against[time].exceeds());
  EXPECT_FALSE(is_compared(Measure::SecondsPer1000));
  EXPECT_TRUE(is_compared(kTested));
  EXPECT_THAT(tested_words(), testing::HasSubstr(measure_title(kTested)));
}

}  // namespace
}  // namespace dropscope
