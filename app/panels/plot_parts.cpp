#include "app/panels/plot_parts.h"

#include <imgui.h>

#include <cmath>

namespace dropscope {

PlotView& PlotViews::current(const FrameInput& in, bool of_loss) {
  if (fits_seen != in.state.transient.plot_fits) {
    fits_seen = in.state.transient.plot_fits;
    loss.fit = accuracy.fit = true;
  }
  PlotView& view = of_loss ? loss : accuracy;
  view.log_y = of_loss && in.state.persisted.log_loss;
  view.smoothing = in.state.persisted.smoothing;
  return view;
}

std::optional<Vec2> control_plot(const FrameInput& in, const char* name, Rect card, const Plot& plot, PlotView& view,
                                 IntentSink& sink) {
  ImGui::SetCursorScreenPos({card.min.x, card.min.y});
  ImGui::InvisibleButton(name, {card.width(), card.height()});
  const ImGuiIO& io = ImGui::GetIO();
  const std::optional<Vec2> at = pointer_in(card);
  if (at && io.KeyCtrl && io.MouseWheel != 0) zoom_plot(view, plot, *at, std::pow(0.87f, io.MouseWheel), io.KeyShift);
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(0, in.ui.px(5)))
    pan_plot(view, plot, {io.MouseDelta.x, io.MouseDelta.y});
  if (at && ImGui::IsMouseDoubleClicked(0)) sink.add(ActionId::FitPlots);
  return at;
}

}  // namespace dropscope
