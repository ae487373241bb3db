// Two convolutions on drawn 16 x 16 digits; square patches of each feature map drop out, more and more of them.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  scenario::conv_digits(spec);
  for (const char* site : {"conv1", "conv2"}) {
    SitePlan& plan = spec.dropout.at(site);
    plan.variant = "dropblock";
    plan.rate = 0.2;
    plan.schedule = RateSchedule::Linear;  // as published
  }
  spec.dropout.at("conv1").params["block_size"] = 5;  // the smaller maps of conv2 keep the first value, 3
  return spec;
}

}  // namespace

extern constinit const Scenario kConvDropblockScenario = {
    .id = "conv-dropblock",
    .name = "DropBlock on drawn digits",
    .one_line = "Patches of every feature map vanish; asked for and really dropped differ, because patches overlap",
    .spec = make,
};

}  // namespace dropscope
