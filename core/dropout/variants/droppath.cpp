#include "core/dropout/variant.h"

namespace dropscope {

// Stochastic depth as later libraries have it: every example flips its own coin for a branch, and branches that
// stay grow, so that nothing is left to do at test time. The name is from Larsson et al., arXiv:1605.07648.
extern constinit const Variant kDroppath = {
    .id = "droppath",
    .name = "DropPath",
    .paper = "Larsson, Maire, Shakhnarovich, arXiv:1605.07648; on residual branches: Wightman, timm (2019)",
    .target = Target::Paths,
    .sites = {SiteKind::ResidualBranch},
    .tie = {Axis::Time, Axis::Channel, Axis::Row, Axis::Col, Axis::Unit},
    .fill = Fill::Zero,
    .rescale = Rescale::InverseKeep,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::BypassArc, "y = x + m f(x) / (1 - p),  m per example",
                  "each example takes its own way past some blocks"},
    .draw = independent_coins,
};

}  // namespace dropscope
