// What the window knows of a run's timeline: values, made by the session's thread, shared by snapshots.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/train/metrics.h"
#include "core/train/phase.h"

namespace dropscope {

struct TimelineView {
  // The beats of one tick, in order; those of a Forward or Backward name the column: an index into Snapshot::layers.
  struct BeatView {
    Phase phase = Phase::Batch;
    int column = -1;
    bool operator==(const BeatView&) const = default;
  };
  // Something done by hand: a gate, a lock, a new mask, a setting. On the branch shown.
  struct Pin {
    std::int64_t tick = 0;
    std::string text;  // "hidden1, unit 3 dropped", "dropout.hidden1.rate = 0.3"
    bool mask = false; // a mask was changed, rather than a setting
  };
  struct Branch {
    std::string name;            // "Main", "Branch 2 at step 42"
    std::int64_t fork_tick = 0;  // the first tick that is its own; 0 for the first branch
    std::int64_t last_tick = 0;  // updates done on it
    int parent = -1;
  };
  struct Bookmark {
    std::int64_t tick = 0;
    int beat = 0;
    std::string name;
  };
  std::vector<BeatView> beats;
  std::int64_t tick = 0;       // updates done where the walk stands
  int beat = 0;                // beats done of the next one; 0 = at a boundary
  std::int64_t last_tick = 0;  // updates done on this branch so far
  bool at_tip = true;          // nothing of this branch lies ahead
  History history;             // of the whole branch, also what lies ahead
  std::vector<Pin> pins;
  std::vector<Branch> branches;
  int branch = 0;
  std::vector<Bookmark> bookmarks;  // of this branch, by position
  std::int64_t oldest_gap = 0;      // ticks between the checkpoints that lie farthest apart
  std::size_t checkpoint_bytes = 0, budget_bytes = 0;
  std::size_t branch_bytes = 0;  // what branches hold besides: their logs and histories; about
  bool over_budget = false;      // no second state finds room: going back means training again from the start
};

}  // namespace dropscope
