// What every analysis asks: a network with its weights and the noise its sites are meant to have. Nothing in
// core/analysis changes weights, and nothing has a window, a thread, a clock or a generator of its own.
#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include "core/nn/network.h"
#include "core/train/trainer.h"

namespace dropscope {

template <class T>
struct Model {
  const Network<T>& network;
  std::span<const T> params;
  std::span<const NoisePlan> plans;  // one per site, in the order of Network::sites()
};

inline Model<float> model_of(const Trainer& trainer) { return {trainer.network(), trainer.params(), trainer.plans()}; }

// Copies examples first .. first + count - 1 of `x` (row-major) into the tape as a batch without training.
template <class T>
void load_examples(const Model<T>& model, std::span<const T> x, std::size_t first, std::size_t count, Tape<T>& tape) {
  Tensor<T>& input = model.network.begin(tape, int(count));
  const std::size_t width = std::size_t(model.network.inputs());
  std::copy_n(x.data() + first * width, count * width, input.data());
  tape.training = false;
}

// What inference uses instead of masks, at every site.
template <class T>
void expect_everywhere(const Model<T>& model, Tape<T>& tape) {
  for (std::size_t s = 0; s < model.plans.size(); ++s)
    model.network.expect_noise_at(model.params, model.plans[s], int(s), tape);
}

// The first layer at which a mask can change anything; layers before it need one pass only. The number of layers
// where there is none.
template <class T>
int first_noisy_layer(const Model<T>& model) {
  int first = model.network.layer_count();
  for (std::size_t s = 0; s < model.plans.size(); ++s)
    if (has_effect(model.plans[s])) first = std::min(first, model.network.sites()[s].layer);
  return first;
}

}  // namespace dropscope
