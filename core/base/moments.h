// Mean and spread of numbers that come one by one.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace dropscope {

// Differences to the first number are summed, so that equal numbers have exactly their value as mean and a deviation
// of exactly 0.
class Moments {
 public:
  void add(double value) {
    if (count_++ == 0) first_ = value;
    const double off = value - first_;
    off_ += off;
    squares_ += off * off;
  }
  std::int64_t count() const { return count_; }
  // NaN of none.
  double mean() const { return count_ ? first_ + off_ / double(count_) : kNone; }
  // Of these numbers: divided by how many there are. NaN of none.
  double deviation() const { return count_ ? std::sqrt(about_mean() / double(count_)) : kNone; }
  // Of what they are a sample of: divided by one less. NaN below two.
  double sample_deviation() const { return count_ > 1 ? std::sqrt(about_mean() / double(count_ - 1)) : kNone; }
  // Of the mean. NaN below two.
  double standard_error() const { return sample_deviation() / std::sqrt(double(count_)); }

 private:
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  double about_mean() const { return std::max(0.0, squares_ - off_ * off_ / double(count_)); }
  std::int64_t count_ = 0;
  double first_ = 0, off_ = 0, squares_ = 0;
};

}  // namespace dropscope
