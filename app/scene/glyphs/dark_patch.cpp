// A patch of a picture is blanked while the picture stays: hatched at 45 degrees inside a solid frame.
#include <algorithm>

#include "app/scene/glyphs/forms.h"

namespace dropscope {

void paint_dark_patch(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  if (!mark.noisy || mark.gate != 0) return paint_live_tile(list, mark, style);
  const Palette& p = *style.palette;
  const float rim = std::max(1.0f, 0.1f * mark.radius);
  list.add(draw::Box{tile_rect(mark), p.dropped_fill, p.dropped, rim, 0, 0});
  paint_hatch(list, tile_rect(mark), std::max(3.0f, 0.55f * mark.radius), std::max(0.8f, 0.1f * mark.radius),
              p.dropped);
}

}  // namespace dropscope
