// What a snapshot says of the data, of the probe and of the whole network's answers: values, shared by pointer.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace dropscope {

// The last 50 outputs of the probe, one pass each at the present weights.
struct ProbeView {
  std::vector<float> input;
  std::int64_t example = -1;  // index in the validation split (the training one without such); -1: a point of one's own
  std::int32_t label = -1;  // -1 where there is none (a point of one's own, regression)
  float target = 0;
  std::string output_name;         // what `outputs` is: "P(class 1)", "y"
  std::vector<float> outputs;      // oldest first
  double mean = 0, deviation = 0;  // of `outputs`; deviation is the population's
  std::int64_t pushes = 0;         // passes made since the run started
};

// What the pictures need to know of the data; shared by all snapshots of a run.
struct DataView {
  std::string id, name;
  Task task = Task::Classification;
  int inputs = 0, outputs = 0;
  std::optional<ImageShape> image;
  std::optional<SequenceShape> sequence;
  std::vector<std::string> output_names;
  std::size_t train_count = 0, validation_count = 0;
  // For 1-D and 2-D inputs: all points (at most 2000 of each). For images and sequences: the
  // first 64 validation ones; sequences with a label for each step have `steps` labels each.
  std::vector<float> train_x, validation_x;  // row-major
  std::vector<std::int32_t> train_label, validation_label;
  std::vector<float> train_target, validation_target;
  float lo[2] = {0, 0}, hi[2] = {0, 0};  // 1-D and 2-D inputs: the plane shown, with a margin
  float target_lo = 0, target_hi = 0;
};

// What the whole network computes without masks, from the weights at `tick`; made by the evaluator's
// thread, so it may be a little older than the snapshot that carries it.
struct SurfaceView {
  std::int64_t tick = 0;
  int cols = 0, rows = 0;  // 2-D inputs: cells; 1-D: rows = 1; images: 0
  // 2-D: P(class 1) for two classes, else the winning class plus its probability as class + 0.999 * P;
  // 1-D regression: the prediction. Row 0 is the top (largest second input).
  std::vector<float> value;
  // Images and sequences: for each of the DataView's validation examples, outputs-many class probabilities or
  // predictions (for each step, where every step has a label).
  std::vector<float> tile_probability;
};

}  // namespace dropscope
