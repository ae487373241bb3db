// Pooling over images stored as [Channel, Row, Col]: one number for each window. Windows that do not fit are left
// out, so rows and columns at the right and lower edge may belong to none.
#pragma once
#include <cstddef>

#include "core/base/parallel.h"

namespace dropscope {

// 1 <= kernel <= in_rows, in_cols; 1 <= stride.
struct PoolShape {
  int channels = 1, in_rows = 1, in_cols = 1;
  int kernel = 2, stride = 2;

  int out_rows() const { return (in_rows - kernel) / stride + 1; }
  int out_cols() const { return (in_cols - kernel) / stride + 1; }
  std::size_t in_plane() const { return std::size_t(in_rows) * std::size_t(in_cols); }
  std::size_t out_plane() const { return std::size_t(out_rows()) * std::size_t(out_cols()); }
  std::size_t in_size() const { return std::size_t(channels) * in_plane(); }
  std::size_t out_size() const { return std::size_t(channels) * out_plane(); }
};

// y = the greatest of each window. winners: its place in the channel, row * in_cols + col; of equal ones the
// first in reading order. The first NaN of a window wins.
template <class T>
void max_pool(const PoolShape& shape, const T* x, T* y, int* winners, int batch, Parallel* parallel);
// dx: each winner gets its window's gradient, the sum of them where windows overlap; the others get 0.
template <class T>
void max_pool_gradient(const PoolShape& shape, const T* dy, const int* winners, T* dx, int batch, Parallel* parallel);

// y = the mean of each window, its sum taken in reading order.
template <class T>
void average_pool(const PoolShape& shape, const T* x, T* y, int batch, Parallel* parallel);
template <class T>
void average_pool_gradient(const PoolShape& shape, const T* dy, T* dx, int batch, Parallel* parallel);

}  // namespace dropscope
