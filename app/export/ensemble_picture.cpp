#include "app/export/ensemble_picture.h"

#include <algorithm>
#include <cmath>

#include "app/export/picture_sheet.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr float kSheetShare = 0.6f;  // of the width
constexpr float kLeastUnit = 0.6f;   // of the picture's unit, for the cards where they would be too high

}  // namespace

DisplayList build_ensemble_picture(const EnsembleAnswer& answer, const Snapshot& snapshot, const AnswerSheet& sheet,
                                   ThemeId theme, int width, int height, const TextMeasure& measure, RateNaming naming,
                                   double pruned) {
  const Palette& p = palette(theme);
  const float w = float(width), h = float(height), u = std::min(h / 1080, w / 1720);
  DisplayList list;
  PictureSheet s{list, p, u, measure, naming};
  const Rect between = add_frame(s, {w, h}, snapshot, std::string("Ensemble: ") + sheet.title,
                                 snapshot.data->name + " \u00b7 " + sheet.tip);
  const float gap = 14 * u, left = std::round(w * (1 - kSheetShare));
  SceneStyle scene;
  scene.palette = &p;
  scene.u = u;
  scene.naming = naming;
  add_network(s, snapshot, {{gap, between.min.y + 8 * u}, {left - gap, between.max.y - 6 * u}}, scene);
  list.add(draw::Box{{{left, between.min.y}, {w, between.max.y}}, p.panel, p.border, 0, 0, 0});
  list.add(draw::Line{{left, between.min.y}, {left, between.max.y}, std::max(1.0f, u), p.border.with_alpha(0.6f)});
  const Rect room{{left + gap, between.min.y + gap}, {w - gap, between.max.y - gap}};
  const AnswerInput in{.answer = answer,
                       .data = *snapshot.data,
                       .probe = snapshot.probe,
                       .naming = naming,
                       .subnetwork = {},
                       .pruned = pruned,
                       .pointer = {},
                       .snapshot = &snapshot};
  CardStyle style = s.card();
  while (style.u > kLeastUnit * u && sheet.least_height(in, room.width(), style) > room.height()) style.u *= 0.97f;
  list.append(sheet.build(in, room, style, measure).list);
  return list;
}

}  // namespace dropscope
