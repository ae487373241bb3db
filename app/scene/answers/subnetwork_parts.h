// The cards of the Subnetworks topic. Used inside app/scene/answers.
#pragma once
#include <utility>

#include "app/scene/answers/parts.h"

namespace dropscope::answers {

// The one output that the topic shows: P(class 1) of two classes, of more the class that weight scaling prefers (at the
// last step, where each step has a label); of numbers the first.
struct ShownOutput {
  std::size_t index = 0;  // into a row of the report's predictions
  std::size_t first = 0;  // of the softmax that it is in; 0 for numbers
  std::string name;       // "P(class 1)"
};
ShownOutput shown_output(const SubnetworkReport& report, const DataView& data);
// What sub-network `bits` predicts for it.
double prediction_of(const SubnetworkReport& report, const ShownOutput& shown, std::uint32_t bits);
// The face of a prediction: the winner's colour, paler the less sure; of numbers, over their own range.
Color prediction_color(const SubnetworkReport& report, const ShownOutput& shown, std::uint32_t bits,
                       const Palette& palette, std::pair<double, double> range);
// Of the shown output over all sub-networks.
std::pair<double, double> prediction_range(const SubnetworkReport& report, const ShownOutput& shown);

// What was asked gave numbers; a network that diverged says NaN or infinity of an input.
bool has_numbers(const SubnetworkReport& report);
inline constexpr const char* kNoNumbers = "no numbers: the network has diverged";

// All 2^n of them; a click chooses. The place of each in the wall's order: order[place] = bits.
std::vector<std::uint32_t> wall_order(const SubnetworkReport& report, const ShownOutput& shown, bool by_prediction);
struct WallGrid {
  int cols = 1, rows = 1;
  Rect room;  // of all cells
  Rect cell(std::size_t place) const;
  std::size_t place_at(Vec2 at) const;
};
// Powers of two, whose cells are as large as can be.
WallGrid wall_grid(int gates, Rect room);
AnswerPicture wall_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);

// The network of a spec of dense layers with some units missing; columns as they are, or as the gates say.
void add_small_network(DisplayList& list, const AnswerInput& in, std::uint32_t bits, Rect room, bool edges,
                       const CardStyle& style);
// The chosen sub-network, or the whole one: units, probability, prediction.
AnswerPicture chosen_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);

// Three needles over the distribution of what sub-networks say.
AnswerPicture averages_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);
// Why they agree or not.
std::string theory_words(const AnswerInput& in);

// Error of the Monte Carlo mean against the number of masks, for this input and over the validation examples.
AnswerPicture error_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);
AnswerPicture validation_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);

}  // namespace dropscope::answers
