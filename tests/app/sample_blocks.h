// Made-up layers of a residual network, to be put into a snapshot one after the other.
#pragma once
#include <string>

#include "core/session/snapshot.h"

namespace dropscope {

void add_sample_layer(Snapshot& snapshot, const std::string& name, int units, bool is_block = false);
// Stochastic depth on the last layer: one coin for its branch.
SiteView& add_sample_branch(Snapshot& snapshot, double rate, bool open);

}  // namespace dropscope
