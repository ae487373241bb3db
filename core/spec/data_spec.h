// Which examples a run learns from. Plain values.
#pragma once
#include <string>

#include "core/base/names.h"

namespace dropscope {

// How image pixels reach the network: as 0 .. 1 or as -1 .. 1.
enum class PixelRange : std::uint8_t { ZeroOne, MinusOneOne };
template <>
std::span<const char* const> enum_names<PixelRange>();

struct DataSpec {
  std::string dataset = "moons";  // a data set's id
  int train = 60;                 // examples to learn from; for files 0 = as many as there are
  int validation = 500;           // examples held out
  double noise = 0.3;             // a generator's own measure of spread, >= 0
  double label_noise = 0.0;       // fraction of training labels replaced by another class, [0, 1]
  int classes = 3;                // blobs: number of clusters, 2 .. 8
  int image_size = 16;            // drawn digits: 16 or 28 pixels a side
  PixelRange pixels = PixelRange::ZeroOne;
  int steps = 20;     // sequences: length
  int symbols = 4;    // sequences: size of the alphabet, where there is one
  std::string path;   // files: a folder (IDX) or a file (CSV)
  std::string label;  // CSV: the label column's name; empty = the last column
  bool operator==(const DataSpec&) const = default;
};

}  // namespace dropscope
