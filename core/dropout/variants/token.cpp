#include "core/dropout/variant.h"

namespace dropscope {

// A whole step of a sequence goes missing, the next one of the same word need not. The source averages over
// the steps that are left; here the others grow instead, so that any layer may follow.
extern constinit const Variant kToken = {
    .id = "token",
    .name = "Token dropout",
    .paper =
        "Iyyer, Manjunatha, Boyd-Graber, Daume, Deep Unordered Composition Rivals Syntactic Methods for Text "
        "Classification, ACL 2015, section 3.1",
    .target = Target::Timesteps,
    .sites = {SiteKind::Sequence},
    .tie = {Axis::Unit},
    .fill = Fill::Zero,
    .rescale = Rescale::InverseKeep,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::DarkChannel, "y_t = m_t x_t / (1 - p),  m_t ~ Bernoulli(1 - p)",
                  "whole steps of the sequence go dark"},
    .draw = independent_coins,
};

}  // namespace dropscope
