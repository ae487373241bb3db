// The mnist scenario with rate 0 and nothing else different.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  spec = scenario_or_throw("mnist", "mnist-plain");
  scenario::drop_hidden(spec, "inverted", 0.0);
  return spec;
}

}  // namespace

extern constinit const Scenario kMnistPlainScenario = {
    .id = "mnist-plain",
    .name = "MNIST, no dropout",
    .one_line = "The same network without dropout: ahead at every one of the first five epochs",
    .spec = make,
};

}  // namespace dropscope
