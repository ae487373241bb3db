#include "core/dropout/variant.h"

namespace dropscope {

// A query misses some of the keys it may see. What is left is not normalised again, so a row of weights sums to 1 only
// on average; with n visible keys it vanishes altogether with probability p^n.
extern constinit const Variant kAttention = {
    .id = "attention",
    .name = "Attention dropout",
    .paper =
        "Vaswani et al., Attention Is All You Need, NIPS 2017, arXiv:1706.03762: the authors' code (tensor2tensor)",
    .target = Target::Attention,
    .sites = {SiteKind::AttentionWeights},
    .tie = {},
    .fill = Fill::Zero,
    .rescale = Rescale::InverseKeep,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::BlankAttentionCell, "O = (M * softmax(S) / (1 - p)) V,  M ~ Bernoulli(1 - p)",
                  "cells of the attention matrix go blank, rows no longer sum to one"},
    .draw = independent_coins,
};

}  // namespace dropscope
