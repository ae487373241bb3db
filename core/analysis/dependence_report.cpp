#include "core/analysis/dependence_report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analysis/hidden_units.h"
#include "core/base/check.h"
#include "core/base/moments.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

constexpr int kMostListed = 128;

// A hidden layer's output, and which of its units stay in one network of the curve.
struct Layered {
  int layer = 0;
  std::uint32_t place = 0;  // of the site, in draw keys
  SiteUnits units;
};

std::vector<Layered> hidden_layers(const Network<float>& network) {
  std::vector<Layered> layers;
  for (int site : hidden_sites(network)) {
    const SiteInfo& info = network.sites()[std::size_t(site)];
    layers.push_back({info.layer, site_place(info.name), units_at(network, site)});
  }
  return layers;
}

// The units that stay: [layer][unit], 0 where a unit is removed.
using Kept = std::vector<std::vector<float>>;

Kept draw_kept(const std::vector<Layered>& layers, double fraction, int draw, std::uint64_t seed) {
  Kept kept;
  for (const Layered& at : layers) {
    const Uniforms words({seed, at.place, std::uint32_t(draw)}, Stream::Probe);
    words.coins(kept.emplace_back(std::size_t(at.units.count())), fraction);
  }
  return kept;
}

// Sets what is not kept to 0 in an output; `from` may be the output itself.
void remove_units(const SiteUnits& site, const std::vector<float>& kept, const Tensor<float>& from, Tensor<float>& to) {
  if (&from != &to) to = from;
  for (std::size_t u = 0; u < kept.size(); ++u) {
    if (kept[u] != 0) continue;
    for (std::size_t first = 0; first < to.size(); first += site.size)
      for (std::size_t i : site.places[u]) to[first + i] = 0;
  }
}

void check_removal(const Split& split, std::span<const double> fractions, int draws) {
  if (split.count == 0) throw InputError("removed units", "at least one example", "none");
  if (draws < 1) throw InputError("removed units", "at least one draw", std::to_string(draws));
  for (double f : fractions)
    if (!(f >= 0 && f <= 1)) throw InputError("the removed fraction", "a number in 0 .. 1", std::to_string(f));
}

// Units as columns: what a channel gives at each place, or a unit at each step, are examples of their own.
Activations by_unit(const Activations& all, const SiteUnits& site) {
  Activations a;
  a.units = site.count();
  const std::size_t places = site.size / std::size_t(a.units);
  a.examples = int(std::size_t(all.examples) * places);
  a.values.reserve(all.values.size());
  for (std::size_t first = 0; first < all.values.size(); first += site.size)
    for (std::size_t p = 0; p < places; ++p)
      for (const std::vector<std::size_t>& unit : site.places) a.values.push_back(all.values[first + unit[p]]);
  return a;
}

// Fills in correlations, with the first units listed.
void correlate(const Activations& activations, DependenceReport& report) {
  const std::vector<double> all = correlation_matrix(activations);
  report.mean_correlation = mean_correlation(all);
  const std::size_t units = std::size_t(report.units), listed = std::min<std::size_t>(units, kMostListed);
  std::vector<double> of_listed;
  for (std::size_t u = 0; u < listed; ++u)
    of_listed.insert(of_listed.end(), all.begin() + std::ptrdiff_t(u * units),
                     all.begin() + std::ptrdiff_t(u * units + listed));
  report.order = order_by_correlation(of_listed);
  for (int u : report.order)
    for (int v : report.order) report.correlation.push_back(of_listed[std::size_t(u) * listed + std::size_t(v)]);
}

}  // namespace

std::vector<RemovedPoint> removal_curve(const Model<float>& model, const Split& split, bool classify, std::size_t most,
                                        std::span<const double> fractions, int draws, std::uint64_t seed,
                                        const Watch& watch, Parallel* parallel) {
  check_removal(split, fractions, draws);
  const Network<float>& network = model.network;
  const std::vector<Layered> layers = hidden_layers(network);
  std::vector<Kept> networks;  // [fraction, draw]
  for (double f : fractions)
    for (int d = 0; d < draws; ++d) networks.push_back(draw_kept(layers, f, d, seed));
  std::vector<double> losses(networks.size(), 0.0), correct(networks.size(), 0.0);
  double scored = 0;
  const std::size_t n = examples_asked(split, most);
  Tape<float> tape = network.make_tape();
  for (std::size_t first = 0; first < n; first += kUnmaskedExamples) {
    load_examples<float>(model, split.x, first, std::min(kUnmaskedExamples, n - first), tape);
    expect_everywhere(model, tape);
    network.forward(model.params, tape, parallel);
    const LossResult whole = split_loss(tape.logits(), split, first, classify, nullptr);
    scored += whole.scored;
    // Before the first hidden output nothing changes from one network to the next.
    Tensor<float> given;
    if (!layers.empty()) given = tape.layers[std::size_t(layers[0].layer)].out();
    for (std::size_t k = 0; k < networks.size(); ++k) {
      if (watch.gives_up()) return {};
      watch.done(
          (double(first) + double(std::min(kUnmaskedExamples, n - first)) * double(k) / double(networks.size())) /
          double(n));
      LossResult r = whole;
      if (!layers.empty() && fractions[k / std::size_t(draws)] > 0) {
        remove_units(layers[0].units, networks[k][0], given, replaceable_output(tape, layers[0].layer));
        std::size_t next = 1;
        for (int l = layers[0].layer + 1; l < network.layer_count(); ++l) {
          network.forward_layer(model.params, tape, l, parallel);
          if (next == layers.size() || layers[next].layer != l) continue;
          Tensor<float>& output = replaceable_output(tape, l);
          remove_units(layers[next].units, networks[k][next], output, output);
          ++next;
        }
        r = split_loss(tape.logits(), split, first, classify, nullptr);
      }
      losses[k] += r.total;
      correct[k] += r.correct;
    }
  }
  std::vector<RemovedPoint> curve;
  for (std::size_t f = 0; f < fractions.size(); ++f) {
    Moments loss, accuracy;
    for (std::size_t k = f * std::size_t(draws); k < (f + 1) * std::size_t(draws); ++k) {
      loss.add(losses[k] / scored);
      accuracy.add(split.label.empty() ? std::numeric_limits<double>::quiet_NaN() : correct[k] / scored);
    }
    RemovedPoint point;
    point.fraction = fractions[f];
    point.loss = loss.mean();
    point.loss_deviation = loss.deviation();
    point.accuracy = accuracy.mean();
    point.accuracy_deviation = accuracy.deviation();
    curve.push_back(point);
  }
  return curve;
}

DependenceReport dependence_report(const Model<float>& model, const Dataset& data, const DependencePlan& plan,
                                   const Watch& watch, Parallel* parallel) {
  const Network<float>& network = model.network;
  const std::vector<int> sites = hidden_sites(network);
  if (sites.empty()) throw InputError("how units depend on each other", "a network with a hidden layer", "none");
  if (plan.column < 0 || plan.column >= int(sites.size()))
    throw InputError("the hidden layer asked about", "a number from 0 to " + std::to_string(sites.size() - 1),
                     std::to_string(plan.column));
  const Split& split = data.validation;
  const int site = sites[std::size_t(plan.column)];
  const int layer = network.sites()[std::size_t(site)].layer;
  DependenceReport report;
  for (int s : sites) report.sites.push_back(network.sites()[std::size_t(s)].name);
  report.site = report.sites[std::size_t(plan.column)];
  const SiteUnits units = units_at(network, site);
  report.units = units.count();
  const Activations activations = by_unit(activations_of(model, layer, split, plan.most), units);
  correlate(activations, report);
  report.sparsity = sparsity_of(activations, plan.bins);
  if (data.image) report.features = first_layer_features(network, model.params);
  // By how many networks each part asks.
  const double removals = double(plan.fractions.size()) * plan.draws, prunings = 2.0 * double(plan.fractions.size());
  const double all = double(report.order.size()) + removals + prunings,
               knocked_share = double(report.order.size()) / all;
  const double removed_share = knocked_share + removals / all;
  const KnockOut knocked =
      knock_out(model, site, split, plan.classify, plan.most, report.order, watch.part(0, knocked_share), parallel);
  if (watch.gives_up()) return report;
  report.loss = knocked.loss;
  report.rises = knocked.rises;
  report.worst_rise = *std::max_element(report.rises.begin(), report.rises.end());
  report.removal = removal_curve(model, split, plan.classify, plan.most, plan.fractions, plan.draws, plan.seed,
                                 watch.part(knocked_share, removed_share), parallel);
  const Watch pruning = watch.part(removed_share, 1);
  for (PruneBy by : {PruneBy::Weights, PruneBy::Units})
    for (const double& fraction : plan.fractions) {
      if (watch.gives_up()) return report;
      (by == PruneBy::Weights ? report.by_weight : report.by_unit)
          .push_back(pruning_curve(model, split, plan.classify, plan.most, {&fraction, 1}, by, parallel)[0]);
      pruning.done(double(report.by_weight.size() + report.by_unit.size()) / prunings);
    }
  return report;
}

}  // namespace dropscope
