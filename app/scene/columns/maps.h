// Feature maps as tiles, one picture for each channel. Inside of the form in maps.cpp.
#pragma once
#include <optional>

#include "app/scene/columns/form.h"

namespace dropscope {

// [Sample, Channel, Row, Col] with more than one pixel.
struct MapShape {
  int channels = 0, rows = 0, cols = 0;
  int pixels() const { return rows * cols; }
};
std::optional<MapShape> map_shape(const LayerView& layer);

// By the side of a tile in design units: pictures with frame and cross (26 and more), pictures with thin ones (14), one
// colour for the whole map (6), one tile for 64 maps.
enum class MapDetail : std::uint8_t { Full, Picture, Box, Density };
MapDetail map_detail(const ColumnLayout& layout, const MapShape& maps, float u);
inline constexpr int kMapsOfDensityTile = 64;

// All pixels of a map share one gate.
bool is_gate_of_maps(const SiteView* site);

// Below the tiles, for the kernels of one map; empty where the column is too low for it.
Rect kernel_band(const ColumnLayout& layout);

void paint_maps(const FormContext& column, const ColumnLayout& layout, DisplayList& list);
// What made the map that is selected or under the pointer: a small tile for each map of the layer before.
void paint_kernels(const FormContext& column, const ColumnLayout& layout, DisplayList& list);
// The map of this column that is selected or under the pointer; -1 where none is.
int map_at_hand(const FormContext& column);

}  // namespace dropscope
