#include "core/session/lab.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <utility>

#include "core/base/check.h"

namespace dropscope {
namespace {

using Clock = std::chrono::steady_clock;
using Shown = std::shared_ptr<const Snapshot>;
using namespace std::chrono_literals;

constexpr double kMeetingsPerSecond = 30;
constexpr std::int64_t kLongestStride = std::int64_t{1} << 20;  // ticks between meetings
// Where there was no meeting for so long, runs are asked where they are: one may have been sent past it.
constexpr auto kLongAgo = 250ms;

int beat_of(const Snapshot& s) { return s.timeline ? s.timeline->beat : 0; }
bool loads(const Shown& s) { return !s || s->status == RunStatus::Loading; }

// The newest snapshot of this tick, null where there is none.
Shown at_tick(const std::vector<Shown>& ring, std::int64_t tick) {
  const auto it = std::find_if(ring.rbegin(), ring.rend(),
                               [&](const Shown& s) { return s->tick == tick && s->status != RunStatus::Loading; });
  return it != ring.rend() ? *it : nullptr;
}

}  // namespace

// Sessions' threads come here with every snapshot; whoever finds that all have arrived sends all on. Under the mutex
// commands are sent and pointers kept, nothing is built and nobody of outside is called.
struct Lab::Impl {
  struct Member {
    Shown newest;
    std::uint64_t asked = 0;  // number of the command that said last where to go
    std::unique_ptr<Session> session;

    bool is_over() const { return newest && newest->over; }
    // There are commands, up to this one, that the newest snapshot does not know of: it may be elsewhere by now, and
    // over no more.
    bool lags(std::uint64_t command) const { return newest && newest->commands_seen < command; }
  };
  enum class Aim : std::uint8_t { Own, Together, Gather };  // each its own way; meetings; to one tick, and rest

  std::unique_ptr<Member> make(RunSpec spec);
  void go(Member& m, Command c) { m.asked = m.session->send(std::move(c)); }
  void consider();
  void meet();
  void call(std::int64_t tick, bool hurry);
  std::int64_t longest_stride() const;
  void keep_near();
  void next_meeting();
  void gather();
  void stop(bool at_boundary);
  // Alone a run has all the memory for going back, among others its share.
  void share_budget() {
    const std::size_t all = options.timeline.budget;
    for (auto& m : members) m->session->set_budget(members.size() > 1 ? all / kMostRuns : all);
  }

  SessionOptions options;
  mutable std::mutex mutex;                      // guards all below; only the owner changes `members`
  std::vector<std::unique_ptr<Member>> members;  // a session's thread may be at work for one that is no longer here
  Aim aim = Aim::Own;
  bool boundary = false;  // Gather: not within a tick
  std::int64_t meeting = 0, stride = 1;
  Clock::time_point met_at;
  std::vector<Shown> kept;  // aligned() as it was last; empty, or one for each member
};

std::unique_ptr<Lab::Impl::Member> Lab::Impl::make(RunSpec spec) {
  auto member = std::make_unique<Member>();
  SessionOptions own = options;
  own.on_snapshot = [this, m = member.get(), theirs = options.on_snapshot](const Shown& s) {
    {
      const std::lock_guard lock(mutex);
      m->newest = s;
      consider();
    }
    if (theirs) theirs(s);
  };
  member->session = std::make_unique<Session>(std::move(spec), std::move(own));
  return member;
}

void Lab::Impl::consider() {
  if (aim == Aim::Together) meet();
  if (aim == Aim::Gather) gather();
}

// Looks who is where. Whatever was sent to single runs meanwhile shows in their snapshots, and nowhere else.
void Lab::Impl::meet() {
  keep_near();
  bool all_here = true, any = false;
  std::int64_t furthest = meeting;
  for (auto& m : members) {
    if (loads(m->newest)) {
      all_here = false;
      continue;
    }
    const Snapshot& s = *m->newest;
    const bool lags = m->lags(m->asked);
    if (s.over && !lags) continue;
    any = true;
    if (lags) {
      all_here = false;
      continue;
    }
    const bool within = beat_of(s) > 0;
    furthest = std::max(furthest, s.tick + within);
    if (s.tick == meeting && !within) continue;
    all_here = false;
    // It was sent elsewhere, or started over.
    if (s.status == RunStatus::Paused && s.commands_seen > m->asked) go(*m, command::MeetAt{meeting, true});
  }
  if (furthest > meeting) return call(furthest, true);
  if (!all_here) return;
  if (any)
    next_meeting();
  else
    aim = Aim::Own;
}

void Lab::Impl::call(std::int64_t tick, bool hurry) {
  meeting = tick;
  for (auto& m : members)
    if (!m->is_over() || m->lags(m->session->sent())) go(*m, command::MeetAt{tick, hurry});
}

// Where runs are paced, no more ticks than pass between two meetings at the slowest one's speed.
std::int64_t Lab::Impl::longest_stride() const {
  double slowest = 0;
  for (const auto& m : members) {
    if (loads(m->newest) || m->newest->over) continue;
    if (const double speed = m->newest->speed; speed > 0 && (slowest == 0 || speed < slowest)) slowest = speed;
  }
  if (slowest == 0) return kLongestStride;
  return std::clamp<std::int64_t>(std::llround(slowest / kMeetingsPerSecond), 1, kLongestStride);
}

// Runs that were slowed down must not have the ticks of their fast days before them.
void Lab::Impl::keep_near() {
  const std::int64_t longest = longest_stride();
  if (stride <= longest) return;
  stride = longest;
  std::int64_t furthest = 0;
  for (auto& m : members)
    if (!loads(m->newest) && !m->newest->over) furthest = std::max(furthest, m->newest->tick);
  if (furthest + stride < meeting) call(furthest + stride, false);
}

void Lab::Impl::next_meeting() {
  const auto now = Clock::now();
  const double took = std::max(1e-6, std::chrono::duration<double>(now - met_at).count());
  met_at = now;
  // Bounded: what took long because the machine was busy for once is forgotten soon.
  const auto wanted = std::int64_t(std::min(1e15, std::round(double(stride) / (kMeetingsPerSecond * took))));
  stride = std::min(std::clamp(wanted, std::max<std::int64_t>(1, stride / 2), stride * 2), longest_stride());
  call(meeting + stride, false);
}

void Lab::Impl::stop(bool at_boundary) {
  aim = Aim::Gather;
  boundary = at_boundary;
  for (auto& m : members) go(*m, command::Pause{});
  consider();
}

// When all rest, those that are elsewhere than the newest tick are sent there, until none is. Whoever lets one train on
// meanwhile wants something else: what it would do whenever that one rests has nothing to do with this any more.
void Lab::Impl::gather() {
  for (auto& m : members) {
    if (!m->is_over() && m->session->sent_going() > m->asked) return void(aim = Aim::Own);
  }
  std::int64_t newest = -1;
  int beat = 0;
  bool same = true;
  for (auto& m : members) {
    if (loads(m->newest)) return;
    const Snapshot& s = *m->newest;
    if (s.over) continue;
    if (s.status != RunStatus::Paused || s.commands_seen < m->session->sent()) return;
    if (newest >= 0 && (s.tick != newest || beat_of(s) != beat)) same = false;
    newest = std::max(newest, s.tick);
    beat = beat_of(s);
  }
  if (same && (beat == 0 || !boundary)) {
    aim = Aim::Own;
    return;
  }
  for (auto& m : members) {
    const Snapshot& s = *m->newest;
    if (!s.over && (s.tick != newest || beat_of(s) != 0)) go(*m, command::SeekTo{newest, 0});
  }
}

Lab::Lab(SessionOptions options) : impl_(std::make_unique<Impl>()) { impl_->options = std::move(options); }

Lab::~Lab() {
  std::vector<std::unique_ptr<Impl::Member>> gone;
  {
    const std::lock_guard lock(impl_->mutex);
    gone.swap(impl_->members);
  }
  for (auto& m : gone) m->session->send(command::Quit{});  // so that none waits for another's end
}

std::size_t Lab::size() const { return impl_->members.size(); }
Session& Lab::run(std::size_t i) { return *impl_->members[i]->session; }

std::size_t Lab::add(RunSpec spec) {
  DROPSCOPE_CHECK(size() < kMostRuns);
  auto member = impl_->make(std::move(spec));
  const std::lock_guard lock(impl_->mutex);
  impl_->members.push_back(std::move(member));
  Impl::Member& m = *impl_->members.back();
  if (!impl_->kept.empty()) impl_->kept.push_back(nullptr);
  impl_->share_budget();
  if (impl_->aim == Impl::Aim::Together) impl_->go(m, command::MeetAt{impl_->meeting, true});
  if (impl_->aim == Impl::Aim::Gather) impl_->go(m, command::Pause{});
  return size() - 1;
}

void Lab::remove(std::size_t run) {
  DROPSCOPE_CHECK(run < size());
  std::unique_ptr<Impl::Member> gone;  // its thread ends after the lock
  const std::lock_guard lock(impl_->mutex);
  gone = std::move(impl_->members[run]);
  impl_->members.erase(impl_->members.begin() + std::ptrdiff_t(run));
  if (!impl_->kept.empty()) impl_->kept.erase(impl_->kept.begin() + std::ptrdiff_t(run));
  impl_->share_budget();
  impl_->consider();
}

std::vector<std::uint64_t> Lab::send_all(const Command& command) {
  const std::lock_guard lock(impl_->mutex);
  std::vector<std::uint64_t> numbers;
  for (auto& m : impl_->members) numbers.push_back(m->session->send(command));
  return numbers;
}

void Lab::play_together() {
  const std::lock_guard lock(impl_->mutex);
  std::int64_t furthest = 0;
  for (auto& m : impl_->members)
    if (!loads(m->newest) && !m->newest->over && !m->lags(m->session->sent()))
      furthest = std::max(furthest, m->newest->tick + (beat_of(*m->newest) > 0));
  impl_->aim = Impl::Aim::Together;
  impl_->stride = 1;
  impl_->met_at = Clock::now();
  impl_->call(furthest, true);
  impl_->consider();
}

void Lab::pause_together() {
  const std::lock_guard lock(impl_->mutex);
  impl_->stop(false);
}

void Lab::line_up() {
  const std::lock_guard lock(impl_->mutex);
  impl_->stop(true);
}

void Lab::part() {
  const std::lock_guard lock(impl_->mutex);
  impl_->aim = Impl::Aim::Own;
}

bool Lab::playing_together() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->aim == Impl::Aim::Together;
}

std::vector<std::shared_ptr<const Snapshot>> Lab::aligned() {
  std::vector<std::vector<Shown>> rings(size());
  std::vector<Shown> before;  // both are freed after the lock
  const std::lock_guard lock(impl_->mutex);
  const bool together = impl_->aim == Impl::Aim::Together;
  // Meetings give enough pictures.
  const bool ask = !together || Clock::now() - impl_->met_at > kLongAgo;
  std::vector<Shown> found(size());
  std::size_t first = size();  // of those that have a tick in common with others
  bool any = false;
  for (std::size_t i = 0; i < size(); ++i) {
    Impl::Member& m = *impl_->members[i];
    if (ask) m.session->latest();
    if (loads(m.newest)) continue;
    any = true;
    found[i] = m.newest;
    if (m.newest->over) continue;
    rings[i] = m.session->recent();
    first = std::min(first, i);
  }
  if (!any) return {};
  bool common = first == size();
  for (std::size_t k = common ? 0 : rings[first].size(); k-- > 0 && !common;) {
    common = true;
    for (std::size_t i = first; i < size() && common; ++i) {
      if (!found[i] || found[i]->over) continue;
      Shown s = at_tick(rings[i], rings[first][k]->tick);
      common = s != nullptr;
      if (s) found[i] = std::move(s);
    }
  }
  if (common) {
    before = std::exchange(impl_->kept, found);
    return found;
  }
  return together ? impl_->kept : std::vector<Shown>{};
}

}  // namespace dropscope
