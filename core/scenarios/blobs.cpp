// Several classes and label noise: what is learned by heart is visibly wrong.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec.data.dataset = "blobs";
  spec.data.train = 100;
  spec.data.validation = 500;
  spec.data.noise = 0.6;
  spec.data.label_noise = 0.15;
  spec.data.classes = 5;
  scenario::hidden(spec, {24, 24});
  scenario::drop_hidden(spec, "inverted", 0.5);
  spec.optimizer.learning_rate = 0.01;
  spec.batch_size = 20;
  spec.ticks = 2000;
  return spec;
}

}  // namespace

extern constinit const Scenario kBlobsScenario = {
    .id = "blobs",
    .name = "Five clouds",
    .one_line = "Five classes with wrong labels among them: without dropout the network learns the mistakes too",
    .spec = make,
};

}  // namespace dropscope
