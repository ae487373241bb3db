// A study trained for the command line: progress with time left on standard error, and a clean end on Ctrl-C.
#pragma once
#include <string>
#include <vector>

#include "app/cli/progress_bar.h"
#include "core/study/study.h"

namespace dropscope::cli {

struct StudyOutcome {
  std::vector<Trial> trials;  // those that are done, in the order of their numbers
  std::size_t asked = 0;      // how many there should be
  bool interrupted = false;   // by Ctrl-C
  std::string failed;         // empty, or why it ended before its time: data or a spec that do not fit
  bool complete() const { return trials.size() == asked; }
};

// Trains all trials, or only those of these numbers (run * seeds + seed), `jobs` at a time (0 = one per core). Throws
// InputError for a study that is none. Curves are kept where the caller needs them.
StudyOutcome run_study(const Study& study, int jobs, const std::vector<std::size_t>& only, bool keep_curves,
                       ProgressBar& bar);

// "5 of 60 trainings are done": what is said on standard error after Ctrl-C.
std::string interrupted_text(const StudyOutcome& outcome);

}  // namespace dropscope::cli
