// The outputs for the example shown, as Step mode's card and the output column both show them.
#pragma once
#include <vector>

#include "app/scene/network_scene.h"

namespace dropscope {

struct Outcome {
  std::vector<float> values;   // one for each class, or of a regression; empty while the pass shown has not come there
  bool probabilities = false;  // of classes; else values as the network gives them
};
// Of the update, or in the eval view of the pass without masks.
Outcome outcome_of(const Snapshot& snapshot);

// Those of the classes, where each output unit is one; else empty.
std::vector<float> class_probabilities(const Snapshot& snapshot);

// What bars and units of a class are filled with: its own colour where there are few, one for all where there are many.
Color class_color(const Snapshot& snapshot, int unit, const Palette& palette);
inline constexpr std::size_t kMostClassColors = 4;

}  // namespace dropscope
