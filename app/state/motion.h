// How far the animation of the beat shown has come. A beat that follows the one before moves for a moment; going back,
// jumps and edits show at once. What comes meanwhile finishes what moves and begins anew: nothing is ever queued.
#pragma once
#include "app/state/app_state.h"

namespace dropscope {

class BeatMotion {
 public:
  // Looks at what is shown at `now` seconds; call once a frame.
  void see(const AppState& state, const Snapshot& snapshot, const Walk& walk, double now);
  // 0 .. 1; 1 = done.
  float progress(double now) const;
  bool moving(double now) const { return progress(now) < 1; }

 private:
  struct Shown {
    std::int64_t tick = -1;
    int beat = -1, part = -1;
    bool operator==(const Shown&) const = default;
  };
  Shown shown_;
  double since_ = 0, lasts_ = 0;  // seconds
};

// Seconds that a beat moves: 0.15 to 0.3.
double beat_seconds(Phase phase, bool part_only);

}  // namespace dropscope
