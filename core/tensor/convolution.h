// Convolutions over images stored as [Channel, Row, Col], one example after the other. A kernel is a matrix of
// out_channels x (in_channels * kernel * kernel) in panels of 16 outputs (core/tensor/panels.h), so whatever
// works on weights of dense layers works on kernels.
//
// z, dx and their bits are one running sum per element in a fixed order that depends on nothing but the shape:
// an example alone gives the bits it has inside a batch, and examples may be divided among any number of threads.
// Terms from an input channel that is zero all over, as dropped channels are, may be left out of sums.
#pragma once
#include <cstddef>
#include <vector>

#include "core/base/parallel.h"

namespace dropscope {

// 1 <= kernel, 1 <= stride, 0 <= padding < kernel, and the kernel fits into the padded image at least once.
// Pixels at the right and lower edge that no window reaches are left out.
struct ConvShape {
  int in_channels = 1, in_rows = 1, in_cols = 1;
  int out_channels = 1;
  int kernel = 3, stride = 1, padding = 0;

  int out_rows() const { return (in_rows + 2 * padding - kernel) / stride + 1; }
  int out_cols() const { return (in_cols + 2 * padding - kernel) / stride + 1; }
  int window() const { return kernel * kernel; }
  int inputs() const { return in_channels * window(); }  // columns of the kernel matrix: [channel][row][col]
  std::size_t in_size() const { return std::size_t(in_channels) * std::size_t(in_rows) * std::size_t(in_cols); }
  std::size_t out_size() const { return std::size_t(out_channels) * std::size_t(out_rows()) * std::size_t(out_cols()); }
};

// One weight of a window and where, from the place of an output, its input lies.
struct ConvTap {
  int offset = 0, weight = 0;
};

// A batch is cut into this many parts, whoever computes them, each in scratch of its own. The gradient by the
// kernel is one sum for each part, in order, and their total: so its bits do not depend on the number of threads.
inline constexpr int kConvParts = 8;

// Calls work(part, examples, slot) for every part of a batch; calls that run at the same time have different slots,
// from 0 to kConvParts - 1.
template <class Work>
void for_conv_parts(int batch, Parallel* parallel, Work work) {
  spread(parallel, [&](int piece, int pieces) {
    const Range range = part_of(kConvParts, piece, pieces);
    for (int part = range.begin; part < range.end; ++part) work(part, part_of(batch, part, kConvParts), range.begin);
  });
}

class Convolution {
 public:
  explicit Convolution(const ConvShape& shape);
  const ConvShape& shape() const { return shape_; }

  // Numbers that an example needs while it is computed; aligned to 64 bytes.
  std::size_t scratch_size() const { return scratch_; }
  std::size_t gradient_size() const;  // of a kernel matrix and the biases behind it

  // One example: z[o, r, c] = bias[o] + sum over [channel][row][col] of w x.
  template <class T>
  void forward(const T* w, const T* bias, const T* x, T* z, T* scratch) const;

  // One example: dx from dz. `wt` is the kernel matrix as transpose() leaves it, wt_size() numbers.
  template <class T>
  void input_gradient(const T* wt, const T* dz, T* dx, T* scratch) const;
  std::size_t wt_size() const;
  template <class T>
  void transpose(const T* w, T* wt) const;

  // One example: adds its share to dw (in panels) and db.
  template <class T>
  void add_weight_gradient(const T* dz, const T* x, T* dw, T* db, T* scratch) const;

  // A whole batch. scratch: kConvParts * scratch_size() numbers.
  template <class T>
  void forward(const T* w, const T* bias, const T* x, T* z, int batch, T* scratch, Parallel* parallel) const;
  template <class T>
  void input_gradient(const T* wt, const T* dz, T* dx, int batch, T* scratch, Parallel* parallel) const;
  // `sums` has room for kConvParts * gradient_size() numbers.
  template <class T>
  void weight_gradient(const T* dz, const T* x, T* dw, T* db, int batch, T* sums, T* scratch, Parallel* parallel) const;

  // dw and db from the sums of the parts, which lie gradient_size() apart: for layers that do more than this with
  // an example while it is in the cache.
  template <class T>
  void total(const T* sums, T* dw, T* db) const;

 private:
  // A stride of s splits an image into s x s images of every s-th row and column, each read with stride 1.
  // The outputs for one of these images of dx:
  struct Phase {
    int row = 0, col = 0;              // of the padded image, modulo the stride
    int first_row = 0, first_col = 0;  // of this image that lie inside the image without padding
    int rows = 0, cols = 0;
    std::vector<ConvTap> taps;
  };
  template <class T>
  int spread_input(const T* x, T* planes, int* channels) const;
  template <class T>
  int spread_gradient(const T* dz, T* planes, int* channels) const;

  ConvShape shape_;
  int source_rows_ = 0, source_cols_ = 0;           // of one of the s x s images
  int margin_ = 0, grad_rows_ = 0, grad_cols_ = 0;  // dz between zeros, as dx reads it
  std::vector<ConvTap> taps_;
  std::vector<Phase> phases_;
  std::size_t source_size_ = 0, gradient_source_size_ = 0, flat_size_ = 0, scratch_ = 0;
};

}  // namespace dropscope
