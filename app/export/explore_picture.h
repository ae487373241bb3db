// The whole Explore view as one still picture for a slide: what is set, the network, what it has learned.
// The same parts as on the screen, without anything to click.
#pragma once
#include <vector>

#include "app/scene/plot.h"
#include "core/session/snapshot.h"

namespace dropscope {

// For any size from 480 x 360 on; every number comes from the snapshot.
DisplayList build_explore_picture(const Snapshot& snapshot, ThemeId theme, int width, int height,
                                  const TextMeasure& measure);

// The three curves of the losses, or the two of the accuracies, as the picture and the window plot them.
std::vector<Series> loss_series(const History& history, const Palette& palette);
std::vector<Series> accuracy_series(const History& history, const Palette& palette);

}  // namespace dropscope
