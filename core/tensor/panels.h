// The products of dense layers. A weight matrix is stored in panels of 16 outputs: panel p holds outputs
// 16p .. 16p+15, and within it the 16 weights from one input are adjacent, so that products read memory in
// order and nothing is packed per call. Missing outputs of the last panel are zeros and stay zeros.
//
// Every output element is one sum over its terms in ascending order, whatever the batch size, the number of
// threads or the place in the batch. So an example pushed alone gives the bits it has inside a batch.
#pragma once
#include <cstddef>

#include "core/base/parallel.h"

namespace dropscope {

inline constexpr int kPanel = 16;

constexpr int panel_count(int outputs) { return (outputs + kPanel - 1) / kPanel; }
constexpr std::size_t panel_size(int outputs, int inputs) {
  return std::size_t(panel_count(outputs)) * kPanel * std::size_t(inputs);
}
constexpr std::size_t panel_index(int output, int input, int inputs) {
  return (std::size_t(output / kPanel) * std::size_t(inputs) + std::size_t(input)) * kPanel +
         std::size_t(output % kPanel);
}

// z[b, o] = sum_i w[o, i] x[b, i]. x is [batch, inputs], z is [batch, outputs], both row-major.
template <class T>
void panel_product(const T* w, const T* x, T* z, int outputs, int inputs, int batch, Parallel* parallel);

// dw[o, i] = sum_b dz[b, o] x[b, i], in panels.
template <class T>
void panel_weight_gradient(const T* dz, const T* x, T* dw, int outputs, int inputs, int batch, Parallel* parallel);

// Panels of the transpose: wt is inputs x outputs in panels of 16 inputs. dx = panel_product(wt, dz, ...).
template <class T>
void panel_transpose(const T* w, T* wt, int outputs, int inputs, Parallel* parallel);

}  // namespace dropscope
