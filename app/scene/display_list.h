// What is to be drawn, as plain values: discs, lines, cells, texts, images in pixels, y downwards.
// Scenes are built by pure functions from a Snapshot; painters draw them with OpenGL, ImDrawList or Cairo.
// So a figure for a slide is the same picture as the screen, and tests need no graphics card.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "app/theme/palette.h"

namespace dropscope {

struct Vec2 {
  float x = 0, y = 0;
  constexpr bool operator==(const Vec2&) const = default;
};
constexpr Vec2 operator+(Vec2 a, Vec2 b) { return {a.x + b.x, a.y + b.y}; }
constexpr Vec2 operator-(Vec2 a, Vec2 b) { return {a.x - b.x, a.y - b.y}; }
constexpr Vec2 operator*(Vec2 a, float s) { return {a.x * s, a.y * s}; }

struct Rect {
  Vec2 min, max;
  constexpr float width() const { return max.x - min.x; }
  constexpr float height() const { return max.y - min.y; }
  constexpr Vec2 center() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
  constexpr bool contains(Vec2 p) const { return p.x >= min.x && p.x < max.x && p.y >= min.y && p.y < max.y; }
};

enum class Face : std::uint8_t { Regular, Bold, Mono };
enum class HAlign : std::uint8_t { Left, Center, Right };
enum class VAlign : std::uint8_t { Top, Middle, Baseline, Bottom };

namespace draw {

// Filled and outlined; a fill or stroke of alpha 0 is left out. dash > 0: length of dashes and gaps.
struct Disc { Vec2 center; float radius; Color fill, stroke; float stroke_width = 0; float dash = 0; };
struct Line { Vec2 a, b; float width; Color color; };
struct Polyline { std::vector<Vec2> points; float width; Color color; float dash = 0; bool closed = false; };
struct Polygon { std::vector<Vec2> points; Color fill; };  // convex
// What lies between two lines that go right together, point by point: a band around a curve.
struct Ribbon { std::vector<Vec2> upper, lower; Color fill; };
struct Box { Rect rect; Color fill, stroke; float stroke_width = 0; float rounding = 0; float dash = 0; };
// Degrees clockwise from the positive x axis.
struct Arc { Vec2 center; float radius; float from, to; float width; Color color; };
struct Text { Vec2 at; std::string text; float size; Color color; Face face = Face::Regular;
              HAlign h = HAlign::Left; VAlign v = VAlign::Top; };
// Row 0 at the top; rgba is cols * rows.
struct Image { Rect rect; int cols = 0, rows = 0; std::vector<Color> rgba; bool smooth = false; };
struct PushClip { Rect rect; };
struct PopClip {};

using Item = std::variant<Disc, Line, Polyline, Polygon, Ribbon, Box, Arc, Text, Image, PushClip, PopClip>;

}  // namespace draw

struct DisplayList {
  std::vector<draw::Item> items;  // painted in this order
  void add(draw::Item item) { items.push_back(std::move(item)); }
  void append(DisplayList other) {
    items.insert(items.end(), std::make_move_iterator(other.items.begin()), std::make_move_iterator(other.items.end()));
  }
};

// How wide a text is, in pixels: the screen asks ImGui's fonts, exports ask Cairo, tests a fixed rule.
class TextMeasure {
 public:
  virtual ~TextMeasure() = default;
  virtual float width(const std::string& text, float size, Face face) const = 0;
};

}  // namespace dropscope
