#include "core/train/evaluator.h"

#include <algorithm>
#include <limits>

namespace dropscope {
namespace {

constexpr std::size_t kChunk = 256;

Tensor<float>& load(const Network<float>& network, std::span<const float> params, std::span<const NoisePlan> plans,
                    std::span<const float> x, std::size_t first, std::size_t count, Tape<float>& tape) {
  Tensor<float>& input = network.begin(tape, int(count));
  std::copy_n(x.data() + first * std::size_t(network.inputs()), count * std::size_t(network.inputs()), input.data());
  set_inference_noise(network, params, plans, tape);
  return input;
}

// Squared error; where the targets are classes, against their one-hot code. Counts from row `first`.
LossResult squared_error(const Tensor<float>& out, const Split& split, std::size_t first, std::size_t rows,
                         std::size_t outputs) {
  if (!split.target.empty())
    return mean_squared_error<float>(out, std::span(split.target).subspan(first * outputs, rows * outputs), nullptr);
  std::vector<float> code(rows * outputs, 0.0f);
  int correct = 0;
  for (std::size_t b = 0; b < rows; ++b) {
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

void set_inference_noise(const Network<float>& network, std::span<const float> params,
                         std::span<const NoisePlan> plans, Tape<float>& tape) {
  tape.training = false;
  for (std::size_t s = 0; s < plans.size(); ++s) network.expect_noise_at(params, plans[s], int(s), tape);
}

Evaluation evaluate_split(const Network<float>& network, std::span<const float> params,
                          std::span<const NoisePlan> plans, const Split& split, bool classify, std::size_t most,
                          Tape<float>& tape, Parallel* parallel) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::size_t n = most == 0 ? split.count : std::min(most, split.count);
  if (n == 0) return {nan, nan};
  const std::size_t rows = split.target.empty() ? split.label.size() / split.count
                                                : split.target.size() / split.count / std::size_t(network.outputs());
  double total = 0;
  std::int64_t correct = 0, scored = 0;
  for (std::size_t first = 0; first < n; first += kChunk) {
    const std::size_t count = std::min(kChunk, n - first);
    load(network, params, plans, split.x, first, count, tape);
    network.forward(params, tape, parallel);
    const LossResult r =
        classify ? softmax_cross_entropy<float>(tape.logits(),
                                                std::span(split.label).subspan(first * rows, count * rows), nullptr)
                 : squared_error(tape.logits(), split, first * rows, count * rows, std::size_t(network.outputs()));
    total += r.total;
    correct += r.correct;
    scored += r.scored;
  }
  if (scored == 0) return {nan, nan};
  return {total / double(scored), split.label.empty() ? nan : double(correct) / double(scored)};
}

std::vector<float> predict(const Network<float>& network, std::span<const float> params,
                           std::span<const NoisePlan> plans, std::span<const float> x, std::size_t count,
                           bool classify, Tape<float>& tape) {
  std::vector<float> result;
  result.reserve(count * std::size_t(network.outputs()));
  for (std::size_t first = 0; first < count; first += kChunk) {
    load(network, params, plans, x, first, std::min(kChunk, count - first), tape);
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
  tape.training = false;
  std::vector<Uniforms> draws;
  for (std::size_t s = 0; s < plans.size(); ++s) {
    // Each pass draws for itself; one product serves all passes.
    draws.clear();
    for (int k = 0; k < count; ++k) {
      const std::uint64_t pass = std::uint64_t(first_pass + k);
      draws.emplace_back(DrawKey{seed, places[s], std::uint32_t(pass), std::uint32_t(pass >> 32)}, Stream::Probe);
    }
    network.draw_noise_at(params, plans[s], int(s), draws, tape);
  }
  network.forward(params, tape, nullptr);
  Tensor<float> out = tape.logits();
  if (classify) softmax_rows(out);
  return {out.v.begin(), out.v.end()};
}

}  // namespace dropscope
