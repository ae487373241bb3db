#include "core/nn/weight_noise.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/check.h"
#include "core/dropout/moments.h"
#include "core/nn/activation.h"
#include "core/random/uniforms.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

// Calls visit(place in panels, gains, count) for run after run of weights. Gates lie by output and panels by input: a
// tile of gains is turned over first, so that what follows runs over both in order, without a branch for each gate.
// Places that only fill a panel get the gain 0.
template <class T, class Visit>
void for_each_run(const Noise<T>& noise, int sample, int outputs, int inputs, Parallel* parallel, Visit visit) {
  DROPSCOPE_CHECK(noise.active && noise.carry.empty() && noise.offset.empty());
  const Shape& shape = noise.gate.shape;
  const std::ptrdiff_t by_input = shape.extent(Axis::In) > 1 ? 1 : 0,
                       by_output = shape.extent(Axis::Out) > 1 ? shape.extent(Axis::In) : 0,
                       by_sample = std::ptrdiff_t(shape.extent(Axis::Out)) * shape.extent(Axis::In);
  const T* gates = noise.gate.data() + (weights_differ(noise) ? sample * by_sample : 0);
  constexpr int kTile = 32;
  spread(parallel, [=, &noise](int part, int parts) {
    const Range range = part_of(panel_count(outputs), part, parts);
    alignas(64) T gains[kTile * kPanel] = {};
    for (int p = range.begin; p < range.end; ++p) {
      const int filled = std::min(kPanel, outputs - p * kPanel);
      if (filled < kPanel) std::fill(std::begin(gains), std::end(gains), T(0));
      for (int first = 0; first < inputs; first += kTile) {
        const int count = std::min(kTile, inputs - first);
        for (int o = 0; o < filled; ++o) {
          const T* gate = gates + (p * kPanel + o) * by_output + first * by_input;
          for (int i = 0; i < count; ++i) gains[i * kPanel + o] = noise.scale * gate[i * by_input];
        }
        visit(panel_index(p * kPanel, first, inputs), gains, count * kPanel);
      }
    }
  });
}

// to = gain * from, and 0 where the gain is 0 whatever `from` is. `to` may be `from`.
template <class T>
void multiply_open(const T* gains, const T* from, T* to, int count) {
#pragma GCC ivdep
  for (int k = 0; k < count; ++k) {
    const T product = gains[k] * from[k];
    to[k] = gains[k] != T(0) ? product : T(0);
  }
}

}  // namespace

template <class T>
void mask_weights(const Noise<T>& noise, int sample, const T* w, int outputs, int inputs, T* noisy,
                  Parallel* parallel) {
  for_each_run(noise, sample, outputs, inputs, parallel,
               [=](std::size_t at, const T* gains, int count) { multiply_open(gains, w + at, noisy + at, count); });
}

template <class T>
void add_weight_gradient(const Noise<T>& noise, int sample, const T* d_noisy, int outputs, int inputs, T* dw,
                         Parallel* parallel) {
  for_each_run(noise, sample, outputs, inputs, parallel, [=](std::size_t at, const T* gains, int count) {
    const T* __restrict from = d_noisy + at;
    T* __restrict to = dw + at;
    for (int k = 0; k < count; ++k) to[k] = gains[k] != T(0) ? to[k] + gains[k] * from[k] : to[k];
  });
}

template <class T>
void mask_weight_gradient(const Noise<T>& noise, int outputs, int inputs, T* dw, Parallel* parallel) {
  for_each_run(noise, 0, outputs, inputs, parallel,
               [=](std::size_t at, const T* gains, int count) { multiply_open(gains, dw + at, dw + at, count); });
}

template <class T>
void average_activation(Activation f, int samples, const T* mean, const T* variance, T* h, std::size_t n) {
  if (f == Activation::Identity) {
    std::copy_n(mean, n, h);
    return;
  }
  if (f == Activation::Relu && samples == 0) {
    for (std::size_t i = 0; i < n; ++i) h[i] = T(relu_moments({double(mean[i]), double(variance[i])}).mean);
    return;
  }
  const std::size_t count = std::size_t(samples > 0 ? samples : kAverageSamples);
  const Uniforms draws({}, Stream::Probe);
  std::vector<T> normal(count), u(count), a(count);
  for (std::size_t k = 0; k < count; ++k) normal[k] = T(draws.normal(std::uint32_t(k)));
  for (std::size_t i = 0; i < n; ++i) {
    const T deviation = std::sqrt(variance[i]);
    for (std::size_t k = 0; k < count; ++k) u[k] = mean[i] + deviation * normal[k];
    activate(f, u.data(), a.data(), count);
    double sum = 0;
    for (T value : a) sum += double(value);
    h[i] = T(sum / double(count));
  }
}

#define DROPSCOPE_INSTANTIATE(T)                                                                 \
  template void mask_weights<T>(const Noise<T>&, int, const T*, int, int, T*, Parallel*);        \
  template void add_weight_gradient<T>(const Noise<T>&, int, const T*, int, int, T*, Parallel*); \
  template void mask_weight_gradient<T>(const Noise<T>&, int, int, T*, Parallel*);               \
  template void average_activation<T>(Activation, int, const T*, const T*, T*, std::size_t);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
