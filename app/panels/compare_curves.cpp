// Compare mode: the curves of all runs on one axis, and after a study of many seeds their means with bands.
#include <imgui.h>

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
    const Rect room{{area.min.x + space, area.min.y + (in.layout.folded ? space : 0)},
                    {area.max.x - space / 2, area.max.y - space}};
    const bool classes = !in.snapshot.data || in.snapshot.data->task == Task::Classification;
    const CurvePlaces places = place_curves(room, classes, style(in));
    plot_card(in, runs, CurveKind::Loss, places.loss, sink);
    if (places.accuracy.width() > 0) plot_card(in, runs, CurveKind::Accuracy, places.accuracy, sink);
  }

 private:
  static CardStyle style(const FrameInput& in) { return {in.ui.palette, in.ui.u}; }

  void plot_card(const FrameInput& in, RunViews runs, CurveKind kind, Rect card, IntentSink& sink) {
    const bool loss = kind == CurveKind::Loss;
    PlotView& view = views_.current(in, loss);
    DisplayList list;
    const Rect inner = add_card(list, card, style(in));
    Plot plot = build_compare_plot(runs, in.study, kind, inner, view, style(in), in.measure, pointer_in(card));
    list.append(std::move(plot.list));
    paint_imgui(list, *ImGui::GetWindowDrawList(), *in.ui.fonts, in.textures);
    const char* name = loss ? "compare.loss" : "compare.accuracy";
    if (in.ui.items) in.ui.items->track(name, card, in.study && in.study->table.trials > 0 ? "study" : "runs");
    control_plot(in, name, card, plot, view, sink);
  }

  CompareRuns runs_;
  PlotViews views_;
};

}  // namespace

std::unique_ptr<Panel> make_compare_curves_panel() { return std::make_unique<CompareCurvesPanel>(); }

}  // namespace dropscope
