#include "core/dropout/variant.h"

namespace dropscope {

// A word that is dropped is missing wherever it stands in the sequence: the coin belongs to the row of the table.
// With one mask per batch this is the embedding dropout of Merity et al., arXiv:1708.02182.
extern constinit const Variant kWord = {
    .id = "word",
    .name = "Word dropout",
    .paper =
        "Gal, Ghahramani, A Theoretically Grounded Application of Dropout in Recurrent Neural Networks, NIPS 2016, "
        "arXiv:1512.05287, section 4.2",
    .target = Target::Units,
    .sites = {SiteKind::Embedding},
    .tie = {Axis::Out},
    .fill = Fill::Zero,
    .rescale = Rescale::InverseKeep,
    .lifetime = Lifetime::Sequence,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CrossedUnit, "e_w = m_w E_w / (1 - p),  m_w ~ Bernoulli(1 - p) for each word of a sequence",
                  "a word vanishes wherever it stands in a sequence"},
    .draw = independent_coins,
};

}  // namespace dropscope
