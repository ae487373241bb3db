// A boundary with many corners, for comparing capacity and rate.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec.data.dataset = "checkerboard";
  spec.data.train = 400;
  spec.data.validation = 1000;
  spec.data.noise = 0.05;
  scenario::hidden(spec, {48, 48});
  scenario::drop_hidden(spec, "inverted", 0.1);
  spec.optimizer.learning_rate = 0.01;
  spec.batch_size = 32;
  spec.ticks = 4000;
  return spec;
}

}  // namespace

extern constinit const Scenario kCheckerboardScenario = {
    .id = "checkerboard",
    .name = "Checkerboard",
    .one_line = "Many small fields of two classes: the network needs its width, and dropout takes some of it away",
    .spec = make,
};

}  // namespace dropscope
