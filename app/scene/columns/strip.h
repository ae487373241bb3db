// Columns of what happens step by step, and the rows that their steps stand in.
#pragma once
#include "app/scene/network_scene.h"

namespace dropscope {

// In networks with attention steps run down, so that strips line up from the letters to the answers.
bool steps_run_down(const Snapshot& snapshot);

// Where the steps of every column stand that run down: step t takes top + t * pitch to top + (t + 1) * pitch.
struct StepRows {
  float top = 0, pitch = 1;
};
StepRows step_rows(const Snapshot& snapshot, Rect room, const Palette& palette, float u);

}  // namespace dropscope
