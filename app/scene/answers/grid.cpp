#include "app/scene/answers/grid.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_text.h"

namespace dropscope::answers {
namespace {

constexpr float kLeading = 1.5f;

// Where each part begins and ends, in whole pixels.
std::vector<std::pair<float, float>> cut(float from, float room, std::initializer_list<float> shares, float space) {
  std::vector<std::pair<float, float>> parts;
  float total = 0;
  for (float share : shares) total += share;
  room -= space * float(shares.size() - 1);
  for (float share : shares) {
    const float wide = room * share / total;
    parts.emplace_back(std::floor(from), std::floor(from + wide));
    from += wide + space;
  }
  return parts;
}

}  // namespace

std::vector<Rect> cut_columns(Rect row, std::initializer_list<float> shares, float space) {
  std::vector<Rect> rects;
  for (const auto& [from, to] : cut(row.min.x, row.width(), shares, space))
    rects.push_back({{from, row.min.y}, {to, row.max.y}});
  return rects;
}

std::vector<Rect> cut_rows(Rect column, std::initializer_list<float> shares, float space) {
  std::vector<Rect> rects;
  for (const auto& [from, to] : cut(column.min.y, column.height(), shares, space))
    rects.push_back({{column.min.x, from}, {column.max.x, to}});
  return rects;
}

float body_px(const CardStyle& style) { return std::max(13.0f, type_px(*style.palette, style.u, 16)); }

float likely_height(const std::string& words, float width, const CardStyle& style) {
  const float size = body_px(style), wide = float(words.size()) * size * 0.58f;
  return std::ceil(wide / std::max(width * 0.93f, size)) * size * 1.4f;
}

float card_height(float body, const CardStyle& style) {
  return body + type_px(*style.palette, style.u, 16) * 1.5f + 2 * 0.8f * 14 * style.u + 2;
}

float facts_height(std::size_t count, const CardStyle& style) { return float(count) * body_px(style) * kLeading; }

void add_facts(DisplayList& list, Rect room, const std::vector<Fact>& facts, const CardStyle& style,
               const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const float size = body_px(style), row = size * kLeading;
  float y = room.min.y + row / 2;
  for (const Fact& fact : facts) {
    if (y + row / 2 > room.max.y + 1) return;
    const float value = measure.width(fact.value, size, Face::Mono);
    add_label(list, {room.min.x, y}, fact.name, room.width() - value - size, size, p.text, HAlign::Left, measure);
    add_label(list, {room.max.x, y}, fact.value, room.width(), size, p.text, HAlign::Right, measure, Face::Mono);
    y += row;
  }
}

std::string number_or_dash(double value) { return std::isfinite(value) ? value_text(value) : "\u2013"; }

void add_label(DisplayList& list, Vec2 at, const std::string& text, float width, float size, Color color, HAlign align,
               const TextMeasure& measure, Face face) {
  const std::string shown = fit_text(text, width, size, face, measure);
  if (!shown.empty()) list.add(draw::Text{at, shown, size, color, face, align, VAlign::Middle});
}

}  // namespace dropscope::answers
