#include "core/session/session.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/session/session_impl.h"
#include "core/session/thread_priority.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

constexpr std::size_t kRecentSnapshots = 8;
// Behind by more than this (a suspended machine, a slow one): go on from now instead of catching up in a burst.
constexpr auto kMostBehind = std::chrono::milliseconds(100);
constexpr auto kLongWait = std::chrono::milliseconds(20);

// What a setting that waits for the next step will make of the spec; one that will be refused changes nothing.
void set_field_quietly(RunSpec& spec, const command::SetField& c) {
  try {
    set_field(spec, c.path, c.value, "setting");
  } catch (const InputError&) {
  }
}

bool same_place(const Snapshot& a, const Snapshot& b) {
  return a.tick == b.tick && a.timeline && b.timeline && a.timeline->beat == b.timeline->beat;
}

}  // namespace

Session::Impl::Impl(RunSpec first, SessionOptions o)
    : options(std::move(o)),
      budget(options.timeline.budget),
      pool(options.threads > 1 ? std::make_unique<WorkerPool>(options.threads) : nullptr) {
  if (options.surfaces) surfaces = std::make_unique<SurfaceWorker>([this] { queue.nudge(); }, options.yields);
  auto loading = std::make_shared<Snapshot>();
  loading->spec = first;
  slot.publish(std::move(loading));
  worker = std::thread([this, spec = std::move(first)]() mutable {
    if (options.yields) yield_to_others();
    try {
      run(std::move(spec));
    } catch (const std::exception& error) {
      // Out of memory, most likely. This run is over; the window and other runs go on.
      Snapshot s;
      s.spec = asked;
      s.status = RunStatus::Failed;
      s.over = true;
      s.message = std::string("This run has ended: ") + error.what();
      publish(std::move(s));
    }
  });
}

void Session::Impl::run(RunSpec spec) {
  start(std::move(spec));
  show();
  for (;;) {
    const bool idle = !active();
    if (idle || queue.pending() || paced())
      if (!take(idle || paced(), idle ? Clock::time_point::max() : due)) return;
    step();
    // Before a long wait the newest state is left where it can be seen: nobody who asks meanwhile wakes this thread.
    if (!active() || show_soon || (paced() && due - Clock::now() > kLongWait) || slot.wanted()) show();
  }
}

// Takes and obeys what has been sent. False: quit.
bool Session::Impl::take(bool wait, Clock::time_point until) {
  pause_clock();
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
    timer.forget();
    asked = std::move(spec);
    publish_log();
    const std::lock_guard lock(shared_mutex);
    recent.clear();  // ticks of the run before are no ticks of this one
  } catch (const std::exception& error) {
    (trainer ? notice : failure) = error.what();
  }
}

void Session::Impl::publish_log() {
  std::vector<LoggedCommand> all{{0, command::Reset{asked}}};
  all.insert(all.end(), timeline->log().begin(), timeline->log().end());
  const std::lock_guard lock(shared_mutex);
  log = std::move(all);
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
    if (paced() && Clock::now() < due) return;
    tick();
    pace();
  }
  if (over()) rest_here();
  if (!deferred.empty() && trainer->at_boundary()) apply_deferred();
  measure();
}

void Session::Impl::tick() {
  timer.begin();
  timeline->advance_tick();
  if (timer.note_tick()) pause_clock();
}

// Something else than ticks comes next. What they take decides how far apart checkpoints may lie.
void Session::Impl::pause_clock() {
  if (const double each = timer.pause(); each > 0) timeline->note_tick_seconds(each);
}

void Session::Impl::pace() {
  if (speed <= 0 || hurry) return;
  due += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / speed));
  if (Clock::now() - due > kMostBehind) due = Clock::now();
}

void Session::Impl::measure() {
  if (at_meeting()) return meter.note(trainer->tick());
  if (!running()) return meter.rest(trainer->tick());
  // Asking for the time at each of half a million ticks a second would be felt.
  if (speed > 0 || (trainer->tick() & 63) == 0) meter.note(trainer->tick());
}

void Session::Impl::show() {
  pause_clock();
  show_soon = false;
  Snapshot s;
  if (trainer) {
    s = builder->build(*trainer, view);
    s.timeline = timeline->view();
    s.history = s.timeline->at_tip ? s.timeline->history : trainer->history().view(trainer->tick());
    for (const command::SetField& c : deferred) set_field_quietly(s.spec, c);
    if (surfaces) s.surface = surfaces->latest(builder->data_view().get());
    const bool training = active() || at_meeting();
    s.status = training ? RunStatus::Running : RunStatus::Paused;
    s.over = over();
    s.message = notice;
    if (const Stopped* stopped = trainer->stopped(); stopped && notice.empty()) s.message = stopped_text(*stopped);
    if (const Divergence* d = trainer->divergence()) s.status = RunStatus::Diverged, s.message = d->message;
    if (s.status != RunStatus::Running && trainer->at_boundary()) s.state_hash = trainer->state_hash();
    s.ticks_per_second = meter.ticks_per_second();
    s.tick_seconds = timer.lately();
    s.frozen = sharing.share(*trainer, {stamp, timeline->position()}, training, {asked, timeline->log()});
  } else {
    s.spec = asked;
    s.status = failure.empty() ? RunStatus::Loading : RunStatus::Failed;
    s.over = !failure.empty();
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
    if (!recent.empty() && same_place(*recent.back(), *shared)) recent.pop_back();
    recent.push_back(shared);
    if (recent.size() > kRecentSnapshots) recent.pop_front();
  }
  slot.publish(shared);
  if (options.on_snapshot) options.on_snapshot(shared);
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

std::uint64_t Session::sent() const { return impl_->queue.last(); }
std::uint64_t Session::sent_going() const { return impl_->queue.last_going(); }

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
