// Passes without training: losses over whole splits, outputs for pictures, repeated passes of one example.
// Pure functions of weights; nothing here changes a run.
#pragma once
#include <span>
#include <vector>

#include "core/data/dataset.h"
#include "core/nn/network.h"

namespace dropscope {

// Examples that are asked at once with masks on.
inline constexpr int kMaskedExamples = 64;

struct Evaluation {
  double loss = 0;      // mean per label
  double accuracy = 0;  // NaN for regression
};

// Sets every site's noise to what inference uses (the identity, or the mean gain) for tape.batch examples, and
// running statistics instead of the batch's.
void set_inference_noise(const Network<float>& network, std::span<const float> params, std::span<const NoisePlan> plans,
                         Tape<float>& tape);

// Loss of `out`, which a network gave for the examples of a split from `first` on, as many as it has samples: cross
// entropy, or squared error, against one-hot codes where the targets are classes. `d`: as in core/nn/loss.h.
LossResult split_loss(const Tensor<float>& out, const Split& split, std::size_t first, bool classify, Tensor<float>* d);

// Over the first `most` examples (0 = all), without masks.
Evaluation evaluate_split(const Network<float>& network, std::span<const float> params,
                          std::span<const NoisePlan> plans, const Split& split, bool classify, std::size_t most,
                          Tape<float>& tape, Parallel* parallel);

// Which masks a Monte Carlo evaluation draws: its pass k of a tick is the same whenever it is made.
struct MaskedPasses {
  int count = 1;
  std::uint64_t seed = 0;
  std::span<const std::uint32_t> places;  // the sites' numbers in draw keys
  std::int64_t tick = 0;
};

// As evaluate_split, with masks: what counts is the mean over the passes of the class probabilities or predictions.
// Losses stop at 87 nats, where a probability is no number of single precision any more.
Evaluation evaluate_with_masks(const Network<float>& network, std::span<const float> params,
                               std::span<const NoisePlan> plans, const MaskedPasses& passes, const Split& split,
                               bool classify, std::size_t most, Tape<float>& tape, Parallel* parallel);

// Outputs for `count` inputs (row-major), without masks: class probabilities or predictions, row by row.
std::vector<float> predict(const Network<float>& network, std::span<const float> params,
                           std::span<const NoisePlan> plans, std::span<const float> x, std::size_t count, bool classify,
                           Tape<float>& tape);

// `count` passes of one input with masks: pass number first_pass + k draws its own. Row k of the result is
// the output of pass k. `places` are the sites' numbers in draw keys.
std::vector<float> repeat_with_masks(const Network<float>& network, std::span<const float> params,
                                     std::span<const NoisePlan> plans, std::span<const std::uint32_t> places,
                                     std::uint64_t seed, std::span<const float> x, std::int64_t first_pass, int count,
                                     bool classify, Tape<float>& tape);

}  // namespace dropscope
