// The stations of one tick (one update of the weights), in order. Forward and Backward are visited once per
// layer.
#pragma once
#include <cstdint>

#include "core/base/names.h"

namespace dropscope {

enum class Phase : std::uint8_t { Batch, Masks, Forward, Loss, Backward, Update };
inline constexpr int kPhaseCount = 6;
template <> std::span<const char* const> enum_names<Phase>();

enum class Granularity : std::uint8_t { Phase, Tick, Epoch };

}  // namespace dropscope
