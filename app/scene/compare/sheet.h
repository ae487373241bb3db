// Where the parts of Compare mode are, for the window and for pictures. A pure function of sizes.
#pragma once
#include <vector>

#include "app/scene/card.h"

namespace dropscope {

// Panes side by side over the whole of `area`.
std::vector<Rect> place_panes(Rect area, std::size_t runs, float gap);

// Below the panes: curves at the left, the table at the right.
struct CompareSheet {
  std::vector<Rect> panes;
  Rect loss, accuracy;  // curves; accuracy has no width where there is none, or no room for two
  Rect table;
};
CompareSheet layout_compare(Rect area, std::size_t runs, bool accuracy, const CardStyle& style);

}  // namespace dropscope
