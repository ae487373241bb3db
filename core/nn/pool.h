// Layers that make images smaller, and the one that makes plain numbers of them.
#pragma once
#include <memory>

#include "core/nn/layer.h"
#include "core/tensor/pooling.h"

namespace dropscope {

// y = noise(max or mean of each window).
template <class T>
std::unique_ptr<Layer<T>> make_max_pool(std::string name, const PoolShape& shape);
template <class T>
std::unique_ptr<Layer<T>> make_average_pool(std::string name, const PoolShape& shape);

// The same numbers as [Sample, Unit]. `shape`: of one example, Sample 1 first.
template <class T>
std::unique_ptr<Layer<T>> make_flatten(std::string name, const Shape& shape);

}  // namespace dropscope
