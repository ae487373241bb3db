// Up to four sessions side by side. With SeedPolicy::Shared they have the same data, initial weights,
// order and coins, so that any difference on screen is the difference between their plans.
#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "core/session/session.h"

namespace dropscope {

enum class SeedPolicy : std::uint8_t { Shared, Independent };

class Lab {
 public:
  static constexpr std::size_t kMostRuns = 4;

  explicit Lab(SessionOptions options = {});
  ~Lab();

  // Adds a run and returns its index. Independent: run i trains with seed + i.
  std::size_t add(RunSpec spec, SeedPolicy policy = SeedPolicy::Shared);
  // While together, the others go on without it.
  void remove(std::size_t run);
  std::size_t size() const;
  Session& run(std::size_t i);

  void send_all(const Command& command);

  // Together: every run trains on its own thread, and all of them meet at the same ticks some thirty times a second, so
  // that none runs away and every picture is of one tick. How far apart meetings lie depends on the clock; no state of
  // any run does. A run that is behind (a new one, one that started over) first catches up, as fast as it can. A run
  // that diverged or stopped early stays where it is and is not waited for.
  void play_together();
  // All stop at one tick: the one they would meet at next, or sooner.
  void pause_together();
  bool playing_together() const;
  // Brings all runs to the newest tick that one of them has: when a comparison begins.
  void line_up();

  // One snapshot per run, all of the newest tick that every run has; of a run that is over, its last one. Empty where
  // there is none yet. A run that still loads has none.
  std::vector<std::shared_ptr<const Snapshot>> aligned();

 private:
  struct Impl;  // what sessions' threads touch when they publish lives as long as they do
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropscope
