// What several forms of columns draw alike: grids of values with their gates, rings around what is
// selected.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "app/scene/columns/form.h"
#include "app/scene/gate_words.h"
#include "app/scene/glyphs/forms.h"

namespace dropscope {

// Equal cells that fill a rectangle, numbered row by row.
struct CellGrid {
  Rect rect;
  int cols = 1, rows = 1;
  float cell_width() const { return rect.width() / float(cols); }
  float cell_height() const { return rect.height() / float(rows); }
  bool empty() const { return rect.width() <= 0 || rect.height() <= 0 || cols <= 0 || rows <= 0; }
  Rect cell(int col, int row) const;
  std::optional<int> at(Vec2 point) const;
};

// Cells below this many pixels are colours of one picture, without frames and strokes; u is NetworkLayout::u.
float smallest_cell(float u);
bool shows_cells(const CellGrid& grid, float u);

struct CellMark {
  float value = 0;
  bool dropped = false;
  bool struck = false;   // dropped, and said by a line through all of its row: no stroke of its own
  bool hidden = false;   // nothing is painted there
  bool pending = false;  // no value yet
  float kept = -1;       // averaging: the share of ticks in which it was kept; below 0 not averaging
};
// Values as colours, `limit` being full colour. A dropped cell is blank with a frame and an X, or one slash where it is
// small; below smallest_cell() it is blank only. What is not a number has stripes.
void paint_cells(DisplayList& list, const CellGrid& grid, std::span<const CellMark> cells, float limit,
                 const MarkStyle& style);

// Dashed frame and an X from corner to corner: a whole map, head or branch is dropped. With `dimmed`, what lies below
// stays faintly visible.
void paint_crossed_out(DisplayList& list, Rect rect, bool dimmed, const MarkStyle& style);
// Around what is selected or under the pointer.
void paint_ring(DisplayList& list, Rect rect, bool selected, const MarkStyle& style);

// The noise of a kind within a column: index into Snapshot::sites, -1 where none is. `name`: how the site's name ends.
int inner_site(const Snapshot& snapshot, std::size_t layer, SiteKind kind, const char* name = "");
// The gates of the pass shown are known, one for each element.
bool has_gates(const SiteView* site);
bool is_dropped(const SiteView* site, std::size_t element);
bool is_locked(const SiteView* site, std::size_t element);
// Averaging: P(dropped) of one element as it was lately; the rate where that is not known.
float element_share(const Snapshot& snapshot, const SceneStyle& style, int site, std::size_t element);
// Averages are shown instead of this site's masks.
bool shows_average(const Snapshot& snapshot, const SceneStyle& style, const SiteView* site);
// Step mode: the column is at work in the beat shown. Its sub-beat, -1 = the whole beat or another column.
int sub_beat_of(const FormContext& column);

}  // namespace dropscope
