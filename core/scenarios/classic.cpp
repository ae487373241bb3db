// The first published form of dropout (Hinton et al. 2012) on the default scenario.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec = scenario_or_throw("moons", "classic");
  scenario::drop_hidden(spec, "classic", 0.5);
  return spec;
}

}  // namespace

extern constinit const Scenario kClassicScenario = {
    .id = "classic",
    .name = "Two moons, the scaling of 2012",
    .one_line = "Nothing is scaled while training; in evaluation every output is multiplied by 1 - p instead",
    .spec = make,
};

}  // namespace dropscope
