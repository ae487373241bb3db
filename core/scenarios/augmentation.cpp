// A hundred drawn digits on noisy paper, moved, turned and blurred with noise anew at every step. After 1,500
// steps 92.8 % of the validation examples are right (loss 0.266), and 81.7 % (loss 0.760) without augmentation.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec = scenario_or_throw("digits", "augmentation");
  spec.data.train = 100;
  spec.data.noise = 0.3;
  scenario::drop_hidden(spec, "inverted", 0.0);
  spec.augment.shift = 1;
  spec.augment.rotation = 10;
  spec.augment.jitter = 0.1;
  spec.ticks = 1500;
  return spec;
}

}  // namespace

extern constinit const Scenario kAugmentationScenario = {
    .id = "augmentation",
    .name = "Drawn digits, augmented",
    .one_line = "A hundred examples, moved, turned and made noisy anew at every step: more data without more data",
    .spec = make,
};

}  // namespace dropscope
