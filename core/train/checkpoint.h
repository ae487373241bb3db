// What a run needs to go on from an instant, and why one could not go on.
#pragma once
#include <cstdint>
#include <string>

#include "core/tensor/tensor.h"
#include "core/train/hand_masks.h"
#include "core/train/mask_statistics.h"
#include "core/train/stopping.h"

namespace dropscope {

// A number that was not finite: where it arose and what to try. The weights are those before it.
struct Divergence {
  std::int64_t tick = 0;   // the update that failed, counted from 1
  std::string where;       // "hidden2, unit 3"
  std::string message;     // one line for people, with what to try
};

// Everything a run needs to go on from here, apart from its RunSpec and data.
struct Checkpoint {
  std::int64_t tick = 0;
  AlignedVector<float> params, slots;
  double masked_loss_sum = 0, batch_loss = 0, objective = 0, gradient_norm = 0;
  std::int64_t masked_ticks = 0;
  EarlyStopping stopping;
  HandMasks by_hand;
  LatelyMasks masks;
  // What memory it takes, about; the best weights of early stopping count though checkpoints share them.
  std::size_t bytes() const {
    const std::size_t floats = params.size() + slots.size() + (stopping.best() ? stopping.best()->size() : 0);
    return sizeof *this + floats * sizeof(float) + masks.kept.size() * sizeof masks.kept[0] +
           masks.sites.size() * sizeof masks.sites[0] +
           (by_hand.gates().size() + by_hand.locks().size()) * sizeof(GateByHand);
  }
};

}  // namespace dropscope
