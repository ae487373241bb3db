// Comparisons and sweeps as JSON, and the parts of sweeps read back. Numbers that are not finite become null.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "core/study/sweep.h"

namespace dropscope::cli {

struct StudyJsonOptions {
  bool times = true;  // how long it took; without, equal studies give equal bytes whatever the jobs
  bool interrupted = false;
};

// Runs as fields with what differs from the first, seeds, trials with hashes and scores, rows, differences and curves.
std::string comparison_json(const Study& study, std::span<const Trial> trials, const StudyJsonOptions& options);

// A part of a sweep, or all of it (shard 0 of 1), which then has its means, too.
std::string sweep_json(const SweepPart& part, const StudyJsonOptions& options);
// Throws InputError naming the file and the place. Scores come back bit for bit.
SweepPart read_sweep_part(const std::string& path);

}  // namespace dropscope::cli
