// Draws a DisplayList with instanced OpenGL: one draw call per run of equal primitives, in the list's order.
// Texts are left out (paint_imgui draws them on top). Edges are antialiased in the shaders, without MSAA.
#pragma once
#include <memory>

#include "app/scene/display_list.h"

namespace dropscope {

class TextureCache;

class GlPainter {
 public:
  // Who fills the pixels of long runs of lines. Automatic: the processor where OpenGL is software anyway, for there
  // it is many times faster; the pictures agree to rounding.
  enum class Lines : std::uint8_t { Automatic, Shader, Processor };

  // Needs a current OpenGL 3.3 context, also in the destructor. Throws std::runtime_error naming shader and line
  // if a shader does not compile.
  explicit GlPainter(Lines lines = Lines::Automatic);
  ~GlPainter();
  GlPainter(const GlPainter&) = delete;
  GlPainter& operator=(const GlPainter&) = delete;

  // Into the framebuffer bound now, `width` x `height` pixels, usually a RenderTarget between begin and end.
  // `origin` is the point of the list that falls on the top left pixel, `scale` pixels per unit of the list.
  void paint(const DisplayList& list, int width, int height, Vec2 origin = {}, float scale = 1);

  // Of the last paint: draw calls made and texts left out.
  int draw_calls() const;
  int skipped_texts() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace dropscope
