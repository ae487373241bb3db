#include "core/tensor/pooling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/random/uniforms.h"
#include "core/session/worker_pool.h"

namespace dropscope {
namespace {

std::vector<PoolShape> many_shapes() {
  std::vector<PoolShape> shapes;
  for (int kernel : {1, 2, 3})
    for (int stride : {1, 2, 3})
      for (int rows : {3, 4, 7, 8, 13, 26}) shapes.push_back({3, rows, rows + 1, kernel, stride});
  return shapes;
}

template <class T>
std::vector<T> normals(std::size_t n, std::uint32_t site) {
  const Uniforms u({13, site}, Stream::Test);
  std::vector<T> v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = T(u.normal(std::uint32_t(i)));
  return v;
}

template <class T>
class Pooling : public ::testing::Test {};
using Scalars = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Pooling, Scalars);

TYPED_TEST(Pooling, MaximumIsTheGreatestAndItsPlaceTheFirst) {
  using T = TypeParam;
  const int batch = 2;
  for (const PoolShape& s : many_shapes()) {
    auto x = normals<T>(std::size_t(batch) * s.in_size(), 1);
    // Few values, so that many windows have several greatest ones.
    for (T& v : x) v = T(std::round(double(v)));
    std::vector<T> y(std::size_t(batch) * s.out_size());
    std::vector<int> winners(y.size());
    max_pool<T>(s, x.data(), y.data(), winners.data(), batch, nullptr);
    std::size_t i = 0;
    for (int plane = 0; plane < batch * s.channels; ++plane)
      for (int r = 0; r < s.out_rows(); ++r)
        for (int c = 0; c < s.out_cols(); ++c, ++i) {
          const T* image = x.data() + std::size_t(plane) * s.in_plane();
          int best = -1;
          for (int row = r * s.stride; row < r * s.stride + s.kernel; ++row)
            for (int col = c * s.stride; col < c * s.stride + s.kernel; ++col) {
              const int at = row * s.in_cols + col;
              if (best < 0 || image[at] > image[best]) best = at;
            }
          ASSERT_EQ(winners[i], best) << s.kernel << " " << s.stride << " " << s.in_rows;
          ASSERT_EQ(y[i], image[best]);
        }
  }
}

TYPED_TEST(Pooling, GradientOfTheMaximumGoesToTheWinnersAndNowhereElse) {
  using T = TypeParam;
  const int batch = 2;
  for (const PoolShape& s : many_shapes()) {
    const auto x = normals<T>(std::size_t(batch) * s.in_size(), 2);
    const auto dy = normals<T>(std::size_t(batch) * s.out_size(), 3);
    std::vector<T> y(dy.size()), dx(x.size(), T(777));
    std::vector<int> winners(y.size());
    max_pool<T>(s, x.data(), y.data(), winners.data(), batch, nullptr);
    max_pool_gradient<T>(s, dy.data(), winners.data(), dx.data(), batch, nullptr);
    std::vector<T> expected(x.size(), T(0));
    for (std::size_t i = 0; i < dy.size(); ++i)
      expected[i / s.out_plane() * s.in_plane() + std::size_t(winners[i])] += dy[i];
    ASSERT_EQ(dx, expected);
  }
}

TYPED_TEST(Pooling, TheFirstNotANumberWins) {
  using T = TypeParam;
  const T nan = std::numeric_limits<T>::quiet_NaN(), infinity = std::numeric_limits<T>::infinity();
  const std::vector<T> pattern = {1, nan, nan, 9, -infinity, -infinity, 3, infinity,  //
                                  2, nan, 4,   5, -infinity, -infinity, 4, nan};
  // Alone, and repeated to rows of 8 and 12 windows: each length has a way of its own.
  for (int repeats : {1, 2, 3}) {
    const PoolShape s{1, 2, 8 * repeats, 2, 2};
    std::vector<T> x(pattern.size() * std::size_t(repeats)), y(4 * std::size_t(repeats));
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = pattern[i / (8 * std::size_t(repeats)) * 8 + i % 8];
    std::vector<int> winners(y.size());
    max_pool<T>(s, x.data(), y.data(), winners.data(), 1, nullptr);
    for (int k = 0; k < repeats; ++k) {
      const T* own = y.data() + 4 * k;
      EXPECT_TRUE(std::isnan(own[0]) && std::isnan(own[1]) && own[2] == -infinity && std::isnan(own[3])) << repeats;
      const int* at = winners.data() + 4 * k;
      EXPECT_EQ((std::vector<int>(at, at + 4)),
                (std::vector<int>{8 * k + 1, 8 * k + 2, 8 * k + 4, 8 * (repeats + k) + 7}));
    }
  }
}

TYPED_TEST(Pooling, AverageIsTheMeanAndItsGradientIsSharedEqually) {
  using T = TypeParam;
  const int batch = 2;
  // A mean of 9 numbers of size 1 rounds by a few eps; a gradient sums at most 9 shares.
  const double tolerance = 32 * double(std::numeric_limits<T>::epsilon());
  for (const PoolShape& s : many_shapes()) {
    const auto x = normals<T>(std::size_t(batch) * s.in_size(), 4);
    const auto dy = normals<T>(std::size_t(batch) * s.out_size(), 5);
    std::vector<T> y(dy.size()), dx(x.size(), T(777));
    average_pool<T>(s, x.data(), y.data(), batch, nullptr);
    average_pool_gradient<T>(s, dy.data(), dx.data(), batch, nullptr);
    std::vector<double> expected(x.size());
    std::size_t i = 0;
    for (int plane = 0; plane < batch * s.channels; ++plane)
      for (int r = 0; r < s.out_rows(); ++r)
        for (int c = 0; c < s.out_cols(); ++c, ++i) {
          double mean = 0;
          for (int row = r * s.stride; row < r * s.stride + s.kernel; ++row)
            for (int col = c * s.stride; col < c * s.stride + s.kernel; ++col) {
              const std::size_t at = std::size_t(plane) * s.in_plane() + std::size_t(row * s.in_cols + col);
              mean += double(x[at]) / (s.kernel * s.kernel);
              expected[at] += double(dy[i]) / (s.kernel * s.kernel);
            }
          ASSERT_NEAR(y[i], mean, tolerance);
        }
    for (i = 0; i < dx.size(); ++i) ASSERT_NEAR(dx[i], expected[i], tolerance);
  }
}

TYPED_TEST(Pooling, AnyNumberOfThreadsGivesTheSameBits) {
  using T = TypeParam;
  WorkerPool pool(3);
  const int batch = 5;
  for (const PoolShape& s : {PoolShape{3, 13, 9, 3, 2}, PoolShape{8, 26, 26, 2, 2}}) {
    const auto x = normals<T>(std::size_t(batch) * s.in_size(), 6);
    const auto dy = normals<T>(std::size_t(batch) * s.out_size(), 7);
    struct Results {
      std::vector<T> y, dx, mean, d_mean;
      std::vector<int> winners;
      bool operator==(const Results&) const = default;
    };
    const auto all = [&](Parallel* parallel) {
      Results r{dy, x, dy, x, std::vector<int>(dy.size())};
      max_pool<T>(s, x.data(), r.y.data(), r.winners.data(), batch, parallel);
      max_pool_gradient<T>(s, dy.data(), r.winners.data(), r.dx.data(), batch, parallel);
      average_pool<T>(s, x.data(), r.mean.data(), batch, parallel);
      average_pool_gradient<T>(s, dy.data(), r.d_mean.data(), batch, parallel);
      return r;
    };
    EXPECT_EQ(all(nullptr), all(&pool));
  }
}

}  // namespace
}  // namespace dropscope
