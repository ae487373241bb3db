// The networks without noise that stand beside a run: its twin and a real ensemble. They are kept while questions are
// about the same run, and trained on as the run trains on. No thread; the analyst's own.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/session/frozen_run.h"
#include "core/study/member_training.h"

namespace dropscope {

class MemberPool {
 public:
  // From now on all is about this run. What has been trained is kept where the run without its noise is the same so
  // far, at whatever tick.
  void turn_to(const FrozenRun& run);

  // Whether `wanted` members have been trained up to the run's tick.
  bool complete(int wanted) const;
  // Of `wanted` ones, those to show: the largest set trained to one tick (less where a member stopped early) that is
  // not ahead of the run's, of equal sets the newest. Members count from 0. `revision` changes whenever what members()
  // gives may have changed.
  std::span<const Member> members(int wanted) const;
  std::uint64_t revision() const { return revision_; }

  // Call while not complete(wanted), before train_next: the member to be trained, counted from 0. A set that was begun
  // is completed first, even where the run has gone on meanwhile, or it would never be.
  int next(int wanted);
  enum class Outcome : std::uint8_t { Trained, GivenUp, Diverged };
  // Trains that member to its end. What was given up is gone on with.
  Outcome train_next(int wanted, const TrialHooks& hooks);
  // How much of the set is done, 0 .. 1.
  double share(int wanted) const;

 private:
  struct Set {
    std::int64_t tick = -1;  // they are trained to; -1: not begun
    std::vector<Member> members;
  };

  bool shows(const Set& set) const { return set.tick <= tick_; }
  std::size_t count(const Set& set, std::size_t most) const;

  std::shared_ptr<const Dataset> data_;
  Course course_;          // of member 0
  std::int64_t tick_ = 0;  // of the run
  Set shown_, growing_;    // shown_: complete, of another tick
  std::vector<std::unique_ptr<MemberTraining>> training_;  // null where it would have to begin again
  std::uint64_t revision_ = 0;
};

}  // namespace dropscope
