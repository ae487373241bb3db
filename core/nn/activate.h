// h = noise(f(x)): an activation where no layer before it applies one, as between the parts of a residual branch.
#pragma once
#include <memory>

#include "core/nn/layer.h"

namespace dropscope {

// `in`: the shape of one example; the output has the same. `site`: the name of the site after the activation, of
// the kind that the shape says; empty: none.
template <class T>
std::unique_ptr<Layer<T>> make_activation(std::string name, std::string site, const Shape& in, Activation activation);

}  // namespace dropscope
