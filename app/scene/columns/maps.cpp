// Feature maps: convolutions and pools as tiles, one picture for each channel, in the largest grid that fits.
#include "app/scene/columns/maps.h"

#include <algorithm>
#include <cmath>

#include "app/scene/gate_words.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr float kLargestTile = 150;  // design units
constexpr float kTileShare = 0.87f;  // of the pitch; the rest is air
constexpr float kKernelTiles = 44;   // design units for the tiles of the kernels
constexpr float kLeastRoom = 210;    // design units of height below which there are no kernels

bool fits(const Snapshot& snapshot, std::size_t layer) {
  const std::optional<MapShape> maps = map_shape(snapshot.layers[layer]);
  // A grey picture of the data is an image, not a feature map.
  return maps && (layer > 0 || maps->channels > 1);
}

float share(const Snapshot& snapshot, std::size_t layer) {
  const int channels = map_shape(snapshot.layers[layer])->channels;
  return channels <= 4 ? 1.4f : channels <= 8 ? 1.6f : channels <= 16 ? 2.1f : channels <= 64 ? 2.5f : 2.9f;
}

struct Tiling {
  int cols = 1, rows = 1;
  float width = 0;  // of a cell, air included
};

// Cells of rows / cols as `aspect`; a number of columns that divides the count is preferred where it is nearly as good.
Tiling tiling_of(int count, Rect room, float aspect) {
  const auto with = [&](int cols) {
    const int rows = (count + cols - 1) / cols;
    return Tiling{cols, rows, std::min(room.width() / float(cols), room.height() / (float(rows) * aspect))};
  };
  Tiling best, tidy;
  for (int cols = 1; cols <= count; ++cols) {
    const Tiling next = with(cols);
    if (next.width > best.width) best = next;
    if (count % cols == 0 && next.width > tidy.width) tidy = next;
  }
  return tidy.width >= 0.86f * best.width ? tidy : best;
}

void place(const FormContext& column, Rect room, ColumnLayout& layout) {
  const MapShape maps = *map_shape(column.view());
  const float u = column.u;
  if (room.height() >= kLeastRoom * u)
    room.max.y -= std::min(kKernelTiles * u + type_px(*column.style.palette, u, 13) * 1.4f, 0.16f * room.height());
  const float aspect = float(maps.rows) / float(maps.cols);
  int count = maps.channels;
  Tiling tiling = tiling_of(count, room, aspect);
  if (tiling.width * std::min(1.0f, aspect) * kTileShare < 6 * u) {
    count = (maps.channels + kMapsOfDensityTile - 1) / kMapsOfDensityTile;
    tiling = tiling_of(count, room, 1);
    tiling.width = std::min(tiling.width, 56 * u);
  }
  const bool density = count < maps.channels;
  const float shape = density ? 1 : aspect;
  tiling.width = std::min(tiling.width, kLargestTile * u / kTileShare / std::max(1.0f, shape));
  const Vec2 cell{tiling.width, tiling.width * shape};
  const float air = std::min((1 - kTileShare) * std::min(cell.x, cell.y), 9 * u);
  const float across = density ? 1 : float(maps.cols), down = density ? 1 : float(maps.rows);
  const float pixel = std::min((cell.x - air) / across, (cell.y - air) / down);
  const Vec2 tile{pixel * across, pixel * down}, half = tile * 0.5f;
  const Vec2 first = room.center() - Vec2{cell.x * float(tiling.cols - 1), cell.y * float(tiling.rows - 1)} * 0.5f;
  layout.tiles.reserve(std::size_t(count));
  for (int i = 0; i < count; ++i) {
    const Vec2 center = first + Vec2{cell.x * float(i % tiling.cols), cell.y * float(i / tiling.cols)};
    layout.tiles.push_back({center - half, center + half});
  }
  const int cols = std::min(count, tiling.cols);
  layout.body = {first - half, first + Vec2{cell.x * float(cols - 1), cell.y * float(tiling.rows - 1)} + half};
  layout.grid_cols = maps.cols;
  layout.grid_rows = density ? maps.rows * kMapsOfDensityTile : maps.rows;
  layout.radius = tile.x / float(maps.cols) / 2;
}

std::optional<UnitRef> hit_unit(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  const MapShape maps = *map_shape(column.view());
  if (map_detail(layout, maps, column.u) == MapDetail::Density) return std::nullopt;
  for (std::size_t i = 0; i < layout.tiles.size(); ++i) {
    const Rect& tile = layout.tiles[i];
    if (!tile.contains(at)) continue;
    const int col = std::min(maps.cols - 1, int((at.x - tile.min.x) / tile.width() * float(maps.cols)));
    const int row = std::min(maps.rows - 1, int((at.y - tile.min.y) / tile.height() * float(maps.rows)));
    return UnitRef{int(column.layer), int(i) * maps.pixels() + row * maps.cols + col};
  }
  return std::nullopt;
}

std::optional<GateRef> hit_gate(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  const LayerView& view = column.view();
  const SiteView* site = site_of(column.snapshot, column.layer);
  const std::optional<UnitRef> unit = hit_unit(column, layout, at);
  if (!site || !unit || site->total != view.units) return std::nullopt;
  return GateRef{view.site, first_of_coin(*site, coin_of(*site, std::uint32_t(unit->unit)))};
}

std::optional<Rect> gate_rect(const FormContext& column, const ColumnLayout& layout, GateRef gate) {
  const LayerView& view = column.view();
  const MapShape maps = *map_shape(view);
  const SiteView* site = site_of(column.snapshot, column.layer);
  if (!site || view.site != gate.site || gate.element >= std::uint32_t(view.units)) return std::nullopt;
  if (map_detail(layout, maps, column.u) == MapDetail::Density) return std::nullopt;
  const int pixel = int(gate.element) % maps.pixels();
  const Rect& tile = layout.tiles[gate.element / std::uint32_t(maps.pixels())];
  if (is_gate_of_maps(site)) return tile;
  const float w = tile.width() / float(maps.cols), h = tile.height() / float(maps.rows);
  const Vec2 min = tile.min + Vec2{w * float(pixel % maps.cols), h * float(pixel / maps.cols)};
  return Rect{min, min + Vec2{w, h}};
}

void paint(const FormContext& column, const ColumnLayout& layout, DisplayList& list) {
  paint_maps(column, layout, list);
  paint_kernels(column, layout, list);
}

}  // namespace

std::optional<MapShape> map_shape(const LayerView& layer) {
  const Shape& s = layer.shape;
  if (s.rank() != 4 || s[1].axis != Axis::Channel || s[2].axis != Axis::Row || s[3].axis != Axis::Col)
    return std::nullopt;
  const MapShape maps{s[1].extent, s[2].extent, s[3].extent};
  if (maps.channels < 1 || maps.pixels() < 2 || maps.channels * maps.pixels() != layer.units) return std::nullopt;
  return maps;
}

MapDetail map_detail(const ColumnLayout& layout, const MapShape& maps, float u) {
  if (int(layout.tiles.size()) < maps.channels) return MapDetail::Density;
  const Rect& tile = layout.tiles.front();
  const float side = std::min(tile.width(), tile.height()) * 1.001f;
  return side >= 26 * u ? MapDetail::Full : side >= 14 * u ? MapDetail::Picture : MapDetail::Box;
}

bool is_gate_of_maps(const SiteView* site) {
  return site && site->variant && site->variant->tie.has(Axis::Row) && site->variant->tie.has(Axis::Col);
}

Rect kernel_band(const ColumnLayout& layout) {
  // Below the lowest tile a column can have; where the tiles need less room, there is more air above.
  const Rect band{{layout.header.min.x, layout.body.max.y}, {layout.header.max.x, layout.header.min.y}};
  return band.max.y - band.min.y > 20 && band.width() > 0 ? band : Rect{};
}

int map_at_hand(const FormContext& column) {
  const LayerView& view = column.view();
  const std::optional<MapShape> maps = map_shape(view);
  if (!maps) return -1;
  const SceneStyle& style = column.style;
  for (const auto& unit : {style.hovered, style.selected})
    if (unit && unit->layer == int(column.layer) && unit->unit >= 0 && unit->unit < view.units)
      return unit->unit / maps->pixels();
  for (const auto& gate : {style.hovered_gate, style.selected_gate})
    if (gate && gate->site == view.site && gate->element < std::uint32_t(view.units))
      return int(gate->element) / maps->pixels();
  return -1;
}

extern const ColumnForm kMapsForm;
const ColumnForm kMapsForm = {
    .id = "maps",
    .fits = fits,
    .share = share,
    .place = place,
    .paint = paint,
    .hit_unit = hit_unit,
    .hit_gate = hit_gate,
    .gate_rect = gate_rect,
    .fill = 0.66f,
};

}  // namespace dropscope
