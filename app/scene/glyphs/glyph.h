// How noise on one unit (or tile, cell, block) looks: one function for each Glyph of the engine, in a table.
// A glyph knows the gate and the value of its mark, never which variant made them.
#pragma once
#include <string>

#include "app/scene/display_list.h"
#include "core/dropout/variant.h"

namespace dropscope {

// By the room a mark has: box with one slash, ring with X, the whole glyph.
enum class Detail : std::uint8_t { Box, Ring, Full };

struct UnitMark {
  Vec2 center;
  float radius = 10;
  Detail detail = Detail::Full;
  float value = 0;          // what is passed on; NaN allowed
  float limit = 1;          // the value of full colour, > 0
  bool noisy = false;       // noise acts here now; otherwise gate, scale and rate mean nothing
  float gate = 1;           // 0: dropped
  double rate = 0;          // its chance of being dropped
  bool room_right = false;  // a stub or a short label fits to the right of the mark
  bool pending = false;     // not reached in this step yet: there is no value
};

struct MarkStyle {
  const Palette* palette = nullptr;
  float u = 1;  // one design unit in pixels
};

struct GlyphEntry {
  Glyph glyph;
  const char* legend;  // what the reader is told it means
  bool cuts_edges;     // a gate of 0 silences the unit, so its edges are not drawn
  void (*paint)(DisplayList&, const UnitMark&, const MarkStyle&);
};

const GlyphEntry& glyph_entry(Glyph glyph);

void paint_crossed_unit(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
void paint_noisy_halo(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
void paint_dark_channel(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
void paint_dark_patch(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
void paint_cut_weight(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
void paint_bypass_arc(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
void paint_held_state(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
void paint_blank_attention_cell(DisplayList& list, const UnitMark& mark, const MarkStyle& style);
void paint_dialed_gate(DisplayList& list, const UnitMark& mark, const MarkStyle& style);

// A weight whose gate is 0: two stubs with a gap between the rims of its units; an X on the stub at the
// source where there are few enough edges to tell them apart.
void paint_cut_edge(DisplayList& list, Vec2 from, Vec2 to, bool crossed, const MarkStyle& style);

}  // namespace dropscope
