// One of a run's sub-networks at work on one input, in the form that pictures of a network have.
#pragma once
#include <cstdint>
#include <span>

#include "core/session/frozen_run.h"
#include "core/session/snapshot.h"

namespace dropscope {

// `s`, a snapshot of the same run, with the pass of sub-network `bits` (as SubnetworkReport numbers them) of the frozen
// run over `x` in the place of its own: gates, rates, values and weights are those of that pass, copied from the
// buffers that it used. What is known of the training pass alone (inner buffers, earlier masks) is left out. Throws
// InputError as run_subnetwork; DROPSCOPE_CHECK that both are of one network.
Snapshot subnetwork_snapshot(const Snapshot& s, const FrozenRun& run, std::span<const float> x, std::uint32_t bits);

}  // namespace dropscope
