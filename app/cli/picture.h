// A still picture of a trained run, made without a window, a display or a graphics card.
#pragma once
#include <string>

#include "app/cli/run_words.h"
#include "core/train/trainer.h"

namespace dropscope::cli {

struct PictureWords {
  ThemeId theme = ThemeId::Light;
  PixelSize size = {1920, 1080};
  bool eval = false;  // the network without masks
};
// The smallest picture that shows the whole view.
inline constexpr PixelSize kSmallestPicture = {480, 360};

// Throws InputError where the path cannot be written or its ending is none of .png, .svg, .pdf.
void write_explore_picture(Trainer& trainer, const PictureWords& words, const std::string& path);

}  // namespace dropscope::cli
