#include "core/data/sequences.h"

#include <vector>

#include "core/base/hash.h"
#include "core/data/example_draws.h"

namespace dropscope {
namespace {

constexpr int kAttempts = 64;

Part part_of(std::span<const int> tokens) {
  Fnv1a hash;
  for (int token : tokens) hash.word(std::uint64_t(token));
  // The last bit of the hash is the parity of the tokens, so every bit is mixed into the one that decides.
  std::uint64_t z = hash.digest();
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (z >> 63) != 0 ? Part::Train : Part::Validation;
}

Split make_split(std::size_t count, Part part, const SequenceShape& shape, TokenRule rule, const DataSpec& spec,
                 std::uint64_t seed) {
  const std::size_t steps = std::size_t(shape.steps), rows = shape.label_each_step ? steps : 1;
  Split split;
  split.count = count;
  split.x.resize(count * steps);
  split.label.resize(count * rows);
  std::vector<int> tokens(steps);
  for (std::size_t i = 0; i < count; ++i) {
    const Uniforms draws = example_draws(seed, part, i);
    const std::span<std::int32_t> labels = std::span(split.label).subspan(i * rows, rows);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      rule(i, spec, AttemptDraws(draws, std::uint32_t(attempt) * std::uint32_t(steps + 1)), tokens, labels);
      if (part_of(tokens) == part) break;
    }
    for (std::size_t t = 0; t < steps; ++t) split.x[i * steps + t] = float(tokens[t]);
  }
  return split;
}

}  // namespace

Dataset make_tokens(const DatasetSource& source, const SequenceShape& shape, int outputs, TokenRule rule,
                    const DataSpec& spec, std::uint64_t seed) {
  Dataset data;
  data.id = source.id;
  data.name = source.name;
  data.task = Task::Classification;
  data.inputs = shape.steps;
  data.outputs = outputs;
  data.sequence = shape;
  for (int t = 0; t < shape.steps; ++t) data.input_names.push_back("step " + std::to_string(t + 1));
  data.train = make_split(std::size_t(spec.train), Part::Train, shape, rule, spec, seed);
  data.validation = make_split(std::size_t(spec.validation), Part::Validation, shape, rule, spec, seed);
  return data;
}

}  // namespace dropscope
