// Compare mode: the curves of all runs on one axis, and after a study of many seeds their means with bands.
#include <imgui.h>

#include <array>
#include <tuple>
#include <utility>

#include "app/panels/compare_runs.h"
#include "app/panels/plot_parts.h"
#include "app/scene/compare/curves.h"
#include "app/scene/compare/sheet.h"
#include "app/scene/painter_imgui.h"

namespace dropscope {
namespace {

class CompareCurvesPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Compare; }
  std::optional<Region> region() const override { return Region::Curves; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    AreaWindow window(in.ui, "curves", area, in.ui.palette->background, AreaWindow::Scroll::No, 0, 0);
    const RunViews runs = runs_.of(in);
    const float space = in.ui.px(12);
    const bool beside = area.max.x <= in.layout.table.min.x;  // the table
    const Rect room{{area.min.x + space, area.min.y + (in.layout.folded ? space : 0)},
                    {area.max.x - (beside ? space / 2 : space), area.max.y - space}};
    const bool classes = !in.snapshot.data || in.snapshot.data->task == Task::Classification;
    const CurvePlaces places = place_curves(room, classes, style(in));
    plot_card(in, runs, CurveKind::Loss, places.loss, sink);
    if (places.accuracy.width() > 0) plot_card(in, runs, CurveKind::Accuracy, places.accuracy, sink);
  }

 private:
  // A plot and what it was made of.
  struct Kept {
    RunsKey key;
    PlotView view;
    std::optional<Vec2> pointer;
    DisplayList frame;
    Plot plot{};
  };
  static bool alike(const PlotView& a, const PlotView& b) {
    const auto parts = [](const PlotView& v) {
      return std::tie(v.log_y, v.log_x, v.smoothing, v.fit, v.x_lo, v.x_hi, v.y_lo, v.y_hi);
    };
    return parts(a) == parts(b);
  }
  static CardStyle style(const FrameInput& in) { return {in.ui.palette, in.ui.u}; }

  void plot_card(const FrameInput& in, RunViews runs, CurveKind kind, Rect card, IntentSink& sink) {
    const bool loss = kind == CurveKind::Loss;
    PlotView& view = views_.current(in, loss);
    const std::optional<Vec2> pointer = pointer_in(card);
    Kept& kept = kept_[loss ? 0 : 1];
    RunsKey key = runs_.key(in, card);
    if (kept.key != key || !alike(kept.view, view) || kept.pointer != pointer) {
      kept.frame = {};
      const Rect inner = add_card(kept.frame, card, style(in));
      kept.plot = build_compare_plot(runs, shown_study(in), kind, inner, view, style(in), in.measure, pointer);
      kept.key = std::move(key);
      kept.view = view;
      kept.pointer = pointer;
    }
    const Plot& plot = kept.plot;
    for (const DisplayList* list : {&std::as_const(kept.frame), &plot.list})
      paint_imgui(*list, *ImGui::GetWindowDrawList(), *in.ui.fonts, in.textures);
    const char* name = loss ? "compare.loss" : "compare.accuracy";
    if (in.ui.items) in.ui.items->track(name, card, shown_study(in) ? "study" : "runs");
    control_plot(in, name, card, plot, view, sink);
  }

  CompareRuns runs_;
  PlotViews views_;
  std::array<Kept, 2> kept_;  // loss, accuracy
};

}  // namespace

std::unique_ptr<Panel> make_compare_curves_panel() { return std::make_unique<CompareCurvesPanel>(); }

}  // namespace dropscope
