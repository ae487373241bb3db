// Gaussian dropout (VARIANTS.md 4; Srivastava et al., JMLR 2014, section 10).
#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/dropout/noise_helpers.h"

namespace dropscope {
namespace {

using namespace noise_tests;

struct Gains {
  double mean = 0, variance = 0, third = 0, negative = 0;
};
constexpr double kCount = 400000;

Gains gains_of(const char* variant, double rate) {
  const Shape shape{{Axis::Sample, 400}, {Axis::Unit, 1000}};
  Noise<double> noise;
  draw_noise<double>(plan_of(variant, rate), shape, coins(3), {}, nullptr, noise);
  Gains g;
  for (double gate : noise.gate.v) g.mean += noise.scale * gate / kCount;
  for (double gate : noise.gate.v) {
    const double d = noise.scale * gate - g.mean;
    g.variance += d * d / kCount;
    g.third += d * d * d / kCount;
    g.negative += gate < 0 ? 1 / kCount : 0;
  }
  return g;
}

TEST(GaussianDropout, HasTheFirstTwoMomentsOfInvertedDropoutAndAnotherThird) {
  for (double p : {0.1, 0.3, 0.8}) {
    const double q = 1 - p, a = p / q, third = p * (p - q) / (q * q);
    const Gains gaussian = gains_of("gaussian", p), inverted = gains_of("inverted", p);
    // Five standard errors: of a mean sqrt(a/n), of a normal variance a sqrt(2/n), of its third moment a^1.5
    // sqrt(15/n); for coins from their fourth and sixth moments, which q^-3 and q^-5 bound.
    const double root = 5 / std::sqrt(kCount);
    EXPECT_NEAR(gaussian.mean, 1, root * std::sqrt(a)) << p;
    EXPECT_NEAR(gaussian.variance, a, root * a * std::sqrt(2.0)) << p;
    EXPECT_NEAR(gaussian.third, 0, root * std::pow(a, 1.5) * std::sqrt(15.0)) << p;
    EXPECT_NEAR(inverted.mean, 1, root * std::sqrt(a)) << p;
    EXPECT_NEAR(inverted.variance, a, root * std::pow(q, -1.5)) << p;
    EXPECT_NEAR(inverted.third, third, root * std::pow(q, -2.5)) << p;
  }
}

TEST(GaussianDropout, TurnsTheSignAsOftenAsTheNormalDistributionSays) {
  struct {
    double rate, share;
  } const known[] = {{0.5, 0.1587}, {0.2, 0.0228}, {0.1, 0.0013}};
  for (const auto& k : known)
    // Five standard deviations of a binomial fraction, and the rounding of the printed share.
    EXPECT_NEAR(gains_of("gaussian", k.rate).negative, k.share, 5 * std::sqrt(k.share / kCount) + 5e-5) << k.rate;
}

}  // namespace
}  // namespace dropscope
