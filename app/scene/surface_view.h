// What the network makes of its inputs: the decision surface of a plane with the data on it, the fit of a
// regression, or a sheet of images with the predicted classes.
#pragma once
#include "app/scene/card.h"
#include "core/session/snapshot.h"

namespace dropscope {

// Head line, picture and legend in `area`; says so where the data or the surface is not there yet.
DisplayList build_surface_view(const Snapshot& snapshot, Rect area, const CardStyle& style, const TextMeasure& measure);

// The line where a two-class surface crosses `level`, as segments in cell coordinates (0 .. cols, 0 .. rows).
struct ContourSegment {
  Vec2 a, b;
};
std::vector<ContourSegment> contour_segments(const SurfaceView& surface, float level);

}  // namespace dropscope
