// One input, one output, mean squared error; the gap is for uncertainty.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec.data.dataset = "regression";
  spec.data.train = 60;
  spec.data.validation = 300;
  spec.data.noise = 0.1;
  scenario::hidden(spec, {32, 32}, Activation::Tanh);
  scenario::drop_hidden(spec, "inverted", 0.1);
  spec.optimizer.learning_rate = 0.01;
  spec.batch_size = 20;
  spec.ticks = 3000;
  return spec;
}

}  // namespace

extern constinit const Scenario kRegressionScenario = {
    .id = "regression",
    .name = "A curve with a gap",
    .one_line = "A noisy curve with a stretch that holds no data: what does the network say there?",
    .spec = make,
};

}  // namespace dropscope
