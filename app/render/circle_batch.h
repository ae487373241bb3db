// Discs with an outline, solid or dashed (shaders/circle.*).
#pragma once
#include "app/render/instance_batch.h"

namespace dropscope {

struct CircleInstance {
  float x, y, radius;
  float stroke_width;  // 0 = no ring
  float dashes;        // around the ring; 0 = solid
  Rgba8 fill, stroke;

  static std::span<const InstanceField> fields();
};

using CircleBatch = InstanceBatch<CircleInstance>;

}  // namespace dropscope
