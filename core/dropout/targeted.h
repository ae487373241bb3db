// What both targeted variants share: which elements are small enough to be dropped. Pure functions.
// Source: Gomez, Zhang, Kamalakara, Madaan, Swersky, Gal, Hinton, arXiv:1905.13678, sections 3 and 4.
#pragma once
#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include "core/dropout/variant.h"

namespace dropscope {

inline constexpr ParamSpec kTargetedParams[] = {{"target", "Share of the smallest that may be dropped", 0, 1, 0.5}};

// How many of n are targeted: floor(share n), all of them for a share of 1. A share written in decimals counts as what
// was meant: 0.7 of 10 is 7, though 0.7 * 10 might fall short of it.
inline int targeted_count(double share, int n) { return std::min(n, int(std::floor(share * n + 1e-9 * n))); }

// Calls spare(i) for all but the `count` smallest of `size`; of equal ones those with lower numbers count as smaller.
template <class Spare>
void spare_the_large(std::span<const double> size, int count, std::vector<int>& order, Spare spare) {
  order.resize(size.size());
  std::iota(order.begin(), order.end(), 0);
  if (count < int(order.size()))
    std::nth_element(order.begin(), order.begin() + count, order.end(), [size](int a, int b) {
      return size[std::size_t(a)] < size[std::size_t(b)] || (size[std::size_t(a)] == size[std::size_t(b)] && a < b);
    });
  for (std::size_t k = std::size_t(count); k < order.size(); ++k) spare(std::size_t(order[k]));
}

// A size to rank by; what is not a number ranks last.
template <class T>
double rank_size(T x) {
  const double size = std::abs(double(x));
  return size == size ? size : HUGE_VAL;
}

}  // namespace dropscope
