// Scenes as pictures on the graphics card: drawn there when they have changed, with texts on top. Hundreds of marks are
// dear as triangles in every frame. Without OpenGL (tests) Dear ImGui draws everything.
#pragma once
#include <memory>

#include "app/panels/panel.h"
#include "app/scene/display_list.h"

namespace dropscope {

// What a decision surface (or fit, or tiles) is made of; nothing else of a snapshot is seen in it.
struct SurfaceKey {
  std::shared_ptr<const SurfaceView> surface, reference;  // reference: what is taken away from it; null: nothing
  std::shared_ptr<const DataView> data;
  const Palette* palette = nullptr;
  Vec2 min, max;
  float u = 0;
  bool operator==(const SurfaceKey&) const = default;
  // Whether a picture made of `shown` is to be drawn anew now. One that may wait waits, if it stands in its place.
  bool is_due(const SurfaceKey& shown, bool may_wait) const {
    const bool in_place = palette == shown.palette && min == shown.min && max == shown.max && u == shown.u &&
                          data == shown.data && !reference == !shown.reference;
    return *this != shown && !(may_wait && in_place);
  }
};

// The texts of a list, which a picture leaves out.
DisplayList texts_of(const DisplayList& all);

// `list` into the current window; nothing of it lies outside `area`, which is all of one colour so far. `changed`: list
// or area are not those of the last frame.
void paint_picture(const FrameInput& in, int slot, Rect area, Color background, bool changed, const DisplayList& list);

}  // namespace dropscope
