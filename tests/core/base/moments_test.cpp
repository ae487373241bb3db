// Mean and spread of numbers that come one by one.
#include "core/base/moments.h"

#include <gtest/gtest.h>

namespace dropscope {
namespace {

TEST(Moments, HaveTheGoldenValues) {
  Moments m;
  for (double v : {2.0, 4.0, 4.0, 5.0, 7.0, 2.0}) m.add(v);
  EXPECT_EQ(m.count(), 6);
  EXPECT_DOUBLE_EQ(m.mean(), 4);
  EXPECT_NEAR(m.deviation(), std::sqrt(3), 1e-14);
  EXPECT_NEAR(m.sample_deviation(), std::sqrt(18.0 / 5), 1e-14);
  EXPECT_NEAR(m.standard_error(), std::sqrt(18.0 / 5 / 6), 1e-14);
}

TEST(Moments, OfEqualNumbersAreExactlyThatNumber) {
  Moments m;
  for (int i = 0; i < 7; ++i) m.add(0.1);
  EXPECT_EQ(m.mean(), 0.1);
  EXPECT_EQ(m.sample_deviation(), 0);
  EXPECT_EQ(m.standard_error(), 0);
}

TEST(Moments, OfTooFewNumbersAreNone) {
  Moments m;
  EXPECT_TRUE(std::isnan(m.mean()));
  EXPECT_TRUE(std::isnan(m.deviation()));
  EXPECT_TRUE(std::isnan(m.standard_error()));
  m.add(3);
  EXPECT_EQ(m.mean(), 3);
  EXPECT_EQ(m.deviation(), 0);
  EXPECT_TRUE(std::isnan(m.sample_deviation()));
  EXPECT_TRUE(std::isnan(m.standard_error()));
}

TEST(Moments, FarFromZeroLoseNoDigits) {
  Moments m;
  for (int i = 0; i < 5; ++i) m.add(1e9 + i);
  EXPECT_EQ(m.mean(), 1e9 + 2);
  EXPECT_NEAR(m.deviation(), std::sqrt(2), 1e-15);
}

}  // namespace
}  // namespace dropscope
