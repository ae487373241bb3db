// Vectors of 16, where the processor running this has AVX-512. The same bits as elsewhere, sooner.
#include "core/tensor/convolution_vectors.h"

// Clang does not heed the pragma.
#if defined(DROPSCOPE_FMA_KERNEL) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC target("avx512f,avx512vl")
#include "core/tensor/convolution_kernels.h"

namespace dropscope {
namespace {

struct Vector16 {
  using Register = __m512;
  using Half = Vector8;
  static constexpr int kWidth = 16, kOutputs = 8;
  static Register zero() { return _mm512_setzero_ps(); }
  static Register load(const float* p) { return _mm512_loadu_ps(p); }
  static Register broadcast(const float* p) { return _mm512_set1_ps(*p); }
  static Register multiply_add(Register a, Register b, Register c) { return _mm512_fmadd_ps(a, b, c); }
  static void store(float* p, Register a) { _mm512_storeu_ps(p, a); }
};

constexpr ConvKernels<float> kKernels = {correlate<Vector16, float>, add_weights<Vector16, float>};

}  // namespace

const ConvKernels<float>* wide_conv_kernels() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") ? &kKernels : nullptr;
}

}  // namespace dropscope
#else
namespace dropscope {
const ConvKernels<float>* wide_conv_kernels() { return nullptr; }
}  // namespace dropscope
#endif
