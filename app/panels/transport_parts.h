// What the bars at the bottom have in common in all modes: the speed, and how far the run has come.
#pragma once
#include "app/panels/panel.h"

namespace dropscope {

void draw_speed(const FrameInput& in, Rect area, IntentSink& sink);
// At the right end of the area: `step`, the epoch, and the state's hash as a tooltip. Returns where they begin.
float draw_counters(const FrameInput& in, Rect area, std::int64_t step);

}  // namespace dropscope
