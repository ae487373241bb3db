// Maps our tokens onto Dear ImGui's colours and sizes.
#include "app/theme/style.h"

#include <algorithm>
#include <cmath>

namespace dropscope {
namespace {

void apply_colors(ImGuiStyle& style, const Palette& p) {
  ImVec4* c = style.Colors;
  const ImVec4 clear = im_vec4(p.background.with_alpha(0));
  c[ImGuiCol_Text] = im_vec4(p.text);
  c[ImGuiCol_TextDisabled] = im_vec4(p.secondary);
  c[ImGuiCol_WindowBg] = im_vec4(p.panel);
  c[ImGuiCol_ChildBg] = clear;
  c[ImGuiCol_PopupBg] = im_vec4(p.card);
  c[ImGuiCol_Border] = im_vec4(p.border.with_alpha(0.4f));
  c[ImGuiCol_BorderShadow] = clear;
  c[ImGuiCol_FrameBg] = im_vec4(p.control);
  c[ImGuiCol_FrameBgHovered] = im_vec4(p.control_hovered);
  c[ImGuiCol_FrameBgActive] = im_vec4(p.control_active);
  c[ImGuiCol_TitleBg] = c[ImGuiCol_TitleBgActive] = c[ImGuiCol_TitleBgCollapsed] = im_vec4(p.panel);
  c[ImGuiCol_MenuBarBg] = im_vec4(p.panel);
  c[ImGuiCol_ScrollbarBg] = clear;
  c[ImGuiCol_ScrollbarGrab] = im_vec4(p.border.with_alpha(0.5f));
  c[ImGuiCol_ScrollbarGrabHovered] = im_vec4(p.border.with_alpha(0.8f));
  c[ImGuiCol_ScrollbarGrabActive] = im_vec4(p.border);
  c[ImGuiCol_CheckMark] = im_vec4(p.accent);
  c[ImGuiCol_SliderGrab] = im_vec4(p.accent);
  c[ImGuiCol_SliderGrabActive] = im_vec4(p.accent);
  c[ImGuiCol_Button] = im_vec4(p.control);
  c[ImGuiCol_ButtonHovered] = im_vec4(p.control_hovered);
  c[ImGuiCol_ButtonActive] = im_vec4(p.control_active);
  c[ImGuiCol_Header] = im_vec4(blend(p.card, p.accent, 0.22f));
  c[ImGuiCol_HeaderHovered] = im_vec4(p.control_hovered);
  c[ImGuiCol_HeaderActive] = im_vec4(p.control_active);
  c[ImGuiCol_Separator] = im_vec4(p.border.with_alpha(0.4f));
  c[ImGuiCol_SeparatorHovered] = c[ImGuiCol_SeparatorActive] = im_vec4(p.accent);
  c[ImGuiCol_ResizeGrip] = c[ImGuiCol_ResizeGripHovered] = c[ImGuiCol_ResizeGripActive] = clear;
  c[ImGuiCol_Tab] = im_vec4(p.panel);
  c[ImGuiCol_TabHovered] = im_vec4(p.control_hovered);
  c[ImGuiCol_PlotLines] = im_vec4(p.validation);
  c[ImGuiCol_PlotHistogram] = im_vec4(p.accent);
  c[ImGuiCol_TableHeaderBg] = im_vec4(p.control);
  c[ImGuiCol_TableBorderStrong] = im_vec4(p.border.with_alpha(0.6f));
  c[ImGuiCol_TableBorderLight] = im_vec4(p.border.with_alpha(0.3f));
  c[ImGuiCol_TableRowBg] = clear;
  c[ImGuiCol_TableRowBgAlt] = im_vec4(p.text.with_alpha(0.03f));
  c[ImGuiCol_TextSelectedBg] = im_vec4(p.accent.with_alpha(0.35f));
  c[ImGuiCol_DragDropTarget] = im_vec4(p.focus);
  c[ImGuiCol_NavHighlight] = im_vec4(p.focus);
  c[ImGuiCol_ModalWindowDimBg] = im_vec4(Color{0, 0, 0, 120});
}

}  // namespace

void apply_style(const Palette& palette, float u) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  apply_colors(style, palette);
  const auto px = [u](float units) { return std::max(1.0f, std::round(units * u)); };
  style.WindowRounding = 0;
  style.ChildRounding = style.PopupRounding = px(9);
  style.FrameRounding = style.GrabRounding = style.TabRounding = px(7);
  style.ScrollbarRounding = px(6);
  style.WindowBorderSize = 0;
  style.ChildBorderSize = style.PopupBorderSize = 1;
  style.FrameBorderSize = 0;
  style.WindowPadding = {px(18), px(14)};
  style.FramePadding = {px(12), px(7)};
  style.ItemSpacing = {px(10), px(9)};
  style.ItemInnerSpacing = {px(8), px(6)};
  style.CellPadding = {px(8), px(5)};
  style.IndentSpacing = px(18);
  style.ScrollbarSize = px(12);
  style.GrabMinSize = px(12);
  style.WindowMinSize = {8, 8};
  style.AntiAliasedLinesUseTex = true;
  // Circles of the network's size must look round when magnified on a projector.
  style.CircleTessellationMaxError = 0.15f;
}

Color blend(Color a, Color b, float t) {
  const auto one = [t](std::uint8_t x, std::uint8_t y) {
    return std::uint8_t(std::lround(std::clamp(float(x) + (float(y) - float(x)) * t, 0.0f, 255.0f)));
  };
  return {one(a.r, b.r), one(a.g, b.g), one(a.b, b.b), one(a.a, b.a)};
}

}  // namespace dropscope
