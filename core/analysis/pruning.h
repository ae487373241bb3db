// What is left of a trained network when its smallest weights or units are taken away, without training it again.
// Source: Gomez et al., "Learning Sparse Networks Using Targeted Dropout", arXiv:1905.13678.
#pragma once
#include <cstdint>
#include <vector>

#include "core/analysis/model.h"

namespace dropscope {

// Weights: of every unit the floor(f fan_in) incoming weights of smallest size. Units: of every layer the
// floor(f units) units of smallest incoming norm, with their bias and, where a norm reads them, its gamma and beta,
// which would leave a constant. What stays of a unit is its activation of 0. The output layer is never pruned.
enum class PruneBy : std::uint8_t { Weights, Units };

// Sets the pruned weights of a copy to 0. f in [0, 1]. Of equal sizes the earlier one goes first.
std::vector<float> prune(const Network<float>& network, std::span<const float> params, double fraction, PruneBy by);

struct PrunedPoint {
  double fraction = 0;    // asked for
  double zero_share = 0;  // of the weights in all layers but the last that are 0 afterwards
  double loss = 0;
  double error = 0;  // share of examples that are wrong; NaN for regression
};
// The split is asked without masks, its first `most` examples (0 = all).
std::vector<PrunedPoint> pruning_curve(const Model<float>& model, const Split& split, bool classify, std::size_t most,
                                       std::span<const double> fractions, PruneBy by, Parallel* parallel = nullptr);

}  // namespace dropscope
