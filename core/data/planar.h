// Labelled points in the plane: what the small teaching sets share. A generator is one function that
// places one example; it must never look at how many there are.
#pragma once
#include "core/data/dataset.h"
#include "core/random/uniforms.h"

namespace dropscope {

inline constexpr double kPi = 3.14159265358979323846;

struct PlanePoint {
  double x, y;
};

// Places one example of class `label`. `turn` counts the examples of that class before it, so that a class
// made of several pieces can visit them evenly. Elements below kPlaneNoise are the rule's own.
using PlaneRule = PlanePoint (*)(int label, std::uint32_t turn, const DataSpec& spec, const Uniforms& draws);

// Elements of an example's draws used by gaussian_around.
inline constexpr std::uint32_t kPlaneNoise = 8;

// `centre` moved by a Gaussian of standard deviation `sd` in each coordinate.
PlanePoint gaussian_around(PlanePoint centre, double sd, const Uniforms& draws);

// Both splits. Example i is of class i mod `classes`, so classes are balanced to within one example in
// every prefix; the order in which a run sees them is the batcher's affair.
Dataset make_planar(const DatasetSource& source, int classes, PlaneRule rule, const DataSpec& spec, std::uint64_t seed);

}  // namespace dropscope
