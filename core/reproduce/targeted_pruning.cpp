// Pruning curves: a network that was trained with targeted dropout keeps working when its small weights go.
#include "core/analysis/pruning.h"
#include "core/reproduce/training.h"

namespace dropscope {
namespace {

constexpr double kFractions[] = {0, .25, .50, .75, .85, .90, .95};

struct Setting {
  const char* name;
  double share, rate;  // share of the incoming weights that is targeted, P(one of them is dropped)
  double error[7];     // test error at each fraction, %
};
constexpr Setting kSettings[] = {
    {"no dropout", 0, 0, {2.20, 2.28, 4.22, 25.9, 50.7, 64.2, 83.8}},
    {"half targeted, rate 0.5", .50, .50, {2.31, 2.39, 2.35, 7.82, 40.0, 50.3, 75.7}},
    {"three quarters, rate 0.66", .75, .66, {3.13, 3.08, 2.89, 2.57, 8.02, 19.6, 59.3}},
    {"nine tenths, rate 0.9", .90, .90, {11.7, 10.7, 9.17, 5.59, 4.11, 4.14, 14.5}},
};

std::vector<FigureRow> rows() {
  std::vector<FigureRow> rows;
  for (const Setting& s : kSettings)
    for (std::size_t f = 0; f < std::size(kFractions); ++f) {
      // One run each: a point, or a third of steep parts of the curve.
      const double off = std::max(1.0, 0.35 * s.error[f]);
      rows.push_back({std::string(s.name) + ", " + std::to_string(int(100 * kFractions[f] + 0.5)) + " % pruned", "%",
                      s.error[f], "", s.error[f] - off, s.error[f] + off});
    }
  return rows;
}

std::vector<double> measure(const Circumstances& given, std::uint64_t seed) {
  const auto data = reproduction::load_digits(given, PixelRange::ZeroOne);
  std::vector<double> values;
  for (const Setting& s : kSettings) {
    RunSpec spec = reproduction::classifier({128, 64, 32}, seed, reproduction::shortened(given, 4000));
    for (const char* layer : {"hidden1.weight", "hidden2.weight", "hidden3.weight"}) {
      if (s.rate == 0) continue;
      SitePlan& site = spec.dropout.at(layer);
      site.variant = "targeted_weight";
      site.rate = s.rate;
      site.params["target"] = s.share;
    }
    const auto trainer = reproduction::trained(spec, data, given, s.name);
    if (!trainer) {
      values.insert(values.end(), std::size(kFractions), std::numeric_limits<double>::quiet_NaN());
      continue;
    }
    for (const PrunedPoint& point :
         pruning_curve(model_of(*trainer), data->validation, true, 0, kFractions, PruneBy::Weights))
      values.push_back(100 * point.error);
  }
  return values;
}

}  // namespace

extern const Figure kTargetedPruningFigure;
const Figure kTargetedPruningFigure = {
    .id = "targeted-pruning",
    .title = "Test error against the share of weights pruned after training",
    .source =
        "method: Gomez et al., arXiv:1905.13678; numbers: one run each of an independent prototype of this very "
        "setting, since the paper's are of other networks",
    .ours =
        "784-128-64-32-10, Adam 1e-3, 4000 updates of 100 digits; targeted weight dropout in all layers but the last",
    .time = "about 1 min",
    .needs_data = true,
    .rows = rows,
    .measure = measure,
};

}  // namespace dropscope
