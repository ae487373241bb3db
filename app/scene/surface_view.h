// What the network makes of its inputs: the decision surface of a plane with the data on it, the fit of a
// regression, or a sheet of images with the predicted classes.
#pragma once
#include <optional>

#include "app/scene/card.h"
#include "core/session/snapshot.h"

namespace dropscope {

// None: no head line and no legend, as one of several side by side. Tiles and sequences keep theirs, which count.
enum class SurfaceWords : std::uint8_t { All, None };

// Head line, picture and legend in `area`; says so where the data or the surface is not there yet.
DisplayList build_surface_view(const Snapshot& snapshot, Rect area, const CardStyle& style, const TextMeasure& measure,
                               SurfaceWords words = SurfaceWords::All);

// Where build_surface_view has the plane of two inputs, of the same arguments; nothing where there is none.
std::optional<Rect> surface_plane(const Snapshot& snapshot, Rect area, const CardStyle& style);
// The inputs at a point of it.
Vec2 inputs_at(const DataView& data, Rect plane, Vec2 at);
// And where these inputs are.
Vec2 point_of_inputs(const DataView& data, Rect plane, float x, float y);

// The line where a two-class surface crosses `level`, as segments in cell coordinates (0 .. cols, 0 .. rows).
struct ContourSegment {
  Vec2 a, b;
};
std::vector<ContourSegment> contour_segments(const SurfaceView& surface, float level);

}  // namespace dropscope
