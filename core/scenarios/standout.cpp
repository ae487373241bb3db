// Standout on the default scenario's points: units that are little excited are the ones that drop out, at z = 0 seven
// in ten. After 1,800 steps validation loss is 0.450 with it and 0.648 without.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec = scenario_or_throw("moons", "standout");
  scenario::drop_hidden(spec, "standout", 0.7);
  return spec;
}

}  // namespace

extern constinit const Scenario kStandoutScenario = {
    .id = "standout",
    .name = "Two moons, standout",
    .one_line = "How likely a unit drops out depends on its own input: strong ones stay, weak ones go",
    .spec = make,
};

}  // namespace dropscope
