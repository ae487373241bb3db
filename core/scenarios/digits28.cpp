// 784-128-64-10 on drawn 28 x 28 digits, with a steadier hand.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec.data.dataset = "digits";
  spec.data.train = 1000;
  spec.data.validation = 1000;
  spec.data.noise = 0.1;
  spec.data.image_size = 28;
  scenario::hidden(spec, {128, 64});
  spec.dropout.at("input").rate = 0.2;
  scenario::drop_hidden(spec, "inverted", 0.5);
  spec.optimizer.learning_rate = 0.002;
  spec.batch_size = 32;
  spec.ticks = 3000;
  return spec;
}

}  // namespace

extern constinit const Scenario kDigits28Scenario = {
    .id = "digits28",
    .name = "Drawn digits, 28 x 28",
    .one_line = "The size of MNIST without its files; a fifth of the pixels and half of the units drop out",
    .spec = make,
};

}  // namespace dropscope
