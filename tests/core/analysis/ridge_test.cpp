// Dropout on inputs as a penalty that adapts to the data.
#include "core/analysis/ridge.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/check.h"
#include "core/random/uniforms.h"

namespace dropscope {
namespace {

const Design kDesign{3, 2, {1, 2, 3, -1, 0.5, 1}};
const std::vector<double> kTargets{1, 2, 3};

TEST(DropoutRidge, HasTheRationalGoldenValues) {
  const struct {
    double rate, w0, w1, objective;
  } golden[] = {{0, 6.0 / 7, 4.0 / 7, 5},
                {0.25, 834.0 / 1309, 543.0 / 1309, 9608.0 / 1309},
                {0.5, 414.0 / 983, 263.0 / 983, 9454.0 / 983}};
  for (const auto& g : golden) {
    const std::vector<double> w = dropout_ridge(kDesign, kTargets, g.rate);
    EXPECT_NEAR(w[0], g.w0, 1e-14);
    EXPECT_NEAR(w[1], g.w1, 1e-14);
    EXPECT_NEAR(dropout_ridge_objective(kDesign, kTargets, w, g.rate), g.objective, 1e-13);
  }
}

// Four masks for each of three rows.
TEST(DropoutRidge, ObjectiveIsTheMeanSquaredErrorOverAllMasks) {
  const std::vector<double> w{0.7, -1.3};
  for (double p : {0.1, 0.25, 0.5, 0.8}) {
    double mean = 0;
    for (int r = 0; r < 3; ++r)
      for (unsigned mask = 0; mask < 4; ++mask) {
        double probability = 1, prediction = 0;
        for (int j = 0; j < 2; ++j) {
          probability *= mask >> j & 1 ? 1 - p : p;
          if (mask >> j & 1) prediction += kDesign.at(r, j) * w[std::size_t(j)] / (1 - p);
        }
        mean += probability * std::pow(kTargets[std::size_t(r)] - prediction, 2);
      }
    EXPECT_NEAR(dropout_ridge_objective(kDesign, kTargets, w, p), mean, 1e-12 * mean) << p;
  }
}

// Every weight shrinks by the same factor, whatever the scale of its feature: plain ridge does not do that.
TEST(DropoutRidge, ShrinksOrthogonalColumnsByTheKeepProbability) {
  const Design design{4, 2, {1, 30, 1, -30, 1, 30, 1, -30}};
  const std::vector<double> y{3, 1, 2, -4};
  const std::vector<double> free = dropout_ridge(design, y, 0);
  for (double p : {0.1, 0.3, 0.8}) {
    const std::vector<double> w = dropout_ridge(design, y, p);
    for (std::size_t j = 0; j < 2; ++j) EXPECT_NEAR(w[j], (1 - p) * free[j], 1e-14);
  }
}

Design random_design(int rows, int columns) {
  Design d{rows, columns, {}};
  const Uniforms u({11}, Stream::Test);
  for (int i = 0; i < rows * columns; ++i) d.x.push_back(u.normal(std::uint32_t(i)));
  return d;
}

TEST(LogisticPenalty, BecomesItsQuadraticFormAsWeightsShrink) {
  const Design design = random_design(6, 5);
  for (double p : {0.1, 0.3, 0.8}) {
    const auto ratio = [&](double scale) {
      std::vector<double> b;
      for (double v : {0.9, -1.4, 0.3, 1.1, -0.6}) b.push_back(scale * v);
      return logistic_dropout_penalty(design, b, p) / logistic_quadratic_penalty(design, b, p);
    };
    EXPECT_NEAR(ratio(0.01), 1, 0.01) << p;
    EXPECT_GT(std::abs(ratio(1) - 1), 0.01) << p;
  }
}

// Rare noise is not small noise: as the rate goes to 0 the ratio of the two goes to
// (A(0) - A(z) + z A'(z)) / (z^2 A''(z) / 2) for one input with z = x b, not to 1.
TEST(LogisticPenalty, DoesNotBecomeItsQuadraticFormAsTheRateShrinks) {
  const Design one{1, 1, {1.5}};
  const std::vector<double> b{2};
  const double z = 3, s = 1 / (1 + std::exp(-z));
  const double limit = (std::log(2) - std::log1p(std::exp(z)) + z * s) / (0.5 * z * z * s * (1 - s));
  EXPECT_GT(limit, 2);
  const double ratio = logistic_dropout_penalty(one, b, 1e-5) / logistic_quadratic_penalty(one, b, 1e-5);
  EXPECT_NEAR(ratio, limit, 1e-3 * limit);
}

TEST(LogisticPenalty, RefusesMoreInputsThanItCanEnumerate) {
  EXPECT_THROW(logistic_dropout_penalty(random_design(1, 13), std::vector<double>(13, 0.1), 0.3), InputError);
}

}  // namespace
}  // namespace dropscope
