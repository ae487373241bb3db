// What happens step by step: the letters of a sequence, the vectors they become, what is said of each step. A strip of
// cells for each step; a letter that is dropped is struck out with its whole strip. Beside attention, steps run down,
// as queries do there, so that the strips of all columns line up; elsewhere they run across, as time does.
#include "app/scene/columns/strip.h"

#include <algorithm>
#include <cmath>

#include "app/scene/columns/parts.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/sequence_sheet.h"
#include "app/scene/step_beat.h"

namespace dropscope {
namespace {

enum Tile : std::size_t { kCells, kLetters, kNames, kCaption, kTiles };
constexpr float kTallestStep = 34;  // design units

bool has_sequence(const Snapshot& s) { return s.data && s.data->sequence && s.data->sequence->steps > 0; }
bool has_tokens(const Snapshot& s) { return has_sequence(s) && s.data->sequence->tokens; }

bool is_letters(const Snapshot& s, std::size_t layer) {
  return layer == 0 && has_tokens(s) && s.layers[0].units == s.data->sequence->steps;
}
bool is_embedding(const LayerView& view) {
  return std::any_of(view.parts.begin(), view.parts.end(),
                     [](const PartView& part) { return part.kind == PartKind::Embedding; });
}
bool is_output(const Snapshot& s, std::size_t layer) {
  return layer > 0 && layer + 1 == s.layers.size() && has_sequence(s) && s.data->sequence->label_each_step;
}

int steps_of(const LayerView& view) { return std::max(1, view.shape.extent(Axis::Time)); }
int width_of(const LayerView& view) { return std::max(1, view.shape.extent(Axis::Unit)); }
bool is_strips(const LayerView& view) {
  return view.shape.rank() == 3 && view.shape.extent(Axis::Time) > 1 &&
         view.shape.count() == std::size_t(std::max(0, view.units));
}

bool fits(const Snapshot& s, std::size_t layer) {
  if (is_letters(s, layer)) return true;
  if (!is_strips(s.layers[layer])) return false;
  return is_embedding(s.layers[layer]) || (is_output(s, layer) && steps_run_down(s));
}

bool has_noise(const Snapshot& s, std::size_t layer) {
  return is_at_work(site_of(s, layer)) || !inner_sites(s, layer).empty();
}

float share(const Snapshot& s, std::size_t layer) {
  if (is_letters(s, layer)) return steps_run_down(s) && s.layers[0].units <= 24 ? 0.5f : 0.8f;
  return is_output(s, layer) ? 0.75f : steps_run_down(s) ? (has_noise(s, layer) ? 1.25f : 0.9f) : 1.25f;
}

// The number of strips that lie beside each other, for letters alone.
int folds_of(const ColumnLayout& layout, int steps) {
  return std::max(1, (steps + layout.grid_rows - 1) / layout.grid_rows);
}

// Which cell of the grid is unit `unit` of step `step`, and back.
struct Turned {
  bool down = true, letters = false;
  int steps = 1, units = 1, rows = 1, folds = 1;
  int cols() const { return letters ? folds : down ? units : steps; }
  int lines() const { return letters ? rows : down ? steps : units; }
  int cell(int step, int unit) const {
    if (letters) return (step % rows) * folds + step / rows;
    return down ? step * units + unit : unit * steps + step;
  }
  int index(int cell) const {
    if (letters) return (cell % folds) * rows + cell / folds;
    return down ? cell : (cell % steps) * units + cell / steps;
  }
};
Turned turned(const FormContext& column, const ColumnLayout& layout) {
  Turned t;
  t.down = steps_run_down(column.snapshot);
  t.letters = is_letters(column.snapshot, column.layer);
  t.steps = steps_of(column.view()), t.units = width_of(column.view());
  if (t.letters) t.steps = column.view().units, t.units = 1;
  t.rows = t.letters ? layout.grid_rows : t.steps;
  t.folds = t.letters ? folds_of(layout, t.steps) : 1;
  return t;
}
CellGrid grid_of(const Turned& t, const ColumnLayout& layout) { return {layout.tiles[kCells], t.cols(), t.lines()}; }

// All cells of one step.
Rect strip_rect(const Turned& t, const CellGrid& grid, int step) {
  const int first = t.cell(step, 0), last = t.cell(step, t.units - 1);
  return {grid.cell(first % grid.cols, first / grid.cols).min, grid.cell(last % grid.cols, last / grid.cols).max};
}

void place(const FormContext& column, Rect room, ColumnLayout& layout) {
  const Snapshot& s = column.snapshot;
  const Palette& p = *column.style.palette;
  const float u = column.u, size = type_px(p, u, 14);
  const bool down = steps_run_down(s), letters = is_letters(s, column.layer);
  const int steps = letters ? column.view().units : steps_of(column.view()), units = width_of(column.view());
  layout.tiles.assign(kTiles, Rect{});
  const StepRows rows = step_rows(s, room, p, u);
  Rect cells = room;
  if (letters) {
    int each = steps;
    float pitch = rows.pitch;
    if (pitch < size * 0.92f) {  // letters are to be read: several lists beside each other
      each = std::clamp(int(room.height() / (size * 1.25f)), 1, steps);
      pitch = std::min(room.height() / float(each), kTallestStep * u);
    }
    const int folds = (steps + each - 1) / each;
    const float width = std::min(room.width() / float(folds), size * 1.9f) * float(folds);
    const float height = pitch * float(each), x = room.center().x,
                y = each == steps ? rows.top : room.center().y - height / 2;
    cells = {{x - width / 2, y}, {x + width / 2, y + height}};
    layout.grid_cols = folds, layout.grid_rows = each;
  } else if (down) {
    const float width = std::min(room.width(), float(units) * 26 * u), x = room.center().x;
    cells = {{x - width / 2, rows.top}, {x + width / 2, rows.top + rows.pitch * float(steps)}};
    layout.tiles[kNames] = {{cells.min.x, cells.min.y - size * 1.25f}, {cells.max.x, cells.min.y}};
  } else {
    const float pitch = std::min(room.width() / float(steps), 26 * u);
    const float height = std::min(room.height() - size * 3, float(units) * std::max(pitch, 12 * u));
    const Vec2 c = room.center();
    cells = {{c.x - pitch * float(steps) / 2, c.y - height / 2}, {c.x + pitch * float(steps) / 2, c.y + height / 2}};
    layout.tiles[kLetters] = {{cells.min.x, cells.min.y - size * 1.35f}, {cells.max.x, cells.min.y}};
  }
  if (!letters) {
    layout.grid_cols = down ? units : steps, layout.grid_rows = down ? steps : units;
    layout.tiles[kCaption] = {{room.min.x, cells.max.y}, {room.max.x, cells.max.y + size * 1.4f}};
  }
  layout.tiles[kCells] = layout.body = cells;
  const Turned t = turned(column, layout);
  const CellGrid grid = grid_of(t, layout);
  layout.radius = std::min(grid.cell_width(), grid.cell_height()) / 2;
  for (int i = 0; i < t.steps * t.units; ++i) {
    const int cell = t.cell(i / t.units, i % t.units);
    layout.centers.push_back(grid.cell(cell % grid.cols, cell / grid.cols).center());
  }
}

// The letter of each step; empty while the batch is not there.
const std::vector<float>& tokens_of(const Snapshot& s) { return s.layers[0].h; }
int token_at(const Snapshot& s, int step) {
  const std::vector<float>& tokens = tokens_of(s);
  const bool known = has_tokens(s) && std::size_t(step) < tokens.size() && std::isfinite(tokens[std::size_t(step)]);
  return known
             ? std::clamp(int(std::lround(tokens[std::size_t(step)])), 0, std::max(0, s.data->sequence->vocabulary - 1))
             : -1;
}
std::string letter_at(const Snapshot& s, int step) {
  const int token = token_at(s, step);
  return token < 0 ? std::string() : token_text(*s.data, token);
}

// The noise on the table of words, wherever its column is; -1 where none is.
int words_site(const Snapshot& s) {
  for (std::size_t l = 0; l < s.layers.size(); ++l)
    if (const int site = inner_site(s, l, SiteKind::Embedding); site >= 0 && is_at_work(site_at(s, site))) return site;
  return -1;
}
// One coin decides over the whole vector of a word.
bool drops_whole_words(const SiteView& site) { return site.variant->tie.has(Axis::Out); }
std::size_t word_element(const SiteView& site, int word, int unit) {
  const int units = site.shape.extent(Axis::Out);
  return std::size_t(word) * std::size_t(units) + std::size_t(std::min(unit, units - 1));
}

void paint_letter(const FormContext& column, DisplayList& list, Rect cell, int step, float size, bool struck,
                  float kept) {
  const Palette& p = *column.style.palette;
  const std::string letter = letter_at(column.snapshot, step);
  if (letter.empty() || size < 7) return;
  const Color color = struck ? p.dropped : kept >= 0 ? mix(p.background, p.text, 0.25f + 0.75f * kept) : p.text;
  list.add(draw::Text{cell.center(), letter, size, color, struck ? Face::Regular : Face::Bold, HAlign::Center,
                      VAlign::Middle});
  if (!struck) return;
  const float reach = size * 0.62f;
  const float width = std::max(1.5f, 0.15f * size) * p.line_scale;
  list.add(draw::Line{cell.center() - Vec2{reach, 0}, cell.center() + Vec2{reach, 0}, width, p.dropped});
}

// Which of the steps have lost their letter, and how often they kept it while averages are shown.
struct Fate {
  bool struck = false;
  float kept = -1;
};
Fate fate_of(const FormContext& column, int step) {
  const Snapshot& s = column.snapshot;
  const bool reads = is_letters(s, column.layer) || is_embedding(column.view());
  const int index = reads ? words_site(s) : -1, word = token_at(s, step);
  const SiteView* site = site_at(s, index);
  if (!site || word < 0 || !drops_whole_words(*site)) return {};
  const std::size_t element = word_element(*site, word, 0);
  if (shows_average(s, column.style, site)) return {false, 1 - element_share(s, column.style, index, element)};
  const StepBeat beat = step_beat(s, column.style);
  return {is_dropped(site, element) && mask_has_fallen(beat, step, steps_of(column.view())), -1};
}

void paint_letters(const FormContext& column, const ColumnLayout& layout, DisplayList& list) {
  const Turned t = turned(column, layout);
  const CellGrid grid = grid_of(t, layout);
  const Palette& p = *column.style.palette;
  const float size = std::min({type_px(p, column.u, 15), 0.86f * grid.cell_height(), 0.9f * grid.cell_width()});
  for (int step = 0; step < t.steps; ++step) {
    const Fate fate = fate_of(column, step);
    paint_letter(column, list, strip_rect(t, grid, step), step, size, fate.struck, fate.kept);
  }
}

// The site of the column's own noise, one gate for each cell.
const SiteView* own_site(const FormContext& column) {
  const SiteView* site = site_of(column.snapshot, column.layer);
  return is_at_work(site) ? site : nullptr;
}

std::vector<CellMark> marks_of(const FormContext& column, const Turned& t) {
  const Snapshot& s = column.snapshot;
  const LayerView& view = column.view();
  const StepBeat beat = step_beat(s, column.style);
  const Shown what = shown_at(s, beat, column.layer);
  const std::vector<float> values = shown_values(s, column.layer, what);
  const SiteView* site = own_site(column);
  const int words = is_embedding(view) ? words_site(s) : -1;
  const SiteView* word_noise = site_at(s, words);
  const bool average = shows_average(s, column.style, site), unmasked = before_mask(beat, column.layer);
  std::vector<CellMark> marks(std::size_t(t.steps * t.units));
  for (int i = 0; i < t.steps * t.units; ++i) {
    CellMark& mark = marks[std::size_t(t.cell(i / t.units, i % t.units))];
    mark.pending = std::size_t(i) >= values.size();
    if (!mark.pending) mark.value = values[std::size_t(i)];
    if (average) mark.kept = 1 - element_share(s, column.style, view.site, std::size_t(i));
    mark.dropped = !average && !unmasked && is_dropped(site, std::size_t(i)) && mask_has_fallen(beat, i, view.units);
    const int word = token_at(s, i / t.units);
    if (!word_noise || word < 0) continue;
    const std::size_t element = word_element(*word_noise, word, i % t.units);
    if (shows_average(s, column.style, word_noise))
      mark.kept = 1 - element_share(s, column.style, words, element);
    else if (!drops_whole_words(*word_noise) && is_dropped(word_noise, element) && mask_has_fallen(beat, i, view.units))
      mark.dropped = true;
  }
  return marks;
}

// The whole strip is struck out: one line along it, over paler cells.
void paint_struck(const FormContext& column, DisplayList& list, const Turned& t, Rect strip) {
  const Palette& p = *column.style.palette;
  list.add(draw::Box{strip, p.background.with_alpha(0.55f), p.dropped, 0, 0, 0});
  const float across = t.down ? strip.height() : strip.width();
  const float width = std::clamp(0.26f * across, 1.2f, 7 * column.u * p.line_scale),
              out = std::min(across, 5 * column.u);
  const Vec2 c = strip.center();
  if (t.down)
    list.add(draw::Line{{strip.min.x - out, c.y}, {strip.max.x + out, c.y}, width, p.unit_outline});
  else
    list.add(draw::Line{{c.x, strip.min.y - out}, {c.x, strip.max.y + out}, width, p.unit_outline});
}

bool loses_strip(const FormContext& column, const std::vector<CellMark>& marks, const Turned& t, int step) {
  if (fate_of(column, step).struck) return true;
  const SiteView* site = own_site(column);
  if (!site || !site->variant->tie.has(Axis::Unit)) return false;
  return marks[std::size_t(t.cell(step, 0))].dropped;
}

void paint_words(const FormContext& column, const ColumnLayout& layout, DisplayList& list, bool any_struck) {
  const Snapshot& s = column.snapshot;
  const Palette& p = *column.style.palette;
  const Rect caption = layout.tiles[kCaption], names = layout.tiles[kNames];
  const float size = type_px(p, column.u, 12);
  if (is_output(s, column.layer)) {
    const int units = width_of(column.view());
    const float pitch = names.width() / float(units);
    if (pitch < size * 0.8f || s.data->output_names.size() != std::size_t(units)) return;
    for (int i = 0; i < units; ++i) {
      const std::string& full = s.data->output_names[std::size_t(i)];
      const std::string name = full.substr(full.rfind(' ') == std::string::npos ? 0 : full.rfind(' ') + 1);
      if (column.measure->width(name, size, Face::Regular) > pitch) continue;
      list.add(draw::Text{{names.min.x + pitch * (float(i) + 0.5f), names.center().y},
                          name,
                          size,
                          p.secondary,
                          Face::Regular,
                          HAlign::Center,
                          VAlign::Middle});
    }
    return;
  }
  bool placed = false;
  for (const LayerSpec& layer : s.spec.network.hidden)
    placed = placed || (layer.kind == LayerKind::Embedding && layer.positions != Positions::None);
  const std::vector<std::string> plain = {"letter + its place", "letter + place", "+ place"};
  const std::vector<std::string> left = {"struck: only its place is left", "struck: place left", "struck"};
  const std::vector<std::string> gone = {"struck: letter dropped", "letter dropped", "struck"};
  const std::vector<std::string>& wordings = any_struck && placed ? left : any_struck ? gone : plain;
  if (!placed && !any_struck) return;
  list.add(draw::Text{{caption.center().x, caption.center().y + size * 0.1f},
                      first_fitting(wordings, caption.width() * 1.3f, size, Face::Regular, *column.measure),
                      size,
                      p.secondary,
                      Face::Regular,
                      HAlign::Center,
                      VAlign::Middle});
}

// Where a gate is drawn: a word's wherever the word stands.
std::vector<Rect> rects_of(const FormContext& column, const Turned& t, const CellGrid& grid, GateRef gate) {
  const SiteView* site = site_at(column.snapshot, gate);
  if (!site) return {};
  const auto cell_rect = [&](int step, int unit) {
    const int cell = t.cell(step, unit);
    return grid.cell(cell % grid.cols, cell / grid.cols);
  };
  if (gate.site == column.view().site && !t.letters) {
    if (gate.element >= std::uint32_t(t.steps * t.units)) return {};
    const int step = int(gate.element) / t.units, unit = int(gate.element) % t.units;
    return {site->variant->tie.has(Axis::Unit) ? strip_rect(t, grid, step) : cell_rect(step, unit)};
  }
  std::vector<Rect> rects;
  if (gate.site != words_site(column.snapshot) || !is_embedding(column.view())) return rects;
  const int units = std::max(1, site->shape.extent(Axis::Out)), word = int(gate.element) / units;
  for (int step = 0; step < t.steps; ++step)
    if (token_at(column.snapshot, step) == word)
      rects.push_back(drops_whole_words(*site) ? strip_rect(t, grid, step)
                                               : cell_rect(step, int(gate.element) % units));
  return rects;
}

void paint(const FormContext& column, const ColumnLayout& layout, DisplayList& list) {
  if (is_letters(column.snapshot, column.layer)) return paint_letters(column, layout, list);
  const Turned t = turned(column, layout);
  const CellGrid grid = grid_of(t, layout);
  const Palette& p = *column.style.palette;
  const MarkStyle style{&p, column.u};
  const StepBeat beat = step_beat(column.snapshot, column.style);
  const std::vector<float> values =
      shown_values(column.snapshot, column.layer, shown_at(column.snapshot, beat, column.layer));
  const std::vector<CellMark> marks = marks_of(column, t);
  paint_cells(list, grid, marks, limit_of(values), style);
  list.add(draw::Box{grid.rect, p.background.with_alpha(0), p.border, std::max(0.75f, column.u), 0, 0});
  bool any = false;
  for (int step = 0; step < t.steps; ++step) {
    const bool lost = loses_strip(column, marks, t, step);
    if (lost) paint_struck(column, list, t, strip_rect(t, grid, step));
    any = any || lost;
  }
  if (!column.style.averaging && !column.snapshot.eval_view)
    for (int index : {column.view().site, is_embedding(column.view()) ? words_site(column.snapshot) : -1}) {
      const SiteView* site = site_at(column.snapshot, index);
      if (!is_at_work(site)) continue;
      for (std::uint32_t element : site->locked)
        for (const Rect& rect : rects_of(column, t, grid, {index, element})) paint_locked(list, rect, style);
      for (std::uint32_t element : site->by_hand)
        for (const Rect& rect : rects_of(column, t, grid, {index, element})) paint_by_hand(list, rect, style);
    }
  if (const Rect letters = layout.tiles[kLetters]; letters.width() > 0) {
    const float size = std::min(type_px(p, column.u, 14), 1.2f * grid.cell_width());
    for (int step = 0; step < t.steps && size >= 7.5f; ++step) {
      const Fate fate = fate_of(column, step);
      const Rect strip = strip_rect(t, grid, step);
      paint_letter(column, list, {{strip.min.x, letters.min.y}, {strip.max.x, letters.max.y}}, step, size, fate.struck,
                   fate.kept);
    }
  }
  paint_words(column, layout, list, any && !column.style.averaging);
}

std::optional<UnitRef> unit_under(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  const Turned t = turned(column, layout);
  const auto cell = grid_of(t, layout).at(at);
  if (!cell || t.index(*cell) >= t.steps * t.units) return std::nullopt;
  return UnitRef{int(column.layer), t.index(*cell)};
}

// A cell's own gate comes before its word's, a letter stands for its word.
std::optional<GateRef> gate_under(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  const auto unit = unit_under(column, layout, at);
  if (!unit) return std::nullopt;
  const bool letters = is_letters(column.snapshot, column.layer), embedding = is_embedding(column.view());
  const Turned t = turned(column, layout);
  const int words = letters || embedding ? words_site(column.snapshot) : -1;
  if (words < 0 || (embedding && own_site(column))) {
    const int own = column.view().site;
    if (own < 0 || (letters && has_tokens(column.snapshot))) return std::nullopt;
    const SiteView& site = column.snapshot.sites[std::size_t(own)];
    const int element = site.variant->tie.has(Axis::Unit) ? unit->unit / t.units * t.units : unit->unit;
    return GateRef{own, std::uint32_t(element)};
  }
  const SiteView& site = column.snapshot.sites[std::size_t(words)];
  const int word = token_at(column.snapshot, letters ? unit->unit : unit->unit / t.units);
  if (word < 0 || (letters && !drops_whole_words(site))) return std::nullopt;
  const int value = drops_whole_words(site) ? 0 : unit->unit % t.units;
  return GateRef{words, std::uint32_t(word_element(site, word, value))};
}

std::optional<Rect> rect_of(const FormContext& column, const ColumnLayout& layout, GateRef gate) {
  const Turned t = turned(column, layout);
  const std::vector<Rect> rects = rects_of(column, t, grid_of(t, layout), gate);
  return rects.empty() ? std::nullopt : std::optional(rects.front());
}

}  // namespace

bool steps_run_down(const Snapshot& snapshot) {
  for (const LayerView& layer : snapshot.layers)
    for (const PartView& part : layer.parts)
      if (part.kind == PartKind::Attention) return true;
  return false;
}

StepRows step_rows(const Snapshot& snapshot, Rect room, const Palette& palette, float u) {
  const int steps = has_sequence(snapshot) ? snapshot.data->sequence->steps : 1;
  // A line of words above the strips, and one below.
  const float air = type_px(palette, u, 14) * 1.4f, height = std::max(8.0f, room.height() - 2 * air);
  const float pitch = std::min(height / float(steps), kTallestStep * u);
  return {room.center().y - pitch * float(steps) / 2, pitch};
}

extern const ColumnForm kStripForm;
const ColumnForm kStripForm = {"strip", fits, share, place, paint, unit_under, gate_under, rect_of, 0.74f};

}  // namespace dropscope
