// The vectors that convolutions are compiled for. Only for the files of convolutions.
#pragma once

#if defined(__AVX2__) && defined(__FMA__)
#define DROPSCOPE_FMA_KERNEL 1
#include <immintrin.h>
#endif

namespace dropscope {

template <class T>
struct ConvKernels;

// Null where the processor running this has no AVX-512.
const ConvKernels<float>* wide_conv_kernels();

// Any number type on any machine.
template <class T>
struct PlainVector {
  struct Register {
    T v[8];
  };
  using Half = PlainVector;
  static constexpr int kWidth = 8, kOutputs = 4;
  static Register zero() { return {}; }
  static Register load(const T* p) {
    Register a;
    for (int i = 0; i < kWidth; ++i) a.v[i] = p[i];
    return a;
  }
  static Register broadcast(const T* p) {
    Register a;
    for (int i = 0; i < kWidth; ++i) a.v[i] = *p;
    return a;
  }
  static Register add(const Register& a, Register b) {
    for (int i = 0; i < kWidth; ++i) b.v[i] += a.v[i];
    return b;
  }
  static Register multiply_add(const Register& a, const Register& b, Register c) {
    for (int i = 0; i < kWidth; ++i) c.v[i] += a.v[i] * b.v[i];
    return c;
  }
  static void store(T* p, const Register& a) {
    for (int i = 0; i < kWidth; ++i) p[i] = a.v[i];
  }
};

#ifdef DROPSCOPE_FMA_KERNEL
struct Vector8 {
  using Register = __m256;
  using Half = Vector8;
  static constexpr int kWidth = 8, kOutputs = 4;
  static Register zero() { return _mm256_setzero_ps(); }
  static Register load(const float* p) { return _mm256_loadu_ps(p); }
  static Register broadcast(const float* p) { return _mm256_broadcast_ss(p); }
  static Register add(Register a, Register b) { return _mm256_add_ps(a, b); }
  static Register multiply_add(Register a, Register b, Register c) { return _mm256_fmadd_ps(a, b, c); }
  static void store(float* p, Register a) { _mm256_storeu_ps(p, a); }
};

// Rows of eight numbers become columns.
inline void transpose8(__m256 (&row)[8]) {
  __m256 pair[8], quad[8];
  for (int i = 0; i < 8; i += 2) {
    pair[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
    pair[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
  }
  for (int i = 0; i < 8; i += 4)
    for (int j = 0; j < 2; ++j) {
      quad[i + 2 * j] = _mm256_shuffle_ps(pair[i + j], pair[i + 2 + j], 0x44);
      quad[i + 2 * j + 1] = _mm256_shuffle_ps(pair[i + j], pair[i + 2 + j], 0xEE);
    }
  for (int i = 0; i < 4; ++i) {
    row[i] = _mm256_permute2f128_ps(quad[i], quad[i + 4], 0x20);
    row[i + 4] = _mm256_permute2f128_ps(quad[i], quad[i + 4], 0x31);
  }
}
#endif

// The vector of 8 that this build has for a number type.
template <class T>
struct Vectors {
  using Best = PlainVector<T>;
};
#ifdef DROPSCOPE_FMA_KERNEL
template <>
struct Vectors<float> {
  using Best = Vector8;
};
#endif

}  // namespace dropscope
