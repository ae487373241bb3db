#include "core/tensor/pooling.h"

#include <algorithm>
#include <type_traits>

#if defined(__AVX2__) && defined(__FMA__)
#define DROPSCOPE_FMA_KERNEL 1
#include <immintrin.h>
#endif

namespace dropscope {
namespace {

// Calls work(plane) for every channel of every example.
template <class Work>
void for_planes(const PoolShape& shape, int batch, Parallel* parallel, Work work) {
  spread(parallel, [&](int part, int parts) {
    const Range range = part_of(batch * shape.channels, part, parts);
    for (int plane = range.begin; plane < range.end; ++plane) work(std::size_t(plane));
  });
}

template <class T>
void max_plane(const PoolShape& s, const T* x, T* y, int* winners) {
  for (int r = 0; r < s.out_rows(); ++r)
    for (int c = 0; c < s.out_cols(); ++c) {
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
// Four windows of 2 x 2 side by side, from column 2c on.
inline void max_of_four(const float* upper, const float* lower, int place, int in_cols, float* y, int* winners) {
  const __m128 u0 = _mm_loadu_ps(upper), u1 = _mm_loadu_ps(upper + 4);
  const __m128 l0 = _mm_loadu_ps(lower), l1 = _mm_loadu_ps(lower + 4);
  __m128 best = _mm_shuffle_ps(u0, u1, 0x88);
  __m128i winner = _mm_add_epi32(_mm_set1_epi32(place), _mm_setr_epi32(0, 2, 4, 6));
  const __m128i first = winner;
  const auto compete = [&](__m128 candidate, int further) {
    // Greater or NaN wins, but nothing wins against NaN.
    const __m128 wins = _mm_and_ps(_mm_cmp_ps(candidate, best, _CMP_NLE_UQ), _mm_cmp_ps(best, best, _CMP_ORD_Q));
    best = _mm_blendv_ps(best, candidate, wins);
    const __m128i at = _mm_add_epi32(first, _mm_set1_epi32(further));
    winner = _mm_blendv_epi8(winner, at, _mm_castps_si128(wins));
  };
  compete(_mm_shuffle_ps(u0, u1, 0xDD), 1);
  compete(_mm_shuffle_ps(l0, l1, 0x88), in_cols);
  compete(_mm_shuffle_ps(l0, l1, 0xDD), in_cols + 1);
  _mm_storeu_ps(y, best);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(winners), winner);
}

void max_plane_of_2(const PoolShape& s, const float* x, float* y, int* winners) {
  const int cols = s.out_cols(), in_cols = s.in_cols;
  for (int r = 0; r < s.out_rows(); ++r, y += cols, winners += cols)
    // The last four may repeat some of those before.
    for (int c = 0; c < cols; c += 4) {
      const int at = std::min(c, cols - 4), place = 2 * r * in_cols + 2 * at;
      max_of_four(x + place, x + place + in_cols, place, in_cols, y + at, winners + at);
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
  for_planes(shape, batch, parallel, [=, &shape](std::size_t plane) {
    const T* from = x + plane * shape.in_plane();
    T* to = y + plane * shape.out_plane();
    int* places = winners + plane * shape.out_plane();
    if (!max_pool_of_2(shape, from, to, places)) max_plane(shape, from, to, places);
  });
}

template <class T>
void max_pool_gradient(const PoolShape& shape, const T* dy, const int* winners, T* dx, int batch, Parallel* parallel) {
  for_planes(shape, batch, parallel, [=, &shape](std::size_t plane) {
    T* to = dx + plane * shape.in_plane();
    const T* from = dy + plane * shape.out_plane();
    const int* places = winners + plane * shape.out_plane();
    std::fill_n(to, shape.in_plane(), T(0));
    if (shape.stride >= shape.kernel)  // no pixel belongs to two windows
      for (std::size_t i = 0; i < shape.out_plane(); ++i) to[places[i]] = from[i];
    else
      for (std::size_t i = 0; i < shape.out_plane(); ++i) to[places[i]] += from[i];
  });
}

template <class T>
void average_pool(const PoolShape& s, const T* x, T* y, int batch, Parallel* parallel) {
  const T part = T(1) / T(s.kernel * s.kernel);
  for_planes(s, batch, parallel, [=, &s](std::size_t plane) {
    const T* from = x + plane * s.in_plane();
    T* to = y + plane * s.out_plane();
    for (int r = 0; r < s.out_rows(); ++r)
      for (int c = 0; c < s.out_cols(); ++c) {
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
  for_planes(s, batch, parallel, [=, &s](std::size_t plane) {
    const T* from = dy + plane * s.out_plane();
    T* to = dx + plane * s.in_plane();
    std::fill_n(to, s.in_plane(), T(0));
    for (int r = 0; r < s.out_rows(); ++r)
      for (int c = 0; c < s.out_cols(); ++c) {
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
