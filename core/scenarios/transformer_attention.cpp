// A small causal transformer whose attention misses half of the keys at every step. Over seeds 1 to 6 validation
// loss ends at 0.597, 1.01 to 1.05 times its minimum; without dropout it ends at 1.51, 2.1 to 2.6 times its minimum of
// 0.622.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  scenario::grammar_transformer(spec);
  for (const char* site : {"block1.attention", "block2.attention"}) {
    spec.dropout.at(site).variant = "attention";
    spec.dropout.at(site).rate = 0.5;
  }
  return spec;
}

}  // namespace

extern constinit const Scenario kTransformerAttentionScenario = {
    .id = "transformer-attention",
    .name = "Attention dropout in a transformer",
    .one_line = "Every letter looks back at earlier ones, and at every step half of what it would look at is blank",
    .spec = make,
};

}  // namespace dropscope
