// Weights with gates of their own as a matrix between two columns, where there would be too many broken lines.
#include <algorithm>
#include <cmath>

#include "app/scene/columns/parts.h"
#include "app/scene/pen.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr std::size_t kMostCutLines = 300;
constexpr float kLargestCell = 22;  // design units

CellGrid grid_of(const Snapshot& snapshot, const NetworkLayout& layout, std::size_t layer) {
  return {layout.columns[layer].matrix, snapshot.layers[layer - 1].units, snapshot.layers[layer].units};
}

// From a column to the rows or columns of the matrix.
void add_band(DisplayList& list, float left, float from_top, float from_bottom, float right, float to_top,
              float to_bottom, const Palette& p) {
  if (right <= left) return;
  list.add(draw::Polygon{{{left, from_top}, {right, to_top}, {right, to_bottom}, {left, from_bottom}},
                         p.neutral.with_alpha(0.75f)});
}

// As lines are: a weak weight is still seen.
float stretched(float value, float limit) {
  return std::isfinite(value) ? std::copysign(std::sqrt(std::min(1.0f, std::fabs(value) / limit)) * limit, value)
                              : value;
}

}  // namespace

bool wants_matrix(const Snapshot& snapshot, std::size_t layer) {
  if (layer == 0 || snapshot.layers[layer].is_block || form_of(snapshot, layer) || form_of(snapshot, layer - 1))
    return false;
  const LayerView &target = snapshot.layers[layer], &source = snapshot.layers[layer - 1];
  if (!target.weights || target.weights->size() <= kMostCutLines ||
      target.weights->size() != std::size_t(target.units) * std::size_t(source.units))
    return false;
  const std::vector<const SiteView*> sites = inner_sites(snapshot, layer);
  return std::any_of(sites.begin(), sites.end(), [](const SiteView* site) { return site->kind == SiteKind::Weight; });
}

bool is_matrix(const NetworkLayout& layout, std::size_t layer) { return layout.columns[layer].matrix.width() > 0; }

Rect place_matrix(const Snapshot& snapshot, std::size_t layer, Rect room, const SceneStyle& style, float u) {
  room.min.y += type_px(*style.palette, u, 13) * 2.1f;  // its words, and marks of what was set by hand
  const float cols = float(snapshot.layers[layer - 1].units), rows = float(snapshot.layers[layer].units);
  const float cell = std::min({room.width() / cols, room.height() / rows, kLargestCell * u});
  const Vec2 half{cell * cols / 2, cell * rows / 2};
  return {room.center() - half, room.center() + half};
}

void add_matrix(DisplayList& list, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                std::size_t layer) {
  const Palette& p = *style.palette;
  const ColumnLayout &source = layout.columns[layer - 1], &target = layout.columns[layer];
  const Rect m = target.matrix;
  const float air = 4 * layout.u;
  add_band(list, source.body.max.x + air, source.body.min.y, source.body.max.y, m.min.x - air, m.min.y, m.max.y, p);
  add_band(list, m.max.x + air, m.min.y, m.max.y, target.body.min.x - air, target.body.min.y, target.body.max.y, p);

  const CellGrid grid = grid_of(snapshot, layout, layer);
  const StepBeat beat = step_beat(snapshot, style);
  const EdgeShow show = edge_show(snapshot, beat, layer);
  const auto values = edge_values(snapshot, layer, show.what);
  const bool change = show.what == EdgeShow::What::Change, all = style.averaging || change;
  const auto gradient = change ? edge_values(snapshot, layer, EdgeShow::What::Gradient) : nullptr;
  const SiteView* cuts = all ? nullptr : weight_site(snapshot, layer);
  const SiteView* inputs = all ? nullptr : site_of(snapshot, layer - 1);
  const SiteView* outputs = all || before_mask(beat, layer) ? nullptr : site_of(snapshot, layer);
  const float limit = std::max(edge_limit(snapshot, beat, show.what), 1e-30f);
  std::vector<CellMark> cells(std::size_t(grid.rows) * std::size_t(grid.cols));
  for (int to = 0; to < grid.rows; ++to)
    for (int from = 0; from < grid.cols; ++from) {
      const auto i = std::size_t(to * grid.cols + from);
      CellMark& cell = cells[i];
      cell.value = values ? stretched((*values)[i], limit) : 0;
      cell.dropped = cuts && cuts->gate[i] == 0;
      cell.pending = !cell.dropped && (!values || (gradient && (*gradient)[i] == 0));
      // A dropped unit has no weights, as it would have no lines.
      cell.hidden = (sends_nothing(inputs, from, grid.cols) && mask_has_fallen(beat, from, grid.cols)) ||
                    (is_silent(outputs, to, grid.rows) && mask_has_fallen(beat, to, grid.rows));
    }
  paint_cells(list, grid, cells, limit, {&p, layout.u});
  if (show.strength < 1)
    list.add(draw::Box{m, p.background.with_alpha(0.6f * (1 - show.strength)), p.background.with_alpha(0), 0, 0, 0});
  list.add(draw::Box{m, p.background.with_alpha(0), p.border, std::max(1.0f, 1.2f * layout.u), 0, 0});
}

void add_matrix_words(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, std::size_t layer) {
  const Rect m = layout.columns[layer].matrix;
  const float size = type_px(pen.p, pen.u, 13);
  const float room = m.width();
  const std::string rows = layer_title(snapshot.layers[layer].name),
                    cols = layer_title(snapshot.layers[layer - 1].name);
  const std::vector<std::string> wordings = {
      "weights: a row for each unit of " + rows + ", a column for each of " + cols,
      "weights: rows " + rows + ", columns " + cols, "rows " + rows + ", columns " + cols, rows + " \u00d7 " + cols,
      brief_title(rows) + " \u00d7 " + brief_title(cols)};
  const std::string text = first_fitting(wordings, room, size, Face::Regular, pen.measure);
  pen.list.add(draw::Text{{m.center().x, m.min.y - size * 0.8f},
                          text,
                          size,
                          pen.p.secondary,
                          Face::Regular,
                          HAlign::Center,
                          VAlign::Bottom});
}

std::optional<GateRef> matrix_gate(const Snapshot& snapshot, const NetworkLayout& layout, Vec2 at) {
  for (std::size_t l = 1; l < layout.columns.size() && l < snapshot.layers.size(); ++l) {
    if (!is_matrix(layout, l)) continue;
    const SiteView* site = weight_site(snapshot, l);
    const auto cell = grid_of(snapshot, layout, l).at(at);
    if (site && cell) return GateRef{int(site - snapshot.sites.data()), std::uint32_t(*cell)};
  }
  return std::nullopt;
}

std::optional<Rect> matrix_rect(const Snapshot& snapshot, const NetworkLayout& layout, GateRef gate) {
  for (std::size_t l = 1; l < layout.columns.size() && l < snapshot.layers.size(); ++l) {
    if (!is_matrix(layout, l)) continue;
    const SiteView* site = weight_site(snapshot, l);
    if (!site || site != &snapshot.sites[std::size_t(gate.site)] || gate.element >= site->gate.size()) continue;
    const CellGrid grid = grid_of(snapshot, layout, l);
    return grid.cell(int(gate.element) % grid.cols, int(gate.element) / grid.cols);
  }
  return std::nullopt;
}

}  // namespace dropscope
