// The modes of the window: what the same run is looked at for. Their tabs are in the bar at the top.
#pragma once
#include <cstdint>

namespace dropscope {

// Explore: watch a run and change it. Step: walk through single updates, forward and back in time.
enum class Mode : std::uint8_t { Explore, Step };
inline constexpr int kModeCount = 2;
inline constexpr const char* kModeNames[kModeCount] = {"explore", "step"};
inline constexpr const char* kModeTitles[kModeCount] = {"Explore", "Step"};

// Where a key means something.
enum class InModes : std::uint8_t { Any, Explore, Step };
constexpr bool means_something(InModes in, Mode mode) {
  return in == InModes::Any || (in == InModes::Step) == (mode == Mode::Step);
}

}  // namespace dropscope
