// What uncertainty prints, and the lines it writes for spreadsheets.
#pragma once
#include <string>

#include "app/cli/asked_run.h"
#include "core/analysis/uncertainty_report.h"

namespace dropscope::cli {

std::string uncertainty_text(const AskedRun& run, const UncertaintyReport& report);
// A line for each point of the band or the map (rows from the top down), or for each example.
std::string uncertainty_csv(const UncertaintyReport& report);

// Where points of the map lie: column, and row from the top.
double map_x(const UncertaintyReport& report, int column);
double map_y(const UncertaintyReport& report, int row);

}  // namespace dropscope::cli
