// Where dropout has an effect, by the plan alone.
#pragma once
#include "core/spec/run_spec.h"
#include "core/spec/site.h"

namespace dropscope {

// Whether the plan for that site can change anything: its variant draws masks, at a rate that is not 0 or is learned.
bool acts(const RunSpec& spec, const SiteName& site);
// At any site of the network.
bool has_dropout(const RunSpec& spec);

}  // namespace dropscope
