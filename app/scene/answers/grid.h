// Where the cards of a topic stand, and rows of numbers in them. Used inside app/scene/answers.
#pragma once
#include <initializer_list>
#include <string>
#include <vector>

#include "app/scene/card.h"

namespace dropscope::answers {

// A rectangle cut into parts of these shares, `space` apart, from the left or from the top.
std::vector<Rect> cut_columns(Rect row, std::initializer_list<float> shares, float space);
std::vector<Rect> cut_rows(Rect column, std::initializer_list<float> shares, float space);

// The size of words and numbers that are to be read, at least 13 pixels.
float body_px(const CardStyle& style);
// What words of that size take in height, where no measure is at hand; rather too much.
float likely_height(const std::string& words, float width, const CardStyle& style);
// A card with one line at its head and `body` below it.
float card_height(float body, const CardStyle& style);

// A name at the left and its value at the right.
struct Fact {
  std::string name, value;
};
float facts_height(std::size_t count, const CardStyle& style);
// As many as have room; the names give way.
void add_facts(DisplayList& list, Rect room, const std::vector<Fact>& facts, const CardStyle& style,
               const TextMeasure& measure);
// value_text, a dash for what is not finite.
std::string number_or_dash(double value);

// One text, cut to `width`, with its middle at `at.y`.
void add_label(DisplayList& list, Vec2 at, const std::string& text, float width, float size, Color color, HAlign align,
               const TextMeasure& measure, Face face = Face::Regular);

}  // namespace dropscope::answers
