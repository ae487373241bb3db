// Step mode before a step has begun: a run that waits may have computed what the coming step will use, but on screen
// nothing of it has happened yet.
#pragma once
#include "core/session/snapshot.h"

namespace dropscope {

// A preview without the values of the step to come; its masks stay only where a person has set some of them. Any other
// snapshot is given back as it is.
Snapshot before_step(const Snapshot& snapshot);

}  // namespace dropscope
