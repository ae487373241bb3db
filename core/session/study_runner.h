// Trains the trials of a study on threads of its own, in the background of a window or for the command line: all runs
// with the first seed, then with the next, so that pairs are complete early. Data are made once and shared. What comes
// out does not depend on the number of threads.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/study/study.h"

namespace dropscope {

struct StudyProgress {
  std::size_t done = 0, total = 0;       // trials
  double share = 0;                      // of all ticks, those of trials under way included; 0 .. 1
  double seconds = 0, seconds_left = 0;  // since the start; estimated, infinite while not known
  bool finished = false;                 // nothing runs any more: all done, cancelled or failed
  bool cancelled = false;
  std::string failed;                    // empty, or why the study ended before its time (data, a bad spec)
};

struct StudyRunnerOptions {
  int jobs = 0;     // threads; 0 = one per core
  bool gently = false;  // let everything else on the machine go first: in the background of a window
  bool keep_curves = true;
  // On a worker's thread, after each trial, a few times a second and as it ends, until the runner is gone: must return
  // at once and may ask for progress() and trials().
  std::function<void()> on_progress = {};
};

class StudyRunner {
 public:
  // Begins at once. `only`: the (run, seed) pairs to train, numbered run * seeds + seed; empty = all. Throws InputError
  // where check_study does.
  StudyRunner(Study study, StudyRunnerOptions options, std::vector<std::size_t> only = {});
  ~StudyRunner();  // cancels and joins
  StudyRunner(const StudyRunner&) = delete;
  StudyRunner& operator=(const StudyRunner&) = delete;

  const Study& study() const;
  // Any thread.
  StudyProgress progress() const;
  std::vector<Trial> trials() const;  // those done so far, in the order of their numbers; targets are completed
  // Trials under way are given up after the tick (or evaluation, or loading of data) that each is at; those done stay.
  void cancel();
  void wait();                        // until finished, cancelled or failed

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropscope
