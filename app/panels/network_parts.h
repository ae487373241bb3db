// What panels with networks in them have in common: the view that the wheel and the mouse change, and the arithmetic
// of a unit beside it.
#pragma once
#include <optional>

#include "app/panels/panel.h"
#include "app/scene/network_scene.h"

namespace dropscope {

// Where the whole of the enlarged picture lies, of which `inner` is seen.
Rect zoomed(const Transient& view, Rect inner);
// The wheel zooms about the pointer; a drag of the control drawn last moves by more than `far` pixels.
void zoom_and_pan(Rect inner, std::optional<Vec2> pointer, float far, IntentSink& sink);

// A tooltip with the unit's numbers where it hides neither the unit nor what stands beside it.
void explain_unit(const FrameInput& in, const Snapshot& snapshot, const NetworkLayout& layout, UnitRef unit);

}  // namespace dropscope
