#include "app/scene/compare/difference.h"

#include <algorithm>
#include <cmath>

#include "app/scene/plot.h"
#include "app/scene/scene_text.h"
#include "app/scene/tile_sheet.h"

namespace dropscope {
namespace {

// The largest finite magnitude.
float limit_of(const std::vector<float>& values) {
  float limit = 0;
  for (float v : values)
    if (std::isfinite(v)) limit = std::max(limit, std::fabs(v));
  return limit;
}

std::vector<float> minus(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> all(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) all[i] = a[i] - b[i];
  return all;
}

void subtract_layer(LayerView& layer, const LayerView& other) {
  layer.site = -1;
  layer.inner_sites.clear();
  layer.z.clear(), layer.h.clear(), layer.y.clear();
  layer.max_abs_weight = 0;
  if (layer.weights && other.weights && layer.weights->size() == other.weights->size()) {
    auto weights = std::make_shared<const std::vector<float>>(minus(*layer.weights, *other.weights));
    layer.max_abs_weight = limit_of(*weights);
    layer.weights = std::move(weights);
  } else {
    layer.weights = nullptr;
  }
  layer.bias = minus(layer.bias, other.bias);
  for (std::size_t k = 0; k < layer.parts.size(); ++k) {
    PartView& part = layer.parts[k];
    part.h.clear(), part.y.clear(), part.sites.clear();
    std::vector<InnerView> inner;
    if (k < other.parts.size())
      for (InnerView& view : part.inner)
        if (const InnerView* theirs = other.parts[k].find(view.name.c_str());
            view.name == "kernels" && theirs && theirs->values.size() == view.values.size()) {
          view.values = minus(view.values, theirs->values);
          inner.push_back(std::move(view));
        }
    part.inner = std::move(inner);
  }
}

// Anything that a picture of differences can show: single weights, or kernels.
bool has_weights(const LayerView& layer) {
  return layer.weights ||
         std::any_of(layer.parts.begin(), layer.parts.end(), [](const PartView& part) { return !part.inner.empty(); });
}

void add_sentence(DisplayList& list, Rect area, const std::string& text, const CardStyle& style,
                  const TextMeasure& measure) {
  const float size = std::max(13.0f, type_px(*style.palette, style.u, 15));
  const auto most = std::size_t(std::max(1.0f, area.height() / (1.35f * size)));
  const std::vector<std::string> lines = wrap_text(text, area.width(), size, Face::Regular, measure, most);
  float y = area.center().y - 0.675f * size * float(lines.size() - 1);
  for (const std::string& line : lines) {
    list.add(draw::Text{
        {area.center().x, y}, line, size, style.palette->secondary, Face::Regular, HAlign::Center, VAlign::Middle});
    y += 1.35f * size;
  }
}

// From -limit to limit in the colours of the map, with both numbers, and what it is of before them.
void add_color_scale(DisplayList& list, const std::string& title, float limit, Rect row, const CardStyle& style,
                     const TextMeasure& measure) {
  constexpr int kSteps = 64;
  const Palette& p = *style.palette;
  const float size = std::max(13.0f, type_px(p, style.u, 14)), gap = 6 * style.u + 2, y = row.center().y;
  const std::string low = value_text(-double(limit)), high = "+" + value_text(double(limit));
  const float low_width = measure.width(low, size, Face::Regular),
              high_width = measure.width(high, size, Face::Regular);
  const float title_room = std::max(0.0f, row.width() - low_width - high_width - 4 * gap - 1.5f * size);
  const std::string head = fit_text(title, title_room, size, Face::Bold, measure);
  float x = row.min.x;
  const auto text = [&](const std::string& t, Face face, Color color) {
    list.add(draw::Text{{x, y}, t, size, color, face, HAlign::Left, VAlign::Middle});
    x += measure.width(t, size, face) + gap;
  };
  if (!head.empty()) text(head, Face::Bold, p.text);
  text(low, Face::Regular, p.secondary);
  const float width = std::min(row.max.x - x - high_width - gap, 12 * size);
  if (width < size) return;
  draw::Image scale{{{x, y - size * 0.4f}, {x + width, y + size * 0.4f}}, kSteps, 1, {}, true};
  for (int i = 0; i < kSteps; ++i) scale.rgba.push_back(weight_color(p, 2 * (float(i) + 0.5f) / float(kSteps) - 1, 1));
  list.add(draw::Box{scale.rect, p.card.with_alpha(0), p.border, 1, 0, 0});
  list.add(std::move(scale));
  x += width + gap;
  text(high, Face::Regular, p.secondary);
}

const SurfaceView* surface_of(const Snapshot& s) { return s.surface.get(); }

bool on_plane(const Snapshot& s) {
  return s.data && s.data->task == Task::Classification && s.data->inputs == 2 && s.data->outputs == 2 &&
         !s.data->sequence;
}
bool on_line(const Snapshot& s) {
  return s.data && s.data->task == Task::Regression && s.data->inputs == 1 && s.data->outputs == 1;
}

// Signs stay visible in grey: a line where the difference passes 0 would lie anywhere, so that what exceeds a fifth is
// hatched, one way for more and the other for less.
void add_hatching(DisplayList& list, const SurfaceView& form, const std::vector<float>& value, Rect rect,
                  const CardStyle& style) {
  constexpr float kFrom = 0.2f;
  const float w = rect.width() / float(form.cols), h = rect.height() / float(form.rows);
  const float apart = std::max(8.0f, 12 * style.u), half = apart * 0.28f;
  for (float y = rect.min.y + apart / 2; y < rect.max.y; y += apart)
    for (float x = rect.min.x + apart / 2; x < rect.max.x; x += apart) {
      const int c = std::clamp(int((x - rect.min.x) / w), 0, form.cols - 1),
                r = std::clamp(int((y - rect.min.y) / h), 0, form.rows - 1);
      const float v = value[std::size_t(r * form.cols + c)];
      if (!(std::fabs(v) > kFrom)) continue;
      const float width = std::max(1.0f, 1.4f * style.u);
      list.add(draw::Line{{x - half, y}, {x + half, y}, width, style.palette->text});
      if (v > 0) list.add(draw::Line{{x, y - half}, {x, y + half}, width, style.palette->text});
    }
}

DisplayList build_plane_difference(const SurfaceView& form, const std::vector<float>& value, const std::string& title,
                                   Rect area, const CardStyle& style, const TextMeasure& measure) {
  DisplayList list;
  const float row = std::max(13.0f, type_px(*style.palette, style.u, 14)) * 1.5f;
  const Rect plane{area.min, {area.max.x, area.max.y - row}};
  if (plane.height() < row) return list;
  draw::Image image{plane, form.cols, form.rows, {}, true};
  for (float v : value)
    image.rgba.push_back(std::isfinite(v) ? weight_color(*style.palette, v, 1) : style.palette->hazard_b);
  list.add(std::move(image));
  add_hatching(list, form, value, plane, style);
  list.add(draw::Box{plane, style.palette->card.with_alpha(0), style.palette->border.with_alpha(0.6f),
                     std::max(1.0f, style.u), 0, 0});
  add_color_scale(list, title, 1, {{area.min.x, plane.max.y}, area.max}, style, measure);
  return list;
}

DisplayList build_line_difference(const Snapshot& run, const std::vector<float>& value, const std::string& title,
                                  Rect area, const CardStyle& style, const TextMeasure& measure) {
  const DataView& data = *run.data;
  std::vector<Series> series(1);
  series[0].label = title;
  series[0].color = style.palette->validation;
  series[0].width = 3;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const float share = (float(i) + 0.5f) / float(value.size());
    series[0].points.push_back({data.lo[0] + share * (data.hi[0] - data.lo[0]), value[i]});
  }
  const double limit = std::max(1e-6, double(limit_of(value)) * 1.08);
  const PlotView view{
      .fit = false, .x_lo = double(data.lo[0]), .x_hi = double(data.hi[0]), .y_lo = -limit, .y_hi = limit};
  const PlotStyle look{.palette = style.palette,
                       .u = style.u,
                       .title = title,
                       .value_title = "",
                       .x_label = "",
                       .y_floor = {},
                       .y_ceiling = {},
                       .show_legend = false,
                       .end_labels = false};
  return build_plot(series, area, view, look, measure, std::nullopt).list;
}

// Which class each of the answers chose: cells of a plane, or examples of a sheet.
std::vector<int> choices(const Snapshot& s) {
  std::vector<int> all;
  const SurfaceView* surface = surface_of(s);
  if (!surface || !s.data || s.data->task != Task::Classification) return all;
  const auto classes = std::size_t(std::max(1, s.data->outputs));
  if (!surface->tile_probability.empty()) {
    for (std::size_t i = 0; i + classes <= surface->tile_probability.size(); i += classes) {
      const auto first = surface->tile_probability.begin() + std::ptrdiff_t(i);
      all.push_back(int(std::max_element(first, first + std::ptrdiff_t(classes)) - first));
    }
    return all;
  }
  for (float v : surface->value) all.push_back(classes <= 2 ? v >= 0.5f : std::isfinite(v) ? int(v) : -1);
  return all;
}

// The picture of an example, faint, or where the answers differ in the colour of its tile.
void add_tile_picture(DisplayList& list, const Snapshot& run, std::size_t example, std::optional<Color> fill, Rect tile,
                      const Palette& p) {
  const DataView& data = *run.data;
  const auto inputs = std::size_t(std::max(0, data.inputs));
  if (!data.image || inputs == 0 || (example + 1) * inputs > data.validation_x.size()) return;
  const float aspect = float(data.image->cols) / float(std::max(1, data.image->rows));
  const Vec2 half{std::min(tile.width(), tile.height() * aspect) / 2,
                  std::min(tile.height(), tile.width() / aspect) / 2};
  const std::span<const float> pixels{data.validation_x.data() + example * inputs, inputs};
  Palette ink = p;
  ink.neutral = fill.value_or(p.neutral);
  ink.text = fill ? p.card : mix(p.neutral, p.text, 0.5f);
  list.add(input_image(pixels, *data.image, run.spec.data.pixels, {tile.center() - half, tile.center() + half}, ink));
}

// The sign of a gain or a loss in the corner of its tile, on a ground of its own.
void add_tile_sign(DisplayList& list, bool gains, Rect tile, const Palette& p) {
  const float size = std::clamp(std::min(tile.width(), tile.height()) * 0.5f, 7.0f, 20.0f);
  const Rect corner{tile.max - Vec2{size, size}, tile.max};
  list.add(draw::Box{corner, p.card, p.border, 0.75f, 0, 0});
  list.add(
      draw::Text{corner.center(), gains ? "+" : "\u2212", size, p.text, Face::Bold, HAlign::Center, VAlign::Middle});
}

// One small square for each answer that is not the same, out of all of them, with a count.
DisplayList build_choice_difference(const Snapshot& run, const std::vector<int>& mine, const std::vector<int>& theirs,
                                    const std::string& title, Rect area, const CardStyle& style,
                                    const TextMeasure& measure) {
  DisplayList list;
  const Palette& p = *style.palette;
  const bool plane = run.surface->tile_probability.empty();
  const int cols = plane ? run.surface->cols
                         : std::max(1, int(std::ceil(std::sqrt(double(mine.size()) * double(area.width()) /
                                                               double(std::max(1.0f, area.height()))))));
  const int rows = int((mine.size() + std::size_t(cols) - 1) / std::size_t(cols));
  const float row = std::max(13.0f, type_px(p, style.u, 14)) * 1.5f;
  const Rect rect{area.min, {area.max.x, area.max.y - row}};
  if (rect.height() < row || rows == 0) return list;
  const std::vector<std::int32_t>& truth = run.data->validation_label;
  const bool judged = !plane && truth.size() == mine.size();
  const float w = rect.width() / float(cols), h = rect.height() / float(rows), air = plane ? 0 : std::min(w, h) * 0.08f;
  std::size_t different = 0, better = 0, worse = 0;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const bool other = mine[i] != theirs[i];
    different += other;
    const bool gains = judged && other && mine[i] == truth[i], loses = judged && other && theirs[i] == truth[i];
    better += gains, worse += loses;
    const Vec2 at = rect.min + Vec2{w * float(int(i) % cols), h * float(int(i) / cols)};
    if (plane && !other) continue;
    const Color fill = gains ? p.positive : loses ? p.negative : other ? p.dropped : p.neutral;
    const Rect tile{at + Vec2{air, air}, at + Vec2{w - air, h - air}};
    list.add(draw::Box{tile, fill, p.border, plane ? 0 : 0.75f, 0, 0});
    if (!plane) add_tile_picture(list, run, i, other ? std::optional(fill) : std::nullopt, tile, p);
    if (gains || loses) add_tile_sign(list, gains, tile, p);
  }
  list.add(draw::Box{rect, p.card.with_alpha(0), p.border.with_alpha(0.6f), std::max(1.0f, style.u), 0, 0});
  const std::string share = plane ? fixed_text(100 * double(different) / double(mine.size()), 1) + " % of the plane"
                                  : count_text(different) + " of " + count_text(mine.size());
  const std::string wordings[] = {
      title + ": other answers for " + share +
          (judged ? " (+ " + count_text(better) + ", \u2212 " + count_text(worse) + ")" : ""),
      "other answers: " + share, share + (plane ? "" : " differ"), share};
  const float size = row / 1.5f;
  list.add(draw::Text{{area.min.x, rect.max.y + row / 2},
                      first_fitting(wordings, area.width(), size, Face::Regular, measure),
                      size,
                      p.secondary,
                      Face::Regular,
                      HAlign::Left,
                      VAlign::Middle});
  return list;
}

}  // namespace

WeightDifference weight_difference(const Snapshot& run, const Snapshot& reference, const std::string& run_letter,
                                   const std::string& reference_letter) {
  WeightDifference difference;
  if (!same_shape(run, reference)) {
    difference.why_not =
        run_letter + " has other layers than " + reference_letter + ": there is no weight for weight to subtract";
    return difference;
  }
  auto snapshot = std::make_shared<Snapshot>(run);
  snapshot->sites.clear();
  snapshot->trace = nullptr;
  snapshot->droppable_units = 0;
  for (std::size_t l = 0; l < snapshot->layers.size(); ++l) {
    subtract_layer(snapshot->layers[l], reference.layers[l]);
    difference.limit = std::max(difference.limit, snapshot->layers[l].max_abs_weight);
  }
  if (std::none_of(snapshot->layers.begin(), snapshot->layers.end(), has_weights)) {
    difference.why_not = "the weights of these layers are not drawn: there is nothing to subtract";
    return difference;
  }
  difference.snapshot = std::move(snapshot);
  return difference;
}

DisplayList build_weight_difference_legend(const WeightDifference& difference, const std::string& title, Rect row,
                                           const CardStyle& style, const TextMeasure& measure) {
  DisplayList list;
  if (!difference.snapshot)
    add_sentence(list, row, difference.why_not, style, measure);
  else if (!(difference.limit > 0))
    add_sentence(list, row, title + ": all weights shown are equal", style, measure);
  else
    add_color_scale(list, title, difference.limit, row, style, measure);
  return list;
}

std::vector<float> surface_difference(const Snapshot& run, const Snapshot& reference) {
  const SurfaceView *a = surface_of(run), *b = surface_of(reference);
  if (!a || !b || a->cols != b->cols || a->rows != b->rows || a->value.size() != b->value.size()) return {};
  if (!(on_plane(run) && on_plane(reference)) && !(on_line(run) && on_line(reference))) return {};
  return minus(a->value, b->value);
}

DisplayList build_surface_difference(const Snapshot& run, const Snapshot& reference, const std::string& title,
                                     Rect area, const CardStyle& style, const TextMeasure& measure) {
  const std::vector<float> value = surface_difference(run, reference);
  if (!value.empty() && on_plane(run)) return build_plane_difference(*run.surface, value, title, area, style, measure);
  if (!value.empty()) return build_line_difference(run, value, title, area, style, measure);
  const std::vector<int> mine = choices(run), theirs = choices(reference);
  if (!mine.empty() && mine.size() == theirs.size() && run.data->outputs == reference.data->outputs)
    return build_choice_difference(run, mine, theirs, title, area, style, measure);
  DisplayList list;
  const bool waits = !run.surface || !reference.surface;
  add_sentence(list, area,
               waits ? "not computed yet" : "the two do not answer the same question: no difference to draw", style,
               measure);
  return list;
}

}  // namespace dropscope
