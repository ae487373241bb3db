// What is minimised, per batch: mean over the examples.
#pragma once
#include <cstdint>
#include <span>

#include "core/tensor/tensor.h"

namespace dropscope {

struct LossResult {
  double total = 0;   // summed over the examples: nats (cross entropy) or squared units (MSE, mean over outputs)
  int correct = 0;    // examples whose largest logit is the label's; MSE: 0
};

// Cross entropy of softmax(logits) against labels, by log-sum-exp. Where d is given it becomes the gradient
// of the mean: (softmax - onehot) / batch.
template <class T>
LossResult softmax_cross_entropy(const Tensor<T>& logits, std::span<const std::int32_t> labels, Tensor<T>* d);

// Mean over outputs of (prediction - target)^2, no factor 1/2. d: gradient of the mean over the batch.
template <class T>
LossResult mean_squared_error(const Tensor<T>& prediction, std::span<const float> targets, Tensor<T>* d);

// In place, row by row.
template <class T>
void softmax_rows(Tensor<T>& logits);

}  // namespace dropscope
