// Sequences of tokens: what the generated sequence sets share.
#pragma once
#include <span>

#include "core/data/dataset.h"
#include "core/random/uniforms.h"

namespace dropscope {

// Lengths and alphabets a generator takes (as core/spec/fields.cpp has them).
inline constexpr int kFewestSteps = 2, kMostSteps = 200;
inline constexpr int kFewestSymbols = 2, kMostSymbols = 26;

// The draws of one attempt at an example: element e of the attempt.
class AttemptDraws {
 public:
  AttemptDraws(const Uniforms& draws, std::uint32_t first) : draws_(draws), first_(first) {}
  std::uint32_t below(std::uint32_t element, std::uint32_t n) const { return draws_.below(first_ + element, n); }

 private:
  const Uniforms& draws_;
  std::uint32_t first_;
};

// Writes one example: a token for each step and the labels, one or one for each step (-1: not scored). May use
// elements 0 .. steps. Must not look at how many examples there are.
using TokenRule = void (*)(std::size_t example, const DataSpec& spec, const AttemptDraws& draws, std::span<int> tokens,
                           std::span<std::int32_t> labels);

// Both splits. A sequence belongs to one split by a coin of its own, a function of its tokens, and is drawn again
// until it comes out for the split that asks: what is held out was never seen. Where an alphabet and a length
// allow so few sequences that 64 attempts find none, the last one is taken.
Dataset make_tokens(const DatasetSource& source, const SequenceShape& shape, int outputs, TokenRule rule,
                    const DataSpec& spec, std::uint64_t seed);

}  // namespace dropscope
