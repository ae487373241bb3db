// Small marks on top of any glyph: what a person set by hand, and that no gradient flows back.
#include <algorithm>

#include "app/scene/glyphs/forms.h"

namespace dropscope {

void paint_locked(DisplayList& list, Rect rect, const MarkStyle& style) {
  const float side = std::clamp(0.34f * rect.width(), 3.0f, 13 * style.u), half = side / 2;
  const Vec2 at{rect.max.x - half * 0.75f, rect.min.y + half * 0.75f};
  const Palette& p = *style.palette;
  list.add(draw::Box{{at - Vec2{half, half}, at + Vec2{half, half}},
                     p.unit_outline,
                     p.background,
                     side >= 6 ? std::max(1.0f, 1.2f * style.u) : 0,
                     0,
                     0});
}

void paint_by_hand(DisplayList& list, Rect rect, const MarkStyle& style) {
  const Palette& p = *style.palette;
  const float head = std::clamp(0.17f * rect.width(), 1.8f, 7 * style.u);
  const Vec2 at{rect.min.x + head * 0.5f, rect.min.y + head * 0.5f}, point = at + Vec2{head * 1.7f, head * 1.7f};
  const bool framed = head >= 3;
  if (framed) list.add(draw::Line{at, point, head * 0.45f + 2 * style.u, p.background});
  list.add(draw::Line{at, point, std::max(1.0f, head * 0.45f), p.accent});
  list.add(draw::Disc{at, head, p.accent, p.background, framed ? std::max(1.0f, 1.2f * style.u) : 0, 0});
}

void paint_struck_zero(DisplayList& list, Vec2 at, float size, const MarkStyle& style) {
  const Palette& p = *style.palette;
  list.add(draw::Text{at, "0", size, p.text, Face::Bold, HAlign::Left, VAlign::Middle});
  const Vec2 middle{at.x + 0.31f * size, at.y}, reach{0.42f * size, -0.5f * size};
  list.add(draw::Line{middle - reach, middle + reach, std::max(1.2f, 0.12f * size), p.text});
}

}  // namespace dropscope
