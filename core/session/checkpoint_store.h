// The states that a walk through a run goes back to, of all its branches together, within a budget of memory. Which of
// them are kept is a matter of time and memory only: what a walk reaches from any of them is the same.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/spec/run_spec.h"
#include "core/train/checkpoint.h"

namespace dropscope {

class CheckpointStore {
 public:
  // A state at a tick boundary, before any command logged with its tick.
  struct Kept {
    std::unique_ptr<const Checkpoint> state;
    std::shared_ptr<const RunSpec> spec;
    std::size_t bytes = 0;
    bool fixed = false;  // the start, or where a branch begins: the last to go
    std::int64_t tick() const { return state->tick; }
  };

  // `near`, `far`: see TimelineOptions.
  CheckpointStore(std::size_t budget, std::int64_t near, std::int64_t far);

  // Branches are numbered as they are added; the first has no parent (-1). A branch shares its parent's checkpoints up
  // to its own first tick.
  void add_branch(int parent, std::int64_t fork_tick);
  void remove_last_branch() { drop_branch(int(branches_.size()) - 1, true), branches_.pop_back(); }

  // The branch walked on, the tick aimed at and the last tick that the branch has come to: checkpoints lie densest
  // before these two.
  void look_at(int branch, std::int64_t tick, std::int64_t last) { here_ = branch, at_ = tick, last_ = last; }
  // Whether a checkpoint at this tick of the branch walked on is worth taking.
  bool wants(std::int64_t tick) { return tick - taken_ >= near_ && misses(tick); }
  // Of the branch walked on. Others may be given up for it, and it for others; the first of all is never given up.
  void put(Checkpoint state, std::shared_ptr<const RunSpec> spec, bool fixed);
  // The newest at or before a tick on a branch's way. Valid until the next change.
  const Kept& before(int branch, std::int64_t tick) const;
  // The walk goes on from this tick's.
  void start_from(std::int64_t tick) { taken_ = tick; }
  bool has(int branch, std::int64_t tick) const;
  // The branch's own ones beyond a tick.
  void forget_after(int branch, std::int64_t tick);

  void set_gaps(std::int64_t near, std::int64_t far);
  std::size_t bytes() const { return bytes_; }
  std::size_t bytes_each() const { return each_; }  // of the one taken last
  std::size_t budget() const { return budget_; }
  void set_budget(std::size_t bytes);
  // What is held elsewhere and counts as well; never more than half the budget.
  void reserve(std::size_t bytes);
  // Whether no second one like that taken last finds room besides the first of all.
  bool full() const;
  // Ticks between the two neighbours that lie farthest apart on the way to a tick of the branch walked on.
  std::int64_t widest_gap(std::int64_t last) const;

 private:
  struct Branch {
    int parent = -1;
    std::int64_t fork_tick = 0;
    std::vector<Kept> kept;  // by tick
  };

  bool misses(std::int64_t tick);
  std::int64_t gap_at(std::int64_t tick) const;
  std::vector<std::int64_t> limits() const;
  template <class F>
  void erase_if(int branch, F&& unwanted);
  void drop_branch(int branch, bool fixed_too);
  void thin(std::int64_t squeeze, bool spare_newest);
  void keep_within_budget();

  std::size_t room() const { return budget_ - std::min(reserved_, budget_ / 2); }

  std::size_t budget_, reserved_ = 0, bytes_ = 0, each_ = 0;
  std::int64_t asked_near_, asked_far_;
  std::int64_t near_, far_;  // what memory allows of that
  std::vector<Branch> branches_;
  int here_ = 0;
  std::int64_t at_ = 0, last_ = 0;
  std::int64_t taken_ = 0;  // the newest on the way that is known of: nothing nearer than near_ is looked at
  int fresh_ = 0;           // taken since the others were looked through
};

}  // namespace dropscope
