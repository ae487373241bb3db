// The LSTM's step; layout and calls as in core/nn/recurrent_cells.h.
#pragma once
#include "core/nn/recurrent_cells.h"
#include "core/tensor/math.h"

namespace dropscope {

template <class T>
struct LstmCell {
  static constexpr int kGates = 4, kIn = 0, kForget = 1, kCandidate = 2, kOut = 3;
  static constexpr bool kMemory = true, kKeepsRecurrent = false;

  static void open(const CellStep<T>& s) {
    const int n = s.units;
    for (int b = 0; b < s.batch; ++b) {
      T* __restrict a = s.a + std::ptrdiff_t(b) * kGates * n;
      T* __restrict g = s.gates + std::ptrdiff_t(b) * kGates * n;
      const T* __restrict r = s.recurrent + std::ptrdiff_t(b) * kGates * n;
      for (int u = 0; u < kGates * n; ++u) a[u] += r[u];
      for (int u = 0; u < kCandidate * n; ++u) g[u] = sigmoid_of(a[u]);
      for (int u = kCandidate * n; u < kOut * n; ++u) g[u] = tanh_of(a[u]);
      for (int u = kOut * n; u < kGates * n; ++u) g[u] = sigmoid_of(a[u]);
    }
  }
  static void combine(const CellStep<T>& s) {
    const int n = s.units;
    for (int b = 0; b < s.batch; ++b) {
      const T* __restrict g = s.gates + std::ptrdiff_t(b) * kGates * n;
      const std::ptrdiff_t at = std::ptrdiff_t(b) * n;
      for (int u = 0; u < n; ++u)
        s.c_fresh[at + u] = g[kForget * n + u] * s.c_before[at + u] + g[kIn * n + u] * s.entered[at + u];
    }
  }
  static void read(const CellStep<T>& s) {
    const int n = s.units;
    for (int b = 0; b < s.batch; ++b) {
      const T* __restrict g = s.gates + std::ptrdiff_t(b) * kGates * n;
      const std::ptrdiff_t at = std::ptrdiff_t(b) * n;
      for (int u = 0; u < n; ++u) s.squashed[at + u] = tanh_of(s.c_read[at + u]);
      for (int u = 0; u < n; ++u) s.h_fresh[at + u] = g[kOut * n + u] * s.squashed[at + u];
    }
  }
  static void unread(const CellStep<T>& s) {
    const int n = s.units;
    for (int b = 0; b < s.batch; ++b) {
      const T* __restrict g = s.gates + std::ptrdiff_t(b) * kGates * n;
      T* __restrict da = s.da + std::ptrdiff_t(b) * kGates * n;
      const std::ptrdiff_t at = std::ptrdiff_t(b) * n;
      for (int u = 0; u < n; ++u) {
        const T o = g[kOut * n + u], t = s.squashed[at + u], dh = s.dh[at + u];
        da[kOut * n + u] = dh * t * o * (T(1) - o);
        s.dc_read[at + u] = dh * o * (T(1) - t * t);
      }
    }
  }
  static void uncombine(const CellStep<T>& s) {
    const int n = s.units;
    for (int b = 0; b < s.batch; ++b) {
      const T* __restrict g = s.gates + std::ptrdiff_t(b) * kGates * n;
      T* __restrict da = s.da + std::ptrdiff_t(b) * kGates * n;
      const std::ptrdiff_t at = std::ptrdiff_t(b) * n;
      for (int u = 0; u < n; ++u) {
        const T i = g[kIn * n + u], f = g[kForget * n + u], dc = s.dc_fresh[at + u];
        da[kIn * n + u] = dc * s.entered[at + u] * i * (T(1) - i);
        da[kForget * n + u] = dc * s.c_before[at + u] * f * (T(1) - f);
        s.d_entered[at + u] = dc * i;
        s.dc_before[at + u] += dc * f;
      }
    }
  }
  static void finish(const CellStep<T>& s) {
    const int n = s.units;
    for (int b = 0; b < s.batch; ++b) {
      const T* __restrict g = s.gates + std::ptrdiff_t(b) * kGates * n + kCandidate * n;
      T* __restrict da = s.da + std::ptrdiff_t(b) * kGates * n + kCandidate * n;
      const T* __restrict d = s.d_entered + std::ptrdiff_t(b) * n;
      for (int u = 0; u < n; ++u) da[u] = d[u] * (T(1) - g[u] * g[u]);
    }
  }
};

}  // namespace dropscope
