// Trains the trials of a study on threads of its own, in the background of a window or for the command line. Data are
// made once per seed. What comes out does not depend on the number of threads.
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
  bool finished = false, cancelled = false;
  std::string failed;                    // empty, or why the study ended before its time (data, a bad spec)
};

struct StudyRunnerOptions {
  int jobs = 0;     // threads; 0 = one per core
  bool gently = false;  // let everything else on the machine go first: in the background of a window
  bool keep_curves = true;
  // On a worker's thread, after each trial and a few times a second: must return at once.
  std::function<void()> on_progress;
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
  std::vector<Trial> trials() const;  // those done so far, in the order of their numbers
  void cancel();                      // trials under way are given up
  void wait();                        // until finished, cancelled or failed

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropscope
