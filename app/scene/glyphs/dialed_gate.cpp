// Each unit has its own chance of being dropped: a gauge beside it shows that chance, then the X as usual.
#include <algorithm>

#include "app/scene/glyphs/forms.h"

namespace dropscope {

void paint_dialed_gate(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  const Palette& p = *style.palette;
  if (mark.noisy && mark.gate == 0)
    paint_dropped_unit(list, mark, style, false);
  else
    paint_live_unit(list, mark, style);
  if (!mark.noisy || mark.detail == Detail::Box) return;
  const float width = std::max(2.0f, 0.28f * mark.radius), height = 2 * mark.radius;
  const float left = mark.center.x + mark.radius * 1.2f, bottom = mark.center.y + mark.radius;
  const float level = height * float(std::clamp(mark.rate, 0.0, 1.0));
  list.add(draw::Box{{{left, bottom - level}, {left + width, bottom}}, p.dropped, p.dropped, 0, 0, 0});
  list.add(draw::Box{{{left, bottom - height}, {left + width, bottom}},
                     p.dropped.with_alpha(0),
                     p.border,
                     std::max(0.75f, style.u),
                     0,
                     0});
}

}  // namespace dropscope
