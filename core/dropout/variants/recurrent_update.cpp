#include <algorithm>

#include "core/dropout/variant.h"

namespace dropscope {
namespace {

constexpr ParamSpec kParams[] = {{"fixed", "one mask for all steps (0 or 1)", 0, 1, 0}};

}  // namespace

// Only what a step would add to the memory is dropped; what the memory holds stays, however long the sequence.
extern constinit const Variant kRecurrentUpdate = {
    .id = "recurrent_update",
    .name = "Recurrent dropout without memory loss",
    .paper = "Semeniuta, Severyn, Barth, COLING (2016), arXiv:1603.05118",
    .target = Target::Units,
    .sites = {SiteKind::CellUpdate},
    .tie = {},
    .fill = Fill::Zero,
    .rescale = Rescale::InverseKeep,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Mean,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CrossedUnit, "c_t = f c_{t-1} + i (m g) / (1 - p)",
                  "some units learn nothing new at this step, but forget nothing"},
    .draw =
        []<class T>(const DrawContext<T>& context, Noise<T>& noise) {
          context.uniforms.coins(noise.gate.span(), context.rate);
          if (context.params[0] < 0.5) return;
          // The coins of an example's first step serve its other steps too.
          const std::size_t samples = std::size_t(context.shape.extent(Axis::Sample)),
                            steps = std::size_t(context.shape.extent(Axis::Time)),
                            rest = noise.gate.size() / (samples * steps);
          for (std::size_t b = 0; b < samples; ++b)
            for (std::size_t t = 1; t < steps; ++t)
              std::copy_n(noise.gate.data() + b * steps * rest, rest, noise.gate.data() + (b * steps + t) * rest);
        },
    .params = kParams,
};

}  // namespace dropscope
