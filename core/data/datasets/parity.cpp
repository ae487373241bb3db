// Whether a sequence of fair bits holds an odd number of ones. Every bit matters, and none tells anything by itself.
// Examples are even and odd by turns; the last bit sees to it.
#include "core/data/sequences.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::LabelNoise, DataOption::Steps};

void parity_rule(std::size_t example, const DataSpec&, const AttemptDraws& draws, std::span<int> tokens,
                 std::span<std::int32_t> labels) {
  labels[0] = std::int32_t(example % 2);
  int last = int(labels[0]);
  for (std::size_t t = 0; t + 1 < tokens.size(); ++t) {
    tokens[t] = int(draws.below(std::uint32_t(t), 2));
    last ^= tokens[t];
  }
  tokens.back() = last;
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kParity;
constinit const DatasetSource kParity = {
    .id = "parity",
    .name = "Parity",
    .one_line =
        "is the number of ones odd? One bit of memory solves it, and a network that learns the examples by heart "
        "is at chance on new ones",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  const SequenceShape shape{.steps = spec.steps, .features = 1, .tokens = true, .vocabulary = 2};
  Dataset data = make_tokens(kParity, shape, 2, parity_rule, spec, seed);
  data.output_names = {"even", "odd"};
  return data;
}

}  // namespace
}  // namespace dropscope
