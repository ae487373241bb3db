// Batch normalisation: what enters it and what leaves it as histograms, train filled and eval as an outline, with the
// shift of variance between them as a number; at the right edge its units, so that the weights out of it have ends.
#include <algorithm>
#include <cmath>

#include "app/scene/columns/parts.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/step_beat.h"

namespace dropscope {
namespace {

constexpr int kMostUnits = 64;  // drawn one by one

const NormView* norm_of(const Snapshot& snapshot, std::size_t layer) {
  if (snapshot.layers[layer].is_block) return nullptr;
  for (const NormView& norm : snapshot.norms)
    if (norm.layer == int(layer)) return &norm;
  return nullptr;
}

// The layer before drops something, so that training and inference differ in what they give to this one.
bool has_dropout_before(const Snapshot& snapshot, std::size_t layer) {
  for (std::size_t l = layer; l-- > 0;) {
    if (is_at_work(site_of(snapshot, l)) || !inner_sites(snapshot, l).empty()) return true;
    if (norm_of(snapshot, l)) return false;  // what lies before another one is its affair
  }
  return false;
}

bool fits(const Snapshot& snapshot, std::size_t layer) { return layer > 0 && norm_of(snapshot, layer); }
float share(const Snapshot&, std::size_t) { return 1.6f; }

// What the tiles are.
enum Tile : std::size_t { kIn, kOut, kWords, kTiles };

void place(const FormContext& column, Rect room, ColumnLayout& layout) {
  const float u = column.u, text = type_px(*column.style.palette, u, 13);
  // No weights lead to it, so that the room left of it is free.
  room.min.x = std::min(room.min.x, layout.header.min.x + 6 * u);
  layout.body = room;
  const int units = column.view().units;
  const float pitch = room.height() / float(std::max(1, units)),
              side = std::min({pitch * 0.8f, 16 * u, 0.16f * room.width()});
  if (units <= kMostUnits && side >= 3) {
    layout.radius = side / 2;
    for (int i = 0; i < units; ++i)
      layout.centers.push_back({room.max.x - side / 2, room.min.y + pitch * (float(i) + 0.5f)});
    room.max.x -= side + 7 * u;
  }
  room.min.x += 5 * u;
  // The number and what it is below the plots.
  const float words = std::min(0.4f * room.height(), 7.6f * text), plot = (room.height() - words) / 2;
  const float y = room.min.y + plot * 2;
  layout.tiles.resize(kTiles);
  layout.tiles[kIn] = {room.min, {room.max.x, room.min.y + plot}};
  layout.tiles[kOut] = {{room.min.x, room.min.y + plot}, {room.max.x, y}};
  layout.tiles[kWords] = {{room.min.x, y}, room.max};
}

struct Curves {
  const char* name;
  const NormView::Counts &train, &eval;
  float lo, hi;
};

struct Bars {
  std::vector<float> train, eval;  // shares of all values, as heights; above 1: cut off
  float lo = 0, hi = 0;
  bool any = false, cut = false;
};

// Where nothing is negative the axis begins at 0. A bar that would make all others flat, as the zeros of ReLU and masks
// do, is cut off.
Bars bars_of(const Curves& curves, float width) {
  const float bin = (curves.hi - curves.lo) / NormView::kBins;
  const auto none_below = [](const NormView::Counts& counts, int end) {
    return std::all_of(counts.begin(), counts.begin() + end, [](std::uint32_t n) { return n == 0; });
  };
  int first = 0;
  if (bin > 0 && curves.lo < 0 && curves.hi > 0) {
    const int zero = std::clamp(int(std::floor(-curves.lo / bin + 1e-3f)), 0, NormView::kBins / 2);
    if (none_below(curves.train, zero) && none_below(curves.eval, zero)) first = zero;
  }
  // Bars of at least 2.5 pixels.
  const int bins = NormView::kBins - first, each = width >= 2.5f * float(bins) ? 1 : 2, bars = (bins + each - 1) / each;
  Bars b;
  b.lo = curves.lo + bin * float(first), b.hi = b.lo + bin * float(bars * each);
  const auto fold = [&](const NormView::Counts& counts, std::vector<float>& to) {
    to.assign(std::size_t(bars), 0.0f);
    double all = 0;
    for (std::uint32_t n : counts) all += n;
    for (int i = first; i < NormView::kBins && all > 0; ++i)
      to[std::size_t((i - first) / each)] += float(double(counts[std::size_t(i)]) / all);
    b.any = b.any || all > 0;
  };
  fold(curves.train, b.train);
  fold(curves.eval, b.eval);
  std::vector<float> heights;
  for (int i = 0; i < bars; ++i) heights.push_back(std::max(b.train[std::size_t(i)], b.eval[std::size_t(i)]));
  std::sort(heights.rbegin(), heights.rend());
  if (heights.size() < 2 || heights[0] <= 0) return b;
  b.cut = heights[1] > 0 && heights[0] > 2.5f * heights[1];
  const float most = b.cut ? 1.5f * heights[1] : heights[0];
  for (int i = 0; i < bars; ++i) b.train[std::size_t(i)] /= most, b.eval[std::size_t(i)] /= most;
  return b;
}

void paint_histogram(DisplayList& list, Rect area, const Curves& curves, const FormContext& column) {
  const Palette& p = *column.style.palette;
  const float u = column.u, size = type_px(p, u, 13), lines = p.line_scale;
  list.add(draw::Text{
      {area.min.x, area.min.y + size * 0.75f}, curves.name, size, p.text, Face::Bold, HAlign::Left, VAlign::Middle});
  const Rect plot{{area.min.x, area.min.y + size * 1.5f}, {area.max.x, area.max.y - size * 1.6f}};
  if (plot.height() < 8 || plot.width() < 8) return;
  const Bars b = bars_of(curves, plot.width());
  const int bars = int(b.train.size());
  // Ends lie on whole pixels: no seams between bars.
  const auto x = [&](int i) { return std::round(plot.min.x + plot.width() * float(i) / float(bars)); };
  const auto y = [&](float share) { return plot.max.y - std::min(share, 1.0f) * plot.height() * 0.96f; };
  const Color fill = mix(p.background, p.secondary, 0.5f);
  for (int i = 0; i < bars && b.any; ++i)
    if (b.train[std::size_t(i)] > 0)
      list.add(draw::Box{{{x(i), y(b.train[std::size_t(i)])}, {x(i + 1), plot.max.y}}, fill, fill, 0, 0, 0});
  if (b.any) {
    draw::Polyline outline{{{x(0), plot.max.y}}, std::max(1.3f, 2 * u) * lines, p.text, 0, false};
    for (int i = 0; i < bars; ++i) {
      outline.points.push_back({x(i), y(b.eval[std::size_t(i)])});
      outline.points.push_back({x(i + 1), y(b.eval[std::size_t(i)])});
    }
    outline.points.push_back({x(bars), plot.max.y});
    list.add(std::move(outline));
  }
  // The break of a bar that is higher than shown.
  for (int i = 0; i < bars && b.cut; ++i) {
    if (std::max(b.train[std::size_t(i)], b.eval[std::size_t(i)]) <= 1) continue;
    const float middle = y(0.9f), slope = 2.5f * u, out = 3 * u;
    list.add(draw::Line{
        {x(i) - out, middle + slope}, {x(i + 1) + out, middle - slope}, std::max(2.0f, 3.5f * u), p.background});
  }
  list.add(draw::Line{{plot.min.x, plot.max.y}, {plot.max.x, plot.max.y}, std::max(1.0f, u), p.border});
  if (!b.any || !(b.lo < b.hi)) return;
  const float zero = plot.min.x - plot.width() * b.lo / (b.hi - b.lo);
  if (zero >= plot.min.x - 0.5f && zero <= plot.max.x)
    list.add(draw::Line{{zero, plot.max.y}, {zero, plot.max.y + 4 * u}, std::max(1.0f, 1.5f * u), p.text});
  if (!column.measure) return;
  const int decimals = std::max(std::fabs(b.lo), std::fabs(b.hi)) < 10 ? 1 : 0;
  const auto number = [decimals](float value) {
    return std::fabs(value) < 0.05f ? "0" : fixed_text(double(value), decimals);
  };
  const std::string low = number(b.lo), high = number(b.hi);
  const float low_width = column.measure->width(low, size, Face::Regular),
              high_width = column.measure->width(high, size, Face::Regular);
  if (low_width + high_width + size * 0.6f > plot.width()) return;
  const float baseline = plot.max.y + size * 0.85f;
  list.add(draw::Text{{plot.min.x, baseline}, low, size, p.secondary, Face::Regular, HAlign::Left, VAlign::Middle});
  list.add(draw::Text{{plot.max.x, baseline}, high, size, p.secondary, Face::Regular, HAlign::Right, VAlign::Middle});
}

// What filled and outlined mean, beside the name of the upper plot or above it.
void paint_key(DisplayList& list, Rect area, const FormContext& column) {
  const Palette& p = *column.style.palette;
  const float u = column.u, wanted = type_px(p, u, 13), room = area.width();
  const float widest = column.measure->width("train", wanted, Face::Regular) + wanted;
  const float size = wanted * std::min(1.0f, room / widest), side = size * 0.62f, each = side + size * 0.35f;
  const float train = column.measure->width("train", size, Face::Regular),
              eval = column.measure->width("eval", size, Face::Regular);
  float left = area.min.x, y = area.min.y + size * 0.7f;
  const bool one_line = train + eval + 2 * each + size * 0.7f <= room;
  const auto entry = [&](const char* word, float width, bool filled) {
    const Rect box{{left, y - side / 2}, {left + side, y + side / 2}};
    const Color fill = mix(p.background, p.secondary, 0.5f);
    list.add(draw::Box{box, filled ? fill : p.background.with_alpha(0), p.text,
                       filled ? 0 : std::max(1.3f, 2 * u) * p.line_scale, 0, 0});
    list.add(draw::Text{{left + each, y}, word, size, p.secondary, Face::Regular, HAlign::Left, VAlign::Middle});
    if (one_line)
      left += each + width + size * 0.7f;
    else
      y += size * 1.25f;
  };
  entry("train", train, true);
  entry("eval", eval, false);
}

void paint_words(DisplayList& list, Rect area, const NormView& norm, const FormContext& column) {
  const Palette& p = *column.style.palette;
  const TextMeasure& measure = *column.measure;
  const float u = column.u, size = type_px(p, u, 13);
  const bool known = norm.train_variance > 0;
  const std::string ratio = known ? fixed_text(norm.ratio(), 2) : "\u2013";
  float y = area.min.y;
  const auto put = [&](const std::string& text, float px, Color color, Face face) {
    if (y + px * 1.25f > area.max.y + 1 || text.empty()) return false;
    list.add(draw::Text{{area.min.x, y + px * 0.62f}, text, px, color, face, HAlign::Left, VAlign::Middle});
    y += px * 1.28f;
    return true;
  };
  const float big = fit_size(ratio, area.width(), type_px(p, u, 20), 10.5f, Face::Bold, measure);
  put(ratio, big, p.text, Face::Bold);
  const auto wrapped = [&](const char* text, std::size_t most) {
    std::vector<std::string> lines = wrap_text(text, area.width(), size, Face::Regular, measure, most);
    for (const std::string& line : lines)
      if (line.find("\u2026") != std::string::npos) return std::vector<std::string>{};
    return lines;
  };
  for (const char* what : {"eval / train variance", "eval / train", "ratio"}) {
    const std::vector<std::string> lines = wrapped(what, 3);
    for (const std::string& line : lines) put(line, size, p.secondary, Face::Regular);
    if (!lines.empty()) break;
  }
  if (!has_dropout_before(column.snapshot, column.layer)) return;
  y += size * 0.25f;
  const auto left = std::size_t(std::max(0.0f, (area.max.y + 1 - y) / (size * 1.28f)));
  for (const char* hint : {"dropout stands before it", "dropout before"}) {
    const std::vector<std::string> lines = wrapped(hint, 4);
    if (lines.empty() || lines.size() > left) continue;
    for (const std::string& line : lines) put(line, size, p.warning, Face::Regular);
    return;
  }
}

void paint_units(DisplayList& list, const FormContext& column, const ColumnLayout& layout) {
  if (layout.centers.empty()) return;
  const LayerView& view = column.view();
  const SiteView* site = site_of(column.snapshot, column.layer);
  const StepBeat beat = step_beat(column.snapshot, column.style);
  const Shown what = shown_at(column.snapshot, beat, column.layer);
  const std::vector<float> values = shown_values(column.snapshot, column.layer, what);
  const bool averaging = shows_average(column.snapshot, column.style, site) && site->variant->gates == Gates::Binary;
  const bool noisy = is_noisy(site, view.units) && !before_mask(beat, column.layer) && !averaging;
  const GlyphEntry& glyph = glyph_entry(site ? site->variant->depiction.glyph : Glyph::CrossedUnit);
  const MarkStyle marks{column.style.palette, column.u};
  UnitMark mark;
  mark.radius = layout.radius, mark.detail = Detail::Box, mark.limit = limit_of(values);
  mark.pending = values.size() != std::size_t(view.units);
  for (std::size_t i = 0; i < layout.centers.size(); ++i) {
    mark.center = layout.centers[i];
    mark.value = mark.pending ? 0 : values[i];
    mark.noisy = noisy && mask_has_fallen(beat, int(i), view.units);
    mark.gate = mark.noisy ? site->gate[i] : 1;
    if (averaging) {
      const float kept = 1 - drop_share(column.snapshot, column.style, column.layer, int(i));
      list.add(draw::Box{tile_rect(mark), mix(marks.palette->dropped_fill, marks.palette->secondary, kept * 0.75f),
                         marks.palette->border, 0.5f, 0, 0});
    } else {
      glyph.paint(list, mark, marks);
    }
  }
  if (!site || averaging || column.snapshot.eval_view) return;
  const Vec2 reach{layout.radius, layout.radius};
  for (std::uint32_t e : site->by_hand)
    if (e < layout.centers.size()) paint_by_hand(list, {layout.centers[e] - reach, layout.centers[e] + reach}, marks);
  for (std::uint32_t e : site->locked)
    if (e < layout.centers.size()) paint_locked(list, {layout.centers[e] - reach, layout.centers[e] + reach}, marks);
}

void paint(const FormContext& column, const ColumnLayout& layout, DisplayList& list) {
  const NormView* norm = norm_of(column.snapshot, column.layer);
  if (!norm || layout.tiles.size() != kTiles || !column.measure) return;
  const float size = type_px(*column.style.palette, column.u, 13);
  const float key = size * 2.7f;
  Rect in = layout.tiles[kIn];
  if (in.height() > key + size * 5) {
    paint_key(list, in, column);
    in.min.y += key;
  }
  paint_histogram(list, in, {"in", norm->in_train, norm->in_eval, norm->in_lo, norm->in_hi}, column);
  paint_histogram(list, layout.tiles[kOut], {"out", norm->out_train, norm->out_eval, norm->out_lo, norm->out_hi},
                  column);
  paint_words(list, layout.tiles[kWords], *norm, column);
  paint_units(list, column, layout);
}

std::optional<UnitRef> hit_unit(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  for (std::size_t i = 0; i < layout.centers.size(); ++i) {
    const Vec2 d = at - layout.centers[i];
    const float reach = layout.radius * 1.15f;
    if (std::fabs(d.x) <= reach && std::fabs(d.y) <= reach) return UnitRef{int(column.layer), int(i)};
  }
  return std::nullopt;
}

std::optional<Rect> gate_rect(const FormContext& column, const ColumnLayout& layout, GateRef gate) {
  if (column.view().site != gate.site || gate.element >= layout.centers.size()) return std::nullopt;
  const Vec2 center = layout.centers[gate.element], reach{layout.radius, layout.radius};
  return Rect{center - reach, center + reach};
}

}  // namespace

extern const ColumnForm kNormForm;
const ColumnForm kNormForm = {
    .id = "norm",
    .fits = fits,
    .share = share,
    .place = place,
    .paint = paint,
    .hit_unit = hit_unit,
    .hit_gate = nullptr,
    .gate_rect = gate_rect,
    .fill = 0.74f,
};

}  // namespace dropscope
