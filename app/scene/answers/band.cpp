// The band of a regression: what masks make of the mean, where there are training examples and where there are none.
#include <algorithm>
#include <cmath>

#include "app/scene/answers/uncertainty_parts.h"
#include "app/scene/plot_scale.h"
#include "app/scene/scene_text.h"

namespace dropscope::answers {
namespace {

constexpr int kFunctions = 6;  // of the masks, drawn one by one

// All that is drawn, but not more than once the extent of the examples beyond them.
std::pair<double, double> y_range(const AnswerInput& in, const UncertaintyReport& r) {
  double lo = 1e300, hi = -1e300;
  for (float y : in.data.train_target) lo = std::min(lo, double(y)), hi = std::max(hi, double(y));
  if (!(lo <= hi)) lo = -1, hi = 1;
  const double extent = std::max(hi - lo, 1e-6), least = lo - extent, most = hi + extent;
  for (std::size_t i = 0; i < r.x.size(); ++i) {
    const double by = 2 * r.deviation[i];
    if (!std::isfinite(r.mean[i] + by)) continue;
    lo = std::min(lo, r.mean[i] - by), hi = std::max(hi, r.mean[i] + by);
  }
  const double pad = 0.06 * extent;
  return {std::max(lo, least) - pad, std::min(hi, most) + pad};
}

void add_ribbon(DisplayList& list, const UncertaintyReport& r, const PlotScale& scale, double deviations, Color fill) {
  draw::Ribbon band{{}, {}, fill};
  for (std::size_t i = 0; i < r.x.size(); ++i) {
    const double by = deviations * r.deviation[i];
    if (!std::isfinite(r.mean[i] + by)) continue;
    band.upper.push_back({scale.px(r.x[i]), scale.py(r.mean[i] + by)});
    band.lower.push_back({scale.px(r.x[i]), scale.py(r.mean[i] - by)});
  }
  if (band.upper.size() > 1) list.add(std::move(band));
}

void add_line(DisplayList& list, const std::vector<Vec2>& points, const PlotScale& scale, float width, Color color) {
  for (std::vector<Vec2>& run : pixel_runs(points, scale))
    if (run.size() > 1) list.add(draw::Polyline{std::move(run), width, color, 0, false});
}

// Stretches without examples, and where they end.
void add_gaps(AnswerPicture& picture, const UncertaintyReport& r, const PlotScale& scale, const CardStyle& style) {
  const Palette& p = *style.palette;
  const Rect& plane = scale.inner;
  const float hair = std::max(1.0f, 1.5f * style.u);
  const auto edge = [&](float x) {
    picture.list.add(draw::Polyline{{{x, plane.min.y}, {x, plane.max.y}}, hair, p.secondary, 5 * style.u, false});
  };
  for (std::size_t i = 0; i < r.gaps.size(); ++i) {
    const float x0 = scale.px(r.gaps[i].first), x1 = scale.px(r.gaps[i].second);
    picture.list.add(draw::Box{{{x0, plane.min.y}, {x1, plane.max.y}}, p.border.with_alpha(0.22f), p.border, 0, 0, 0});
    edge(x0), edge(x1);
    picture.areas.push_back({"gap." + std::to_string(i),
                             {{x0, plane.min.y}, {x1, plane.max.y}},
                             fixed_text(r.gaps[i].first, 4) + " " + fixed_text(r.gaps[i].second, 4)});
  }
  edge(scale.px(r.train_lo)), edge(scale.px(r.train_hi));
}

// On plates, since lines may pass there.
void add_gap_names(DisplayList& list, const UncertaintyReport& r, const PlotScale& scale, const CardStyle& style,
                   const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const float size = body_px(style), y = scale.inner.min.y + size * 0.8f;
  for (const auto& [lo, hi] : r.gaps) {
    const float x0 = scale.px(lo), x1 = scale.px(hi), room = x1 - x0 - 8 * style.u;
    const char* const words = measure.width("no examples", size, Face::Bold) < room ? "no examples" : "gap";
    const float half = measure.width(words, size, Face::Bold) / 2 + 3 * style.u, x = (x0 + x1) / 2;
    if (2 * half > room) continue;
    list.add(draw::Box{{{x - half, y - size * 0.7f}, {x + half, y + size * 0.7f}},
                       mix(p.card, p.border, 0.22f),
                       p.border,
                       0,
                       3 * style.u,
                       0});
    list.add(draw::Text{{x, y}, words, size, p.text, Face::Bold, HAlign::Center, VAlign::Middle});
  }
}

AnswerArea probe_area(const AnswerInput& in, const PlotScale& scale) {
  AnswerArea area{"band", scale.inner, in.probe.input.empty() ? "" : fixed_text(double(in.probe.input[0]), 4)};
  area.drags = true;
  area.at = [scale, report = in.answer.uncertainty](Vec2 at) {
    const double x = scale.x_at(at.x);
    const auto next = std::lower_bound(report->x.begin(), report->x.end(), x);
    auto i = std::size_t(std::min(next - report->x.begin(), std::ptrdiff_t(report->x.size()) - 1));
    if (i > 0 && x - report->x[i - 1] < report->x[i] - x) --i;
    return AnswerHit{{"probe_point", std::to_string(x), "0"},
                     {"x = " + value_text(report->x[i]),
                      "mean " + value_text(report->mean[i]) + " \u00b1 " + value_text(report->deviation[i])}};
  };
  return area;
}

}  // namespace

AnswerPicture band_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  DisplayList& list = picture.list;
  const Palette& p = *style.palette;
  const UncertaintyReport& r = *in.answer.uncertainty;
  const Rect room = add_card(list, card, style);
  if (r.x.size() < 2) return picture;
  const bool dark = p.id == ThemeId::Dark;
  const Color mean = p.validation, inner = mean.with_alpha(dark ? 0.34f : 0.26f),
              outer = mean.with_alpha(dark ? 0.2f : 0.15f);
  const int functions = std::min(kFunctions, r.passes);
  // Names alone; what they name is drawn below, in its own order.
  std::vector<Series> series(4);
  series[0] = {"mean", mean, 4, 0, true, {}};
  series[1] = {"\u00b1 1 sd", mix(p.card, mean, dark ? 0.47f : 0.37f), 9, 0, true, {}};
  series[2] = {"\u00b1 2 sd", mix(p.card, mean, dark ? 0.2f : 0.15f), 9, 0, true, {}};
  series[3] = {functions == 1 ? "with the mask" : "with " + std::to_string(functions) + " of the masks",
               p.secondary,
               1.5f,
               0,
               true,
               {}};
  PlotView view;
  view.fit = false;
  view.x_lo = r.x.front(), view.x_hi = r.x.back();
  std::tie(view.y_lo, view.y_hi) = y_range(in, r);
  PlotStyle look{.palette = &p,
                 .u = style.u,
                 .title = "Mean of " + count_text(std::uint64_t(r.passes)) + (r.passes == 1 ? " mask" : " masks"),
                 .value_title = "dots: training examples",
                 .x_label = "x",
                 .y_floor = {},
                 .y_ceiling = {},
                 .empty_text = "",
                 .show_legend = true,
                 .end_labels = false};
  Plot plot = build_plot(series, room, view, look, measure, std::nullopt);
  list.append(std::move(plot.list));
  PlotScale scale;
  scale.inner = plot.inner;
  scale.x_lo = plot.x_lo, scale.x_hi = plot.x_hi, scale.y_lo = plot.y_lo, scale.y_hi = plot.y_hi;

  list.add(draw::PushClip{plot.inner});
  add_ribbon(list, r, scale, 2, outer);
  add_ribbon(list, r, scale, 1, inner);
  add_gaps(picture, r, scale, style);
  const float wide = std::max(1.0f, style.u * p.line_scale);
  for (int t = 0; t < functions; ++t) {
    std::vector<Vec2> points;
    for (std::size_t i = 0; i < r.x.size(); ++i)
      points.push_back({float(r.x[i]), r.functions[std::size_t(t) * r.x.size() + i]});
    add_line(list, points, scale, wide, p.secondary.with_alpha(0.7f));
  }
  std::vector<Vec2> means;
  for (std::size_t i = 0; i < r.x.size(); ++i) means.push_back({float(r.x[i]), float(r.mean[i])});
  add_line(list, means, scale, 4 * wide, mean);
  const float radius = std::max(2.2f, 4 * style.u);
  for (std::size_t i = 0; i < std::min(in.data.train_x.size(), in.data.train_target.size()); ++i)
    list.add(draw::Disc{{scale.px(double(in.data.train_x[i])), scale.py(double(in.data.train_target[i]))},
                        radius,
                        class_color(p, 0),
                        p.card,
                        std::max(0.75f, style.u),
                        0});
  if (!in.probe.input.empty()) {
    const float x = scale.px(double(in.probe.input[0]));
    list.add(draw::Line{{x, plot.inner.min.y}, {x, plot.inner.max.y}, std::max(2.0f, 3 * style.u), p.text});
  }
  add_gap_names(list, r, scale, style, measure);
  list.add(draw::PopClip{});
  picture.areas.push_back(probe_area(in, scale));
  return picture;
}

}  // namespace dropscope::answers
