// What all result cards share: their style, frame and head line. Cards are pure functions into a rectangle.
#pragma once
#include <string>

#include "app/scene/display_list.h"

namespace dropscope {

struct CardStyle {
  const Palette* palette = nullptr;
  float u = 1;  // one design unit in pixels
};

// Draws a rounded frame and gives the room inside its padding.
Rect add_card(DisplayList& list, Rect rect, const CardStyle& style);

// Title left, value right, on one line; gives what is left below it.
Rect add_card_head(DisplayList& list, Rect area, const std::string& title, const std::string& value,
                   const CardStyle& style, const TextMeasure& measure);

// The same room, before the line is known.
Rect below_card_head(Rect area, const CardStyle& style);

// The mark of a class: disc, square, triangle, diamond, ... so that classes differ without colour.
void add_class_mark(DisplayList& list, int shape, Vec2 center, float radius, Color fill, Color stroke,
                    float stroke_width);

}  // namespace dropscope
