#include <cmath>

#include "core/dropout/variant.h"

namespace dropscope {
namespace {

// What SELU approaches far below zero, -lambda alpha: dropped units take this value rather than 0.
constexpr double kFloor = -1.7580993408473766;

}  // namespace

// Keeps inputs of mean 0 and variance 1 at mean 0 and variance 1, as networks of SELU units need. At rate 1 nothing is
// left whose variance could be kept: zeros.
extern constinit const Variant kAlpha = {
    .id = "alpha",
    .name = "Alpha dropout",
    .paper = "Klambauer, Unterthiner, Mayr, Hochreiter, arXiv:1706.02515 (2017)",
    .target = Target::Units,
    .sites = {SiteKind::Input, SiteKind::Hidden, SiteKind::Sequence, SiteKind::FeatureMap},
    .tie = {},
    .fill = Fill::ByVariant,
    .rescale = Rescale::ByVariant,
    .lifetime = Lifetime::Pass,
    .inference = Inference::Identity,
    .preserves = Preserves::MeanAndVariance,
    .rate_is = RateIs::Exact,
    .gates = Gates::Binary,
    .max_rate = 1.0,
    .depiction = {Glyph::CrossedUnit, "y = a (m x - 1.758 (1 - m)) + b",
                  "dropped units rest at SELU's lowest value, not at 0"},
    .draw = independent_coins,
    .follow =
        []<class T>(const DrawContext<T>& context, Noise<T>& noise) {
          const double p = context.rate;
          noise.offset.resize(noise.gate.shape);
          if (p >= 1) {
            noise.scale = T(0);
            for (T& o : noise.offset.v) o = T(0);
            return;
          }
          const double a = 1 / std::sqrt((1 - p) * (1 + kFloor * kFloor * p)), b = -a * p * kFloor;
          noise.scale = T(a);
          for (std::size_t i = 0; i < noise.gate.size(); ++i)
            noise.offset[i] = noise.gate[i] == T(0) ? T(a * kFloor + b) : T(b);
        },
};

}  // namespace dropscope
