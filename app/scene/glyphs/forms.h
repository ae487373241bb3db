// The few shapes all glyphs are made of, so that one state looks the same under every variant.
#pragma once
#include <string>

#include "app/scene/glyphs/glyph.h"

namespace dropscope {

// Neutral at 0, blue above, orange below; `limit` is full colour.
Color value_color(const Palette& palette, float value, float limit);
// Black or white, whichever reads better on `fill`.
Color ink_on(Color fill);

// A unit that passes its value on: filled, empty with a minus sign for exactly 0, hazard square for NaN.
// Pending: a thin empty ring. `outline` scales the width of the rim.
void paint_live_unit(DisplayList& list, const UnitMark& mark, const MarkStyle& style, float outline = 1);
// Yellow and black stripes: this number is not a number.
void paint_hazard(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
// Flat disc at 90 %, dashed ring, X; at full detail the stub of a cut edge.
void paint_dropped_unit(DisplayList& list, const UnitMark& mark, const MarkStyle& style, bool stub);
// Where there is room for little: blank, framed, one slash.
void paint_dropped_box(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
// Two strokes through `center` reaching `reach` along each axis.
void paint_x(DisplayList& list, Vec2 center, float reach, float width, Color color);
// A filled square tile of the mark's size, solid frame; hazard stripes for NaN.
void paint_live_tile(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
Rect tile_rect(const UnitMark& mark);
// Lines at 45 degrees inside `rect`, `step` apart.
void paint_hatch(DisplayList& list, Rect rect, float step, float width, Color color);
// At the top right of `rect`: held by hand until released.
void paint_locked(DisplayList& list, Rect rect, const MarkStyle& style);
// At the top left of `rect`, a pin: set by hand for this update.
void paint_by_hand(DisplayList& list, Rect rect, const MarkStyle& style);
// A 0 struck through, its left edge at `at`: nothing flows back here.
void paint_struck_zero(DisplayList& list, Vec2 at, float size, const MarkStyle& style);
// A short label on a plate of the background's colour, right of the mark.
void paint_side_label(DisplayList& list, const UnitMark& mark, const MarkStyle& style, const std::string& text);

}  // namespace dropscope
