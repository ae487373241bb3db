// Eight units that can be dropped, all in the one layer before the softmax: 256 sub-networks, few enough to run them
// all, and the case in which weight scaling is the normalised geometric mean of them exactly.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec = scenario_or_throw("moons", "subnetworks");
  scenario::hidden(spec, {8});
  scenario::drop_hidden(spec, "inverted", 0.5);
  spec.optimizer.learning_rate = 0.01;
  return spec;
}

}  // namespace

extern constinit const Scenario kSubnetworksScenario = {
    .id = "subnetworks",
    .name = "256 sub-networks",
    .one_line = "Eight units drop out before the softmax: weight scaling is the geometric mean of all 256 sub-networks",
    .spec = make,
};

}  // namespace dropscope
