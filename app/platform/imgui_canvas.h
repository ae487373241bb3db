// Draws what Dear ImGui made into the window, and only what has changed where the last picture is still there: on
// software OpenGL each pixel costs, and most of a window stays as it is while a network trains.
#pragma once
#include <imgui.h>

#include <cstdint>
#include <vector>

#include "app/platform/damage.h"
#include "app/theme/palette.h"

namespace dropscope {

class ImguiCanvas {
 public:
  // Into the framebuffer bound now, of the size of `data`. `kept`: it still holds the picture of the last call. Textures
  // other than that of the fonts may hold something else whenever `textures` is another number. Returns what was drawn
  // again, in pixels; nothing where there was no change.
  std::vector<PixelRect> draw(ImDrawData& data, Color clear, bool kept, std::uint64_t textures);
  // Everything is drawn at the next call: after the fonts were made anew, or when the window lost its picture.
  void forget() { damage_.forget(); }

 private:
  Damage damage_;
};

}  // namespace dropscope
