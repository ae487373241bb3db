// Two half circles that interlock: class A the upper half of the unit circle, class B its mirror image
// moved by (1, 0.5). Noise is the standard deviation of a Gaussian around them, as in scikit-learn.
#include <cmath>

#include "core/data/planar.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::Noise, DataOption::LabelNoise};

PlanePoint place(int label, std::uint32_t, const DataSpec& spec, const Uniforms& draws) {
  const double t = draws.between(0, 0, kPi);
  const PlanePoint upper{std::cos(t), std::sin(t)};
  return gaussian_around(label == 0 ? upper : PlanePoint{1 - upper.x, 0.5 - upper.y}, spec.noise, draws);
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kMoons;
constinit const DatasetSource kMoons = {
    .id = "moons",
    .name = "Two moons",
    .one_line =
        "two half circles that overlap through noise: with few points a big network learns the noise, and "
        "dropout visibly smooths the boundary",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  return make_planar(kMoons, 2, place, spec, seed);
}

}  // namespace
}  // namespace dropscope
