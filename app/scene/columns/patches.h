// Pixels of a picture that are blanked: hatched at 45 degrees, each connected patch in a solid frame, a dot in the
// middle of every square that can be told apart.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "app/scene/glyphs/glyph.h"
#include "core/session/snapshot.h"

namespace dropscope {

// Which pixels of a picture are dropped, row by row.
struct PixelMask {
  int rows = 0, cols = 0;
  std::vector<std::uint8_t> dropped;  // rows * cols
  bool at(int row, int col) const {
    return row >= 0 && col >= 0 && row < rows && col < cols &&
           dropped[std::size_t(row) * std::size_t(cols) + std::size_t(col)] != 0;
  }
  bool any() const;
};

// Of a picture that fills `rect`.
Rect pixel_rect(Rect rect, int rows, int cols, int row, int col);

// The dropped pixels as rectangles of pixels (min inclusive, max exclusive), from the top; they do not overlap.
std::vector<Rect> patch_rects(const PixelMask& mask);
// The middles, in pixels, of the squares of `side` that must be there: some dropped pixel lies in no other one. A
// single square that the border cuts off counts, too.
std::vector<Vec2> sure_squares(const PixelMask& mask, int side);
// Of the squares that a site drops, as set in the run's spec; 0 where it drops none.
int square_side(const Snapshot& snapshot, const SiteView& site);

// Hatch, frames and dots over what is painted at `rect`; the blank below them is not painted.
void paint_patches(DisplayList& list, Rect rect, const PixelMask& mask, int side, const MarkStyle& style);
// One stroke through each dropped pixel, none where they are too small for it.
void paint_pixel_strokes(DisplayList& list, Rect rect, const PixelMask& mask, const MarkStyle& style);

}  // namespace dropscope
