// What Step mode has selected when it begins: something that can be dropped.
#pragma once
#include "app/state/app_state.h"

namespace dropscope {

// The first unit of the first column whose units have a mask, hidden ones before the input; else the first gate within
// a column; else a unit of the first column that computes.
Selection first_choice(const Snapshot& snapshot);

// Other columns or other data: what was selected means nothing any more.
bool is_other_network(const Snapshot& before, const Snapshot& now);

}  // namespace dropscope
