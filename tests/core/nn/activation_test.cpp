#include "core/nn/activation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dropscope {
namespace {

double reference(Activation f, double x) {
  switch (f) {
    case Activation::Identity:
      return x;
    case Activation::Relu:
      return x > 0 ? x : 0;
    case Activation::LeakyRelu:
      return x > 0 ? x : 0.01 * x;
    case Activation::Tanh:
      return std::tanh(x);
    case Activation::Sigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::Gelu:
      return x * 0.5 * std::erfc(-x / std::sqrt(2.0));
    case Activation::Selu:
      return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * std::expm1(x));
  }
  return 0;
}

class Activations : public ::testing::TestWithParam<int> {
 protected:
  Activation f() const { return Activation(GetParam()); }
};

TEST_P(Activations, AreTheFunctionsTheyAreNamedAfter) {
  for (double x = -12; x <= 12; x += 0.0137) {
    const float z = float(x);
    const double d = x;
    float h = 0;
    double e = 0;
    activate(f(), &z, &h, 1);
    activate(f(), &d, &e, 1);
    EXPECT_NEAR(double(h), reference(f(), double(z)), 3e-7 * (1 + std::abs(x))) << x;
    EXPECT_NEAR(e, reference(f(), d), 1e-14 * (1 + std::abs(x))) << x;
  }
}

TEST_P(Activations, DerivativesAreThoseOfFiniteDifferences) {
  for (double x = -6.005; x <= 6; x += 0.0137) {
    if (std::abs(x) < 1e-3) continue;
    const double h = 1e-6, one = 1.5;
    double y = 0, slope = 0;
    activate(f(), &x, &y, 1);
    activate_backward(f(), &x, &y, &one, &slope, 1);
    EXPECT_NEAR(slope, 1.5 * (reference(f(), x + h) - reference(f(), x - h)) / (2 * h), 1e-8) << x;
  }
}

TEST_P(Activations, LetNotANumberThrough) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  float h = 0;
  activate(f(), &nan, &h, 1);
  EXPECT_TRUE(std::isnan(h));
}

TEST_P(Activations, MayWorkInPlace) {
  for (float x : {-2.0f, -0.5f, 0.0f, 0.3f, 4.0f}) {
    float apart = 0, place = x;
    activate(f(), &x, &apart, 1);
    activate(f(), &place, &place, 1);
    EXPECT_EQ(apart, place);
    float d = 0.7f, slope = 0;
    activate_backward(f(), &x, &apart, &d, &slope, 1);
    activate_backward(f(), &x, &apart, &d, &d, 1);
    EXPECT_EQ(slope, d);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Activations, ::testing::Range(0, int(enum_names<Activation>().size())),
                         [](const auto& i) { return std::string(enum_names<Activation>()[std::size_t(i.param)]); });

// A dropped unit placed before ReLU has z = 0; its gradient must be 0 (VARIANTS.md 2).
TEST(Relu, HasNoGradientAtZeroNorWhereAnInfiniteOneArrives) {
  const float z[2] = {0, -1}, h[2] = {0, 0}, dh[2] = {5, std::numeric_limits<float>::infinity()};
  float dz[2] = {7, 7};
  activate_backward(Activation::Relu, z, h, dh, dz, 2);
  EXPECT_EQ(dz[0], 0.0f);
  EXPECT_EQ(dz[1], 0.0f);
}

}  // namespace
}  // namespace dropscope
