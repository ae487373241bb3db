// Nothing is dropped: every unit is multiplied by its own random factor, shown as the thickness of its rim
// and, where there is room, as a number. A negative factor turns the sign and gets a dashed rim.
#include <algorithm>
#include <cmath>

#include "app/scene/glyphs/forms.h"
#include "app/scene/scene_text.h"

namespace dropscope {

void paint_noisy_halo(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  if (!mark.noisy || mark.pending || !std::isfinite(mark.gate) || !std::isfinite(mark.value) ||
      mark.detail == Detail::Box)
    return paint_live_unit(list, mark, style);
  const Palette& p = *style.palette;
  const float plain = std::min(3 * style.u * p.line_scale, 0.22f * mark.radius);
  const float rim = std::clamp(std::fabs(mark.gate), 0.15f, 3.5f) * plain;
  const Color fill = mark.value == 0 ? p.background : value_color(p, mark.value, mark.limit);
  list.add(draw::Disc{mark.center, mark.radius - rim / 2, fill, mark.gate < 0 ? p.negative : p.unit_outline, rim,
                      mark.gate < 0 ? std::max(2.0f, 0.36f * mark.radius) : 0});
  if (mark.value == 0) {
    const Vec2 reach{mark.radius * 0.38f, 0};
    list.add(draw::Line{mark.center - reach, mark.center + reach, std::max(1.2f, 0.16f * mark.radius), p.unit_outline});
  }
  if (mark.room_right && mark.detail == Detail::Full)
    paint_side_label(list, mark, style, "\u00d7" + fixed_text(mark.gate, 1));
}

}  // namespace dropscope
