// What compare and sweep print, and the lines they write for spreadsheets.
#pragma once
#include <span>
#include <string>

#include "core/study/sweep.h"

namespace dropscope::cli {

struct StudyTextOptions {
  bool times = true;     // how long it took, too
  bool accuracy = true;  // false for regression
};

// For each run its means over seeds, below them their standard deviations; at most 100 places wide with times of up to
// 99,999 ticks. Then what diverged.
std::string study_table(const Study& study, std::span<const Trial> trials, const StudyTextOptions& options);
// For each run but the first: what it has otherwise, and what its losses say about it, seed by seed; then which of
// them is tested.
std::string study_verdicts(const Study& study, std::span<const Trial> trials);
// Validation loss over the values of one axis or of two, the lowest mean marked.
std::string sweep_grid(const Sweep& sweep, std::span<const Trial> trials);

// A header and one line for each trial. Of a sweep with a column for each axis.
std::string study_csv(const Study& study, std::span<const Trial> trials, bool times);
std::string sweep_csv(const Sweep& sweep, std::span<const Trial> trials, bool times);

// "finished", "stopped_early" or "diverged".
const char* status_of(const Trial& trial);
// Whether any trial has an accuracy.
bool has_accuracy(std::span<const Trial> trials);

}  // namespace dropscope::cli
