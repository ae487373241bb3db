#include "core/dropout/variant.h"

namespace dropscope {

// DropConnect on the recurrent weights: one mask for the whole batch and all steps, drawn once per pass.
extern constinit const Variant kWeightDrop = {
    .id = "weight_drop",
    .name = "Weight drop",
    .paper = "Merity, Keskar, Socher, Regularizing and optimizing LSTM language models, ICLR (2018), arXiv:1708.02182",
    .target = Target::Weights,
    .sites = {SiteKind::RecurrentWeight},
    .tie = {Axis::Sample},
    .fill = Fill::Zero,
    .rescale = Rescale::InverseKeep,
    .lifetime = Lifetime::Sequence,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CutWeight, "U' = (M * U) / (1 - p),  one M for all t",
                  "recurrent connections are cut for whole sequences, the others grow"},
    .draw = independent_coins,
};

}  // namespace dropscope
