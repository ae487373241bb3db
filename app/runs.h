// The runs behind the window: their sessions, what they last showed, and the study of many seeds. It knows
// nothing of what is on the screen; application.cpp tells it what has been asked.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "app/scene/study_view.h"
#include "app/state/app_state.h"
#include "app/state/reduce.h"
#include "core/session/lab.h"
#include "core/session/study_runner.h"

namespace dropscope {

class Runs {
 public:
  // `on_news` is called on other threads whenever there is something newer to show; it must return at once.
  Runs(SessionOptions options, std::function<void()> on_news);

  // A run shown at this place among the others.
  void insert(std::size_t at, RunSpec spec);
  void remove(std::size_t at);
  std::size_t size() const { return order_.size(); }

  // Does to the runs what was asked, and notes in each document which command it waits for. Returns the number of the
  // last command sent to the run at hand, 0 where there was none.
  std::uint64_t obey(Effects& effects, AppState& state);
  std::uint64_t send(AppState& state, std::size_t run, Command command);

  // Looks for newer snapshots: of all runs at one tick in Compare mode, else of the run at hand. True if that of the
  // run at hand is another one than before.
  bool refresh(const AppState& state);
  // Every run has taken all that it was told, by the Lab as well: where runs gather at one tick, they are there.
  bool at_rest();
  // As AppState::documents; none of them is null after the first refresh().
  std::span<const std::shared_ptr<const Snapshot>> shown() const { return shown_; }

  // What the study has found so far, null before the first. Its runs are named with this p.
  const StudyView* study(RateNaming naming);
  void begin_study(const AppState& state, int seeds);

 private:
  Session& session(std::size_t run) { return lab_.run(order_[run]); }

  std::function<void()> on_news_;
  std::vector<std::size_t> order_;  // of the lab's runs
  std::vector<std::shared_ptr<const Snapshot>> shown_;
  StudyView study_view_;
  RateNaming study_naming_ = RateNaming::Drop;
  std::size_t study_done_ = 0;  // trials that study_view_ has
  // Last: their threads call on_news until they are gone.
  std::unique_ptr<StudyRunner> runner_;
  Lab lab_;
};

}  // namespace dropscope
