// A unit keeps its value of the step before: nothing is crossed out, a bar runs in from the left.
#include <algorithm>

#include "app/scene/glyphs/forms.h"

namespace dropscope {

void paint_held_state(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  const Palette& p = *style.palette;
  const bool held = mark.noisy && mark.gate == 0;
  if (held) {
    const float height = std::max(1.5f, (mark.detail == Detail::Box ? 1.2f : 0.45f) * mark.radius);
    list.add(draw::Line{mark.center - Vec2{mark.radius * 1.9f, 0}, mark.center, height, p.unit_outline});
  }
  paint_live_unit(list, mark, style);
  if (held && mark.detail != Detail::Box)  // the same bar inside, so that the link is read as one with the unit
    list.add(draw::Line{mark.center - Vec2{mark.radius, 0}, mark.center + Vec2{mark.radius * 0.45f, 0},
                        std::max(1.5f, 0.3f * mark.radius), p.unit_outline});
}

}  // namespace dropscope
