// The one place where a session leaves its newest snapshot and the window picks it up. Neither waits for
// the other longer than a pointer swap.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>

#include "core/session/snapshot.h"

namespace dropscope {

class SnapshotSlot {
 public:
  std::shared_ptr<const Snapshot> latest() {
    wanted_.store(true, std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }
  // True once after each call of latest(): nobody builds what nobody takes.
  bool wanted() const { return wanted_.load(std::memory_order_relaxed); }
  void publish(std::shared_ptr<const Snapshot> snapshot) {
    wanted_.store(false, std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    snapshot_.swap(snapshot);
    // The old one is freed by the caller's argument, after the lock.
  }

 private:
  std::mutex mutex_;
  std::atomic<bool> wanted_{true};
  std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<Snapshot>();
};

}  // namespace dropscope
