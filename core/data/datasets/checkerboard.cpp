// A board of 4 x 4 cells with sides of 1, centred on the origin, colours alternating. A point is uniform in a
// cell of its class and is then moved by a Gaussian whose standard deviation is a quarter of the noise, so that
// the default of 0.3 blurs the borders but leaves the cells.
#include "core/data/planar.h"

namespace dropscope {
namespace {

constexpr DataOption kOptions[] = {DataOption::Count, DataOption::Noise, DataOption::LabelNoise};

constexpr double kJitterPerNoise = 0.25;

PlanePoint place(int label, std::uint32_t turn, const DataSpec& spec, const Uniforms& draws) {
  // The eight cells of a colour are visited in turn: row 0 to 3, and in each row two cells.
  const int row = int(turn % 8) / 2, column = 2 * (int(turn) % 2) + (row + label) % 2;
  const PlanePoint at{column - 2 + draws.at(0), row - 2 + draws.at(1)};
  return gaussian_around(at, kJitterPerNoise * spec.noise, draws);
}

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*);

}  // namespace

extern const DatasetSource kCheckerboard;
constinit const DatasetSource kCheckerboard = {
    .id = "checkerboard",
    .name = "Checkerboard",
    .one_line =
        "sixteen cells of two colours: a hard boundary with many corners, for seeing what sub-networks lose when units "
        "go",
    .task = Task::Classification,
    .options = kOptions,
    .make = make,
};

namespace {

Dataset make(const DataSpec& spec, std::uint64_t seed, ProgressSink*) {
  return make_planar(kCheckerboard, 2, place, spec, seed);
}

}  // namespace
}  // namespace dropscope
