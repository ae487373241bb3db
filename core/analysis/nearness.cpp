#include "core/analysis/nearness.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dropscope {

Nearness::Nearness(const Dataset& data)
    : inputs_(std::size_t(data.inputs)),
      count_(std::min(kMost, data.train.count)),
      x_(data.train.x),
      lo_(inputs_, 0.0f),
      hi_(inputs_, 0.0f) {
  for (std::size_t k = 0; k < inputs_ && data.train.count > 0; ++k) {
    lo_[k] = hi_[k] = x_[k];
    for (std::size_t i = 1; i < data.train.count; ++i) {
      lo_[k] = std::min(lo_[k], x_[i * inputs_ + k]);
      hi_[k] = std::max(hi_[k], x_[i * inputs_ + k]);
    }
  }
  std::vector<double> apart;
  double sum = 0;
  for (std::size_t i = 0; i < std::min(kAsked, count_) && count_ > 1; ++i) {
    apart.push_back(nearest(x_.subspan(i * inputs_, inputs_), i));
    sum += apart.back();
  }
  if (apart.empty()) return;
  std::sort(apart.begin(), apart.end());
  unit_ = apart[apart.size() / 2] > 0 ? apart[apart.size() / 2] : sum / double(apart.size());
}

double Nearness::nearest(std::span<const float> x, std::size_t except) const {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < count_; ++i) {
    if (i == except) continue;
    double squares = 0;
    for (std::size_t k = 0; k < inputs_; ++k) {
      const double d = double(x[k]) - double(x_[i * inputs_ + k]);
      squares += d * d;
    }
    least = std::min(least, squares);
  }
  return std::sqrt(least);
}

double Nearness::distance(std::span<const float> x) const {
  const double d = nearest(x, count_);
  if (d == 0) return 0;
  return unit_ > 0 ? d / unit_ : std::numeric_limits<double>::infinity();
}

bool Nearness::outside(std::span<const float> x) const {
  for (std::size_t k = 0; k < inputs_; ++k)
    if (x[k] < lo_[k] || x[k] > hi_[k]) return true;
  return false;
}

}  // namespace dropscope
