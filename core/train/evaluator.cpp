#include "core/train/evaluator.h"

#include <algorithm>
#include <limits>

namespace dropscope {
namespace {

constexpr std::size_t kChunk = 256;

Tensor<float>& load(const Network<float>& network, std::span<const NoisePlan> plans, std::span<const float> x,
                    std::size_t first, std::size_t count, Tape<float>& tape) {
  Tensor<float>& input = network.begin(tape, int(count));
  std::copy_n(x.data() + first * std::size_t(network.inputs()), count * std::size_t(network.inputs()), input.data());
  set_inference_noise(network, plans, int(count), tape);
  return input;
}

// Squared error; where the targets are classes, against their one-hot code.
LossResult squared_error(const Tensor<float>& out, const Split& split, std::size_t first, std::size_t count) {
  const std::size_t outputs = std::size_t(out.shape[1].extent);
  if (!split.target.empty())
    return mean_squared_error<float>(out, std::span(split.target).subspan(first * outputs, count * outputs), nullptr);
  std::vector<float> code(count * outputs, 0.0f);
  int correct = 0;
  for (std::size_t b = 0; b < count; ++b) {
    const std::size_t label = std::size_t(split.label[first + b]);
    code[b * outputs + label] = 1;
    const float* row = out.data() + b * outputs;
    correct += std::size_t(std::max_element(row, row + outputs) - row) == label ? 1 : 0;
  }
  LossResult r = mean_squared_error<float>(out, code, nullptr);
  r.correct = correct;
  return r;
}

}  // namespace

void set_inference_noise(const Network<float>& network, std::span<const NoisePlan> plans, int batch,
                         Tape<float>& tape) {
  for (std::size_t s = 0; s < plans.size(); ++s)
    expected_noise<float>(plans[s], network.site_shape(int(s), batch),
                          tape.layers[std::size_t(network.sites()[s].layer)].noise);
}

Evaluation evaluate_split(const Network<float>& network, std::span<const float> params,
                          std::span<const NoisePlan> plans, const Split& split, bool classify, std::size_t most,
                          Tape<float>& tape, Parallel* parallel) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::size_t n = most == 0 ? split.count : std::min(most, split.count);
  if (n == 0) return {nan, nan};
  double total = 0;
  std::int64_t correct = 0;
  for (std::size_t first = 0; first < n; first += kChunk) {
    const std::size_t count = std::min(kChunk, n - first);
    load(network, plans, split.x, first, count, tape);
    network.forward(params, tape, parallel);
    const LossResult r =
        classify ? softmax_cross_entropy<float>(tape.logits(), std::span(split.label).subspan(first, count), nullptr)
                 : squared_error(tape.logits(), split, first, count);
    total += r.total;
    correct += r.correct;
  }
  return {total / double(n), split.label.empty() ? nan : double(correct) / double(n)};
}

std::vector<float> predict(const Network<float>& network, std::span<const float> params,
                           std::span<const NoisePlan> plans, std::span<const float> x, std::size_t count,
                           bool classify, Tape<float>& tape) {
  std::vector<float> result;
  result.reserve(count * std::size_t(network.outputs()));
  for (std::size_t first = 0; first < count; first += kChunk) {
    load(network, plans, x, first, std::min(kChunk, count - first), tape);
    network.forward(params, tape, nullptr);
    Tensor<float> out = tape.logits();
    if (classify) softmax_rows(out);
    result.insert(result.end(), out.v.begin(), out.v.end());
  }
  return result;
}

std::vector<float> repeat_with_masks(const Network<float>& network, std::span<const float> params,
                                     std::span<const NoisePlan> plans, std::span<const std::uint32_t> places,
                                     std::uint64_t seed, std::span<const float> x, std::int64_t first_pass, int count,
                                     bool classify, Tape<float>& tape) {
  Tensor<float>& input = network.begin(tape, count);
  for (int k = 0; k < count; ++k) std::copy(x.begin(), x.end(), input.data() + std::ptrdiff_t(k) * network.inputs());
  for (std::size_t s = 0; s < plans.size(); ++s) {
    // Each pass draws for itself; the draws are stacked so that one product serves all passes.
    Noise<float>& stacked = tape.layers[std::size_t(network.sites()[s].layer)].noise;
    Noise<float> one;
    stacked.active = false;
    stacked.carry.v.clear();
    stacked.offset.v.clear();
    for (int k = 0; k < count; ++k) {
      const std::uint64_t pass = std::uint64_t(first_pass + k);
      const Uniforms uniforms({seed, places[s], std::uint32_t(pass), std::uint32_t(pass >> 32)}, Stream::Probe);
      draw_noise<float>(plans[s], network.site_shape(int(s), 1), uniforms, {}, nullptr, one);
      if (!one.active) break;
      const std::size_t units = one.gate.size();
      if (k == 0) stacked.gate.resize(network.site_shape(int(s), count));
      stacked.active = true;
      stacked.scale = 1;
      for (std::size_t u = 0; u < units; ++u) stacked.gate[std::size_t(k) * units + u] = one.scale * one.gate[u];
    }
  }
  network.forward(params, tape, nullptr);
  Tensor<float> out = tape.logits();
  if (classify) softmax_rows(out);
  return {out.v.begin(), out.v.end()};
}

}  // namespace dropscope
