// Layers without weights that carry values from one form to another: the input, the sum at the end of a residual
// branch, and what makes one value of a sequence.
#pragma once
#include <memory>

#include "core/nn/layer.h"

namespace dropscope {

// The data, with the site "input" where `site` is set. `shape`: of one example, Sample 1 first.
template <class T>
std::unique_ptr<Layer<T>> make_input(const Shape& shape, bool site);

// trunk + noise(branch); both of `shape`. The noise is that of a site of kind ResidualBranch.
template <class T>
std::unique_ptr<Layer<T>> make_sum(std::string name, std::string site, const Shape& shape);

// [Sample, Time, Unit] to [Sample, Unit]: the last step, or the mean over the steps.
template <class T>
std::unique_ptr<Layer<T>> make_readout(std::string name, const Shape& shape, bool mean);

}  // namespace dropscope
