#include "core/train/stopping.h"

#include "core/spec/fields.h"

namespace dropscope {

std::string stopped_text(const Stopped& stopped) {
  return "Stopped early at step " + std::to_string(stopped.stopped_tick) + ": the validation loss was lowest at step " +
         std::to_string(stopped.best_tick) + " (" + real_text(double(float(stopped.best_loss))) +
         "), whose weights are back in place.";
}

}  // namespace dropscope
