// Up to four sessions side by side. Specs of one seed give them the same data, initial weights, order and coins, so
// that any difference on screen is the difference between their plans.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/session/session.h"

namespace dropscope {

// Its functions are for one thread, the owner's; the sessions may be told things by any.
class Lab {
 public:
  static constexpr std::size_t kMostRuns = 4;

  explicit Lab(SessionOptions options = {});
  ~Lab();

  // Adds a run and returns its index.
  std::size_t add(RunSpec spec);
  // While together, the others go on without it.
  void remove(std::size_t run);
  std::size_t size() const;
  Session& run(std::size_t i);

  // To all at one instant, so that steps sent while runs are being brought to one tick leave them at one tick. Returns
  // the command's number in each run.
  std::vector<std::uint64_t> send_all(const Command& command);

  // Together: every run trains on its own thread, and all of them meet at the same ticks some thirty times a second, so
  // that none runs away and every picture is of one tick. How far apart meetings lie depends on the clock; no state of
  // any run does. A run that is behind (a new one, one that started over, one that was taken back) first catches up, as
  // fast as it can, while the others wait; so they do for one that loads data. One that is ahead is caught up with. A
  // run that diverged or stopped early stays where it is and is not waited for. What is sent to a single run (Pause,
  // StepBy) moves it, but does not keep it from going on with the others. Where runs are is asked after all that has
  // been sent to them: those just started over begin at the beginning.
  void play_together();
  // All stop, and those behind go on to the newest tick that one of them has. Where they rest at one place already they
  // stay there. Should one be told to play before they have come there, they are left to themselves.
  void pause_together();
  // Each is left to itself until one of these is called again: before several runs start over one after the other, so
  // that none is sent to where those are that come later.
  void part();
  // True until paused, or until every run is over.
  bool playing_together() const;
  // As pause_together(), and to a boundary: when a comparison begins. One that loads data comes there when it can.
  void line_up();

  // One entry for each run: snapshots of the newest tick that every run has; of a run that is over, its last one. Null
  // for a run that still loads, and while playing together for a new one that has not caught up. Empty where runs have
  // no tick in common.
  std::vector<std::shared_ptr<const Snapshot>> aligned();

 private:
  struct Impl;  // what sessions' threads touch when they publish lives as long as they do
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropscope
