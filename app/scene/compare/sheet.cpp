#include "app/scene/compare/sheet.h"

#include <algorithm>

namespace dropscope {

std::vector<Rect> place_panes(Rect area, std::size_t runs, float gap) {
  std::vector<Rect> panes;
  const float width = (area.width() - gap * float(runs - (runs > 0))) / float(std::max<std::size_t>(1, runs));
  for (std::size_t i = 0; i < runs; ++i) {
    const float left = area.min.x + float(i) * (width + gap);
    panes.push_back({{left, area.min.y}, {left + width, area.max.y}});
  }
  return panes;
}

CurvePlaces place_curves(Rect area, bool accuracy, const CardStyle& style) {
  const float gap = 12 * style.u, least = 320 * style.u * style.palette->type_scale;
  if (!accuracy || (area.width() - gap) * 0.4f < least) return {area, {area.max, area.max}};
  const float middle = area.min.x + (area.width() - gap) * 0.6f;
  return {{area.min, {middle, area.max.y}}, {{middle + gap, area.min.y}, area.max}};
}

}  // namespace dropscope
