#include <gtest/gtest.h>

#include <cmath>

#include "core/optim/optimizer.h"
#include "core/random/uniforms.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

template <class T>
class MaxNorm : public ::testing::Test {};
using Scalars = ::testing::Types<float, double>;
TYPED_TEST_SUITE(MaxNorm, Scalars);

template <class T>
double row_norm(const AlignedVector<T>& w, int o, int inputs) {
  double sum = 0;
  for (int i = 0; i < inputs; ++i) sum += double(w[panel_index(o, i, inputs)]) * double(w[panel_index(o, i, inputs)]);
  return std::sqrt(sum);
}

TYPED_TEST(MaxNorm, HasTheGoldenValue) {
  using T = TypeParam;
  AlignedVector<T> w(panel_size(2, 2), T(0));
  w[panel_index(0, 0, 2)] = 3, w[panel_index(0, 1, 2)] = 4;
  apply_max_norm<T>(w, {"w", 0, w.size(), 2, 2}, 2);
  EXPECT_NEAR(double(w[panel_index(0, 0, 2)]), 1.2, 1e-6);
  EXPECT_NEAR(double(w[panel_index(0, 1, 2)]), 1.6, 1e-6);
  EXPECT_EQ(w[panel_index(1, 0, 2)], T(0)) << "a zero vector stays zero";
}

TYPED_TEST(MaxNorm, LeavesVectorsInsideUntouchedBitForBitAndBoundsTheOthers) {
  using T = TypeParam;
  const int outputs = 100, inputs = 37;
  const Uniforms u({5}, Stream::Test);
  AlignedVector<T> w(panel_size(outputs, inputs), T(0));
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < inputs; ++i)
      w[panel_index(o, i, inputs)] = T(0.02 * o * u.normal(std::uint32_t(o * inputs + i)));
  const AlignedVector<T> before = w;
  const double c = 3;
  apply_max_norm<T>(w, {"w", 0, w.size(), outputs, inputs}, c);
  int inside = 0;
  for (int o = 0; o < outputs; ++o) {
    const bool was_inside = row_norm(before, o, inputs) <= c;
    inside += was_inside ? 1 : 0;
    EXPECT_LE(row_norm(w, o, inputs), c * (1 + 1e-6));
    for (int i = 0; i < inputs; ++i) {
      const T a = before[panel_index(o, i, inputs)], b = w[panel_index(o, i, inputs)];
      if (was_inside)
        EXPECT_EQ(a, b);
      else
        EXPECT_NEAR(double(b), double(a) * c / row_norm(before, o, inputs), 1e-6);
    }
  }
  EXPECT_GT(inside, 10);
  EXPECT_LT(inside, 90);
}

// Rounding may leave a projected vector a hair outside; it must not be shrunk again and again.
TYPED_TEST(MaxNorm, IsIdempotentBitForBit) {
  using T = TypeParam;
  const Uniforms u({6}, Stream::Test);
  const int outputs = 500, inputs = 23;
  AlignedVector<T> w(panel_size(outputs, inputs), T(0));
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < inputs; ++i) w[panel_index(o, i, inputs)] = T(u.normal(std::uint32_t(o * inputs + i)));
  for (double c : {0.3, 1.0, 2.0, 3.7}) {
    apply_max_norm<T>(w, {"w", 0, w.size(), outputs, inputs}, c);
    const AlignedVector<T> once = w;
    apply_max_norm<T>(w, {"w", 0, w.size(), outputs, inputs}, c);
    EXPECT_EQ(w, once) << "c = " << c;
    for (T& x : w) x *= T(5);
  }
}

TYPED_TEST(MaxNorm, DoesNotCountBiases) {
  using T = TypeParam;
  OptimizerSpec s;
  s.kind = OptimizerKind::Sgd;
  s.learning_rate = 1e-12;
  s.max_norm = 1;
  const std::size_t size = panel_size(2, 2);
  Optimizer<T> optimizer(s.kind, {{"w", 0, size, 2, 2}, {"b", size, 2, 2, 0}}, size + 2);
  AlignedVector<T> w(size + 2, T(0)), g(size + 2, T(0));
  w[0] = 30, w[size] = 40;
  optimizer.step(s, 0, w, g, nullptr);
  EXPECT_EQ(w[0], T(1));
  EXPECT_EQ(w[size], T(40));
}

}  // namespace
}  // namespace dropscope
