// Which layers of a network a person sees as one column, and the stations of a tick as a person walks through them.
// Pure functions of the network.
#pragma once
#include <string>
#include <vector>

#include "core/nn/network.h"
#include "core/train/phase.h"

namespace dropscope {

// Layers first .. last of the network; what leaves the column is the output of the last.
struct Column {
  std::string name;  // "input", "hidden1", "block3"
  int first = 0, last = 0;
};

// What lies within a block has the block's name before a dot ("block3.linear1") and is one column with it.
std::vector<Column> columns_of(const Network<float>& network);
// The column that a layer belongs to.
int column_at(const std::vector<Column>& columns, int layer);

// One beat of a tick: batch, masks, forward for each column but the input, loss, backward for each column from the
// last, update. Several stations of the Trainer where the column is a block.
struct Beat {
  Phase phase = Phase::Batch;
  int column = -1;   // Forward, Backward: index into columns_of(); else -1
  int stations = 1;  // calls of Trainer::advance(Granularity::Phase)
  bool operator==(const Beat&) const = default;
};
std::vector<Beat> beats_of(const Network<float>& network);

}  // namespace dropscope
