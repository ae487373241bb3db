// The whole Explore view as one still picture for a slide: what is set, the network, what it has learned.
// The same parts as on the screen, without anything to click.
#pragma once
#include "app/scene/display_list.h"
#include "app/scene/rate_naming.h"
#include "core/session/snapshot.h"

namespace dropscope {

// For any size from 480 x 360 on; every number comes from the snapshot.
DisplayList build_explore_picture(const Snapshot& snapshot, ThemeId theme, int width, int height,
                                  const TextMeasure& measure, RateNaming naming = RateNaming::Drop);

}  // namespace dropscope
