#include "core/dropout/variant.h"

namespace dropscope {

// No noise whatever the rate says, so that a site can be switched off without forgetting its rate.
extern constinit const Variant kNone = {
    .id = "none",
    .name = "No dropout",
    .paper = "the network itself",
    .target = Target::Units,
    .sites = SiteKinds::all(),
    .tie = {},
    .fill = Fill::Zero,
    .rescale = Rescale::None,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::MeanAndVariance,
    .rate_is = RateIs::Ignored,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CrossedUnit, "y = x", "every unit takes part in every step"},
    .draw = []<class T>(const DrawContext<T>&, Noise<T>&) {},
};

}  // namespace dropscope
