// The modes of the window: what runs are looked at for. Their tabs are in the bar at the top.
#pragma once
#include <cstdint>

namespace dropscope {

// Explore: watch a run and change it. Step: walk through single updates, forward and back in time. Compare: up to four
// runs side by side, at one tick. Ensemble: a run as the many networks that it is.
enum class Mode : std::uint8_t { Explore, Step, Compare, Ensemble };
inline constexpr int kModeCount = 4;
inline constexpr const char* kModeNames[kModeCount] = {"explore", "step", "compare", "ensemble"};
inline constexpr const char* kModeTitles[kModeCount] = {"Explore", "Step", "Compare", "Ensemble"};
inline constexpr const char* kModeTips[kModeCount] = {
    "Watch a run and change it", "Walk through single updates, forward and back", "Runs side by side, from one seed",
    "One run as the many networks that it is"};

// Where a key or a panel means something: a bit for each mode.
enum class InModes : std::uint8_t {
  Explore = 1,
  Step = 2,
  Compare = 4,
  Ensemble = 8,
  Watching = Explore | Compare,  // where curves are
  Walking = Step | Compare,      // where one goes to and fro in time
  Running = Explore | Compare | Ensemble,
  Single = Explore | Step | Ensemble,  // where one network has the canvas
  Any = 15,
};
constexpr bool means_something(InModes in, Mode mode) { return (int(in) >> int(mode) & 1) != 0; }

}  // namespace dropscope
