// A wave with a slope, y = sin(1.5 x) + 0.3 x on [-3, 3], seen with Gaussian noise of standard deviation
// `noise`. No training input lies in the gap (0, 1.5). Validation covers the whole range, gap included:
// there the training set says nothing, so the held-out error grows where an honest uncertainty should.
#include <cmath>

#include "core/data/dataset.h"
#include "core/data/example_draws.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::Noise, DataOption::LabelNoise};
constexpr double kLow = -3, kHigh = 3, kGapLow = 0, kGapHigh = 1.5;

// Maps u in (0, 1) to an input; training skips the gap.
double input_at(double u, Part part) {
  if (part == Part::Validation) return kLow + (kHigh - kLow) * u;
  const double seen = (kHigh - kLow) - (kGapHigh - kGapLow), x = kLow + seen * u;
  return x < kGapLow ? x : x + (kGapHigh - kGapLow);
}

Split make_split(std::size_t count, Part part, double noise, std::uint64_t seed) {
  Split split;
  split.count = count;
  split.x.resize(count);
  split.target.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Uniforms draws = example_draws(seed, part, i);
    const double x = input_at(draws.at(0), part);
    split.x[i] = float(x);
    split.target[i] = float(std::sin(1.5 * x) + 0.3 * x + noise * draws.normal(1));
  }
  return split;
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kRegression;
constinit const DatasetSource kRegression = {
    .id = "regression",
    .name = "Curve with a gap",
    .one_line =
        "a noisy curve with no training points in one stretch: many passes with dropout on disagree there, "
        "which is what Monte Carlo dropout reads as doubt",
    .task = Task::Regression,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  Dataset data;
  data.id = kRegression.id;
  data.name = kRegression.name;
  data.task = Task::Regression;
  data.inputs = data.outputs = 1;
  data.input_names = {"x"};
  data.output_names = {"y"};
  data.train = make_split(std::size_t(spec.train), Part::Train, spec.noise, seed);
  data.validation = make_split(std::size_t(spec.validation), Part::Validation, spec.noise, seed);
  return data;
}

}  // namespace
}  // namespace dropscope
