#include "app/scene/plot_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

double forward(double v, bool log) { return log ? std::log10(std::max(v, 1e-300)) : v; }

void include(double& lo, double& hi, double value) {
  lo = std::min(lo, value);
  hi = std::max(hi, value);
}

// The value below which 98 % of the points lie, for series that ask for it.
double highest_fitted(const Series& series) {
  if (!series.trim) return std::numeric_limits<double>::infinity();
  std::vector<float> values;
  values.reserve(series.points.size());
  for (const Vec2& p : series.points)
    if (std::isfinite(p.y)) values.push_back(p.y);
  if (values.empty()) return std::numeric_limits<double>::infinity();
  const auto at = values.begin() + std::ptrdiff_t((values.size() - 1) * 98 / 100);
  std::nth_element(values.begin(), at, values.end());
  return double(*at);
}

void pad_linear(double& lo, double& hi, const PlotStyle& style) {
  const double span = hi - lo > 0 ? hi - lo : std::max(std::fabs(hi), 1.0) * 0.2;
  if (hi - lo <= 0) lo -= span / 2, hi += span / 2;
  lo -= 0.06 * span;
  hi += 0.06 * span;
  if (style.y_floor) lo = std::max(lo, *style.y_floor);
  if (style.y_ceiling) hi = std::min(hi, *style.y_ceiling);
  // Data may lie outside what was said to be possible; the range must still not be empty.
  if (!(hi > lo)) lo = std::min(lo, hi) - span / 2, hi = lo + span;
}

}  // namespace

float PlotScale::px(double x) const {
  const double a = forward(x_lo, log_x), b = forward(x_hi, log_x);
  return float(double(inner.min.x) + (forward(x, log_x) - a) / (b - a) * double(inner.width()));
}

float PlotScale::py(double y) const {
  const double a = forward(y_lo, log_y), b = forward(y_hi, log_y);
  const double share = (forward(y, log_y) - a) / (b - a);
  // Far outside the plane is all the same to the clip, and painters dislike huge coordinates.
  return float(double(inner.max.y) - std::clamp(share, -20.0, 21.0) * double(inner.height()));
}

double PlotScale::x_at(float at) const {
  const double a = forward(x_lo, log_x), b = forward(x_hi, log_x);
  const double value = a + double(at - inner.min.x) / double(inner.width()) * (b - a);
  return log_x ? std::pow(10.0, value) : value;
}

double PlotScale::y_at(float at) const {
  const double share = double(inner.max.y - at) / double(inner.height());
  const double a = forward(y_lo, log_y), b = forward(y_hi, log_y), value = a + share * (b - a);
  return log_y ? std::pow(10.0, value) : value;
}

PlotScale fitted_scale(const std::vector<Series>& series, const PlotView& view, const PlotStyle& style) {
  PlotScale scale;
  scale.log_y = view.log_y;
  scale.log_x = view.log_x;
  const double inf = std::numeric_limits<double>::infinity();
  double x_lo = inf, x_hi = -inf, y_lo = inf, y_hi = -inf;
  for (const Series& s : series) {
    if (!s.visible) continue;
    const double highest = highest_fitted(s);
    for (std::size_t i = 0; i < s.points.size(); ++i) {
      const Vec2& p = s.points[i];
      if (!std::isfinite(p.x) || !std::isfinite(p.y) || (view.log_y && p.y <= 0) || (view.log_x && p.x <= 0)) continue;
      include(x_lo, x_hi, double(p.x));
      include(y_lo, y_hi, std::min(double(p.y), highest));
      if (i >= s.spread.size() || !std::isfinite(s.spread[i])) continue;
      include(y_lo, y_hi, double(p.y + s.spread[i]));
      if (!view.log_y) include(y_lo, y_hi, double(p.y - s.spread[i]));
    }
  }
  if (!(x_lo <= x_hi)) x_lo = view.log_x ? 1 : 0, x_hi = view.log_x ? 10 : 1, y_lo = view.log_y ? 0.1 : 0, y_hi = 1;
  if (x_hi - x_lo <= 0) x_hi = view.log_x ? 10 * x_lo : x_lo + 1;
  if (view.log_y) {
    const double ratio = std::max(y_hi / y_lo, 1.25);
    y_lo /= std::pow(ratio, 0.06);
    y_hi *= std::pow(ratio, 0.06);
  } else {
    pad_linear(y_lo, y_hi, style);
  }
  if (!view.fit && view.x_hi > view.x_lo && view.y_hi > view.y_lo && (!view.log_y || view.y_lo > 0) &&
      (!view.log_x || view.x_lo > 0))
    x_lo = view.x_lo, x_hi = view.x_hi, y_lo = view.y_lo, y_hi = view.y_hi;
  scale.x_lo = x_lo, scale.x_hi = x_hi, scale.y_lo = y_lo, scale.y_hi = y_hi;
  return scale;
}

std::vector<double> nice_ticks(double lo, double hi, int count) {
  if (!std::isfinite(lo) || !std::isfinite(hi) || !(hi > lo) || count < 1) return {};
  const double raw = (hi - lo) / count, power = std::pow(10.0, std::floor(std::log10(raw))), m = raw / power;
  const double step = power * (m < 1.5 ? 1 : m < 3.5 ? 2 : m < 7.5 ? 5 : 10);
  // Too fine for the numbers themselves: neighbouring ticks would be equal.
  if (!(step > 4 * std::numeric_limits<double>::epsilon() * std::max(std::fabs(lo), std::fabs(hi)))) return {lo};
  std::vector<double> ticks;
  const double first = std::ceil(lo / step - 1e-9);
  for (int i = 0; i <= 4 * count + 4; ++i) {
    const double value = (first + i) * step;
    if (value > hi + 1e-9 * step) break;
    ticks.push_back(value == 0 ? 0 : value);  // no negative zero
  }
  return ticks;
}

double tick_step(const std::vector<double>& ticks) {
  if (ticks.size() > 1) return ticks[1] - ticks[0];
  return ticks.size() == 1 && ticks[0] != 0 ? ticks[0] : 1;
}

std::string tick_text(double value, double step) {
  if (value == 0) return "0";
  const double size = std::fabs(value);
  if (size >= 1e9 || std::fabs(step) < 1e-4) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.3g", size);
    return (value < 0 ? "\u2212" : "") + std::string(buffer);
  }
  int decimals = std::max(0, int(std::ceil(-std::log10(std::fabs(step)) - 1e-9)));
  const auto is_rounded = [&] { return std::fabs(std::remainder(step * std::pow(10.0, decimals), 1.0)) > 1e-6; };
  for (int more = 0; more < 2 && is_rounded(); ++more) ++decimals;  // steps such as 0.25
  if (decimals == 0) return (value < 0 ? "\u2212" : "") + count_text(std::uint64_t(std::llround(size)));
  return fixed_text(value, decimals);
}

namespace {

// Of a logarithmic axis: 1, 2 and 5 of each decade, or as many whole decades as there is room for.
std::vector<Tick> log_ticks(double lo, double hi, int count) {
  std::vector<Tick> ticks;
  const double decades = std::log10(hi / lo);
  const int first = int(std::floor(std::log10(lo))), last = int(std::ceil(std::log10(hi)));
  const int every = std::max(1, int(std::ceil(decades / std::max(2, count))));
  for (int e = first; e <= last; ++e)
    for (int m = 1; m < 10; ++m) {
      const double v = m * std::pow(10.0, e);
      if (v < lo || v > hi) continue;
      const bool whole = m == 1 && (e - first) % every == 0;
      const bool also = decades < 2 && (m == 2 || m == 5);
      if (whole || also)
        ticks.push_back({v, v >= 0.00099 && v < 1e6 ? tick_text(v, std::pow(10.0, std::min(e, 0))) : short_text(v)});
      else if (decades < 5)
        ticks.push_back({v, ""});
    }
  return ticks;
}

std::vector<Tick> even_ticks(double lo, double hi, int count) {
  std::vector<Tick> ticks;
  const std::vector<double> values = nice_ticks(lo, hi, count);
  const double step = tick_step(values);
  for (double v : values) ticks.push_back({v, tick_text(v, step)});
  return ticks;
}

}  // namespace

std::vector<Tick> y_ticks(const PlotScale& scale, int count) {
  if (scale.log_y && std::log10(scale.y_hi / scale.y_lo) >= 0.7) return log_ticks(scale.y_lo, scale.y_hi, count);
  // Less than a decade reads best with plain steps.
  std::vector<Tick> ticks = even_ticks(scale.y_lo, scale.y_hi, count);
  if (scale.log_y) std::erase_if(ticks, [](const Tick& tick) { return tick.value <= 0; });
  return ticks;
}

std::vector<Tick> x_ticks(const PlotScale& scale, int count) {
  return scale.log_x ? log_ticks(scale.x_lo, scale.x_hi, count) : even_ticks(scale.x_lo, scale.x_hi, count);
}

std::vector<Vec2> smoothed(const std::vector<Vec2>& points, float weight) {
  if (weight <= 0) return points;
  std::vector<Vec2> out;
  out.reserve(points.size());
  double mean = 0, left = 1;  // left: the weight that still lies on the start value 0
  for (const Vec2& p : points) {
    if (!std::isfinite(p.y)) {
      out.push_back(p);
      continue;
    }
    mean = double(weight) * mean + (1 - double(weight)) * double(p.y);
    left *= double(weight);
    out.push_back({p.x, float(mean / (1 - left))});
  }
  return out;
}

std::vector<std::vector<Vec2>> pixel_runs(const std::vector<Vec2>& points, const PlotScale& scale) {
  std::vector<std::vector<Vec2>> runs(1);
  const bool thin = double(points.size()) > 2.0 * double(std::max(1.0f, scale.inner.width()));
  int column = std::numeric_limits<int>::min();
  Vec2 low, high;  // of the column at hand, in the order they came
  bool low_first = true, open = false;
  const auto flush = [&] {
    if (!open) return;
    runs.back().push_back(low_first ? low : high);
    if (!(low == high)) runs.back().push_back(low_first ? high : low);
    open = false;
  };
  for (const Vec2& p : points) {
    if (!std::isfinite(p.x) || !std::isfinite(p.y) || (scale.log_y && p.y <= 0)) {
      flush();
      if (!runs.back().empty()) runs.emplace_back();
      continue;
    }
    const Vec2 at{scale.px(double(p.x)), scale.py(double(p.y))};
    if (!thin) {
      runs.back().push_back(at);
      continue;
    }
    const int here = int(std::floor(std::clamp(at.x, -1e6f, 1e6f)));
    if (!open || here != column) {
      flush();
      column = here, low = high = at, low_first = true, open = true;
    } else if (at.y < high.y) {
      high = at, low_first = true;
    } else if (at.y > low.y) {
      low = at, low_first = false;
    }
  }
  flush();
  if (runs.back().empty()) runs.pop_back();
  return runs;
}

}  // namespace dropscope
