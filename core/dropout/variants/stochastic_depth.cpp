#include "core/dropout/variant.h"

namespace dropscope {

// One coin per block for the whole mini-batch: a closed block is skipped, weights and statistics included, and
// at test time each branch counts with its probability of being open.
extern constinit const Variant kStochasticDepth = {
    .id = "stochastic_depth",
    .name = "Stochastic depth",
    .paper = "Huang, Sun, Liu, Sedra, Weinberger, ECCV 2016, arXiv:1603.09382",
    .target = Target::Paths,
    .sites = {SiteKind::ResidualBranch},
    .tie = {Axis::Sample, Axis::Time, Axis::Channel, Axis::Row, Axis::Col, Axis::Unit},
    .fill = Fill::Zero,
    .rescale = Rescale::None,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Expected,
    .preserves = Preserves::Nothing,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::BypassArc, "train: y = x + m f(x)    test: y = x + (1 - p) f(x)",
                  "whole blocks are skipped, so each step trains a shallower network"},
    .draw = independent_coins,
};

}  // namespace dropscope
