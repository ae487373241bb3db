// Which attribute of each instance goes to which location of its shader.
#include <cstddef>

#include "app/render/arc_batch.h"
#include "app/render/cell_batch.h"
#include "app/render/circle_batch.h"
#include "app/render/edge_batch.h"

namespace dropscope {
namespace {

constexpr InstanceField kCircle[] = {{0, 2, false, offsetof(CircleInstance, x)},
                                     {1, 1, false, offsetof(CircleInstance, radius)},
                                     {2, 1, false, offsetof(CircleInstance, stroke_width)},
                                     {3, 1, false, offsetof(CircleInstance, dashes)},
                                     {4, 4, true, offsetof(CircleInstance, fill)},
                                     {5, 4, true, offsetof(CircleInstance, stroke)}};
constexpr InstanceField kEdge[] = {{0, 4, false, offsetof(EdgeInstance, ax)},
                                   {1, 1, false, offsetof(EdgeInstance, width)},
                                   {2, 1, false, offsetof(EdgeInstance, round_caps)},
                                   {3, 4, true, offsetof(EdgeInstance, color)}};
constexpr InstanceField kCell[] = {{0, 4, false, offsetof(CellInstance, min_x)},
                                   {1, 1, false, offsetof(CellInstance, stroke_width)},
                                   {2, 1, false, offsetof(CellInstance, rounding)},
                                   {3, 4, true, offsetof(CellInstance, fill)},
                                   {4, 4, true, offsetof(CellInstance, stroke)}};
constexpr InstanceField kArc[] = {{0, 2, false, offsetof(ArcInstance, x)},
                                  {1, 1, false, offsetof(ArcInstance, radius)},
                                  {2, 1, false, offsetof(ArcInstance, width)},
                                  {3, 2, false, offsetof(ArcInstance, middle)},
                                  {4, 4, true, offsetof(ArcInstance, color)}};

}  // namespace

std::span<const InstanceField> CircleInstance::fields() { return kCircle; }
std::span<const InstanceField> EdgeInstance::fields() { return kEdge; }
std::span<const InstanceField> CellInstance::fields() { return kCell; }
std::span<const InstanceField> ArcInstance::fields() { return kArc; }

}  // namespace dropscope
