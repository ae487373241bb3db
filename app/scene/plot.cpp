#include "app/scene/plot.h"

#include <algorithm>
#include <cmath>

#include "app/scene/card.h"
#include "app/scene/dashes.h"
#include "app/scene/plot_scale.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

struct Sheet {
  DisplayList& list;
  const Palette& p;
  float u, small, head;
  const TextMeasure& measure;
};

// A stroke in the series' dash; in pieces where it has a pattern.
void add_stroke(Sheet& s, std::vector<Vec2> points, const Series& series, float width) {
  if (series.dashes.empty()) {
    s.list.add(draw::Polyline{std::move(points), width, series.color, series.dash * s.u, false});
    return;
  }
  std::vector<float> pattern = series.dashes;
  for (float& length : pattern) length *= s.u * s.p.line_scale;
  for (std::vector<Vec2>& piece : dashed_pieces(points, pattern, false))
    s.list.add(draw::Polyline{std::move(piece), width, series.color, 0, false});
}

void add_mark(Sheet& s, const Series& series, Vec2 at, float radius) {
  const Color fill = series.scatter ? s.p.card : series.color, rim = series.scatter ? series.color : s.p.card;
  add_class_mark(s.list, series.mark, at, radius, fill, rim, std::max(1.0f, (series.scatter ? 2.0f : 1.5f) * s.u));
}
bool marks_its_line(const Series& series) { return series.mark >= 0 && !series.scatter; }
float mark_radius(const Sheet& s) { return std::max(4.0f, 6.5f * s.u * s.p.line_scale); }

// Title left, value right; the value gives way last, for it is what people read.
float add_head(Sheet& s, Rect area, const PlotStyle& style) {
  if (style.title.empty() && style.value_title.empty()) return 0;
  const float value = s.measure.width(style.value_title, s.small, Face::Regular);
  const float room = area.width() - value - (style.value_title.empty() ? 0 : 10 * s.u);
  const float y = area.min.y + s.head * 0.65f;
  s.list.add(draw::Text{{area.min.x, y},
                        fit_text(style.title, room, s.head, Face::Bold, s.measure),
                        s.head,
                        s.p.text,
                        Face::Bold,
                        HAlign::Left,
                        VAlign::Middle});
  s.list.add(draw::Text{{area.max.x, y},
                        fit_text(style.value_title, area.width(), s.small, Face::Regular, s.measure),
                        s.small,
                        s.p.secondary,
                        Face::Regular,
                        HAlign::Right,
                        VAlign::Middle});
  return s.head * 1.5f;
}

// Line samples with names, in as many rows as needed. Returns the height used.
float add_legend(Sheet& s, const std::vector<Series>& series, Rect area, float top, std::vector<Rect>& rects) {
  const float sample = 22 * s.u, gap = 5 * s.u, row = s.small * 1.5f;
  float x = area.min.x, y = top;
  for (const Series& one : series) {
    const std::string label = fit_text(one.label, area.width() - sample - gap, s.small, Face::Regular, s.measure);
    const float width = sample + gap + s.measure.width(label, s.small, Face::Regular);
    if (x > area.min.x && x + width > area.max.x) x = area.min.x, y += row;
    const float middle = y + row / 2;
    Series shown{one.label, one.color, one.width, one.dash, true, {}, false, one.dashes, {}, one.mark, one.scatter};
    if (!one.visible) shown.color = one.color.with_alpha(0.3f);
    if (!one.scatter)
      add_stroke(s, {{x, middle}, {x + sample, middle}}, shown, std::max(1.0f, one.width * s.u * s.p.line_scale));
    if (one.mark >= 0) add_mark(s, shown, {x + sample / 2, middle}, mark_radius(s) * 0.8f);
    s.list.add(draw::Text{{x + sample + gap, middle},
                          label,
                          s.small,
                          one.visible ? s.p.secondary : s.p.border,
                          Face::Regular,
                          HAlign::Left,
                          VAlign::Middle});
    rects.push_back({{x, y}, {x + width, y + row}});
    x += width + 14 * s.u;
  }
  return series.empty() ? 0 : y + row - top;
}

const Vec2* last_point(const Series& series, const PlotScale& scale) {
  for (auto p = series.points.rbegin(); p != series.points.rend(); ++p)
    if (std::isfinite(p->y) && !(scale.log_y && p->y <= 0)) return &*p;
  return nullptr;
}

struct EndLabel {
  float y = 0;
  std::string text;
  const Series* series = nullptr;
};

constexpr float kMostLabels = 0.34f;  // of the plot's width, for labels with long names

// One label per visible series beside its last value, moved apart so that none covers another; with names as long as
// `room` allows.
std::vector<EndLabel> end_labels(const Sheet& s, const std::vector<Series>& series, const PlotScale& scale,
                                 float smoothing, float room) {
  std::size_t wording = 0, last_wording = 0;
  for (const Series& one : series) last_wording = std::max(last_wording, one.end_names.size());
  const auto name_of = [&](const Series& one) {
    return one.end_names.empty() ? "" : one.end_names[std::min(wording, one.end_names.size() - 1)] + " ";
  };
  for (; wording + 1 < last_wording; ++wording) {
    const auto fits = [&](const Series& one) {
      return !one.has_end_label || s.measure.width(name_of(one) + "0.0000", s.small, Face::Bold) <= room;
    };
    if (std::all_of(series.begin(), series.end(), fits)) break;
  }
  std::vector<EndLabel> labels;
  for (const Series& one : series) {
    if (!one.visible || !one.has_end_label) continue;
    const Vec2* last = last_point(one, scale);
    if (!last || double(last->x) > scale.x_hi || double(last->x) < scale.x_lo) continue;
    const double shown =
        double(smoothing > 0 ? smoothed(one.points, smoothing)[std::size_t(last - one.points.data())].y : last->y);
    labels.push_back({scale.py(shown), name_of(one) + value_text(double(last->y)), &one});
  }
  std::sort(labels.begin(), labels.end(), [](const EndLabel& a, const EndLabel& b) { return a.y < b.y; });
  const float apart = s.small * 1.15f, top = scale.inner.min.y + s.small * 0.5f,
              bottom = scale.inner.max.y - s.small * 0.4f;
  while (!labels.empty() && float(labels.size() - 1) * apart > bottom - top) labels.pop_back();
  for (std::size_t i = 0; i < labels.size(); ++i)
    labels[i].y = std::max(labels[i].y, i == 0 ? top : labels[i - 1].y + apart);
  for (std::size_t i = labels.size(); i-- > 0;)
    labels[i].y = std::min(labels[i].y, i + 1 == labels.size() ? bottom : labels[i + 1].y - apart);
  return labels;
}

void add_axes(Sheet& s, const PlotScale& scale, const std::vector<Tick>& ticks, const PlotStyle& style) {
  const Rect& r = scale.inner;
  const float hair = std::max(0.75f, s.u);
  float written_at = -1e6f;  // the label below
  for (const Tick& tick : ticks) {
    const float y = scale.py(tick.value);
    if (y < r.min.y - 0.5f || y > r.max.y + 0.5f) continue;
    const bool minor = tick.text.empty();
    s.list.add(draw::Line{{r.min.x, y}, {r.max.x, y}, hair, s.p.border.with_alpha(minor ? 0.12f : 0.32f)});
    if (minor || std::fabs(y - written_at) < s.small * 1.25f) continue;
    s.list.add(draw::Text{
        {r.min.x - 6 * s.u, y}, tick.text, s.small, s.p.secondary, Face::Regular, HAlign::Right, VAlign::Middle});
    written_at = y;
  }
  s.list.add(draw::Line{{r.min.x, r.max.y}, {r.max.x, r.max.y}, hair, s.p.border});
  const float label_width = style.x_label.empty() ? 0 : s.measure.width(style.x_label, s.small, Face::Regular);
  const float y = r.max.y + 6 * s.u + s.small * 0.5f;
  float free_from = r.min.x - 1e6f;
  const float name_left = r.max.x - label_width;
  for (const auto& [v, written] : x_ticks(scale, std::clamp(int(r.width() / (s.small * 6)), 2, 8))) {
    if (style.whole_x && v != std::floor(v)) continue;
    const std::string text = style.whole_x && !written.empty() ? tick_text(v, 1) : written;
    const float half = s.measure.width(text, s.small, Face::Regular) / 2;
    const float x = std::clamp(scale.px(v), r.min.x, r.max.x);
    s.list.add(draw::Line{{x, r.max.y}, {x, r.max.y + 4 * s.u}, hair, s.p.border});
    if (text.empty() || x - half < free_from || (label_width > 0 && x + half > name_left - s.small * 0.6f)) continue;
    s.list.add(draw::Text{{x, y}, text, s.small, s.p.secondary, Face::Regular, HAlign::Center, VAlign::Middle});
    free_from = x + half + s.small * 0.6f;
  }
  if (label_width > 0)
    s.list.add(
        draw::Text{{r.max.x, y}, style.x_label, s.small, s.p.secondary, Face::Regular, HAlign::Right, VAlign::Middle});
}

void add_curve(Sheet& s, const std::vector<Vec2>& points, const PlotScale& scale, float width, const Series& series) {
  for (std::vector<Vec2>& run : pixel_runs(points, scale)) {
    if (run.size() == 1)
      s.list.add(draw::Disc{run[0], std::max(1.5f, width), series.color, series.color, 0, 0});
    else
      add_stroke(s, std::move(run), series, width);
  }
}

Series with_points(const Series& series, float smoothing) {
  Series copy = series;
  copy.points = smoothed(series.points, smoothing);
  return copy;
}

// What lies within `spread` of the line. No smoothing: it is the spread of what was measured.
void add_band(Sheet& s, const Series& series, const PlotScale& scale) {
  draw::Ribbon band{{}, {}, series.color.with_alpha(s.p.id == ThemeId::Dark ? 0.26f : 0.2f)};
  const auto flush = [&] {
    if (band.upper.size() > 1) s.list.add(band);
    band.upper.clear(), band.lower.clear();
  };
  for (std::size_t i = 0; i < std::min(series.points.size(), series.spread.size()); ++i) {
    const double x = double(series.points[i].x), y = double(series.points[i].y), by = double(series.spread[i]);
    if (!std::isfinite(x) || !std::isfinite(y) || !std::isfinite(by) || (scale.log_y && y <= 0)) {
      flush();
      continue;
    }
    const double low = scale.log_y ? std::max(y - by, scale.y_lo * 1e-3) : y - by;
    band.upper.push_back({scale.px(x), scale.py(y + by)});
    band.lower.push_back({scale.px(x), scale.py(low)});
  }
  flush();
}

void add_scatter(Sheet& s, const Series& series, const PlotScale& scale) {
  for (const Vec2& point : series.points) {
    if (!std::isfinite(point.x) || !std::isfinite(point.y) || (scale.log_y && point.y <= 0)) continue;
    const Vec2 at{scale.px(double(point.x)), scale.py(double(point.y))};
    if (scale.inner.contains(at)) add_mark(s, series, at, mark_radius(s) * 0.8f);
  }
}

// Markers along the line, so that it can be followed in grey; each series begins elsewhere, so that they do not lie on
// one another. The last point has one of its own.
void add_marks(Sheet& s, const Series& series, const PlotScale& scale, std::size_t nth, std::size_t count) {
  const std::vector<std::vector<Vec2>> runs = pixel_runs(series.points, scale);
  if (runs.empty()) return;
  const float r = mark_radius(s), apart = std::max(scale.inner.width() / 5, 14 * r);
  const Vec2 last = runs.back().back();
  float next = scale.inner.min.x + apart * (float(nth) + 0.5f) / float(std::max<std::size_t>(1, count));
  for (const std::vector<Vec2>& run : runs)
    for (std::size_t i = 0; i + 1 < run.size(); ++i)
      for (; next < run[i + 1].x; next += apart) {
        if (next < run[i].x || next > last.x - 3 * r) continue;
        const float share = (next - run[i].x) / (run[i + 1].x - run[i].x);
        const Vec2 at = run[i] + (run[i + 1] - run[i]) * share;
        if (scale.inner.contains(at)) add_mark(s, series, at, r * 0.8f);
      }
  if (last.x >= scale.inner.min.x && last.x <= scale.inner.max.x + 1)
    add_mark(s, series, {last.x, std::clamp(last.y, scale.inner.min.y, scale.inner.max.y)}, r);
}

const Vec2* nearest(const Series& series, double x) {
  const Vec2* best = nullptr;
  auto at = std::lower_bound(series.points.begin(), series.points.end(), x,
                             [](const Vec2& p, double v) { return double(p.x) < v; });
  // A few steps to either side, past gaps.
  const auto first = at - std::min<std::ptrdiff_t>(at - series.points.begin(), 8);
  const auto last = at + std::min<std::ptrdiff_t>(series.points.end() - at, 8);
  for (auto p = first; p != last; ++p)
    if (std::isfinite(p->y) && (!best || std::fabs(double(p->x) - x) < std::fabs(double(best->x) - x))) best = &*p;
  return best;
}

void add_hover(Sheet& s, const std::vector<Series>& series, const PlotScale& scale, const PlotStyle& style, Rect area,
               Vec2 at) {
  double x = scale.x_at(at.x);
  // The nearest whole number in the plane; series say only what they have just there.
  if (style.whole_x) x = std::min(std::max(std::round(x), std::ceil(scale.x_lo)), std::floor(scale.x_hi));
  std::vector<std::pair<const Series*, Vec2>> found;
  double shown_x = x, best = 1e300;
  for (const Series& one : series) {
    if (!one.visible) continue;
    const Vec2* p = nearest(one, x);
    if (p && (!style.whole_x || double(p->x) == x)) {
      found.push_back({&one, *p});
      if (std::fabs(double(p->x) - x) < best) best = std::fabs(double(p->x) - x), shown_x = double(p->x);
    }
  }
  if (found.empty()) return;
  const float line_x = std::clamp(scale.px(shown_x), scale.inner.min.x, scale.inner.max.x);
  s.list.add(draw::Line{{line_x, scale.inner.min.y}, {line_x, scale.inner.max.y}, std::max(1.0f, s.u), s.p.secondary});
  std::vector<std::string> lines = {(style.x_label.empty() ? "x" : style.x_label) + " " + short_text(shown_x)};
  if (shown_x == std::floor(shown_x) && std::fabs(shown_x) < 1e15)
    lines[0] = (style.x_label.empty() ? "x" : style.x_label) + " " + tick_text(shown_x, 1);
  float width = s.measure.width(lines[0], s.small, Face::Bold);
  for (const auto& [one, p] : found) {
    lines.push_back(one->label + "  " + value_text(double(p.y)));
    width = std::max(width, s.measure.width(lines.back(), s.small, Face::Regular) + 12 * s.u);
    const Vec2 dot{scale.px(double(p.x)), scale.py(double(p.y))};
    if (scale.inner.contains(dot))
      s.list.add(draw::Disc{dot, 4 * s.u, one->color, s.p.card, std::max(1.0f, 1.5f * s.u), 0});
  }
  const float pad = 7 * s.u, row = s.small * 1.35f, height = row * float(lines.size()) + 2 * pad;
  width += 2 * pad;
  float left = line_x + 10 * s.u;
  if (left + width > area.max.x) left = line_x - 10 * s.u - width;
  left = std::clamp(left, area.min.x, std::max(area.min.x, area.max.x - width));
  const float top = std::clamp(at.y - height / 2, area.min.y, std::max(area.min.y, area.max.y - height));
  s.list.add(
      draw::Box{{{left, top}, {left + width, top + height}}, s.p.card, s.p.border, std::max(1.0f, s.u), 4 * s.u, 0});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const float y = top + pad + row * (float(i) + 0.5f);
    if (i > 0) s.list.add(draw::Disc{{left + pad + 4 * s.u, y}, 3.5f * s.u, found[i - 1].first->color, s.p.card, 0, 0});
    s.list.add(draw::Text{{left + pad + (i > 0 ? 12 * s.u : 0), y},
                          lines[i],
                          s.small,
                          s.p.text,
                          i > 0 ? Face::Regular : Face::Bold,
                          HAlign::Left,
                          VAlign::Middle});
  }
}

}  // namespace

Plot build_plot(const std::vector<Series>& series, Rect area, const PlotView& view, const PlotStyle& style,
                const TextMeasure& measure, std::optional<Vec2> hover) {
  Plot plot{};
  const Palette& p = *style.palette;
  Sheet s{plot.list, p, style.u, type_px(p, style.u, 13), type_px(p, style.u, 16), measure};
  float top = area.min.y + add_head(s, area, style);
  if (style.show_legend) top += add_legend(s, series, area, top, plot.legend);
  PlotScale scale = fitted_scale(series, view, style);
  scale.inner = {{area.min.x, top + s.small * 0.7f},
                 {area.max.x, std::max(top + s.small * 0.7f + 4, area.max.y - s.small * 1.6f)}};
  const int count = std::clamp(int(scale.inner.height() / (s.small * 2.4f)), 2, 6);
  const std::vector<Tick> ticks = y_ticks(scale, count);
  float widest = 0;
  for (const Tick& tick : ticks) widest = std::max(widest, measure.width(tick.text, s.small, Face::Regular));
  scale.inner.min.x += widest + 7 * s.u;
  std::vector<EndLabel> labels;
  if (style.end_labels) labels = end_labels(s, series, scale, view.smoothing, kMostLabels * area.width());
  widest = 0;
  for (const EndLabel& label : labels) widest = std::max(widest, measure.width(label.text, s.small, Face::Bold));
  const bool marks = std::any_of(series.begin(), series.end(), marks_its_line);
  const float after = 7 * s.u + (marks ? mark_radius(s) : 0);  // from the plane to the labels
  scale.inner.max.x -=
      widest > 0 ? widest + after + s.u + (marks ? s.small : 0) : 4 * s.u + (marks ? mark_radius(s) : 0);
  scale.inner.max.x = std::max(scale.inner.max.x, scale.inner.min.x + 4);
  add_axes(s, scale, ticks, style);
  const float over = 3 * s.u;  // thick lines on the border are not cut in half
  s.list.add(draw::PushClip{{scale.inner.min - Vec2{0, over}, scale.inner.max + Vec2{over, over * 0.5f}}});
  bool any = false;
  for (const Series& one : series)
    if (one.visible && !one.spread.empty()) add_band(s, one, scale);
  for (const Series& one : series) {
    any = any || (one.visible && last_point(one, scale));
    if (!one.visible || one.scatter) continue;
    const float width = std::max(1.0f, one.width * s.u * p.line_scale);
    if (view.smoothing > 0) {
      const Series raw{one.label, one.color.with_alpha(0.28f), one.width, 0, true, {}};
      add_curve(s, one.points, scale, std::max(1.0f, width * 0.5f), raw);
    }
    add_curve(s, smoothed(one.points, view.smoothing), scale, width, one);
  }
  s.list.add(draw::PopClip{});
  const auto marked = std::size_t(std::count_if(series.begin(), series.end(), marks_its_line));
  std::size_t nth = 0;
  for (const Series& one : series) {
    if (one.visible && one.scatter) add_scatter(s, one, scale);
    if (!marks_its_line(one)) continue;
    if (one.visible) add_marks(s, view.smoothing > 0 ? with_points(one, view.smoothing) : one, scale, nth, marked);
    ++nth;
  }
  if (!any)
    s.list.add(draw::Text{scale.inner.center(),
                          fit_text(style.empty_text, scale.inner.width(), s.small, Face::Regular, measure), s.small,
                          p.secondary, Face::Regular, HAlign::Center, VAlign::Middle});
  for (const EndLabel& label : labels) {
    const bool has_mark = label.series->mark >= 0;
    const float x = scale.inner.max.x + after;
    if (has_mark) add_mark(s, *label.series, {x + s.small * 0.4f, label.y}, s.small * 0.34f);
    s.list.add(draw::Text{{x + (has_mark ? s.small : 0), label.y},
                          label.text,
                          s.small,
                          has_mark ? p.text : label.series->color,
                          Face::Bold,
                          HAlign::Left,
                          VAlign::Middle});
  }
  if (hover && any && scale.inner.contains(*hover)) add_hover(s, series, scale, style, area, *hover);
  plot.inner = scale.inner;
  plot.x_lo = scale.x_lo, plot.x_hi = scale.x_hi, plot.y_lo = scale.y_lo, plot.y_hi = scale.y_hi;
  return plot;
}

void zoom_plot(PlotView& view, const Plot& plot, Vec2 at, float factor, bool x_only) {
  if (!(factor > 0) || !std::isfinite(factor) || plot.inner.width() <= 0 || plot.inner.height() <= 0) return;
  const double fx = double((at.x - plot.inner.min.x) / plot.inner.width());
  const double fy = double((plot.inner.max.y - at.y) / plot.inner.height());
  const auto zoomed = [&](double& lo, double& hi, double share) {
    const double fixed = lo + share * (hi - lo), span = (hi - lo) * double(factor);
    // Beyond these the axis could no longer tell its ticks apart.
    if (!(span > 1e-9 * std::max(1.0, std::fabs(fixed)) * 0.001) || span > 1e12) return;
    lo = fixed - share * span, hi = lo + span;
  };
  double x_lo = plot.x_lo, x_hi = plot.x_hi, y_lo = plot.y_lo, y_hi = plot.y_hi;
  zoomed(x_lo, x_hi, fx);
  if (!x_only) {
    if (view.log_y) y_lo = std::log10(y_lo), y_hi = std::log10(y_hi);
    if (!view.log_y || (y_hi - y_lo) * double(factor) < 60) zoomed(y_lo, y_hi, fy);
    if (view.log_y) y_lo = std::pow(10.0, y_lo), y_hi = std::pow(10.0, y_hi);
  }
  view.fit = false;
  view.x_lo = x_lo, view.x_hi = x_hi, view.y_lo = y_lo, view.y_hi = y_hi;
}

void pan_plot(PlotView& view, const Plot& plot, Vec2 by) {
  if (plot.inner.width() <= 0 || plot.inner.height() <= 0) return;
  const PlotScale scale{plot.inner, plot.x_lo, plot.x_hi, plot.y_lo, plot.y_hi, view.log_y};
  const double y_lo = scale.y_at(plot.inner.max.y - by.y), y_hi = scale.y_at(plot.inner.min.y - by.y);
  view.fit = false;
  view.x_lo = scale.x_at(plot.inner.min.x - by.x), view.x_hi = scale.x_at(plot.inner.max.x - by.x);
  view.y_lo = y_lo, view.y_hi = y_hi;
}

}  // namespace dropscope
