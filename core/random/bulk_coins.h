// Coins 64 at a time, where the processor running this has AVX-512: the same bits as elsewhere, sooner. Used by
// uniforms.cpp alone.
#pragma once
#include <cstdint>

#include "core/random/philox.h"

namespace dropscope {

// Where blocks are drawn: all of a counter but its first word.
struct BlockPlace {
  std::uint32_t lane, age, place;
  PhiloxKey key;
};

// Writes 1 where the high half of the word of element 8 * first_block + e is above `high`, else 0, for e in 0 .. 63.
// Bit e of the result: the half equals `high`, and the low half has to decide.
using BulkCoins = std::uint64_t (*)(std::uint32_t first_block, const BlockPlace& at, std::uint16_t high, float* out);

// Null where the processor has no AVX-512.
BulkCoins wide_coins();

}  // namespace dropscope
