// Everything the command line writes as JSON. Numbers that are not finite become null.
#pragma once
#include <string>

#include "app/cli/training.h"
#include "core/reproduce/figure.h"

namespace dropscope::cli {

std::string training_json(const TrainingRecord& record);
std::string variants_json();
std::string datasets_json();
std::string scenarios_json();
std::string figures_json();
std::string reproduction_json(const Figure& figure, const std::vector<MeasuredRow>& rows, bool quick);

}  // namespace dropscope::cli
