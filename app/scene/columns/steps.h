// Sequences as units by steps. Noise that acts elsewhere than on the units themselves (on the way in, on the state, on
// the cell, on the recurrent weights) has a panel of its own beside them.
#pragma once
#include <string>
#include <vector>

#include "app/scene/columns/parts.h"

namespace dropscope {

// Which elements of a site share a gate.
enum class StepTie : std::uint8_t { None, Steps, Units, All };
StepTie step_tie(const SiteView& site, int steps);

// Every step has the mask of the first, whether its elements share gates or are copies (a variant's parameter "fixed").
bool repeats_mask(const Snapshot& snapshot, const SiteView& site, int steps);

struct StepPanel {
  enum class Kind : std::uint8_t { Output, Input, StateBefore, Update, Cell, State, Weights };
  Kind kind = Kind::Output;
  int site = -1;          // into Snapshot::sites; -1: no noise here
  int rows = 1, cols = 1; // units by steps; Weights: as many as there are
  bool turned = false;    // Weights: outputs run to the right
  std::uint32_t element(int col, int row) const;  // of the site's shape
  int col_of(std::uint32_t element) const;
  int row_of(std::uint32_t element) const;
};

// The first is that of the layer's units. Depends on what noise there is, never on a mask.
std::vector<StepPanel> step_panels(const Snapshot& snapshot, std::size_t layer);

// The gate's own cell, or all the cells that share it.
Rect step_gate_rect(const StepPanel& panel, const SiteView* site, Rect grid, std::uint32_t element);

// Panels take two tiles each: the grid, and the room that it and its words have.
void place_panels(const FormContext& column, Rect room, const std::vector<StepPanel>& panels, ColumnLayout& layout);
// Of a panel: words above its marks, marks above its grid, the steps' numbers below; heights in pixels.
struct StepBands {
  float caption = 0, marks = 0, axis = 0;
  float all() const { return caption + marks + axis; }
};
StepBands step_bands(const Snapshot& snapshot, const std::vector<StepPanel>& panels, const Palette& palette, float u);

// What a panel is, with whether its mask changes from step to step; longest first. `averaging`: shares are shown.
std::vector<std::string> step_captions(const Snapshot& snapshot, const StepPanel& panel, bool averaging);

}  // namespace dropscope
