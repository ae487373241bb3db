#include <cmath>

#include "core/dropout/variant.h"
#include "core/tensor/math.h"

namespace dropscope {
namespace {

constexpr ParamSpec kParams[] = {{"slope", "Slope a of the keep probability", -10, 10, 1}};

// P(kept) for a pre-activation z: sigmoid(a z + b) with b = logit(1 - rate), so that the rate is the one at z = 0 and,
// with slope 0, everywhere. 0 < rate < 1.
template <class T>
T keep(const DrawContext<T>& context, T z) {
  return sigmoid_of(T(context.params[0]) * z + T(log_of((1 - context.rate) / context.rate)));
}

}  // namespace

// Each unit is kept the more readily the higher its own pre-activation: the belief network that decides shares the
// unit's weights.
extern constinit const Variant kStandout = {
    .id = "standout",
    .name = "Standout",
    .paper = "Ba, Frey, Adaptive dropout for training deep neural networks, NIPS 26 (2013)",
    .target = Target::Units,
    .sites = {SiteKind::Hidden, SiteKind::Sequence, SiteKind::FeatureMap},
    .tie = {},
    .fill = Fill::Zero,
    .rescale = Rescale::None,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Expected,
    .preserves = Preserves::Nothing,
    .rate_is = RateIs::Nominal,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CrossedUnit, "y = m f(z),  P(m = 1) = sigmoid(a z + logit(1 - p))    test: y = P(m = 1) f(z)",
                  "strong units stay, weak ones are dropped"},
    .draw =
        []<class T>(const DrawContext<T>& context, Noise<T>& noise) {
          if (context.rate >= 1) {
            for (T& g : noise.gate.v) g = T(0);
            return;
          }
          // A z that is not a number is kept, so that training sees it.
          for (std::size_t i = 0; i < noise.gate.size(); ++i)
            if (context.uniforms.at(std::uint32_t(i)) >= double(keep(context, (*context.input)[i])))
              noise.gate[i] = T(0);
        },
    .params = kParams,
    .reads = Reads::PreActivation,
    .expected =
        []<class T>(const DrawContext<T>& context, Noise<T>& noise) {
          for (std::size_t i = 0; i < noise.gate.size(); ++i)
            noise.gate[i] = context.rate >= 1 ? T(0) : keep(context, (*context.input)[i]);
        },
};

}  // namespace dropscope
