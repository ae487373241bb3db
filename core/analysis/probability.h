// Softmax and entropies of one row of numbers, in double.
#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace dropscope {

// log softmax(z), finite for finite z.
template <class T>
void log_softmax(std::span<const T> z, std::span<double> out) {
  double top = double(z[0]);
  for (T v : z) top = std::max(top, double(v));
  double sum = 0;
  for (T v : z) sum += std::exp(double(v) - top);
  const double shift = top + std::log(sum);
  for (std::size_t k = 0; k < z.size(); ++k) out[k] = double(z[k]) - shift;
}

template <class T>
std::vector<double> softmax_of(std::span<const T> z) {
  std::vector<double> p(z.size());
  log_softmax<T>(z, p);
  for (double& v : p) v = std::exp(v);
  return p;
}

// -sum_k p_k log p_k in nats, with 0 log 0 = 0.
inline double entropy_of(std::span<const double> p) {
  double h = 0;
  for (double v : p) h -= v > 0 ? v * std::log(v) : 0;
  return h;
}

}  // namespace dropscope
