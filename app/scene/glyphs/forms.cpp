#include "app/scene/glyphs/forms.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

// The part of a convex polygon where x + y >= low (keep_above) or <= low.
std::vector<Vec2> cut_diagonally(const std::vector<Vec2>& polygon, float at, bool keep_above) {
  std::vector<Vec2> kept;
  const auto side = [&](Vec2 p) { return keep_above ? p.x + p.y - at : at - p.x - p.y; };
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Vec2 a = polygon[i], b = polygon[(i + 1) % polygon.size()];
    const float da = side(a), db = side(b);
    if (da >= 0) kept.push_back(a);
    if ((da > 0 && db < 0) || (da < 0 && db > 0)) kept.push_back(a + (b - a) * (da / (da - db)));
  }
  return kept;
}

float rim_width(const UnitMark& mark, const MarkStyle& style) {
  const float full = 3 * style.u * style.palette->line_scale;
  return mark.detail == Detail::Full ? full : std::clamp(0.14f * mark.radius, 0.75f, full);
}

void paint_box_unit(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  const bool zero = mark.value == 0;
  const Color fill = zero ? style.palette->background : value_color(*style.palette, mark.value, mark.limit);
  const float rim = std::clamp(0.12f * mark.radius, 0.6f, 2.0f);
  list.add(draw::Box{tile_rect(mark), fill, style.palette->unit_outline.with_alpha(zero ? 1.0f : 0.8f), rim, 0, 0});
  if (zero) {
    const float reach = mark.radius * 0.45f;
    list.add(draw::Line{mark.center - Vec2{reach, 0}, mark.center + Vec2{reach, 0}, std::max(1.0f, rim * 1.3f),
                        style.palette->unit_outline});
  }
}

void paint_pending_unit(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  const Color none = style.palette->background.with_alpha(0), rim = style.palette->border;
  const float width = std::max(0.75f, std::min(0.1f * mark.radius, 1.5f * style.u * style.palette->line_scale));
  if (mark.detail == Detail::Box)
    list.add(draw::Box{tile_rect(mark), none, rim, width, 0, 0});
  else
    list.add(draw::Disc{mark.center, mark.radius - width / 2, none, rim, width, 0});
}

}  // namespace

Color value_color(const Palette& palette, float value, float limit) {
  return value < 0 ? weight_color(palette, value, limit) : activation_color(palette, value, limit);
}

Color ink_on(Color fill) {
  const Color black{0, 0, 0, 255}, white{255, 255, 255, 255};
  return contrast(black, fill) >= contrast(white, fill) ? black : white;
}

void paint_live_unit(DisplayList& list, const UnitMark& mark, const MarkStyle& style, float outline) {
  if (mark.pending) return paint_pending_unit(list, mark, style);
  if (!std::isfinite(mark.value)) return paint_hazard(list, mark, style);
  if (mark.detail == Detail::Box) return paint_box_unit(list, mark, style);
  const Palette& p = *style.palette;
  const float rim = rim_width(mark, style) * outline;
  const bool zero = mark.value == 0;
  const Color fill = zero ? p.background : value_color(p, mark.value, mark.limit);
  list.add(draw::Disc{mark.center, mark.radius - std::min(rim, mark.radius) / 2, fill, p.unit_outline, rim, 0});
  if (!zero) return;
  const float reach = mark.radius * 0.42f;
  list.add(draw::Line{mark.center - Vec2{reach, 0}, mark.center + Vec2{reach, 0}, std::max(1.2f, mark.radius * 0.2f),
                      p.unit_outline});
}

void paint_hazard(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  const Palette& p = *style.palette;
  const Rect r = tile_rect(mark);
  list.add(draw::Box{r, p.hazard_b, p.hazard_b, 0, 0, 0});
  const std::vector<Vec2> square = {r.min, {r.max.x, r.min.y}, r.max, {r.min.x, r.max.y}};
  const float first = r.min.x + r.min.y, span = r.width() + r.height();
  const int stripes = mark.detail == Detail::Box ? 2 : 4;
  for (int i = 0; i < stripes; ++i) {
    const float step = span / float(stripes);
    const float from = first + step * (float(i) + 0.25f);
    const std::vector<Vec2> stripe = cut_diagonally(cut_diagonally(square, from, true), from + step * 0.5f, false);
    if (stripe.size() >= 3) list.add(draw::Polygon{stripe, p.hazard_a});
  }
  list.add(draw::Box{r, p.hazard_a.with_alpha(0), p.unit_outline, std::max(1.0f, rim_width(mark, style) * 0.6f), 0, 0});
}

void paint_x(DisplayList& list, Vec2 center, float reach, float width, Color color) {
  list.add(draw::Line{center - Vec2{reach, reach}, center + Vec2{reach, reach}, width, color});
  list.add(draw::Line{center + Vec2{-reach, reach}, center + Vec2{reach, -reach}, width, color});
}

void paint_dropped_box(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  const Palette& p = *style.palette;
  const float r = mark.radius;
  list.add(
      draw::Box{tile_rect(mark), p.dropped_fill, p.dropped.with_alpha(0.5f), std::clamp(0.1f * r, 0.5f, 1.5f), 0, 0});
  list.add(draw::Line{mark.center + Vec2{-r * 0.6f, r * 0.6f}, mark.center + Vec2{r * 0.6f, -r * 0.6f},
                      std::max(0.8f, 0.22f * r), p.dropped});
}

void paint_dropped_unit(DisplayList& list, const UnitMark& mark, const MarkStyle& style, bool stub) {
  const Palette& p = *style.palette;
  if (mark.detail == Detail::Box) return paint_dropped_box(list, mark, style);
  const float r = mark.radius, ring = std::max(1.0f, 0.09f * r) * p.line_scale;
  list.add(draw::Disc{mark.center, 0.9f * r, p.dropped_fill, p.dropped, 0, 0});
  list.add(
      draw::Disc{mark.center, r - ring / 2, p.dropped_fill.with_alpha(0), p.dropped, ring, std::max(2.0f, 0.36f * r)});
  paint_x(list, mark.center, 0.42f * r, std::max(1.2f, 0.24f * r), p.dropped);
  if (stub && mark.detail == Detail::Full) {
    const float from = r + 3 * style.u;
    list.add(draw::Line{mark.center + Vec2{from, 0}, mark.center + Vec2{from + 14 * style.u, 0},
                        std::max(1.0f, 2 * style.u), p.dropped});
  }
}

Rect tile_rect(const UnitMark& mark) {
  const Vec2 half{mark.radius, mark.radius};
  return {mark.center - half, mark.center + half};
}

void paint_live_tile(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  if (!std::isfinite(mark.value)) return paint_hazard(list, mark, style);
  if (mark.detail == Detail::Box) return paint_box_unit(list, mark, style);
  list.add(draw::Box{tile_rect(mark), value_color(*style.palette, mark.value, mark.limit), style.palette->unit_outline,
                     std::max(1.0f, rim_width(mark, style) * 0.7f), 0, 0});
}

void paint_hatch(DisplayList& list, Rect rect, float step, float width, Color color) {
  // Along x + y = c, from the edge where y is largest to the one where x is.
  for (float c = rect.min.x + rect.min.y + step / 2; c < rect.max.x + rect.max.y; c += step) {
    const Vec2 a{std::max(rect.min.x, c - rect.max.y), std::min(rect.max.y, c - rect.min.x)};
    const Vec2 b{std::min(rect.max.x, c - rect.min.y), std::max(rect.min.y, c - rect.max.x)};
    list.add(draw::Line{a, b, width, color});
  }
}

void paint_side_label(DisplayList& list, const UnitMark& mark, const MarkStyle& style, const std::string& text) {
  const Palette& p = *style.palette;
  const float size = std::min(type_px(p, style.u, 13), mark.radius * 1.25f);
  const Vec2 at{mark.center.x + mark.radius + 6 * style.u, mark.center.y};
  // No text measure here: a plate for at most six characters, of which each is about 0.58 em wide.
  const float width = 0.58f * size * float(std::min<std::size_t>(text.size(), 6));
  list.add(draw::Box{{{at.x - 2 * style.u, at.y - size * 0.62f}, {at.x + width, at.y + size * 0.62f}},
                     p.background.with_alpha(0.82f),
                     p.border,
                     0,
                     size * 0.2f,
                     0});
  list.add(draw::Text{at, text, size, p.text, Face::Mono, HAlign::Left, VAlign::Middle});
}

}  // namespace dropscope
