#include "core/dropout/variant.h"

namespace dropscope {

// Single weights are dropped instead of units; biases stay. One mask serves a batch, as most programs do; a mask for
// each example (scope=example) is the published form. Not the "drop connect" of image classifiers, which drops whole
// residual branches.
extern constinit const Variant kDropconnect = {
    .id = "dropconnect",
    .name = "DropConnect (inverted)",
    .paper = "Wan, Zeiler, Zhang, LeCun, Fergus, Regularization of neural networks using DropConnect, ICML (2013)",
    .target = Target::Weights,
    .sites = {SiteKind::Weight, SiteKind::RecurrentWeight},
    .tie = {Axis::Sample},
    .fill = Fill::Zero,
    .rescale = Rescale::InverseKeep,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CutWeight, "z = (M * W) v / (1 - p) + b",
                  "single connections are cut for one pass, the others grow"},
    .draw = independent_coins,
};

}  // namespace dropscope
