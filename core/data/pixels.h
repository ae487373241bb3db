// Bytes of a picture as the network's inputs.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "core/spec/data_spec.h"

namespace dropscope {

// table[b] is the input for a pixel of brightness b of 0 .. 255.
inline std::array<float, 256> pixel_table(PixelRange range) {
  std::array<float, 256> table{};
  for (int b = 0; b < 256; ++b) {
    const double v = b / 255.0;
    table[std::size_t(b)] = float(range == PixelRange::ZeroOne ? v : 2 * v - 1);
  }
  return table;
}

// "row 3, column 14", counted from 0, in the order of the inputs.
inline std::vector<std::string> pixel_names(int rows, int cols) {
  std::vector<std::string> names;
  names.reserve(std::size_t(rows) * std::size_t(cols));
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) names.push_back("row " + std::to_string(r) + ", column " + std::to_string(c));
  return names;
}

}  // namespace dropscope
