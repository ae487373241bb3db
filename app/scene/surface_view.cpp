#include "app/scene/surface_view.h"

#include <algorithm>
#include <cmath>

#include "app/scene/plot.h"
#include "app/scene/scene_text.h"
#include "app/scene/sequence_sheet.h"
#include "app/scene/tile_sheet.h"

namespace dropscope {
namespace {

constexpr std::size_t kMostValidationPoints = 160;  // more would hide the surface
constexpr std::size_t kMostTrainPoints = 400;

Color class_color(const Palette& p, int label) { return p.data_class[std::size_t(label & 7)]; }

// Neutral where the network is undecided, the class's colour where it is sure; paler than the points on it.
Color surface_color(const Palette& p, float value, int classes) {
  if (!std::isfinite(value)) return p.hazard_b;
  int label = 0;
  float sure = 0;
  if (classes <= 2) {
    label = value >= 0.5f ? 1 : 0;
    sure = std::fabs(2 * value - 1);
  } else {
    label = int(value);
    const float least = 1.0f / float(classes);
    sure = ((value - float(label)) / 0.999f - least) / (1 - least);
  }
  const float strength = std::sqrt(std::clamp(sure, 0.0f, 1.0f));
  return mix(p.neutral, class_color(p, label),
             p.id == ThemeId::Dark ? 0.08f + 0.57f * strength : 0.04f + 0.46f * strength);
}

struct Plane {
  Rect rect;
  const DataView& data;
  Vec2 at(float x, float y) const { return point_of_inputs(data, rect, x, y); }
};

bool has_plane(const DataView* data) {
  return data && !data->image && !data->sequence && data->task == Task::Classification && data->inputs == 2 &&
         data->hi[0] > data->lo[0] && data->hi[1] > data->lo[1];
}

// Below the head line and above the legend.
Rect plane_in(Rect area, const CardStyle& style) {
  const float head = type_px(*style.palette, style.u, 16) * 1.5f, legend = type_px(*style.palette, style.u, 13) * 1.5f;
  return {{area.min.x, std::min(area.max.y, area.min.y + head)}, {area.max.x, area.max.y - legend - 4 * style.u}};
}

void add_surface(DisplayList& list, const SurfaceView& surface, const Plane& plane, const CardStyle& style) {
  const Palette& p = *style.palette;
  const int classes = plane.data.outputs;
  draw::Image image{plane.rect, surface.cols, surface.rows, {}, true};
  image.rgba.reserve(surface.value.size());
  for (float v : surface.value) image.rgba.push_back(surface_color(p, v, classes));
  list.add(std::move(image));
  const float w = plane.rect.width() / float(surface.cols), h = plane.rect.height() / float(surface.rows);
  const auto to_plane = [&](Vec2 cell) { return Vec2{plane.rect.min.x + cell.x * w, plane.rect.min.y + cell.y * h}; };
  const float width = std::max(1.0f, 2 * style.u * p.line_scale);
  if (classes <= 2) {
    for (const ContourSegment& s : contour_segments(surface, 0.5f))
      list.add(draw::Line{to_plane(s.a), to_plane(s.b), width, p.text});
    return;
  }
  // More classes: the borders between cells of different winners.
  const auto winner = [&](int c, int r) {
    return int(surface.value[std::size_t(r) * std::size_t(surface.cols) + std::size_t(c)]);
  };
  for (int r = 0; r < surface.rows; ++r)
    for (int c = 0; c < surface.cols; ++c) {
      const float x = float(c), y = float(r);
      if (c + 1 < surface.cols && winner(c, r) != winner(c + 1, r))
        list.add(draw::Line{to_plane({x + 1, y}), to_plane({x + 1, y + 1}), width * 0.7f, p.text});
      if (r + 1 < surface.rows && winner(c, r) != winner(c, r + 1))
        list.add(draw::Line{to_plane({x, y + 1}), to_plane({x + 1, y + 1}), width * 0.7f, p.text});
    }
}

// Train points filled, validation points hollow, evenly thinned; the shape is the class.
void add_points(DisplayList& list, const Plane& plane, const CardStyle& style) {
  const Palette& p = *style.palette;
  const DataView& d = plane.data;
  const float r = std::max(2.2f, 4.6f * style.u);
  const auto each = [&](const std::vector<float>& x, const std::vector<std::int32_t>& label, std::size_t most,
                        auto&& add) {
    const std::size_t count = std::min(x.size() / 2, label.size()), shown = std::min(count, most);
    for (std::size_t k = 0; k < shown; ++k) {
      const std::size_t i = k * count / shown;  // not a fixed stride, which may only meet every other class
      add(plane.at(x[2 * i], x[2 * i + 1]), label[i]);
    }
  };
  each(d.validation_x, d.validation_label, kMostValidationPoints, [&](Vec2 at, int label) {
    add_class_mark(list, label, at, r * 0.85f, p.background.with_alpha(0),
                   p.id == ThemeId::Dark ? p.text : class_color(p, label), std::max(1.0f, 1.5f * style.u));
  });
  each(d.train_x, d.train_label, kMostTrainPoints, [&](Vec2 at, int label) {
    add_class_mark(list, label, at, r, class_color(p, label), p.id == ThemeId::Dark ? p.background : p.text,
                   std::max(1.0f, 1.5f * style.u));
  });
}

// Mark and name for each class, then what filled and hollow mean; as many as fit.
void add_class_legend(DisplayList& list, const DataView& data, Rect row, const CardStyle& style,
                      const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const float size = type_px(p, style.u, 13), r = size * 0.34f, y = row.center().y;
  float x = row.min.x;
  for (std::size_t i = 0; i < data.output_names.size(); ++i) {
    const float width = 2.4f * r + 4 * style.u + measure.width(data.output_names[i], size, Face::Regular);
    if (x + width > row.max.x) return;
    add_class_mark(list, int(i), {x + r * 1.2f, y}, r, class_color(p, int(i)),
                   p.id == ThemeId::Dark ? p.background : p.text, std::max(0.75f, style.u));
    list.add(draw::Text{{x + 2.4f * r + 4 * style.u, y},
                        data.output_names[i],
                        size,
                        p.secondary,
                        Face::Regular,
                        HAlign::Left,
                        VAlign::Middle});
    x += width + 12 * style.u;
  }
  const std::string line = data.outputs <= 2 ? "line: P = 0.5" : "lines: where the winner changes";
  const float width = measure.width(line, size, Face::Regular);
  if (x + width <= row.max.x)
    list.add(draw::Text{{row.max.x, y}, line, size, p.secondary, Face::Regular, HAlign::Right, VAlign::Middle});
}

DisplayList build_decision_surface(const Snapshot& snapshot, Rect area, const CardStyle& style,
                                   const TextMeasure& measure, SurfaceWords words) {
  const DataView& data = *snapshot.data;
  const Palette& p = *style.palette;
  const float size = type_px(p, style.u, 13);
  DisplayList list;
  Rect rest = area, legend{area.max, area.max};
  if (words == SurfaceWords::All) {
    rest = add_card_head(list, area, "Decision surface", "filled: train \u00b7 hollow: validation", style, measure);
    legend = {{rest.min.x, rest.max.y - size * 1.5f}, rest.max};
    rest.max.y = legend.min.y - 4 * style.u;
  }
  if (rest.height() < 8 || rest.width() < 8) return list;
  const Plane plane{rest, data};
  list.add(draw::PushClip{rest});
  list.add(draw::Box{rest, p.neutral, p.border, 0, 0, 0});
  const SurfaceView* surface = snapshot.surface.get();
  const bool ready = surface && surface->cols > 0 && surface->rows > 0 &&
                     surface->value.size() >= std::size_t(surface->cols) * std::size_t(surface->rows);
  if (ready) add_surface(list, *surface, plane, style);
  add_points(list, plane, style);
  list.add(draw::PopClip{});
  list.add(draw::Box{rest, p.background.with_alpha(0), p.border.with_alpha(0.6f), std::max(1.0f, style.u), 0, 0});
  if (words == SurfaceWords::All) add_class_legend(list, data, legend, style, measure);
  return list;
}

DisplayList build_fit(const Snapshot& snapshot, Rect area, const CardStyle& style, const TextMeasure& measure,
                      SurfaceWords words) {
  const DataView& data = *snapshot.data;
  const Palette& p = *style.palette;
  std::vector<Series> series(1);
  series[0] = {"network's fit (masks off)", p.validation, 4, 0, true, {}};
  if (snapshot.surface)
    for (std::size_t i = 0; i < snapshot.surface->value.size(); ++i) {
      const float share = (float(i) + 0.5f) / float(snapshot.surface->value.size());
      series[0].points.push_back({data.lo[0] + share * (data.hi[0] - data.lo[0]), snapshot.surface->value[i]});
    }
  PlotView view;
  const double margin = 0.08 * std::max(1e-6, double(data.target_hi) - double(data.target_lo));
  view.fit = false;
  view.x_lo = double(data.lo[0]), view.x_hi = double(data.hi[0]);
  view.y_lo = double(data.target_lo) - margin, view.y_hi = double(data.target_hi) + margin;
  PlotStyle look{.palette = &p,
                 .u = style.u,
                 .title = "Fit",
                 .value_title = "filled: train \u00b7 hollow: validation",
                 .x_label = "x",
                 .y_floor = {},
                 .y_ceiling = {},
                 .empty_text = "the fit is not computed yet",
                 .end_labels = false};
  if (words == SurfaceWords::None) look.title = look.value_title = look.x_label = "", look.show_legend = false;
  Plot plot = build_plot(series, area, view, look, measure, std::nullopt);
  DisplayList list = std::move(plot.list);
  const auto at = [&](float x, float y) {
    return Vec2{plot.inner.min.x + float((double(x) - plot.x_lo) / (plot.x_hi - plot.x_lo)) * plot.inner.width(),
                plot.inner.max.y - float((double(y) - plot.y_lo) / (plot.y_hi - plot.y_lo)) * plot.inner.height()};
  };
  list.add(draw::PushClip{plot.inner});
  const float r = std::max(2.0f, 4 * style.u);
  const std::size_t n = std::min(data.validation_x.size(), data.validation_target.size()),
                    stride = std::max<std::size_t>(1, n / kMostValidationPoints);
  for (std::size_t i = 0; i < n; i += stride)
    list.add(draw::Disc{at(data.validation_x[i], data.validation_target[i]), r * 0.8f, p.background.with_alpha(0),
                        p.border, std::max(0.75f, style.u), 0});
  for (std::size_t i = 0; i < std::min(data.train_x.size(), data.train_target.size()); ++i)
    list.add(draw::Disc{at(data.train_x[i], data.train_target[i]), r, class_color(p, 0), p.card,
                        std::max(0.75f, style.u), 0});
  list.add(draw::PopClip{});
  return list;
}

}  // namespace

std::vector<ContourSegment> contour_segments(const SurfaceView& surface, float level) {
  std::vector<ContourSegment> segments;
  const auto value = [&](int c, int r) {
    return surface.value[std::size_t(r) * std::size_t(surface.cols) + std::size_t(c)];
  };
  for (int r = 0; r + 1 < surface.rows; ++r)
    for (int c = 0; c + 1 < surface.cols; ++c) {
      // Corners are the middles of four neighbouring cells, clockwise from the top left.
      const Vec2 corner[4] = {{float(c) + 0.5f, float(r) + 0.5f},
                              {float(c) + 1.5f, float(r) + 0.5f},
                              {float(c) + 1.5f, float(r) + 1.5f},
                              {float(c) + 0.5f, float(r) + 1.5f}};
      const float v[4] = {value(c, r), value(c + 1, r), value(c + 1, r + 1), value(c, r + 1)};
      if (!std::isfinite(v[0] + v[1] + v[2] + v[3])) continue;
      Vec2 crossing[4];
      int count = 0;
      for (int e = 0; e < 4; ++e) {
        const float a = v[e], b = v[(e + 1) % 4];
        if ((a >= level) == (b >= level)) continue;
        crossing[count++] = corner[e] + (corner[(e + 1) % 4] - corner[e]) * ((level - a) / (b - a));
      }
      if (count >= 2) segments.push_back({crossing[0], crossing[1]});
      if (count == 4) segments.push_back({crossing[2], crossing[3]});
    }
  return segments;
}

std::optional<Rect> surface_plane(const Snapshot& snapshot, Rect area, const CardStyle& style) {
  const Rect plane = plane_in(area, style);
  if (!has_plane(snapshot.data.get()) || plane.height() < 8 || plane.width() < 8) return std::nullopt;
  return plane;
}

Vec2 inputs_at(const DataView& d, Rect plane, Vec2 at) {
  return {d.lo[0] + (d.hi[0] - d.lo[0]) * (at.x - plane.min.x) / plane.width(),
          d.hi[1] - (d.hi[1] - d.lo[1]) * (at.y - plane.min.y) / plane.height()};
}

Vec2 point_of_inputs(const DataView& d, Rect plane, float x, float y) {
  return {plane.min.x + (x - d.lo[0]) / (d.hi[0] - d.lo[0]) * plane.width(),
          plane.max.y - (y - d.lo[1]) / (d.hi[1] - d.lo[1]) * plane.height()};
}

DisplayList build_surface_view(const Snapshot& snapshot, Rect area, const CardStyle& style, const TextMeasure& measure,
                               SurfaceWords words) {
  const DataView* data = snapshot.data.get();
  if (data && data->image) return build_tile_sheet(snapshot, area, style, measure);
  if (data && data->sequence) return build_sequence_sheet(snapshot, area, style, measure);
  if (has_plane(data)) return build_decision_surface(snapshot, area, style, measure, words);
  if (data && data->task == Task::Regression && data->inputs == 1 && data->outputs == 1 && data->hi[0] > data->lo[0])
    return build_fit(snapshot, area, style, measure, words);
  DisplayList list;
  const Rect rest = add_card_head(list, area, data ? "Data" : "Decision surface", "", style, measure);
  const std::string text =
      data ? count_text(std::uint64_t(data->inputs)) + " inputs: no plane to draw" : "the data is being loaded";
  const float size = type_px(*style.palette, style.u, 14);
  list.add(draw::Text{rest.center(), fit_text(text, rest.width(), size, Face::Regular, measure), size,
                      style.palette->secondary, Face::Regular, HAlign::Center, VAlign::Middle});
  return list;
}

}  // namespace dropscope
