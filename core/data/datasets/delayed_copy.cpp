// The copying memory problem (Hochreiter and Schmidhuber, Neural Computation 9(8), 1997; in this form Arjovsky, Shah
// and Bengio, arXiv:1511.06464): a word of steps/4 symbols, blanks, a go mark, blanks. From the go mark on, the
// word must be said again, one symbol a step; other steps are not scored. Token 0 is the blank, 1 .. symbols the
// symbols (classes 0 .. symbols-1), symbols+1 the go mark. Guessing costs ln(symbols) a step, remembering nothing.
#include <algorithm>

#include "core/data/sequences.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::LabelNoise, DataOption::Steps, DataOption::Symbols};

void copy_rule(std::size_t, const DataSpec& spec, const AttemptDraws& draws, std::span<int> tokens,
               std::span<std::int32_t> labels) {
  const std::size_t steps = tokens.size(), word = std::max<std::size_t>(1, steps / 4);
  std::fill(tokens.begin(), tokens.end(), 0);
  std::fill(labels.begin(), labels.end(), -1);
  tokens[steps - word] = spec.symbols + 1;
  for (std::size_t k = 0; k < word; ++k) {
    const int symbol = int(draws.below(std::uint32_t(k), std::uint32_t(spec.symbols)));
    tokens[k] = 1 + symbol;
    labels[steps - word + k] = symbol;
  }
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kDelayedCopy;
constinit const DatasetSource kDelayedCopy = {
    .id = "delayed_copy",
    .name = "Delayed copy",
    .one_line =
        "a word, a long silence, then the word again: the memory must last, which dropout with a new mask at every "
        "step makes impossible",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  const SequenceShape shape{
      .steps = spec.steps, .features = 1, .tokens = true, .vocabulary = spec.symbols + 2, .label_each_step = true};
  Dataset data = make_tokens(kDelayedCopy, shape, spec.symbols, copy_rule, spec, seed);
  for (int s = 0; s < spec.symbols; ++s) data.output_names.push_back("symbol " + std::string(1, char('A' + s)));
  return data;
}

}  // namespace
}  // namespace dropscope
