// The window: GLFW and an OpenGL 3.3 core context, with everything released in the destructor.
// Only the main thread may use it, except wake(). Knows nothing of Dear ImGui or of what is drawn.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/platform/damage.h"
#include "app/platform/gl_context.h"
#include "app/platform/keys.h"

struct GLFWwindow;

namespace dropscope {

struct WindowOptions {
  int width = 1600, height = 900;
  std::string title = "Dropscope";
  bool visible = true;
  bool fullscreen = false;
  bool vsync = true;
};

// What the window system reports besides keys; the host hands it to Dear ImGui.
struct WindowEvents {
  std::function<void(bool focused)> focus;
  std::function<void(bool entered)> cursor_enter;
  std::function<void(double x, double y)> cursor_move;
  std::function<void(int button, int action, int modifiers)> mouse_button;
  std::function<void(double dx, double dy)> scroll;
};

class Window {
 public:
  // Throws DisplayError, naming the cause and what to do, if there is no display or no OpenGL 3.3.
  explicit Window(const WindowOptions& options);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  bool should_close() const;

  // Sleeps until something happens or the time is over; 0 or less only looks. Returns true if anything happened
  // (input, resize, a file dropped, wake()); false after plain waiting.
  bool wait_events(double seconds);
  // Ends a wait from any thread. Harmless before the first window and after the last.
  static void wake();
  // Shows what was drawn. `changed`: all that differs from what was shown last.
  void show(const std::vector<PixelRect>& changed);
  // Whether what was drawn is still there to be drawn upon after show(). So it is on software OpenGL under X11, where
  // parts can be shown (GLX_MESA_copy_sub_buffer), as long as the window keeps its size; elsewhere each picture is drawn
  // whole.
  bool keeps_picture() const;
  // Seconds since the program started, from a clock that never goes back.
  static double now();

  // Of the framebuffer, in pixels. Asking the window system takes it a while, so that the answer of the last
  // wait_events() holds until the next.
  int width() const { return width_; }
  int height() const { return height_; }
  bool minimized() const { return minimized_; }

  void set_size(int width, int height);
  void set_min_size(int width, int height);
  bool fullscreen() const;
  void set_fullscreen(bool on);  // comes back to the place and size it had

  // Paths of files dropped on the window, in one call.
  std::function<void(const std::vector<std::string>& paths)> on_drop;
  // The content must be drawn again now, while the user drags the window's edge.
  std::function<void()> on_refresh;

  const GlFacts& gl() const { return gl_; }
  KeyQueue& keys() { return keys_; }
  const KeyQueue& keys() const { return keys_; }
  WindowEvents& events() { return events_; }
  GLFWwindow* handle() const { return window_; }

 private:
  void install_callbacks();
  void find_copy_part();
  void ask_size();

  GLFWwindow* window_ = nullptr;
  int width_ = 0, height_ = 0;
  bool minimized_ = false;
  void (*copy_part_)(void* display, unsigned long drawable, int x, int y, int width, int height) = nullptr;
  void* (*display_)() = nullptr;
  unsigned long (*drawable_)() = nullptr;
  int shown_width_ = 0, shown_height_ = 0;  // when a whole picture was shown last
  bool settled_ = false;                    // and the one before it had the same size
  GlFacts gl_;
  KeyQueue keys_;
  WindowEvents events_;
  bool happened_ = false;
  int restore_[4] = {0, 0, 0, 0};  // x, y, width, height before fullscreen
};

}  // namespace dropscope
