// Figures that are exact: every mask is visited, or none is needed.
#include <cmath>

#include "core/analysis/enumerate.h"
#include "core/analysis/monte_carlo.h"
#include "core/analysis/probability.h"
#include "core/analysis/ridge.h"
#include "core/dropout/moments.h"
#include "core/dropout/registry.h"
#include "core/reproduce/figure.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

FigureRow exact(const std::string& what, double quoted, double tolerance = 1e-12) {
  return {what, "", quoted, "", quoted - tolerance, quoted + tolerance};
}

// A network of the engine with weights written by hand and one noisy site.
struct SmallNetwork {
  Network<double> network;
  AlignedVector<double> params;
  std::vector<NoisePlan> plans;
  Tape<double> tape;

  SmallNetwork(const std::vector<LayerSpec>& hidden, int inputs, int outputs, const char* site, const char* variant,
               double rate)
      : network(arch(hidden), flat_form(inputs, outputs)), params(network.param_count()), tape(network.make_tape()) {
    for (const SiteInfo& at : network.sites()) {
      const Variant* v = find_variant(at.name == site ? variant : "none");
      plans.push_back({v, at.name == site ? rate : 0.0, v->tie, std::vector<double>(v->params.size(), 0.0)});
    }
  }
  void set(const std::string& name, const std::vector<double>& values) {
    for (const ParamBlock& block : network.blocks())
      for (int o = 0; block.name == name && o < block.outputs; ++o)
        for (int i = 0; i < std::max(1, block.inputs); ++i)
          params[block.offset + (block.is_weight() ? panel_index(o, i, block.inputs) : std::size_t(o))] =
              values[std::size_t(o * std::max(1, block.inputs) + i)];
  }
  Model<double> model() const { return {network, params, plans}; }
  static ArchSpec arch(const std::vector<LayerSpec>& hidden) {
    ArchSpec spec;
    spec.hidden = hidden;
    return spec;
  }
};

// ---- Linear regression with dropout on its inputs

const Design kDesign{3, 2, {1, 2, 3, -1, 0.5, 1}};
const std::vector<double> kTargets{1, 2, 3};

std::vector<FigureRow> ridge_rows() {
  std::vector<FigureRow> rows;
  const struct {
    const char* rate;
    double w0, w1, objective;
  } golden[] = {{"0.25", 834.0 / 1309, 543.0 / 1309, 9608.0 / 1309}, {"0.5", 414.0 / 983, 263.0 / 983, 9454.0 / 983}};
  for (const auto& g : golden) {
    const std::string at = std::string(", rate ") + g.rate;
    rows.push_back(exact("first weight, closed form" + at, g.w0));
    rows.push_back(exact("second weight, closed form" + at, g.w1));
    rows.push_back(exact("mean squared error over all masks, summed" + at, g.objective));
    // 200,000 steps of SGD at 0.01, averaged: a standard error near 0.006.
    rows.push_back(exact("first weight, trained with masks" + at, g.w0, 0.02));
    rows.push_back(exact("second weight, trained with masks" + at, g.w1, 0.02));
  }
  return rows;
}

std::vector<double> ridge_measure(const Circumstances& given, std::uint64_t seed) {
  std::vector<double> values;
  for (double rate : {0.25, 0.5}) {
    const std::vector<double> w = dropout_ridge(kDesign, kTargets, rate);
    // The objective from the engine's own masks: all four of each row through a network without hidden layers.
    double objective = 0;
    for (int r = 0; r < kDesign.rows; ++r) {
      SmallNetwork net({}, 2, 1, "input", "inverted", rate);
      net.set("output.weight", w);
      const std::vector<double> x{kDesign.at(r, 0), kDesign.at(r, 1)};
      const auto all = enumerate_subnetworks<double>(net.model(), x, net.tape);
      for (std::size_t m = 0; m < all.probability.size(); ++m)
        objective += all.probability[m] * std::pow(all.values[m] - kTargets[std::size_t(r)], 2);
    }
    double trained[2] = {0, 0}, sums[2] = {0, 0};
    const std::uint32_t steps = given.quick ? 4000 : 200000, burn = steps / 100;
    Tensor<double> x({{Axis::Sample, 3}, {Axis::Unit, 2}}), noisy;
    std::copy(kDesign.x.begin(), kDesign.x.end(), x.v.begin());
    Noise<double> noise;
    const NoisePlan plan{find_variant("inverted"), rate, {}, {}};
    for (std::uint32_t t = 0; t < steps; ++t) {
      draw_noise<double>(plan, x.shape, Uniforms({seed, 1, t}, Stream::Dropout), {}, nullptr, noise);
      apply_noise<double>(noise, x, nullptr, noisy);
      double gradient[2] = {0, 0};
      for (std::size_t i = 0; i < 3; ++i) {
        const double off = trained[0] * noisy[2 * i] + trained[1] * noisy[2 * i + 1] - kTargets[i];
        for (std::size_t j = 0; j < 2; ++j) gradient[j] += 2 * off * noisy[2 * i + j] / 3;
      }
      for (int j = 0; j < 2; ++j) {
        trained[j] -= 0.01 * gradient[j];
        if (t >= burn) sums[j] += trained[j];
      }
    }
    const double n = steps - burn;
    values.insert(values.end(), {w[0], w[1], objective, sums[0] / n, sums[1] / n});
  }
  return values;
}

// ---- The geometric mean of all sub-networks

std::vector<FigureRow> nwgm_rows() {
  return {exact("scaled network, class 1", 0.798186777739621),
          exact("normalised geometric mean of 8 sub-networks, class 1", 0.798186777739621),
          exact("geometric mean before normalising, class 1", 0.770334570891126),
          exact("geometric mean before normalising, class 2", 0.194771081538535),
          exact("arithmetic mean of 8 sub-networks, class 1", 0.778487772768918),
          exact("largest difference, last of two hidden layers dropped (1024 sub-networks)", 0)};
}

std::vector<double> nwgm_measure(const Circumstances&, std::uint64_t seed) {
  SmallNetwork net({}, 3, 2, "input", "classic", 0.5);
  net.set("output.weight", {0.2, -0.4, 1.0, -0.6, 0.1, 0.3});
  net.set("output.bias", {0.1, -0.2});
  const std::vector<double> x{1, -2, 0.5};
  const EnsembleMeans means = ensemble_means(enumerate_subnetworks<double>(net.model(), x, net.tape));
  const std::vector<double> scaled = softmax_of<double>(scaled_network<double>(net.model(), x, net.tape));
  SmallNetwork deep({make_layer(LayerKind::Dense, 7), make_layer(LayerKind::Dense, 10)}, 3, 4, "hidden2", "inverted",
                    0.3);
  deep.network.init(seed, deep.params);
  const EnsembleMeans all = ensemble_means(enumerate_subnetworks<double>(deep.model(), x, deep.tape));
  const std::vector<double> own = softmax_of<double>(scaled_network<double>(deep.model(), x, deep.tape));
  double largest = 0;
  for (std::size_t k = 0; k < 4; ++k) largest = std::max(largest, std::abs(own[k] - all.normalised[k]));
  return {scaled[0], means.normalised[0], means.geometric[0], means.geometric[1], means.arithmetic[0], largest};
}

// ---- Dropped weights

const std::vector<double> kRow{1, -2, 0.5, 1.5}, kSecondRow{0.3, 1, -1, 0.7}, kValues{0.5, 1, -1, 2};

std::vector<FigureRow> dropconnect_rows() {
  return {exact("mean of z over 16 masks", 0.5),
          exact("variance of z over 16 masks", 3.375),
          exact("mean of ReLU(z) over 16 masks", 1.03125),
          exact("mean of ReLU(z), Gaussian of the same moments", 1.009882025705693),
          exact("ReLU of the mean network", 0.5),
          exact("covariance of two units, weights dropped (256 masks)", 0),
          exact("covariance of two units, inputs dropped (16 masks)", 0.44375)};
}

double covariance(SmallNetwork& net) {
  const auto all = enumerate_subnetworks<double>(net.model(), kValues, net.tape);
  const EnsembleMeans means = ensemble_means(all);
  double sum = 0;
  for (std::size_t m = 0; m < all.probability.size(); ++m)
    sum += all.probability[m] * (all.values[2 * m] - means.mean[0]) * (all.values[2 * m + 1] - means.mean[1]);
  return sum;
}

std::vector<double> dropconnect_measure(const Circumstances&, std::uint64_t) {
  SmallNetwork linear({}, 4, 1, "output.weight", "dropconnect_classic", 0.5);
  linear.set("output.weight", kRow);
  const EnsembleMeans z = ensemble_means(enumerate_subnetworks<double>(linear.model(), kValues, linear.tape));
  SmallNetwork relu({make_layer(LayerKind::Dense, 1)}, 4, 1, "hidden1.weight", "dropconnect_classic", 0.5);
  relu.set("hidden1.weight", kRow);
  relu.set("output.weight", {1});
  const EnsembleMeans h = ensemble_means(enumerate_subnetworks<double>(relu.model(), kValues, relu.tape));
  const double mean_network = scaled_network<double>(relu.model(), kValues, relu.tape)[0];
  std::vector<double> both = kRow;
  both.insert(both.end(), kSecondRow.begin(), kSecondRow.end());
  SmallNetwork weights({}, 4, 2, "output.weight", "dropconnect_classic", 0.5),
      inputs({}, 4, 2, "input", "classic", 0.5);
  weights.set("output.weight", both);
  inputs.set("output.weight", both);
  return {z.mean[0],    z.variance[0],       h.mean[0],         relu_moments(masked_sum(kRow, kValues, 0.5, 1)).mean,
          mean_network, covariance(weights), covariance(inputs)};
}

// ---- Measures of doubt

std::vector<FigureRow> bald_rows() {
  const double ln2 = std::log(2);
  return {exact("mutual information, two passes that contradict", ln2),
          exact("predictive entropy, two passes that are unsure", ln2),
          exact("mutual information, two passes that are unsure", 0),
          exact("predictive entropy, three passes", .673011667009257),
          exact("expected entropy, three passes", .536319647485200),
          exact("mutual information, three passes", .136692019524057),
          exact("log predictive density, three predictions", -2.197540262854126)};
}

std::vector<double> bald_measure(const Circumstances&, std::uint64_t) {
  const Disagreement apart = disagreement(std::vector<double>{1, 0, 0, 1}, 2, 2);
  const Disagreement unsure = disagreement(std::vector<double>{.5, .5, .5, .5}, 2, 2);
  const Disagreement mixed = disagreement(std::vector<double>{.9, .1, .6, .4, .3, .7}, 3, 2);
  return {apart.mutual_information,
          unsure.predictive_entropy,
          unsure.mutual_information,
          mixed.predictive_entropy,
          mixed.expected_entropy,
          mixed.mutual_information,
          log_predictive_density(std::vector<double>{20, 22, 25}, 21, 0.15)};
}

}  // namespace

extern const Figure kRidgeFigure, kNwgmFigure, kDropconnectMomentsFigure, kBaldFigure;

const Figure kRidgeFigure = {
    .id = "ridge",
    .title = "Linear regression with dropped inputs is ridge regression",
    .source =
        "Srivastava et al., JMLR 15 (2014), section 9; Wager, Wang, Liang, NIPS 2013; numbers by hand for three "
        "examples",
    .ours = "closed form, all masks through the engine, and 200,000 steps of SGD with the engine's masks",
    .time = "about a second",
    .needs_data = false,
    .rows = ridge_rows,
    .measure = ridge_measure,
};

const Figure kNwgmFigure = {
    .id = "nwgm",
    .title = "The normalised geometric mean of all sub-networks is the scaled network",
    .source =
        "Hinton et al., arXiv:1207.0580 (2012); Baldi, Sadowski, NIPS 2013; numbers by hand for one softmax layer",
    .ours = "every sub-network through the engine, in double",
    .time = "no time",
    .needs_data = false,
    .rows = nwgm_rows,
    .measure = nwgm_measure,
};

const Figure kDropconnectMomentsFigure = {
    .id = "dropconnect-moments",
    .title = "DropConnect: moments of a unit, exactly and as a Gaussian",
    .source = "Wan et al., ICML 2013, section 3; numbers by hand for one unit of four weights",
    .ours = "every mask of weights through the engine, and its closed form for ReLU",
    .time = "no time",
    .needs_data = false,
    .rows = dropconnect_rows,
    .measure = dropconnect_measure,
};

const Figure kBaldFigure = {
    .id = "bald",
    .title = "Entropies, mutual information and predictive density of passes",
    .source = "Houlsby et al., arXiv:1112.5745; Gal, Ghahramani, arXiv:1506.02142; numbers by hand",
    .ours = "the measures that the Monte Carlo views show",
    .time = "no time",
    .needs_data = false,
    .rows = bald_rows,
    .measure = bald_measure,
};

}  // namespace dropscope
