// y = noise(f(noise(W) * x + b)): a convolution over images, [Sample, Channel, Row, Col].
#pragma once
#include <memory>

#include "core/nn/layer.h"
#include "core/tensor/convolution.h"

namespace dropscope {

template <class T>
std::unique_ptr<Layer<T>> make_conv(std::string name, const ConvShape& shape, Activation activation);

}  // namespace dropscope
