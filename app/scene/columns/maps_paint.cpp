// The tiles of feature maps in all their states.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/scene/columns/maps.h"
#include "app/scene/columns/parts.h"
#include "app/scene/columns/patches.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/step_beat.h"

namespace dropscope {
namespace {

// Colours of values looked up instead of mixed, for a column may have hundreds of thousands of pixels.
class Ramp {
 public:
  Ramp(const Palette& palette, float limit) : scale_(kHalf / limit) {
    for (int i = 0; i <= 2 * kHalf; ++i) colors_[std::size_t(i)] = value_color(palette, float(i - kHalf) / kHalf, 1);
  }
  Color at(float value) const {
    const float place = std::clamp(value * scale_, -float(kHalf), float(kHalf));
    return colors_[std::size_t(int(std::lround(place)) + kHalf)];
  }

 private:
  static constexpr int kHalf = 256;
  float scale_;
  std::array<Color, 2 * kHalf + 1> colors_;
};

// A column while it is painted.
struct Brush {
  const FormContext& column;
  DisplayList& list;
  MapShape maps;
  MapDetail detail;
  const SiteView* site;
  std::vector<float> values;  // one for each unit; empty while not reached
  Ramp ramp;
  MarkStyle marks;
  bool noisy = false;      // gates are shown
  bool averaging = false;  // shares of ticks instead
  bool whole_maps = false;
  bool gradient = false;
  float grown = 1;  // of a value while its beat lasts

  const Palette& p() const { return *marks.palette; }
  std::size_t first(int map) const { return std::size_t(map) * std::size_t(maps.pixels()); }
  float gate(int map, int pixel) const { return site->gate[first(map) + std::size_t(pixel)]; }
  float frame() const {
    const float full = detail == MapDetail::Full ? 1.6f : 1.0f;
    return std::max(1.0f, full * marks.u) * p().line_scale;
  }
};

bool is_finite_map(const Brush& b, int map) {
  for (int i = 0; i < b.maps.pixels() && !b.values.empty(); ++i)
    if (!std::isfinite(b.values[b.first(map) + std::size_t(i)])) return false;
  return true;
}

bool is_zero_map(const Brush& b, int map) {
  for (int i = 0; i < b.maps.pixels(); ++i)
    if (b.values[b.first(map) + std::size_t(i)] != 0) return false;
  return true;
}

PixelMask mask_of(const Brush& b, int map) {
  PixelMask mask{b.maps.rows, b.maps.cols, std::vector<std::uint8_t>(std::size_t(b.maps.pixels()))};
  for (int i = 0; i < b.maps.pixels(); ++i) mask.dropped[std::size_t(i)] = b.gate(map, i) == 0;
  return mask;
}

float share_dropped(const Brush& b, int map, int pixel) {
  return drop_share(b.column.snapshot, b.column.style, b.column.layer, map * b.maps.pixels() + pixel);
}

// Where a pixel of the map is smaller than one of the screen, several become one, so that no stroke is lost.
void add_picture(Brush& b, Rect tile, std::vector<Color> rgba) {
  int rows = b.maps.rows, cols = b.maps.cols;
  const int shrink = int(std::min(float(cols) / tile.width(), float(rows) / tile.height()));
  if (shrink >= 2) {
    std::vector<Color> small;
    const int down = (rows + shrink - 1) / shrink, across = (cols + shrink - 1) / shrink;
    for (int r = 0; r < down; ++r)
      for (int c = 0; c < across; ++c) {
        int sum[4] = {0, 0, 0, 0}, count = 0;
        for (int y = r * shrink; y < std::min(rows, (r + 1) * shrink); ++y)
          for (int x = c * shrink; x < std::min(cols, (c + 1) * shrink); ++x, ++count) {
            const Color color = rgba[std::size_t(y * cols + x)];
            sum[0] += color.r, sum[1] += color.g, sum[2] += color.b, sum[3] += color.a;
          }
        const auto mean = [&](int i) { return std::uint8_t((sum[i] + count / 2) / count); };
        small.push_back({mean(0), mean(1), mean(2), mean(3)});
      }
    rgba = std::move(small);
    rows = down, cols = across;
  }
  b.list.add(draw::Image{tile, cols, rows, std::move(rgba), false});
}

void paint_hazard_map(Brush& b, Rect tile) {
  UnitMark mark;
  mark.center = tile.center(), mark.radius = std::min(tile.width(), tile.height()) / 2;
  mark.detail = b.detail == MapDetail::Box ? Detail::Box : Detail::Full;
  paint_hazard(b.list, mark, b.marks);
}

void add_minus(Brush& b, Rect tile) {
  const float reach = 0.18f * std::min(tile.width(), tile.height());
  b.list.add(draw::Line{tile.center() - Vec2{reach, 0}, tile.center() + Vec2{reach, 0}, std::max(1.2f, 0.4f * reach),
                        b.p().unit_outline});
}

// The whole map is dropped: blank, dashed frame, crossed from corner to corner.
void paint_dropped_map(Brush& b, Rect tile) {
  const Palette& p = b.p();
  const float side = std::min(tile.width(), tile.height());
  if (b.detail == MapDetail::Box) {
    const Vec2 reach{0.3f * side, -0.3f * side};
    b.list.add(draw::Box{tile, p.dropped_fill, p.dropped.with_alpha(0.6f), 0.7f, 0, 0});
    b.list.add(draw::Line{tile.center() - reach, tile.center() + reach, std::max(0.9f, 0.13f * side), p.dropped});
    return;
  }
  paint_crossed_out(b.list, tile, false, b.marks);
  if (b.gradient && b.detail == MapDetail::Full) {
    const float size = std::min(type_px(p, b.marks.u, 13), 0.4f * side);
    paint_struck_zero(b.list, {tile.center().x - size * 0.3f, tile.max.y - size * 0.7f}, size, b.marks);
  }
}

// Its random factor is the width of the frame, broken where it turns the sign.
void add_frame(Brush& b, Rect tile, float factor) {
  const Palette& p = b.p();
  const float most = 0.16f * std::min(tile.width(), tile.height());
  const float plain = b.frame(), width = factor == 1 ? plain : std::min(most, 2.2f * plain * std::fabs(factor));
  if (width <= 0) return;
  const Vec2 in{width / 2 - plain / 2, width / 2 - plain / 2};
  b.list.add(draw::Box{{tile.min + in, tile.max - in},
                       p.background.with_alpha(0),
                       factor < 0 ? p.negative : p.unit_outline,
                       width,
                       0,
                       factor < 0 ? std::max(2.5f, 5 * b.marks.u) : 0});
}

void add_percent(Brush& b, Rect tile, float kept, Color fill) {
  const float size = std::min(type_px(b.p(), b.marks.u, 15), 0.42f * tile.height());
  const std::string digits = std::to_string(int(std::lround(kept * 100)));
  if (size < 8 || !b.column.measure) return;
  for (const std::string& text : {digits + "%", digits}) {
    if (b.column.measure->width(text, size, Face::Bold) > tile.width() * 0.9f) continue;
    b.list.add(draw::Text{tile.center(), text, size, ink_on(fill), Face::Bold, HAlign::Center, VAlign::Middle});
    return;
  }
}

// How often pixels were kept lately, as grey; the number is that of the whole map.
void paint_average_map(Brush& b, Rect tile, int map) {
  const Palette& p = b.p();
  const auto grey = [&p](float kept) { return mix(p.dropped_fill, p.secondary, 0.75f * std::clamp(kept, 0.0f, 1.0f)); };
  double sum = 0;
  std::vector<Color> rgba;
  for (int i = 0; i < b.maps.pixels(); ++i) {
    const float kept = 1 - share_dropped(b, map, i);
    sum += double(kept);
    rgba.push_back(grey(kept));
  }
  const float kept = float(sum / b.maps.pixels());
  if (b.whole_maps || b.detail == MapDetail::Box)
    b.list.add(draw::Box{tile, grey(kept), p.border, 0, 0, 0});
  else
    add_picture(b, tile, std::move(rgba));
  b.list.add(draw::Box{tile, p.background.with_alpha(0), p.border, std::max(0.75f, b.marks.u), 0, 0});
  if (b.detail != MapDetail::Box) add_percent(b, tile, kept, grey(kept));
}

// One colour for the map; what is dropped of it is blank from below.
void paint_box_map(Brush& b, Rect tile, int map) {
  const Palette& p = b.p();
  double sum = 0;
  int kept = 0;
  for (int i = 0; i < b.maps.pixels(); ++i) {
    const bool dropped = b.noisy && b.gate(map, i) == 0;
    kept += !dropped;
    if (!dropped && !b.values.empty()) sum += double(b.values[b.first(map) + std::size_t(i)]);
  }
  const Color fill = b.values.empty() ? p.background : b.ramp.at(kept > 0 ? float(sum / kept) * b.grown : 0);
  const float blank = tile.height() * (1 - float(kept) / float(b.maps.pixels()));
  b.list.add(draw::Box{tile, fill, p.border, 0.6f, 0, 0});
  if (blank > 0)
    b.list.add(draw::Box{{{tile.min.x, tile.max.y - blank}, tile.max}, p.dropped_fill, p.dropped, 0.6f, 0, 0});
}

void paint_map(Brush& b, Rect tile, int map) {
  const Palette& p = b.p();
  if (!is_finite_map(b, map)) return paint_hazard_map(b, tile);
  if (b.averaging) return paint_average_map(b, tile, map);
  const bool dropped = b.noisy && b.whole_maps && b.gate(map, 0) == 0;
  if (dropped) return paint_dropped_map(b, tile);
  if (b.detail == MapDetail::Box) return paint_box_map(b, tile, map);
  const bool pending = b.values.empty(), pixels = b.noisy && !b.whole_maps;
  const bool real = b.site && b.site->variant->gates == Gates::Real;
  const PixelMask mask = pixels && !real ? mask_of(b, map) : PixelMask{};
  const bool holes = mask.any();
  const bool zero = !pending && !holes && is_zero_map(b, map);
  if (zero) {
    b.list.add(draw::Box{tile, p.background, p.background, 0, 0, 0});
    add_minus(b, tile);
  } else if (!pending || holes) {
    std::vector<Color> rgba(std::size_t(b.maps.pixels()), p.background.with_alpha(0));
    for (std::size_t i = 0; i < rgba.size(); ++i) {
      if (holes && mask.dropped[i])
        rgba[i] = p.dropped_fill;
      else if (!pending)
        rgba[i] = b.ramp.at(b.values[b.first(map) + i] * b.grown);
    }
    add_picture(b, tile, std::move(rgba));
  }
  if (holes && glyph_entry(b.site->variant->depiction.glyph).glyph == Glyph::DarkPatch)
    paint_patches(b.list, tile, mask, square_side(b.column.snapshot, *b.site), b.marks);
  else if (holes)
    paint_pixel_strokes(b.list, tile, mask, b.marks);
  if (pending) {
    b.list.add(draw::Box{tile, p.background.with_alpha(0), p.border, std::max(0.75f, b.marks.u), 0, 0});
    return;
  }
  add_frame(b, tile, b.noisy && real && b.whole_maps ? b.gate(map, 0) : 1);
}

// One tile for 64 maps: grey level and number say how much of them is kept.
void paint_density(Brush& b, Rect tile, int first, int last) {
  const Palette& p = b.p();
  double kept = 0, value = 0;
  const int pixels = b.maps.pixels();
  for (int map = first; map < last; ++map)
    for (int i = 0; i < pixels; ++i) {
      kept += b.averaging ? 1 - double(share_dropped(b, map, i)) : b.noisy && b.gate(map, i) == 0 ? 0 : 1;
      if (!b.values.empty()) value += double(b.values[b.first(map) + std::size_t(i)]);
    }
  const double n = double(last - first) * pixels;
  if (!std::isfinite(value)) return paint_hazard_map(b, tile);
  const bool counts = b.noisy || b.averaging;
  if (b.values.empty() && !counts) {
    b.list.add(draw::Box{tile, p.background.with_alpha(0), p.border, 0.75f, 0, 0});
    return;
  }
  const Color fill = counts ? mix(p.dropped_fill, p.unit_outline, float(kept / n)) : b.ramp.at(float(value / n));
  b.list.add(draw::Box{tile, fill, p.border, 0.5f, 0, 0});
  if (counts) add_percent(b, tile, float(kept / n), fill);
}

void add_hand_marks(Brush& b, const ColumnLayout& layout) {
  if (!b.site || b.averaging || b.detail == MapDetail::Density || b.column.snapshot.eval_view) return;
  const auto each = [&](const std::vector<std::uint32_t>& elements, auto paint) {
    std::vector<char> done(layout.tiles.size());
    for (std::uint32_t e : elements) {
      if (e >= std::uint32_t(b.column.view().units)) continue;
      const std::size_t map = e / std::uint32_t(b.maps.pixels());
      const int pixel = int(e) % b.maps.pixels();
      if (!b.whole_maps)
        paint(pixel_rect(layout.tiles[map], b.maps.rows, b.maps.cols, pixel / b.maps.cols, pixel % b.maps.cols));
      else if (!done[map])
        paint(layout.tiles[map]);
      done[map] = 1;
    }
  };
  each(b.site->by_hand, [&](Rect r) { paint_by_hand(b.list, r, b.marks); });
  each(b.site->locked, [&](Rect r) { paint_locked(b.list, r, b.marks); });
}

void add_rings(Brush& b, const ColumnLayout& layout) {
  const SceneStyle& style = b.column.style;
  for (const auto& unit : {style.hovered, style.selected}) {
    if (!unit || unit->layer != int(b.column.layer) || unit->unit < 0 || unit->unit >= b.column.view().units) continue;
    if (b.detail == MapDetail::Density) continue;
    const Rect& tile = layout.tiles[std::size_t(unit->unit / b.maps.pixels())];
    const int pixel = unit->unit % b.maps.pixels();
    const Rect cell = pixel_rect(tile, b.maps.rows, b.maps.cols, pixel / b.maps.cols, pixel % b.maps.cols);
    const bool crossed = b.noisy && b.whole_maps && b.gate(unit->unit / b.maps.pixels(), 0) == 0;
    if (b.detail != MapDetail::Box && cell.width() >= 3 && !crossed) paint_ring(b.list, cell, false, b.marks);
    paint_ring(b.list, tile, unit == style.selected, b.marks);
  }
}

}  // namespace

void paint_maps(const FormContext& column, const ColumnLayout& layout, DisplayList& list) {
  const LayerView& view = column.view();
  const MapShape maps = *map_shape(view);
  if (layout.tiles.empty()) return;
  const Snapshot& snapshot = column.snapshot;
  const SiteView* site = site_of(snapshot, column.layer);
  const StepBeat beat = step_beat(snapshot, column.style);
  const Shown what = shown_at(snapshot, beat, column.layer);
  std::vector<float> values = shown_values(snapshot, column.layer, what);
  if (values.size() != std::size_t(view.units)) values.clear();
  const Ramp ramp(*column.style.palette, limit_of(values));
  Brush b{column, list,
          maps,   map_detail(layout, maps, column.u),
          site,   std::move(values),
          ramp,   {column.style.palette, column.u}};
  b.averaging = shows_average(snapshot, column.style, site) && site->variant->gates == Gates::Binary;
  b.whole_maps = is_gate_of_maps(site);
  b.noisy = is_noisy(site, view.units) && !before_mask(beat, column.layer) && !b.averaging;
  b.gradient = what == Shown::Gradient;
  const bool fills = beat.on && beat.phase == Phase::Forward && int(column.layer) == beat.column && beat.sub <= 0;
  b.grown = fills ? std::max(0.06f, beat.progress) : 1;
  for (std::size_t i = 0; i < layout.tiles.size(); ++i) {
    if (b.detail == MapDetail::Density) {
      const int first = int(i) * kMapsOfDensityTile;
      paint_density(b, layout.tiles[i], first, std::min(maps.channels, first + kMapsOfDensityTile));
      continue;
    }
    const bool noisy = b.noisy;
    b.noisy = noisy && mask_has_fallen(beat, int(i), maps.channels);
    paint_map(b, layout.tiles[i], int(i));
    b.noisy = noisy;
  }
  add_hand_marks(b, layout);
  add_rings(b, layout);
}

}  // namespace dropscope
