// Made-up snapshots of networks with feature maps and batch normalisation, consistent within themselves.
#pragma once
#include <string>

#include "core/session/snapshot.h"

namespace dropscope {

struct SampleMaps {
  int channels = 8, side = 16;  // of "conv1"; "pool1" has the same maps at half the side
  std::string variant = "spatial";
  double rate = 0.3;
  bool eval = false;
};

// input (one picture of the same side), conv1 with noise and kernels of 3 x 3, pool1, hidden1 of 12, output of 10.
Snapshot sample_maps(const SampleMaps& options = {});
// Moons with 2, 16, norm1, 16, norm2, 2 units and dropout after both hidden layers.
Snapshot sample_norms(double rate = 0.5);

}  // namespace dropscope
