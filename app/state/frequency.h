// How often each unit was dropped during about the last half second: what the picture shows when steps come too
// fast for the eye. A running mean over masks, weighted by time; it never looks at a clock.
#pragma once
#include <cstdint>
#include <vector>

#include "core/session/snapshot.h"

namespace dropscope {

class FrequencyMeter {
 public:
  static constexpr double kSeconds = 0.5;

  // Takes in the masks that are new since the last call; `now` in seconds, from any moment on. A snapshot of the same
  // tick changes nothing.
  void update(const Snapshot& snapshot, double now);
  // Per site of the snapshot, per unit, in [0, 1]; a site without masks is empty.
  const std::vector<std::vector<float>>& sites() const { return sites_; }
  void clear() { sites_.clear(); }

 private:
  std::vector<std::vector<float>> sites_;
  std::int64_t tick_ = -1;
  double at_ = 0;  // when it last took masks in
};

// Whether masks follow one another too fast to be shown singly: more than 8 steps a second while running.
// No flashing above 3 Hz (WCAG 2.3.1) would be stricter; at 8 single masks can still be told apart.
inline constexpr double kMostStepsShown = 8;
bool shows_average(const Snapshot& snapshot);

}  // namespace dropscope
