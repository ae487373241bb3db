// A line plot as a display list: axes with nice ticks, log scale, smoothing, legend, hover values, end
// labels. Knows nothing of training; the same plot goes to the screen and into exports.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/scene/display_list.h"

namespace dropscope {

struct Series {
  std::string label;
  Color color;
  float width = 2;  // in design units, as is dash
  float dash = 0;
  bool visible = true;
  std::vector<Vec2> points;  // x ascending; NaN y = a gap
  bool trim = false;         // noisy: its highest 2 % do not stretch a fitted y range
  std::vector<float> dashes = {};   // lengths of dashes and gaps in turn, in design units; empty: `dash`
  std::vector<float> spread = {};   // half the height of a band around each of `points`; empty: none
  int mark = -1;                    // shape (add_class_mark) along the line and at its end; -1: none
  bool scatter = false;             // the mark, hollow, at each point instead of a line
  bool has_end_label = true;
  // Before the value of the end label, longest first: all series have the same wording of theirs, the longest that
  // leaves the plane its room.
  std::vector<std::string> end_names = {};
};

// What the reader has chosen; kept by the panel between frames.
struct PlotView {
  bool log_y = false;
  bool log_x = false;  // x > 0; neither zoomed nor moved
  float smoothing = 0;  // 0 .. 0.999, exponential; the raw line stays visible, faint
  bool fit = true;      // follow the data; false: the range below
  double x_lo = 0, x_hi = 1, y_lo = 0, y_hi = 1;
};

struct PlotStyle {
  const Palette* palette = nullptr;
  float u = 1;
  std::string title, value_title;  // left and right of the head line
  std::string x_label;
  bool whole_x = false;  // only whole numbers of x mean something
  std::optional<double> y_floor, y_ceiling;  // fitted ranges never leave these (0 for losses, 1 for accuracies)
  std::string empty_text = "no values yet";  // shown in the plane while no series has a point
  bool show_legend = true;
  bool end_labels = true;  // the last value of each series, right of the plane
};

struct Plot {
  DisplayList list;
  Rect inner;                     // the plane inside the axes
  double x_lo, x_hi, y_lo, y_hi;  // what it shows; y in data units also when log
  std::vector<Rect> legend;       // one per series, for clicking
};

// `hover` is the pointer in pixels, if over the plot: draws a crosshair and the values there.
Plot build_plot(const std::vector<Series>& series, Rect area, const PlotView& view, const PlotStyle& style,
                const TextMeasure& measure, std::optional<Vec2> hover);

// Exponential mean with its start corrected, so that the first values are not drawn towards 0. NaN stays NaN
// and leaves the mean as it was. weight 0 gives the values themselves.
std::vector<Vec2> smoothed(const std::vector<Vec2>& points, float weight);

// 1, 2 or 5 times a power of ten; about `count` of them in [lo, hi].
std::vector<double> nice_ticks(double lo, double hi, int count);
std::string tick_text(double value, double step);
// The step to give tick_text for these ticks; a lone tick is its own step, so that 0.5 is not rounded to 1.
double tick_step(const std::vector<double>& ticks);

// Zooms about the pointer (factor < 1: in) and pans by pixels; both switch fitting off.
void zoom_plot(PlotView& view, const Plot& plot, Vec2 at, float factor, bool x_only);
void pan_plot(PlotView& view, const Plot& plot, Vec2 by);

}  // namespace dropscope
