// What a timeline says to people: names of pins, branches and bookmarks. Counts for people start at 1.
#pragma once
#include <string>

#include "core/session/command.h"
#include "core/train/trainer.h"

namespace dropscope {

// "hidden1, unit 3 dropped", "conv1, map 2 kept", "new masks", "dropout.hidden1.rate = 0.3". A gate that elements share
// is named by what they have in common. The site must exist.
std::string pin_text(const Command& command, const Trainer& trainer);
// "Main"; "Branch 2 at step 42", which is the first update of its own, counted from 1.
std::string branch_name(int branch, std::int64_t fork_tick);
// "Step 42", "Step 42, beat 3".
std::string bookmark_name(std::int64_t tick, int beat);

}  // namespace dropscope
