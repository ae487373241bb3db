#include "core/tensor/convolution.h"

#include <algorithm>
#include <type_traits>

#include "core/base/check.h"
#include "core/tensor/convolution_kernels.h"
#include "core/tensor/convolution_vectors.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

// The widest vector: numbers behind an array that may be read, and whole vectors of outputs, are counted in it.
constexpr int kWidest = 16;

constexpr int round_up(int n) { return (n + kWidest - 1) / kWidest * kWidest; }
constexpr int divide_up(int a, int b) { return (a + b - 1) / b; }

template <class T>
const ConvKernels<T>& kernels() {
  static constexpr ConvKernels<T> plain = {correlate<PlainVector<T>, T>, add_weights<PlainVector<T>, T>};
  return plain;
}
#ifdef DROPSCOPE_FMA_KERNEL
template <>
const ConvKernels<float>& kernels<float>() {
  static constexpr ConvKernels<float> narrow = {correlate<Vector8, float>, add_weights<Vector8, float>};
  static const ConvKernels<float>* const best = wide_conv_kernels() ? wide_conv_kernels() : &narrow;
  return *best;
}
#endif

// Rows of n numbers between images of different widths: to[r, i] = from[r, i] + add.
template <class T>
struct Rows {
  const T* from;
  std::ptrdiff_t from_step;
  T* to;
  std::ptrdiff_t to_step;
  int rows, n;
};
// 8 * (kBlocks - 1) < n <= 8 * kBlocks. The last block repeats some of the one before.
template <int kBlocks, class T>
void copy_blocks(const Rows<T>& job, T add) {
  using V = typename Vectors<T>::Best;
  const auto more = V::broadcast(&add);
  const T* from = job.from;
  T* to = job.to;
  const std::ptrdiff_t from_step = job.from_step, to_step = job.to_step, last = job.n - 8;
  for (int r = job.rows; r > 0; --r, from += from_step, to += to_step) {
#pragma GCC unroll 4
    for (int b = 0; b < kBlocks; ++b) {
      const std::ptrdiff_t at = b + 1 < kBlocks ? b * 8 : last;
      V::store(to + at, V::add(V::load(from + at), more));
    }
  }
}
template <class T>
void copy_rows(const Rows<T>& job, T add) {
  switch (job.n < 8 ? 0 : divide_up(job.n, 8)) {
    case 1:
      return copy_blocks<1>(job, add);
    case 2:
      return copy_blocks<2>(job, add);
    case 3:
      return copy_blocks<3>(job, add);
    case 4:
      return copy_blocks<4>(job, add);
    default:
      break;
  }
  for (int r = 0; r < job.rows; ++r) {
    const T* __restrict from = job.from + r * job.from_step;
    T* __restrict to = job.to + r * job.to_step;
    for (int i = 0; i < job.n; ++i) to[i] = from[i] + add;
  }
}

template <class T>
bool is_zero(const T* x, int n) {
  return std::all_of(x, x + n, [](T v) { return v == T(0); });
}

// to[i * lanes + lane] = from[lane * n + i] for lane < rows, 0 for the other lanes; lanes is 8 or 16.
template <class T>
void interleave(const T* from, T* to, int rows, int lanes, int n) {
  for (int first = 0; first < lanes; first += 8) {
    int i = 0;
#ifdef DROPSCOPE_FMA_KERNEL
    if constexpr (std::is_same_v<T, float>)
      for (; i + 8 <= n; i += 8) {
        __m256 row[8];
        for (int r = 0; r < 8; ++r)
          row[r] = first + r < rows ? _mm256_loadu_ps(from + std::ptrdiff_t(first + r) * n + i) : _mm256_setzero_ps();
        transpose8(row);
        for (int r = 0; r < 8; ++r) _mm256_storeu_ps(to + std::ptrdiff_t(i + r) * lanes + first, row[r]);
      }
#endif
    for (; i < n; ++i)
      for (int r = first; r < first + 8; ++r)
        to[std::ptrdiff_t(i) * lanes + r] = r < rows ? from[std::ptrdiff_t(r) * n + i] : T(0);
  }
}

// The sum over a plane as 32 running sums, added in pairs.
template <class T>
T sum_of(const T* x, int n) {
  using V = typename Vectors<T>::Best;
  typename V::Register sum[4] = {V::zero(), V::zero(), V::zero(), V::zero()};
  int i = 0;
  for (; i + 32 <= n; i += 32)
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) sum[j] = V::add(sum[j], V::load(x + i + 8 * j));
  for (; i + 8 <= n; i += 8) sum[0] = V::add(sum[0], V::load(x + i));
  T lanes[8];
  V::store(lanes, V::add(V::add(sum[0], sum[1]), V::add(sum[2], sum[3])));
  for (int j = 0; i + j < n; ++j) lanes[j] += x[i + j];
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

}  // namespace

Convolution::Convolution(const ConvShape& shape) : shape_(shape) {
  const ConvShape& s = shape_;
  DROPSCOPE_CHECK(s.kernel >= 1 && s.stride >= 1 && s.padding >= 0 && s.padding < s.kernel);
  DROPSCOPE_CHECK(s.in_channels >= 1 && s.out_channels >= 1);
  DROPSCOPE_CHECK(s.in_rows + 2 * s.padding >= s.kernel && s.in_cols + 2 * s.padding >= s.kernel);

  source_rows_ = divide_up(s.in_rows + 2 * s.padding, s.stride);
  source_cols_ = divide_up(s.in_cols + 2 * s.padding, s.stride);
  const int image = source_rows_ * source_cols_;
  for (int r = 0; r < s.kernel; ++r)
    for (int c = 0; c < s.kernel; ++c)
      taps_.push_back({(r % s.stride * s.stride + c % s.stride) * image + r / s.stride * source_cols_ + c / s.stride,
                       r * s.kernel + c});
  source_size_ = std::size_t(s.in_channels) * std::size_t(s.stride * s.stride) * std::size_t(image) + kWidest;

  margin_ = (s.kernel - 1) / s.stride;
  for (int row = 0; row < s.stride; ++row)
    for (int col = 0; col < s.stride; ++col) {
      Phase phase;
      phase.row = row, phase.col = col;
      phase.first_row = divide_up(std::max(s.padding - row, 0), s.stride);
      phase.first_col = divide_up(std::max(s.padding - col, 0), s.stride);
      phase.rows = divide_up(std::max(s.in_rows + s.padding - row, 0), s.stride) - phase.first_row;
      phase.cols = divide_up(std::max(s.in_cols + s.padding - col, 0), s.stride) - phase.first_col;
      if (phase.rows <= 0 || phase.cols <= 0) continue;
      grad_rows_ = std::max(grad_rows_, phase.first_row + phase.rows);
      grad_cols_ = std::max(grad_cols_, phase.first_col + phase.cols);
      phases_.push_back(phase);
    }
  grad_rows_ = margin_ + std::max(grad_rows_, s.out_rows());
  grad_cols_ = margin_ + std::max(grad_cols_, s.out_cols());
  flat_size_ = std::size_t(s.out_channels) * std::size_t(round_up(s.out_rows() * source_cols_));
  for (Phase& phase : phases_) {
    for (int r = phase.row, i = 0; r < s.kernel; r += s.stride, ++i)
      for (int c = phase.col, j = 0; c < s.kernel; c += s.stride, ++j)
        phase.taps.push_back(
            {(margin_ + phase.first_row - i) * grad_cols_ + margin_ + phase.first_col - j, r * s.kernel + c});
    flat_size_ = std::max(flat_size_, std::size_t(s.in_channels) * std::size_t(round_up(phase.rows * grad_cols_)));
  }
  gradient_source_size_ = std::size_t(s.out_channels) * std::size_t(grad_rows_ * grad_cols_) + kWidest;

  const std::size_t interleaved = std::size_t(kPanel) * std::size_t(s.out_rows() * s.out_cols());
  // Behind these, the list of channels.
  flat_size_ = std::max(flat_size_, interleaved);
  source_size_ = std::size_t(round_up(int(source_size_)));
  gradient_source_size_ = std::size_t(round_up(int(gradient_source_size_)));
  scratch_ = std::max(source_size_, gradient_source_size_) + flat_size_ +
             std::size_t(round_up(std::max(s.in_channels, s.out_channels)));
}

std::size_t Convolution::wt_size() const {
  return panel_size(shape_.in_channels, shape_.out_channels * shape_.window());
}
std::size_t Convolution::gradient_size() const {
  return panel_size(shape_.out_channels, shape_.inputs()) + std::size_t(round_up(shape_.out_channels));
}

// Copies an image into s x s images with the padding around; lists the channels that are not zero all over.
template <class T>
int Convolution::spread_input(const T* x, T* planes, int* channels) const {
  const ConvShape& s = shape_;
  const int plane = s.stride * s.stride * source_rows_ * source_cols_, pixels = s.in_rows * s.in_cols;
  int count = 0;
  for (int channel = 0; channel < s.in_channels; ++channel, x += pixels, planes += plane) {
    if (is_zero(x, pixels)) continue;
    channels[count++] = channel;
    if (s.stride == 1 && s.padding == 0) {
      std::copy_n(x, pixels, planes);
      continue;
    }
    std::fill_n(planes, plane, T(0));
    if (s.stride == 1) {
      T* to = planes + s.padding * source_cols_ + s.padding;
      copy_rows<T>({x, s.in_cols, to, source_cols_, s.in_rows, s.in_cols}, T(0));
      continue;
    }
    for (int r = 0; r < s.in_rows; ++r) {
      const int row = r + s.padding;
      T* to = planes + (row % s.stride * s.stride * source_rows_ + row / s.stride) * source_cols_;
      const T* from = x + r * s.in_cols;
      for (int c = 0; c < s.in_cols; ++c) {
        const int col = c + s.padding;
        to[col % s.stride * source_rows_ * source_cols_ + col / s.stride] = from[c];
      }
    }
  }
  std::fill_n(planes, kWidest, T(0));
  return count;
}

template <class T>
int Convolution::spread_gradient(const T* dz, T* planes, int* channels) const {
  const ConvShape& s = shape_;
  const int plane = grad_rows_ * grad_cols_, rows = s.out_rows(), cols = s.out_cols();
  int count = 0;
  for (int channel = 0; channel < s.out_channels; ++channel, dz += rows * cols, planes += plane) {
    if (is_zero(dz, rows * cols)) continue;
    channels[count++] = channel;
    std::fill_n(planes, plane, T(0));
    copy_rows<T>({dz, cols, planes + margin_ * grad_cols_ + margin_, grad_cols_, rows, cols}, T(0));
  }
  std::fill_n(planes, kWidest, T(0));
  return count;
}

template <class T>
void Convolution::forward(const T* w, const T* bias, const T* x, T* z, T* scratch) const {
  const ConvShape& s = shape_;
  T* flat = scratch + source_size_;
  int* channels = reinterpret_cast<int*>(flat + flat_size_);
  const int count = spread_input(x, scratch, channels);
  const int rows = s.out_rows(), cols = s.out_cols(), length = (rows - 1) * source_cols_ + cols;
  const int plane = s.stride * s.stride * source_rows_ * source_cols_;
  kernels<T>().correlate({scratch, plane, channels, count, taps_.data(), s.window(), w, s.window(), s.inputs(), flat,
                          round_up(length), s.out_channels, length});
  for (int o = 0; o < s.out_channels; ++o)
    copy_rows<T>({flat + std::ptrdiff_t(o) * round_up(length), source_cols_, z + std::ptrdiff_t(o) * rows * cols, cols,
                  rows, cols},
                 bias[o]);
}

template <class T>
void Convolution::transpose(const T* w, T* wt) const {
  const int window = shape_.window(), inputs = shape_.out_channels * window;
  std::fill_n(wt, wt_size(), T(0));
  for (int o = 0; o < shape_.out_channels; ++o)
    for (int i = 0; i < shape_.inputs(); ++i)
      wt[panel_index(i / window, o * window + i % window, inputs)] = w[panel_index(o, i, shape_.inputs())];
}

template <class T>
void Convolution::input_gradient(const T* wt, const T* dz, T* dx, T* scratch) const {
  const ConvShape& s = shape_;
  T* flat = scratch + gradient_source_size_;
  int* channels = reinterpret_cast<int*>(flat + flat_size_);
  const int count = spread_gradient(dz, scratch, channels);
  for (const Phase& phase : phases_) {
    const int length = (phase.rows - 1) * grad_cols_ + phase.cols;
    kernels<T>().correlate({scratch, std::ptrdiff_t(grad_rows_) * grad_cols_, channels, count, phase.taps.data(),
                            int(phase.taps.size()), wt, s.window(), s.out_channels * s.window(), flat, round_up(length),
                            s.in_channels, length});
    const int first_row = phase.first_row * s.stride + phase.row - s.padding;
    const int first_col = phase.first_col * s.stride + phase.col - s.padding;
    for (int channel = 0; channel < s.in_channels; ++channel) {
      const T* from = flat + std::ptrdiff_t(channel) * round_up(length);
      T* to = dx + (std::ptrdiff_t(channel) * s.in_rows + first_row) * s.in_cols + first_col;
      if (s.stride == 1) {
        copy_rows<T>({from, grad_cols_, to, s.in_cols, phase.rows, phase.cols}, T(0));
        continue;
      }
      for (int r = 0; r < phase.rows; ++r, from += grad_cols_, to += std::ptrdiff_t(s.stride) * s.in_cols)
        for (int c = 0; c < phase.cols; ++c) to[c * s.stride] = from[c];
    }
  }
}

template <class T>
void Convolution::add_weight_gradient(const T* dz, const T* x, T* dw, T* db, T* scratch) const {
  const ConvShape& s = shape_;
  T* interleaved = scratch + source_size_;
  int* channels = reinterpret_cast<int*>(interleaved + flat_size_);
  const int count = spread_input(x, scratch, channels);
  const int plane = s.stride * s.stride * source_rows_ * source_cols_, pixels = s.out_rows() * s.out_cols();
  for (int o = 0; o < s.out_channels; o += kPanel) {
    const int outputs = std::min(kPanel, s.out_channels - o), lanes = outputs > 8 ? kPanel : 8;
    interleave(dz + std::ptrdiff_t(o) * pixels, interleaved, outputs, lanes, pixels);
    kernels<T>().add_weights({scratch, plane, source_cols_, channels, count, taps_.data(), s.window(), interleaved,
                              s.out_rows(), s.out_cols(), lanes, dw + std::ptrdiff_t(o) * s.inputs()});
  }
  for (int o = 0; o < s.out_channels; ++o) db[o] += sum_of(dz + std::ptrdiff_t(o) * pixels, pixels);
}

template <class T>
void Convolution::forward(const T* w, const T* bias, const T* x, T* z, int batch, T* scratch,
                          Parallel* parallel) const {
  for_conv_parts(batch, parallel, [=, this](int, Range examples, int slot) {
    for (std::size_t b = std::size_t(examples.begin); b < std::size_t(examples.end); ++b)
      forward(w, bias, x + b * shape_.in_size(), z + b * shape_.out_size(), scratch + std::size_t(slot) * scratch_);
  });
}

template <class T>
void Convolution::input_gradient(const T* wt, const T* dz, T* dx, int batch, T* scratch, Parallel* parallel) const {
  for_conv_parts(batch, parallel, [=, this](int, Range examples, int slot) {
    for (std::size_t b = std::size_t(examples.begin); b < std::size_t(examples.end); ++b)
      input_gradient(wt, dz + b * shape_.out_size(), dx + b * shape_.in_size(), scratch + std::size_t(slot) * scratch_);
  });
}

template <class T>
void Convolution::weight_gradient(const T* dz, const T* x, T* dw, T* db, int batch, T* sums, T* scratch,
                                  Parallel* parallel) const {
  for_conv_parts(batch, parallel, [=, this](int part, Range examples, int slot) {
    T* to = sums + std::size_t(part) * gradient_size();
    std::fill_n(to, gradient_size(), T(0));
    for (std::size_t b = std::size_t(examples.begin); b < std::size_t(examples.end); ++b)
      add_weight_gradient(dz + b * shape_.out_size(), x + b * shape_.in_size(), to,
                          to + panel_size(shape_.out_channels, shape_.inputs()),
                          scratch + std::size_t(slot) * scratch_);
  });
  total(sums, dw, db);
}

template <class T>
void Convolution::total(const T* sums, T* dw, T* db) const {
  const std::size_t weights = panel_size(shape_.out_channels, shape_.inputs());
  std::copy_n(sums, weights, dw);
  std::copy_n(sums + weights, shape_.out_channels, db);
  for (int part = 1; part < kConvParts; ++part) {
    const T* more = sums + std::size_t(part) * gradient_size();
    for (std::size_t i = 0; i < weights; ++i) dw[i] += more[i];
    for (int o = 0; o < shape_.out_channels; ++o) db[o] += more[weights + std::size_t(o)];
  }
}

#define DROPSCOPE_INSTANTIATE(T)                                                                           \
  template void Convolution::forward<T>(const T*, const T*, const T*, T*, T*) const;                       \
  template void Convolution::input_gradient<T>(const T*, const T*, T*, T*) const;                          \
  template void Convolution::transpose<T>(const T*, T*) const;                                             \
  template void Convolution::add_weight_gradient<T>(const T*, const T*, T*, T*, T*) const;                 \
  template void Convolution::forward<T>(const T*, const T*, const T*, T*, int, T*, Parallel*) const;       \
  template void Convolution::input_gradient<T>(const T*, const T*, T*, int, T*, Parallel*) const;          \
  template void Convolution::weight_gradient<T>(const T*, const T*, T*, T*, int, T*, T*, Parallel*) const; \
  template void Convolution::total<T>(const T*, T*, T*) const;
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
