#include "core/session/command_queue.h"

#include <algorithm>
#include <utility>

namespace dropscope {
namespace {

template <class... T>
bool is_one_of(const Command& command) {
  return (std::holds_alternative<T>(command) || ...);
}

// Whether `next` makes `before` pointless: both set the same thing and nothing came between.
bool replaces(const Command& before, const Command& next) {
  if (before.index() != next.index()) return false;
  if (const auto* field = std::get_if<command::SetField>(&next))
    return field->path == std::get<command::SetField>(before).path;
  return is_one_of<command::SetSpeed, command::SetProbe, command::SetProbePoint, command::SetEvalView, command::SeekTo,
                   command::SetTrace, command::ShareWeights, command::MeetAt, command::ShowRow, command::ShowUnit>(
      next);
}

// Steps of one size and direction add up, so that a key held down is one way to go however long that takes.
bool add_up(Command& before, const Command& next) {
  auto* a = std::get_if<command::StepBy>(&before);
  const auto* b = std::get_if<command::StepBy>(&next);
  if (!a || !b || a->granularity != b->granularity || (a->n < 0) != (b->n < 0) || a->n == 0 || b->n == 0) return false;
  // A sum that overflows is far more than anyone can walk.
  constexpr std::int64_t kMost = INT64_MAX / 4;
  a->n = std::clamp(a->n, -kMost, kMost) + std::clamp(b->n, -kMost, kMost);
  return true;
}

}  // namespace

std::uint64_t CommandQueue::push(Command command) {
  std::uint64_t number = 0;
  const bool going = is_one_of<command::Play, command::RunUntil>(command);
  {
    const std::lock_guard lock(mutex_);
    if (!commands_.empty() && replaces(commands_.back(), command))
      commands_.back() = std::move(command);
    else if (commands_.empty() || !add_up(commands_.back(), command))
      commands_.push_back(std::move(command));
    if (std::holds_alternative<command::Quit>(commands_.back()) ||
        (commands_.size() == 1 && std::holds_alternative<command::SeekTo>(commands_.front())))
      overtaken_.store(true, std::memory_order_release);
    number = ++last_;
    if (going) last_going_ = number;
    pending_.store(true, std::memory_order_release);
  }
  changed_.notify_one();
  return number;
}

std::uint64_t CommandQueue::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

std::uint64_t CommandQueue::last_going() const {
  const std::lock_guard lock(mutex_);
  return last_going_;
}

void CommandQueue::nudge() {
  {
    const std::lock_guard lock(mutex_);
    nudged_ = true;
    pending_.store(true, std::memory_order_release);
  }
  changed_.notify_one();
}

CommandQueue::Taken CommandQueue::take_locked() {
  pending_.store(false, std::memory_order_release);
  overtaken_.store(false, std::memory_order_release);
  return {std::exchange(commands_, {}), last_, std::exchange(nudged_, false)};
}

CommandQueue::Taken CommandQueue::take() {
  const std::lock_guard lock(mutex_);
  return take_locked();
}

CommandQueue::Taken CommandQueue::wait_until(std::chrono::steady_clock::time_point time) {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return !commands_.empty() || nudged_; };
  // wait_until(max()) overflows in some libraries, so waiting without limit is a call of its own.
  if (time == std::chrono::steady_clock::time_point::max())
    changed_.wait(lock, ready);
  else
    changed_.wait_until(lock, time, ready);
  return take_locked();
}

}  // namespace dropscope
