#include "core/dropout/variant.h"

namespace dropscope {

// One mask for all steps of a sequence, a new one for each sequence. On what enters and leaves a recurrent layer and
// on the state on its way into the recurrent weights it is variational dropout; on the cells it is rnnDrop (Moon et
// al. 2015). On a value that is carried on unchanged it would not keep the mean: h_T = h_0 / (1 - p)^T or 0.
extern constinit const Variant kLocked = {
    .id = "locked",
    .name = "Variational (locked) dropout",
    .paper =
        "Gal, Ghahramani, NIPS (2016), arXiv:1512.05287; as locked dropout: Merity, Keskar, Socher, arXiv:1708.02182",
    .target = Target::Units,
    .sites = {SiteKind::Sequence, SiteKind::RecurrentState, SiteKind::CellState},
    .tie = {Axis::Time},
    .fill = Fill::Zero,
    .rescale = Rescale::InverseKeep,
    .lifetime = Lifetime::Sequence,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CrossedUnit, "y_t = m x_t / (1 - p),  one m for all t",
                  "the same units are gone at every step of a sequence"},
    .draw = independent_coins,
};

}  // namespace dropscope
