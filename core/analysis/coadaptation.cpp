#include "core/analysis/coadaptation.h"

#include <cmath>

#include "core/base/check.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

constexpr std::size_t kChunk = 256;

std::size_t examples_of(const Split& split, std::size_t most) {
  return most == 0 ? split.count : std::min(most, split.count);
}

// Loss of the examples in the tape, which are first .. first + count - 1 of the split.
LossResult loss_of(const Tape<float>& tape, const Split& split, std::size_t first, std::size_t count, bool classify,
                   Tensor<float>* d) {
  if (classify) {
    const std::size_t rows = split.label.size() / split.count;
    return softmax_cross_entropy<float>(tape.logits(), std::span(split.label).subspan(first * rows, count * rows), d);
  }
  const std::size_t width = tape.logits().size() / count;
  if (!split.target.empty())
    return mean_squared_error<float>(tape.logits(), std::span(split.target).subspan(first * width, count * width), d);
  std::vector<float> code(count * width, 0.0f);  // squared error on classes learns their one-hot code
  for (std::size_t b = 0; b < count; ++b) code[b * width + std::size_t(split.label[first + b])] = 1;
  return mean_squared_error<float>(tape.logits(), code, d);
}

// For every element of a site's shape, the unit or channel it belongs to.
std::vector<int> unit_numbers(const Shape& one) {
  const Shape units = one.tied({Axis::Sample, Axis::Time, Axis::Row, Axis::Col});
  std::vector<int> numbers;
  for (std::size_t i = 0; i < one.count(); ++i) numbers.push_back(int(broadcast_index(one, units, i)));
  return numbers;
}

struct Moments2 {
  std::vector<double> mean, deviation;  // per unit; deviation is the root of the sum of squares
};
Moments2 moments_of(const Activations& a) {
  const std::size_t units = std::size_t(a.units);
  Moments2 m{std::vector<double>(units, 0.0), std::vector<double>(units, 0.0)};
  for (std::size_t i = 0; i < a.values.size(); ++i) m.mean[i % units] += double(a.values[i]) / a.examples;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double off = double(a.values[i]) - m.mean[i % units];
    m.deviation[i % units] += off * off;
  }
  for (double& d : m.deviation) d = std::sqrt(d);
  return m;
}

bool varies(const Moments2& m, std::size_t unit) { return m.deviation[unit] > 1e-12 * std::abs(m.mean[unit]); }

}  // namespace

Activations activations_of(const Model<float>& model, int layer, const Split& split, std::size_t most) {
  const std::size_t n = examples_of(split, most);
  Tape<float> tape = model.network.make_tape();
  Activations a;
  a.examples = int(n);
  a.units = model.network.layer(layer).units();
  for (std::size_t first = 0; first < n; first += kChunk) {
    const std::size_t count = std::min(kChunk, n - first);
    load_examples<float>(model, split.x, first, count, tape);
    expect_everywhere(model, tape);
    for (int l = 0; l <= layer; ++l) model.network.forward_layer(model.params, tape, l, nullptr);
    const Tensor<float>& h = tape.layers[std::size_t(layer)].h;
    a.values.insert(a.values.end(), h.v.begin(), h.v.end());
  }
  return a;
}

std::vector<double> correlation_matrix(const Activations& a) {
  const std::size_t units = std::size_t(a.units);
  const Moments2 m = moments_of(a);
  std::vector<double> matrix(units * units, 0.0), row(units);
  for (int e = 0; e < a.examples; ++e) {
    const float* h = a.values.data() + std::size_t(e) * units;
    for (std::size_t u = 0; u < units; ++u) row[u] = varies(m, u) ? (double(h[u]) - m.mean[u]) / m.deviation[u] : 0;
    for (std::size_t u = 0; u < units; ++u)
      for (std::size_t v = u; v < units; ++v) matrix[u * units + v] += row[u] * row[v];
  }
  for (std::size_t u = 0; u < units; ++u)
    for (std::size_t v = 0; v < u; ++v) matrix[u * units + v] = matrix[v * units + u];
  return matrix;
}

double mean_correlation(const Activations& a) {
  const std::size_t units = std::size_t(a.units);
  const Moments2 m = moments_of(a);
  const std::vector<double> matrix = correlation_matrix(a);
  double sum = 0;
  std::int64_t pairs = 0;
  for (std::size_t u = 0; u < units; ++u)
    for (std::size_t v = u + 1; v < units; ++v)
      if (varies(m, u) && varies(m, v)) {
        sum += std::abs(matrix[u * units + v]);
        ++pairs;
      }
  return pairs > 0 ? sum / double(pairs) : 0;
}

KnockOut knock_out(const Model<float>& model, int site, const Split& split, bool classify, std::size_t most) {
  const Network<float>& network = model.network;
  const SiteInfo& info = network.sites()[std::size_t(site)];
  if (info.kind != SiteKind::Hidden && info.kind != SiteKind::FeatureMap && info.kind != SiteKind::Sequence)
    throw InputError("units of " + info.name, "a layer's output", name_of(info.kind));
  const std::size_t n = examples_of(split, most);
  if (n == 0) throw InputError("units of " + info.name, "at least one example", "none");
  const Shape one = network.site_shape(site, 1);
  const std::vector<int> number = unit_numbers(one);
  const int units = 1 + *std::max_element(number.begin(), number.end());
  std::vector<std::vector<std::size_t>> elements(std::size_t(units), std::vector<std::size_t>{});
  for (std::size_t i = 0; i < number.size(); ++i) elements[std::size_t(number[i])].push_back(i);
  Tape<float> tape = network.make_tape();
  std::vector<double> totals(std::size_t(units), 0.0), kept;
  double total = 0;
  std::int64_t scored = 0;
  for (std::size_t first = 0; first < n; first += kChunk) {
    const std::size_t count = std::min(kChunk, n - first);
    load_examples<float>(model, split.x, first, count, tape);
    expect_everywhere(model, tape);
    network.forward(model.params, tape, nullptr);
    const LossResult whole = loss_of(tape, split, first, count, classify, nullptr);
    total += whole.total;
    scored += whole.scored;
    // What inference does at the site, with a gate for each element of each example.
    Noise<float>& noise = network.noise_at(tape, site).noise;
    const Shape full = network.site_shape(site, int(count));
    Tensor<float> gate(full, 1.0f);
    for (std::size_t i = 0; noise.active && i < gate.size(); ++i)
      gate[i] = noise.gate[broadcast_index(full, noise.gate.shape, i)];
    if (!noise.active) noise.scale = 1;
    noise.active = true;
    noise.gate = std::move(gate);
    for (int u = 0; u < units; ++u) {
      kept.clear();
      for (std::size_t b = 0; b < count; ++b)
        for (std::size_t i : elements[std::size_t(u)]) {
          float& g = noise.gate[b * number.size() + i];
          kept.push_back(double(g));
          g = 0;
        }
      for (int l = info.layer; l < network.layer_count(); ++l) network.forward_layer(model.params, tape, l, nullptr);
      totals[std::size_t(u)] += loss_of(tape, split, first, count, classify, nullptr).total;
      std::size_t at = 0;
      for (std::size_t b = 0; b < count; ++b)
        for (std::size_t i : elements[std::size_t(u)]) noise.gate[b * number.size() + i] = float(kept[at++]);
    }
  }
  KnockOut result;
  const double rows = double(std::max<std::int64_t>(1, scored));
  result.loss = total / rows;
  for (double t : totals) result.rises.push_back(t / rows - result.loss);
  return result;
}

Sparsity sparsity_of(const Activations& a, int bins) {
  DROPSCOPE_CHECK(bins >= 1);
  Sparsity s;
  s.histogram.assign(std::size_t(bins), 0);
  if (a.values.empty()) return s;
  const auto [lo, hi] = std::minmax_element(a.values.begin(), a.values.end());
  s.lo = double(*lo);
  s.hi = double(*hi);
  std::int64_t zeros = 0;
  double sum = 0;
  for (float v : a.values) {
    sum += double(v);
    zeros += v == 0 ? 1 : 0;
    const double share = s.hi > s.lo ? (double(v) - s.lo) / (s.hi - s.lo) : 0;
    ++s.histogram[std::size_t(std::min(bins - 1, int(share * bins)))];
  }
  s.mean_activation = sum / double(a.values.size());
  s.zero_share = double(zeros) / double(a.values.size());
  return s;
}

std::vector<float> weights_of(const ParamBlock& block, std::span<const float> params) {
  DROPSCOPE_CHECK(block.is_weight());
  std::vector<float> weights;
  weights.reserve(std::size_t(block.outputs) * std::size_t(block.inputs));
  for (int o = 0; o < block.outputs; ++o)
    for (int i = 0; i < block.inputs; ++i) weights.push_back(params[block.offset + panel_index(o, i, block.inputs)]);
  return weights;
}

std::vector<double> weight_norms(const ParamBlock& block, std::span<const float> params) {
  std::vector<double> norms;
  for (int o = 0; o < block.outputs; ++o) {
    double squares = 0;
    for (int i = 0; i < block.inputs; ++i) {
      const double w = double(params[block.offset + panel_index(o, i, block.inputs)]);
      squares += w * w;
    }
    norms.push_back(std::sqrt(squares));
  }
  return norms;
}

Features first_layer_features(const Network<float>& network, std::span<const float> params) {
  for (const ParamBlock& block : network.blocks())
    if (block.is_weight()) return {block.outputs, block.inputs, weights_of(block, params)};
  return {};
}

Depth effective_depth(const Model<float>& model, const Tape<float>& tape) {
  Depth depth;
  for (std::size_t s = 0; s < model.plans.size(); ++s) {
    if (model.network.sites()[s].kind != SiteKind::ResidualBranch) continue;
    ++depth.branches;
    depth.expected += has_effect(model.plans[s]) ? 1 - model.plans[s].rate : 1;
    const Noise<float>& noise = model.network.noise_at(tape, int(s)).noise;
    if (!noise.active) {
      depth.realised += 1;
      continue;
    }
    std::int64_t open = 0;
    for (float g : noise.gate.v) open += g != 0 ? 1 : 0;
    depth.realised += double(open) / double(noise.gate.size());
  }
  return depth;
}

double touched_share(const Network<float>& network, std::span<const float> gradients) {
  std::int64_t touched = 0, all = 0;
  for (const ParamBlock& block : network.blocks()) {
    if (!block.is_weight() || block.statistic) continue;
    all += std::int64_t(block.outputs) * block.inputs;
    // The fill of the last panel has no gradient.
    for (float g : gradients.subspan(block.offset, block.size)) touched += g != 0 ? 1 : 0;
  }
  return all > 0 ? double(touched) / double(all) : 0;
}

AlignedVector<float> step_gradient(const Model<float>& model, const Split& split,
                                   std::span<const std::uint32_t> examples, bool classify, std::uint64_t seed,
                                   std::int64_t tick) {
  const Network<float>& network = model.network;
  const std::size_t inputs = std::size_t(network.inputs()), count = examples.size();
  Split batch;
  batch.count = count;
  const auto copy_rows = [&](const auto& from, auto& to) {
    const std::size_t width = from.size() / split.count;
    for (std::uint32_t e : examples)
      to.insert(to.end(), from.begin() + std::ptrdiff_t(e * width), from.begin() + std::ptrdiff_t((e + 1) * width));
  };
  copy_rows(split.x, batch.x);
  copy_rows(split.label, batch.label);
  copy_rows(split.target, batch.target);
  DROPSCOPE_CHECK(batch.x.size() == count * inputs);
  Tape<float> tape = network.make_tape();
  load_examples<float>(model, batch.x, 0, count, tape);
  tape.training = true;
  for (std::size_t s = 0; s < model.plans.size(); ++s) {
    const Uniforms masks(
        {seed, site_place(network.sites()[s].name), std::uint32_t(tick), std::uint32_t(std::uint64_t(tick) >> 32)},
        Stream::Dropout);
    network.draw_noise_at(model.params, model.plans[s], int(s), {&masks, 1}, tape);
  }
  network.forward(model.params, tape, nullptr);
  loss_of(tape, batch, 0, count, classify, &tape.layers.back().dy);
  AlignedVector<float> gradients(network.param_count(), 0.0f);
  network.backward(model.params, tape, gradients, nullptr);
  return gradients;
}

}  // namespace dropscope
