#include "core/train/stopping.h"

#include <cstdio>

namespace dropscope {

std::string stopped_text(const Stopped& stopped) {
  char loss[32];
  std::snprintf(loss, sizeof loss, "%.4g", stopped.best_loss);
  return "Stopped early at step " + std::to_string(stopped.stopped_tick) + ": the validation loss was lowest at step " +
         std::to_string(stopped.best_tick) + " (" + loss + "), whose weights are back in place.";
}

}  // namespace dropscope
