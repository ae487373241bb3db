// The story in one number: how far the validation loss lies above the loss on the training data.
#pragma once
#include "app/scene/card.h"
#include "core/session/snapshot.h"

namespace dropscope {

// Both losses on one scale from 0, masks off, with the distance between them as a bar.
DisplayList build_gap_bar(const History& history, Rect area, const CardStyle& style, const TextMeasure& measure);

}  // namespace dropscope
