// A patch of a picture is blanked while the picture stays: hatched at 45 degrees inside a solid frame.
#include <algorithm>

#include "app/scene/glyphs/forms.h"

namespace dropscope {

void paint_dark_patch(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  if (!mark.noisy || mark.gate != 0) return paint_live_tile(list, mark, style);
  const Palette& p = *style.palette;
  if (mark.detail == Detail::Box) {
    // From corner to corner, so that the strokes of a patch's cells run on into each other.
    const float r = mark.radius;
    list.add(
        draw::Box{tile_rect(mark), p.dropped_fill, p.dropped.with_alpha(0.4f), std::clamp(0.1f * r, 0.5f, 1.5f), 0, 0});
    list.add(draw::Line{mark.center + Vec2{-r, r}, mark.center + Vec2{r, -r}, std::max(0.8f, 0.16f * r), p.dropped});
    return;
  }
  const float rim = std::max(1.0f, 0.08f * mark.radius);
  list.add(draw::Box{tile_rect(mark), p.dropped_fill, p.dropped, rim, 0, 0});
  paint_hatch(list, tile_rect(mark), std::max(3.0f, 0.55f * mark.radius), std::max(0.8f, 0.1f * mark.radius),
              p.dropped);
}

}  // namespace dropscope
