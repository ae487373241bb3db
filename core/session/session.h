// One training run on a thread of its own. The window talks to it by values (Command in, Snapshot out)
// and never waits for it; the session never knows who looks. Pacing lives here, never in the Trainer.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "core/session/command.h"
#include "core/session/snapshot.h"
#include "core/session/timeline.h"

namespace dropscope {

struct SessionOptions {
  // Called on the session's thread after a new snapshot is published; must return at once.
  std::function<void()> on_publish;
  // The same before it, with the snapshot.
  std::function<void(const std::shared_ptr<const Snapshot>&)> on_snapshot;
  // Called on the session's thread while data loads.
  std::function<void(std::string_view what, double fraction)> on_progress;
  bool yields = false;       // its threads let others go first: those of the window
  bool surfaces = true;      // make decision surfaces on the evaluator's thread
  int threads = 1;           // threads for one run's products; results do not depend on it
  TimelineOptions timeline;  // how much memory going back may take
};

class Session {
 public:
  explicit Session(RunSpec spec, SessionOptions options = {});
  ~Session();  // asks the thread to stop and joins it
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Any thread. Returns the command's number: a snapshot with commands_seen >= it has taken it.
  std::uint64_t send(Command command);
  // Any thread. The number of the newest command sent; 0 before the first.
  std::uint64_t sent() const;
  // The same of those that let it train on without end or to a tick: Play and RunUntil.
  std::uint64_t sent_going() const;
  // Any thread. How much memory going back may take from now on; results do not depend on it.
  void set_budget(std::size_t bytes);
  // Any thread; never waits for training. Never null. Asking also requests a newer one.
  std::shared_ptr<const Snapshot> latest();
  // The newest snapshots published, oldest first, at most 8, the newest one of each place in time: for drawing several
  // runs at one tick.
  std::vector<std::shared_ptr<const Snapshot>> recent() const;
  // The Reset that the run began with and the commands that changed training on the branch at hand, with their ticks.
  // Any thread.
  std::vector<LoggedCommand> log() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropscope
