#include "app/platform/window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>

namespace dropscope {
namespace {

Window& owner(GLFWwindow* window) { return *static_cast<Window*>(glfwGetWindowUserPointer(window)); }

std::string last_glfw_error() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text ? text : "no reason given";
}

void set_hints(const WindowOptions& options) {
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  // Shaders smooth their own edges; depth, stencil and samples would only cost memory.
  glfwWindowHint(GLFW_DEPTH_BITS, 0);
  glfwWindowHint(GLFW_STENCIL_BITS, 0);
  glfwWindowHint(GLFW_SAMPLES, 0);
  glfwWindowHint(GLFW_VISIBLE, options.visible ? GLFW_TRUE : GLFW_FALSE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "dropscope");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "dropscope");
}

// The part of the primary monitor that panels and docks leave; empty if there is no monitor.
void fit_to_desktop(int& width, int& height) {
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  if (!monitor) return;
  int x = 0, y = 0, w = 0, h = 0;
  glfwGetMonitorWorkarea(monitor, &x, &y, &w, &h);
  if (w > 0) width = std::min(width, w);
  if (h > 0) height = std::min(height, h);
}

}  // namespace

Window::Window(const WindowOptions& options) {
  if (!glfwInit()) {
    throw DisplayError(DisplayError::Cause::NoDisplay, "no display: " + last_glfw_error(),
                       "start it inside a desktop session, or use `dropscope train` and `dropscope render`");
  }
  set_hints(options);
  int width = std::max(options.width, 64), height = std::max(options.height, 64);
  fit_to_desktop(width, height);
  window_ = glfwCreateWindow(width, height, options.title.c_str(), nullptr, nullptr);
  if (!window_) {
    const std::string reason = last_glfw_error();
    glfwTerminate();
    throw DisplayError(DisplayError::Cause::NoOpenGl, "no OpenGL 3.3: " + reason,
                       "install a graphics driver (Debian: libgl1-mesa-dri), or use `dropscope render`");
  }
  glfwMakeContextCurrent(window_);
  gl_ = query_gl_facts();
  find_copy_part();
  glfwSwapInterval(options.vsync ? 1 : 0);
  install_callbacks();
  if (options.fullscreen) set_fullscreen(true);
  ask_size();
}

Window::~Window() {
  glfwDestroyWindow(window_);
  glfwTerminate();
}

void Window::install_callbacks() {
  glfwSetWindowUserPointer(window_, this);
  glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
    Window& self = owner(w);
    self.happened_ = true;
    const auto kind = action == GLFW_PRESS    ? KeyEvent::Kind::Press
                      : action == GLFW_REPEAT ? KeyEvent::Kind::Repeat
                                              : KeyEvent::Kind::Release;
    if (key >= 0) self.keys_.push({kind, key, scancode, mods});
  });
  glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned code) {
    owner(w).happened_ = true;
    owner(w).keys_.push({KeyEvent::Kind::Character, int(code), 0, 0});
  });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int focused) {
    owner(w).happened_ = true;
    if (owner(w).events_.focus) owner(w).events_.focus(focused != 0);
  });
  glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int entered) {
    owner(w).happened_ = true;
    if (owner(w).events_.cursor_enter) owner(w).events_.cursor_enter(entered != 0);
  });
  glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double x, double y) {
    owner(w).happened_ = true;
    if (owner(w).events_.cursor_move) owner(w).events_.cursor_move(x, y);
  });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int mods) {
    owner(w).happened_ = true;
    if (owner(w).events_.mouse_button) owner(w).events_.mouse_button(button, action, mods);
  });
  glfwSetScrollCallback(window_, [](GLFWwindow* w, double dx, double dy) {
    owner(w).happened_ = true;
    if (owner(w).events_.scroll) owner(w).events_.scroll(dx, dy);
  });
  glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { owner(w).happened_ = true; });
  glfwSetWindowIconifyCallback(window_, [](GLFWwindow* w, int minimized) {
    owner(w).happened_ = true;
    owner(w).minimized_ = minimized != 0;
  });
  glfwSetWindowCloseCallback(window_, [](GLFWwindow* w) { owner(w).happened_ = true; });
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) {
    owner(w).happened_ = true;
    owner(w).ask_size();
    if (owner(w).on_refresh) owner(w).on_refresh();
  });
  glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
    owner(w).happened_ = true;
    if (owner(w).on_drop) owner(w).on_drop(std::vector<std::string>(paths, paths + count));
  });
}

bool Window::should_close() const { return glfwWindowShouldClose(window_) != 0; }
bool Window::wait_events(double seconds) {
  happened_ = false;
  if (seconds <= 0) {
    glfwPollEvents();
    ask_size();
    return happened_ || keys_.has_waiting();
  }
  const double start = glfwGetTime();
  glfwWaitEventsTimeout(seconds);
  ask_size();
  // wake() calls no callback of ours, but it ends the wait early.
  return happened_ || keys_.has_waiting() || glfwGetTime() - start < seconds;
}

void Window::wake() { glfwPostEmptyEvent(); }

// Not on a graphics card, whose driver shows pictures whole without the processor.
void Window::find_copy_part() {
  if (!gl_.software || !glfwExtensionSupported("GLX_MESA_copy_sub_buffer")) return;
  display_ = reinterpret_cast<void* (*)()>(glfwGetProcAddress("glXGetCurrentDisplay"));
  drawable_ = reinterpret_cast<unsigned long (*)()>(glfwGetProcAddress("glXGetCurrentDrawable"));
  const auto copy = reinterpret_cast<decltype(copy_part_)>(glfwGetProcAddress("glXCopySubBufferMESA"));
  if (display_ && drawable_ && display_()) copy_part_ = copy;
}

// OpenGL looks how large the window is only after a swap: for a new size there are two whole pictures before parts.
bool Window::keeps_picture() const {
  return copy_part_ && settled_ && width_ == shown_width_ && height_ == shown_height_;
}

void Window::show(const std::vector<PixelRect>& changed) {
  // The window may have become another size since wait_events(). That is the one OpenGL sees in a swap, and parts of
  // one size do not fit the other.
  int width = 0, height = 0;
  glfwGetFramebufferSize(window_, &width, &height);
  const bool same = width == shown_width_ && height == shown_height_;
  if (keeps_picture() && same) {
    for (const PixelRect& r : changed)
      copy_part_(display_(), drawable_(), r.left, shown_height_ - r.bottom, r.right - r.left, r.bottom - r.top);
    return;
  }
  settled_ = same;
  shown_width_ = width;
  shown_height_ = height;
  glfwSwapBuffers(window_);
}

double Window::now() { return glfwGetTime(); }

void Window::ask_size() { glfwGetFramebufferSize(window_, &width_, &height_); }

void Window::set_size(int width, int height) { glfwSetWindowSize(window_, width, height); }
void Window::set_min_size(int width, int height) {
  glfwSetWindowSizeLimits(window_, width, height, GLFW_DONT_CARE, GLFW_DONT_CARE);
}

bool Window::fullscreen() const { return glfwGetWindowMonitor(window_) != nullptr; }

void Window::set_fullscreen(bool on) {
  if (on == fullscreen()) return;
  if (!on) {
    glfwSetWindowMonitor(window_, nullptr, restore_[0], restore_[1], std::max(restore_[2], 64),
                         std::max(restore_[3], 64), GLFW_DONT_CARE);
    return;
  }
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
  if (!mode) return;
  glfwGetWindowPos(window_, &restore_[0], &restore_[1]);
  glfwGetWindowSize(window_, &restore_[2], &restore_[3]);
  glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

}  // namespace dropscope
