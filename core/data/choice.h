// Which examples of a file a run uses, as a function of (seed, part).
#pragma once
#include <cstdint>
#include <vector>

#include "core/data/example_draws.h"

namespace dropscope {

// Row numbers of the examples taken from `total`: all in the file's order where wanted is 0 or `total`,
// else the first `wanted` of a permutation drawn for (seed, part), so more asked for means the same ones
// and others. Throws InputError naming `option` where there are too few.
std::vector<std::uint32_t> choose_examples(std::size_t total, int wanted, std::uint64_t seed, Part part,
                                           const char* option);

}  // namespace dropscope
