// Where a walk through the updates stands, as pictures, sentences and controls of Step mode need it. Pure functions of
// a Snapshot; where the run says nothing about its timeline, what it shows tells enough.
#pragma once
#include <string>
#include <vector>

#include "core/session/snapshot.h"

namespace dropscope {

struct Walk {
  std::vector<TimelineView::BeatView> beats;  // of one tick, in order
  std::int64_t tick = 0;                      // updates done where the walk stands
  int beat = 0;                               // beats done of the next one; 0 = at a boundary
  std::int64_t shown = 0;                     // the tick that the picture shows, counted from 0
  int current = -1;                           // into beats: the one that the picture shows; -1 = none is done yet
  std::int64_t last = 0;                      // updates done on this branch
  bool at_tip = true;                         // nothing of this branch lies ahead

  const TimelineView::BeatView* now() const { return current >= 0 ? &beats[std::size_t(current)] : nullptr; }
  Phase phase() const { return now() ? now()->phase : Phase::Batch; }
  int column() const { return now() ? now()->column : -1; }  // of a forward or backward beat, else -1
  bool has_masks() const { return current >= 1; }            // the masks of the tick shown are drawn
};
Walk walk_of(const Snapshot& snapshot);

// A moment as SeekTo takes it: `beat` beats of the tick after `tick` updates.
struct Moment {
  std::int64_t tick = 0;
  int beat = 0;
  auto operator<=>(const Moment&) const = default;
};
// When the picture shows this beat of a tick: the last one's moment is the boundary after it.
Moment moment_of(const Walk& walk, std::int64_t tick, int beat);

// The parts of a forward beat that can be shown one after the other: 0 = z, 1 = activation, 2 = times mask, 3 = times
// scale. Only those in which something happens; fewer than two are none.
std::vector<int> parts_of_beat(const Snapshot& snapshot, const Walk& walk);

// "batch", "mask", "forward hidden 2", "update"; short: "fwd hidden 2"; numbered: "fwd 2" (columns without the input).
std::string beat_title(const Snapshot& snapshot, const TimelineView::BeatView& beat);
std::string beat_short(const Snapshot& snapshot, const TimelineView::BeatView& beat);
std::string beat_numbered(const TimelineView::BeatView& beat);

}  // namespace dropscope
