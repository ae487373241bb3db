// Variance shift: what batch normalisation makes of dropout before it, in closed form and through the engine.
#include <cmath>

#include "core/dropout/registry.h"
#include "core/nn/network.h"
#include "core/reproduce/figure.h"
#include "core/tensor/panels.h"
#include "core/train/trainer.h"
#include "core/train/variance_shift.h"

namespace dropscope {
namespace {

constexpr double kRates[] = {0.1, 0.2, 0.3, 0.5, 0.7};
// ReLU of N(0, 1) has mean 1/sqrt(2 pi) and variance 1/2 - 1/(2 pi).
constexpr double kMean = 0.3989422804014327, kVariance = 0.3408450569081046;
std::vector<FigureRow> rows() {
  std::vector<FigureRow> rows;
  for (double rate : kRates) {
    const double ratio = dropped_variance_ratio(kMean, kVariance, rate);
    std::string at = ", rate 0." + std::to_string(int(std::lround(10 * rate)));
    // Of 640,000 samples: a variance has a relative standard error below 0.4 %, the ratio of two below 0.6 %.
    rows.push_back({"variance in evaluation / in training" + at, "", ratio, "", 0.98 * ratio, 1.02 * ratio});
    rows.push_back({"deviation behind batch normalisation in evaluation" + at, "", std::sqrt(ratio), "",
                    0.98 * std::sqrt(ratio), 1.02 * std::sqrt(ratio)});
  }
  return rows;
}

constexpr int kUnits = 64, kBatch = 500;

struct Spread {
  double sum = 0, squares = 0, count = 0;
  void add(double v) { sum += v, squares += v * v, ++count; }
  double variance() const { return squares / count - (sum / count) * (sum / count); }
};

// 64 ReLU units that each see a number drawn from N(0, 1), dropout, batch normalisation.
std::vector<double> measure(const Circumstances& given, std::uint64_t seed) {
  ArchSpec arch;
  arch.hidden = {make_layer(LayerKind::Dense, kUnits), make_layer(LayerKind::BatchNorm, 0)};
  arch.hidden[1].activation = Activation::Identity;
  const Network<float> network(arch, flat_form(kUnits, 2));
  const int batches = given.quick ? 4 : 20, training = given.quick ? 10 : 100;
  std::vector<double> values;
  for (double rate : kRates) {
    AlignedVector<float> params(network.param_count());
    network.init(seed, params);
    for (const ParamBlock& block : network.blocks())
      for (int o = 0; block.name == "hidden1.weight" && o < kUnits; ++o)
        for (int i = 0; i < kUnits; ++i) params[block.offset + panel_index(o, i, kUnits)] = o == i ? 1 : 0;
    const int site = network.find_site("hidden1");
    const NoisePlan plan{find_variant("inverted"), rate, {}, {}};
    Tape<float> tape = network.make_tape();
    Spread dropped, evaluated, behind;
    std::uint32_t number = 0;
    const auto pass = [&](bool train) {
      Tensor<float>& x = network.begin(tape, kBatch);
      const Uniforms draws({seed, std::uint32_t(100 * rate), number}, Stream::Test);
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(draws.normal(std::uint32_t(i)));
      tape.training = train;
      const Uniforms masks({seed, site_place("hidden1"), number++}, Stream::Dropout);
      if (train)
        network.draw_noise_at(params, plan, site, {&masks, 1}, tape);
      else
        network.expect_noise_at(params, plan, site, tape);
      network.forward(params, tape, nullptr);
    };
    for (int b = 0; b < training; ++b) {
      pass(true);
      network.update_statistics(tape, params);
      if (b >= training - batches)
        for (float v : tape.layers[1].out().v) dropped.add(double(v));
    }
    for (int b = 0; b < batches; ++b) {
      pass(false);
      for (float v : tape.layers[1].out().v) evaluated.add(double(v));
      for (float v : tape.layers[2].out().v) behind.add(double(v));
    }
    values.push_back(evaluated.variance() / dropped.variance());
    values.push_back(std::sqrt(behind.variance()));
    if (given.progress) given.progress->progress("variance shift", values.size(), 2 * std::size(kRates));
  }
  return values;
}

}  // namespace

extern const Figure kVarianceShiftFigure;
const Figure kVarianceShiftFigure = {
    .id = "variance-shift",
    .title = "Dropout before batch normalisation shifts the variance in evaluation",
    .source = "closed form of Li, Chen, Hu, Yang, arXiv:1801.05134, for ReLU of standard normal numbers",
    .ours = "64 ReLU units, inverted dropout, batch normalisation: 640,000 samples through the engine",
    .time = "about a second",
    .needs_data = false,
    .rows = rows,
    .measure = measure,
};

}  // namespace dropscope
