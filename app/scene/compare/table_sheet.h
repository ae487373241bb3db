// What the rows of Compare mode's table have in common, those of runs and those of a study of many seeds.
#pragma once
#include <string>

#include "app/scene/run_marks.h"

namespace dropscope {

inline const char* const kNoNumber = "\u2013";

// Where it is drawn and how: pixels of numbers and of what is said beside them, height of a row.
struct TableSheet {
  DisplayList& list;
  const CardStyle& style;
  const TextMeasure& measure;
  float size, small, row;
  const Palette& p() const { return *style.palette; }
  float width(const std::string& text, float px, Face face) const { return measure.width(text, px, face); }
  void text(Vec2 at, const std::string& t, float px, Color color, Face face, HAlign h) {
    if (!t.empty()) list.add(draw::Text{at, t, px, color, face, h, VAlign::Middle});
  }
};
TableSheet table_sheet(DisplayList& list, const CardStyle& style, const TextMeasure& measure);

// A run's marker, letter and name around the height of `left`; cut, or on two lines, where `room` is too narrow.
void add_name(TableSheet& s, const std::string& name, std::size_t run, Vec2 left, float room, bool bold,
              bool two_lines);
// The narrowest room in which a text fits on two lines.
float two_line_width(const TableSheet& s, const std::string& text, Face face);
// Bold alone is lost at a distance: a bar below the number says the same.
void add_winner_bar(TableSheet& s, float right, float y, float width);
// The line above a row.
void add_rule(TableSheet& s, Rect area, float y);

}  // namespace dropscope
