// How units depend on each other, and what dropout does to that: correlations, knock-outs, sparsity, norms.
// Pure functions of weights and examples. Source of sparsity and features: Srivastava et al., JMLR 2014, section 7.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/analysis/model.h"
#include "core/analysis/watch.h"

namespace dropscope {

// What the units of one layer gave without masks, after the activation.
struct Activations {
  int examples = 0, units = 0;
  std::vector<float> values;  // [example, unit]; places of a map and steps of a sequence count as units
};
// Of the first `most` examples of a split (0 = all). `layer` is its index in the network.
Activations activations_of(const Model<float>& model, int layer, const Split& split, std::size_t most);

// Pearson correlation of every pair of units over the examples, [units, units]; 0 where one of them is constant.
std::vector<double> correlation_matrix(const Activations& activations);
// Mean |correlation| over pairs of different units that both vary; 0 where there is no such pair.
double mean_correlation(const Activations& activations);
double mean_correlation(std::span<const double> matrix);  // as correlation_matrix gives it
// An order of units 0 .. n-1 in which correlated ones are neighbours: a chain that begins with the two that correlate
// most and grows at the end where the next one correlates more. Units without correlations come last; of equals, the
// earlier unit comes first.
std::vector<int> order_by_correlation(std::span<const double> matrix);

// The loss of a split without masks, and how much it rises when one unit (a channel, a unit at all steps) is kept
// at 0: tall bars where the network leans on single units.
struct KnockOut {
  double loss = 0;            // nats, or squared target units
  std::vector<double> rises;  // one per unit of the site; below 0 where the unit does harm
};
// `site` is a layer's output (is_output_of_layer, core/analysis/hidden_units.h). Classification by cross entropy, else
// mean squared error. `units`: whose rises are asked for; empty = all. `watch` may be empty; where it gives up that
// ends it, and the result is of no use.
KnockOut knock_out(const Model<float>& model, int site, const Split& split, bool classify, std::size_t most,
                   std::span<const int> units = {}, const Watch& watch = {}, Parallel* parallel = nullptr);

struct Sparsity {
  double mean_activation = 0;  // over examples and units
  double zero_share = 0;       // of exact zeros
  // Counts over `bins` equal intervals of [lo, hi], the last one closed.
  double lo = 0, hi = 0;
  std::vector<std::int64_t> histogram;
};
Sparsity sparsity_of(const Activations& activations, int bins);

// A block of weights as [output, input].
std::vector<float> weights_of(const ParamBlock& block, std::span<const float> params);
// L2 norms of the incoming weights of every unit of a block.
std::vector<double> weight_norms(const ParamBlock& block, std::span<const float> params);
// What the units of the first layer look for: row u has the weights of unit u from every input.
struct Features {
  int units = 0, inputs = 0;
  std::vector<float> weights;
};
Features first_layer_features(const Network<float>& network, std::span<const float> params);

// Residual branches that take part in a pass. Source: Huang et al., arXiv:1603.09382.
struct Depth {
  int branches = 0;
  double expected = 0;  // sum over branches of 1 - rate
  double realised = 0;  // in the tape's last pass, mean over its examples
};
Depth effective_depth(const Model<float>& model, const Tape<float>& tape);

// The share of weights (no biases, no fill of panels) whose gradient of one step is not exactly 0.
double touched_share(const Network<float>& network, std::span<const float> gradients);
// The gradient of one training step with masks on a batch of examples, without taking the step. Masks are those of
// this seed and tick.
AlignedVector<float> step_gradient(const Model<float>& model, const Split& split,
                                   std::span<const std::uint32_t> examples, bool classify, std::uint64_t seed,
                                   std::int64_t tick);

}  // namespace dropscope
