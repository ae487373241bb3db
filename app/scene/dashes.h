// How dashed outlines are cut up, in one place, so that every painter shows the same dashes.
// No drawing, no allocation beyond the pieces returned.
#pragma once
#include <span>
#include <vector>

#include "app/scene/display_list.h"

namespace dropscope {

// Dashes around a ring, starting at angle 0 and as long as the gaps; at least 3, so that a small ring looks dashed.
int ring_dashes(float radius, float dash);

// The drawn pieces of a line through `points`; a dash may turn a corner.
std::vector<std::vector<Vec2>> dashed_pieces(const std::vector<Vec2>& points, float dash, bool closed);
// With dashes and gaps of these lengths in turn; an even number of them, none negative.
std::vector<std::vector<Vec2>> dashed_pieces(const std::vector<Vec2>& points, std::span<const float> pattern,
                                             bool closed);

// The outline of a box as points, clockwise from the top left corner's end; corners as arcs of a few points.
std::vector<Vec2> box_outline(Rect rect, float rounding);

}  // namespace dropscope
