// The inner loops of convolutions, for vectors of any width. Included by the files that compile them for one
// instruction set each; see convolution.cpp for how one is chosen. Every width gives the same bits.
#pragma once
#include <algorithm>
#include <cstddef>

#include "core/tensor/convolution.h"
#include "core/tensor/panels.h"

namespace dropscope {

// out[o * out_step + q] = sum over channels, taps of w[o, channel, tap] * source[channel * plane + tap + q]
template <class T>
struct Correlation {
  const T* source;
  std::ptrdiff_t plane;
  const int* channels;  // those that are not zero all over
  int channel_count;
  const ConvTap* taps;
  int tap_count;
  const T* w;
  int window, inputs;  // weights of a channel, columns of w
  T* out;
  std::ptrdiff_t out_step;  // at least length, rounded up to whole vectors
  int outputs, length;
};

// dw[panel, channel, tap, lane] += sum over r, c of dz[(r * cols + c) * lanes + lane] * source[channel, tap + r, c]
template <class T>
struct WeightSums {
  const T* source;
  std::ptrdiff_t plane;
  int source_cols;
  const int* channels;
  int channel_count;
  const ConvTap* taps;
  int window;
  const T* dz;  // of one panel of 16 outputs: [pixel][lanes], lanes being 8 or 16
  int rows, cols, lanes;
  T* dw;
};

template <class T>
struct ConvKernels {
  void (*correlate)(const Correlation<T>&);
  void (*add_weights)(const WeightSums<T>&);
};

// N outputs from `o` on, M vectors of pixels from `q` on, all sums in registers.
template <class V, int N, int M, class T>
inline void correlate_tile(const Correlation<T>& job, int o, int q) {
  typename V::Register sum[N][M];
#pragma GCC unroll 16
  for (int n = 0; n < N; ++n)
#pragma GCC unroll 16
    for (int m = 0; m < M; ++m) sum[n][m] = V::zero();
  const T* w = job.w + panel_index(o, 0, job.inputs);
  for (int i = 0; i < job.channel_count; ++i) {
    const T* source = job.source + job.channels[i] * job.plane + q;
    const T* weights = w + std::ptrdiff_t(job.channels[i]) * job.window * kPanel;
    for (int t = 0; t < job.tap_count; ++t) {
      const T* pixels = source + job.taps[t].offset;
      const T* weight = weights + job.taps[t].weight * kPanel;
      typename V::Register x[M];
#pragma GCC unroll 16
      for (int m = 0; m < M; ++m) x[m] = V::load(pixels + m * V::kWidth);
#pragma GCC unroll 16
      for (int n = 0; n < N; ++n) {
        const typename V::Register factor = V::broadcast(weight + n);
#pragma GCC unroll 16
        for (int m = 0; m < M; ++m) sum[n][m] = V::multiply_add(x[m], factor, sum[n][m]);
      }
    }
  }
#pragma GCC unroll 16
  for (int n = 0; n < N; ++n)
#pragma GCC unroll 16
    for (int m = 0; m < M; ++m) V::store(job.out + (o + n) * job.out_step + q + m * V::kWidth, sum[n][m]);
}

template <class V, int N, class T>
void correlate_outputs(const Correlation<T>& job, int o) {
  constexpr int kMost = 3;
  int q = 0;
  for (; q + (kMost - 1) * V::kWidth < job.length; q += kMost * V::kWidth) correlate_tile<V, N, kMost>(job, o, q);
  if (q + V::kWidth < job.length)
    correlate_tile<V, N, 2>(job, o, q);
  else if (q < job.length)
    correlate_tile<V, N, 1>(job, o, q);
}

template <class V, class T>
void correlate(const Correlation<T>& job) {
  int o = 0;
  if constexpr (V::kOutputs == 8)
    for (; o + 8 <= job.outputs; o += 8) correlate_outputs<V, 8>(job, o);
  for (; o + 4 <= job.outputs; o += 4) correlate_outputs<V, 4>(job, o);
  for (; o + 2 <= job.outputs; o += 2) correlate_outputs<V, 2>(job, o);
  for (; o < job.outputs; ++o) correlate_outputs<V, 1>(job, o);
}

// N weights of a window from `t` on, for the V::kWidth outputs that begin at `lane`.
template <class V, int N, class T>
inline void add_weights_tile(const WeightSums<T>& job, int channel, int t, int lane) {
  const T* source[N];
  typename V::Register sum[N];
  T* dw = job.dw + (std::ptrdiff_t(channel) * job.window + t) * kPanel + lane;
#pragma GCC unroll 16
  for (int n = 0; n < N; ++n) {
    source[n] = job.source + channel * job.plane + job.taps[t + n].offset;
    sum[n] = V::load(dw + n * kPanel);
  }
  const T* dz = job.dz + lane;
  for (int r = 0; r < job.rows; ++r) {
    for (int c = 0; c < job.cols; ++c) {
      const typename V::Register gradient = V::load(dz);
#pragma GCC unroll 16
      for (int n = 0; n < N; ++n) sum[n] = V::multiply_add(gradient, V::broadcast(source[n] + c), sum[n]);
      dz += job.lanes;
    }
#pragma GCC unroll 16
    for (int n = 0; n < N; ++n) source[n] += job.source_cols;
  }
#pragma GCC unroll 16
  for (int n = 0; n < N; ++n) V::store(dw + n * kPanel, sum[n]);
}

template <class V, class T>
void add_weights(const WeightSums<T>& job) {
  if constexpr (V::kWidth > 8)
    if (job.lanes <= 8) return add_weights<typename V::Half>(job);
  for (int lane = 0; lane < job.lanes; lane += V::kWidth)
    for (int i = 0; i < job.channel_count; ++i) {
      const int channel = job.channels[i];
      int t = 0;
      for (; t + 9 <= job.window; t += 9) add_weights_tile<V, 9>(job, channel, t, lane);
      for (; t + 4 <= job.window; t += 4) add_weights_tile<V, 4>(job, channel, t, lane);
      for (; t < job.window; ++t) add_weights_tile<V, 1>(job, channel, t, lane);
    }
}

}  // namespace dropscope
