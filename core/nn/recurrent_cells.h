// What one step of a recurrent layer computes (core/nn/recurrent.h), apart from products and noise. Arrays are
// [batch, units], those of gates [batch, gates, units].
#pragma once
#include <algorithm>
#include <cstddef>

#include "core/nn/activation.h"
#include "core/tensor/math.h"

namespace dropscope {

template <class T>
struct CellStep {
  int batch = 0, units = 0;
  Activation activation = Activation::Tanh;  // Rnn
  T* a = nullptr;                            // W x + b, then with U h
  T* gates = nullptr;                        // after their activations, the candidate before its noise
  T* recurrent = nullptr;                    // U h, kept where a gate multiplies it
  const T* recurrent_bias = nullptr;
  const T *h_before = nullptr, *c_before = nullptr;
  const T* entered = nullptr;  // the candidate after its noise
  T* c_fresh = nullptr;        // c~
  const T* c_read = nullptr;   // what h~ reads
  T* squashed = nullptr;       // tanh(c_read)
  T* h_fresh = nullptr;        // h~

  const T* dh = nullptr;                         // gradient by h~
  T* dc_read = nullptr;                          // by c_read, through h~ alone
  T* dc_fresh = nullptr;                         // by c~
  T* d_entered = nullptr;                        // by the candidate after its noise; before it for `finish`
  T* da = nullptr;                               // by a
  T* da_recurrent = nullptr;                     // by U h, where it is not da
  T *dh_before = nullptr, *dc_before = nullptr;  // added to
};

template <class T>
struct RnnCell {
  static constexpr int kGates = 1, kCandidate = 0;
  static constexpr bool kMemory = false, kKeepsRecurrent = false;

  static void open(const CellStep<T>& s) {
    const std::size_t n = std::size_t(s.batch) * std::size_t(s.units);
    for (std::size_t k = 0; k < n; ++k) s.a[k] += s.recurrent[k];
    activate(s.activation, s.a, s.gates, n);
  }
  static void combine(const CellStep<T>&) {}
  static void read(const CellStep<T>& s) {
    std::copy_n(s.entered, std::size_t(s.batch) * std::size_t(s.units), s.h_fresh);
  }
  static void unread(const CellStep<T>& s) {
    std::copy_n(s.dh, std::size_t(s.batch) * std::size_t(s.units), s.d_entered);
  }
  static void uncombine(const CellStep<T>&) {}
  static void finish(const CellStep<T>& s) {
    activate_backward(s.activation, s.a, s.gates, s.d_entered, s.da, std::size_t(s.batch) * std::size_t(s.units));
  }
};

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
