// Snapshots made up for tests of pictures: plausible values from a fixed generator, no engine. Values are
// consistent with one another (z, h, gates and y follow from the weights), so that arithmetic can be checked.
#pragma once
#include <string>
#include <vector>

#include "core/session/snapshot.h"

namespace dropscope {

struct SampleOptions {
  std::vector<int> widths = {2, 16, 16, 2};
  std::string variant = "inverted";
  double rate = 0.5;  // of every hidden layer
  double input_rate = 0;
  bool eval = false;
  bool nan = false;    // one unit of the first hidden layer is not a number
  bool image = false;  // the first width is a square picture
  bool regression = false;
  int classes = 2;
  int points = 160;  // evaluations in the history
};

Snapshot sample_snapshot(const SampleOptions& options = {});

// 256-64-10 on drawn digits with tiles.
Snapshot sample_digits(bool eval = false);

}  // namespace dropscope
