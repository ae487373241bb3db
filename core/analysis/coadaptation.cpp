#include "core/analysis/coadaptation.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "core/analysis/hidden_units.h"
#include "core/base/check.h"
#include "core/tensor/panels.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

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

// The number of rows of a square matrix.
std::size_t units_of(std::span<const double> matrix) {
  const std::size_t units = std::size_t(std::lround(std::sqrt(double(matrix.size()))));
  DROPSCOPE_CHECK(units * units == matrix.size());
  return units;
}

bool varies(const Moments2& m, std::size_t unit) { return m.deviation[unit] > 1e-12 * std::abs(m.mean[unit]); }

}  // namespace

Activations activations_of(const Model<float>& model, int layer, const Split& split, std::size_t most) {
  const std::size_t n = examples_asked(split, most);
  Tape<float> tape = model.network.make_tape();
  Activations a;
  a.examples = int(n);
  a.units = model.network.layer(layer).units();
  for (std::size_t first = 0; first < n; first += kUnmaskedExamples) {
    const std::size_t count = std::min(kUnmaskedExamples, n - first);
    load_examples<float>(model, split.x, first, count, tape);
    expect_everywhere(model, tape);
    for (int l = 0; l <= layer; ++l) model.network.forward_layer(model.params, tape, l, nullptr);
    const Tensor<float>& h = tape.layers[std::size_t(layer)].h;
    a.values.insert(a.values.end(), h.v.begin(), h.v.end());
  }
  return a;
}

std::vector<double> correlation_matrix(const Activations& a) {
  const std::size_t units = std::size_t(a.units), examples = std::size_t(a.examples);
  const Moments2 m = moments_of(a);
  std::vector<double> standard(examples * units), matrix(units * units, 0.0);
  for (std::size_t e = 0; e < examples; ++e)
    for (std::size_t u = 0; u < units; ++u)
      standard[e * units + u] = varies(m, u) ? (double(a.values[e * units + u]) - m.mean[u]) / m.deviation[u] : 0;
  // A few rows at once, so that they stay in the cache while the examples go by.
  constexpr std::size_t kRows = 8;
  for (std::size_t first = 0; first < units; first += kRows)
    for (std::size_t e = 0; e < examples; ++e) {
      const double* row = standard.data() + e * units;
      for (std::size_t u = first; u < std::min(units, first + kRows); ++u)
        for (std::size_t v = u; v < units; ++v) matrix[u * units + v] += row[u] * row[v];
    }
  for (std::size_t u = 0; u < units; ++u)
    for (std::size_t v = 0; v < u; ++v) matrix[u * units + v] = matrix[v * units + u];
  return matrix;
}

double mean_correlation(const Activations& a) { return mean_correlation(correlation_matrix(a)); }

double mean_correlation(std::span<const double> matrix) {
  const std::size_t units = units_of(matrix);
  double sum = 0;
  std::int64_t pairs = 0;
  for (std::size_t u = 0; u < units; ++u)
    for (std::size_t v = u + 1; v < units; ++v)
      if (matrix[u * units + u] != 0 && matrix[v * units + v] != 0) {
        sum += std::abs(matrix[u * units + v]);
        ++pairs;
      }
  return pairs > 0 ? sum / double(pairs) : 0;
}

std::vector<int> order_by_correlation(std::span<const double> matrix) {
  const std::size_t units = units_of(matrix);
  const auto at = [&](int u, int v) { return matrix[std::size_t(u) * units + std::size_t(v)]; };
  std::vector<int> left, constant;
  for (int u = 0; u < int(units); ++u) (at(u, u) != 0 ? left : constant).push_back(u);
  // The one of `left` that correlates most with a unit.
  const auto nearest = [&](int unit) {
    return *std::max_element(left.begin(), left.end(), [&](int u, int v) { return at(unit, u) < at(unit, v); });
  };
  std::deque<int> chain;
  const auto take = [&](int unit, bool in_front) {
    in_front ? chain.push_front(unit) : chain.push_back(unit);
    left.erase(std::find(left.begin(), left.end(), unit));
  };
  double most = -2;
  int first = left.empty() ? -1 : left.front();
  for (std::size_t i = 0; i < left.size(); ++i)
    for (std::size_t j = i + 1; j < left.size(); ++j)
      if (at(left[i], left[j]) > most) most = at(first = left[i], left[j]);
  if (first >= 0) take(first, false);
  while (!left.empty()) {
    const int front = nearest(chain.front()), back = nearest(chain.back());
    const bool in_front = at(chain.front(), front) > at(chain.back(), back);
    take(in_front ? front : back, in_front);
  }
  std::vector<int> order(chain.begin(), chain.end());
  order.insert(order.end(), constant.begin(), constant.end());
  return order;
}

KnockOut knock_out(const Model<float>& model, int site, const Split& split, bool classify, std::size_t most,
                   std::span<const int> units, const Watch& watch, Parallel* parallel) {
  const Network<float>& network = model.network;
  const SiteInfo& info = network.sites()[std::size_t(site)];
  if (!is_output_of_layer(network, site))
    throw InputError("units of " + info.name, "a layer's output", name_of(info.kind));
  const std::size_t n = examples_asked(split, most);
  if (n == 0) throw InputError("units of " + info.name, "at least one example", "none");
  const SiteUnits of_site = units_at(network, site);
  std::vector<int> asked(units.begin(), units.end());
  for (int u = 0; units.empty() && u < of_site.count(); ++u) asked.push_back(u);
  Tape<float> tape = network.make_tape();
  std::vector<double> totals(asked.size(), 0.0);
  std::vector<float> kept;
  double total = 0;
  std::int64_t scored = 0;
  for (std::size_t first = 0; first < n; first += kUnmaskedExamples) {
    load_examples<float>(model, split.x, first, std::min(kUnmaskedExamples, n - first), tape);
    expect_everywhere(model, tape);
    network.forward(model.params, tape, parallel);
    const LossResult whole = split_loss(tape.logits(), split, first, classify, nullptr);
    total += whole.total;
    scored += whole.scored;
    Tensor<float>& given = replaceable_output(tape, info.layer);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (watch.gives_up()) return {};
      watch.done((double(first) + double(std::min(kUnmaskedExamples, n - first)) * double(i) / double(asked.size())) /
                 double(n));
      if (!take_away(of_site, asked[i], given, kept)) {
        totals[i] += whole.total;  // it gives 0 for all of these examples anyway
        continue;
      }
      for (int l = info.layer + 1; l < network.layer_count(); ++l)
        network.forward_layer(model.params, tape, l, parallel);
      totals[i] += split_loss(tape.logits(), split, first, classify, nullptr).total;
      put_back(of_site, asked[i], kept, given);
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
    ++s.histogram[share > 0 ? std::size_t(std::min(bins - 1, int(share * bins))) : 0];
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
  split_loss(tape.logits(), batch, 0, classify, &tape.layers.back().dy);
  AlignedVector<float> gradients(network.param_count(), 0.0f);
  network.backward(model.params, tape, gradients, nullptr);
  return gradients;
}

}  // namespace dropscope
