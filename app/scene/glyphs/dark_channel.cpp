// A whole feature map or head goes dark: the tile is blank, its frame dashed, crossed from corner to corner.
#include <algorithm>

#include "app/scene/glyphs/forms.h"

namespace dropscope {

void paint_dark_channel(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  if (!mark.noisy || mark.gate != 0) return paint_live_tile(list, mark, style);
  if (mark.detail == Detail::Box) return paint_dropped_box(list, mark, style);
  const Palette& p = *style.palette;
  const float width = std::max(1.0f, 0.08f * mark.radius) * p.line_scale;
  list.add(draw::Box{tile_rect(mark), p.dropped_fill, p.dropped, width, 0, std::max(2.0f, 0.3f * mark.radius)});
  paint_x(list, mark.center, mark.radius - width, std::max(1.2f, 0.12f * mark.radius), p.dropped);
}

}  // namespace dropscope
