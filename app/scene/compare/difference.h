// A run minus the reference: weights as a network, the decision surface or the fit as a map. Only where shapes agree.
#pragma once
#include "app/scene/compare/run_view.h"
#include "app/scene/network_scene.h"

namespace dropscope {

// Weights and biases of `run` minus those of `reference`, without masks and activations. Null with a sentence why not.
struct WeightDifference {
  std::shared_ptr<const Snapshot> snapshot;
  float limit = 0;      // largest |difference| of a weight drawn
  std::string why_not;  // empty, or why there is none: "B has other layers than A"
};
WeightDifference weight_difference(const Snapshot& run, const Snapshot& reference, const std::string& run_letter,
                                   const std::string& reference_letter);
// What is drawn with it, in one row: "B − A   −0.42 … +0.42".
DisplayList build_weight_difference_legend(const WeightDifference& difference, const std::string& title, Rect row,
                                           const CardStyle& style, const TextMeasure& measure);

// P(class 1) of the run minus that of the reference, in [-1, 1]; of a fit, the difference of predictions. Images and
// more than two classes: where the two answer otherwise. Says so where it cannot be.
DisplayList build_surface_difference(const Snapshot& run, const Snapshot& reference, const std::string& title,
                                     Rect area, const CardStyle& style, const TextMeasure& measure);
// The differences themselves, row by row; empty where surfaces do not agree in form.
std::vector<float> surface_difference(const Snapshot& run, const Snapshot& reference);

}  // namespace dropscope
