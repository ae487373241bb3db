// Two convolutions on drawn 16 x 16 digits; square patches of each feature map drop out, more and more of them.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  scenario::conv_digits(spec);
  const struct {
    const char* site;
    double block;
  } places[] = {{"conv1", 5}, {"conv2", 3}};
  for (const auto& place : places) {
    SitePlan& plan = spec.dropout.at(place.site);
    plan.variant = "dropblock";
    plan.rate = 0.2;
    plan.params["block_size"] = place.block;
    plan.schedule = RateSchedule::Linear;  // as published
  }
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
