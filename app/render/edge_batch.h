// Straight lines of any width (shaders/edge.*).
#pragma once
#include "app/render/instance_batch.h"

namespace dropscope {

struct EdgeInstance {
  float ax, ay, bx, by;
  float width;
  float round_caps;  // 0 or 1
  Rgba8 color;

  static std::span<const InstanceField> fields();
};

using EdgeBatch = InstanceBatch<EdgeInstance>;

}  // namespace dropscope
