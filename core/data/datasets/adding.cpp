// The adding problem (Hochreiter and Schmidhuber, Neural Computation 9(8), 1997; in this form Le, Jaitly and
// Hinton, arXiv:1504.00941): every step has a value in (0, 1) and a mark; one step of the first half and one of the
// second are marked with 1, the others with 0. The target is the sum of the two marked values. Who always says 1
// has a squared error of 1/6.
#include "core/data/dataset.h"
#include "core/data/example_draws.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::LabelNoise, DataOption::Steps};
constexpr std::size_t kFeatures = 2;

Split make_split(std::size_t count, Part part, std::size_t steps, std::uint64_t seed) {
  Split split;
  split.count = count;
  split.x.resize(count * steps * kFeatures);
  split.target.resize(count);
  const std::uint32_t half = std::uint32_t(steps / 2), rest = std::uint32_t(steps) - half;
  for (std::size_t i = 0; i < count; ++i) {
    const Uniforms draws = example_draws(seed, part, i);
    const std::uint32_t marked[2] = {draws.below(0, half), half + draws.below(1, rest)};
    float* x = split.x.data() + i * steps * kFeatures;
    for (std::uint32_t t = 0; t < steps; ++t) x[kFeatures * t] = float(draws.at(2 + t));
    for (std::uint32_t t : marked) {
      x[kFeatures * t + 1] = 1;
      split.target[i] += x[kFeatures * t];
    }
  }
  return split;
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kAdding;
constinit const DatasetSource kAdding = {
    .id = "adding",
    .name = "Adding problem",
    .one_line =
        "two of many numbers are marked and must be added: a recurrent network has to carry the first one along, "
        "and careless dropout erases it",
    .task = Task::Regression,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  Dataset data;
  data.id = kAdding.id;
  data.name = kAdding.name;
  data.task = Task::Regression;
  data.inputs = spec.steps * int(kFeatures);
  data.outputs = 1;
  data.sequence = SequenceShape{.steps = spec.steps, .features = int(kFeatures)};
  for (int t = 1; t <= spec.steps; ++t) {
    data.input_names.push_back("value " + std::to_string(t));
    data.input_names.push_back("mark " + std::to_string(t));
  }
  data.output_names = {"sum"};
  data.train = make_split(std::size_t(spec.train), Part::Train, std::size_t(spec.steps), seed);
  data.validation = make_split(std::size_t(spec.validation), Part::Validation, std::size_t(spec.steps), seed);
  return data;
}

}  // namespace
}  // namespace dropscope
