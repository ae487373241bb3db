// Everything the command line writes as JSON. Numbers that are not finite become null.
#pragma once
#include <string>

#include "app/cli/training.h"

namespace dropscope::cli {

std::string training_json(const TrainingRecord& record);
std::string variants_json();
std::string datasets_json();
std::string scenarios_json();

}  // namespace dropscope::cli
