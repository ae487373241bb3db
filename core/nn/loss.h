// What is minimised, per batch: mean over the examples.
#pragma once
#include <cstdint>
#include <span>

#include "core/tensor/tensor.h"

namespace dropscope {

// A row is what one label belongs to: an example, or a step of a sequence.
struct LossResult {
  double total = 0;   // summed over the rows: nats (cross entropy) or squared units (MSE, mean over outputs)
  int correct = 0;    // rows whose largest logit is the label's; MSE: 0
  int scored = 0;     // rows that count: those with a label of 0 or more
  double mean() const { return scored > 0 ? total / scored : 0; }
};

// Cross entropy of softmax(logits) against labels, by log-sum-exp, with targets (1 - smoothing) onehot +
// smoothing / classes. Where d is given it becomes the gradient of the mean over the scored rows:
// (softmax - target) / scored.
template <class T>
LossResult softmax_cross_entropy(const Tensor<T>& logits, std::span<const std::int32_t> labels, Tensor<T>* d,
                                 double smoothing = 0);

// Mean over outputs of (prediction - target)^2, no factor 1/2. d: gradient of the mean over the batch.
template <class T>
LossResult mean_squared_error(const Tensor<T>& prediction, std::span<const float> targets, Tensor<T>* d);

// In place, row by row.
template <class T>
void softmax_rows(Tensor<T>& logits);

}  // namespace dropscope
