// What is wrong with a run, as far as its curves and its spec tell: each finding is a sentence that says its
// numbers. Rules of thumb with their thresholds in diagnosis.cpp; pure functions.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/spec/run_spec.h"
#include "core/train/metrics.h"

namespace dropscope {

struct Finding {
  std::string id;    // "overfitting", "rate_too_high", "underfitting", "plateau", "dropout_before_batch_norm",
                     // "dropout_on_output"
  std::string text;  // plain words with the numbers in them, and what to try
  std::vector<std::pair<std::string, double>> numbers;  // those numbers, by name
};

struct RunFacts {
  const RunSpec& spec;
  const History& history;
  int classes = 0;        // 0 for regression
  bool diverged = false;  // the run ended at a number that was not finite
};

// Curves are judged from ten evaluations on. At most one finding of each id, in the order above; a rate that is too
// high hides underfitting and plateau, which follow from it.
std::vector<Finding> diagnose(const RunFacts& run);

// What the spec alone gives away: the last two ids.
std::vector<Finding> diagnose_spec(const RunSpec& spec);

}  // namespace dropscope
