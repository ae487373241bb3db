// The default scenario with rate 0, and nothing else different, so that the two can be laid side by side.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec = scenario_or_throw("moons", "moons-plain");
  scenario::drop_hidden(spec, "inverted", 0.0);
  return spec;
}

}  // namespace

extern constinit const Scenario kMoonsPlainScenario = {
    .id = "moons-plain",
    .name = "Two moons, no dropout",
    .one_line = "The same points, first weights and order without dropout: validation loss turns and climbs",
    .spec = make,
};

}  // namespace dropscope
