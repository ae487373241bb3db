#include "core/dropout/variant.h"

namespace dropscope {

// Whole heads fall out, for all steps of an example. Those that are left grow by heads / kept, counted for each example
// alone, so that an example does not depend on its batch: the gates are 0 or that factor. An example that loses
// all of its heads gets 0, so a head is kept at 1 - p^heads on average, not at 1.
extern constinit const Variant kHead = {
    .id = "head",
    .name = "DropHead",
    .paper = "Zhou, Ge, Wei, Zhou, Xu, Scheduled DropHead, Findings of EMNLP 2020, arXiv:2004.13342",
    .target = Target::Attention,
    .sites = {SiteKind::HeadOutput},
    .tie = {Axis::Time, Axis::Unit},
    .fill = Fill::Zero,
    .rescale = Rescale::ByVariant,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Nothing,
    .rate_is = RateIs::Exact,
    .gates = Gates::Real,
    .max_rate = 1.0,
    .depiction = {Glyph::DarkChannel, "y_h = m_h x_h H / sum(m),  m_h ~ Bernoulli(1 - p)",
                  "whole heads go dark, the others of that example grow"},
    .draw = independent_coins,
    .follow =
        []<class T>(const DrawContext<T>& context, Noise<T>& noise) {
          const std::size_t each = noise.gate.size() / std::size_t(context.shape[0].extent);
          for (std::size_t first = 0; first < noise.gate.size(); first += each) {
            std::size_t kept = 0;
            for (std::size_t i = first; i < first + each; ++i) kept += noise.gate[i] != T(0) ? 1 : 0;
            for (std::size_t i = first; i < first + each; ++i)
              if (noise.gate[i] != T(0)) noise.gate[i] = T(double(each) / double(kept));
          }
        },
};

}  // namespace dropscope
