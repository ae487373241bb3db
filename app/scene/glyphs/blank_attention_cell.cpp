// One cell of an attention matrix is blanked: frame and X, unlike the ruled lines of a causal mask.
#include <algorithm>

#include "app/scene/glyphs/forms.h"

namespace dropscope {

void paint_blank_attention_cell(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  if (!mark.noisy || mark.gate != 0) return paint_live_tile(list, mark, style);
  if (mark.detail == Detail::Box) return paint_dropped_box(list, mark, style);
  const Palette& p = *style.palette;
  list.add(draw::Box{tile_rect(mark), p.dropped_fill, p.dropped, std::max(1.0f, 0.08f * mark.radius), 0, 0});
  paint_x(list, mark.center, 0.5f * mark.radius, std::max(1.2f, 0.2f * mark.radius), p.dropped);
}

}  // namespace dropscope
