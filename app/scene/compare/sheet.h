// Where panes and curves of Compare mode are within the room they have, for the window and for pictures. Pure
// functions of sizes.
#pragma once
#include <vector>

#include "app/scene/card.h"

namespace dropscope {

// Panes side by side over the whole of `area`.
std::vector<Rect> place_panes(Rect area, std::size_t runs, float gap);

// One card for each plot. Side by side where there is width, else the loss alone.
struct CurvePlaces {
  Rect loss, accuracy;  // accuracy has no width where there is none, or no room for two
};
CurvePlaces place_curves(Rect area, bool accuracy, const CardStyle& style);

}  // namespace dropscope
