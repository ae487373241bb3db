// OpenGL's rows go upwards, a picture's downwards; that flip is here and nowhere else.
#include "app/platform/screenshot.h"

#include <epoxy/gl.h>

#include <algorithm>

namespace dropscope {

Pixels read_back_buffer(int width, int height) {
  const std::size_t row = std::size_t(width) * 4;
  std::vector<std::uint8_t> upwards(row * std::size_t(height));
  glBindFramebuffer(GL_READ_FRAMEBUFFER, 0);
  glReadBuffer(GL_BACK);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, upwards.data());
  Pixels pixels{width, height, std::vector<std::uint8_t>(upwards.size())};
  for (int y = 0; y < height; ++y) {
    const auto* from = upwards.data() + row * std::size_t(height - 1 - y);
    std::copy(from, from + row, pixels.rgba.data() + row * std::size_t(y));
  }
  // What the window shows is opaque, whatever its buffer's alpha holds.
  for (std::size_t i = 3; i < pixels.rgba.size(); i += 4) pixels.rgba[i] = 255;
  return pixels;
}

}  // namespace dropscope
