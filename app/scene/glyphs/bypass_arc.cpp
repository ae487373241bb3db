// A residual block is skipped: the block is hollow, dashed and crossed, and the detour around it is fat.
#include <algorithm>

#include "app/scene/glyphs/forms.h"

namespace dropscope {

void paint_bypass_arc(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  const Palette& p = *style.palette;
  const bool skipped = mark.noisy && mark.gate == 0;
  UnitMark block = mark;  // the arc passes above, so the block itself is smaller
  if (mark.detail != Detail::Box) {
    block.radius = mark.radius * 0.66f;
    block.center.y = mark.center.y + mark.radius * 0.3f;
  }
  const float width = std::min((skipped ? 11.0f : 3.0f) * style.u, (skipped ? 0.36f : 0.12f) * mark.radius);
  if (mark.detail != Detail::Box)
    list.add(draw::Arc{block.center, mark.radius - width / 2, 180, 360, width, skipped ? p.text : p.secondary});
  if (!skipped) return paint_live_tile(list, block, style);
  paint_dark_channel(list, block, style);
}

}  // namespace dropscope
