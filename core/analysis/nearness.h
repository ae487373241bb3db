// How far an input is from the examples that a network was trained on.
#pragma once
#include <span>
#include <vector>

#include "core/data/dataset.h"

namespace dropscope {

// Distances to the first kMost training examples, in units of the typical one between neighbours among them: the median
// distance of the first kAsked to their nearest neighbour (the mean where more than half have a twin).
class Nearness {
 public:
  static constexpr std::size_t kMost = 1000, kAsked = 100;
  explicit Nearness(const Dataset& data);
  // Of the nearest example; infinite where there is none, or where all examples are one and x is another.
  double distance(std::span<const float> x) const;
  // Whether x is outside the box of all training examples.
  bool outside(std::span<const float> x) const;
  // The box, one entry per input.
  const std::vector<float>& lo() const { return lo_; }
  const std::vector<float>& hi() const { return hi_; }

 private:
  // Euclidean; example `except` is left out.
  double nearest(std::span<const float> x, std::size_t except) const;
  std::size_t inputs_, count_;
  std::span<const float> x_;
  std::vector<float> lo_, hi_;
  double unit_ = 0;
};

}  // namespace dropscope
