// Random numbers as a function of place: (seed, stream, site, age, pass, element). Nothing here has
// state; there is no global generator and there must never be one.
#pragma once
#include <cstdint>
#include <span>

#include "core/random/philox.h"

namespace dropscope {

// What randomness is for. Streams never share draws, so adding a dropout site cannot change the
// initial weights or the order of the data.
enum class Stream : std::uint32_t { Init, Data, Split, Shuffle, Dropout, Probe, Augment, Test };

// Names one set of draws. Which `age` goes in decides how long a mask lives: the tick for an ordinary
// pass, the epoch, or 0 for a mask that never changes. `pass` tells apart the passes of one tick
// (Monte Carlo samples).
struct DrawKey {
  std::uint64_t run_seed = 0;
  std::uint32_t site = 0;
  std::uint32_t age = 0;
  std::uint32_t pass = 0;
};

// All functions are pure. Element numbers run to 2^32 - 1.
class Uniforms {
 public:
  explicit Uniforms(DrawKey key, Stream stream);

  // The 32 random bits of an element, as independent bits. Its high half and its low half come from
  // two different blocks, so that bulk coins can decide on the high half alone almost always.
  std::uint32_t word(std::uint32_t element) const;
  // Uniform in (0, 1), never 0 or 1, so log(u) and log(1 - u) are finite.
  double at(std::uint32_t element) const { return (double(word(element)) + 0.5) * 0x1p-32; }
  // Uniform in [lo, hi).
  double between(std::uint32_t element, double lo, double hi) const { return lo + (hi - lo) * at(element); }
  // Uniform in 0 .. n-1; n >= 1. Bias below n / 2^32.
  std::uint32_t below(std::uint32_t element, std::uint32_t n) const {
    return std::uint32_t((std::uint64_t(word(element)) * n) >> 32);
  }
  // Standard normal by the inverse distribution function, so it rises with the element's uniform.
  double normal(std::uint32_t element) const;

  // Fills with 32-bit words in bulk; a sequence of its own, not that of word().
  void words(std::span<std::uint32_t> out) const;

  // gate[i] = 1 where word(i) >= rate * 2^32, else 0: each element is dropped with probability `rate`
  // exactly to 32 bits, and a larger rate only ever drops more. rate in [0, 1].
  void coins(std::span<float> gate, double rate) const;
  void coins(std::span<double> gate, double rate) const;

 private:
  PhiloxKey key_;
  std::uint32_t place_, age_, pass_;
};

// Writes a permutation of 0 .. order.size()-1 that depends on the key alone (Fisher-Yates).
void shuffle(std::span<std::uint32_t> order, const Uniforms& uniforms);

}  // namespace dropscope
