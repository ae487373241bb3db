#include "app/render/render_target.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace dropscope {

bool RenderTarget::resize(int width, int height) {
  width = std::max(width, 1);
  height = std::max(height, 1);
  if (width == width_ && height == height_) return false;
  width_ = width;
  height_ = height;
  dirty_ = true;
  GLint bound_texture = 0, bound_framebuffer = 0;
  glGetIntegerv(GL_TEXTURE_BINDING_2D, &bound_texture);
  glGetIntegerv(GL_FRAMEBUFFER_BINDING, &bound_framebuffer);
  glBindTexture(GL_TEXTURE_2D, texture_.create());
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width_, height_, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_.create());
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_.id(), 0);
  const GLenum status = glCheckFramebufferStatus(GL_FRAMEBUFFER);
  glBindFramebuffer(GL_FRAMEBUFFER, GLuint(bound_framebuffer));
  glBindTexture(GL_TEXTURE_2D, GLuint(bound_texture));
  if (status != GL_FRAMEBUFFER_COMPLETE) {
    throw std::runtime_error("OpenGL cannot draw into a texture of " + std::to_string(width_) + " x " +
                             std::to_string(height_) + " pixels");
  }
  return true;
}

void RenderTarget::begin(float r, float g, float b, float a) {
  if (texture_.id() == 0) resize(1, 1);
  glGetIntegerv(GL_FRAMEBUFFER_BINDING, &restore_framebuffer_);
  glGetIntegerv(GL_VIEWPORT, restore_viewport_);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_.id());
  glViewport(0, 0, width_, height_);
  glDisable(GL_SCISSOR_TEST);
  glClearColor(r, g, b, a);
  glClear(GL_COLOR_BUFFER_BIT);
}

void RenderTarget::end() {
  glBindFramebuffer(GL_FRAMEBUFFER, GLuint(restore_framebuffer_));
  glViewport(restore_viewport_[0], restore_viewport_[1], restore_viewport_[2], restore_viewport_[3]);
  dirty_ = false;
}

std::vector<std::uint8_t> RenderTarget::read_rgba() const {
  std::vector<std::uint8_t> rgba(std::size_t(width_) * std::size_t(height_) * 4);
  GLint bound = 0;
  glGetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &bound);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, framebuffer_.id());
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  // Drawn with rows downwards, so row 0 is the top already.
  glReadPixels(0, 0, width_, height_, GL_RGBA, GL_UNSIGNED_BYTE, rgba.data());
  glBindFramebuffer(GL_READ_FRAMEBUFFER, GLuint(bound));
  return rgba;
}

}  // namespace dropscope
