#include "core/analysis/mask_sequences.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/base/moments.h"
#include "core/random/uniforms.h"
#include "core/train/trainer.h"

namespace dropscope {

SequenceErrors sequence_errors(std::span<const double> rows, std::span<const double> probability,
                               std::span<const double> to, int most, int sequences, std::uint64_t seed,
                               const Watch& watch) {
  const std::size_t outputs = to.size(), count = outputs ? rows.size() / outputs : 0;
  DROPSCOPE_CHECK(count > 0 && most >= 1 && sequences >= 1 && (probability.empty() || probability.size() == count));
  std::vector<double> up_to;  // probabilities summed
  for (double p : probability) up_to.push_back((up_to.empty() ? 0 : up_to.back()) + p);
  std::vector<Moments> errors(static_cast<std::size_t>(most));
  std::vector<double> off(outputs);
  const std::uint32_t place = site_place("sequences of masks");
  for (int s = 0; s < sequences; ++s) {
    if (watch.gives_up()) return {};
    const Uniforms draw({.run_seed = seed, .site = place, .pass = std::uint32_t(s)}, Stream::Probe);
    std::fill(off.begin(), off.end(), 0.0);
    for (std::uint32_t t = 0; t < std::uint32_t(most); ++t) {
      std::size_t row = 0;
      if (up_to.empty())
        row = draw.below(t, std::uint32_t(count));
      else
        row = std::size_t(std::upper_bound(up_to.begin(), up_to.end(), draw.at(t) * up_to.back()) - up_to.begin());
      const double* values = rows.data() + std::min(row, count - 1) * outputs;
      double largest = 0;
      for (std::size_t k = 0; k < outputs; ++k) {
        off[k] += values[k] - to[k];
        largest = larger_or_none(largest, std::abs(off[k]));
      }
      errors[t].add(largest / double(t + 1));
    }
  }
  SequenceErrors result;
  for (const Moments& one : errors) {
    result.mean.push_back(one.mean());
    result.deviation.push_back(one.deviation());
  }
  return result;
}

}  // namespace dropscope
