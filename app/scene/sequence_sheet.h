// Sequences of the validation split as rows of letters or bars, with what the network says of them.
#pragma once
#include "app/scene/card.h"
#include "core/session/snapshot.h"

namespace dropscope {

DisplayList build_sequence_sheet(const Snapshot& snapshot, Rect area, const CardStyle& style,
                                 const TextMeasure& measure);

// A token as one letter: the name of its class where tokens are classes, "·" for a blank, "›" for a go mark.
std::string token_text(const DataView& data, int token);

}  // namespace dropscope
