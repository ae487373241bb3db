// Puts what the Ensemble mode wants to know of the run at hand to the analyst, and keeps what it answered last.
#pragma once
#include <functional>
#include <memory>

#include "app/state/app_state.h"
#include "core/session/analyst.h"

namespace dropscope {

class Questions {
 public:
  // `on_news` is called on another thread whenever there is something newer to show.
  explicit Questions(std::function<void()> on_news) : on_news_(std::move(on_news)) {}

  // Once for each frame: asks, if in Ensemble mode and if it is another question than before, and takes what has been
  // answered.
  void ask(const AppState& state, const Snapshot& snapshot);
  // The newest answer, null before the first. Parts of it may be missing, or be of an older question.
  const EnsembleAnswer* answer() const { return answer_.get(); }
  // The number of the newest question, 0 before the first.
  std::uint64_t asked() const { return number_; }

 private:
  EnsembleQuestion question(const Inquiry& inquiry, const Snapshot& snapshot) const;
  bool trains(const Inquiry& inquiry, const FrozenRun& run) const;

  std::function<void()> on_news_;
  EnsembleQuestion asked_;
  std::uint64_t number_ = 0;
  std::shared_ptr<const EnsembleAnswer> answer_;
  std::unique_ptr<Analyst> analyst_;  // last: its thread calls on_news until it is gone
};

}  // namespace dropscope
