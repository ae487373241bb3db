#include "app/scene/card.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/scene/scene_text.h"

namespace dropscope {

Rect add_card(DisplayList& list, Rect rect, const CardStyle& style) {
  const Palette& p = *style.palette;
  list.add(draw::Box{rect, p.card, p.border.with_alpha(0.45f), std::max(1.0f, style.u), 8 * style.u, 0});
  const float pad = 14 * style.u;
  return {rect.min + Vec2{pad, pad * 0.8f}, rect.max - Vec2{pad, pad * 0.8f}};
}

Rect add_card_head(DisplayList& list, Rect area, const std::string& title, const std::string& value,
                   const CardStyle& style, const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const float head = type_px(p, style.u, 16), small = type_px(p, style.u, 13);
  const float y = area.min.y + head * 0.65f;
  const std::string shown = fit_text(value, area.width() * 0.75f, small, Face::Regular, measure);
  const float taken = shown.empty() ? 0 : measure.width(shown, small, Face::Regular) + 10 * style.u;
  list.add(draw::Text{{area.min.x, y},
                      fit_text(title, area.width() - taken, head, Face::Bold, measure),
                      head,
                      p.text,
                      Face::Bold,
                      HAlign::Left,
                      VAlign::Middle});
  list.add(draw::Text{{area.max.x, y}, shown, small, p.secondary, Face::Regular, HAlign::Right, VAlign::Middle});
  return below_card_head(area, style);
}

Rect below_card_head(Rect area, const CardStyle& style) {
  const float head = type_px(*style.palette, style.u, 16);
  return {{area.min.x, std::min(area.max.y, area.min.y + head * 1.5f)}, area.max};
}

void add_class_mark(DisplayList& list, int shape, Vec2 center, float radius, Color fill, Color stroke,
                    float stroke_width) {
  // Corners and where the first one points; areas are about those of the disc.
  struct Form {
    int corners;
    float first, size;
  };
  static constexpr Form kForms[8] = {{0, 0, 1},      {4, 45, 1.2f},   {3, -90, 1.35f}, {4, 0, 1.25f},
                                     {3, 90, 1.35f}, {5, -90, 1.15f}, {6, 0, 1.1f},    {3, 0, 1.35f}};
  const Form& form = kForms[std::size_t(shape & 7)];
  if (form.corners == 0) {
    list.add(draw::Disc{center, radius, fill, stroke, stroke_width, 0});
    return;
  }
  if (form.corners == 4 && form.first == 45) {  // upright: one box instead of a fill and four lines
    const float half = radius * form.size * std::numbers::sqrt2_v<float> / 2;
    list.add(draw::Box{{center - Vec2{half, half}, center + Vec2{half, half}}, fill, stroke, stroke_width, 0, 0});
    return;
  }
  std::vector<Vec2> points;
  for (int i = 0; i < form.corners; ++i) {
    const float angle = (form.first + 360.0f * float(i) / float(form.corners)) * std::numbers::pi_v<float> / 180;
    points.push_back(center + Vec2{std::cos(angle), std::sin(angle)} * (radius * form.size));
  }
  if (fill.a > 0) list.add(draw::Polygon{points, fill});
  if (stroke.a > 0 && stroke_width > 0) list.add(draw::Polyline{std::move(points), stroke_width, stroke, 0, true});
}

}  // namespace dropscope
