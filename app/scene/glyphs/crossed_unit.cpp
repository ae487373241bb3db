// A unit is kept or silent: the silent one is greyed, ringed with dashes and crossed out.
#include "app/scene/glyphs/forms.h"

namespace dropscope {

void paint_crossed_unit(DisplayList& list, const UnitMark& mark, const MarkStyle& style) {
  if (mark.noisy && mark.gate == 0)
    paint_dropped_unit(list, mark, style, mark.room_right);
  else
    paint_live_unit(list, mark, style);
}

}  // namespace dropscope
