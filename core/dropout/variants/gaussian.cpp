#include <cmath>

#include "core/dropout/variant.h"

namespace dropscope {

// Every unit is multiplied by its own noise of mean 1 and the variance that dropout of this rate has.
// At rate 1 the variance has no limit, so the rate stops at 0.95.
extern constinit const Variant kGaussian = {
    .id = "gaussian",
    .name = "Gaussian dropout",
    .paper = "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, JMLR 15 (2014), section 10",
    .target = Target::Units,
    .sites = {SiteKind::Input, SiteKind::Hidden, SiteKind::FeatureMap, SiteKind::Sequence, SiteKind::ResidualBranch,
              SiteKind::RecurrentState, SiteKind::CellUpdate},
    .tie = {},
    .fill = Fill::Zero,
    .rescale = Rescale::None,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Nominal,
    .gates = Gates::Real,
    .max_rate = 0.95,
    .depiction = {Glyph::NoisyHalo, "y = m x,  m ~ N(1, p / (1 - p))", "no unit vanishes, each grows or shrinks"},
    .draw =
        []<class T>(const DrawContext<T>& context, Noise<T>& noise) {
          const double deviation = std::sqrt(context.rate / (1 - context.rate));
          for (std::size_t i = 0; i < noise.gate.size(); ++i)
            noise.gate[i] = T(1 + deviation * context.uniforms.normal(std::uint32_t(i)));
        },
    .expected_drop = [](const Shape&, double, std::span<const double>) { return 0.0; },
};

}  // namespace dropscope
