// What noise on weights makes of a layer's products. Weights lie in panels (core/tensor/panels.h); the noise of
// their site has the axes [Sample, Out, In], each of full extent or 1. Biases are never masked: a unit whose weights
// are all dropped still has its threshold.
#pragma once
#include "core/base/parallel.h"
#include "core/dropout/dropper.h"
#include "core/spec/arch_spec.h"

namespace dropscope {

// True where every example has weights of its own, false where all share those of sample 0.
template <class T>
bool weights_differ(const Noise<T>& noise) {
  return noise.gate.shape.extent(Axis::Sample) > 1;
}

// noisy = scale * gate * w, as one sample of the batch has it. A gate of 0 gives 0 whatever w is. Zeros that fill a
// panel stay zeros.
template <class T>
void mask_weights(const Noise<T>& noise, int sample, const T* w, int outputs, int inputs, T* noisy, Parallel* parallel);

// From the gradient by the noisy weights of a sample to that by the weights: dw += scale * gate * d_noisy.
// dw and d_noisy are in panels and do not overlap.
template <class T>
void add_weight_gradient(const Noise<T>& noise, int sample, const T* d_noisy, int outputs, int inputs, T* dw,
                         Parallel* parallel);

// dw *= scale * gate, where all examples share one mask.
template <class T>
void mask_weight_gradient(const Noise<T>& noise, int outputs, int inputs, T* dw, Parallel* parallel);

// Samples of the Gaussian where an average has no closed form and no number is asked for (Wan et al., ICML 2013).
inline constexpr int kAverageSamples = 1000;

// h[i] = the mean of f(u) over u ~ N(mean[i], variance[i]). samples 0: in closed form for ReLU and the identity, others
// by kAverageSamples; else by `samples` samples (the identity always exactly). One fixed set of normal numbers serves
// all units, so the result is a function of mean and variance alone.
template <class T>
void average_activation(Activation f, int samples, const T* mean, const T* variance, T* h, std::size_t n);

}  // namespace dropscope
