// The numbers of ensemble and uncertainty as JSON. Numbers that are not finite become null.
#pragma once
#include <string>

#include "app/cli/ensemble_text.h"
#include "core/analysis/uncertainty_report.h"

namespace dropscope::cli {

std::string ensemble_json(const AskedRun& run, const EnsembleNumbers& numbers);
std::string uncertainty_json(const AskedRun& run, const UncertaintyReport& report);

}  // namespace dropscope::cli
