#include "core/nn/activation.h"

#include <cmath>

#include "core/tensor/math.h"

namespace dropscope {
namespace {

constexpr double kLeak = 0.01;
// Klambauer et al., arXiv:1706.02515.
constexpr double kSeluScale = 1.0507009873554805, kSeluAlpha = 1.6732632423543772;

template <class T>
T normal_cdf(T z) {
  return T(0.5) * (T(1) + erf_of(z * T(0.70710678118654752)));
}
template <class T>
T normal_density(T z) {
  return T(0.39894228040143268) * exp_of(-T(0.5) * z * z);
}

template <class T, class F>
void map(const T* z, T* h, std::size_t n, F f) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) h[i] = f(z[i]);
}
template <class T, class F>
void map_backward(const T* z, const T* h, const T* dh, T* dz, std::size_t n, F derivative) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < n; ++i) dz[i] = dh[i] * derivative(z[i], h[i]);
}

}  // namespace

template <class T>
void activate(Activation f, const T* z, T* h, std::size_t n) {
  switch (f) {
    case Activation::Identity: return map(z, h, n, [](T x) { return x; });
    case Activation::Relu: return map(z, h, n, [](T x) { return x <= T(0) ? T(0) : x; });
    case Activation::LeakyRelu: return map(z, h, n, [](T x) { return x <= T(0) ? T(kLeak) * x : x; });
    case Activation::Tanh: return map(z, h, n, [](T x) { return tanh_of(x); });
    case Activation::Sigmoid: return map(z, h, n, [](T x) { return sigmoid_of(x); });
    case Activation::Gelu: return map(z, h, n, [](T x) { return x * normal_cdf(x); });
    case Activation::Selu:
      return map(z, h, n, [](T x) {
        const T low = T(kSeluScale * kSeluAlpha) * (exp_of(x <= T(0) ? x : T(0)) - T(1));
        return x <= T(0) ? low : T(kSeluScale) * x;
      });
  }
}

template <class T>
void activate_backward(Activation f, const T* z, const T* h, const T* dh, T* dz, std::size_t n) {
  switch (f) {
    case Activation::Identity: return map_backward(z, h, dh, dz, n, [](T, T) { return T(1); });
    // A select, not a product: an infinite gradient at a closed unit is still no gradient.
    case Activation::Relu:
#pragma GCC ivdep
      for (std::size_t i = 0; i < n; ++i) dz[i] = z[i] <= T(0) ? T(0) : dh[i];
      return;
    case Activation::LeakyRelu:
      return map_backward(z, h, dh, dz, n, [](T x, T) { return x <= T(0) ? T(kLeak) : T(1); });
    case Activation::Tanh: return map_backward(z, h, dh, dz, n, [](T, T y) { return T(1) - y * y; });
    case Activation::Sigmoid: return map_backward(z, h, dh, dz, n, [](T, T y) { return y * (T(1) - y); });
    case Activation::Gelu:
      return map_backward(z, h, dh, dz, n, [](T x, T) { return normal_cdf(x) + x * normal_density(x); });
    case Activation::Selu:
      return map_backward(z, h, dh, dz, n,
                          [](T x, T y) { return x <= T(0) ? y + T(kSeluScale * kSeluAlpha) : T(kSeluScale); });
  }
}

template void activate<float>(Activation, const float*, float*, std::size_t);
template void activate<double>(Activation, const double*, double*, std::size_t);
template void activate_backward<float>(Activation, const float*, const float*, const float*, float*, std::size_t);
template void activate_backward<double>(Activation, const double*, const double*, const double*, double*, std::size_t);

}  // namespace dropscope
