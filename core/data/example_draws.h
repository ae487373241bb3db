// Where the randomness of examples comes from: each example of each part has draws of its own, so example
// i is the same however many are asked for, and the count of training examples cannot change validation.
#pragma once
#include <cstdint>

#include "core/random/uniforms.h"

namespace dropscope {

// Part of the draw's place; LabelNoise keeps a flip of labels from moving any input.
enum class Part : std::uint32_t { Train = 0, Validation = 1, LabelNoise = 2 };

// The draws of one example (Stream::Data). Elements are free for the generator to number as it likes.
inline Uniforms example_draws(std::uint64_t seed, Part part, std::size_t example) {
  return Uniforms({.run_seed = seed, .site = std::uint32_t(part), .age = std::uint32_t(example)}, Stream::Data);
}

}  // namespace dropscope
