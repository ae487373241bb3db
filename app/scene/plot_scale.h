// From values to pixels and back, and which points of a long curve a narrow plane can show. Used inside
// app/scene only.
#pragma once
#include <utility>

#include "app/scene/plot.h"

namespace dropscope {

// Maps [x_lo, x_hi] x [y_lo, y_hi] onto a rectangle; each linear or by its logarithm.
struct PlotScale {
  Rect inner;
  double x_lo = 0, x_hi = 1, y_lo = 0, y_hi = 1;
  bool log_y = false;
  bool log_x = false;

  float px(double x) const;
  float py(double y) const;
  double x_at(float px) const;
  double y_at(float py) const;
};

// The range of x and y the plot shows for this view.
PlotScale fitted_scale(const std::vector<Series>& series, const PlotView& view, const PlotStyle& style);

struct Tick {
  double value = 0;
  std::string text;  // empty: a minor tick
};
std::vector<Tick> y_ticks(const PlotScale& scale, int count);
std::vector<Tick> x_ticks(const PlotScale& scale, int count);

// Unbroken runs of pixels: gaps at NaN (and, on a log scale, at values that are not positive). Where there
// are more than two points per pixel column only each column's lowest and highest are kept, in their order.
std::vector<std::vector<Vec2>> pixel_runs(const std::vector<Vec2>& points, const PlotScale& scale);

}  // namespace dropscope
