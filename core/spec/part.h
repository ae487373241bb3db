// What a layer inside a column is to a person who looks at it.
#pragma once
#include <cstdint>

namespace dropscope {

enum class PartKind : std::uint8_t {
  Other,        // what its units say is all there is to show
  Convolution,  // feature maps, and kernels that made them
  Recurrent,    // units by timesteps
  Embedding,    // a vector for each step
  Attention,    // a matrix for each head
  Norm,         // normalises over the batch
  Branch        // a bypass and what a branch adds to it
};

}  // namespace dropscope
