// The form in which examples reach a network and leave it: what a network must know of a data set.
#pragma once
#include <optional>

namespace dropscope {

struct ImageShape {
  int rows = 0, cols = 0, channels = 1;
  bool operator==(const ImageShape&) const = default;
};

// Examples that are sequences: steps x features numbers, slowest first. Tokens are whole numbers
// 0 .. vocabulary-1, one feature a step.
struct SequenceShape {
  int steps = 0, features = 1;
  bool tokens = false;
  int vocabulary = 0;
  bool label_each_step = false;  // one label (or row of targets) per step instead of one per example
  bool operator==(const SequenceShape&) const = default;
};

struct DataForm {
  int inputs = 0;   // numbers per example
  int outputs = 0;  // classes, or number of targets; per step where label_each_step
  std::optional<ImageShape> image;
  std::optional<SequenceShape> sequence;
  bool operator==(const DataForm&) const = default;
};

// Plain numbers without rows, columns or steps.
inline DataForm flat_form(int inputs, int outputs) {
  return {.inputs = inputs, .outputs = outputs, .image = {}, .sequence = {}};
}

}  // namespace dropscope
