#include "core/random/uniforms.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>
#include <vector>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "core/base/check.h"
#include "core/random/bulk_coins.h"

namespace dropscope {
namespace {

// Element e reads half-word e % 8 of two blocks: number e / 8 of lane 0 holds the high halves of eight
// elements, the same number of lane 1 their low halves.
constexpr std::uint32_t kHigh = 0, kLow = 1;

constexpr std::uint32_t half_word(const PhiloxBlock& block, std::uint32_t element) {
  return (block[(element % 8) / 2] >> (16 * (element % 2))) & 0xFFFFu;
}

// log without libm, so that Gaussian noise has the same bits wherever the compiler keeps IEEE rules.
// Accurate to about 1e-15 for normal positive x.
double portable_log(double x) {
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  int exponent = int(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  const double s = (m - 1) / (m + 1), z = s * s;
  double sum = 0;
  for (int k = 21; k >= 1; k -= 2) sum = sum * z + 1.0 / k;
  return 2 * s * sum + exponent * 0.6931471805599453;
}

double ratio(double r, const double (&a)[8], const double (&b)[8]) {
  double num = a[7], den = b[7];
  for (int i = 6; i >= 0; --i) {
    num = num * r + a[i];
    den = den * r + b[i];
  }
  return num / den;
}

// Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37, 1988: relative error about 1e-16.
double inverse_normal(double p) {
  static constexpr double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                  1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                  3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static constexpr double b[8] = {1.0,
                                  4.2313330701600911252e+1,
                                  6.8718700749205790830e+2,
                                  5.3941960214247511077e+3,
                                  2.1213794301586595867e+4,
                                  3.9307895800092710610e+4,
                                  2.8729085735721942674e+4,
                                  5.2264952788528545610e+3};
  static constexpr double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                  3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                  2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr double d[8] = {1.0,
                                  2.05319162663775882187e0,
                                  1.67638483018380384940e0,
                                  6.89767334985100004550e-1,
                                  1.48103976427480074590e-1,
                                  1.51986665636164571966e-2,
                                  5.47593808499534494600e-4,
                                  1.05075007164441684324e-9};
  static constexpr double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                  2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr double f[8] = {1.0,
                                  5.99832206555887937690e-1,
                                  1.36929880922735805310e-1,
                                  1.48753612908506148525e-2,
                                  7.86869131145613259100e-4,
                                  1.84631831751005468180e-5,
                                  1.42151175831644588870e-7,
                                  2.04426310338993978564e-15};
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) return q * ratio(0.180625 - q * q, a, b);
  const double r = std::sqrt(-portable_log(q < 0 ? p : 1 - p));
  const double x = r <= 5 ? ratio(r - 1.6, c, d) : ratio(r - 5, e, f);
  return q < 0 ? -x : x;
}

// Bulk coins are made 64 at a time: eight blocks give 64 half-words. (More at once would not fit the vector
// registers; the processor overlaps one bulk with the next by itself.)
constexpr std::size_t kBulk = 64;

// out[e] = the half-word of element 8 * first + e, for kBulk elements.
#if defined(__AVX2__)
// Four blocks to a register, one 32-bit word in each 64-bit lane; what gathers in the upper halves of the
// lanes is never read by the 32-bit multiply.
void half_words(std::uint32_t first, const BlockPlace& at, std::uint16_t* out) {
  constexpr int kGroups = int(kBulk / 32);
  const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
  __m256i c0[kGroups], c1[kGroups], c2[kGroups], c3[kGroups];
  for (int g = 0; g < kGroups; ++g) {
    c0[g] = _mm256_add_epi64(_mm256_set1_epi64x(std::int64_t(first) + 4 * g), _mm256_setr_epi64x(0, 1, 2, 3));
    c1[g] = _mm256_set1_epi64x(at.lane);
    c2[g] = _mm256_set1_epi64x(at.age);
    c3[g] = _mm256_set1_epi64x(at.place);
  }
  PhiloxKey key = at.key;
  for (int round = 0; round < 10; ++round) {
    const __m256i k0 = _mm256_set1_epi64x(key[0]), k1 = _mm256_set1_epi64x(key[1]);
    for (int g = 0; g < kGroups; ++g) {
      const __m256i p0 = _mm256_mul_epu32(c0[g], m0), p1 = _mm256_mul_epu32(c2[g], m1);
      c0[g] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), c1[g]), k0);
      c1[g] = p1;
      c2[g] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), c3[g]), k1);
      c3[g] = p0;
    }
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  for (int g = 0; g < kGroups; ++g) {
    const __m256i lo = _mm256_blend_epi32(c0[g], _mm256_slli_epi64(c1[g], 32), 0xAA);
    const __m256i hi = _mm256_blend_epi32(c2[g], _mm256_slli_epi64(c3[g], 32), 0xAA);
    const __m256i even = _mm256_unpacklo_epi64(lo, hi), odd = _mm256_unpackhi_epi64(lo, hi);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 32 * g), _mm256_permute2x128_si256(even, odd, 0x20));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 32 * g + 16), _mm256_permute2x128_si256(even, odd, 0x31));
  }
}
#else
void half_words(std::uint32_t first, const BlockPlace& at, std::uint16_t* out) {
  for (std::uint32_t b = 0; b < kBulk / 8; ++b) {
    const PhiloxBlock block = philox({first + b, at.lane, at.age, at.place}, at.key);
    for (std::uint32_t e = 0; e < 8; ++e) out[8 * b + e] = std::uint16_t(half_word(block, e));
  }
}
#endif

}  // namespace

Uniforms::Uniforms(DrawKey key, Stream stream)
    : key_{std::uint32_t(key.run_seed), std::uint32_t(key.run_seed >> 32)},
      // Streams get the high bits, so a site's number cannot run into another stream.
      place_((key.site & 0x1FFFFFFFu) | (std::uint32_t(stream) << 29)),
      age_(key.age),
      pass_(key.pass) {
  DROPSCOPE_CHECK(std::uint32_t(stream) < 8 && key.pass < (1u << 30));
}

std::uint32_t Uniforms::word(std::uint32_t element) const {
  const PhiloxBlock high = philox({element / 8, pass_ * 2 + kHigh, age_, place_}, key_);
  const PhiloxBlock low = philox({element / 8, pass_ * 2 + kLow, age_, place_}, key_);
  return half_word(high, element) << 16 | half_word(low, element);
}

double Uniforms::normal(std::uint32_t element) const { return inverse_normal(at(element)); }

namespace {

// out[i] = half[i] > high; says whether any is equal.
template <class T>
bool compare(const std::uint16_t* half, std::uint16_t high, T* out, std::size_t n) {
  unsigned ties = 0;
  for (std::size_t i = 0; i < n; ++i) ties |= half[i] == high ? 1u : 0u;
  for (std::size_t i = 0; i < n; ++i) out[i] = T(half[i] > high ? 1 : 0);
  return ties != 0;
}

#if defined(__AVX2__)
bool compare(const std::uint16_t* half, std::uint16_t high, float* out, std::size_t n) {
  if (n < kBulk) return compare<float>(half, high, out, n);
  const __m256i flip = _mm256_set1_epi16(std::int16_t(0x8000)), one = _mm256_castps_si256(_mm256_set1_ps(1.0f));
  const __m256i limit = _mm256_xor_si256(_mm256_set1_epi16(std::int16_t(high)), flip);
  __m256i ties = _mm256_setzero_si256();
  for (std::size_t i = 0; i < kBulk; i += 16) {
    const __m256i h = _mm256_xor_si256(_mm256_load_si256(reinterpret_cast<const __m256i*>(half + i)), flip);
    ties = _mm256_or_si256(ties, _mm256_cmpeq_epi16(h, limit));
    const __m256i kept = _mm256_cmpgt_epi16(h, limit);
    const __m256i first = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(kept));
    const __m256i second = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(kept, 1));
    _mm256_storeu_ps(out + i, _mm256_castsi256_ps(_mm256_and_si256(first, one)));
    _mm256_storeu_ps(out + i + 8, _mm256_castsi256_ps(_mm256_and_si256(second, one)));
  }
  return _mm256_testz_si256(ties, ties) == 0;
}
#endif

// The bulk form of `word(e) >= threshold`. The high half decides unless it equals the threshold's own
// high half, which happens once in 65,536 coins; only then is the second block made.
template <class T>
void draw_coins(std::span<T> gate, double rate, const Uniforms& uniforms, const BlockPlace& at) {
  DROPSCOPE_CHECK(rate >= 0 && rate <= 1 && gate.size() <= 0xFFFFFFFFu);
  const std::uint64_t threshold = std::uint64_t(std::ceil(rate * 0x1p32));
  if (threshold == 0 || threshold > 0xFFFFFFFFull) {
    for (T& g : gate) g = threshold == 0 ? T(1) : T(0);
    return;
  }
  const std::uint16_t high = std::uint16_t(threshold >> 16);
  alignas(64) std::uint16_t half[kBulk];
  std::size_t start = 0;
  if constexpr (std::is_same_v<T, float>)
    if (const BulkCoins bulk = wide_coins())
      for (; start + kBulk <= gate.size(); start += kBulk)
        for (std::uint64_t ties = bulk(std::uint32_t(start / 8), at, high, gate.data() + start); ties;
             ties &= ties - 1) {
          const std::size_t tied = start + std::size_t(std::countr_zero(ties));
          gate[tied] = uniforms.word(std::uint32_t(tied)) >= threshold ? 1.0f : 0.0f;
        }
  for (; start < gate.size(); start += kBulk) {
    half_words(std::uint32_t(start / 8), at, half);
    const std::size_t n = std::min(gate.size() - start, kBulk);
    T* out = gate.data() + start;
    const bool ties = compare(half, high, out, n);
    if (!ties) continue;
    for (std::size_t i = 0; i < n; ++i)
      if (half[i] == high) out[i] = T(uniforms.word(std::uint32_t(start + i)) >= threshold ? 1 : 0);
  }
}

}  // namespace

void Uniforms::coins(std::span<float> gate, double rate) const {
  draw_coins(gate, rate, *this, {pass_ * 2 + kHigh, age_, place_, key_});
}
void Uniforms::coins(std::span<double> gate, double rate) const {
  draw_coins(gate, rate, *this, {pass_ * 2 + kHigh, age_, place_, key_});
}

void Uniforms::words(std::span<std::uint32_t> out) const {
  // The top bit of the lane keeps these blocks apart from those of word().
  for (std::size_t i = 0; i < out.size(); i += 4) {
    const PhiloxBlock block = philox({std::uint32_t(i / 4), 0x80000000u | pass_, age_, place_}, key_);
    std::copy_n(block.begin(), std::min<std::size_t>(4, out.size() - i), out.begin() + std::ptrdiff_t(i));
  }
}

void shuffle(std::span<std::uint32_t> order, const Uniforms& uniforms) {
  std::vector<std::uint32_t> draw(order.size());
  uniforms.words(draw);
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = std::uint32_t(i);
  for (std::size_t i = order.size(); i > 1; --i) {
    const std::size_t j = std::size_t((std::uint64_t(draw[i - 1]) * i) >> 32);
    std::swap(order[i - 1], order[j]);
  }
}

}  // namespace dropscope
