// Boxes with an outline and rounded corners (shaders/cell.*).
#pragma once
#include "app/render/instance_batch.h"

namespace dropscope {

struct CellInstance {
  float min_x, min_y, max_x, max_y;
  float stroke_width;  // 0 = no frame
  float rounding;
  Rgba8 fill, stroke;

  static std::span<const InstanceField> fields();
};

using CellBatch = InstanceBatch<CellInstance>;

}  // namespace dropscope
