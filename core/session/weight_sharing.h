// Lets snapshots carry the run itself (command::ShareWeights): a copy of its weights wherever it rests, a few a second
// while it trains, none while nobody wants them.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>

#include "core/session/frozen_run.h"
#include "core/session/timeline.h"

namespace dropscope {

class WeightSharing {
 public:
  // Where the session stands. `edits` counts what was changed by hand.
  struct State {
    std::uint64_t edits = 0;
    Position at;
    bool operator==(const State&) const = default;
  };

  void turn(bool on);
  // Null while off. The copy made before where nothing has changed since, or where it is recent and the run trains.
  // `seconds`: spent in ticks so far.
  std::shared_ptr<const FrozenRun> share(const Trainer& trainer, const State& state, bool training, double seconds);

 private:
  bool on_ = false;
  State state_;
  std::chrono::steady_clock::time_point made_at_;
  std::shared_ptr<const FrozenRun> frozen_;
};

}  // namespace dropscope
