// 256-64-32-10 on drawn 16 x 16 digits: needs no file.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec.data.dataset = "digits";
  spec.data.train = 500;
  spec.data.validation = 1000;
  spec.data.noise = 0.1;
  spec.data.image_size = 16;
  scenario::hidden(spec, {64, 32});
  scenario::drop_hidden(spec, "inverted", 0.3);
  spec.optimizer.learning_rate = 0.003;
  spec.batch_size = 32;
  spec.ticks = 3000;
  return spec;
}

}  // namespace

extern constinit const Scenario kDigitsScenario = {
    .id = "digits",
    .name = "Drawn digits",
    .one_line = "Small handwriting of ten classes, drawn on the spot, few enough to be learned by heart",
    .spec = make,
};

}  // namespace dropscope
