// Units by timesteps. A mask of its own for every step: scattered crosses and a die above each column. One mask for all
// steps: whole rows struck through and "=" between the columns. A state that is held: a bar from the step before.
#include "app/scene/columns/steps.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/sequence_sheet.h"
#include "app/scene/step_beat.h"

namespace dropscope {
namespace {

using Kind = StepPanel::Kind;

bool fits(const Snapshot& s, std::size_t layer) {
  const Shape& shape = s.layers[layer].shape;
  return !s.layers[layer].is_block && shape.rank() == 3 && shape[1].axis == Axis::Time && shape[2].axis == Axis::Unit &&
         shape[1].extent > 1 && int(shape.count()) == s.layers[layer].units;
}

float share(const Snapshot& s, std::size_t layer) {
  const std::vector<StepPanel> panels = step_panels(s, layer);
  const float steps = float(panels[0].cols), few = panels[0].rows < 12 ? 0.75f : 1.0f;
  float sum = few * std::clamp(0.9f + 0.04f * steps, 1.2f, 1.9f);
  for (std::size_t i = 1; i < panels.size(); ++i)
    sum += panels[i].kind == Kind::Weights ? 0.5f : 2 * panels[i].rows < panels[0].rows ? 0.3f : 1.0f;
  return std::min(sum, 4.0f);
}

void place(const FormContext& column, Rect room, ColumnLayout& layout) {
  const std::vector<StepPanel> panels = step_panels(column.snapshot, column.layer);
  place_panels(column, room, panels, layout);
  const CellGrid grid{layout.tiles[0], panels[0].cols, panels[0].rows};
  layout.radius = std::min(grid.cell_width(), grid.cell_height()) / 2;
  if (column.view().units > 8192) return;
  for (int i = 0; i < column.view().units; ++i)
    layout.centers.push_back(grid.cell(i / grid.rows, i % grid.rows).center());
}

// What the cells of a panel hold; empty where that is not known.
std::vector<float> values_of(const FormContext& column, const StepPanel& panel) {
  const Snapshot& s = column.snapshot;
  const LayerView& view = column.view();
  switch (panel.kind) {
    case Kind::Output:
      return shown_values(s, column.layer, shown_at(s, step_beat(s, column.style), column.layer));
    case Kind::State:
      return view.h;
    case Kind::Input: {
      if (column.layer == 0) return {};
      const LayerView& before = s.layers[column.layer - 1];
      const std::vector<float>& y = before.y.empty() ? before.h : before.y;
      return y.size() == std::size_t(panel.rows) * std::size_t(panel.cols) ? y : std::vector<float>{};
    }
    case Kind::StateBefore: {
      if (view.h.size() != std::size_t(view.units)) return {};
      std::vector<float> values(view.h.size(), 0.0f);  // the state before the first step is 0
      std::copy(view.h.begin(), view.h.end() - panel.rows, values.begin() + panel.rows);
      return values;
    }
    case Kind::Cell:
      for (const PartView& part : view.parts)
        if (const InnerView* cell = part.find("cell"); cell && cell->values.size() == std::size_t(view.units))
          return cell->values;
      return {};
    case Kind::Update:
    case Kind::Weights:
      break;
  }
  return {};
}

struct Panel {
  const FormContext& column;
  const StepPanel& at;
  const SiteView* site;
  CellGrid grid;
  Rect outer;
  StepTie tie = StepTie::None;
  bool held = false;  // a gate of 0 holds the old value
  bool average = false;
  bool masked = false;  // there are gates to show
  StepBeat beat = {};
  const Palette& p() const { return *column.style.palette; }
  MarkStyle marks() const { return {column.style.palette, column.u}; }
  bool off(int col, int row) const {
    return masked && site->gate[at.element(col, row)] == 0 && mask_has_fallen(beat, col, at.cols);
  }
};

Panel panel_of(const FormContext& column, const ColumnLayout& layout, const std::vector<StepPanel>& panels,
               std::size_t i) {
  const Snapshot& s = column.snapshot;
  Panel panel{column,
              panels[i],
              site_at(s, panels[i].site),
              {layout.tiles[2 * i], panels[i].cols, panels[i].rows},
              layout.tiles[2 * i + 1]};
  const SiteView* site = panel.site;
  panel.beat = step_beat(s, column.style);
  if (!is_at_work(site)) return panel;
  panel.average = shows_average(s, column.style, site) && site->variant->gates == Gates::Binary;
  const std::size_t cells = std::size_t(panels[i].rows) * std::size_t(panels[i].cols);
  panel.masked =
      !panel.average && has_gates(site) && site->gate.size() == cells &&
      !(panels[i].kind == Kind::Output && site->kind == SiteKind::Sequence && before_mask(panel.beat, column.layer));
  panel.held = site->variant->depiction.glyph == Glyph::HeldState;
  if (panels[i].kind != Kind::Weights) {
    panel.tie = step_tie(*site, panels[i].cols);
    if (repeats_mask(s, *site, panels[i].cols)) panel.tie = StepTie::Steps;
  }
  return panel;
}

bool draws_discs(const Panel& panel) {
  return !panel.average && panel.at.kind != Kind::Weights &&
         std::min(panel.grid.cell_width(), panel.grid.cell_height()) * 0.74f >= 14 * panel.column.u * 0.999f;
}

// A bar from the value of the step before; consecutive ones are one line.
void paint_held(DisplayList& list, const Panel& panel) {
  const float pitch = panel.grid.cell_height(), width = std::clamp(0.3f * pitch, 1.0f, 7 * panel.column.u);
  for (int row = 0; row < panel.at.rows; ++row)
    for (int col = 0; col < panel.at.cols; ++col) {
      if (!panel.off(col, row)) continue;
      const int first = col;
      while (col + 1 < panel.at.cols && panel.off(col + 1, row)) ++col;
      const float y = panel.grid.cell(0, row).center().y;
      const float from = first > 0 ? panel.grid.cell(first - 1, row).center().x : panel.grid.rect.min.x;
      list.add(draw::Line{{from, y}, {panel.grid.cell(col, row).center().x, y}, width, panel.p().unit_outline});
    }
}

// One mask for all steps, and the unit is gone in all of them: by hand a copy may differ from the others.
bool is_struck(const Panel& panel, int row) {
  if (panel.tie != StepTie::Steps || !panel.masked || panel.held) return false;
  for (int col = 0; col < panel.at.cols; ++col)
    if (!panel.off(col, row)) return false;
  return true;
}

// Rows or columns that are gone as a whole.
void paint_strikes(DisplayList& list, const Panel& panel) {
  const Palette& p = panel.p();
  const float u = panel.column.u, reach = 4 * u;
  const auto width = [&](float pitch) { return std::clamp(7 * u * p.line_scale, 1.2f, std::max(1.2f, 0.18f * pitch)); };
  const Rect r = panel.grid.rect;
  if (panel.tie == StepTie::Steps)
    for (int row = 0; row < panel.at.rows; ++row) {
      const float y = panel.grid.cell(0, row).center().y;
      if (is_struck(panel, row))
        list.add(draw::Line{{r.min.x - reach, y}, {r.max.x + reach, y}, width(panel.grid.cell_height()), p.text});
    }
  if (panel.tie == StepTie::Units)
    for (int col = 0; col < panel.at.cols; ++col) {
      const float x = panel.grid.cell(col, 0).center().x;
      if (panel.off(col, 0))
        list.add(draw::Line{{x, r.min.y - reach}, {x, r.max.y + reach}, width(panel.grid.cell_width()), p.text});
    }
}

void paint_discs(DisplayList& list, const Panel& panel, const std::vector<float>& values, float limit) {
  const MarkStyle marks = panel.marks();
  UnitMark mark;
  mark.radius = std::min(panel.grid.cell_width(), panel.grid.cell_height()) * 0.37f;
  mark.detail = mark.radius * 2 >= 26 * panel.column.u ? Detail::Full : Detail::Ring;
  mark.limit = limit;
  mark.noisy = panel.masked;
  mark.rate = panel.site ? panel.site->rate : 0;
  const Glyph glyph = panel.site ? panel.site->variant->depiction.glyph : Glyph::CrossedUnit;
  if (panel.held) paint_held(list, panel);
  for (int col = 0; col < panel.at.cols; ++col)
    for (int row = 0; row < panel.at.rows; ++row) {
      const std::size_t i = panel.at.element(col, row);
      mark.center = panel.grid.cell(col, row).center();
      mark.pending = values.empty();
      mark.value = values.empty() ? 0 : values[i];
      mark.gate = panel.masked ? panel.site->gate[i] : 1;
      if (panel.off(col, row) && !panel.held)
        paint_dropped_unit(list, mark, marks, false);
      else if (panel.masked && mark.gate == 0 && !panel.off(col, row))
        paint_live_unit(list, mark, marks);
      else
        glyph_entry(glyph).paint(list, mark, marks);
    }
}

void paint_grid(DisplayList& list, const Panel& panel, const std::vector<float>& values, float limit) {
  const FormContext& column = panel.column;
  const MarkStyle marks = panel.marks();
  const bool flat = panel.at.kind == Kind::Update || panel.at.kind == Kind::Weights;
  const bool unknown = values.empty() && (!flat || !panel.masked);
  std::vector<CellMark> cells(std::size_t(panel.at.rows) * std::size_t(panel.at.cols));
  for (int row = 0; row < panel.at.rows; ++row) {
    const bool struck = is_struck(panel, row);
    for (int col = 0; col < panel.at.cols; ++col) {
      CellMark& cell = cells[std::size_t(row * panel.at.cols + col)];
      const std::size_t i = panel.at.element(col, row);
      cell.value = values.empty() ? 0.55f : values[i];
      cell.dropped = !panel.held && panel.off(col, row);
      cell.struck = struck;
      cell.pending = unknown && !cell.dropped;
      if (panel.average) cell.kept = 1 - element_share(column.snapshot, column.style, panel.at.site, i);
    }
  }
  paint_cells(list, panel.grid, cells, values.empty() ? 1 : limit, marks);
  const float side = std::min(panel.grid.cell_width(), panel.grid.cell_height());
  // Below the size of framed cells one slash still tells a dropped value from a small one.
  if (panel.masked && !panel.held && panel.tie == StepTie::None && !shows_cells(panel.grid, column.u) && side >= 3)
    for (int row = 0; row < panel.at.rows; ++row)
      for (int col = 0; col < panel.at.cols; ++col)
        if (panel.off(col, row)) {
          const Vec2 c = panel.grid.cell(col, row).center(), d{0.32f * side, -0.32f * side};
          list.add(draw::Line{c - d, c + d, 1, panel.p().dropped});
        }
  if (panel.held) paint_held(list, panel);
  const float frame = std::max(1.0f, 1.2f * column.u);
  list.add(draw::Box{panel.grid.rect, panel.p().background.with_alpha(0), panel.p().border, frame, 0, 0});
}

// A die above a column: its mask is drawn anew. "=" between columns: it is the same one.
void paint_marks(DisplayList& list, const Panel& panel, float y, float height) {
  if (!is_at_work(panel.site) || panel.column.snapshot.eval_view || panel.at.kind == Kind::Weights) return;
  if (panel.average || panel.site->variant->gates == Gates::Real) return;
  const Palette& p = panel.p();
  const float pitch = panel.grid.cell_width(), side = std::min(0.66f * pitch, height * 0.8f);
  // Where they would be too small, at every few columns.
  const int each = std::max(1, int(std::ceil(9.5f / pitch)));
  const float full = each > 1 ? std::min(7.5f, height * 0.8f) : side;
  if (panel.tie == StepTie::Steps) {
    // Two strokes, as the font's sign would be lost at this size.
    const float half = std::clamp(0.2f * pitch * float(each), 2.0f, 0.4f * height),
                width = std::max(1.0f, 0.45f * half);
    for (int col = each; col < panel.at.cols; col += each)
      for (const float side_of : {-0.62f, 0.62f}) {
        const Vec2 c{panel.grid.cell(col, 0).min.x, y + side_of * half};
        list.add(draw::Line{c - Vec2{half, 0}, c + Vec2{half, 0}, width, p.text});
      }
    return;
  }
  if (panel.tie == StepTie::All) return;
  for (int col = each / 2; col < panel.at.cols; col += each) {
    const Vec2 c{panel.grid.cell(col, 0).center().x, y}, half{full / 2, full / 2};
    list.add(draw::Box{{c - half, c + half}, p.background, p.text, std::max(1.0f, 0.1f * full), 0.2f * full, 0});
    const float pip = std::max(0.6f, 0.1f * full), d = 0.25f * full;
    list.add(draw::Disc{c, pip, p.text, p.text, 0, 0});
    for (const Vec2 at : {Vec2{d, d}, Vec2{-d, d}, Vec2{d, -d}, Vec2{-d, -d}})
      list.add(draw::Disc{c + at, pip, p.text, p.text, 0, 0});
  }
}

void paint_axis(DisplayList& list, const Panel& panel, float y) {
  if (panel.at.kind == Kind::Weights || panel.at.cols <= 1) return;
  const Palette& p = panel.p();
  const float size = type_px(p, panel.column.u, 12), pitch = panel.grid.cell_width();
  const float widest = panel.column.measure->width(std::to_string(panel.at.cols), size, Face::Regular) + 0.5f * size;
  int each = std::max(1, int(std::ceil(widest / pitch)));
  for (int tidy : {1, 2, 5, 10, 20, 50, 100, 200, 500})
    if (tidy >= each) {
      each = tidy;
      break;
    }
  for (int t = 1; t <= panel.at.cols; ++t) {
    if (t % each != 0 && !(t == 1 && float(each) * pitch > 2.2f * widest)) continue;
    list.add(draw::Text{{panel.grid.cell(t - 1, 0).center().x, y},
                        std::to_string(t),
                        size,
                        p.secondary,
                        Face::Regular,
                        HAlign::Center,
                        VAlign::Middle});
  }
}

// A letter for each step, where the inputs are letters.
bool paint_letters(DisplayList& list, const Panel& panel, const std::vector<float>& values) {
  const Snapshot& s = panel.column.snapshot;
  if (panel.column.layer != 0 || panel.at.rows != 1 || values.empty()) return false;
  if (!s.data || !s.data->sequence || !s.data->sequence->tokens) return false;
  const Palette& p = panel.p();
  const float size = std::min(panel.grid.cell_width() * 1.15f, type_px(p, panel.column.u, 18));
  if (size < 8) return false;
  for (int col = 0; col < panel.at.cols; ++col)
    list.add(draw::Text{panel.grid.cell(col, 0).center(),
                        token_text(*s.data, int(std::lround(values[std::size_t(col)]))), size, p.text, Face::Bold,
                        HAlign::Center, VAlign::Middle});
  return true;
}

void paint_panel(DisplayList& list, const Panel& panel, const StepBands& bands) {
  const FormContext& column = panel.column;
  const std::vector<float> values = values_of(column, panel.at);
  const float limit = limit_of(values);
  if (!paint_letters(list, panel, values)) {
    if (draws_discs(panel))
      paint_discs(list, panel, values, limit);
    else
      paint_grid(list, panel, values, limit);
  }
  if (panel.masked && !panel.held) paint_strikes(list, panel);
  if (panel.site && !column.snapshot.eval_view) {
    for (std::uint32_t element : panel.site->locked)
      paint_locked(list, step_gate_rect(panel.at, panel.site, panel.grid.rect, element), panel.marks());
    for (std::uint32_t element : panel.site->by_hand)
      paint_by_hand(list, step_gate_rect(panel.at, panel.site, panel.grid.rect, element), panel.marks());
  }
  const Palette& p = panel.p();
  const float size = type_px(p, column.u, 13), top = panel.grid.rect.min.y;
  if (bands.caption > 0) {
    const std::vector<std::string> wordings = step_captions(column.snapshot, panel.at, panel.average);
    const std::string text =
        first_fitting(wordings, panel.outer.width() + 10 * column.u, size, Face::Regular, *column.measure);
    list.add(draw::Text{{panel.outer.center().x, top - bands.marks - bands.caption / 2},
                        text,
                        size,
                        p.secondary,
                        Face::Regular,
                        HAlign::Center,
                        VAlign::Middle});
  }
  if (bands.marks > 0) paint_marks(list, panel, top - bands.marks / 2, bands.marks);
  if (bands.axis > 0) paint_axis(list, panel, panel.grid.rect.max.y + bands.axis * 0.55f);
}

// What each row of the outputs stands for, right of the grid.
void paint_names(DisplayList& list, const Panel& panel) {
  const Snapshot& s = panel.column.snapshot;
  if (panel.column.layer + 1 != s.layers.size() || !s.data) return;
  const std::vector<std::string>& names = s.data->output_names;
  const float size = std::min(type_px(panel.p(), panel.column.u, 14), 0.9f * panel.grid.cell_height());
  if (names.size() != std::size_t(panel.at.rows) || size < 8) return;
  for (int row = 0; row < panel.at.rows; ++row) {
    const std::string& name = names[std::size_t(row)];
    const std::size_t space = name.rfind(' ');
    const std::string letter = space == std::string::npos ? name : name.substr(space + 1);
    const Vec2 at{panel.grid.rect.max.x + 7 * panel.column.u, panel.grid.cell(0, row).center().y};
    if (panel.column.measure->width(letter, size, Face::Regular) > 0.12f * panel.outer.width()) return;
    list.add(draw::Text{at, letter, size, panel.p().secondary, Face::Regular, HAlign::Left, VAlign::Middle});
  }
}

std::optional<Rect> gate_rect(const FormContext& column, const ColumnLayout& layout, GateRef gate);

void paint(const FormContext& column, const ColumnLayout& layout, DisplayList& list) {
  const std::vector<StepPanel> panels = step_panels(column.snapshot, column.layer);
  if (layout.tiles.size() < 2 * panels.size()) return;
  const StepBands bands = step_bands(column.snapshot, panels, *column.style.palette, column.u);
  for (std::size_t i = 0; i < panels.size(); ++i) paint_panel(list, panel_of(column, layout, panels, i), bands);
  paint_names(list, panel_of(column, layout, panels, 0));
  const SceneStyle& style = column.style;
  for (const auto& gate : {style.hovered_gate, style.selected_gate})
    if (const auto rect = gate ? gate_rect(column, layout, *gate) : std::nullopt)
      paint_ring(list, *rect, gate == style.selected_gate, {style.palette, column.u});
}

std::optional<UnitRef> hit_unit(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  const std::vector<StepPanel> panels = step_panels(column.snapshot, column.layer);
  const CellGrid grid{layout.tiles[0], panels[0].cols, panels[0].rows};
  const auto cell = grid.at(at);
  if (!cell) return std::nullopt;
  return UnitRef{int(column.layer), int(panels[0].element(*cell % grid.cols, *cell / grid.cols))};
}

std::optional<GateRef> hit_gate(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  const std::vector<StepPanel> panels = step_panels(column.snapshot, column.layer);
  for (std::size_t i = 0; i < panels.size() && 2 * i < layout.tiles.size(); ++i) {
    const StepPanel& panel = panels[i];
    const CellGrid grid{layout.tiles[2 * i], panel.cols, panel.rows};
    const auto cell = grid.at(at);
    const SiteView* site = site_at(column.snapshot, panel.site);
    if (!cell || !site) continue;
    const StepTie tie = panel.kind == Kind::Weights ? StepTie::None : step_tie(*site, panel.cols);
    const int col = tie == StepTie::Steps || tie == StepTie::All ? 0 : *cell % grid.cols;
    const int row = tie == StepTie::Units || tie == StepTie::All ? 0 : *cell / grid.cols;
    return GateRef{panel.site, panel.element(col, row)};
  }
  return std::nullopt;
}

std::optional<Rect> gate_rect(const FormContext& column, const ColumnLayout& layout, GateRef gate) {
  const std::vector<StepPanel> panels = step_panels(column.snapshot, column.layer);
  for (std::size_t i = 0; i < panels.size() && 2 * i < layout.tiles.size(); ++i) {
    const SiteView* site = site_at(column.snapshot, panels[i].site);
    if (!site || panels[i].site != gate.site || gate.element >= std::uint32_t(panels[i].rows * panels[i].cols))
      continue;
    return step_gate_rect(panels[i], site, layout.tiles[2 * i], gate.element);
  }
  return std::nullopt;
}

}  // namespace

extern const ColumnForm kStepsForm;
const ColumnForm kStepsForm = {"steps", fits, share, place, paint, hit_unit, hit_gate, gate_rect, 0.8f};

}  // namespace dropscope
