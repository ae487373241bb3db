// From any thread to the session's: values in order, neighbours for the same target merged, so that a
// dragged slider is one command, and so is a key held down that steps.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "core/session/command.h"

namespace dropscope {

class CommandQueue {
 public:
  struct Taken {
    std::vector<Command> commands;
    std::uint64_t last = 0;  // number of the newest command taken so far
    bool nudged = false;
  };

  // Returns the command's number, counting from 1.
  std::uint64_t push(Command command);
  std::uint64_t last() const;        // number of the newest command pushed
  std::uint64_t last_going() const;  // of the newest Play or RunUntil
  // Wakes the taker without a command: a picture it was waiting for is ready.
  void nudge();
  // Whether there may be something to take; cheap enough to ask every tick.
  bool pending() const { return pending_.load(std::memory_order_acquire); }
  // Whether what comes next makes a way that is being gone pointless: the end, or another place to go to.
  bool overtaken() const { return overtaken_.load(std::memory_order_acquire); }
  Taken take();
  // Waits until there is something or the time has come. A time point of max() waits without limit.
  Taken wait_until(std::chrono::steady_clock::time_point time);

 private:
  Taken take_locked();
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Command> commands_;
  std::uint64_t last_ = 0, last_going_ = 0;
  bool nudged_ = false;
  std::atomic<bool> pending_{false}, overtaken_{false};
};

}  // namespace dropscope
