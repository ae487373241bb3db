// Where each value of a tensor lies in a rectangle: plain numbers as a column of cells, sequences as units by steps,
// feature maps as tiles.
#pragma once
#include <functional>
#include <optional>

#include "app/scene/columns/parts.h"

namespace dropscope {

struct ValueMap {
  Rect area;
  int tiles = 1, across = 1;        // how many tiles, and how many of them beside each other
  int cols = 1, rows = 1;           // cells of a tile
  int count = 0;                    // values in all
  bool steps = false;               // cells are numbered column by column
  float gap = 0;                    // between tiles
  CellGrid grid(int tile) const;
  int index(int tile, int cell) const;  // of the value that a cell of a tile's grid shows; may be beyond `count`
  Rect cell(int index) const;
  std::optional<int> at(Vec2 point) const;
};

// Fills `area`; maps keep their proportions and stand in its middle. `shape`: for one example.
ValueMap map_values(const Shape& shape, Rect area, float gap);

// `mark` says how a value is shown.
void paint_values(DisplayList& list, const ValueMap& map, float limit, const MarkStyle& style,
                  const std::function<CellMark(int index)>& mark);

}  // namespace dropscope
