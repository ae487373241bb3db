// Lets snapshots carry the run itself (command::ShareWeights): a copy of its weights wherever it rests, a few a second
// while it trains, none while nobody wants them.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>

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
  // How the run came here: the spec it began with, and its branch's log.
  struct Past {
    const RunSpec& start;
    std::span<const LoggedCommand> log;
  };
  // Null while off. The copy made before where nothing has changed since, or where it is recent, the run trains, and
  // nothing was changed by hand.
  std::shared_ptr<const FrozenRun> share(const Trainer& trainer, const State& state, bool training, const Past& past);

 private:
  bool on_ = false;
  State state_;
  std::chrono::steady_clock::time_point made_at_;
  std::shared_ptr<const FrozenRun> frozen_;
};

}  // namespace dropscope
