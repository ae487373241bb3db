#include "app/platform/compat.h"

#include <array>
#include <utility>

#include "app/platform/keys.h"

namespace dropscope::compat {
namespace {

constexpr std::array kKeyMap = {
    std::pair{Key::Tab, ImGuiKey_Tab},
    std::pair{Key::Left, ImGuiKey_LeftArrow},
    std::pair{Key::Right, ImGuiKey_RightArrow},
    std::pair{Key::Up, ImGuiKey_UpArrow},
    std::pair{Key::Down, ImGuiKey_DownArrow},
    std::pair{Key::PageUp, ImGuiKey_PageUp},
    std::pair{Key::PageDown, ImGuiKey_PageDown},
    std::pair{Key::Home, ImGuiKey_Home},
    std::pair{Key::End, ImGuiKey_End},
    std::pair{Key::Delete, ImGuiKey_Delete},
    std::pair{Key::Backspace, ImGuiKey_Backspace},
    std::pair{Key::Space, ImGuiKey_Space},
    std::pair{Key::Enter, ImGuiKey_Enter},
    std::pair{Key::Escape, ImGuiKey_Escape},
    std::pair{Key('A'), ImGuiKey_A},
    std::pair{Key('C'), ImGuiKey_C},
    std::pair{Key('V'), ImGuiKey_V},
    std::pair{Key('X'), ImGuiKey_X},
    std::pair{Key('Y'), ImGuiKey_Y},
    std::pair{Key('Z'), ImGuiKey_Z},
};

}  // namespace

void init_keys_headless() {
#if IMGUI_VERSION_NUM < 18700
  for (const auto& [key, imgui_key] : kKeyMap) ImGui::GetIO().KeyMap[imgui_key] = int(key);
#else
  // One event is handed over at a time already.
  ImGui::GetIO().ConfigInputTrickleEventQueue = false;
#endif
}

void inject_key(int code, int modifiers, bool down) {
  ImGuiIO& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM < 18700
  if (code >= 0 && code < 512) io.KeysDown[code] = down;
  io.KeyShift = (modifiers & kShift) != 0;
  io.KeyCtrl = (modifiers & kControl) != 0;
  io.KeyAlt = (modifiers & kAlt) != 0;
#else
  io.AddKeyEvent(ImGuiMod_Shift, (modifiers & kShift) != 0);
  io.AddKeyEvent(ImGuiMod_Ctrl, (modifiers & kControl) != 0);
  io.AddKeyEvent(ImGuiMod_Alt, (modifiers & kAlt) != 0);
  for (const auto& [key, imgui_key] : kKeyMap) {
    if (int(key) == code) io.AddKeyEvent(imgui_key, down);
  }
#endif
}

}  // namespace dropscope::compat
