// Weights are dropped, never units: units stay solid, a dropped weight is a broken line.
#include <algorithm>
#include <cmath>

#include "app/scene/glyphs/forms.h"

namespace dropscope {

void paint_cut_weight(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  paint_live_unit(list, mark, style);
}

void paint_cut_edge(DisplayList& list, Vec2 from, Vec2 to, bool crossed, const MarkStyle& style) {
  const Vec2 d = to - from;
  const float length = std::sqrt(d.x * d.x + d.y * d.y);
  if (length <= 0) return;
  const float stub = std::min(22 * style.u, length * 0.4f), width = std::max(0.8f, 1.6f * style.u);
  const Vec2 along = d * (1 / length);
  const Color color = style.palette->dropped;
  list.add(draw::Line{from, from + along * stub, width, color});
  list.add(draw::Line{to - along * stub, to, width, color});
  if (crossed) paint_x(list, from + along * stub, 5 * style.u, std::max(1.0f, 2 * style.u), color);
}

}  // namespace dropscope
