// Figures 7 and 8 of the 2014 paper: an autoencoder's hidden units become sparse with dropout.
#include "core/analysis/coadaptation.h"
#include "core/reproduce/training.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

std::vector<FigureRow> rows() {
  const double most = std::numeric_limits<double>::infinity();
  return {{"mean hidden activation, without dropout", "", 2.0, "", 1.5, 2.5},
          {"mean hidden activation, with dropout", "", 0.7, "", 0.5, 0.9},
          {"with dropout / without", "", std::nullopt, "well below 1 (0.7 / 2.0)", 0, 0.6},
          {"exact zeros, without dropout", "%", std::nullopt, "", -most, most},
          {"exact zeros, with dropout", "%", std::nullopt, "", -most, most},
          {"more zeros with dropout", "%", std::nullopt, "a sharp peak at zero", 10, most},
          {"reconstruction error, without dropout", "squares per image", std::nullopt, "", -most, most},
          {"reconstruction error, with dropout", "squares per image", std::nullopt, "", -most, most},
          {"error with dropout / without", "", std::nullopt, "similar errors", 0.5, 2}};
}

std::vector<double> measure(const Circumstances& given, std::uint64_t seed) {
  const auto data = reproduction::autoencoding(*reproduction::load_digits(given, PixelRange::ZeroOne));
  double mean[2], zeros[2], error[2];
  for (int k = 0; k < 2; ++k) {
    RunSpec spec = reproduction::classifier({256}, seed, reproduction::shortened(given, 6000));
    // He's larger first weights kill half of the units in the first hundred updates.
    spec.network.init = Init::Uniform;
    spec.dropout.at("hidden1").rate = k == 0 ? 0 : 0.5;
    const auto trainer = reproduction::trained(spec, data, given, k == 0 ? "without dropout" : "with dropout");
    mean[k] = zeros[k] = error[k] = std::numeric_limits<double>::quiet_NaN();
    if (!trainer) continue;
    const Sparsity s = sparsity_of(activations_of(model_of(*trainer), 1, data->validation, 2000), 10);
    mean[k] = s.mean_activation;
    zeros[k] = 100 * s.zero_share;
    Tape<float> tape = trainer->network().make_tape();
    error[k] = double(data->outputs) * evaluate_split(trainer->network(), trainer->params(), trainer->plans(),
                                                      data->validation, false, 0, tape, nullptr)
                                           .loss;
  }
  return {mean[0],  mean[1],  mean[1] / mean[0],  zeros[0], zeros[1], zeros[1] - zeros[0],
          error[0], error[1], error[1] / error[0]};
}

}  // namespace

extern const Figure kSparsityFigure;
const Figure kSparsityFigure = {
    .id = "sparsity",
    .title = "Activations of an autoencoder's hidden units, with dropout 0.5 and without",
    .source = "Srivastava et al., JMLR 15 (2014), figures 7 and 8, read off the histograms",
    .ours =
        "784-256-784, ReLU, linear outputs, squared error, first weights U(-1/sqrt(n), 1/sqrt(n)), Adam 1e-3, 6000 "
        "updates of 100 digits",
    .time = "about 1.5 min",
    .needs_data = true,
    .rows = rows,
    .measure = measure,
};

}  // namespace dropscope
