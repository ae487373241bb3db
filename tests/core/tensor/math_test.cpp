#include "core/tensor/math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/nn/activation.h"

namespace dropscope {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
const float kNan = std::numeric_limits<float>::quiet_NaN();

// Distance in units of the last place of the exact result.
double ulps(float found, double exact) {
  if (double(found) == exact) return 0;
  const float near = std::abs(float(exact));
  const double unit = std::max(double(std::nextafter(near, kInf)) - double(near), 0x1p-149);
  return std::abs(double(found) - exact) / unit;
}

template <class F, class G>
double worst_ulps(F found, G exact, float from, float to, int steps) {
  double worst = 0;
  for (int i = 0; i <= steps; ++i) {
    const float x = from + (to - from) * float(i) / float(steps);
    worst = std::max(worst, ulps(found(x), exact(double(x))));
  }
  return worst;
}

TEST(Exp, IsWithinTwoUnitsInTheLastPlace) {
  const auto found = [](float x) { return exp_of(x); };
  const auto exact = [](double x) { return std::exp(x); };
  EXPECT_LE(worst_ulps(found, exact, -87.0f, 88.0f, 400000), 2);
  EXPECT_LE(worst_ulps(found, exact, -1.0f, 1.0f, 200000), 2);
  EXPECT_EQ(exp_of(0.0f), 1.0f);
}

TEST(Exp, ReachesBothEndsOfTheRangeAndGoesBeyond) {
  EXPECT_LE(ulps(exp_of(88.7f), std::exp(double(88.7f))), 2);
  EXPECT_EQ(exp_of(89.0f), kInf);
  EXPECT_EQ(exp_of(1000.0f), kInf);
  EXPECT_EQ(exp_of(kInf), kInf);
  // Subnormal results are exact to one unit of their own.
  EXPECT_NEAR(double(exp_of(-95.0f)), std::exp(-95.0), 0x1p-148);
  EXPECT_EQ(exp_of(-200.0f), 0.0f);
  EXPECT_EQ(exp_of(-kInf), 0.0f);
  EXPECT_TRUE(std::isnan(exp_of(kNan)));
  EXPECT_TRUE(std::isnan(exp_of(-kNan)));
}

TEST(Erf, IsWithinTheBoundOfItsFormula) {
  double worst = 0;
  for (int i = -600000; i <= 600000; ++i) {
    const float x = float(i) * 1e-5f;
    worst = std::max(worst, std::abs(double(erf_of(x)) - std::erf(double(x))));
  }
  EXPECT_LE(worst, 8e-7);  // 1.5e-7 of the formula; eleven roundings of numbers below 2, 6e-8 each
  EXPECT_EQ(erf_of(kInf), 1.0f);
  EXPECT_EQ(erf_of(-kInf), -1.0f);
  EXPECT_TRUE(std::isnan(erf_of(kNan)));
}

TEST(Log, IsWithinTwoUnitsInTheLastPlace) {
  const auto found = [](float x) { return log_of(x); };
  const auto exact = [](double x) { return std::log(x); };
  EXPECT_LE(worst_ulps(found, exact, 1.0f, 1000.0f, 400000), 2);
  EXPECT_LE(worst_ulps(found, exact, 1e-6f, 0.5f, 200000), 2);
  // Near 1 the result itself goes to 0; it must stay accurate relative to its own size.
  EXPECT_LE(worst_ulps(found, exact, 0.5f, 2.0f, 200000), 2);
  EXPECT_EQ(log_of(1.0f), 0.0f);
  EXPECT_LE(ulps(log_of(std::numeric_limits<float>::max()), std::log(double(std::numeric_limits<float>::max()))), 2);
}

TEST(Log, TreatsWhatHasNoLogarithmAsTheLibraryDoes) {
  EXPECT_EQ(log_of(0.0f), -kInf);
  EXPECT_TRUE(std::isnan(log_of(-1.0f)));
  EXPECT_EQ(log_of(kInf), kInf);
  EXPECT_TRUE(std::isnan(log_of(kNan)));
  EXPECT_TRUE(std::isnan(log_of(-kInf)));
}

TEST(Tanh, IsWithinThreeUnitsInTheLastPlaceAndOdd) {
  const auto found = [](float x) { return tanh_of(x); };
  const auto exact = [](double x) { return std::tanh(x); };
  EXPECT_LE(worst_ulps(found, exact, -10.0f, 10.0f, 400000), 3);
  EXPECT_LE(worst_ulps(found, exact, 0.6f, 0.65f, 100000), 3);
  for (float x : {1e-30f, 1e-5f, 0.3f, 0.625f, 5.0f, 50.0f, kInf}) EXPECT_EQ(tanh_of(-x), -tanh_of(x)) << x;
  EXPECT_EQ(tanh_of(kInf), 1.0f);
  EXPECT_TRUE(std::isnan(tanh_of(kNan)));
}

TEST(Sigmoid, StaysWithinZeroAndOne) {
  EXPECT_EQ(sigmoid_of(0.0f), 0.5f);
  EXPECT_EQ(sigmoid_of(1000.0f), 1.0f);
  EXPECT_EQ(sigmoid_of(-1000.0f), 0.0f);
  EXPECT_TRUE(std::isnan(sigmoid_of(kNan)));
  for (float x = -20; x < 20; x += 0.01f) ASSERT_NEAR(double(sigmoid_of(x)), 1 / (1 + std::exp(-double(x))), 2e-7);
}

// Trap T1: a library's vector lanes and scalar tail gave different bits for one and the same number.
TEST(VectorLoops, GiveTheBitsOfOneCallWhateverTheOffsetAndLength) {
  constexpr std::size_t n = 131;
  std::vector<float> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = -9.0f + 0.137f * float(i);
  for (int a = 0; a < int(enum_names<Activation>().size()); ++a)
    for (std::size_t first = 0; first < 17; ++first)
      for (std::size_t count : {1u, 2u, 3u, 7u, 8u, 9u, 15u, 31u, 64u, 114u}) {
        std::vector<float> h(n, 777), dh(n, 1.5f), dz(n, 777);
        activate(Activation(a), x.data() + first, h.data() + first, count);
        activate_backward(Activation(a), x.data() + first, h.data() + first, dh.data() + first, dz.data() + first,
                          count);
        for (std::size_t i = first; i < first + count; ++i) {
          float alone = 0, slope = 0;
          activate(Activation(a), &x[i], &alone, 1);
          activate_backward(Activation(a), &x[i], &alone, &dh[i], &slope, 1);
          ASSERT_EQ(std::bit_cast<std::uint32_t>(h[i]), std::bit_cast<std::uint32_t>(alone))
              << enum_names<Activation>()[std::size_t(a)];
          ASSERT_EQ(std::bit_cast<std::uint32_t>(dz[i]), std::bit_cast<std::uint32_t>(slope))
              << enum_names<Activation>()[std::size_t(a)];
        }
        ASSERT_EQ(h[first + count], 777.0f) << "wrote past its end";
      }
}

TEST(VectorLoops, OfExpAndLogGiveTheBitsOfOneCall) {
  constexpr std::size_t n = 77;
  std::vector<float> x(n), e(n), l(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = 0.01f + 0.9f * float(i);
  for (std::size_t first = 0; first < 9; ++first) {
    for (std::size_t i = first; i < n; ++i) e[i] = exp_of(-x[i]);
    for (std::size_t i = first; i < n; ++i) l[i] = log_of(x[i]);
    for (std::size_t i = first; i < n; ++i) {
      volatile float alone = x[i];  // keeps the compiler from making one vector loop of both
      ASSERT_EQ(std::bit_cast<std::uint32_t>(e[i]), std::bit_cast<std::uint32_t>(exp_of(-alone)));
      ASSERT_EQ(std::bit_cast<std::uint32_t>(l[i]), std::bit_cast<std::uint32_t>(log_of(alone)));
    }
  }
}

}  // namespace
}  // namespace dropscope
