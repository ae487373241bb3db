#include "core/dropout/targeted.h"

namespace dropscope {
namespace {

// Units lie along one axis: channels of images, units of everything else.
Axis unit_axis(const Shape& shape) {
  for (const Dim& d : shape)
    if (d.axis == Axis::Channel) return Axis::Channel;
  return Axis::Unit;
}

}  // namespace

// Only the units with the smallest incoming weights (L2 norm) may be dropped: whole units or channels, one coin each
// for the whole batch. Ranked anew from the weights of every step; nothing is rescaled.
extern constinit const Variant kTargetedUnit = {
    .id = "targeted_unit",
    .name = "Targeted unit dropout",
    .paper = "Gomez, Zhang, Kamalakara, Madaan, Swersky, Gal, Hinton, arXiv:1905.13678 (2019)",
    .target = Target::Units,
    .sites = {SiteKind::Hidden, SiteKind::FeatureMap},
    .tie = {Axis::Sample, Axis::Row, Axis::Col},
    .fill = Fill::Zero,
    .rescale = Rescale::None,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::Nothing,
    .rate_is = RateIs::Nominal,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CrossedUnit, "y = m x,  m = 0 with probability p for the units of smallest |w|",
                  "only units with small weights ever vanish"},
    .draw =
        []<class T>(const DrawContext<T>& context, Noise<T>& noise) {
          context.uniforms.coins(noise.gate.span(), context.rate);
          const Tensor<T>& weights = *context.input;
          const std::size_t units = std::size_t(context.shape.extent(unit_axis(context.shape)));
          const std::size_t inputs = weights.size() / units, samples = noise.gate.size() / units;
          std::vector<double> size(units);
          for (std::size_t o = 0; o < units; ++o) {
            double squares = 0;
            for (std::size_t i = 0; i < inputs; ++i)
              squares += double(weights[o * inputs + i]) * double(weights[o * inputs + i]);
            size[o] = rank_size(squares);
          }
          std::vector<int> order;
          spare_the_large(size, targeted_count(context.params[0], int(units)), order, [&](std::size_t unit) {
            for (std::size_t n = 0; n < samples; ++n) noise.gate[n * units + unit] = T(1);
          });
        },
    .params = kTargetedParams,
    .reads = Reads::Weights,
    .expected_drop =
        [](const Shape& site, double rate, std::span<const double> params) {
          const int units = site.extent(unit_axis(site));
          return rate * targeted_count(params[0], units) / units;
        },
};

}  // namespace dropscope
