// The scenario the window opens with. tests/ holds that without dropout it overfits and with dropout it does not.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec.data.dataset = "moons";
  spec.data.train = 60;
  spec.data.validation = 500;
  spec.data.noise = 0.3;
  scenario::hidden(spec, {16, 16});
  scenario::drop_hidden(spec, "inverted", 0.5);
  spec.optimizer.learning_rate = 0.01;
  spec.batch_size = 16;
  spec.ticks = 1800;
  return spec;
}

}  // namespace

extern constinit const Scenario kMoonsScenario = {
    .id = "moons",
    .name = "Two moons, dropout 0.5",
    .one_line =
        "Sixty noisy points and a network that could learn them by heart: half of its units drop out at every step",
    .spec = make,
};

}  // namespace dropscope
