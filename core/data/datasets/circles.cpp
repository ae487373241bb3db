// One circle inside the other, radii 1 and 0.5. Noise is the standard deviation of a Gaussian around them,
// as in scikit-learn; at 0.3 the rings overlap.
#include <cmath>

#include "core/data/planar.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::Noise, DataOption::LabelNoise};

PlanePoint place(int label, std::uint32_t, const DataSpec& spec, const Uniforms& draws) {
  const double t = draws.between(0, 0, 2 * kPi), radius = label == 0 ? 1.0 : 0.5;
  return gaussian_around({radius * std::cos(t), radius * std::sin(t)}, spec.noise, draws);
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kCircles;
constinit const DatasetSource kCircles = {
    .id = "circles",
    .name = "Two circles",
    .one_line =
        "a ring around a disc: no straight line helps, so every hidden unit counts and a dropped one shows as a dent "
        "in the boundary",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  return make_planar(kCircles, 2, place, spec, seed);
}

}  // namespace
}  // namespace dropscope
