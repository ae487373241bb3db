#include "core/train/unit_study.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

void forward_to(const Network<float>& network, std::span<const float> params, int layer, Tape<float>& tape) {
  for (int l = 0; l <= layer; ++l) network.forward_layer(params, tape, l, nullptr);
}

void load(const Network<float>& network, std::span<const float> x, int copies, Tape<float>& tape) {
  Tensor<float>& input = network.begin(tape, copies);
  for (int k = 0; k < copies; ++k) std::copy(x.begin(), x.end(), input.data() + std::ptrdiff_t(k) * network.inputs());
}

}  // namespace

double UnitStudy::standard_error() const {
  return running_mean.empty() ? 0 : deviation / std::sqrt(double(running_mean.size()));
}

double pass_cost(const Network<float>& network, std::span<const NoisePlan> plans, int last) {
  constexpr double kDraw = 2, kWeightDraw = 8;  // a mask of weights is drawn, applied and read alone
  double cost = 0;
  for (int l = 0; l <= last; ++l) {
    const Layer<float>& layer = network.layer(l);
    const Shape out = layer.output_shape(1);
    cost += double(out.count());
    if (layer.part() == PartKind::Embedding) continue;  // looks words up
    // A matrix serves every pixel or step.
    const double times = double(out.count()) / out.extent(out.rank() == 4 ? Axis::Channel : Axis::Unit);
    for (const ParamBlock& block : layer.blocks())
      if (block.is_weight()) cost += times * block.outputs * block.inputs;
  }
  for (std::size_t s = 0; s < plans.size(); ++s) {
    const SiteInfo& site = network.sites()[s];
    if (site.layer > last) continue;
    const bool of_weights = site.kind == SiteKind::Weight || site.kind == SiteKind::RecurrentWeight;
    const double elements = double(network.site_shape(int(s), 1).count());
    if (site.kind == SiteKind::AttentionWeights) cost += elements * network.layer(site.layer).output_shape(1)[2].extent;
    if (has_effect(plans[s])) cost += elements * (of_weights ? kWeightDraw : kDraw);
  }
  return cost;
}

UnitStudy study_unit(const Network<float>& network, std::span<const float> params, std::span<const NoisePlan> plans,
                     std::span<const std::uint32_t> places, std::uint64_t seed, std::span<const float> x, int layer,
                     int unit, int passes, Tape<float>& tape) {
  DROPSCOPE_CHECK(passes >= 1 && layer >= 0 && layer < network.layer_count());
  const std::size_t units = std::size_t(network.layer(layer).units());
  DROPSCOPE_CHECK(unit >= 0 && std::size_t(unit) < units && x.size() == std::size_t(network.inputs()));
  UnitStudy study;
  load(network, x, 1, tape);
  set_inference_noise(network, params, plans, tape);
  forward_to(network, params, layer, tape);
  study.eval = double(tape.layers[std::size_t(layer)].out()[std::size_t(unit)]);
  // Few at a time where masks are many.
  constexpr int kAtOnce = 32;
  std::vector<double> seen;
  for (int first = 0; first < passes; first += kAtOnce) {
    const int count = std::min(kAtOnce, passes - first);
    load(network, x, count, tape);
    tape.training = false;
    std::vector<Uniforms> draws;
    for (std::size_t s = 0; s < plans.size(); ++s) {
      // A gate at the end of a branch may close it before the layer is reached.
      const SiteInfo& site = network.sites()[s];
      if (site.layer > layer && site.kind != SiteKind::ResidualBranch) continue;
      draws.clear();
      for (int k = 0; k < count; ++k)
        draws.emplace_back(DrawKey{seed, places[s], std::uint32_t(first + k)}, Stream::Probe);
      network.draw_noise_at(params, plans[s], int(s), draws, tape);
    }
    forward_to(network, params, layer, tape);
    const Tensor<float>& out = tape.layers[std::size_t(layer)].out();
    for (int k = 0; k < count; ++k) seen.push_back(double(out[std::size_t(k) * units + std::size_t(unit)]));
  }
  double sum = 0, square = 0;
  for (std::size_t k = 0; k < seen.size(); ++k) {
    sum += seen[k];
    study.running_mean.push_back(float(sum / double(k + 1)));
  }
  const double mean = sum / double(seen.size());
  for (double v : seen) square += (v - mean) * (v - mean);
  if (seen.size() > 1) study.deviation = std::sqrt(square / double(seen.size() - 1));
  return study;
}

}  // namespace dropscope
