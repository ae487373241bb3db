// What happens in the phase shown, in one sentence filled from the snapshot: every number in it is one of the
// snapshot's own, so that it can contradict no mask beside it.
#pragma once
#include <string>
#include <vector>

#include "app/scene/rate_naming.h"
#include "app/scene/walk.h"

namespace dropscope {

// Wordings of the same sentence, longest first, for lines of different widths. Never empty.
// `sub_beat`: the part of a forward beat that is shown, -1 = the whole.
std::vector<std::string> narration(const Snapshot& snapshot, const Walk& walk, int sub_beat,
                                   RateNaming naming = RateNaming::Drop);

}  // namespace dropscope
