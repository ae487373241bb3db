// A training run without a window or a thread, and what it leaves behind: for train, render and --headless.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/session/snapshot.h"

namespace dropscope::cli {

// What a run has done, for tables and files.
struct TrainingRecord {
  RunSpec spec;
  int inputs = 0, outputs = 0;
  std::size_t train_examples = 0, validation_examples = 0;
  std::int64_t tick = 0;                                             // reached
  std::vector<MetricPoint> metrics;                                  // one for each evaluation
  std::vector<std::pair<std::int64_t, std::uint64_t>> state_hashes;  // at ticks 0, 1, 10, 100, ... and the last
  double seconds = 0;                                                // of training, evaluations left out
  double samples_per_second = 0;                                     // 0 where nothing was trained
  std::string diverged;      // empty, or what became of it, where, and what to try
  bool interrupted = false;  // by Ctrl-C
};

// Validation loss minus train loss, both masks off.
float gap(const MetricPoint& point);

// "tick,epoch,train_loss_masked,...": a header and one line for each evaluation; empty where there is no number.
std::string curves_csv(const TrainingRecord& record);

// The heading of the table on standard output, and one line of it.
std::string table_head(const TrainingRecord& record);
std::string table_line(const TrainingRecord& record, const MetricPoint& point);

}  // namespace dropscope::cli
