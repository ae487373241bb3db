// From what a spec asks of each site to what is drawn there.
#pragma once
#include <vector>

#include "core/nn/network.h"
#include "core/spec/run_spec.h"

namespace dropscope {

// One plan per site of the network, with the rates of a tick; a site without noise has the variant "none". Throws
// InputError, naming the field, where a variant does not fit its site.
std::vector<NoisePlan> plans_of(const RunSpec& spec, const Network<float>& network, std::int64_t tick);

}  // namespace dropscope
