// 64-bit FNV-1a, the hash behind state_hash and site numbers. Never used for anything that needs
// resistance to an adversary.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace dropscope {

class Fnv1a {
 public:
  constexpr void byte(std::uint8_t b) { h_ = (h_ ^ b) * 1099511628211ull; }
  constexpr void text(std::string_view s) {
    for (char c : s) byte(std::uint8_t(c));
    byte(0);
  }
  // One round per 64-bit word instead of eight: a hash of millions of weights stays under a millisecond.
  constexpr void word(std::uint64_t w) {
    h_ = (h_ ^ w) * 1099511628211ull;
    h_ ^= h_ >> 29;
  }
  // Every bit of every value counts, so -0 and 0 differ, as do two NaNs of different payload.
  template <class T>
  void values(std::span<const T> v) {
    static_assert(sizeof(T) == 4 || sizeof(T) == 8);
    word(v.size());
    for (const T& x : v) {
      std::uint64_t w = 0;
      std::memcpy(&w, &x, sizeof x);
      word(w);
    }
  }
  constexpr std::uint64_t digest() const { return h_; }

 private:
  std::uint64_t h_ = 14695981039346656037ull;
};

// 16 hexadecimal digits.
inline std::string hash_text(std::uint64_t hash) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace dropscope
