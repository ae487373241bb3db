// Rates over time and over depth, at the golden points of VARIANTS.md sections 10, 14 and 17.5.
#include <gtest/gtest.h>

#include "core/spec/dropout_plan.h"

namespace dropscope {
namespace {

double at_depth(DepthSchedule depth, double rate, int block, int blocks) {
  SitePlan plan;
  plan.rate = rate;
  plan.depth = depth;
  return scheduled_dropout(plan, 0, 100, block, blocks);
}

TEST(DepthSchedule, FourBlocksUpToOneHalfAsHuangAndAsLaterLibraries) {
  const double linear[] = {0.125, 0.25, 0.375, 0.5}, from_zero[] = {0, 1.0 / 6, 1.0 / 3, 0.5};
  for (int l = 1; l <= 4; ++l) {
    EXPECT_DOUBLE_EQ(at_depth(DepthSchedule::Linear, 0.5, l, 4), linear[l - 1]);
    EXPECT_DOUBLE_EQ(at_depth(DepthSchedule::FromZero, 0.5, l, 4), from_zero[l - 1]);
    EXPECT_EQ(at_depth(DepthSchedule::Same, 0.5, l, 4), 0.5);
  }
}

TEST(DepthSchedule, OneBlockAloneHasTheWholeRateOrNone) {
  EXPECT_EQ(at_depth(DepthSchedule::Linear, 0.3, 1, 1), 0.3);
  EXPECT_EQ(at_depth(DepthSchedule::FromZero, 0.3, 1, 1), 0);
}

TEST(DepthSchedule, TheLastBlockHasTheRateItselfAndOtherSitesKnowNoDepth) {
  for (double rate : {0.0, 0.1, 0.8, 1.0})
    for (int blocks : {2, 7, 64})
      for (DepthSchedule depth : {DepthSchedule::Linear, DepthSchedule::FromZero}) {
        EXPECT_DOUBLE_EQ(at_depth(depth, rate, blocks, blocks), rate);
        EXPECT_EQ(at_depth(depth, rate, 0, blocks), rate) << "outside residual blocks";
      }
}

// Huang et al., section 3: (3L - 1)/4 blocks are open on average where the last survives with 1/2; 40.25 of 54.
TEST(DepthSchedule, HalfOfTheLastBlockLeavesThreeQuartersOfAllOpen) {
  for (int blocks : {1, 4, 16, 54}) {
    double open = 0;
    for (int l = 1; l <= blocks; ++l) open += 1 - at_depth(DepthSchedule::Linear, 0.5, l, blocks);
    EXPECT_NEAR(open, (3.0 * blocks - 1) / 4, 1e-12) << blocks;
  }
}

double at_time(RateSchedule schedule, double rate, std::int64_t tick, std::int64_t span, std::int64_t run) {
  SitePlan plan;
  plan.rate = rate;
  plan.schedule = schedule;
  plan.schedule_ticks = span;
  return scheduled_dropout(plan, tick, run, 0, 0);
}

// Keep rates of section 17.5 for an end of 1/2.
TEST(RateSchedule, CurriculumFallsFromOneTowardsItsEnd) {
  const std::pair<std::int64_t, double> golden[] = {
      {0, 1}, {500, 0.80327}, {1000, 0.68394}, {2500, 0.54104}, {10000, 0.50002}};
  for (auto [tick, keep] : golden) {
    EXPECT_NEAR(1 - at_time(RateSchedule::Curriculum, 0.5, tick, 10000, 3), keep, 5e-6) << tick;
    // Annealed is its opposite: from the rate towards none.
    EXPECT_NEAR(1 - at_time(RateSchedule::Annealed, 0.5, tick, 10000, 3), 1.5 - keep, 5e-6) << tick;
  }
}

// Ghiasi et al.: from 0 to the rate in a straight line, which then holds.
TEST(RateSchedule, LinearRampsUpAndThenStays) {
  for (auto [tick, share] : {std::pair<std::int64_t, double>{0, 0.0}, {1, 0.005}, {50, 0.25}, {200, 1.0}, {900, 1.0}})
    for (double rate : {0.1, 0.3, 1.0})
      EXPECT_DOUBLE_EQ(at_time(RateSchedule::Linear, rate, tick, 200, 3), share * rate) << tick;
}

TEST(RateSchedule, WithoutASpanTheRunIsTheSpan) {
  for (RateSchedule schedule : {RateSchedule::Curriculum, RateSchedule::Annealed, RateSchedule::Linear})
    for (std::int64_t tick : {0, 37, 100})
      EXPECT_EQ(at_time(schedule, 0.3, tick, 0, 100), at_time(schedule, 0.3, tick, 100, 7));
}

TEST(RateSchedule, DepthAndTimeMultiply) {
  SitePlan plan;
  plan.rate = 0.8;
  plan.depth = DepthSchedule::Linear;
  plan.schedule = RateSchedule::Linear;
  EXPECT_DOUBLE_EQ(scheduled_dropout(plan, 25, 100, 3, 4), 0.8 * 0.75 * 0.25);
}

}  // namespace
}  // namespace dropscope
