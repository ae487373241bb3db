// Step mode: which beat of an update the picture shows, and what each column and the weights into it do in it. Read by
// the parts of the network picture and by forms of columns; every number comes from the snapshot or its trace.
#pragma once
#include "app/scene/network_scene.h"

namespace dropscope {

struct StepBeat {
  bool on = false;  // false: not stepping, or nothing of one training pass to tell apart; all is shown as it is
  Phase phase = Phase::Update;
  int column = -1;  // at work in Forward and Backward; else -1
  int sub = -1;     // SceneStyle::sub_beat of a forward beat; else -1
  float progress = 1;
};
StepBeat step_beat(const Snapshot& snapshot, const SceneStyle& style);

// What a column's units are filled with.
enum class Shown : std::uint8_t { Value, PreActivation, Activation, Masked, Gradient };
Shown shown_at(const Snapshot& snapshot, const StepBeat& beat, std::size_t layer);
// One for each unit; empty where the update has not come that far. Gradient: by the unit's output before its noise, so
// exactly 0 where it was dropped.
std::vector<float> shown_values(const Snapshot& snapshot, std::size_t layer, Shown what);
// The largest finite |value|, 1 where all are 0.
float limit_of(const std::vector<float>& values);

// Masks fall one unit after the other, all within the beat's time. True where the unit's has.
bool mask_has_fallen(const StepBeat& beat, int unit, int units);
// The unit's value is shown as it was before its mask, so that it is not crossed out yet.
bool before_mask(const StepBeat& beat, std::size_t layer);

// What the lines into a column stand for, and how strongly they are drawn: 1 where the beat is about them.
struct EdgeShow {
  enum class What : std::uint8_t { Weight, Gradient, Change };
  What what = What::Weight;
  float strength = 1;
  bool at_work = false;  // values travel along them in this beat: forwards, or backwards for Gradient
};
EdgeShow edge_show(const Snapshot& snapshot, const StepBeat& beat, std::size_t layer);
// Of a column, [unit][input]; null where they are not known. Change: by the update.
std::shared_ptr<const std::vector<float>> edge_values(const Snapshot& snapshot, std::size_t layer, EdgeShow::What what);
// The largest finite |value| of the lines that stand for it; 0 where there are none.
float edge_limit(const Snapshot& snapshot, const StepBeat& beat, EdgeShow::What what);
// Weights of the network that got a gradient of exactly 0, and all that there are.
struct StillCount {
  std::int64_t still = 0, total = 0;
};
StillCount still_weights(const Snapshot& snapshot);

// The trace of a column; null where there is none.
const TraceView::Layer* trace_of(const Snapshot& snapshot, std::size_t layer);

}  // namespace dropscope
