// exp, log, tanh and erf as straight-line code: the same bits in a vector loop, in its scalar tail and on every
// machine, which library versions and packet versions do not give. Doubles, used by exact tests, take the
// standard library's. NaN goes through; exp overflows to infinity.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace dropscope {

// Cephes expf: error below 2 units in the last place.
inline float exp_of(float x) {
  const float bounded = x < -104.0f ? -104.0f : (x > 89.0f ? 89.0f : x);
  constexpr float kMagic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number in the low bits
  const float shifted = bounded * 1.44269504088896341f + kMagic;
  const float n = shifted - kMagic;
  const float r = (bounded - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  // 2^n in two factors, so that results near the ends of the range are reached without overflow on the way.
  const std::int32_t whole = std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(kMagic);
  const std::int32_t half = whole >> 1;
  const float a = std::bit_cast<float>((half + 127) << 23), b = std::bit_cast<float>((whole - half + 127) << 23);
  const float y = p * a * b;
  return x != x ? x : y;
}
inline double exp_of(double x) { return std::exp(x); }

// Cephes logf for x > 0 and normal; 0 gives -infinity, negative values NaN.
inline float log_of(float x) {
  const std::int32_t bits = std::bit_cast<std::int32_t>(x);
  std::int32_t exponent = (bits >> 23) - 126;
  float m = std::bit_cast<float>((bits & 0x007FFFFF) | 0x3F000000);  // in [0.5, 1)
  const bool small = m < 0.707106781186547524f;
  exponent -= small ? 1 : 0;
  m = (small ? m + m : m) - 1.0f;
  const float z = m * m;
  float p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  const float e = float(exponent);
  float y = p * m * z + e * -2.12194440e-4f - 0.5f * z;
  y = m + y + e * 0.693359375f;
  if (x == 0) return -std::numeric_limits<float>::infinity();
  if (x < 0) return std::numeric_limits<float>::quiet_NaN();
  return x - x == 0 ? y : x;  // infinity and NaN go through
}
inline double log_of(double x) { return std::log(x); }

inline float tanh_of(float x) {
  const float a = std::abs(x), z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  const float near_zero = p * z * x + x;
  const float far = 1.0f - 2.0f / (exp_of(a + a) + 1.0f);
  const float y = a < 0.625f ? near_zero : std::copysign(far, x);
  return x != x ? x : y;
}
inline double tanh_of(double x) { return std::tanh(x); }

// Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: within 8e-7 of erf, most of it rounding.
inline float erf_of(float x) {
  const float t = 1.0f / (1.0f + 0.3275911f * std::abs(x));
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  return std::copysign(1.0f - p * t * exp_of(-(x * x)), x);
}
inline double erf_of(double x) { return std::erf(x); }

template <class T>
T sigmoid_of(T x) {
  return T(1) / (T(1) + exp_of(-x));
}

}  // namespace dropscope
