#include "core/dropout/variant.h"

namespace dropscope {

// The 2012 convention: nothing is rescaled in training; at test time outputs shrink by the keep probability.
extern constinit const Variant kClassic = {
    .id = "classic",
    .name = "Dropout (2012 scaling)",
    .paper = "Hinton, Srivastava, Krizhevsky, Sutskever, Salakhutdinov, arXiv:1207.0580 (2012)",
    .target = Target::Units,
    .sites = {SiteKind::Input, SiteKind::Hidden, SiteKind::FeatureMap, SiteKind::Sequence},
    .tie = {},
    .fill = Fill::Zero,
    .rescale = Rescale::None,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Expected,
    .preserves = Preserves::Nothing,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CrossedUnit, "train: y = m x    test: y = (1 - p) x",
                  "units vanish for one pass, test outputs shrink"},
    .draw = independent_coins,
};

}  // namespace dropscope
