// Two concentric rings: the smallest set that no straight line can part.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec.data.dataset = "circles";
  spec.data.train = 80;
  spec.data.validation = 500;
  spec.data.noise = 0.2;
  scenario::hidden(spec, {16, 16}, Activation::Tanh);
  scenario::drop_hidden(spec, "inverted", 0.3);
  spec.optimizer.learning_rate = 0.01;
  spec.batch_size = 16;
  spec.ticks = 2000;
  return spec;
}

}  // namespace

extern constinit const Scenario kCirclesScenario = {
    .id = "circles",
    .name = "Circle in a ring",
    .one_line = "One class surrounds the other; with tanh units the boundary closes smoothly",
    .spec = make,
};

}  // namespace dropscope
