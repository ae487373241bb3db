#include "app/platform/imgui_host.h"

#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>

#include <epoxy/gl.h>

#include <algorithm>
#include <stdexcept>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include "app/platform/compat.h"

namespace dropscope {
namespace {

ImGuiContext* make_context() {
  IMGUI_CHECKVERSION();
  ImGuiContext* context = ImGui::CreateContext();
  ImGui::SetCurrentContext(context);
  ImGuiIO& io = ImGui::GetIO();
  // Our own settings file holds what is worth keeping; nothing may appear in the current folder.
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
  return context;
}

}  // namespace

ImguiHost::ImguiHost(Window& window) : window_(window), context_(make_context()) {
  // Callbacks are ours: keys go through KeyQueue first.
  ImGui_ImplGlfw_InitForOpenGL(window_.handle(), false);
  if (!ImGui_ImplOpenGL3_Init("#version 330 core")) {
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext(context_);
    throw std::runtime_error("Dear ImGui cannot use this OpenGL: " + window_.gl().version);
  }
  GLFWwindow* handle = window_.handle();
  window_.events() = {
      .focus = [handle](bool on) { ImGui_ImplGlfw_WindowFocusCallback(handle, on ? 1 : 0); },
      .cursor_enter = [handle](bool on) { ImGui_ImplGlfw_CursorEnterCallback(handle, on ? 1 : 0); },
      .cursor_move = [handle]([[maybe_unused]] double x,
                              [[maybe_unused]] double y) { compat::cursor_moved(handle, x, y); },
      .mouse_button = [handle](int button, int action,
                               int mods) { ImGui_ImplGlfw_MouseButtonCallback(handle, button, action, mods); },
      .scroll = [handle](double dx, double dy) { ImGui_ImplGlfw_ScrollCallback(handle, dx, dy); },
  };
}

ImguiHost::~ImguiHost() {
  window_.events() = {};
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext(context_);
}

void ImguiHost::new_frame() {
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  // It asks for the size anew, but a frame has one size.
  ImGuiIO& io = ImGui::GetIO();
  const ImVec2 scale = io.DisplayFramebufferScale;
  if (scale.x > 0 && scale.y > 0)
    io.DisplaySize = {float(window_.width()) / scale.x, float(window_.height()) / scale.y};
  GLFWwindow* handle = window_.handle();
  for (const KeyEvent& event : window_.keys().take_frame()) {
    switch (event.kind) {
      case KeyEvent::Kind::Character:
        ImGui_ImplGlfw_CharCallback(handle, unsigned(event.code));
        break;
      case KeyEvent::Kind::Press:
      case KeyEvent::Kind::Repeat:
        ImGui_ImplGlfw_KeyCallback(handle, event.code, event.scancode, GLFW_PRESS, event.modifiers);
        break;
      case KeyEvent::Kind::Release:
        ImGui_ImplGlfw_KeyCallback(handle, event.code, event.scancode, GLFW_RELEASE, event.modifiers);
        break;
    }
  }
  const double now = Window::now();
  io.DeltaTime = float(std::clamp(now - last_, 1e-4, 0.1));
  last_ = now;
  ImGui::NewFrame();
}

std::vector<PixelRect> ImguiHost::render(Color clear, std::uint64_t textures) {
  ImGui::Render();
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glViewport(0, 0, window_.width(), window_.height());
  return canvas_.draw(*ImGui::GetDrawData(), clear, window_.keeps_picture(), textures);
}

void ImguiHost::upload_fonts() {
  compat::upload_fonts();
  canvas_.forget();
}

bool ImguiHost::wants_text() { return ImGui::GetIO().WantTextInput; }

HeadlessImgui::HeadlessImgui(float width, float height) : context_(make_context()) {
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {width, height};
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  compat::init_keys_headless();
}

HeadlessImgui::~HeadlessImgui() { ImGui::DestroyContext(context_); }

void HeadlessImgui::mouse_move(float x, float y) { compat::inject_mouse_position(x, y); }
void HeadlessImgui::mouse_button(bool down) { compat::inject_mouse_button(0, down); }
void HeadlessImgui::wheel(float dy) { compat::inject_wheel(dy); }
void HeadlessImgui::resize(float width, float height) { ImGui::GetIO().DisplaySize = {width, height}; }

void HeadlessImgui::tap(KeyPress press) {
  keys_.push({KeyEvent::Kind::Press, int(press.key), 0, press.modifiers});
  keys_.push({KeyEvent::Kind::Release, int(press.key), 0, press.modifiers});
}

void HeadlessImgui::type(const char* ascii) {
  for (; *ascii; ++ascii) keys_.push({KeyEvent::Kind::Character, *ascii, 0, 0});
}

void HeadlessImgui::new_frame() {
  ImGuiIO& io = ImGui::GetIO();
  for (const KeyEvent& event : keys_.take_frame()) {
    if (event.kind == KeyEvent::Kind::Character) {
      io.AddInputCharacter(unsigned(event.code));
    } else {
      compat::inject_key(event.code, event.modifiers, event.kind != KeyEvent::Kind::Release);
    }
  }
  io.DeltaTime = 1.0f / 60.0f;
  ImGui::NewFrame();
}

void HeadlessImgui::end_frame() { ImGui::Render(); }

}  // namespace dropscope
