// The cards of the Dependence topic: each shows this run and, beside it or in the same plot, the same run trained without
// dropout. Used inside app/scene/answers.
#pragma once
#include <memory>

#include "app/scene/answers/grid.h"
#include "app/scene/answers/parts.h"

namespace dropscope::answers {

// One of the two, by its name, colour and mark.
struct Twin {
  std::shared_ptr<const DependenceReport> report;  // null: not trained yet
  std::string name;
  std::string id;  // of areas: "run" or "twin"
  Color color;
  int mark = 0;
};
// This run and the other one.
std::vector<Twin> twins_of(const AnswerInput& in, const Palette& palette);
// What to do for the second one to be there.
std::string twin_words(const AnswerInput& in);

// The two halves of a card, each below its name; in the place of what is not there yet, words.
struct Half {
  Twin twin;
  Rect room;  // below the name
};
std::vector<Half> add_halves(AnswerPicture& picture, const AnswerInput& in, Rect room, const CardStyle& style,
                             const TextMeasure& measure);

// Areas "correlation.run", "rises.run", "zeros.run" and so on hold the numbers that are written there.
AnswerPicture correlation_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);
AnswerPicture knock_out_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);
AnswerPicture activity_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);
AnswerPicture features_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);
bool has_features(const AnswerInput& in);
// Against the share of units that are removed.
AnswerPicture removal_card(const AnswerInput& in, bool accuracy, Rect card, const CardStyle& style,
                           const TextMeasure& measure);
// Against the share that is pruned, by weights and by units. Area "pruning": a click or drag moves the slider.
AnswerPicture pruning_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure);
// The measured point that is nearest to a share; null where there is none.
const PrunedPoint* pruned_at(const std::vector<PrunedPoint>& curve, double share);

}  // namespace dropscope::answers
