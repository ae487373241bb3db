// Multiplicative Gaussian noise on the default scenario. Its variance is p / (1 - p), that of inverted dropout.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec = scenario_or_throw("moons", "gaussian");
  scenario::drop_hidden(spec, "gaussian", 0.5);
  return spec;
}

}  // namespace

extern constinit const Scenario kGaussianScenario = {
    .id = "gaussian",
    .name = "Two moons, Gaussian noise",
    .one_line =
        "No unit is silenced: each output is multiplied by a random gain with mean 1 and the variance of dropout",
    .spec = make,
};

}  // namespace dropscope
