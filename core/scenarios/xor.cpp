// Few units, so that the arithmetic of every one of them can be followed.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec.data.dataset = "xor";
  spec.data.train = 80;
  spec.data.validation = 400;
  spec.data.noise = 0.3;
  scenario::hidden(spec, {8});
  scenario::drop_hidden(spec, "inverted", 0.25);
  spec.optimizer.learning_rate = 0.02;
  spec.batch_size = 16;
  spec.ticks = 1500;
  return spec;
}

}  // namespace

extern constinit const Scenario kXorScenario = {
    .id = "xor",
    .name = "Exclusive or",
    .one_line = "Four clouds, two classes: eight units are enough to watch each one at work",
    .spec = make,
};

}  // namespace dropscope
