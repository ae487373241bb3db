// What a tick minimises besides the plain loss: agreement of two masked passes, and the penalties of variants that
// learn their rate. Pure functions.
#pragma once
#include <cstdint>
#include <span>

#include "core/data/dataset.h"
#include "core/nn/loss.h"
#include "core/nn/network.h"
#include "core/spec/run_spec.h"

namespace dropscope {

// R-Drop (Liang et al., arXiv:2106.14448). All are means over the scored rows, in nats.
struct PairLoss {
  LossResult first, second;  // cross entropy of each pass, with smoothed targets where asked for
  double disagreement = 0;   // (KL(p1|p2) + KL(p2|p1)) / 2
  double value = 0;          // what is minimised: CE1 + CE2 (r_drop_mean: half of it) + r_drop * disagreement
};

// `logits` are those of two passes of the same examples, one pass after the other; `labels` are those of one pass, -1
// for rows that do not count. Where d is given it becomes the gradient of `value` by all logits: both passes learn.
template <class T>
PairLoss r_drop_loss(const Tensor<T>& logits, std::span<const std::int32_t> labels, const ObjectiveSpec& spec,
                     Tensor<T>* d);

// The penalties of all sites at these parameters, summed. Where `gradients` is not empty theirs are added to it.
template <class T>
double add_penalties(const Network<T>& network, std::span<const NoisePlan> plans, std::span<const T> params,
                     std::size_t train_examples, bool classifies, std::span<T> gradients);

// Throws InputError, naming the field, where the objective, the variation of examples or early stopping asks for what
// these data cannot give.
void check_training(const RunSpec& spec, const Dataset& data, bool classifies);

}  // namespace dropscope
