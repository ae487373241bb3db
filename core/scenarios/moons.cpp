// The scenario the window opens with: within 1,800 steps (30 seconds at 60 a second) validation loss without
// dropout climbs at least 20 % above its minimum, with dropout 0.5 it stays within 5 %. Found by a search over
// noise, flipped labels, learning rate, batch and points; these values hold it for seeds 1 to 24 (without
// dropout 31 to 101 %, with dropout at most 4 %). tests/core/scenarios holds it.
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
  spec.data.label_noise = 0.15;
  spec.data_seed = 125;
  scenario::hidden(spec, {16, 16});
  scenario::drop_hidden(spec, "inverted", 0.5);
  spec.optimizer.learning_rate = 0.0015;
  spec.batch_size = 16;
  spec.ticks = 1800;
  return spec;
}

}  // namespace

extern constinit const Scenario kMoonsScenario = {
    .id = "moons",
    .name = "Two moons, dropout 0.5",
    .one_line =
        "Sixty points, some mislabelled, and a network that could learn them by heart: half of its units drop out at "
        "every step",
    .spec = make,
};

}  // namespace dropscope
