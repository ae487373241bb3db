// What one step of a recurrent layer computes (core/nn/recurrent.h), apart from products and noise. Arrays are
// [batch, units], those of gates [batch, gates, units].
//
// A cell is called in this order, with noise between: open (sums and gates), combine (c~), read (h~); and back: unread
// (from dh), uncombine (from dc~), finish (from the gradient by the candidate as it was before its noise).
#pragma once
#include <algorithm>
#include <cstddef>

#include "core/nn/activation.h"

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

}  // namespace dropscope
