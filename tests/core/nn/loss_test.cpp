#include "core/nn/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/random/uniforms.h"

namespace dropscope {
namespace {

template <class T>
Tensor<T> rows(int batch, int classes, std::vector<T> values) {
  Tensor<T> t({{Axis::Sample, batch}, {Axis::Unit, classes}});
  std::copy(values.begin(), values.end(), t.v.begin());
  return t;
}

template <class T>
class Losses : public ::testing::Test {};
using Scalars = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Losses, Scalars);

TYPED_TEST(Losses, CrossEntropySurvivesLogitsOfAThousand) {
  using T = TypeParam;
  const std::vector<std::int32_t> label = {0, 1, 2};
  Tensor<T> d;
  const auto logits = rows<T>(3, 3, {1000, -1000, 0, 1000, -1000, 0, -1000, -1000, -1000});
  const LossResult r = softmax_cross_entropy<T>(logits, label, &d);
  EXPECT_NEAR(r.total, 0 + 2000 + std::log(3.0), 1e-4);
  EXPECT_EQ(r.correct, 1);
  const double expected[9] = {0, 0, 0, 1.0 / 3, -1.0 / 3, 0, 1.0 / 9, 1.0 / 9, -2.0 / 9};
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(double(d[i]), expected[i], 1e-7) << i;
}

TYPED_TEST(Losses, CrossEntropyIsMinusTheLogOfTheLabelsProbability) {
  using T = TypeParam;
  const Uniforms u({3}, Stream::Test);
  for (int classes : {1, 2, 3, 10, 17}) {
    const int batch = 7;
    Tensor<T> logits({{Axis::Sample, batch}, {Axis::Unit, classes}}), d, p;
    std::vector<std::int32_t> labels;
    for (std::size_t i = 0; i < logits.size(); ++i) logits[i] = T(3 * u.normal(std::uint32_t(i)));
    for (int b = 0; b < batch; ++b) labels.push_back(b % classes);
    double expected = 0;
    int correct = 0;
    std::vector<double> gradient;
    for (int b = 0; b < batch; ++b) {
      double sum = 0;
      int top = 0;
      const T* row = logits.data() + b * classes;
      for (int k = 0; k < classes; ++k) sum += std::exp(double(row[k])), top = row[k] > row[top] ? k : top;
      expected -= std::log(std::exp(double(row[b % classes])) / sum);
      correct += top == b % classes ? 1 : 0;
      for (int k = 0; k < classes; ++k)
        gradient.push_back((std::exp(double(row[k])) / sum - (k == b % classes ? 1 : 0)) / batch);
    }
    const LossResult r = softmax_cross_entropy<T>(logits, labels, &d);
    EXPECT_NEAR(r.total, expected, 1e-5);
    EXPECT_EQ(r.correct, correct);
    EXPECT_EQ(softmax_cross_entropy<T>(logits, labels, nullptr).total, r.total);
    p = logits;
    softmax_rows(p);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      EXPECT_NEAR(double(d[i]), gradient[i], 1e-6);
      const int k = int(i) % classes, b = int(i) / classes;
      EXPECT_NEAR(double(p[i]), gradient[i] * batch + (k == b % classes ? 1 : 0), 1e-6);
    }
  }
}

TYPED_TEST(Losses, NotANumberReachesTheResultFromAnyPlace) {
  using T = TypeParam;
  const std::vector<std::int32_t> label = {1};
  for (T bad : {std::numeric_limits<T>::quiet_NaN(), std::numeric_limits<T>::infinity()})
    for (std::size_t at = 0; at < 3; ++at) {
      auto logits = rows<T>(1, 3, {1, 2, 3});
      logits[at] = bad;
      EXPECT_FALSE(std::isfinite(softmax_cross_entropy<T>(logits, label, nullptr).total)) << at;
      EXPECT_FALSE(std::isfinite(mean_squared_error<T>(logits, std::vector<float>{1, 2, 3}, nullptr).total)) << at;
    }
}

TYPED_TEST(Losses, SquaredErrorIsTheMeanOverOutputsWithoutAHalf) {
  using T = TypeParam;
  Tensor<T> d;
  const LossResult r = mean_squared_error<T>(rows<T>(2, 2, {1, 2, 3, 5}), std::vector<float>{0, 0, 3, 1}, &d);
  EXPECT_DOUBLE_EQ(r.total, (1.0 + 4) / 2 + 16.0 / 2);
  EXPECT_EQ(r.correct, 0);
  const double expected[4] = {0.5, 1, 0, 2};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_DOUBLE_EQ(double(d[i]), expected[i]);
}

TYPED_TEST(Losses, SoftmaxRowsAreProbabilitiesEvenForHugeLogits) {
  using T = TypeParam;
  auto p = rows<T>(2, 2, {1000, -1000, -5, -5});
  softmax_rows(p);
  EXPECT_EQ(p[0], T(1));
  EXPECT_EQ(p[1], T(0));
  EXPECT_EQ(p[2], T(0.5));
  EXPECT_EQ(p[3], T(0.5));
}

}  // namespace
}  // namespace dropscope
