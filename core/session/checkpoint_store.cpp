#include "core/session/checkpoint_store.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "core/base/check.h"

namespace dropscope {
namespace {

constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
// These many ticks, or this many checkpoints, lie at `near` from one another; the distance doubles with the age.
constexpr std::int64_t kRecentTicks = 256, kRecent = 16;
constexpr int kLookEvery = 64;
// The recent ones shall not take more than half the budget.
constexpr std::size_t kShare = 2;

// The newest at or before a tick; end where there is none.
template <class V>
auto newest(V& kept, std::int64_t tick) {
  auto it = std::partition_point(kept.begin(), kept.end(), [tick](const auto& k) { return k.tick() <= tick; });
  return it == kept.begin() ? kept.end() : it - 1;
}

}  // namespace

CheckpointStore::CheckpointStore(std::size_t budget, std::int64_t near, std::int64_t far) : budget_(budget) {
  set_gaps(near, far);
}

void CheckpointStore::set_gaps(std::int64_t near, std::int64_t far) {
  asked_near_ = std::max<std::int64_t>(1, near);
  asked_far_ = std::max(asked_near_, far);
  const std::size_t most = std::max<std::size_t>(1, room() / kShare / std::max<std::size_t>(1, each_));
  near_ = std::max(asked_near_, kRecentTicks / std::int64_t(std::min<std::size_t>(most, kRecentTicks)));
  far_ = std::max(near_, asked_far_);
}

void CheckpointStore::set_budget(std::size_t bytes) {
  budget_ = bytes;
  reserve(reserved_);
}

void CheckpointStore::reserve(std::size_t bytes) {
  reserved_ = bytes;
  set_gaps(asked_near_, asked_far_);
  if (bytes_ > room()) keep_within_budget();
}

bool CheckpointStore::full() const { return branches_[0].kept.front().bytes + each_ > room(); }

void CheckpointStore::add_branch(int parent, std::int64_t fork_tick) {
  DROPSCOPE_CHECK(parent < int(branches_.size()));
  branches_.push_back({parent, fork_tick, {}});
}

// How far apart checkpoints may lie around a tick.
std::int64_t CheckpointStore::gap_at(std::int64_t tick) const {
  const std::int64_t recent = std::max(kRecentTicks, kRecent * near_);
  std::int64_t gap = far_;
  for (const std::int64_t goal : {at_, last_}) {
    const std::int64_t age = goal - tick;
    if (age < 0) continue;
    const int doublings = age <= recent ? 0 : std::min(int(std::bit_width(std::uint64_t(age / recent))), 30);
    gap = std::min(gap, near_ << doublings);
  }
  return gap;
}

bool CheckpointStore::misses(std::int64_t tick) {
  // Where no second one finds room none is taken.
  if (full()) return false;
  const std::int64_t last = before(here_, tick).tick();
  taken_ = taken_ <= tick ? std::max(taken_, last) : last;
  const std::int64_t gap = gap_at(tick);
  if (tick - taken_ < gap) return false;
  const auto& kept = branches_[std::size_t(here_)].kept;
  const auto next = std::partition_point(kept.begin(), kept.end(), [tick](const Kept& k) { return k.tick() <= tick; });
  return next == kept.end() || next->tick() - last > gap;
}

void CheckpointStore::put(Checkpoint state, std::shared_ptr<const RunSpec> spec, bool fixed) {
  auto& kept = branches_[std::size_t(here_)].kept;
  const std::int64_t tick = state.tick;
  const auto at = std::partition_point(kept.begin(), kept.end(), [tick](const Kept& k) { return k.tick() < tick; });
  DROPSCOPE_CHECK(at == kept.end() || at->tick() != tick);
  const std::size_t size = state.bytes() + sizeof(Kept);
  kept.insert(at, Kept{std::make_unique<const Checkpoint>(std::move(state)), std::move(spec), size, fixed});
  bytes_ += size;
  taken_ = tick;
  if (size != each_) each_ = size, set_gaps(asked_near_, asked_far_);
  if (++fresh_ >= kLookEvery) thin(1, true);
  if (bytes_ > room()) keep_within_budget();
}

const CheckpointStore::Kept& CheckpointStore::before(int branch, std::int64_t tick) const {
  for (;;) {
    const Branch& b = branches_[std::size_t(branch)];
    const auto found = newest(b.kept, tick);
    if (found != b.kept.end()) return *found;
    tick = std::min(tick, b.fork_tick);
    branch = b.parent;
    DROPSCOPE_CHECK(branch >= 0);
  }
}

bool CheckpointStore::has(int branch, std::int64_t tick) const {
  const auto& kept = branches_[std::size_t(branch)].kept;
  const auto found = newest(kept, tick);
  return found != kept.end() && found->tick() == tick;
}

template <class F>
void CheckpointStore::erase_if(int branch, F&& unwanted) {
  std::erase_if(branches_[std::size_t(branch)].kept, [&](const Kept& k) {
    // The start of everything stays, whatever happens.
    const bool out = (branch > 0 || k.tick() > 0) && unwanted(k);
    if (out) bytes_ -= k.bytes;
    return out;
  });
}

void CheckpointStore::drop_branch(int branch, bool fixed_too) {
  erase_if(branch, [&](const Kept& k) { return fixed_too || !k.fixed; });
}

void CheckpointStore::forget_after(int branch, std::int64_t tick) {
  erase_if(branch, [&](const Kept& k) { return k.tick() > tick; });
  taken_ = std::min(taken_, tick);
}

// Up to which tick each branch's checkpoints are on the way of the one walked on; -1: not at all.
std::vector<std::int64_t> CheckpointStore::limits() const {
  std::vector<std::int64_t> limit(branches_.size(), -1);
  std::int64_t most = kAll;
  for (int b = here_; b >= 0; b = branches_[std::size_t(b)].parent) {
    limit[std::size_t(b)] = most;
    most = std::min(most, branches_[std::size_t(b)].fork_tick);
  }
  return limit;
}

// Gives up what lies nearer to its neighbours than it need.
void CheckpointStore::thin(std::int64_t squeeze, bool spare_newest) {
  fresh_ = 0;
  const std::vector<std::int64_t> limit = limits();
  std::vector<std::int64_t> ticks;  // on the way
  for (std::size_t b = 0; b < branches_.size(); ++b)
    for (const Kept& k : branches_[b].kept)
      if (k.tick() <= limit[b]) ticks.push_back(k.tick());
  std::sort(ticks.begin(), ticks.end());
  std::vector<std::int64_t> out;
  std::int64_t before = ticks.front();
  for (std::size_t i = 1; i < ticks.size(); ++i) {
    const bool newest = i + 1 == ticks.size();
    const std::int64_t hole = (newest ? std::max(last_, at_) + 1 : ticks[i + 1]) - before;
    const std::int64_t gap = gap_at(ticks[i]);
    const bool spared = newest && spare_newest;
    if (!spared && (gap > kAll / squeeze || hole <= gap * squeeze))
      out.push_back(ticks[i]);
    else
      before = ticks[i];
  }
  if (out.empty()) return;
  for (std::size_t b = 0; b < branches_.size(); ++b)
    if (limit[b] >= 0)
      erase_if(int(b), [&](const Kept& k) {
        return !k.fixed && k.tick() <= limit[b] && std::binary_search(out.begin(), out.end(), k.tick());
      });
}

// What no one will miss goes first: that of branches left, then every other one, then the beginnings of branches.
void CheckpointStore::keep_within_budget() {
  const std::size_t goal = room() - room() / 8;  // so that it need not be done again at once
  const std::vector<std::int64_t> limit = limits();
  for (std::size_t b = 0; b < branches_.size() && bytes_ > goal; ++b)
    erase_if(int(b), [&](const Kept& k) { return !k.fixed && k.tick() > limit[b]; });
  for (std::int64_t squeeze = 1; bytes_ > goal && squeeze < kAll / 4; squeeze *= 2) thin(squeeze, true);
  if (bytes_ <= room()) return;
  thin(kAll / 4, false);
  for (const bool on_the_way : {false, true})
    for (std::size_t b = 0; b < branches_.size() && bytes_ > room(); ++b)
      if ((limit[b] >= 0) == on_the_way) drop_branch(int(b), true);
}

std::int64_t CheckpointStore::widest_gap(std::int64_t last) const {
  const std::vector<std::int64_t> limit = limits();
  std::vector<std::int64_t> ticks{last};
  for (std::size_t b = 0; b < branches_.size(); ++b)
    for (const Kept& k : branches_[b].kept)
      if (k.tick() <= limit[b]) ticks.push_back(k.tick());
  std::sort(ticks.begin(), ticks.end());
  std::int64_t widest = 0;
  for (std::size_t i = 1; i < ticks.size(); ++i) widest = std::max(widest, ticks[i] - ticks[i - 1]);
  return widest;
}

}  // namespace dropscope
