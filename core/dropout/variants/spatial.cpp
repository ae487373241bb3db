#include "core/dropout/variant.h"

namespace dropscope {

// Whole feature maps are dropped: neighbouring pixels are so alike that dropping single ones hides almost nothing.
extern constinit const Variant kSpatial = {
    .id = "spatial",
    .name = "Spatial dropout",
    .paper = "Tompson, Goroshin, Jain, LeCun, Bregler, arXiv:1411.4280 (2015)",
    .target = Target::Channels,
    .sites = {SiteKind::FeatureMap},
    .tie = {Axis::Row, Axis::Col},
    .fill = Fill::Zero,
    .rescale = Rescale::InverseKeep,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::DarkChannel, "y[c] = m[c] x[c] / (1 - p),  m[c] ~ Bernoulli(1 - p)",
                  "whole feature maps vanish for one pass, the others grow"},
    .draw = independent_coins,
};

}  // namespace dropscope
