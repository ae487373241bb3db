// Hidden units as things that can be taken away from a network: which sites have them, which elements of an output are
// a unit's, and outputs that later layers read in place of what a layer gave.
#pragma once
#include <vector>

#include "core/analysis/model.h"

namespace dropscope {

inline constexpr std::size_t kUnmaskedExamples = 256;  // that are asked at once

// Of the first `most` (0 = all).
inline std::size_t examples_asked(const Split& split, std::size_t most) {
  return most == 0 ? split.count : std::min(most, split.count);
}

// Whether a site is what a layer hands on: its units, the channels of its maps, its units at all steps.
bool is_output_of_layer(const Network<float>& network, int site);
// Every hidden unit once: the outputs of layers that later weights read, in their order. Where layers without weights
// follow (a norm), the output of the last of them stands for all; a pool's maps are those of the layer before it.
std::vector<int> hidden_sites(const Network<float>& network);

// The units of a site: their places in its output for one example.
struct SiteUnits {
  std::vector<std::vector<std::size_t>> places;  // per unit, ascending
  std::size_t size = 0;                          // elements of one example
  int count() const { return int(places.size()); }
};
SiteUnits units_at(const Network<float>& network, int site);

// What later layers read of a layer, after its forward pass, as numbers of its own that may be written.
Tensor<float>& replaceable_output(Tape<float>& tape, int layer);

// Sets a unit to 0 for all examples in `output`. Keeps what it was; false where it was 0 everywhere.
bool take_away(const SiteUnits& site, int unit, Tensor<float>& output, std::vector<float>& kept);
void put_back(const SiteUnits& site, int unit, const std::vector<float>& kept, Tensor<float>& output);

}  // namespace dropscope
