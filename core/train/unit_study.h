// What one unit passes on for one example, without masks and with other masks again and again: how inference stands
// for the mean over masks. Nothing here changes a run.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/nn/network.h"

namespace dropscope {

// About how many products and draws a pass with masks costs for one example, up to and with layer `last`.
double pass_cost(const Network<float>& network, std::span<const NoisePlan> plans, int last);

struct UnitStudy {
  double eval = 0;                   // as inference passes it on
  std::vector<float> running_mean;   // after 1, 2, ... passes with masks of their own
  double deviation = 0;              // of single passes, that of an unbiased estimate; 0 for a single pass
  // Of the last mean. Several of them apart, a mean and `eval` differ in truth: the network is not linear.
  double standard_error() const;
};

// `unit` counts the layer's outputs for one example. Masks are those of passes 0 .. passes - 1 of Stream::Probe, so the
// same question has the same answer. `x`: the example; `places`: the sites' numbers in draw keys.
UnitStudy study_unit(const Network<float>& network, std::span<const float> params, std::span<const NoisePlan> plans,
                     std::span<const std::uint32_t> places, std::uint64_t seed, std::span<const float> x, int layer,
                     int unit, int passes, Tape<float>& tape);

}  // namespace dropscope
