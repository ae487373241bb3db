// Which panels a sequence has and where they stand.
#include <algorithm>
#include <cmath>

#include "app/scene/columns/steps.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr float kLargestPitch = 46;  // design units

StepPanel::Kind kind_of(SiteKind kind) {
  switch (kind) {
    case SiteKind::RecurrentWeight:
      return StepPanel::Kind::Weights;
    case SiteKind::RecurrentState:
      return StepPanel::Kind::StateBefore;
    case SiteKind::CellUpdate:
      return StepPanel::Kind::Update;
    case SiteKind::CellState:
      return StepPanel::Kind::Cell;
    case SiteKind::StateUpdate:
      return StepPanel::Kind::State;
    default:
      return StepPanel::Kind::Input;
  }
}

// Of the layout, a matrix counts as this many rows.
int rows_taken(const StepPanel& panel, int main_rows) {
  return panel.kind == StepPanel::Kind::Weights ? std::max(8, main_rows * 3 / 5) : panel.rows;
}

struct Shelf {
  std::vector<std::size_t> panels;
  int rows = 0;
};
std::vector<Shelf> shelves_of(const std::vector<StepPanel>& panels, const std::vector<std::size_t>& order, int across) {
  std::vector<Shelf> shelves;
  for (std::size_t i : order) {
    if (shelves.empty() || int(shelves.back().panels.size()) == across) shelves.emplace_back();
    shelves.back().panels.push_back(i);
    shelves.back().rows = std::max(shelves.back().rows, rows_taken(panels[i], panels[0].rows));
  }
  return shelves;
}

}  // namespace

StepTie step_tie(const SiteView& site, int steps) {
  if (site.coins <= 0) return StepTie::None;
  if (site.coins == 1) return StepTie::All;
  const bool by_steps = std::int64_t(site.coins) * steps == site.total, by_units = site.coins == steps;
  // Where there are as many units as steps the counts do not tell; the variant does.
  if (by_steps && by_units) return site.variant->tie.has(Axis::Unit) ? StepTie::Units : StepTie::Steps;
  return by_steps ? StepTie::Steps : by_units ? StepTie::Units : StepTie::None;
}

bool repeats_mask(const Snapshot& s, const SiteView& site, int steps) {
  if (step_tie(site, steps) == StepTie::Steps) return true;
  const SitePlan* plan = s.spec.dropout.find(site.site);
  const auto fixed = plan ? plan->params.find("fixed") : decltype(plan->params.end()){};
  return plan && fixed != plan->params.end() && fixed->second >= 0.5;
}

std::uint32_t StepPanel::element(int col, int row) const {
  const bool across = kind == Kind::Weights && !turned;  // [Out, In]: a row of the picture is an output
  return std::uint32_t(across ? row * cols + col : col * rows + row);
}
int StepPanel::col_of(std::uint32_t element) const {
  return kind == Kind::Weights && !turned ? int(element) % cols : int(element) / rows;
}
int StepPanel::row_of(std::uint32_t element) const {
  return kind == Kind::Weights && !turned ? int(element) / cols : int(element) % rows;
}

std::vector<StepPanel> step_panels(const Snapshot& s, std::size_t layer) {
  const LayerView& view = s.layers[layer];
  const int steps = view.shape.extent(Axis::Time), units = view.shape.extent(Axis::Unit);
  StepPanel main{StepPanel::Kind::Output, view.site, units, steps, false};
  const int state = inner_site(s, layer, SiteKind::StateUpdate);
  // What a step passes on is the state itself, so its noise is shown there unless the output has noise of its own.
  const bool state_is_main = state >= 0 && !is_at_work(site_at(s, view.site));
  if (state_is_main) main.site = state;
  std::vector<StepPanel> panels{main};
  for (int i : view.inner_sites) {
    const SiteView& site = s.sites[std::size_t(i)];
    if (i == main.site || !is_at_work(&site)) continue;
    StepPanel panel{kind_of(site.kind), i, site.shape.extent(Axis::Unit), site.shape.extent(Axis::Time), false};
    if (panel.kind == StepPanel::Kind::Weights) {
      const int out = site.shape.extent(Axis::Out), in = site.shape.extent(Axis::In);
      panel.turned = out > in;
      panel.rows = panel.turned ? in : out, panel.cols = panel.turned ? out : in;
    }
    if (std::int64_t(panel.rows) * panel.cols == site.total) panels.push_back(panel);
  }
  return panels;
}

Rect step_gate_rect(const StepPanel& panel, const SiteView* site, Rect grid, std::uint32_t element) {
  const CellGrid cells{grid, panel.cols, panel.rows};
  const Rect cell = cells.cell(panel.col_of(element), panel.row_of(element));
  const StepTie tie = !site || panel.kind == StepPanel::Kind::Weights ? StepTie::None : step_tie(*site, panel.cols);
  switch (tie) {
    case StepTie::Steps:
      return {{grid.min.x, cell.min.y}, {grid.max.x, cell.max.y}};
    case StepTie::Units:
      return {{cell.min.x, grid.min.y}, {cell.max.x, grid.max.y}};
    case StepTie::All:
      return grid;
    case StepTie::None:
      break;
  }
  return cell;
}

StepBands step_bands(const Snapshot& s, const std::vector<StepPanel>& panels, const Palette& palette, float u) {
  StepBands bands;
  const float size = type_px(palette, u, 13);
  bool noise = false;
  for (const StepPanel& panel : panels) noise = noise || is_at_work(site_at(s, panel.site));
  if (noise || panels.size() > 1) bands.caption = size * 1.35f;
  if (noise) bands.marks = std::max(9.0f, 15 * u);
  if (panels[0].cols > 1) bands.axis = size * 1.3f;
  return bands;
}

void place_panels(const FormContext& column, Rect room, const std::vector<StepPanel>& panels, ColumnLayout& layout) {
  const float u = column.u, gap_x = 16 * u, gap_y = 8 * u;
  StepBands bands = step_bands(column.snapshot, panels, *column.style.palette, u);
  // From the way in to the way out; on several shelves tall panels first, so that short ones share one.
  std::vector<std::size_t> flow, order;
  for (std::size_t i = 1; i < panels.size(); ++i) flow.push_back(i);
  flow.push_back(0);
  const int main_rows = panels[0].rows;
  order = flow;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return 2 * rows_taken(panels[b], main_rows) < rows_taken(panels[a], main_rows);
  });
  int steps = 1;
  for (const StepPanel& panel : panels)
    if (panel.kind != StepPanel::Kind::Weights) steps = std::max(steps, panel.cols);
  std::vector<Shelf> best;
  float best_x = 0, best_y = 0, best_score = -1;
  for (int across = 1; across <= int(panels.size()); ++across) {
    const std::vector<Shelf> shelves = shelves_of(panels, across < int(panels.size()) ? order : flow, across);
    int rows = 0;
    for (const Shelf& shelf : shelves) rows += shelf.rows;
    const float fixed = float(shelves.size()) * bands.all() + float(shelves.size() - 1) * gap_y;
    const float x = (room.width() - float(across - 1) * gap_x) / float(across * steps);
    const float y = (room.height() - fixed) / float(rows), score = std::min(x, 1.6f * y);
    if (score <= best_score && !best.empty()) continue;
    best = shelves, best_x = x, best_y = y, best_score = score;
  }
  // Nearly square where there is room, never more than a person needs.
  const float largest = kLargestPitch * u;
  best_x = std::clamp(best_x, 0.01f, largest), best_y = std::clamp(best_y, 0.01f, largest);
  const bool discs = std::min(best_x, best_y) * 0.74f >= 14 * u;
  best_x = std::min(best_x, best_y * (discs ? 1.3f : 3.2f));
  // A single row stays high enough to be hit and read.
  if (panels.size() > 1 || panels[0].rows > 1) best_y = std::min(best_y, best_x * (discs ? 1.3f : 1.8f));
  float height = float(best.size() - 1) * gap_y;
  for (const Shelf& shelf : best) height += bands.all() + best_y * float(shelf.rows);
  layout.tiles.assign(2 * panels.size(), Rect{});
  float y = room.center().y - height / 2;
  for (const Shelf& shelf : best) {
    const float slots = float(shelf.panels.size()), slot = (room.width() - (slots - 1) * gap_x) / slots;
    const float shelf_height = bands.all() + best_y * float(shelf.rows);
    float x = room.min.x;
    for (std::size_t i : shelf.panels) {
      const StepPanel& panel = panels[i];
      float pitch_x = best_x, pitch_y = best_y;
      if (panel.kind == StepPanel::Kind::Weights)
        pitch_x = pitch_y =
            std::min({slot / float(panel.cols), best_y * float(shelf.rows) / float(panel.rows), 18 * u});
      const float width = pitch_x * float(panel.cols), top = y + bands.caption + bands.marks;
      layout.tiles[2 * i] = {{x + slot / 2 - width / 2, top},
                             {x + slot / 2 + width / 2, top + pitch_y * float(panel.rows)}};
      layout.tiles[2 * i + 1] = {{x, y}, {x + slot, y + shelf_height}};
      x += slot + gap_x;
    }
    y += shelf_height + gap_y;
  }
  // The bands of weights begin and end at the grids.
  layout.body = layout.tiles[0];
  for (std::size_t i = 1; i < panels.size(); ++i) {
    const Rect& tile = layout.tiles[2 * i];
    layout.body.min = {std::min(layout.body.min.x, tile.min.x), std::min(layout.body.min.y, tile.min.y)};
    layout.body.max = {std::max(layout.body.max.x, tile.max.x), std::max(layout.body.max.y, tile.max.y)};
  }
}

std::vector<std::string> step_captions(const Snapshot& s, const StepPanel& panel, bool averaging) {
  const SiteView* site = site_at(s, panel.site);
  const bool held = site && site->variant->depiction.glyph == Glyph::HeldState;
  std::vector<std::string> what;
  switch (panel.kind) {
    case StepPanel::Kind::Output:
      what = site && site->kind == SiteKind::StateUpdate ? std::vector<std::string>{"state h(t)", "h(t)"}
                                                         : std::vector<std::string>{"output h(t)", "h(t)"};
      break;
    case StepPanel::Kind::Input:
      what = {"on the input x(t)", "on x(t)"};
      break;
    case StepPanel::Kind::StateBefore:
      what = {"on h(t\u22121), fed back", "on h(t\u22121)"};
      break;
    case StepPanel::Kind::Update:
      what = {"on the update", "update"};
      break;
    case StepPanel::Kind::Cell:
      what = held ? std::vector<std::string>{"cell c(t)", "c(t)"}
                  : std::vector<std::string>{"on the cell c(t)", "on c(t)"};
      break;
    case StepPanel::Kind::State:
      what = {"on the state h(t)", "on h(t)"};
      break;
    case StepPanel::Kind::Weights:
      what = {"on the recurrent weights", "recurrent weights", "weights"};
      break;
  }
  if (!is_at_work(site) || s.eval_view) return what;
  std::vector<std::string> wordings;
  if (averaging) {
    const std::string share = held ? "how often renewed" : "how often kept";
    wordings = {what.front() + " \u00b7 " + share, what.back() + " \u00b7 " + share};
  } else if (panel.kind == StepPanel::Kind::Weights) {
    wordings = {what.front() + ", the same at every step"};
  } else {
    const StepTie tie = step_tie(*site, panel.cols);
    const bool locked = repeats_mask(s, *site, panel.cols);
    const std::string mask = locked                  ? "one mask for all steps"
                             : tie == StepTie::Units ? "whole steps"
                             : tie == StepTie::All   ? "all or nothing"
                                                     : "a new mask each step";
    const std::string is_short = locked ? "locked" : tie == StepTie::None ? "each step" : mask;
    if (held)
      wordings = {what.front() + " \u00b7 bar: kept its old value", what.back() + " \u00b7 bar: old value"};
    else
      wordings = {what.front() + " \u00b7 " + mask, what.back() + " \u00b7 " + mask,
                  what.back() + " \u00b7 " + is_short};
  }
  wordings.insert(wordings.end(), what.begin(), what.end());
  return wordings;
}

}  // namespace dropscope
