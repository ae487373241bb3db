// Shapes of more or fewer examples.
#pragma once
#include "core/tensor/axes.h"

namespace dropscope {

// The same shape with another extent along Sample.
constexpr Shape with_samples(const Shape& shape, int samples) {
  Shape out;
  for (const Dim& d : shape) out.push({d.axis, d.axis == Axis::Sample ? samples : d.extent});
  return out;
}

}  // namespace dropscope
