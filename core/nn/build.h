// From the spec to layers: the one place where a LayerSpec becomes code.
#pragma once
#include <vector>

#include "core/nn/network.h"

namespace dropscope {

// The input first, the output last. Throws InputError naming the layer where the spec does not fit.
template <class T>
std::vector<Node<T>> build_layers(const ArchSpec& spec, const DataForm& form);

}  // namespace dropscope
