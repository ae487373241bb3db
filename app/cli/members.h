// Networks without dropout that are trained beside a run: the real ensemble, whose first one is the run's twin.
#pragma once
#include <optional>
#include <vector>

#include "app/cli/asked_run.h"
#include "app/cli/interrupt.h"
#include "core/study/real_ensemble.h"

namespace dropscope::cli {

// Each to the run's tick. None where it was interrupted, or where one diverged, which is said on standard error.
std::optional<std::vector<Member>> train_members(const AskedRun& run, int count, const InterruptWatch& interrupt,
                                                 ProgressBar& bar);

}  // namespace dropscope::cli
