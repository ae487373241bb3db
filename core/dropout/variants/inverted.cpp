#include "core/dropout/variant.h"

namespace dropscope {

// Each unit flips its own coin on every pass; the survivors grow so that the sum stays the same on average.
extern constinit const Variant kInverted = {
    .id = "inverted",
    .name = "Dropout (inverted)",
    .paper = "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, JMLR 15 (2014), section 10",
    .target = Target::Units,
    .sites = {SiteKind::Input, SiteKind::Hidden, SiteKind::FeatureMap, SiteKind::Sequence, SiteKind::ResidualBranch,
              SiteKind::RecurrentState, SiteKind::CellUpdate},
    .tie = {},
    .fill = Fill::Zero,
    .rescale = Rescale::InverseKeep,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CrossedUnit, "y = m x / (1 - p),  m ~ Bernoulli(1 - p)",
                  "units vanish for one pass, the others grow"},
    .draw = independent_coins,
};

}  // namespace dropscope
