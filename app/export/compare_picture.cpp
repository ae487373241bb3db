#include "app/export/compare_picture.h"

#include <algorithm>

#include "app/export/picture_sheet.h"
#include "app/scene/compare/curves.h"
#include "app/scene/compare/nested_masks.h"
#include "app/scene/compare/pane.h"
#include "app/scene/compare/sheet.h"
#include "app/scene/compare/table.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr float kPanesShare = 0.55f;  // of the height between the bars

void add_pane(PictureSheet& s, RunViews runs, std::size_t run, Rect rect) {
  const CardStyle card = s.card();
  const Snapshot& snapshot = *runs[run].snapshot;
  const PaneLayout layout = layout_pane(runs, rect, 0, card, s.measure);
  s.list.append(build_pane(runs, run, false, layout, card, s.measure));
  SceneStyle style;
  style.palette = &s.p;
  style.u = s.u;
  style.naming = s.naming;
  style.bare = true;
  const NetworkLayout network = add_network(s, snapshot, layout.network, style);
  if (const std::optional<std::size_t> other = mask_partner(runs, run)) {
    const Snapshot& reference = *runs[*other].snapshot;
    s.list.append(build_meeting_marks(snapshot, reference, network, style));
    s.list.append(build_meeting_legend(snapshot, reference, run_letter(*other), layout.marks, card, s.measure));
  }
  s.list.append(build_pane_surface(runs[run], layout, card, s.measure));
}

void add_plot(PictureSheet& s, RunViews runs, const StudyView* study, CurveKind kind, Rect rect) {
  if (rect.width() <= 0) return;
  const Rect inner = add_card(s.list, rect, s.card());
  PlotView view;
  view.log_y = kind == CurveKind::Loss && wants_log(runs, study);
  s.list.append(build_compare_plot(runs, study, kind, inner, view, s.card(), s.measure, std::nullopt).list);
}

}  // namespace

DisplayList build_compare_picture(RunViews runs, const StudyView* study, ThemeId theme, int width, int height,
                                  const TextMeasure& measure, RateNaming naming) {
  const Palette& p = palette(theme);
  const float w = float(width), h = float(height), u = std::min(h / 1080, w / 1720);
  const Snapshot& first = *runs[0].snapshot;
  DisplayList list;
  PictureSheet s{list, p, u, measure, naming};
  const Rect between = add_frame(s, {w, h}, first, "Compare", shared_words(runs));
  const float gap = 14 * u;
  const Rect room{{gap, between.min.y + gap}, {w - gap, between.max.y - gap}};
  const float middle = room.min.y + room.height() * kPanesShare;
  const std::vector<Rect> panes = place_panes({room.min, {room.max.x, middle - gap / 2}}, runs.size(), gap);
  for (std::size_t i = 0; i < runs.size(); ++i) add_pane(s, runs, i, panes[i]);

  const bool accuracy = !first.data || first.data->task == Task::Classification;
  const float table = std::clamp(900 * u * p.type_scale, 0.4f * room.width(), 0.52f * room.width());
  const Rect below{{room.min.x, middle + gap / 2}, room.max};
  const CurvePlaces curves = place_curves({below.min, {below.max.x - table - gap, below.max.y}}, accuracy, s.card());
  add_plot(s, runs, study, CurveKind::Loss, curves.loss);
  add_plot(s, runs, study, CurveKind::Accuracy, curves.accuracy);
  const Rect inner = add_card(list, {{below.max.x - table, below.min.y}, below.max}, s.card());
  list.append(build_compare_table(runs, study, std::nullopt, inner, s.card(), measure).list);
  return list;
}

}  // namespace dropscope
