// Up to four sessions side by side. With SeedPolicy::Shared they have the same data, initial weights,
// order and coins, so that any difference on screen is the difference between their plans.
#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "core/session/session.h"

namespace dropscope {

enum class SeedPolicy : std::uint8_t { Shared, Independent };

class Lab {
 public:
  static constexpr std::size_t kMostRuns = 4;

  explicit Lab(SessionOptions options = {}) : options_(std::move(options)) {}

  // Adds a run and returns its index. Independent: run i trains with seed + i.
  std::size_t add(RunSpec spec, SeedPolicy policy = SeedPolicy::Shared);
  void remove(std::size_t run);
  std::size_t size() const { return sessions_.size(); }
  Session& run(std::size_t i) { return *sessions_[i]; }

  void send_all(const Command& command);
  // Lets every run go on until the slowest one's tick plus `lead`, so that none runs away.
  void advance_together(std::int64_t lead);
  // One snapshot per run, all of the newest tick that every run has; empty where there is none yet.
  std::vector<std::shared_ptr<const Snapshot>> aligned();

 private:
  // Alone a run has all the memory for going back, among others its share.
  void share_budget();

  SessionOptions options_;
  std::vector<std::unique_ptr<Session>> sessions_;
};

}  // namespace dropscope
