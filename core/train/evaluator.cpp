#include "core/train/evaluator.h"

#include <algorithm>
#include <limits>

#include "core/tensor/math.h"

namespace dropscope {
namespace {

// Examples that are asked at once: fewer where a network computes much for each.
std::size_t chunk_of(const Network<float>& network) {
  std::size_t numbers = 1;
  for (int l = 0; l < network.layer_count(); ++l) numbers += std::size_t(network.layer(l).units());
  for (std::size_t s = 0; s < network.sites().size(); ++s)
    if (network.sites()[s].kind == SiteKind::AttentionWeights) numbers += network.site_shape(int(s), 1).count();
  return std::clamp<std::size_t>((std::size_t{1} << 24) / numbers, 1, 256);
}

Tensor<float>& load(const Network<float>& network, std::span<const float> params, std::span<const NoisePlan> plans,
                    std::span<const float> x, std::size_t first, std::size_t count, Tape<float>& tape) {
  Tensor<float>& input = network.begin(tape, int(count));
  std::copy_n(x.data() + first * std::size_t(network.inputs()), count * std::size_t(network.inputs()), input.data());
  set_inference_noise(network, params, plans, tape);
  return input;
}

}  // namespace

void set_inference_noise(const Network<float>& network, std::span<const float> params, std::span<const NoisePlan> plans,
                         Tape<float>& tape) {
  tape.training = false;
  for (std::size_t s = 0; s < plans.size(); ++s) network.expect_noise_at(params, plans[s], int(s), tape);
}

LossResult split_loss(const Tensor<float>& out, const Split& split, std::size_t first, bool classify,
                      Tensor<float>* d) {
  const std::size_t outputs = std::size_t(out.shape[out.shape.rank() - 1].extent), rows = out.size() / outputs;
  const std::size_t row = first * (rows / std::size_t(out.shape[0].extent));
  if (classify) return softmax_cross_entropy<float>(out, std::span(split.label).subspan(row, rows), d);
  if (!split.target.empty())
    return mean_squared_error<float>(out, std::span(split.target).subspan(row * outputs, rows * outputs), d);
  std::vector<float> code(rows * outputs, 0.0f);
  int correct = 0;
  for (std::size_t b = 0; b < rows; ++b) {
    const std::size_t label = std::size_t(split.label[row + b]);
    code[b * outputs + label] = 1;
    const float* given = out.data() + b * outputs;
    correct += std::size_t(std::max_element(given, given + outputs) - given) == label ? 1 : 0;
  }
  LossResult r = mean_squared_error<float>(out, code, d);
  r.correct = correct;
  return r;
}

namespace {

// Adds up what `outputs_of` computes for one chunk of examples after the other. It takes the first example and their
// number; `loss_of` what that gave, and the same.
template <class Forward, class LossOf>
Evaluation over_chunks(const Split& split, std::size_t most, std::size_t chunk, Forward forward, LossOf loss_of) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::size_t n = most == 0 ? split.count : std::min(most, split.count);
  if (n == 0) return {nan, nan};
  double total = 0;
  std::int64_t correct = 0, scored = 0;
  for (std::size_t first = 0; first < n; first += chunk) {
    const std::size_t count = std::min(chunk, n - first);
    const LossResult r = loss_of(forward(first, count), first, count);
    total += r.total;
    correct += r.correct;
    scored += r.scored;
  }
  if (scored == 0) return {nan, nan};
  return {total / double(scored), split.label.empty() ? nan : double(correct) / double(scored)};
}

// Of class probabilities, row by row.
LossResult probability_loss(const Tensor<float>& probability, std::span<const std::int32_t> labels) {
  const std::size_t classes = probability.size() / labels.size();
  LossResult result;
  for (std::size_t b = 0; b < labels.size(); ++b) {
    if (labels[b] < 0) continue;
    const float* row = probability.data() + b * classes;
    ++result.scored;
    result.correct += std::max_element(row, row + classes) - row == labels[b] ? 1 : 0;
    result.total -= double(log_of(std::max(row[labels[b]], std::numeric_limits<float>::min())));
  }
  return result;
}

}  // namespace

Evaluation evaluate_split(const Network<float>& network, std::span<const float> params,
                          std::span<const NoisePlan> plans, const Split& split, bool classify, std::size_t most,
                          Tape<float>& tape, Parallel* parallel) {
  return over_chunks(
      split, most, chunk_of(network),
      [&](std::size_t first, std::size_t count) -> const Tensor<float>& {
        load(network, params, plans, split.x, first, count, tape);
        network.forward(params, tape, parallel);
        return tape.logits();
      },
      [&](const Tensor<float>& out, std::size_t first, std::size_t) {
        return split_loss(out, split, first, classify, nullptr);
      });
}

Evaluation evaluate_with_masks(const Network<float>& network, std::span<const float> params,
                               std::span<const NoisePlan> plans, const MaskedPasses& passes, const Split& split,
                               bool classify, std::size_t most, Tape<float>& tape, Parallel* parallel) {
  constexpr std::size_t kMaskedChunk = kMaskedExamples;  // few: masks of weights may be as many as examples
  bool any = false;
  for (const NoisePlan& plan : plans) any = any || has_effect(plan);
  const int count_of_passes = any ? passes.count : 1;
  std::vector<double> sum;
  Tensor<float> mean;
  return over_chunks(
      split, most, kMaskedChunk,
      [&](std::size_t first, std::size_t count) -> const Tensor<float>& {
        for (int k = 0; k < count_of_passes; ++k) {
          Tensor<float>& input = network.begin(tape, int(count));
          std::copy_n(split.x.data() + first * std::size_t(network.inputs()), input.size(), input.data());
          tape.training = false;
          const std::size_t pass = first / kMaskedChunk * std::size_t(passes.count) + std::size_t(k);
          for (std::size_t s = 0; s < plans.size(); ++s) {
            const Uniforms draw({passes.seed, passes.places[s], std::uint32_t(passes.tick), std::uint32_t(pass)},
                                Stream::Probe);
            network.draw_noise_at(params, plans[s], int(s), {&draw, 1}, tape);
          }
          network.forward(params, tape, parallel);
          mean = tape.logits();
          if (classify) softmax_rows(mean);
          if (k == 0) sum.assign(mean.size(), 0.0);
          for (std::size_t i = 0; i < mean.size(); ++i) sum[i] += double(mean[i]);
        }
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] = float(sum[i] / count_of_passes);
        return mean;
      },
      [&](const Tensor<float>& out, std::size_t first, std::size_t count) {
        if (!classify) return split_loss(out, split, first, false, nullptr);
        const std::size_t rows = split.label.size() / split.count;
        return probability_loss(out, std::span(split.label).subspan(first * rows, count * rows));
      });
}

std::vector<float> predict(const Network<float>& network, std::span<const float> params,
                           std::span<const NoisePlan> plans, std::span<const float> x, std::size_t count, bool classify,
                           Tape<float>& tape) {
  std::vector<float> result;
  result.reserve(count * std::size_t(network.outputs()));
  const std::size_t chunk = chunk_of(network);
  for (std::size_t first = 0; first < count; first += chunk) {
    load(network, params, plans, x, first, std::min(chunk, count - first), tape);
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
  // One product serves as many passes as their masks have room for.
  constexpr std::size_t kMostGates = std::size_t{1} << 24;
  std::size_t gates = 1;
  for (std::size_t s = 0; s < plans.size(); ++s)
    if (has_effect(plans[s])) gates = std::max(gates, network.site_shape(int(s), 1).count());
  const int most = int(std::max<std::size_t>(1, kMostGates / gates));
  std::vector<float> result;
  std::vector<Uniforms> draws;
  for (int first = 0; first < count; first += most) {
    const int passes = std::min(most, count - first);
    Tensor<float>& input = network.begin(tape, passes);
    for (int k = 0; k < passes; ++k) std::copy(x.begin(), x.end(), input.data() + std::ptrdiff_t(k) * network.inputs());
    tape.training = false;
    for (std::size_t s = 0; s < plans.size(); ++s) {
      // Each pass draws for itself.
      draws.clear();
      for (int k = 0; k < passes; ++k) {
        const std::uint64_t pass = std::uint64_t(first_pass + first + k);
        draws.emplace_back(DrawKey{seed, places[s], std::uint32_t(pass), std::uint32_t(pass >> 32)}, Stream::Probe);
      }
      network.draw_noise_at(params, plans[s], int(s), draws, tape);
    }
    network.forward(params, tape, nullptr);
    Tensor<float> out = tape.logits();
    if (classify) softmax_rows(out);
    result.insert(result.end(), out.v.begin(), out.v.end());
  }
  return result;
}

}  // namespace dropscope
