#include "core/dropout/targeted.h"

namespace dropscope {

// Of the weights into each unit only the smallest may be dropped, so that the network comes to need only the large ones
// and can be pruned afterwards. The ranking is made anew from the weights of every step; nothing is rescaled, biases
// stay, and gradients take the ranking as it is.
extern constinit const Variant kTargetedWeight = {
    .id = "targeted_weight",
    .name = "Targeted weight dropout",
    .paper = "Gomez, Zhang, Kamalakara, Madaan, Swersky, Gal, Hinton, arXiv:1905.13678 (2019)",
    .target = Target::Weights,
    .sites = {SiteKind::Weight},
    .tie = {Axis::Sample},
    .fill = Fill::Zero,
    .rescale = Rescale::None,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Nothing,
    .rate_is = RateIs::Nominal,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CutWeight, "z = (M * W) v + b,  M = 0 with probability p for the smallest |W|",
                  "only small weights are ever cut"},
    .draw =
        []<class T>(const DrawContext<T>& context, Noise<T>& noise) {
          context.uniforms.coins(noise.gate.span(), context.rate);
          const int outputs = context.shape.extent(Axis::Out), inputs = context.shape.extent(Axis::In);
          const int samples = context.shape.extent(Axis::Sample), count = targeted_count(context.params[0], inputs);
          const std::size_t matrix = std::size_t(outputs) * std::size_t(inputs);
          std::vector<double> size(static_cast<std::size_t>(inputs));
          std::vector<int> order;
          for (int o = 0; o < outputs; ++o) {
            const std::size_t row = std::size_t(o) * std::size_t(inputs);
            for (std::size_t i = 0; i < size.size(); ++i) size[i] = rank_size((*context.input)[row + i]);
            spare_the_large(size, count, order, [&](std::size_t i) {
              for (int n = 0; n < samples; ++n) noise.gate[std::size_t(n) * matrix + row + i] = T(1);
            });
          }
        },
    .params = kTargetedParams,
    .reads = Reads::Weights,
    .expected_drop =
        [](const Shape& site, double rate, std::span<const double> params) {
          const int inputs = site.extent(Axis::In);
          return rate * targeted_count(params[0], inputs) / inputs;
        },
};

}  // namespace dropscope
