#include "core/tensor/panels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "core/random/uniforms.h"
#include "core/session/worker_pool.h"
#include "core/tensor/tensor.h"

namespace dropscope {
namespace {

struct Size {
  int outputs, inputs, batch;
};

std::vector<Size> odd_sizes() {
  std::vector<Size> sizes;
  for (int outputs : {1, 2, 15, 16, 17, 33, 65, 100})
    for (int inputs : {1, 2, 7, 16, 31})
      for (int batch : {1, 2, 3, 4, 5, 6, 7, 13, 64}) sizes.push_back({outputs, inputs, batch});
  sizes.push_back({70, 40, 257});  // more rows than the gradient copies together
  return sizes;
}

template <class T>
AlignedVector<T> normals(std::size_t n, std::uint32_t site) {
  const Uniforms u({11, site}, Stream::Test);
  AlignedVector<T> v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = T(u.normal(std::uint32_t(i)));
  return v;
}

template <class T>
AlignedVector<T> to_panels(const AlignedVector<T>& w, int outputs, int inputs) {
  AlignedVector<T> p(panel_size(outputs, inputs), T(0));
  for (int o = 0; o < outputs; ++o)
    for (int i = 0; i < inputs; ++i) p[panel_index(o, i, inputs)] = w[std::size_t(o * inputs + i)];
  return p;
}

template <class T>
class Panels : public ::testing::Test {};
using Scalars = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Panels, Scalars);

// A sum of n products of standard normals rounds by about n eps in the worst case.
template <class T>
double budget(int terms) {
  return 8 * double(std::numeric_limits<T>::epsilon()) * (terms + 4);
}

TYPED_TEST(Panels, ProductIsTheSumOfItsTerms) {
  using T = TypeParam;
  for (const Size& s : odd_sizes()) {
    const auto w = normals<T>(std::size_t(s.outputs * s.inputs), 1), x = normals<T>(std::size_t(s.batch * s.inputs), 2);
    const auto panels = to_panels(w, s.outputs, s.inputs);
    // One more element than needed, to notice a write past the end.
    AlignedVector<T> z(std::size_t(s.batch * s.outputs) + 1, T(777));
    panel_product(panels.data(), x.data(), z.data(), s.outputs, s.inputs, s.batch, static_cast<Parallel*>(nullptr));
    ASSERT_EQ(z.back(), T(777));
    for (int b = 0; b < s.batch; ++b)
      for (int o = 0; o < s.outputs; ++o) {
        double sum = 0;
        for (int i = 0; i < s.inputs; ++i)
          sum += double(w[std::size_t(o * s.inputs + i)]) * double(x[std::size_t(b * s.inputs + i)]);
        ASSERT_NEAR(double(z[std::size_t(b * s.outputs + o)]), sum, budget<T>(s.inputs))
            << s.outputs << "x" << s.inputs << ", batch " << s.batch << ", at " << b << "," << o;
      }
  }
}

TYPED_TEST(Panels, WeightGradientIsTheSumOverTheBatchAndLeavesThePaddingAlone) {
  using T = TypeParam;
  for (const Size& s : odd_sizes()) {
    const auto dz = normals<T>(std::size_t(s.batch * s.outputs), 3), x = normals<T>(std::size_t(s.batch * s.inputs), 4);
    AlignedVector<T> dw(panel_size(s.outputs, s.inputs), T(0));
    panel_weight_gradient(dz.data(), x.data(), dw.data(), s.outputs, s.inputs, s.batch,
                          static_cast<Parallel*>(nullptr));
    for (int o = 0; o < panel_count(s.outputs) * kPanel; ++o)
      for (int i = 0; i < s.inputs; ++i) {
        double sum = 0;
        for (int b = 0; b < s.batch && o < s.outputs; ++b)
          sum += double(dz[std::size_t(b * s.outputs + o)]) * double(x[std::size_t(b * s.inputs + i)]);
        ASSERT_NEAR(double(dw[panel_index(o, i, s.inputs)]), sum, o < s.outputs ? budget<T>(s.batch) : 0)
            << s.outputs << "x" << s.inputs << ", batch " << s.batch << ", at " << o << "," << i;
      }
  }
}

TYPED_TEST(Panels, TransposeMovesEveryWeightAndZeroesThePadding) {
  using T = TypeParam;
  for (const Size& s : odd_sizes()) {
    const auto w = normals<T>(std::size_t(s.outputs * s.inputs), 5);
    const auto panels = to_panels(w, s.outputs, s.inputs);
    AlignedVector<T> wt(panel_size(s.inputs, s.outputs), T(777));
    panel_transpose(panels.data(), wt.data(), s.outputs, s.inputs, static_cast<Parallel*>(nullptr));
    for (int i = 0; i < panel_count(s.inputs) * kPanel; ++i)
      for (int o = 0; o < s.outputs; ++o)
        ASSERT_EQ(wt[panel_index(i, o, s.outputs)], i < s.inputs ? w[std::size_t(o * s.inputs + i)] : T(0));
  }
}

TYPED_TEST(Panels, AnyNumberOfThreadsGivesTheSameBits) {
  using T = TypeParam;
  for (int threads : {2, 3}) {
    WorkerPool pool(threads);
    for (const Size s : {Size{1, 3, 5}, Size{33, 7, 6}, Size{200, 31, 13}}) {
      const auto w = normals<T>(panel_size(s.outputs, s.inputs), 6), x = normals<T>(std::size_t(s.batch * s.inputs), 7);
      const auto dz = normals<T>(std::size_t(s.batch * s.outputs), 8);
      AlignedVector<T> z1(std::size_t(s.batch * s.outputs)), z2 = z1;
      AlignedVector<T> dw1(w.size(), T(0)), dw2 = dw1, wt1(panel_size(s.inputs, s.outputs)), wt2 = wt1;
      const auto all = [&](Parallel* parallel, AlignedVector<T>& z, AlignedVector<T>& dw, AlignedVector<T>& wt) {
        panel_product(w.data(), x.data(), z.data(), s.outputs, s.inputs, s.batch, parallel);
        panel_weight_gradient(dz.data(), x.data(), dw.data(), s.outputs, s.inputs, s.batch, parallel);
        panel_transpose(w.data(), wt.data(), s.outputs, s.inputs, parallel);
      };
      all(nullptr, z1, dw1, wt1);
      all(&pool, z2, dw2, wt2);
      EXPECT_EQ(z1, z2) << threads << " threads";
      EXPECT_EQ(dw1, dw2);
      EXPECT_EQ(wt1, wt2);
    }
  }
}

// Trap T3: a library's matrix-vector product adds in another order than its matrix-matrix product.
#if defined(__AVX2__) && defined(__FMA__)
TEST(PanelsInFloat, AnExampleAloneHasTheBitsItHasInsideABatch) {
  for (const Size s : {Size{1, 5, 13}, Size{16, 16, 64}, Size{33, 31, 17}, Size{100, 784, 9}}) {
    const auto w = normals<float>(panel_size(s.outputs, s.inputs), 9);
    const auto x = normals<float>(std::size_t(s.batch * s.inputs), 10);
    AlignedVector<float> together(std::size_t(s.batch * s.outputs)), alone(std::size_t(s.outputs));
    panel_product<float>(w.data(), x.data(), together.data(), s.outputs, s.inputs, s.batch, nullptr);
    for (int b = 0; b < s.batch; ++b) {
      panel_product<float>(w.data(), x.data() + b * s.inputs, alone.data(), s.outputs, s.inputs, 1, nullptr);
      ASSERT_EQ(std::memcmp(alone.data(), together.data() + b * s.outputs, sizeof(float) * std::size_t(s.outputs)), 0)
          << s.outputs << "x" << s.inputs << ", example " << b;
    }
  }
}
#endif

TYPED_TEST(Panels, NotANumberStaysInItsOwnColumn) {
  using T = TypeParam;
  const int outputs = 20, inputs = 5, batch = 7;
  const auto w = normals<T>(panel_size(outputs, inputs), 1);
  auto x = normals<T>(std::size_t(batch * inputs), 2);
  x[2 * inputs + 3] = std::numeric_limits<T>::quiet_NaN();
  AlignedVector<T> z(std::size_t(batch * outputs));
  panel_product(w.data(), x.data(), z.data(), outputs, inputs, batch, static_cast<Parallel*>(nullptr));
  for (int b = 0; b < batch; ++b)
    for (int o = 0; o < outputs; ++o) ASSERT_EQ(std::isnan(z[std::size_t(b * outputs + o)]), b == 2);
}

}  // namespace
}  // namespace dropscope
