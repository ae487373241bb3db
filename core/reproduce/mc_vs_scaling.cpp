// Figure 11 of the 2014 paper: how many sub-networks have to be averaged to do as well as the scaled network.
#include <algorithm>
#include <cmath>

#include "core/analysis/monte_carlo.h"
#include "core/reproduce/training.h"

namespace dropscope {
namespace {

constexpr int kPasses[] = {1, 2, 5, 10, 20, 50, 100};
constexpr int kMostPasses = 100;

std::vector<FigureRow> rows() {
  const double most = std::numeric_limits<double>::infinity();
  std::vector<FigureRow> rows{{"test error, scaled network", "%", std::nullopt, "", -most, most}};
  for (int k : kPasses)
    rows.push_back({"test error, mean of " + std::to_string(k) + (k == 1 ? " pass" : " passes"), "%", std::nullopt, "",
                    -most, most});
  rows.push_back({"one pass above the scaled network", "points", std::nullopt, "far above", 0.5, most});
  rows.push_back({"100 passes above the scaled network", "points", std::nullopt, "within a deviation", -0.25, 0.25});
  // The figure has points at 10, 20, 30, ... and wide bars, so a factor of two and a half either way.
  rows.push_back({"passes that do as well within a deviation", "", 50.0, "", 20, 125});
  return rows;
}

// Errors, in per cent, of the mean over the first k passes for every k in kPasses.
std::vector<double> errors_of_means(const Trainer& trainer, const Circumstances& given, std::uint64_t seed) {
  const Dataset& data = trainer.data();
  const std::size_t classes = std::size_t(data.outputs), inputs = std::size_t(data.inputs), n = data.validation.count;
  constexpr std::size_t kAtOnce = 500;  // examples whose passes are kept at a time
  MonteCarloPlan plan;
  plan.passes = kMostPasses;
  plan.masks = MaskSharing::PerPoint;
  plan.seed = seed;
  plan.keep = true;
  std::vector<double> wrong(std::size(kPasses), 0.0);
  for (std::size_t first = 0; first < n; first += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, n - first);
    plan.first_pass = std::int64_t(first / kAtOnce) * kMostPasses;
    const auto passes =
        monte_carlo<float>(model_of(trainer), std::span(data.validation.x).subspan(first * inputs, count * inputs),
                           count, plan, given.parallel);
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<double> sum(classes, 0.0);
      std::size_t at = 0;
      for (int t = 0; t < kMostPasses; ++t) {
        for (std::size_t c = 0; c < classes; ++c)
          sum[c] += double(passes.kept[(std::size_t(t) * count + i) * classes + c]);
        if (t + 1 != kPasses[at]) continue;
        const auto answer = std::max_element(sum.begin(), sum.end()) - sum.begin();
        wrong[at++] += answer != data.validation.label[first + i] ? 100.0 / double(n) : 0;
      }
    }
    if (given.progress) given.progress->progress("passes with masks", first + count, n);
  }
  return wrong;
}

std::vector<double> measure(const Circumstances& given, std::uint64_t seed) {
  const auto data = reproduction::load_digits(given, PixelRange::ZeroOne);
  RunSpec spec = reproduction::classifier({512, 512}, seed, reproduction::shortened(given, 8000));
  spec.dropout.at("input").rate = 0.2;
  spec.dropout.at("hidden1").rate = spec.dropout.at("hidden2").rate = 0.5;
  const auto trainer = reproduction::trained(spec, data, given, "training");
  if (!trainer) return std::vector<double>(std::size(kPasses) + 4, std::numeric_limits<double>::quiet_NaN());
  const double scaled = reproduction::test_error(*trainer);
  const std::vector<double> means = errors_of_means(*trainer, given, seed);
  std::vector<double> values{scaled};
  values.insert(values.end(), means.begin(), means.end());
  values.push_back(means.front() - scaled);
  values.push_back(means.back() - scaled);
  // The standard deviation of an error of e per cent among n examples.
  const double deviation = std::sqrt(scaled * (100 - scaled) / double(data->validation.count));
  double enough = std::numeric_limits<double>::infinity();
  for (std::size_t k = std::size(kPasses); k-- > 0 && means[k] <= scaled + deviation;) enough = kPasses[k];
  values.push_back(enough);
  return values;
}

}  // namespace

extern const Figure kMcVsScalingFigure;
const Figure kMcVsScalingFigure = {
    .id = "mc-vs-scaling",
    .title = "Averaging sub-networks against scaling weights",
    .source = "Srivastava et al., JMLR 15 (2014), figure 11: about 50 sampled networks do as well as weight scaling",
    .ours = "784-512-512-10, rates 0.2 and 0.5, Adam 1e-3, 8000 updates of 100 digits; class probabilities averaged",
    .time = "about 1.5 min",
    .needs_data = true,
    .rows = rows,
    .measure = measure,
};

}  // namespace dropscope
