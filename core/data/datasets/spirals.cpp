// Two arms of one and a half turns, radius 0.3 to 3, the second the first turned by half a turn: arms are 0.9
// apart. Noise is the standard deviation of a Gaussian around them.
#include <cmath>

#include "core/data/planar.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::Noise, DataOption::LabelNoise};

constexpr double kInner = 0.3, kOuter = 3.0, kTurns = 1.5;

PlanePoint place(int label, std::uint32_t, const DataSpec& spec, const Uniforms& draws) {
  // The square root spreads the points evenly along the arm instead of crowding them at the centre.
  const double s = std::sqrt(draws.at(0));
  const double radius = kInner + (kOuter - kInner) * s, t = 2 * kPi * kTurns * s + kPi * label;
  return gaussian_around({radius * std::cos(t), radius * std::sin(t)}, spec.noise, draws);
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kSpirals;
constinit const DatasetSource kSpirals = {
    .id = "spirals",
    .name = "Two spirals",
    .one_line =
        "two arms wound around each other: needs a big network, so too much dropout underfits and one sees where it "
        "starts to hurt",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  return make_planar(kSpirals, 2, place, spec, seed);
}

}  // namespace
}  // namespace dropscope
