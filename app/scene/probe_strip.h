// The same input pushed again and again: in training its output flickers with the masks, in evaluation it
// stands still. That difference is what eval() means.
#pragma once
#include "app/scene/card.h"
#include "core/session/snapshot.h"

namespace dropscope {

// The last outputs as dots along their value, the newest one large, with mean and standard deviation.
DisplayList build_probe_strip(const Snapshot& snapshot, Rect area, const CardStyle& style, const TextMeasure& measure);

}  // namespace dropscope
