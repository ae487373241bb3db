#include "core/session/timeline.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/base/check.h"
#include "core/session/checkpoint_store.h"
#include "core/session/timeline_log.h"
#include "core/session/timeline_words.h"

namespace dropscope {
namespace {

// How long the ticks from a checkpoint to the next may take: a third of what PERFORMANCE asks of steps back, since
// there is the checkpoint to copy, a machine that does other things, and a picture to make. Less where checkpoints are
// small, so that a dragged timeline follows: a fiftieth of the time goes into them, about.
constexpr double kNearSeconds = 0.03, kNearestSeconds = 0.002, kFarSeconds = 0.4;
constexpr double kCheckpointSeconds = 5e-6, kByteSeconds = 0.4e-9, kShare = 50;
constexpr double kMostTicks = 1e7;
constexpr std::size_t kMostBranches = 200;
constexpr std::int64_t kFarAway = std::int64_t{1} << 50;  // no sum of two such overflows

std::int64_t clamped(std::int64_t n) { return std::clamp(n, -kFarAway, kFarAway); }

// Towards minus infinity.
std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

struct Timeline::Impl {
  struct Branch {
    std::string name;
    std::int64_t fork_tick = 0;
    int parent = -1;
    Position tip;
    BranchLog log;
    std::vector<TimelineView::Bookmark> bookmarks;
    HistoryBuilder history;  // while another branch is walked on
    std::size_t bytes() const {
      return sizeof *this + bytes_of(log, fork_tick) + bookmarks.capacity() * sizeof(TimelineView::Bookmark) +
             (history.count_after(fork_tick) + History::kChunk) * sizeof(MetricPoint);
    }
  };

  Impl(Trainer& t, TimelineOptions o) : trainer(t), beats(beats_of(t.network())), store(o.budget, o.near, o.far) {
    branches.push_back({branch_name(0, 0), 0, -1, {}, {}, {}, {}});
    store.add_branch(-1, 0);
    untouched = settings_now();
    store.put(trainer.checkpoint(), untouched, true);
    preview();
  }

  Branch& here() { return branches[std::size_t(branch)]; }
  Position position() const { return {trainer.tick(), beat}; }
  std::int64_t shown_tick() const {
    const std::int64_t tick = trainer.tick();
    return beat > 0 || trainer.previewing() || tick == 0 ? tick : tick - 1;
  }
  bool over() const { return trainer.divergence() || trainer.stopped(); }

  const std::shared_ptr<const RunSpec>& settings_now();
  void arrive();
  void leave();
  bool moved_to(int new_beat);
  bool advance_tick();
  bool advance_beat();
  void restore(const CheckpointStore::Kept& kept);
  void go(Position to, bool afresh, const std::function<bool()>& give_up = {});
  void preview();
  void obey(const Command& command);
  void set(const command::SetField& field);
  void by_hand(const Command& command);
  bool needs_branch(std::int64_t tick) const;
  void check_branches(std::int64_t tick) const;
  void make_room(std::int64_t tick);
  void fork(std::int64_t tick);
  void cut(std::int64_t tick);
  void note(std::int64_t tick, const Command& command);
  void log_changed();
  void make_view();

  Trainer& trainer;
  std::vector<Beat> beats;
  CheckpointStore store;
  std::vector<Branch> branches;
  int branch = 0;
  int beat = 0;
  std::size_t cursor = 0;                    // the first entry of the log that is not of an earlier tick
  bool masks_given = false;                  // the trainer has the masks by hand that are logged with the tick at hand
  std::int64_t heading = -1;                 // the tick a walk is on its way to; -1: none
  std::shared_ptr<const RunSpec> settings;   // of the trainer as it is; null: not copied yet
  std::shared_ptr<const RunSpec> untouched;  // the settings without those logged with the tick at hand
  std::array<double, 15> tick_seconds{};     // the last ones noted
  std::size_t noted = 0;
  std::size_t branch_bytes = 0;
  bool pins_stale = false, list_stale = false;  // the log has changed since they were made
  std::vector<TimelineView::Pin> pins;
  std::vector<LoggedCommand> list;
  std::shared_ptr<const TimelineView> view;  // null where something has changed since
};

const std::shared_ptr<const RunSpec>& Timeline::Impl::settings_now() {
  if (!settings) settings = std::make_shared<const RunSpec>(trainer.spec());
  return settings;
}

// At a boundary that the trainer has just come to.
void Timeline::Impl::arrive() {
  const std::int64_t tick = trainer.tick();
  Branch& b = here();
  masks_given = false;
  untouched = settings_now();
  const std::int64_t goal = std::max(heading, tick);
  store.look_at(branch, goal, std::max(b.tip.tick, goal));
  const bool begins = b.parent >= 0 && tick == b.fork_tick && !store.has(branch, tick);
  // Where a run has stopped no tick follows that a walk could show.
  if (!over() && (begins || store.wants(tick))) store.put(trainer.checkpoint(), untouched, begins);
  while (cursor < b.log.size() && b.log[cursor]->logged.tick < tick) ++cursor;
  for (std::size_t i = cursor; i < b.log.size() && b.log[i]->logged.tick == tick; ++i)
    if (is_setting(*b.log[i])) obey(b.log[i]->logged.command);
}

// Masks wait until their tick is taken: before, the picture is that of the tick before.
void Timeline::Impl::leave() {
  if (beat > 0 || masks_given) return;
  masks_given = true;
  const Branch& b = here();
  for (std::size_t i = cursor; i < b.log.size() && b.log[i]->logged.tick == trainer.tick(); ++i)
    if (!is_setting(*b.log[i])) obey(b.log[i]->logged.command);
}

void Timeline::Impl::obey(const Command& command) {
  const auto site = [&](const std::string& name) { return trainer.network().find_site(name); };
  if (const auto* f = std::get_if<command::SetField>(&command)) {
    trainer.set_field(f->path, f->value, "setting");
    settings.reset();
  } else if (const auto* g = std::get_if<command::SetGate>(&command)) {
    trainer.set_gate({site(g->site), g->element, g->row, g->keep});
  } else if (const auto* l = std::get_if<command::LockGate>(&command)) {
    trainer.lock_gate(site(l->site), l->element, l->keep);
  } else if (const auto* r = std::get_if<command::ReleaseGate>(&command)) {
    trainer.release_gate(site(r->site), r->element);
  } else {
    trainer.redraw_masks();
  }
}

bool Timeline::Impl::moved_to(int new_beat) {
  beat = new_beat;
  if (position() > here().tip) here().tip = position();
  view.reset();
  return !over();
}

bool Timeline::Impl::advance_tick() {
  if (over()) return false;
  leave();
  const std::int64_t before = trainer.tick();
  trainer.advance(Granularity::Tick);
  if (trainer.tick() > before) {
    arrive();
  } else {  // diverged: what lay beyond the last good boundary is no longer there
    here().tip = {trainer.tick(), 0};
  }
  return moved_to(0);
}

bool Timeline::Impl::advance_beat() {
  if (over()) return false;
  leave();
  for (int i = 0; i < beats[std::size_t(beat)].stations; ++i) {
    trainer.advance(Granularity::Phase);
    if (trainer.divergence()) {
      here().tip = {trainer.tick(), 0};
      return moved_to(0);
    }
  }
  if (!trainer.at_boundary()) return moved_to(beat + 1);
  arrive();
  return moved_to(0);
}

void Timeline::Impl::restore(const CheckpointStore::Kept& kept) {
  store.start_from(kept.tick());
  trainer.restore_settings(*kept.spec);
  trainer.restore(*kept.state);
  settings = kept.spec;
  beat = 0;
  cursor = first_of_tick(here().log, kept.tick());
  arrive();
}

// A boundary is reached by the tick before it, so that the picture is that tick's. `afresh`: what the trainer has is
// no part of this branch's past.
void Timeline::Impl::go(Position to, bool afresh, const std::function<bool()>& give_up) {
  const Position from = position();
  heading = to.tick;
  store.look_at(branch, to.tick, std::max(here().tip.tick, to.tick));
  const CheckpointStore::Kept& kept = store.before(branch, std::max<std::int64_t>(0, to.tick - 1));
  if (afresh || to < from || kept.tick() > from.tick) restore(kept);
  for (bool shown = false; trainer.tick() < to.tick && !(shown && give_up && give_up()); shown = true)
    if (!advance_tick()) break;
  while (trainer.tick() == to.tick && beat < to.beat && advance_beat()) {
  }
  if (position() == Position{}) preview();
  heading = -1;
  view.reset();
}

void Timeline::Impl::preview() {
  if (beat > 0) return;
  leave();
  trainer.preview();
  view.reset();
}

void Timeline::Impl::set(const command::SetField& field) {
  DROPSCOPE_CHECK(trainer.at_boundary());
  const Position at = position();
  check_branches(at.tick);
  const bool had_diverged = trainer.divergence(), previewing = trainer.previewing();
  trainer.set_field(field.path, field.value, "setting");
  settings.reset();
  make_room(at.tick);
  note(at.tick, field);
  // Masks by hand that the tick to come has already were given under other settings: which gates elements share, say.
  const BranchLog& log = here().log;
  bool painted = false;
  for (std::size_t i = cursor; masks_given && i < log.size() && log[i]->logged.tick == at.tick; ++i)
    painted |= !is_setting(*log[i]);
  // Under other settings the run may get past the place.
  if (had_diverged || painted) go(at, true);
  if (previewing) preview();
}

void Timeline::Impl::by_hand(const Command& command) {
  check_by_hand(command, trainer);
  const Position at = position();
  const bool previewing = trainer.previewing();
  const int old_branch = branch;
  const std::int64_t tick = shown_tick();
  check_branches(tick);
  Branch old = here();
  old.history = trainer.history();
  try {
    make_room(tick);
    note(tick, command);
    if (previewing) {
      obey(command);
      preview();
    } else {
      go(at, true);
    }
  } catch (...) {
    if (branch != old_branch) {
      branches.pop_back();
      store.remove_last_branch();
      branch = old_branch;
    }
    trainer.restore_history(old.history);
    here() = std::move(old);
    here().history = {};
    log_changed();
    go(at, true);
    if (previewing) preview();
    throw;
  }
}

// What this branch has done from a tick on will be done otherwise: by another branch where updates would be lost.
bool Timeline::Impl::needs_branch(std::int64_t tick) const {
  const Branch& b = branches[std::size_t(branch)];
  const bool just_begun = b.parent >= 0 && b.fork_tick == tick && b.tip.tick <= tick + 1;
  return b.tip.tick > trainer.tick() && !just_begun;
}

void Timeline::Impl::check_branches(std::int64_t tick) const {
  if (branches.size() >= kMostBranches && needs_branch(tick))
    throw InputError("branch",
                     "at most " + std::to_string(kMostBranches) +
                         " of them (go to the end of one and change the run there, or start over)",
                     "one more");
}

void Timeline::Impl::make_room(std::int64_t tick) {
  if (needs_branch(tick))
    fork(tick);
  else
    cut(tick);
}

void Timeline::Impl::fork(std::int64_t tick) {
  const Position at = position();
  Branch next;
  next.name = branch_name(int(branches.size()), tick);
  next.fork_tick = tick;
  next.parent = branch;
  next.tip = at;
  const Branch& old = here();
  for (std::size_t i = 0; i < old.log.size(); ++i) {
    // Of the tick after the one changed, only the settings that are in force at the boundary at hand.
    const std::int64_t its = old.log[i]->logged.tick;
    if (its > tick && (its > at.tick || !is_setting(*old.log[i]))) continue;
    next.log.push_back(old.log[i]);
  }
  for (const TimelineView::Bookmark& mark : old.bookmarks)
    if (Position{mark.tick, mark.beat} <= Position{tick, 0}) next.bookmarks.push_back(mark);
  here().history = trainer.history();
  branches.push_back(std::move(next));
  store.add_branch(branch, tick);
  branch = int(branches.size()) - 1;
  store.look_at(branch, at.tick, at.tick);
  trainer.forget_after(tick);
  log_changed();
}

void Timeline::Impl::cut(std::int64_t tick) {
  const Position at = position();
  Branch& b = here();
  b.tip = at;
  // As for a branch: of the tick after the one changed, only settings.
  std::erase_if(b.log,
                [&](const auto& e) { return e->logged.tick > at.tick || (e->logged.tick > tick && !is_setting(*e)); });
  std::erase_if(b.bookmarks, [&](const TimelineView::Bookmark& m) { return Position{m.tick, m.beat} > at; });
  store.forget_after(branch, tick);
  trainer.forget_after(tick);
  log_changed();
}

void Timeline::Impl::note(std::int64_t tick, const Command& command) {
  write_down(here().log, tick, command, pin_text(command, trainer));
  if (std::holds_alternative<command::SetField>(command)) mark_put_back(here().log, tick, *untouched, *settings_now());
  log_changed();
}

void Timeline::Impl::log_changed() {
  cursor = first_of_tick(here().log, trainer.tick());
  pins_stale = list_stale = true;
  branch_bytes = 0;
  for (const Branch& b : branches) branch_bytes += b.bytes();
  store.reserve(branch_bytes);
  view.reset();
}

void Timeline::Impl::make_view() {
  auto v = std::make_shared<TimelineView>();
  const Branch& b = here();
  for (const Beat& each : beats) v->beats.push_back({each.phase, each.column});
  v->tick = trainer.tick();
  v->beat = beat;
  v->last_tick = b.tip.tick;
  v->at_tip = position() >= b.tip;
  v->history = trainer.history().view();
  if (std::exchange(pins_stale, false)) pins = pins_of(b.log);
  v->pins = pins;
  for (const Branch& each : branches) v->branches.push_back({each.name, each.fork_tick, each.tip.tick, each.parent});
  v->branch = branch;
  v->bookmarks = b.bookmarks;
  v->oldest_gap = store.widest_gap(b.tip.tick);
  v->checkpoint_bytes = store.bytes();
  v->branch_bytes = branch_bytes;
  v->budget_bytes = store.budget();
  v->over_budget = store.full();
  view = std::move(v);
}

Timeline::Timeline(Trainer& trainer, TimelineOptions options) : impl_(std::make_unique<Impl>(trainer, options)) {}
Timeline::~Timeline() = default;

Position Timeline::position() const { return impl_->position(); }
const std::vector<Beat>& Timeline::beats() const { return impl_->beats; }
Position Timeline::tip() const { return impl_->here().tip; }
bool Timeline::advance_tick() { return impl_->advance_tick(); }
bool Timeline::advance_beat() { return impl_->advance_beat(); }
void Timeline::preview() { impl_->preview(); }
int Timeline::branch() const { return impl_->branch; }
int Timeline::branch_count() const { return int(impl_->branches.size()); }
std::size_t Timeline::budget() const { return impl_->store.budget(); }
bool Timeline::over_budget() const { return impl_->store.full(); }

const std::vector<LoggedCommand>& Timeline::log() const {
  if (std::exchange(impl_->list_stale, false)) {
    impl_->list.clear();
    for (const auto& e : impl_->here().log) impl_->list.push_back(e->logged);
  }
  return impl_->list;
}

void Timeline::set_budget(std::size_t bytes) {
  impl_->store.set_budget(bytes);
  impl_->view.reset();
}

std::size_t Timeline::bytes() const { return impl_->store.bytes(); }

void Timeline::retake() {
  // A failed update left nothing that could be shown.
  if (!impl_->trainer.previewing() && !impl_->trainer.divergence()) impl_->go(position(), true);
}

void Timeline::seek(Position to, const std::function<bool()>& give_up) {
  to = place({clamped(to.tick), 0}, to.beat, Granularity::Phase);
  if (to < Position{}) to = {};
  if (to != position()) impl_->go(to, false, give_up);
}

Position Timeline::place(const Position& from, std::int64_t n, Granularity granularity) const {
  n = clamped(n);
  if (n == 0) return from;
  if (granularity == Granularity::Phase) {
    const std::int64_t count = std::int64_t(impl_->beats.size()), to = from.beat + n;
    const Position at{from.tick + floor_div(to, count), int(to - floor_div(to, count) * count)};
    return at.tick < 0 ? Position{} : at;
  }
  const std::int64_t per = granularity == Granularity::Epoch ? impl_->trainer.ticks_per_epoch() : 1;
  const bool between = from.beat > 0 || from.tick % per != 0;
  const std::int64_t number = from.tick / per + std::clamp(n, -kFarAway / per, kFarAway / per);
  return {std::max<std::int64_t>(0, number + (n < 0 && between ? 1 : 0)) * per, 0};
}

void Timeline::apply(const Command& command) {
  if (const auto* field = std::get_if<command::SetField>(&command))
    impl_->set(*field);
  else
    impl_->by_hand(command);
}

std::int64_t Timeline::shown_tick() const { return impl_->shown_tick(); }

void Timeline::switch_branch(int branch) {
  const int count = branch_count();
  if (branch < 0 || branch >= count)
    throw InputError("branch", "a number from 0 to " + std::to_string(count - 1), std::to_string(branch));
  if (branch == impl_->branch) return seek(tip());
  impl_->here().history = impl_->trainer.history();
  impl_->branch = branch;
  impl_->trainer.restore_history(std::move(impl_->here().history));
  impl_->here().history = {};
  impl_->log_changed();
  impl_->go(tip(), true);
}

void Timeline::set_bookmark(const Position& at, const std::string& name) {
  if (at < Position{} || at > tip() || at.beat >= int(beats().size()))
    throw InputError("bookmark", "a place on this branch", bookmark_name(at.tick, at.beat));
  remove_bookmark(at);
  auto& marks = impl_->here().bookmarks;
  const auto place = std::find_if(marks.begin(), marks.end(), [&](const auto& m) {
    return Position{m.tick, m.beat} > at;
  });
  marks.insert(place, {at.tick, at.beat, name.empty() ? bookmark_name(at.tick, at.beat) : name});
}

void Timeline::remove_bookmark(const Position& at) {
  std::erase_if(impl_->here().bookmarks, [&](const auto& m) { return Position{m.tick, m.beat} == at; });
  impl_->view.reset();
}

std::shared_ptr<const TimelineView> Timeline::view() const {
  if (!impl_->view) impl_->make_view();
  return impl_->view;
}

void Timeline::note_tick_seconds(double seconds) {
  if (!(seconds > 0)) return;
  auto& all = impl_->tick_seconds;
  all[impl_->noted++ % all.size()] = seconds;
  // The middle one of the last: a tick during which the machine did something else must not count.
  auto sorted = all;
  const auto end = sorted.begin() + std::ptrdiff_t(std::min(impl_->noted, all.size()));
  const auto middle = sorted.begin() + (end - sorted.begin()) / 2;
  std::nth_element(sorted.begin(), middle, end);
  const double typical = *middle;
  const double cost = kCheckpointSeconds + kByteSeconds * double(impl_->store.bytes_each());
  const double near = std::clamp(kShare * cost, kNearestSeconds, kNearSeconds);
  impl_->store.set_gaps(std::int64_t(std::clamp(near / typical, 1.0, kMostTicks)),
                        std::int64_t(std::clamp(kFarSeconds / typical, 1.0, kMostTicks)));
}

}  // namespace dropscope
