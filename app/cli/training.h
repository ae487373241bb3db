// A training run without a window or a thread, and what it leaves behind: for train, render and --headless.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/progress_bar.h"
#include "core/train/metrics.h"
#include "core/train/trainer.h"

namespace dropscope::cli {

// What a run has done, for tables and files.
struct TrainingRecord {
  RunSpec spec;
  int inputs = 0, outputs = 0;
  std::size_t train_examples = 0, validation_examples = 0;
  std::int64_t tick = 0;                                             // reached
  History metrics;                                                   // one for each evaluation
  MetricPoint final_metrics;                                         // at the last tick, evaluated or not on the way
  std::vector<std::pair<std::int64_t, std::uint64_t>> state_hashes;  // at ticks 0, 1, 10, 100, ... and the last
  double seconds = 0;                                                // of all training and evaluating
  double core_seconds = 0;                                           // of those, what the thread had of a core
  double samples_per_second = 0;  // of ticks without an evaluation, where there are any; 0: no tick at all
  std::string diverged;           // empty, or what became of it, where, and what to try
  std::string stopped;            // empty, or why training ended before its time and which weights are left
  bool interrupted = false;       // by Ctrl-C
};

// Loads or makes the data with progress on the bar. Throws InputError.
std::shared_ptr<const Dataset> load_data(const RunSpec& spec, ProgressBar& bar);

struct TrainingOutput {
  ProgressBar& bar;
  bool table = false;  // on standard output, some twenty lines
};

// Trains until `ticks`, until the run diverges or stops early, or until Ctrl-C.
TrainingRecord train(Trainer& trainer, std::int64_t ticks, const TrainingOutput& output);

// The heading of the table, and one line of it. Without accuracies for regression.
std::string table_head(bool accuracies);
std::string table_line(const MetricPoint& point, bool accuracies);

// Validation loss minus train loss, both masks off.
inline float gap(const MetricPoint& point) { return point.validation_loss - point.train_loss; }

}  // namespace dropscope::cli
