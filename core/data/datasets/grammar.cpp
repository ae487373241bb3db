// The next letter of strings from Reber's grammar (A. S. Reber, Journal of Verbal Learning and Verbal Behavior 6,
// 1967), one after the other, each B ... E. Where two letters may follow, each does so with probability 1/2, and what
// was read so far always tells the place in the grammar. So no prediction is better, on average over steps, than
// ln 2 times the share of steps with a choice: 0.5397 nats for 20 steps (tests/core/data derives it).
#include <array>

#include "core/data/sequences.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::LabelNoise, DataOption::Steps};

enum Letter : int { B, T, P, S, X, V, E };
constexpr std::array kLetters = {"B", "T", "P", "S", "X", "V", "E"};

struct Choice {
  Letter letter;
  int next;
};
// The two ways on from each place; the same one twice where there is no choice.
constexpr Choice kWays[7][2] = {{{B, 1}, {B, 1}}, {{T, 2}, {P, 3}}, {{S, 2}, {X, 4}}, {{T, 3}, {V, 5}},
                                {{X, 3}, {S, 6}}, {{P, 4}, {V, 6}}, {{E, 0}, {E, 0}}};

void grammar_rule(std::size_t, const DataSpec&, const AttemptDraws& draws, std::span<int> tokens,
                  std::span<std::int32_t> labels) {
  int place = 0;
  for (std::size_t t = 0; t <= tokens.size(); ++t) {
    const Choice& way = kWays[place][draws.below(std::uint32_t(t), 2)];
    if (t < tokens.size()) tokens[t] = way.letter;
    if (t > 0) labels[t - 1] = way.letter;
    place = way.next;
  }
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kGrammar;
constinit const DatasetSource kGrammar = {
    .id = "grammar",
    .name = "Reber grammar",
    .one_line =
        "which letter comes next? Half of it is chance, so the best loss is known and everything below it is "
        "learned by heart",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  const SequenceShape shape{
      .steps = spec.steps, .features = 1, .tokens = true, .vocabulary = int(kLetters.size()), .label_each_step = true};
  Dataset data = make_tokens(kGrammar, shape, int(kLetters.size()), grammar_rule, spec, seed);
  data.output_names.assign(kLetters.begin(), kLetters.end());
  return data;
}

}  // namespace
}  // namespace dropscope
