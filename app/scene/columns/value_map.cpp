#include "app/scene/columns/value_map.h"

#include <algorithm>
#include <cmath>

namespace dropscope {
namespace {

constexpr float kLeastRow = 3;  // pixels; a longer column of cells folds

// The arrangement of tiles with the largest pixels.
int best_across(int tiles, float width_each, float height_each, Rect area, float gap) {
  int best = 1;
  float best_scale = -1;
  for (int across = 1; across <= tiles; ++across) {
    const int down = (tiles + across - 1) / across;
    const float scale = std::min((area.width() - gap * float(across - 1)) / (width_each * float(across)),
                                 (area.height() - gap * float(down - 1)) / (height_each * float(down)));
    if (scale > best_scale * 1.02f) best = across, best_scale = scale;
  }
  return best;
}

}  // namespace

ValueMap map_values(const Shape& shape, Rect area, float gap) {
  ValueMap map;
  map.area = area;
  map.count = int(shape.count());
  const int channels = shape.extent(Axis::Channel), rows = shape.extent(Axis::Row), cols = shape.extent(Axis::Col);
  if (rows > 1 || cols > 1) {
    map.tiles = channels, map.cols = cols, map.rows = rows, map.gap = gap;
    map.across = best_across(channels, float(cols), float(rows), area, gap);
    const float across = float(map.across), down = float((channels + map.across - 1) / map.across);
    const float scale = std::max(0.0f, std::min((area.width() - gap * (across - 1)) / (float(cols) * across),
                                                (area.height() - gap * (down - 1)) / (float(rows) * down)));
    const Vec2 half{(scale * float(cols) * across + gap * (across - 1)) / 2,
                    (scale * float(rows) * down + gap * (down - 1)) / 2};
    map.area = {area.center() - half, area.center() + half};
  } else if (shape.extent(Axis::Time) > 1) {
    map.cols = shape.extent(Axis::Time);
    map.rows = std::max(1, map.count / map.cols);
    map.steps = true;
  } else {
    const int most = std::max(1, int(area.height() / kLeastRow));
    map.cols = std::max(1, (map.count + most - 1) / most);
    map.rows = std::max(1, (map.count + map.cols - 1) / map.cols);
  }
  return map;
}

CellGrid ValueMap::grid(int tile) const {
  const int down = (tiles + across - 1) / across;
  const float width = (area.width() - gap * float(across - 1)) / float(across);
  const float height = (area.height() - gap * float(down - 1)) / float(down);
  const Vec2 corner = area.min + Vec2{float(tile % across) * (width + gap), float(tile / across) * (height + gap)};
  return {{corner, corner + Vec2{width, height}}, cols, rows};
}

int ValueMap::index(int tile, int cell) const {
  return steps ? cell % cols * rows + cell / cols : tile * cols * rows + cell;
}

Rect ValueMap::cell(int index) const {
  if (steps) return grid(0).cell(index / rows, index % rows);
  const int at = index % (cols * rows);
  return grid(index / (cols * rows)).cell(at % cols, at / cols);
}

std::optional<int> ValueMap::at(Vec2 point) const {
  for (int tile = 0; tile < tiles; ++tile)
    if (const auto cell = grid(tile).at(point)) {
      const int i = index(tile, *cell);
      if (i < count) return i;
    }
  return std::nullopt;
}

void paint_values(DisplayList& list, const ValueMap& map, float limit, const MarkStyle& style,
                  const std::function<CellMark(int index)>& mark) {
  std::vector<CellMark> cells(std::size_t(map.cols) * std::size_t(map.rows));
  for (int tile = 0; tile < map.tiles; ++tile) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const int at = map.index(tile, int(i));
      cells[i] = at < map.count ? mark(at) : CellMark{.hidden = true};
    }
    paint_cells(list, map.grid(tile), cells, limit, style);
  }
}

}  // namespace dropscope
