// The cards of the Uncertainty topic. Used inside app/scene/answers.
#pragma once
#include "app/scene/answers/grid.h"
#include "app/scene/answers/parts.h"

namespace dropscope::answers {

// The mean over a line of inputs with the band of its passes, some of these, the training examples and the gaps
// between them. Area "band": a click or drag probes there.
AnswerPicture band_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);

// A map over the plane with the mean decision line. Areas "map.entropy" and "map.information": a click or drag probes.
enum class Doubt { Entropy, Information };
AnswerPicture map_card(const AnswerInput& in, Doubt doubt, Rect card, const CardStyle& style,
                       const TextMeasure& measure);
// Where the map of a grid is in the plane of pixels: points of the grid are the middles of its cells.
Vec2 place_on_map(const PlaneGrid& grid, Rect plane, double x, double y);
Vec2 inputs_on_map(const PlaneGrid& grid, Rect plane, Vec2 at);
// The value that has the brightest colour: log(classes), the most that both maps can reach, so that a colour means the
// same on both of them and at every step.
double map_limit(const UncertaintyReport& report);

// The validation examples about which passes disagree most and least, of those that the window has. Areas "example.N":
// a click probes it.
AnswerPicture examples_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);
// Which of them, the most doubtful first.
std::vector<std::size_t> examples_by_doubt(const AnswerInput& in);

// The probe: what each pass says of it, and what their disagreement is.
AnswerPicture probe_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);
float probe_height(const AnswerInput& in, const CardStyle& style);

// What the picture says on average: near the examples and away from them, right ones and wrong ones.
AnswerPicture averages_of_doubt_card(const AnswerInput& in, Rect card, const CardStyle& style,
                                     const TextMeasure& measure);
float averages_of_doubt_height(const AnswerInput& in, const CardStyle& style);

// What the picture does not say, in words.
std::string caveat_words(const UncertaintyReport& report);

}  // namespace dropscope::answers
