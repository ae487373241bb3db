// Closed forms for a unit whose input is a sum of many independently dropped terms, so that it is close to a
// Gaussian: what the unit's average is over all masks, without drawing one. Pure functions, in double.
// Sources: Wang and Manning, "Fast dropout training", ICML 2013; Wan et al., "Regularization of neural
// networks using DropConnect", ICML 2013, section 3.
#pragma once
#include <cmath>
#include <cstddef>
#include <span>

namespace dropscope {

// Mean and variance of a sum.
struct Moments {
  double mean = 0, variance = 0;
};

// Of z = sum_j m_j gain w_j x_j with m_j = 1 with probability 1 - rate, else 0. gain: 1 for the 2012 form and
// for DropConnect, 1 / (1 - rate) for inverted dropout. The same for masked inputs and for masked weights.
inline Moments masked_sum(std::span<const double> w, std::span<const double> x, double rate, double gain) {
  Moments m;
  for (std::size_t j = 0; j < w.size(); ++j) {
    const double term = gain * w[j] * x[j];
    m.mean += (1 - rate) * term;
    m.variance += rate * (1 - rate) * term * term;
  }
  return m;
}

// E[max(0, z)] and E[max(0, z)^2] for z ~ N(mean, variance); variance 0 gives the values of ReLU itself.
struct ReluMoments {
  double mean = 0, square = 0;
};
inline ReluMoments relu_moments(Moments z) {
  const double s = std::sqrt(z.variance);
  if (!(s > 0)) {
    const double h = z.mean <= 0 ? 0 : z.mean;  // what is not a number stays so
    return {h, h * h};
  }
  const double t = z.mean / s;
  const double below = 0.5 * std::erfc(-t * 0.70710678118654752),
               density = 0.39894228040143268 * std::exp(-0.5 * t * t);
  return {z.mean * below + s * density, (z.mean * z.mean + z.variance) * below + z.mean * s * density};
}

// About E[sigmoid(z)] for z ~ N(mean, variance); within 1 % for moderate variances.
inline double sigmoid_mean(Moments z) {
  const double k = std::sqrt(1 + 3.14159265358979324 * z.variance / 8);
  return 1 / (1 + std::exp(-z.mean / k));
}

}  // namespace dropscope
