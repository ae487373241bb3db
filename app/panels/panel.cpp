#include "app/panels/panel.h"

#include <imgui.h>

#include "app/platform/draw_calls.h"
#include "app/theme/style.h"

namespace dropscope {

#define DROPSCOPE_PANEL(name) std::unique_ptr<Panel> make_##name##_panel();
#include "app/panels/panels.def"
#undef DROPSCOPE_PANEL

std::vector<std::unique_ptr<Panel>> make_panels() {
  std::vector<std::unique_ptr<Panel>> panels;
#define DROPSCOPE_PANEL(name) panels.push_back(make_##name##_panel());
#include "app/panels/panels.def"
#undef DROPSCOPE_PANEL
  return panels;
}

AreaWindow::AreaWindow(const Ui& ui, const char* name, Rect area, Color background, Scroll scroll, float padding_x,
                       float padding_y) {
  ImGui::SetNextWindowPos({area.min.x, area.min.y});
  ImGui::SetNextWindowSize({area.width(), area.height()});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(padding_x), ui.px(padding_y)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.0f);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0.0f);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, {1.0f, 1.0f});
  // Behind all windows: areas lie side by side.
  if (!(background == ui.palette->background))
    add_fill(*ImGui::GetBackgroundDrawList(), {area.min.x, area.min.y}, {area.max.x, area.max.y}, im_color(background));
  ImGuiWindowFlags flags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                           ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoSavedSettings |
                           ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav |
                           ImGuiWindowFlags_NoBackground;
  if (scroll == Scroll::No) flags |= ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;
  ImGui::Begin(name, nullptr, flags);
  ImGui::PopStyleVar(4);
  if (ui.focus) ui.focus->begin_region(name);
}

AreaWindow::~AreaWindow() { ImGui::End(); }

std::optional<Vec2> pointer_in(const Rect& area) {
  if (!ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) return std::nullopt;
  const ImVec2 at = ImGui::GetMousePos();
  const Vec2 p{at.x, at.y};
  return area.contains(p) ? std::optional<Vec2>(p) : std::nullopt;
}

void hairline(const Ui& ui, Vec2 a, Vec2 b) {
  ImGui::GetWindowDrawList()->AddLine({a.x, a.y}, {b.x, b.y}, im_color(ui.palette->border.with_alpha(0.5f)), 1.0f);
}

std::string with_key(std::string_view sentence, ActionId id) {
  std::string text(sentence);
  if (const std::string key = key_text(id); !key.empty()) text += " (" + key + ")";
  return text;
}

}  // namespace dropscope
