// How far the mean of t drawn masks is off: over many sequences of them, since one alone tells its own luck as well.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "core/analysis/watch.h"

namespace dropscope {

inline constexpr int kSequences = 100;

// Of differences; one that is no number is not taken for none.
inline double larger_or_none(double a, double b) { return std::isnan(b) ? b : std::max(a, b); }

// Over the sequences, of the largest difference over the outputs between the mean of the first t and `to`; NaN where one
// of them is.
struct SequenceErrors {
  std::vector<double> mean, deviation;  // [t - 1] for t = 1 .. most; deviation: divided by their number
};
// Each sequence draws `most` rows of `rows` ([row, output]), each by itself and with replacement: with `probability`,
// or all alike where that is empty. Which ones depends on (seed, sequence, t) alone. Given up: empty.
SequenceErrors sequence_errors(std::span<const double> rows, std::span<const double> probability,
                               std::span<const double> to, int most, int sequences, std::uint64_t seed,
                               const Watch& watch = {});

// Of disjoint sequences of t numbers each, one after the other, that come row by row: calls `ended` with the mean of
// each, of the first kSequencesOfBlocks. Nothing but one sum is kept.
inline constexpr int kSequencesOfBlocks = 20;
class BlockMeans {
 public:
  explicit BlockMeans(int length) : length_(length) {}
  int length() const { return length_; }
  template <class Ended>
  void add(std::span<const double> row, Ended ended) {
    if (ended_ == kSequencesOfBlocks) return;
    if (count_ == 0) sum_.assign(row.size(), 0.0);
    for (std::size_t i = 0; i < row.size(); ++i) sum_[i] += row[i];
    if (++count_ < length_) return;
    for (double& v : sum_) v /= length_;
    ++ended_;
    count_ = 0;
    ended(std::span<const double>(sum_));
  }

 private:
  int length_, count_ = 0, ended_ = 0;
  std::vector<double> sum_;
};

}  // namespace dropscope
