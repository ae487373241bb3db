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

std::uint64_t texture_key(const ImDrawCmd& command) {
#if IMGUI_VERSION_NUM >= 19200
  const ImTextureRef& texture = command.TexRef;
  return texture._TexData ? std::uint64_t(texture._TexData->UniqueID) << 32 : std::uint64_t(texture._TexID);
#else
  return std::uint64_t((std::intptr_t)command.GetTexID());
#endif
}

bool is_of_fonts(const ImDrawCmd& command) {
#if IMGUI_VERSION_NUM >= 19200
  return command.TexRef._TexData != nullptr;
#else
  return command.GetTexID() == ImGui::GetIO().Fonts->TexID;
#endif
}

bool textures_to_update([[maybe_unused]] const ImDrawData& data) {
#if IMGUI_VERSION_NUM >= 19200
  if (data.Textures)
    for (const ImTextureData* texture : *data.Textures)
      if (texture->Status != ImTextureStatus_OK) return true;
#endif
  return false;
}

void set_lists(ImDrawData& data, std::vector<ImDrawList*>& lists) {
  data.CmdListsCount = int(lists.size());
#if IMGUI_VERSION_NUM >= 18980
  data.CmdLists.resize(0);
  for (ImDrawList* list : lists) data.CmdLists.push_back(list);
#else
  data.CmdLists = lists.data();
#endif
}

}  // namespace dropscope::compat
