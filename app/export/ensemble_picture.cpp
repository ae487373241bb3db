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
  list.add(draw::Box{{{0, 0}, {w, h}}, p.background, p.background, 0, 0, 0});
  const Rect top{{0, 0}, {w, 64 * u}}, bottom{{0, h - 56 * u}, {w, h}};
  const BarRoom head = add_top_bar(s, top, snapshot.eval_view), foot = add_bottom_bar(s, bottom, snapshot);
  const float size = type_px(p, u, 18);
  put_text(s, head.left, top.center().y, std::string("Ensemble: ") + sheet.title, size, p.text, Face::Bold, head.right);
  const std::string words = snapshot.data->name + " \u00b7 " + sheet.tip;
  put_text(s, foot.left, bottom.center().y, words, size, p.secondary, Face::Regular, foot.right);

  const float gap = 14 * u, left = std::round(w * (1 - kSheetShare));
  SceneStyle scene;
  scene.palette = &p;
  scene.u = u;
  scene.naming = naming;
  add_network(s, snapshot, {{gap, top.max.y + 8 * u}, {left - gap, bottom.min.y - 6 * u}}, scene);
  list.add(draw::Box{{{left, top.max.y}, {w, bottom.min.y}}, p.panel, p.border, 0, 0, 0});
  list.add(draw::Line{{left, top.max.y}, {left, bottom.min.y}, std::max(1.0f, u), p.border.with_alpha(0.6f)});
  const Rect room{{left + gap, top.max.y + gap}, {w - gap, bottom.min.y - gap}};
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
