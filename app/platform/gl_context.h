// The error for having no OpenGL context, and a context without a window (EGL).
#pragma once
#include <memory>
#include <stdexcept>
#include <string>

#include "app/render/gl_facts.h"

namespace dropscope {

// There is nothing to draw on. The program exits with code 3, or does the job without a window.
class DisplayError : public std::runtime_error {
 public:
  enum class Cause { NoDisplay, NoOpenGl };
  DisplayError(Cause cause, const std::string& what, std::string hint)
      : std::runtime_error(what), cause_(cause), hint_(std::move(hint)) {}
  Cause cause() const { return cause_; }
  const std::string& hint() const { return hint_; }  // one line: what the user can do

 private:
  Cause cause_;
  std::string hint_;
};

// OpenGL 3.3 core with no window and no X server, for tests and offscreen pictures; current once made.
// Throws DisplayError if EGL offers none. Draw into a RenderTarget: there is no default framebuffer.
class OffscreenGl {
 public:
  OffscreenGl();
  ~OffscreenGl();
  OffscreenGl(const OffscreenGl&) = delete;
  OffscreenGl& operator=(const OffscreenGl&) = delete;

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace dropscope
