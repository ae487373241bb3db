// A long, thin boundary that takes most of the network, so that dropout costs more than it brings.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec.data.dataset = "spirals";
  spec.data.train = 200;
  spec.data.validation = 500;
  spec.data.noise = 0.1;
  scenario::hidden(spec, {32, 32});
  scenario::drop_hidden(spec, "inverted", 0.1);
  spec.optimizer.learning_rate = 0.01;
  spec.batch_size = 20;
  spec.ticks = 4000;
  return spec;
}

}  // namespace

extern constinit const Scenario kSpiralsScenario = {
    .id = "spirals",
    .name = "Two spirals",
    .one_line = "A long, thin boundary: here too much dropout costs accuracy; move the rate to see where it starts to",
    .spec = make,
};

}  // namespace dropscope
