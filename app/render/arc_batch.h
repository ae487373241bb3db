// Arcs of circles (shaders/arc.*).
#pragma once
#include "app/render/instance_batch.h"

namespace dropscope {

struct ArcInstance {
  float x, y, radius, width;
  float middle, half;  // radians, clockwise on screen
  Rgba8 color;

  static std::span<const InstanceField> fields();
};

using ArcBatch = InstanceBatch<ArcInstance>;

}  // namespace dropscope
