// The curves of a run as text for spreadsheets and scripts.
#pragma once
#include <string>

#include "core/session/snapshot.h"

namespace dropscope {

// A header line and one line per evaluation; numbers with nine digits, so that every float comes back
// exactly; nothing between the commas where a value does not exist. Independent of the locale.
std::string curves_csv(const History& history);

}  // namespace dropscope
