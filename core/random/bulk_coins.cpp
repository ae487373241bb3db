#include "core/random/bulk_coins.h"

// Clang does not heed the pragma.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq")
// GCC 12 takes the undefined values that its own header starts from for an oversight.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>

namespace dropscope {
namespace {

// Eight blocks, one 32-bit word in each 64-bit lane; what gathers in the upper halves of the lanes is never read by
// the 32-bit multiply.
std::uint64_t coins_64(std::uint32_t first_block, const BlockPlace& at, std::uint16_t high, float* out) {
  const __m512i m0 = _mm512_set1_epi64(0xD2511F53), m1 = _mm512_set1_epi64(0xCD9E8D57);
  __m512i c0 =
      _mm512_add_epi64(_mm512_set1_epi64(std::int64_t(first_block)), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
  __m512i c1 = _mm512_set1_epi64(at.lane), c2 = _mm512_set1_epi64(at.age), c3 = _mm512_set1_epi64(at.place);
  PhiloxKey key = at.key;
  for (int round = 0; round < 10; ++round) {
    const __m512i p0 = _mm512_mul_epu32(c0, m0), p1 = _mm512_mul_epu32(c2, m1);
    constexpr int kXorOfThree = 0x96;
    c0 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p1, 32), c1, _mm512_set1_epi64(key[0]), kXorOfThree);
    c1 = p1;
    c2 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p0, 32), c3, _mm512_set1_epi64(key[1]), kXorOfThree);
    c3 = p0;
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  // Words 0 and 1, and words 2 and 3, of a block side by side: 16-bit element e of the block is at its place, in blocks
  // of four and four.
  const __m512i lo = _mm512_mask_blend_epi32(0xAAAA, c0, _mm512_slli_epi64(c1, 32));
  const __m512i hi = _mm512_mask_blend_epi32(0xAAAA, c2, _mm512_slli_epi64(c3, 32));
  const __m512i halves[2] = {_mm512_permutex2var_epi64(lo, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), hi),
                             _mm512_permutex2var_epi64(lo, _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15), hi)};
  const __m512i limit = _mm512_set1_epi16(std::int16_t(high));
  const __m512 one = _mm512_set1_ps(1);
  std::uint64_t ties = 0;
  for (int h = 0; h < 2; ++h) {
    const __mmask32 kept = _mm512_cmpgt_epu16_mask(halves[h], limit);
    ties |= std::uint64_t(_mm512_cmpeq_epi16_mask(halves[h], limit)) << (32 * h);
    _mm512_storeu_ps(out + 32 * h, _mm512_maskz_mov_ps(__mmask16(kept), one));
    _mm512_storeu_ps(out + 32 * h + 16, _mm512_maskz_mov_ps(__mmask16(kept >> 16), one));
  }
  return ties;
}

}  // namespace

BulkCoins wide_coins() {
  static const bool supported = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  return supported ? coins_64 : nullptr;
}

}  // namespace dropscope
#else
namespace dropscope {
BulkCoins wide_coins() { return nullptr; }
}  // namespace dropscope
#endif
