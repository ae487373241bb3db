// From what a spec asks of each site to what is drawn there.
#pragma once
#include <cstddef>
#include <vector>

#include "core/nn/network.h"
#include "core/spec/run_spec.h"

namespace dropscope {

// Gates that the masks of one site of weights may have over a batch: 512 MB of them.
inline constexpr std::size_t kMostGates = std::size_t{1} << 27;

// One plan per site of the network, with the rates of a tick; a site without noise has the variant "none". Throws
// InputError, naming the field, where a variant does not fit its site, or where masks for `rows` examples (both passes
// of R-Drop counted) would eat the machine's memory.
std::vector<NoisePlan> plans_of(const RunSpec& spec, const Network<float>& network, std::int64_t tick, int rows);

}  // namespace dropscope
