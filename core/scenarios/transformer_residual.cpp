// The places of dropout in "Attention Is All You Need" and its code but for the attention weights: the embedding's
// sum, what each branch adds, the hidden layer of each feed-forward part. Over seeds 1 to 6 validation loss ends at
// 0.563, 1.01 to 1.02 times its minimum; no prediction is below 0.540. Without dropout it ends at 1.51.
#include "core/scenarios/build.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

RunSpec make() {
  RunSpec spec;
  scenario::grammar_transformer(spec);
  for (const char* site : {"embedding1", "block1.attention_branch", "block1.feed_forward", "block1.feed_forward_branch",
                           "block2.attention_branch", "block2.feed_forward", "block2.feed_forward_branch"})
    spec.dropout.at(site).rate = 0.1;
  return spec;
}

}  // namespace

extern constinit const Scenario kTransformerResidualScenario = {
    .id = "transformer-residual",
    .name = "Residual dropout in a transformer",
    .one_line = "What each branch adds loses a tenth of its units, and the loss stays next to the best there is",
    .spec = make,
};

}  // namespace dropscope
