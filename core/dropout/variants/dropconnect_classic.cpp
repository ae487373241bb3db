#include "core/dropout/variant.h"

namespace dropscope {

// DropConnect as published: nothing is rescaled in training; without masks weights shrink by the keep probability, or
// units are averaged over a Gaussian (inference.weights). Biases stay.
extern constinit const Variant kDropconnectClassic = {
    .id = "dropconnect_classic",
    .name = "DropConnect (2013 scaling)",
    .paper = "Wan, Zeiler, Zhang, LeCun, Fergus, Regularization of neural networks using DropConnect, ICML (2013)",
    .target = Target::Weights,
    .sites = {SiteKind::Weight, SiteKind::RecurrentWeight},
    .tie = {Axis::Sample},
    .fill = Fill::Zero,
    .rescale = Rescale::None,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Expected,
    .preserves = Preserves::Nothing,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CutWeight, "train: z = (M * W) v + b    test: z = (1 - p) W v + b",
                  "single connections are cut for one pass, test weights shrink"},
    .draw = independent_coins,
};

}  // namespace dropscope
