// Two layers of six units that can be dropped: 4,096 sub-networks, and masks with a non-linear layer behind them, so
// that weight scaling is only near their geometric mean. Measured for the first validation example after 1,800 steps:
// P(class B) is 0.717 by scaling, 0.164 away from the geometric mean of the 4,096 and 0.158 from the arithmetic one.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec = scenario_or_throw("subnetworks", "subnetworks-deep");
  scenario::hidden(spec, {6, 6});
  scenario::drop_hidden(spec, "inverted", 0.5);
  return spec;
}

}  // namespace

extern constinit const Scenario kSubnetworksDeepScenario = {
    .id = "subnetworks-deep",
    .name = "4,096 sub-networks",
    .one_line = "Twelve units in two layers: with a layer between mask and output, the averages come apart",
    .spec = make,
};

}  // namespace dropscope
