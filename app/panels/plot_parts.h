// What panels with plots have in common: the view as the settings say it, and the mouse that changes it.
#pragma once
#include "app/panels/panel.h"
#include "app/scene/plot.h"

namespace dropscope {

// The views of the loss and of the accuracy beside it; kept by the panel between frames.
struct PlotViews {
  PlotView loss, accuracy;
  int fits_seen = 0;  // of Transient::plot_fits

  // Scale and smoothing as they are set, and fitted again where that was wished.
  PlotView& current(const FrameInput& in, bool of_loss);
};

// Ctrl+wheel zooms (the wheel alone scrolls panels), a drag moves, a double click fits. Returns the pointer if it is
// over the card.
std::optional<Vec2> control_plot(const FrameInput& in, const char* name, Rect card, const Plot& plot, PlotView& view,
                                 IntentSink& sink);

}  // namespace dropscope
