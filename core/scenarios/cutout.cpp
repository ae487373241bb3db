// Two convolutions on drawn 16 x 16 digits, each shown with a blank square somewhere.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  scenario::conv_digits(spec);
  SitePlan& plan = spec.dropout.at("input");
  plan.variant = "cutout";
  plan.rate = 0.8;
  plan.params["side"] = 6;
  return spec;
}

}  // namespace

extern constinit const Scenario kCutoutScenario = {
    .id = "cutout",
    .name = "Cutout on drawn digits",
    .one_line = "A square of the picture is blank, elsewhere every time: no single stroke may decide",
    .spec = make,
};

}  // namespace dropscope
