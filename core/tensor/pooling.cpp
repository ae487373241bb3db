#include "core/tensor/pooling.h"

#include <algorithm>
#include <type_traits>

#if defined(__AVX2__) && defined(__FMA__)
#define DROPSCOPE_FMA_KERNEL 1
#include <immintrin.h>
#endif

namespace dropscope {
namespace {

// Calls work(place in x, place in y) of every channel of every example.
template <class Work>
void for_planes(const PoolShape& shape, int batch, Parallel* parallel, Work work) {
  const std::size_t in = shape.in_plane(), out = shape.out_plane();
  spread(parallel, [&](int part, int parts) {
    const Range range = part_of(batch * shape.channels, part, parts);
    for (std::size_t plane = std::size_t(range.begin); plane < std::size_t(range.end); ++plane)
      work(plane * in, plane * out);
  });
}

template <class T>
void max_plane(const PoolShape& s, const T* x, T* y, int* winners) {
  const int rows = s.out_rows(), cols = s.out_cols();
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) {
      const int first = r * s.stride * s.in_cols + c * s.stride;
      int winner = first;
      for (int i = 0; i < s.kernel; ++i)
        for (int j = 0; j < s.kernel; ++j) {
          const int at = first + i * s.in_cols + j;
          const bool nan = x[at] != x[at] && x[winner] == x[winner];
          if (x[at] > x[winner] || nan) winner = at;
        }
      *y++ = x[winner];
      *winners++ = winner;
    }
}

#ifdef DROPSCOPE_FMA_KERNEL
// Eight windows of 2 x 2 side by side. Registers hold columns 0 2 8 10 4 6 12 14 of the two rows (or those after
// them) until the last step puts them in order.
inline void max_of_eight(const float* upper, const float* lower, int place, int in_cols, float* y, int* winners) {
  const __m256 u0 = _mm256_loadu_ps(upper), u1 = _mm256_loadu_ps(upper + 8);
  const __m256 l0 = _mm256_loadu_ps(lower), l1 = _mm256_loadu_ps(lower + 8);
  __m256 best = _mm256_shuffle_ps(u0, u1, 0x88);
  const __m256i first = _mm256_add_epi32(_mm256_set1_epi32(place), _mm256_setr_epi32(0, 2, 8, 10, 4, 6, 12, 14));
  __m256 winner = _mm256_castsi256_ps(first);
  const auto compete = [&](__m256 candidate, int further) {
    // Greater or NaN wins, but nothing wins against NaN.
    const __m256 wins =
        _mm256_and_ps(_mm256_cmp_ps(candidate, best, _CMP_NLE_UQ), _mm256_cmp_ps(best, best, _CMP_ORD_Q));
    best = _mm256_blendv_ps(best, candidate, wins);
    const __m256i at = _mm256_add_epi32(first, _mm256_set1_epi32(further));
    winner = _mm256_blendv_ps(winner, _mm256_castsi256_ps(at), wins);
  };
  compete(_mm256_shuffle_ps(u0, u1, 0xDD), 1);
  compete(_mm256_shuffle_ps(l0, l1, 0x88), in_cols);
  compete(_mm256_shuffle_ps(l0, l1, 0xDD), in_cols + 1);
  _mm256_storeu_pd(reinterpret_cast<double*>(y), _mm256_permute4x64_pd(_mm256_castps_pd(best), 0xD8));
  _mm256_storeu_pd(reinterpret_cast<double*>(winners), _mm256_permute4x64_pd(_mm256_castps_pd(winner), 0xD8));
}

// The same for four.
inline void max_of_four(const float* upper, const float* lower, int place, int in_cols, float* y, int* winners) {
  const __m128 u0 = _mm_loadu_ps(upper), u1 = _mm_loadu_ps(upper + 4);
  const __m128 l0 = _mm_loadu_ps(lower), l1 = _mm_loadu_ps(lower + 4);
  __m128 best = _mm_shuffle_ps(u0, u1, 0x88);
  const __m128i first = _mm_add_epi32(_mm_set1_epi32(place), _mm_setr_epi32(0, 2, 4, 6));
  __m128 winner = _mm_castsi128_ps(first);
  const auto compete = [&](__m128 candidate, int further) {
    const __m128 wins = _mm_and_ps(_mm_cmp_ps(candidate, best, _CMP_NLE_UQ), _mm_cmp_ps(best, best, _CMP_ORD_Q));
    best = _mm_blendv_ps(best, candidate, wins);
    winner = _mm_blendv_ps(winner, _mm_castsi128_ps(_mm_add_epi32(first, _mm_set1_epi32(further))), wins);
  };
  compete(_mm_shuffle_ps(u0, u1, 0xDD), 1);
  compete(_mm_shuffle_ps(l0, l1, 0x88), in_cols);
  compete(_mm_shuffle_ps(l0, l1, 0xDD), in_cols + 1);
  _mm_storeu_ps(y, best);
  _mm_storeu_ps(reinterpret_cast<float*>(winners), winner);
}

void max_plane_of_2(const PoolShape& s, const float* x, float* y, int* winners) {
  const int rows = s.out_rows(), cols = s.out_cols(), in_cols = s.in_cols;
  // The last block of a row may repeat some of the one before.
  const int block = cols >= 8 ? 8 : 4;
  for (int r = 0; r < rows; ++r, y += cols, winners += cols)
    for (int c = 0; c < cols; c += block) {
      const int at = std::min(c, cols - block), place = 2 * (r * in_cols + at);
      const float *upper = x + place, *lower = upper + in_cols;
      if (block == 8)
        max_of_eight(upper, lower, place, in_cols, y + at, winners + at);
      else
        max_of_four(upper, lower, place, in_cols, y + at, winners + at);
    }
}
#endif

// The common case. False where it is not this one.
template <class T>
bool max_pool_of_2([[maybe_unused]] const PoolShape& s, [[maybe_unused]] const T* x, [[maybe_unused]] T* y,
                   [[maybe_unused]] int* winners) {
#ifdef DROPSCOPE_FMA_KERNEL
  if constexpr (std::is_same_v<T, float>)
    if (s.kernel == 2 && s.stride == 2 && s.out_cols() >= 4) {
      max_plane_of_2(s, x, y, winners);
      return true;
    }
#endif
  return false;
}

}  // namespace

template <class T>
void max_pool(const PoolShape& shape, const T* x, T* y, int* winners, int batch, Parallel* parallel) {
  for_planes(shape, batch, parallel, [=, &shape](std::size_t in, std::size_t out) {
    if (!max_pool_of_2(shape, x + in, y + out, winners + out)) max_plane(shape, x + in, y + out, winners + out);
  });
}

template <class T>
void max_pool_gradient(const PoolShape& shape, const T* dy, const int* winners, T* dx, int batch, Parallel* parallel) {
  const std::size_t pixels = shape.in_plane(), windows = shape.out_plane();
  const bool overlap = shape.stride < shape.kernel;
  for_planes(shape, batch, parallel, [=](std::size_t in, std::size_t out) {
    T* to = dx + in;
    std::fill_n(to, pixels, T(0));
    if (overlap)
      for (std::size_t i = out; i < out + windows; ++i) to[winners[i]] += dy[i];
    else
      for (std::size_t i = out; i < out + windows; ++i) to[winners[i]] = dy[i];
  });
}

template <class T>
void average_pool(const PoolShape& s, const T* x, T* y, int batch, Parallel* parallel) {
  const T part = T(1) / T(s.kernel * s.kernel);
  const int rows = s.out_rows(), cols = s.out_cols();
  for_planes(s, batch, parallel, [=](std::size_t in, std::size_t out) {
    const T* from = x + in;
    T* to = y + out;
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < cols; ++c) {
        const T* window = from + r * s.stride * s.in_cols + c * s.stride;
        T sum = T(0);
        for (int i = 0; i < s.kernel; ++i)
          for (int j = 0; j < s.kernel; ++j) sum += window[i * s.in_cols + j];
        *to++ = sum * part;
      }
  });
}

template <class T>
void average_pool_gradient(const PoolShape& s, const T* dy, T* dx, int batch, Parallel* parallel) {
  const T part = T(1) / T(s.kernel * s.kernel);
  const int rows = s.out_rows(), cols = s.out_cols();
  for_planes(s, batch, parallel, [=](std::size_t in, std::size_t out) {
    const T* from = dy + out;
    T* to = dx + in;
    std::fill_n(to, s.in_plane(), T(0));
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < cols; ++c) {
        T* window = to + r * s.stride * s.in_cols + c * s.stride;
        const T share = *from++ * part;
        for (int i = 0; i < s.kernel; ++i)
          for (int j = 0; j < s.kernel; ++j) window[i * s.in_cols + j] += share;
      }
  });
}

#define DROPSCOPE_INSTANTIATE(T)                                                                  \
  template void max_pool<T>(const PoolShape&, const T*, T*, int*, int, Parallel*);                \
  template void max_pool_gradient<T>(const PoolShape&, const T*, const int*, T*, int, Parallel*); \
  template void average_pool<T>(const PoolShape&, const T*, T*, int, Parallel*);                  \
  template void average_pool_gradient<T>(const PoolShape&, const T*, T*, int, Parallel*);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
