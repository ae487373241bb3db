// The caveat of an uncertainty report, in words that its own numbers bear out.
#pragma once
#include <string>

#include "core/analysis/uncertainty_report.h"

namespace dropscope {

std::string uncertainty_caveat(const UncertaintyReport& report);

}  // namespace dropscope
