// Cards of Step mode: the arithmetic of a unit, what it gives in eval mode, the outputs for the example shown. Pure
// functions into a rectangle; the room they take does not depend on the phase.
#pragma once
#include "app/scene/card.h"
#include "app/scene/step_text.h"

namespace dropscope {

// Heights that hold everything at readable sizes, in pixels, with the card's frame.
float unit_card_height(const CardStyle& style);
float eval_card_height(const CardStyle& style);
float output_card_height(const Snapshot& snapshot, const CardStyle& style);

DisplayList build_unit_card(const CardText& card, Rect area, const CardStyle& style, const TextMeasure& measure);
// With the running mean as a small curve, and the eval value as a line it comes to.
DisplayList build_eval_card(const Snapshot& snapshot, const CardText& card, Rect area, const CardStyle& style,
                            const TextMeasure& measure);
// A bar for each class, or the output beside the target; the losses of the example and of the batch.
DisplayList build_output_card(const Snapshot& snapshot, Rect area, const CardStyle& style, const TextMeasure& measure);

}  // namespace dropscope
