// A picture kept on the graphics card and drawn anew only when told that something changed. On software OpenGL
// this is what keeps the window pleasant: a cached network costs nothing per frame.
// Row 0 of the framebuffer is the top.
#pragma once
#include <cstdint>
#include <vector>

#include "app/render/gl_object.h"

namespace dropscope {

class RenderTarget {
 public:
  // True if the size changed, and then the content is gone and dirty() is true. At least 1 x 1.
  bool resize(int width, int height);
  int width() const { return width_; }
  int height() const { return height_; }

  void mark_dirty() { dirty_ = true; }
  bool dirty() const { return dirty_; }

  // Binds and clears; give an opaque colour, because Dear ImGui blends with straight alpha. Restores the framebuffer
  // and viewport bound before in end(), which also clears dirty().
  void begin(float r, float g, float b, float a = 1);
  void end();

  unsigned framebuffer() const { return framebuffer_.id(); }
  std::vector<std::uint8_t> read_rgba() const;  // row 0 at the top

 private:
  GlFramebuffer framebuffer_;
  GlTexture texture_;
  int width_ = 0, height_ = 0;
  bool dirty_ = true;
  int restore_framebuffer_ = 0;
  int restore_viewport_[4] = {0, 0, 0, 0};
};

}  // namespace dropscope
