// The GRU's step; layout and calls as in core/nn/recurrent_cells.h.
#pragma once
#include "core/nn/recurrent_cells.h"
#include "core/tensor/math.h"

namespace dropscope {

template <class T>
struct GruCell {
  static constexpr int kGates = 3, kReset = 0, kUpdate = 1, kCandidate = 2;
  static constexpr bool kMemory = false, kKeepsRecurrent = true;

  static void open(const CellStep<T>& s) {
    const int n = s.units;
    for (int b = 0; b < s.batch; ++b) {
      T* __restrict a = s.a + std::ptrdiff_t(b) * kGates * n;
      T* __restrict g = s.gates + std::ptrdiff_t(b) * kGates * n;
      T* __restrict r = s.recurrent + std::ptrdiff_t(b) * kGates * n;
      for (int u = 0; u < kCandidate * n; ++u) a[u] += r[u];
      for (int u = 0; u < kCandidate * n; ++u) g[u] = sigmoid_of(a[u]);
      for (int u = 0; u < n; ++u) {
        const int c = kCandidate * n + u;
        r[c] += s.recurrent_bias[u];
        a[c] += g[kReset * n + u] * r[c];
        g[c] = tanh_of(a[c]);
      }
    }
  }
  static void combine(const CellStep<T>&) {}
  static void read(const CellStep<T>& s) {
    const int n = s.units;
    for (int b = 0; b < s.batch; ++b) {
      const T* __restrict z = s.gates + (std::ptrdiff_t(b) * kGates + kUpdate) * n;
      const std::ptrdiff_t at = std::ptrdiff_t(b) * n;
      for (int u = 0; u < n; ++u) s.h_fresh[at + u] = (T(1) - z[u]) * s.entered[at + u] + z[u] * s.h_before[at + u];
    }
  }
  static void unread(const CellStep<T>& s) {
    const int n = s.units;
    for (int b = 0; b < s.batch; ++b) {
      const T* __restrict z = s.gates + (std::ptrdiff_t(b) * kGates + kUpdate) * n;
      T* __restrict da = s.da + (std::ptrdiff_t(b) * kGates + kUpdate) * n;
      const std::ptrdiff_t at = std::ptrdiff_t(b) * n;
      for (int u = 0; u < n; ++u) {
        const T dh = s.dh[at + u];
        da[u] = dh * (s.h_before[at + u] - s.entered[at + u]) * z[u] * (T(1) - z[u]);
        s.d_entered[at + u] = dh * (T(1) - z[u]);
        s.dh_before[at + u] += dh * z[u];
      }
    }
  }
  static void uncombine(const CellStep<T>&) {}
  static void finish(const CellStep<T>& s) {
    const int n = s.units;
    for (int b = 0; b < s.batch; ++b) {
      const std::ptrdiff_t row = std::ptrdiff_t(b) * kGates * n;
      const T* __restrict g = s.gates + row;
      const T* __restrict r = s.recurrent + row;
      T* __restrict da = s.da + row;
      T* __restrict dr = s.da_recurrent + row;
      const T* __restrict d = s.d_entered + std::ptrdiff_t(b) * n;
      for (int u = 0; u < n; ++u) {
        const int c = kCandidate * n + u;
        const T reset = g[kReset * n + u];
        da[c] = d[u] * (T(1) - g[c] * g[c]);
        da[kReset * n + u] = da[c] * r[c] * reset * (T(1) - reset);
        dr[c] = da[c] * reset;
      }
      for (int u = 0; u < kCandidate * n; ++u) dr[u] = da[u];
    }
  }
};

}  // namespace dropscope
