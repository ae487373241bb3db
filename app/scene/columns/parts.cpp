#include "app/scene/columns/parts.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr float kXCell = 13;  // design units: room for an X; a slash below

Color cell_color(const CellMark& cell, float limit, bool drawn, const Palette& p) {
  if (cell.hidden || (cell.pending && drawn)) return p.background;
  // Too small for a frame: a tint tells the cells that are kept from those that are not.
  if (cell.pending) return mix(p.background, p.border, 0.3f);
  if (cell.kept >= 0) return mix(p.background, p.unit_outline, 0.06f + 0.8f * cell.kept);
  if (cell.dropped) return drawn ? p.dropped_fill : p.background;
  return std::isfinite(cell.value) ? value_color(p, cell.value, limit) : p.hazard_b;
}

Rect inset(Rect r, float by) { return {r.min + Vec2{by, by}, r.max - Vec2{by, by}}; }

}  // namespace

Rect CellGrid::cell(int col, int row) const {
  const float w = cell_width(), h = cell_height();
  return {{rect.min.x + w * float(col), rect.min.y + h * float(row)},
          {rect.min.x + w * float(col + 1), rect.min.y + h * float(row + 1)}};
}

std::optional<int> CellGrid::at(Vec2 point) const {
  if (empty() || !rect.contains(point)) return std::nullopt;
  const int col = std::min(cols - 1, int((point.x - rect.min.x) / cell_width()));
  const int row = std::min(rows - 1, int((point.y - rect.min.y) / cell_height()));
  return row * cols + col;
}

float smallest_cell(float u) { return std::max(5.0f, 6 * u); }
bool shows_cells(const CellGrid& grid, float u) {
  const float least = std::min(grid.cell_width(), grid.cell_height()), needed = smallest_cell(u);
  // A narrow cell has room for a slash where it is tall enough.
  return least >= needed ||
         (least >= 0.65f * needed && grid.cell_width() * grid.cell_height() >= 1.6f * needed * needed);
}

void paint_cells(DisplayList& list, const CellGrid& grid, std::span<const CellMark> cells, float limit,
                 const MarkStyle& style) {
  if (grid.empty() || cells.size() < std::size_t(grid.cols) * std::size_t(grid.rows)) return;
  const Palette& p = *style.palette;
  const bool drawn = shows_cells(grid, style.u);
  draw::Image image{grid.rect, grid.cols, grid.rows, {}, false};
  image.rgba.reserve(cells.size());
  for (int i = 0; i < grid.cols * grid.rows; ++i)
    image.rgba.push_back(cell_color(cells[std::size_t(i)], limit, drawn, p));
  list.add(std::move(image));
  if (!drawn) return;
  const float pitch = std::min(grid.cell_width(), grid.cell_height()), line = std::clamp(0.06f * pitch, 0.3f, 2.0f);
  for (int c = 1; c < grid.cols; ++c) {
    const float x = grid.cell(c, 0).min.x;
    list.add(draw::Line{{x, grid.rect.min.y}, {x, grid.rect.max.y}, line, p.background});
  }
  for (int r = 1; r < grid.rows; ++r) {
    const float y = grid.cell(0, r).min.y;
    list.add(draw::Line{{grid.rect.min.x, y}, {grid.rect.max.x, y}, line, p.background});
  }
  // Ink that would make a blank cell as dark as a kept one, seen from far away, is left out: small cells have a faint
  // frame or none, and no theme makes it thicker.
  const float frame = pitch < 9 ? 0 : std::clamp(0.045f * pitch, 0.4f, 2.0f);
  const Color frame_color = pitch < 14 ? p.border : p.dropped;
  for (int i = 0; i < grid.cols * grid.rows; ++i) {
    const CellMark& cell = cells[std::size_t(i)];
    if (cell.hidden || cell.kept >= 0) continue;
    const Rect r = inset(grid.cell(i % grid.cols, i / grid.cols), line / 2 + frame / 2);
    if (cell.pending) {
      list.add(draw::Box{r, p.background.with_alpha(0), p.border.with_alpha(0.45f), std::max(frame, 0.6f), 0, 0});
    } else if (cell.dropped) {
      list.add(draw::Box{r, p.dropped_fill, frame_color, frame, 0, 0});
      if (cell.struck) continue;
      const float reach = 0.28f * pitch;
      if (pitch >= kXCell * style.u && pitch >= 10) {
        paint_x(list, r.center(), reach, std::max(1.1f, 0.1f * pitch * p.line_scale), p.dropped);
      } else {
        const Vec2 slash{std::min(0.28f * r.width(), 2 * reach), -std::min(0.28f * r.height(), 2 * reach)};
        list.add(draw::Line{r.center() - slash, r.center() + slash, std::max(1.0f, 0.13f * pitch), p.dropped});
      }
    } else if (!std::isfinite(cell.value)) {
      UnitMark mark;
      mark.center = r.center(), mark.radius = std::min(r.width(), r.height()) / 2, mark.detail = Detail::Box;
      paint_hazard(list, mark, style);
    }
  }
}

void paint_crossed_out(DisplayList& list, Rect rect, bool dimmed, const MarkStyle& style) {
  const Palette& p = *style.palette;
  const float side = std::min(rect.width(), rect.height());
  const float width = std::clamp(0.04f * side, 1.0f, 4 * style.u) * p.line_scale;
  list.add(draw::Box{rect, dimmed ? p.background.with_alpha(0.72f) : p.dropped_fill, p.dropped, width, 0,
                     std::max(3.0f, 6 * style.u)});
  list.add(draw::Line{rect.min, rect.max, width * 1.3f, p.dropped});
  list.add(draw::Line{{rect.min.x, rect.max.y}, {rect.max.x, rect.min.y}, width * 1.3f, p.dropped});
}

void paint_ring(DisplayList& list, Rect rect, bool selected, const MarkStyle& style) {
  const float u = style.u * style.palette->line_scale;
  const float room = std::min(rect.width(), rect.height());
  const float width = selected ? std::clamp(0.3f * room, 2.0f, std::max(2.0f, 5 * u))
                               : std::clamp(0.2f * room, 1.5f, std::max(1.5f, 2.5f * u));
  list.add(
      draw::Box{inset(rect, -width / 2 - 0.5f), style.palette->focus.with_alpha(0), style.palette->focus, width, 0, 0});
}

int inner_site(const Snapshot& snapshot, std::size_t layer, SiteKind kind, const char* name) {
  for (int i : snapshot.layers[layer].inner_sites) {
    const SiteView* site = site_at(snapshot, i);
    if (site && site->kind == kind && std::string_view(site->site).ends_with(name)) return i;
  }
  return -1;
}

bool has_gates(const SiteView* site) { return site && site->active && !site->gate.empty(); }
bool is_dropped(const SiteView* site, std::size_t element) {
  return has_gates(site) && element < site->gate.size() && site->gate[element] == 0;
}
bool is_locked(const SiteView* site, std::size_t element) {
  return site && std::find(site->locked.begin(), site->locked.end(), std::uint32_t(element)) != site->locked.end();
}

float element_share(const Snapshot& snapshot, const SceneStyle& style, int index, std::size_t element) {
  const SiteView* site = site_at(snapshot, index);
  if (!site || site->rate <= 0 || snapshot.eval_view) return 0;
  const std::size_t s = std::size_t(index);
  if (s < style.frequency.size() && element < style.frequency[s].size()) return style.frequency[s][element];
  if (site->lately > 0 && element < site->dropped_lately.size())
    return float(site->dropped_lately[element]) / float(site->lately);
  return float(site->rate);
}

bool shows_average(const Snapshot& snapshot, const SceneStyle& style, const SiteView* site) {
  return style.averaging && !snapshot.eval_view && is_at_work(site);
}

int sub_beat_of(const FormContext& column) {
  const Snapshot& s = column.snapshot;
  const bool here =
      column.style.stepping && s.phase == Phase::Forward && std::size_t(s.phase_layer) + 1 == column.layer;
  return here ? column.style.sub_beat : -1;
}

}  // namespace dropscope
