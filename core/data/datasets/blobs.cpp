// One Gaussian cluster per class, centres evenly on the unit circle, the first at the top. Noise is the
// clusters' standard deviation.
#include <cmath>

#include "core/data/planar.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::Noise, DataOption::LabelNoise, DataOption::Classes};

PlanePoint place(int label, std::uint32_t, const DataSpec& spec, const Uniforms& draws) {
  const double t = kPi / 2 + 2 * kPi * label / spec.classes;
  return gaussian_around({std::cos(t), std::sin(t)}, spec.noise, draws);
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kBlobs;
constinit const DatasetSource kBlobs = {
    .id = "blobs",
    .name = "Gaussian blobs",
    .one_line =
        "two to eight clusters: easy, so the best boundary is known and the one dropout leaves can be judged by eye",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  return make_planar(kBlobs, spec.classes, place, spec, seed);
}

}  // namespace
}  // namespace dropscope
