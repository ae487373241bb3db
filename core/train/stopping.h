// Early stopping: remembers the weights with the lowest validation loss and says when to go back to them.
#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "core/tensor/tensor.h"

namespace dropscope {

// A run that has ended early. Its weights are those of best_tick.
struct Stopped {
  std::int64_t best_tick = 0, stopped_tick = 0;
  double best_loss = 0;  // validation loss at best_tick
};
// One line for people.
std::string stopped_text(const Stopped& stopped);

// A value: copies share the best weights, which never change once noted.
class EarlyStopping {
 public:
  // Takes in an evaluation. A loss that is not a number is never the best. True where this is the patience-th
  // evaluation in a row without a better one: training ends.
  bool note(double validation_loss, std::int64_t tick, std::span<const float> params, int patience) {
    if (validation_loss < best_loss_) {
      best_loss_ = validation_loss;
      best_tick_ = tick;
      waits_ = 0;
      best_ = std::make_shared<const AlignedVector<float>>(params.begin(), params.end());
      return false;
    }
    if (++waits_ < patience || !best_) return false;
    stopped_ = std::make_shared<const Stopped>(Stopped{best_tick_, tick, best_loss_});
    return true;
  }
  // Null while training goes on.
  const Stopped* stopped() const { return stopped_.get(); }
  // The weights with the lowest validation loss so far; null before the first evaluation with one.
  const AlignedVector<float>* best() const { return best_.get(); }

 private:
  double best_loss_ = std::numeric_limits<double>::infinity();
  std::int64_t best_tick_ = -1;
  int waits_ = 0;
  std::shared_ptr<const AlignedVector<float>> best_;
  std::shared_ptr<const Stopped> stopped_;
};

}  // namespace dropscope
