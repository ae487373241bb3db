// Four Gaussian clusters at (+-1, +-1); class A where the signs agree, class B where they differ. Noise is the
// clusters' standard deviation.
#include "core/data/planar.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::Noise, DataOption::LabelNoise};

PlanePoint place(int label, std::uint32_t turn, const DataSpec& spec, const Uniforms& draws) {
  const double x = turn % 2 == 0 ? 1 : -1;
  return gaussian_around({x, label == 0 ? x : -x}, spec.noise, draws);
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kXor;
constinit const DatasetSource kXor = {
    .id = "xor",
    .name = "XOR",
    .one_line =
        "four clusters, opposite ones alike: two hidden units suffice, so a network that small cannot spare one and "
        "dropout harms it",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  return make_planar(kXor, 2, place, spec, seed);
}

}  // namespace
}  // namespace dropscope
