// Zoneout (Krueger et al., arXiv:1606.01305) on the network and data of lstm-plain. Over seeds 1 to 4 validation loss
// ends at 0.556 to 0.563, at most 2 % above its minimum; without dropout at 1.11 to 1.15.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec = scenario_or_throw("lstm-plain", "lstm-zoneout");
  for (const char* site : {"lstm1.cell", "lstm1.state"}) spec.dropout.at(site).variant = "zoneout";
  spec.dropout.at("lstm1.cell").rate = 0.5;
  spec.dropout.at("lstm1.state").rate = 0.3;
  return spec;
}

}  // namespace

extern constinit const Scenario kLstmZoneoutScenario = {
    .id = "lstm-zoneout",
    .name = "Zoneout in an LSTM",
    .one_line = "At every step some units hold their old value instead of losing it: noise that forgets nothing",
    .spec = make,
};

}  // namespace dropscope
