#include "core/session/session.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "core/base/check.h"
#include "core/base/overloaded.h"
#include "core/session/command_queue.h"
#include "core/session/snapshot_builder.h"
#include "core/session/snapshot_slot.h"
#include "core/session/speed_meter.h"
#include "core/session/surface_worker.h"
#include "core/session/worker_pool.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::int64_t kForever = INT64_MAX;
// More than anyone waits for, and no sum or product of it overflows.
constexpr std::int64_t kMostSteps = 100'000'000'000;
constexpr double kSlowest = 1e-3;  // ticks per second: one in a quarter of an hour
constexpr std::size_t kRecentSnapshots = 8;
constexpr double kFastTick = 20e-6;  // seconds: asking for the time at each would be felt
// Behind by more than this (a suspended machine, a slow one): go on from now instead of catching up in a burst.
constexpr auto kMostBehind = std::chrono::milliseconds(100);
constexpr auto kLongWait = std::chrono::milliseconds(20);
constexpr const char* kOverBudget =
    "This network is too large to keep earlier states of: going back trains again from the start.";

// What a setting that waits for the next step will make of the spec; one that will be refused changes nothing.
void set_field_quietly(RunSpec& spec, const command::SetField& c) {
  try {
    set_field(spec, c.path, c.value, "setting");
  } catch (const InputError&) {
  }
}

}  // namespace

// Everything below `worker` belongs to the session's thread, apart from what a mutex guards.
struct Session::Impl {
  Impl(RunSpec first, SessionOptions o)
      : options(std::move(o)),
        budget(options.timeline.budget),
        pool(options.threads > 1 ? std::make_unique<WorkerPool>(options.threads) : nullptr) {
    if (options.surfaces) surfaces = std::make_unique<SurfaceWorker>([this] { queue.nudge(); });
    auto loading = std::make_shared<Snapshot>();
    loading->spec = first;
    slot.publish(std::move(loading));
    worker = std::thread([this, spec = std::move(first)]() mutable {
      try {
        run(std::move(spec));
      } catch (const std::exception& error) {
        // Out of memory, most likely. This run is over; the window and other runs go on.
        Snapshot s;
        s.spec = asked;
        s.status = RunStatus::Failed;
        s.message = std::string("This run has ended: ") + error.what();
        publish(std::move(s));
      }
    });
  }

  void run(RunSpec spec);
  bool take(bool idle, Clock::time_point until);
  bool obey(Command& command);
  void start(RunSpec spec);
  void step_by(const command::StepBy& c);
  void seek(const Position& where);
  void rest_here();
  Position planned() const;
  bool edit(const Command& command);
  void apply_deferred();
  void forget_deferred(const Position& to);
  void share_budget();
  void publish_log();
  void step();
  void tick();
  void pace();
  void measure();
  void show();
  void publish(Snapshot snapshot);
  void request_surface();
  bool running() const { return trainer && !over() && trainer->tick() < target; }
  // Whether single beats, or the way to a place beyond all that was trained, are still to be taken.
  bool on_the_way() const { return beats > 0 || destination; }
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
  std::int64_t beats = 0;               // single beats still to be taken
  std::optional<Position> destination;  // beyond the tip: reached as fast as can be
  bool last_taken = true;               // no command that was taken waits for the one at hand
  double speed = 60;
  std::vector<command::SetField> deferred;  // arrived inside a tick
  std::uint64_t commands_seen = 0;
  std::int64_t surface_tick = -1;
  std::uint64_t surface_stamp = 0, stamp = 0;  // bumped by every change a surface depends on besides ticks
  Clock::time_point due = Clock::now();
  SpeedMeter meter;
  bool ticks_fast = false;
  std::thread worker;  // last: starts when all it uses exists
};

void Session::Impl::run(RunSpec spec) {
  start(std::move(spec));
  show();
  for (;;) {
    const bool idle = !running() && !on_the_way();
    if (idle || queue.pending() || speed > 0) {
      const bool wait = idle || (running() && speed > 0 && !on_the_way());
      if (!take(wait, idle ? Clock::time_point::max() : due)) return;
    }
    step();
    const bool active = running() || on_the_way();
    // Before a long wait the newest state is left where it can be seen: nobody who asks meanwhile wakes this thread.
    const bool long_wait = running() && !on_the_way() && speed > 0 && due - Clock::now() > kLongWait;
    if (!active || long_wait || slot.wanted()) show();
  }
}

// Takes and obeys what has been sent. False: quit.
bool Session::Impl::take(bool wait, Clock::time_point until) {
  CommandQueue::Taken taken = wait ? queue.wait_until(until) : queue.take();
  share_budget();
  for (Command& command : taken.commands) {
    last_taken = &command == &taken.commands.back();
    if (!obey(command)) return false;
  }
  commands_seen = std::max(commands_seen, taken.last);
  return true;
}

// Loads the data where it is not at hand and builds the trainer. On bad input a run that exists goes on.
void Session::Impl::start(RunSpec spec) {
  struct Report final : ProgressSink {
    Impl* impl = nullptr;
    void progress(std::string_view what, std::uint64_t done, std::uint64_t total) override {
      const double fraction = total ? double(done) / double(total) : 0;
      if (impl->options.on_progress) impl->options.on_progress(what, fraction);
      if (impl->trainer) return;
      Snapshot s;
      s.spec = impl->asked;
      s.message = what;
      s.loading = float(fraction);
      s.commands_seen = impl->commands_seen;
      impl->publish(std::move(s));
    }
  } report;
  report.impl = this;
  if (!trainer) asked = spec;
  try {
    auto data = trainer && trainer->spec().data == spec.data && trainer->spec().data_seed == spec.data_seed
                    ? trainer->shared_data()
                    : std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, &report));
    auto fresh = std::make_unique<Trainer>(spec, std::move(data), pool.get());
    fresh->keep_previous(view.trace);
    TimelineOptions back = options.timeline;
    back.budget = budget;
    auto line = std::make_unique<Timeline>(*fresh, back);
    timeline = std::move(line);  // before the trainer that the old one moves is gone
    trainer = std::move(fresh);
    builder = std::make_unique<SnapshotBuilder>(*trainer);
    failure.clear();
    notice = timeline->over_budget() ? kOverBudget : "";
    rest_here();
    deferred.clear();
    view.pushes = 0;
    view.study_layer = view.study_unit = -1;
    ++stamp;
    meter.forget();
    asked = std::move(spec);
    publish_log();
    const std::lock_guard lock(shared_mutex);
    recent.clear();  // ticks of the run before are no ticks of this one
  } catch (const std::exception& error) {
    (trainer ? notice : failure) = error.what();
  }
}

bool Session::Impl::obey(Command& command) {
  bool go_on = true;
  // Until there is a trainer, only a new spec can help.
  if (!trainer && !std::holds_alternative<command::Reset>(command) && !std::holds_alternative<command::Quit>(command) &&
      !std::holds_alternative<command::SetSpeed>(command))
    return true;
  if (!deferred.empty() && trainer->at_boundary()) apply_deferred();
  std::visit(Overloaded{
                 [&](command::Play&) { target = kForever, stepping = false, due = Clock::now(); },
                 [&](command::Pause&) { rest_here(); },
                 [&](command::StepBy& c) {
                   notice.clear();
                   step_by(c);
                 },
                 [&](command::SeekTo& c) {
                   notice.clear();
                   seek({std::clamp<std::int64_t>(c.tick, 0, kMostSteps), c.beat});
                 },
                 [&](command::RunUntil& c) { target = c.tick, stepping = false; },
                 [&](command::SetSpeed& c) {
                   speed = c.ticks_per_second > 0 ? std::clamp(c.ticks_per_second, kSlowest, 1e6) : 0;
                   due = Clock::now();
                 },
                 [&](command::SetField& c) {
                   notice.clear();
                   deferred.push_back(std::move(c));
                   if (trainer->at_boundary())
                     apply_deferred();
                   else
                     notice = "The new setting takes effect at the next step.";
                 },
                 [&](command::SetGate& c) { edit(c); }, [&](command::LockGate& c) { edit(c); },
                 [&](command::ReleaseGate& c) { edit(c); },
                 [&](command::RedrawMasks& c) { edit(c); },
                 [&](command::SwitchBranch& c) { edit(c); },
                 [&](command::SetBookmark& c) { edit(c); },
                 [&](command::RemoveBookmark& c) { edit(c); },
                 [&](command::SetTrace& c) {
                   if (view.trace == c.on) return;
                   view.trace = c.on;
                   trainer->keep_previous(c.on);
                   if (c.on && !running()) timeline->retake();
                 },
                 [&](command::ShareWeights&) {},
                 [&](command::MeetAt& c) { target = c.tick, stepping = false; },
                 [&](command::ShowRow& c) { view.row = c.row; },
                 [&](command::ShowUnit& c) { view.study_layer = c.layer, view.study_unit = c.unit; },
                 [&](command::SetEvalView& c) { view.eval = c.eval; },
                 [&](command::SetProbe& c) { view.probe_example = c.example, view.probe_point.reset(); },
                 [&](command::SetProbePoint& c) {
                   view.probe_point = {c.x, c.y};
                 },
                 [&](command::PushProbe&) { ++view.pushes; },
                 [&](command::Reset& c) { start(std::move(c.spec)); },
                 [&](command::Quit&) { go_on = false; },
             },
             command);
  return go_on;
}

void Session::Impl::rest_here() {
  target = trainer->tick();
  stepping = false;
  beats = 0;
  destination.reset();
}

// Where the steps asked for so far will lead.
Position Session::Impl::planned() const {
  Position at = timeline->position();
  if (over()) return at;
  if (destination) at = *destination;
  if (stepping && target > at.tick) at = {target, 0};
  return timeline->place(at, beats, Granularity::Phase);
}

// Back at once; forward a step at a time, so that commands are taken on the way.
void Session::Impl::step_by(const command::StepBy& c) {
  if (c.n == 0) return;
  const Position to = timeline->place(planned(), std::clamp(c.n, -kMostSteps, kMostSteps), c.granularity);
  rest_here();
  const Position from = timeline->position();
  if (to < from) {
    forget_deferred(to);
    timeline->seek(to, give_up());
    rest_here();
  } else if (c.granularity == Granularity::Phase) {
    const std::int64_t count = std::int64_t(timeline->beats().size());
    beats = std::min((to.tick - from.tick) * count + to.beat - from.beat, kMostSteps);
  } else {
    target = to.tick;
    stepping = true;
    due = Clock::now();
  }
}

void Session::Impl::seek(const Position& where) {
  // Beats beyond a tick's are of the ticks after, for which it trains step by step.
  const Position to = timeline->place({where.tick, 0}, where.beat, Granularity::Phase);
  forget_deferred(to);
  timeline->seek(std::min(to, timeline->tip()), give_up());
  rest_here();
  if (to > timeline->tip()) destination = to;
}

// Something done by hand to the timeline. Refused, it leaves everything as it was.
bool Session::Impl::edit(const Command& command) {
  notice.clear();
  const int branch = timeline->branch();
  try {
    if (const auto* there = std::get_if<command::SwitchBranch>(&command)) {
      timeline->switch_branch(there->branch);
      forget_deferred({-1, 0});
      rest_here();
    } else if (const auto* mark = std::get_if<command::SetBookmark>(&command)) {
      timeline->set_bookmark({mark->tick, mark->beat}, mark->name);
    } else if (const auto* gone = std::get_if<command::RemoveBookmark>(&command)) {
      timeline->remove_bookmark({gone->tick, gone->beat});
    } else {
      timeline->apply(command);
    }
    ++stamp;
    publish_log();
  } catch (const InputError& error) {
    notice = error.what();
    return false;
  }
  if (timeline->branch() == branch) return true;
  const std::lock_guard lock(shared_mutex);
  recent.clear();  // ticks of another branch
  return true;
}

void Session::Impl::publish_log() {
  std::vector<LoggedCommand> all{{0, command::Reset{asked}}};
  all.insert(all.end(), timeline->log().begin(), timeline->log().end());
  const std::lock_guard lock(shared_mutex);
  log = std::move(all);
}

// A setting that waits for the next step is of no use where the walk goes elsewhere than on to the end of its update.
void Session::Impl::forget_deferred(const Position& to) {
  if (deferred.empty() || (to.tick == timeline->position().tick && to.beat > 0)) return;
  notice = "Not set, since the walk has left its step: " + deferred.back().path + " = " + deferred.back().value +
           ". Set it again at a step's end.";
  deferred.clear();
}

// Room for states to go back to, as given last by whoever has several runs.
void Session::Impl::share_budget() {
  if (!timeline || timeline->budget() == budget) return;
  const bool before = timeline->over_budget();
  timeline->set_budget(budget);
  if (timeline->over_budget() && !before) notice = kOverBudget;
}

// Settings change only between two ticks; those that came inside one wait here.
void Session::Impl::apply_deferred() {
  std::string refused;
  bool any = false;
  for (command::SetField& c : std::exchange(deferred, {}))
    if (edit(c))
      any = true;
    else
      refused = notice;
  notice = refused;
  if (any && !running() && !on_the_way()) timeline->preview();
}

void Session::Impl::step() {
  if (!trainer) return;
  if (destination && timeline->position() < *destination && !over()) {
    if (trainer->tick() < destination->tick)
      tick();
    else
      timeline->advance_beat();
    if (timeline->position() >= *destination) destination.reset();
  } else if (beats > 0) {
    --beats;
    timeline->advance_beat();
  } else if (running()) {
    if (speed > 0 && Clock::now() < due) return;
    tick();
    pace();
  }
  if (over()) rest_here();
  if (!deferred.empty() && trainer->at_boundary()) apply_deferred();
  measure();
}

// One tick. What it takes decides how far apart checkpoints may lie; asking for the time at each of half a million
// ticks a second would be felt.
void Session::Impl::tick() {
  if (ticks_fast && speed == 0 && (trainer->tick() & 63) != 0) {
    timeline->advance_tick();
    return;
  }
  const auto start = Clock::now();
  timeline->advance_tick();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  timeline->note_tick_seconds(seconds);
  ticks_fast = seconds < kFastTick;
}

void Session::Impl::pace() {
  if (speed <= 0) return;
  due += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / speed));
  if (Clock::now() - due > kMostBehind) due = Clock::now();
}

void Session::Impl::measure() {
  if (!running()) return meter.rest(trainer->tick());
  // Asking for the time at each of half a million ticks a second would be felt.
  if (speed > 0 || (trainer->tick() & 63) == 0) meter.note(trainer->tick());
}

void Session::Impl::show() {
  Snapshot s;
  if (trainer) {
    s = builder->build(*trainer, view);
    s.timeline = timeline->view();
    s.history = s.timeline->at_tip ? s.timeline->history : trainer->history().view(trainer->tick());
    for (const command::SetField& c : deferred) set_field_quietly(s.spec, c);
    if (surfaces) s.surface = surfaces->latest(builder->data_view().get());
    s.status = running() || on_the_way() ? RunStatus::Running : RunStatus::Paused;
    s.message = notice;
    if (const Stopped* stopped = trainer->stopped(); stopped && notice.empty()) s.message = stopped_text(*stopped);
    if (const Divergence* d = trainer->divergence()) s.status = RunStatus::Diverged, s.message = d->message;
    if (s.status != RunStatus::Running && trainer->at_boundary()) s.state_hash = trainer->state_hash();
    s.ticks_per_second = meter.ticks_per_second();
  } else {
    s.spec = asked;
    s.status = failure.empty() ? RunStatus::Loading : RunStatus::Failed;
    s.message = failure;
  }
  s.speed = speed;
  publish(std::move(s));
  if (trainer) request_surface();
}

void Session::Impl::publish(Snapshot snapshot) {
  snapshot.commands_seen = commands_seen;
  auto shared = std::make_shared<const Snapshot>(std::move(snapshot));
  {
    const std::lock_guard lock(shared_mutex);
    recent.push_back(shared);
    if (recent.size() > kRecentSnapshots) recent.pop_front();
  }
  slot.publish(std::move(shared));
  if (options.on_publish) options.on_publish();
}

void Session::Impl::request_surface() {
  if (!surfaces || !trainer->at_boundary()) return;
  if (surface_tick == trainer->tick() && surface_stamp == stamp) return;
  if (!surfaces->idle()) return;
  surface_tick = trainer->tick();
  surface_stamp = stamp;
  auto params = std::make_shared<const AlignedVector<float>>(trainer->params().begin(), trainer->params().end());
  surfaces->submit({trainer->shared_network(), std::move(params), trainer->plans(), builder->data_view(),
                    trainer->classifies(), surface_tick});
}

Session::Session(RunSpec spec, SessionOptions options)
    : impl_(std::make_unique<Impl>(std::move(spec), std::move(options))) {}

Session::~Session() {
  impl_->queue.push(command::Quit{});
  impl_->worker.join();
}

void Session::set_budget(std::size_t bytes) {
  impl_->budget = bytes;
  impl_->queue.nudge();
}

std::uint64_t Session::send(Command command) { return impl_->queue.push(std::move(command)); }

std::shared_ptr<const Snapshot> Session::latest() { return impl_->slot.latest(); }

std::vector<std::shared_ptr<const Snapshot>> Session::recent() const {
  const std::lock_guard lock(impl_->shared_mutex);
  return {impl_->recent.begin(), impl_->recent.end()};
}

std::vector<LoggedCommand> Session::log() const {
  const std::lock_guard lock(impl_->shared_mutex);
  return impl_->log;
}

}  // namespace dropscope
