// A hash of what is in memory, to find out whether it is what it was.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/base/hash.h"

namespace dropscope {

// Eight bytes at a time, then what is left; how many are said first.
inline void hash_bytes(Fnv1a& hash, const void* data, std::size_t count) {
  hash.word(count);
  const auto* at = static_cast<const unsigned char*>(data);
  for (; count >= 8; at += 8, count -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    hash.word(word);
  }
  for (; count > 0; --count) hash.byte(*at++);
}

}  // namespace dropscope
