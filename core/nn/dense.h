// y = noise(f(W x + b)).
#pragma once
#include <memory>

#include "core/nn/layer.h"

namespace dropscope {

// `in`: the shape of one example. [Sample, Time, Unit] is read step by step with the same weights; anything else
// as a row of numbers. Sites: name + ".weight" and name, the latter of kind `output`.
template <class T>
std::unique_ptr<Layer<T>> make_dense(std::string name, const Shape& in, int units, Activation activation,
                                     SiteKind output);

}  // namespace dropscope
