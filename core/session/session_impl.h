// What a session is made of, shared by the files that implement it: session.cpp (the thread, loading, pictures) and
// session_commands.cpp (what commands do). Nobody else includes this.
#pragma once
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/session/command_queue.h"
#include "core/session/session.h"
#include "core/session/snapshot_builder.h"
#include "core/session/snapshot_slot.h"
#include "core/session/speed_meter.h"
#include "core/session/surface_worker.h"
#include "core/session/weight_sharing.h"
#include "core/session/worker_pool.h"

namespace dropscope {

inline constexpr const char* kOverBudget =
    "This network is too large to keep earlier states of: going back trains again from the start.";

// Everything below `worker` belongs to the session's thread, apart from what a mutex guards.
struct Session::Impl {
  using Clock = std::chrono::steady_clock;

  Impl(RunSpec first, SessionOptions o);

  // session.cpp: the thread's work
  void run(RunSpec spec);
  bool take(bool idle, Clock::time_point until);
  void start(RunSpec spec);
  void step();
  void tick();
  void pace();
  void measure();
  void pause_clock();
  void show();
  void publish(Snapshot snapshot);
  void publish_log();
  void request_surface();

  // session_commands.cpp
  bool obey(Command& command);
  void head_for(std::int64_t tick);
  void meet_at(const command::MeetAt& c);
  void step_by(const command::StepBy& c);
  void seek(const Position& where);
  void rest_here();
  Position planned() const;
  bool edit(const Command& command);
  void apply_deferred();
  void forget_deferred(const Position& to);
  void share_budget();

  bool running() const { return trainer && !over() && trainer->tick() < target; }
  // Whether single beats, or the way to a place beyond all that was trained, are still to be taken.
  bool on_the_way() const { return beats > 0 || destination; }
  bool active() const { return running() || on_the_way(); }
  // Whether it has come to where the others are met, and waits for the next command without being paused.
  bool at_meeting() const { return trainer && meeting && !over() && !active(); }
  bool paced() const { return running() && speed > 0 && !hurry && !on_the_way(); }
  // Whether the walk at hand leads nowhere any more: there is another place to go to, or the end.
  std::function<bool()> give_up() {
    return [this] { return last_taken && queue.overtaken(); };
  }
  // Whether the trainer will not move any more: it diverged, or stopped early.
  bool over() const { return trainer->divergence() || trainer->stopped(); }

  SessionOptions options;
  std::atomic<std::size_t> budget;  // of the timeline; set by any thread
  CommandQueue queue;
  SnapshotSlot slot;
  std::unique_ptr<WorkerPool> pool;
  std::unique_ptr<SurfaceWorker> surfaces;
  mutable std::mutex shared_mutex;  // guards log and recent
  std::vector<LoggedCommand> log;
  std::deque<std::shared_ptr<const Snapshot>> recent;

  std::unique_ptr<Trainer> trainer;    // null until data has been loaded
  std::unique_ptr<Timeline> timeline;  // moves it
  std::unique_ptr<SnapshotBuilder> builder;
  RunSpec asked;  // the spec last started or tried first
  ViewState view;
  std::string notice, failure;
  std::int64_t target = 0;              // train while tick < target
  bool stepping = false;                // the target was counted in steps
  bool meeting = false, hurry = false;  // the target is a meeting; it is gone to as fast as can be
  std::int64_t beats = 0;               // single beats still to be taken
  std::optional<Position> destination;  // beyond the tip: reached as fast as can be
  bool last_taken = true;               // no command that was taken waits for the one at hand
  double speed = 60;
  bool show_soon = false;               // something was set that others want to know of at once
  std::vector<command::SetField> deferred;  // arrived inside a tick
  std::uint64_t commands_seen = 0;
  std::int64_t surface_tick = -1;
  std::uint64_t surface_stamp = 0, stamp = 0;  // bumped by every change a surface depends on besides ticks
  Clock::time_point due = Clock::now();
  SpeedMeter meter;
  TickTimer timer;
  WeightSharing sharing;
  std::thread worker;  // last: starts when all it uses exists
};

}  // namespace dropscope
