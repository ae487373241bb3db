// Which gate lies under a point, and where a gate is drawn.
#include <algorithm>

#include "app/scene/columns/form.h"
#include "app/scene/scene_parts.h"

namespace dropscope {
namespace {

constexpr float kWeightReach = 6, kWeightSquare = 12;  // design units: from a line, and the square in its middle

}  // namespace

std::optional<GateRef> gate_of_unit(const Snapshot& snapshot, UnitRef unit) {
  if (unit.layer < 0 || std::size_t(unit.layer) >= snapshot.layers.size() || unit.unit < 0) return std::nullopt;
  const LayerView& layer = snapshot.layers[std::size_t(unit.layer)];
  if (layer.site < 0 || unit.unit >= layer.units) return std::nullopt;
  return GateRef{layer.site, std::uint32_t(unit.unit)};
}

std::optional<GateRef> hit_gate(const NetworkLayout& layout, const Snapshot& snapshot, Vec2 at, bool weights) {
  if (weights)
    if (const auto gate = nearest_weight(snapshot, layout, at, std::max(kWeightReach, kWeightReach * layout.u)))
      return gate;
  for (std::size_t l = 0; l < layout.columns.size() && l < snapshot.layers.size(); ++l) {
    const ColumnLayout& column = layout.columns[l];
    if (!column.form || !column.form->hit_gate) continue;
    const SceneStyle plain;
    if (const auto gate = column.form->hit_gate({snapshot, l, plain, layout.u, nullptr}, column, at)) return gate;
  }
  if (const auto unit = hit_unit(layout, snapshot, at)) return gate_of_unit(snapshot, *unit);
  if (const auto gate = matrix_gate(snapshot, layout, at)) return gate;
  return std::nullopt;
}

std::optional<Rect> gate_rect(const NetworkLayout& layout, const Snapshot& snapshot, GateRef gate) {
  for (std::size_t l = 0; l < layout.columns.size() && l < snapshot.layers.size(); ++l) {
    const ColumnLayout& column = layout.columns[l];
    if (column.form && column.form->gate_rect) {
      const SceneStyle plain;
      if (const auto rect = column.form->gate_rect({snapshot, l, plain, layout.u, nullptr}, column, gate)) return rect;
    } else if (snapshot.layers[l].site == gate.site && column.style != ColumnLayout::Style::Density &&
               gate.element < std::uint32_t(snapshot.layers[l].units)) {
      const Vec2 center = unit_center(column, int(gate.element)), reach{column.radius, column.radius};
      return Rect{center - reach, center + reach};
    }
  }
  if (gate.site < 0 || std::size_t(gate.site) >= snapshot.sites.size()) return std::nullopt;
  if (const auto cell = matrix_rect(snapshot, layout, gate)) return cell;
  if (const auto edge = weight_edge(snapshot, layout, gate)) {
    const Vec2 middle = (edge->a + edge->b) * 0.5f, half{kWeightSquare / 2 * layout.u, kWeightSquare / 2 * layout.u};
    return Rect{middle - half, middle + half};
  }
  return std::nullopt;
}

}  // namespace dropscope
