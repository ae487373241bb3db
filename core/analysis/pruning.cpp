#include "core/analysis/pruning.h"

#include <numeric>
#include <string>

#include "core/analysis/affine.h"
#include "core/analysis/coadaptation.h"
#include "core/base/check.h"
#include "core/dropout/targeted.h"
#include "core/tensor/panels.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

// The places of the `count` smallest of `sizes`.
std::vector<int> smallest(const std::vector<double>& sizes, int count) {
  std::vector<int> order(sizes.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&sizes](int a, int b) { return sizes[std::size_t(a)] < sizes[std::size_t(b)]; });
  order.resize(std::size_t(count));
  return order;
}

// The blocks that may be pruned: weights of all layers but the last.
std::vector<const ParamBlock*> prunable(const Network<float>& network) {
  const std::size_t end = network.layer(network.layer_count() - 1).offset;
  std::vector<const ParamBlock*> blocks;
  for (const ParamBlock& block : network.blocks())
    if (block.is_weight() && !block.statistic && block.offset < end) blocks.push_back(&block);
  return blocks;
}

// The bias of the units that a block of weights leads into, or null.
const ParamBlock* bias_of(const Network<float>& network, const ParamBlock& weights) {
  const std::string ending = "weight";
  if (!weights.name.ends_with(ending)) return nullptr;
  const std::string name = weights.name.substr(0, weights.name.size() - ending.size()) + "bias";
  for (const ParamBlock& block : network.blocks())
    if (block.name == name && block.outputs == weights.outputs) return &block;
  return nullptr;
}

// What else gives a unit of these weights a value: its bias, and gamma and beta of a norm that reads the layer.
std::vector<const ParamBlock*> values_besides(const Network<float>& network, const ParamBlock& weights) {
  std::vector<const ParamBlock*> values;
  if (const ParamBlock* bias = bias_of(network, weights)) values.push_back(bias);
  int layer = 0;
  while (layer + 1 < network.layer_count() && network.layer(layer + 1).offset <= weights.offset) ++layer;
  for (int l = layer + 1; l < network.layer_count(); ++l) {
    const Layer<float>& norm = network.layer(l);
    if (!is_norm(norm) || network.inputs_of(l) != std::vector<int>{layer}) continue;
    for (const ParamBlock& block : network.blocks())
      if (block.outputs == weights.outputs &&
          (block.name == norm.name() + ".gamma" || block.name == norm.name() + ".beta"))
        values.push_back(&block);
  }
  return values;
}

}  // namespace

std::vector<float> prune(const Network<float>& network, std::span<const float> params, double fraction, PruneBy by) {
  if (!(fraction >= 0 && fraction <= 1))
    throw InputError("the pruned fraction", "a number in 0 .. 1", std::to_string(fraction));
  std::vector<float> pruned(params.begin(), params.end());
  for (const ParamBlock* block : prunable(network)) {
    const auto at = [&](int o, int i) -> float& { return pruned[block->offset + panel_index(o, i, block->inputs)]; };
    if (by == PruneBy::Weights) {
      std::vector<double> sizes(std::size_t(block->inputs), 0.0);
      for (int o = 0; o < block->outputs; ++o) {
        for (int i = 0; i < block->inputs; ++i) sizes[std::size_t(i)] = double(std::abs(at(o, i)));
        for (int i : smallest(sizes, targeted_count(fraction, block->inputs))) at(o, i) = 0;
      }
    } else {
      const std::vector<const ParamBlock*> besides = values_besides(network, *block);
      for (int o : smallest(weight_norms(*block, params), targeted_count(fraction, block->outputs))) {
        for (int i = 0; i < block->inputs; ++i) at(o, i) = 0;
        for (const ParamBlock* values : besides) pruned[values->offset + std::size_t(o)] = 0;
      }
    }
  }
  return pruned;
}

std::vector<PrunedPoint> pruning_curve(const Model<float>& model, const Split& split, bool classify, std::size_t most,
                                       std::span<const double> fractions, PruneBy by, Parallel* parallel) {
  Tape<float> tape = model.network.make_tape();
  std::vector<PrunedPoint> curve;
  for (double fraction : fractions) {
    const std::vector<float> params = prune(model.network, model.params, fraction, by);
    PrunedPoint point;
    point.fraction = fraction;
    std::int64_t zeros = 0, all = 0;
    for (const ParamBlock* block : prunable(model.network))
      for (float w : weights_of(*block, params)) {
        zeros += w == 0 ? 1 : 0;
        ++all;
      }
    point.zero_share = all > 0 ? double(zeros) / double(all) : 0;
    const Evaluation e = evaluate_split(model.network, params, model.plans, split, classify, most, tape, parallel);
    point.loss = e.loss;
    point.error = 1 - e.accuracy;
    curve.push_back(point);
  }
  return curve;
}

}  // namespace dropscope
