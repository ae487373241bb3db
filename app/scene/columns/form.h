// Columns that are more than one value per unit have a form of their own: feature maps as tiles, a recurrent layer as
// units by steps, a block as a box with its bypass. A form is a table of pure functions in a file of this folder and a
// line in forms.def; the first that fits a layer draws it. Layers that no form fits are units, boxes or tiles.
#pragma once
#include <optional>
#include <span>

#include "app/scene/network_scene.h"

namespace dropscope {

// A column at hand.
struct FormContext {
  const Snapshot& snapshot;
  std::size_t layer = 0;  // into Snapshot::layers
  const SceneStyle& style;
  float u = 1;  // NetworkLayout::u
  const TextMeasure* measure = nullptr;  // null while laying out
  const LayerView& view() const { return snapshot.layers[layer]; }
};

struct ColumnForm {
  const char* id;
  bool (*fits)(const Snapshot& snapshot, std::size_t layer);
  // Of the width, relative to a single column of units (1).
  float (*share)(const Snapshot& snapshot, std::size_t layer);
  // Sets body and tiles within `room`; centers stay empty, or have one point per unit.
  void (*place)(const FormContext& column, Rect room, ColumnLayout& layout);
  // Shapes and texts. Uses only what the layout says, so that a zoomed picture is the same picture.
  void (*paint)(const FormContext& column, const ColumnLayout& layout, DisplayList& list);
  // Any of these may be null where there is nothing to hit.
  std::optional<UnitRef> (*hit_unit)(const FormContext& column, const ColumnLayout& layout, Vec2 at);
  std::optional<GateRef> (*hit_gate)(const FormContext& column, const ColumnLayout& layout, Vec2 at);
  // Where the gate is drawn; nothing where it is not in this column.
  std::optional<Rect> (*gate_rect)(const FormContext& column, const ColumnLayout& layout, GateRef gate);
  // Of its slot, how much the column may use; the rest is for the weights between columns.
  float fill = 0.6f;
};

// In the order they are asked.
std::span<const ColumnForm* const> all_forms();
// Null where none fits.
const ColumnForm* form_of(const Snapshot& snapshot, std::size_t layer);

}  // namespace dropscope
