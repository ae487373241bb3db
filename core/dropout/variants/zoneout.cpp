#include "core/dropout/variant.h"

namespace dropscope {

// A dropped unit keeps the value of the step before instead of losing it. The rate is the chance of keeping the old
// value; the authors' programs take the chance of the new one. At inference every unit moves by its expectation.
extern constinit const Variant kZoneout = {
    .id = "zoneout",
    .name = "Zoneout",
    .paper = "Krueger et al., ICLR (2017), arXiv:1606.01305",
    .target = Target::Units,
    .sites = {SiteKind::StateUpdate, SiteKind::CellState},
    .tie = {},
    .fill = Fill::Held,
    .rescale = Rescale::None,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Expected,
    .preserves = Preserves::Nothing,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::HeldState, "h_t = m h~_t + (1 - m) h_{t-1}",
                  "some units stand still for one step and keep what they held"},
    .draw = independent_coins,
};

}  // namespace dropscope
