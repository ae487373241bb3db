// y = noise(f(W x + b)).
#pragma once
#include <memory>

#include "core/nn/layer.h"

namespace dropscope {

template <class T>
std::unique_ptr<Layer<T>> make_dense(std::string name, int inputs, int units, Activation activation);

}  // namespace dropscope
