// Activation functions, elementwise, and their derivatives. NaN goes through every one of them: a fault must
// reach the loss, where it is noticed.
#pragma once
#include <cstddef>

#include "core/spec/arch_spec.h"

namespace dropscope {

// h[i] = f(z[i]). z and h may be one array.
template <class T>
void activate(Activation f, const T* z, T* h, std::size_t n);

// dz[i] = dh[i] * f'(z[i]); h is f(z). At the kink of ReLU and leaky ReLU the derivative is the left one.
// dz and dh may be one array.
template <class T>
void activate_backward(Activation f, const T* z, const T* h, const T* dh, T* dz, std::size_t n);

}  // namespace dropscope
