// Two convolutions on drawn 16 x 16 digits; whole feature maps drop out.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  scenario::conv_digits(spec);
  for (const char* site : {"conv1", "conv2"}) {
    spec.dropout.at(site).variant = "spatial";
    spec.dropout.at(site).rate = 0.2;
  }
  return spec;
}

}  // namespace

extern constinit const Scenario kConvSpatialScenario = {
    .id = "conv-spatial",
    .name = "Spatial dropout on drawn digits",
    .one_line = "Pixels side by side tell the same story, so whole feature maps vanish instead of single pixels",
    .spec = make,
};

}  // namespace dropscope
