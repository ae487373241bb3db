// The curves of a run as plots draw them, the same on the screen and in exported pictures.
#pragma once
#include <vector>

#include "app/scene/plot.h"
#include "core/session/snapshot.h"

namespace dropscope {

// Against epochs: train with masks on, train, validation.
std::vector<Series> loss_series(const History& history, const Palette& palette);
// Train, validation.
std::vector<Series> accuracy_series(const History& history, const Palette& palette);

}  // namespace dropscope
