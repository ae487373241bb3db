#include "core/tensor/convolution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "core/random/uniforms.h"
#include "core/session/worker_pool.h"
#include "core/tensor/convolution_kernels.h"
#include "core/tensor/convolution_vectors.h"
#include "core/tensor/tensor.h"

namespace dropscope {
namespace {

std::string text(const ConvShape& s) {
  return std::to_string(s.in_channels) + "x" + std::to_string(s.in_rows) + "x" + std::to_string(s.in_cols) + " to " +
         std::to_string(s.out_channels) + ", kernel " + std::to_string(s.kernel) + ", stride " +
         std::to_string(s.stride) + ", padding " + std::to_string(s.padding);
}

std::vector<ConvShape> many_shapes() {
  std::vector<ConvShape> shapes;
  for (int in : {1, 3, 8, 16, 17})
    for (int out : {1, 3, 8, 16, 17})
      for (int stride : {1, 2, 3})
        for (int padding : {0, 1, 2}) shapes.push_back({in, 9, 7, out, 3, stride, padding});
  for (int kernel : {1, 2, 4, 5})
    for (int stride : {1, 2, 3, 6})
      for (int padding = 0; padding < std::min(kernel, 3); ++padding)
        shapes.push_back({2, 11, 6, 5, kernel, stride, padding});
  shapes.push_back({1, 28, 28, 8, 3, 1, 0});
  shapes.push_back({8, 13, 13, 16, 3, 1, 0});
  shapes.push_back({8, 14, 14, 16, 3, 1, 1});
  shapes.push_back({2, 5, 50, 4, 3, 1, 1});  // rows longer than four vectors
  shapes.push_back({3, 3, 3, 20, 3, 1, 0});  // one output pixel
  shapes.push_back({20, 1, 1, 33, 1, 1, 0});
  return shapes;
}

template <class T>
AlignedVector<T> normals(std::size_t n, std::uint32_t site) {
  const Uniforms u({12, site}, Stream::Test);
  AlignedVector<T> v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = T(u.normal(std::uint32_t(i)));
  return v;
}

// Weights with zeros in what fills the panels.
template <class T>
AlignedVector<T> kernel_of(const ConvShape& s) {
  const auto values = normals<T>(std::size_t(s.out_channels * s.inputs()), 1);
  AlignedVector<T> w(panel_size(s.out_channels, s.inputs()), T(0));
  for (int o = 0; o < s.out_channels; ++o)
    for (int i = 0; i < s.inputs(); ++i) w[panel_index(o, i, s.inputs())] = values[std::size_t(o * s.inputs() + i)];
  return w;
}

// Calls visit(z index, x index, weight) for every product in the convolution of one example.
template <class Visit>
void for_products(const ConvShape& s, Visit visit) {
  for (int o = 0; o < s.out_channels; ++o)
    for (int r = 0; r < s.out_rows(); ++r)
      for (int c = 0; c < s.out_cols(); ++c)
        for (int i = 0; i < s.in_channels; ++i)
          for (int kr = 0; kr < s.kernel; ++kr)
            for (int kc = 0; kc < s.kernel; ++kc) {
              const int row = r * s.stride + kr - s.padding, col = c * s.stride + kc - s.padding;
              if (row < 0 || col < 0 || row >= s.in_rows || col >= s.in_cols) continue;
              visit(std::size_t((o * s.out_rows() + r) * s.out_cols() + c),
                    std::size_t((i * s.in_rows + row) * s.in_cols + col),
                    panel_index(o, (i * s.kernel + kr) * s.kernel + kc, s.inputs()));
            }
}

// A sum of n products of standard normals rounds by about n eps in the worst case.
template <class T>
double budget(int terms) {
  return 8 * double(std::numeric_limits<T>::epsilon()) * (terms + 4);
}

// Every result for a batch, from arrays that held something else before.
template <class T>
struct Results {
  AlignedVector<T> z, dx, dw, db;
  bool operator==(const Results&) const = default;
};

template <class T>
Results<T> compute(const ConvShape& s, const AlignedVector<T>& x, const AlignedVector<T>& dz, int batch,
                   Parallel* parallel) {
  const Convolution convolution(s);
  const auto w = kernel_of<T>(s);
  const auto bias = normals<T>(std::size_t(s.out_channels), 2);
  const T old = T(777);
  AlignedVector<T> scratch(kConvParts * convolution.scratch_size(), old);
  AlignedVector<T> wt(convolution.wt_size(), old), sums(kConvParts * convolution.gradient_size(), old);
  Results<T> r{AlignedVector<T>(std::size_t(batch) * s.out_size(), old),
               AlignedVector<T>(std::size_t(batch) * s.in_size(), old), AlignedVector<T>(w.size(), old), bias};
  convolution.forward(w.data(), bias.data(), x.data(), r.z.data(), batch, scratch.data(), parallel);
  convolution.transpose(w.data(), wt.data());
  convolution.input_gradient(wt.data(), dz.data(), r.dx.data(), batch, scratch.data(), parallel);
  convolution.weight_gradient(dz.data(), x.data(), r.dw.data(), r.db.data(), batch, sums.data(), scratch.data(),
                              parallel);
  return r;
}

template <class T>
class Convolutions : public ::testing::Test {};
using Scalars = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Convolutions, Scalars);

TYPED_TEST(Convolutions, OutputsAndGradientsAreTheSumsOfTheirTerms) {
  using T = TypeParam;
  const int batch = 3;
  for (const ConvShape& s : many_shapes()) {
    const auto x = normals<T>(std::size_t(batch) * s.in_size(), 3),
               dz = normals<T>(std::size_t(batch) * s.out_size(), 4);
    const auto w = kernel_of<T>(s), bias = normals<T>(std::size_t(s.out_channels), 2);
    const Results<T> r = compute(s, x, dz, batch, nullptr);
    std::vector<double> z(r.z.size()), dx(r.dx.size()), dw(r.dw.size()), db(r.db.size());
    const std::size_t pixels = std::size_t(s.out_rows() * s.out_cols());
    for (std::size_t b = 0; b < std::size_t(batch); ++b) {
      const std::size_t out = b * s.out_size(), in = b * s.in_size();
      for (std::size_t i = 0; i < s.out_size(); ++i) {
        z[out + i] = bias[i / pixels];
        db[i / pixels] += dz[out + i];
      }
      for_products(s, [&](std::size_t o, std::size_t i, std::size_t k) {
        z[out + o] += double(w[k]) * x[in + i];
        dx[in + i] += double(w[k]) * dz[out + o];
        dw[k] += double(dz[out + o]) * x[in + i];
      });
    }
    const auto expect_near = [&](const auto& found, const auto& expected, int terms, const char* what) {
      for (std::size_t i = 0; i < expected.size(); ++i)
        ASSERT_NEAR(found[i], expected[i], budget<T>(terms)) << what << "[" << i << "] of " << text(s);
    };
    expect_near(r.z, z, s.inputs(), "z");
    expect_near(r.dx, dx, s.out_channels * s.window(), "dx");
    expect_near(r.dw, dw, batch * int(pixels), "dw");
    expect_near(r.db, db, batch * int(pixels), "db");
    if (this->HasFatalFailure()) return;
  }
}

TYPED_TEST(Convolutions, AnyNumberOfThreadsGivesTheSameBits) {
  using T = TypeParam;
  for (int threads : {2, 3}) {
    WorkerPool pool(threads);
    for (const ConvShape& s :
         {ConvShape{1, 28, 28, 8, 3, 1, 0}, ConvShape{8, 13, 13, 16, 3, 1, 1}, ConvShape{3, 12, 9, 17, 5, 2, 2}})
      for (int batch : {1, 2, 7}) {
        const auto x = normals<T>(std::size_t(batch) * s.in_size(), 5),
                   dz = normals<T>(std::size_t(batch) * s.out_size(), 6);
        EXPECT_EQ(compute(s, x, dz, batch, nullptr), compute(s, x, dz, batch, &pool)) << text(s) << ", " << threads;
      }
  }
}

TYPED_TEST(Convolutions, AnExampleAloneHasTheBitsItHasInsideABatch) {
  using T = TypeParam;
  for (const ConvShape& s : many_shapes()) {
    const int batch = 3;
    const auto x = normals<T>(std::size_t(batch) * s.in_size(), 7),
               dz = normals<T>(std::size_t(batch) * s.out_size(), 8);
    const Results<T> together = compute(s, x, dz, batch, nullptr);
    for (std::size_t b = 0; b < std::size_t(batch); ++b) {
      const auto x1 = AlignedVector<T>(x.begin() + std::ptrdiff_t(b * s.in_size()),
                                       x.begin() + std::ptrdiff_t((b + 1) * s.in_size()));
      const auto dz1 = AlignedVector<T>(dz.begin() + std::ptrdiff_t(b * s.out_size()),
                                        dz.begin() + std::ptrdiff_t((b + 1) * s.out_size()));
      const Results<T> alone = compute(s, x1, dz1, 1, nullptr);
      ASSERT_EQ(std::memcmp(alone.z.data(), together.z.data() + b * s.out_size(), sizeof(T) * s.out_size()), 0)
          << text(s);
      ASSERT_EQ(std::memcmp(alone.dx.data(), together.dx.data() + b * s.in_size(), sizeof(T) * s.in_size()), 0)
          << text(s);
    }
  }
}

TYPED_TEST(Convolutions, AChannelOfZerosChangesNothing) {
  using T = TypeParam;
  const ConvShape s{5, 9, 8, 6, 3, 1, 1}, less{4, 9, 8, 6, 3, 1, 1};
  auto x = normals<T>(s.in_size(), 9);
  const auto dz = normals<T>(s.out_size(), 10);
  std::fill_n(x.begin() + std::ptrdiff_t(4 * 9 * 8), 9 * 8, T(0));
  const Results<T> r = compute(s, x, dz, 1, nullptr);
  const auto w = kernel_of<T>(s), bias = normals<T>(6, 2);
  // The same without the channel: weights of the other four.
  AlignedVector<T> w4(panel_size(6, less.inputs()), T(0)), z4(less.out_size());
  for (int o = 0; o < 6; ++o)
    for (int i = 0; i < less.inputs(); ++i) w4[panel_index(o, i, less.inputs())] = w[panel_index(o, i, s.inputs())];
  const Convolution convolution(less);
  AlignedVector<T> scratch(convolution.scratch_size());
  convolution.forward(w4.data(), bias.data(), x.data(), z4.data(), scratch.data());
  EXPECT_EQ(r.z, z4);
  for (int o = 0; o < 6; ++o)
    for (int k = 0; k < 9; ++k) EXPECT_EQ(r.dw[panel_index(o, 36 + k, s.inputs())], T(0));
}

TYPED_TEST(Convolutions, NotANumberReachesEveryOutputWhoseWindowHoldsIt) {
  using T = TypeParam;
  const ConvShape s{2, 8, 8, 5, 3, 1, 0};
  const int batch = 2;
  auto x = normals<T>(std::size_t(batch) * s.in_size(), 11);
  x[s.in_size() + 8 * 3 + 4] = std::numeric_limits<T>::quiet_NaN();  // row 3, column 4 of the second example
  const Results<T> r = compute(s, x, normals<T>(std::size_t(batch) * s.out_size(), 12), batch, nullptr);
  for (int b = 0; b < batch; ++b)
    for (int o = 0; o < 5; ++o)
      for (int row = 0; row < 6; ++row)
        for (int col = 0; col < 6; ++col) {
          const bool holds = b == 1 && row <= 3 && row + 2 >= 3 && col <= 4 && col + 2 >= 4;
          ASSERT_EQ(std::isnan(r.z[std::size_t(((b * 5 + o) * 6 + row) * 6 + col)]), holds);
        }
}

#ifdef DROPSCOPE_FMA_KERNEL
TEST(ConvolutionsInFloat, VectorsOfSixteenGiveTheBitsOfVectorsOfEight) {
  const ConvKernels<float>* wide = wide_conv_kernels();
  if (!wide) GTEST_SKIP() << "no AVX-512 here";
  const int channels[] = {0, 2};
  const ConvTap taps[] = {{0, 0}, {1, 1}, {30, 2}, {31, 3}, {60, 4}, {61, 5}, {62, 6}, {3, 7}, {33, 8}, {64, 9}};
  const auto source = normals<float>(3 * 1000 + 200, 13);
  for (int outputs : {1, 2, 7, 8, 13, 16, 37})
    for (int length : {1, 16, 17, 40, 100}) {
      const auto w = normals<float>(panel_size(outputs, 30), 14);
      AlignedVector<float> narrow_out(std::size_t(outputs) * 112, 5.0f), wide_out = narrow_out;
      Correlation<float> job{source.data(), 1000, channels, 2,     taps, 10, w.data(), 10, 30,
                             nullptr,       112,  outputs,  length};
      job.out = narrow_out.data(), correlate<Vector8>(job);
      job.out = wide_out.data(), wide->correlate(job);
      for (int o = 0; o < outputs; ++o)
        for (int q = 0; q < length; ++q)
          ASSERT_EQ(narrow_out[std::size_t(o * 112 + q)], wide_out[std::size_t(o * 112 + q)]);
    }
  for (int lanes : {8, 16}) {
    const auto dz = normals<float>(std::size_t(7 * 9 * lanes), 15);
    auto narrow_dw = normals<float>(panel_size(16, 30), 16), wide_dw = narrow_dw;
    WeightSums<float> job{source.data(), 1000, 30, channels, 2, taps, 10, dz.data(), 7, 9, lanes, nullptr};
    job.dw = narrow_dw.data(), add_weights<Vector8>(job);
    job.dw = wide_dw.data(), wide->add_weights(job);
    EXPECT_EQ(narrow_dw, wide_dw);
  }
}
#endif

}  // namespace
}  // namespace dropscope
