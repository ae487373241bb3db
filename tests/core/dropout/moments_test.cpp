#include "core/dropout/moments.h"

#include <gtest/gtest.h>

#include <vector>

namespace dropscope {
namespace {

// VARIANTS.md golden G3: four masked weights, all sixteen masks.
const std::vector<double> kW = {1, -2, 0.5, 1.5}, kV = {0.5, 1, -1, 2};

TEST(DropConnectMoments, AreTheGoldenOnes) {
  const Moments m = masked_sum(kW, kV, 0.5, 1);
  EXPECT_DOUBLE_EQ(m.mean, 0.5);
  EXPECT_DOUBLE_EQ(m.variance, 3.375);
  EXPECT_NEAR(relu_moments(m).mean, 1.009882025705693, 1e-14);
  double relu = 0;
  for (unsigned mask = 0; mask < 16; ++mask) {
    double z = 0;
    for (unsigned j = 0; j < 4; ++j) z += mask >> j & 1 ? kW[j] * kV[j] : 0;
    relu += std::max(0.0, z) / 16;
  }
  EXPECT_DOUBLE_EQ(relu, 1.03125);
  // The mean network alone, without its variance, is further off.
  EXPECT_GT(std::abs(std::max(0.0, m.mean) - relu), 10 * std::abs(relu_moments(m).mean - relu));
}

TEST(MaskedSum, HasTheMomentsOfAllItsMasks) {
  for (double rate : {0.1, 0.3, 0.8})
    for (double gain : {1.0, 1 / (1 - rate)}) {
      double mean = 0, square = 0;
      for (unsigned mask = 0; mask < 16; ++mask) {
        double z = 0, p = 1;
        for (unsigned j = 0; j < 4; ++j) {
          p *= mask >> j & 1 ? 1 - rate : rate;
          z += mask >> j & 1 ? gain * kW[j] * kV[j] : 0;
        }
        mean += p * z;
        square += p * z * z;
      }
      const Moments m = masked_sum(kW, kV, rate, gain);
      EXPECT_NEAR(m.mean, mean, 1e-13) << rate;
      EXPECT_NEAR(m.variance, square - mean * mean, 1e-12) << rate;
    }
}

// The trapezoidal rule over ten standard deviations is exact to 1e-12 for these smooth integrands.
template <class F>
double expectation(Moments z, F f) {
  constexpr int n = 200000;
  const double s = std::sqrt(z.variance);
  double sum = 0;
  for (int i = 0; i <= n; ++i) {
    const double t = -10 + 20.0 * i / n;
    sum += f(z.mean + s * t) * std::exp(-0.5 * t * t);
  }
  return sum * (20.0 / n) * 0.39894228040143268;
}

TEST(ReluMoments, AreThoseOfTheGaussian) {
  for (const Moments z : {Moments{1, 2}, Moments{-1, 2}, Moments{0, 1}, Moments{-3, 0.5}, Moments{4, 0.01}}) {
    const ReluMoments r = relu_moments(z);
    EXPECT_NEAR(r.mean, expectation(z, [](double x) { return std::max(0.0, x); }), 1e-8) << z.mean;
    EXPECT_NEAR(r.square, expectation(z, [](double x) { return x > 0 ? x * x : 0; }), 1e-8) << z.mean;
    EXPECT_GE(r.mean, std::max(0.0, z.mean)) << "Jensen";
  }
}

TEST(ReluMoments, WithoutVarianceAreReluItself) {
  EXPECT_EQ(relu_moments({1.5, 0}).mean, 1.5);
  EXPECT_EQ(relu_moments({1.5, 0}).square, 2.25);
  EXPECT_EQ(relu_moments({-1.5, 0}).mean, 0);
}

// VARIANTS.md 7.3: mean 1, variance 2 gives 0.678829, quadrature 0.675057.
TEST(FastDropout, SigmoidMeanHasTheCheckedValue) {
  EXPECT_NEAR(sigmoid_mean({1, 2}), 0.678829, 5e-7);
  EXPECT_NEAR(expectation({1, 2}, [](double x) { return 1 / (1 + std::exp(-x)); }), 0.675057, 5e-7);
  EXPECT_EQ(sigmoid_mean({0, 3}), 0.5);
}

}  // namespace
}  // namespace dropscope
