// Owns the Dear ImGui context and its backends for one window. Writes no file (no imgui.ini).
#pragma once
#include <cstdint>
#include <vector>

#include "app/platform/imgui_canvas.h"
#include "app/platform/window.h"
#include "app/theme/palette.h"

struct ImGuiContext;

namespace dropscope {

class ImguiHost {
 public:
  // The window must outlive the host. Load fonts before the first frame.
  explicit ImguiHost(Window& window);
  ~ImguiHost();
  ImguiHost(const ImguiHost&) = delete;
  ImguiHost& operator=(const ImguiHost&) = delete;

  // Hands the events of this frame over and starts it. The time step is kept in [1e-4, 0.1] s, so that a
  // suspended program does not jump.
  void new_frame();
  // Ends the frame and draws it over `clear`. Does not show it, so that a screenshot can be taken; returns what changed,
  // for Window::show. `textures`: another number whenever a texture in use may hold something else.
  std::vector<PixelRect> render(Color clear, std::uint64_t textures);
  // The next frame is drawn whole: the window lost its picture.
  void forget() { canvas_.forget(); }
  // Call after Fonts::rebuild, between frames.
  void upload_fonts();

  // A text field has the keyboard: shortcuts without Ctrl must not act.
  static bool wants_text();

 private:
  Window& window_;
  ImguiCanvas canvas_;
  ImGuiContext* context_ = nullptr;
  double last_ = 0;
};

// Dear ImGui with no window and no graphics card, for tests: input is written by hand, the clock stands at 1/60 s.
class HeadlessImgui {
 public:
  HeadlessImgui(float width, float height);
  ~HeadlessImgui();
  HeadlessImgui(const HeadlessImgui&) = delete;
  HeadlessImgui& operator=(const HeadlessImgui&) = delete;

  void mouse_move(float x, float y);
  void mouse_button(bool down);
  void wheel(float dy);
  void tap(KeyPress press);  // down and up again
  void type(const char* ascii);
  void resize(float width, float height);
  KeyQueue& keys() { return keys_; }

  void new_frame();
  void end_frame();  // builds the draw lists, draws nothing

 private:
  ImGuiContext* context_ = nullptr;
  KeyQueue keys_;
};

}  // namespace dropscope
