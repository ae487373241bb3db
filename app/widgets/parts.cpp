#include "app/widgets/parts.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace dropscope::parts {

Color shade(Color color, bool enabled) { return enabled ? color : color.with_alpha(float(color.a) / 255.0f * 0.45f); }

bool text_in(const Ui& ui, TextRole role, Rect box, Color color, std::string_view text, HAlign align) {
  const float width = ui.fonts->width(role, text);
  const bool cut = width > box.width() + 0.5f;
  const std::string shown = cut ? elide(ui, role, text, box.width()) : std::string(text);
  const float shown_width = cut ? ui.fonts->width(role, shown) : width;
  float x = box.min.x;
  if (align == HAlign::Center) x += (box.width() - shown_width) / 2;
  if (align == HAlign::Right) x += box.width() - shown_width;
  const float y = box.min.y + (box.height() - ui.fonts->height(role)) / 2;
  ImGui::GetWindowDrawList()->AddText(ui.fonts->font(role), ui.fonts->height(role), {std::round(x), std::round(y)},
                                      im_color(color), shown.data(), shown.data() + shown.size());
  return cut;
}

void fill(Rect rect, Color color, float rounding) {
  if (color.a > 0) ImGui::GetWindowDrawList()->AddRectFilled(im(rect.min), im(rect.max), im_color(color), rounding);
}

void frame(Rect rect, Color color, float rounding, float width) {
  if (color.a == 0) return;
  ImGui::GetWindowDrawList()->AddRect(im(rect.min), im(rect.max), im_color(color), rounding, 0, width);
}

void focus_ring(const Ui& ui, Rect rect, float rounding) {
  const float reach = ui.px(3);
  const Rect around{rect.min - Vec2{reach, reach}, rect.max + Vec2{reach, reach}};
  // Rings may reach over the edge of a panel's padding, never over its border.
  frame(around, ui.palette->focus, rounding + reach, std::max(2.0f, ui.px(2.5f)));
}

Press press_area(const Ui& ui, const char* name, Vec2 size, bool enabled, std::string_view value, bool keys) {
  Press press;
  press.rect.min = vec(ImGui::GetCursorScreenPos());
  press.rect.max = press.rect.min + size;
  const bool pressed = ImGui::InvisibleButton(name, {std::max(size.x, 1.0f), std::max(size.y, 1.0f)});
  if (ui.items) ui.items->track(name, press.rect, value, enabled);
  if (!enabled) return press;
  press.hovered = ImGui::IsItemHovered();
  press.held = ImGui::IsItemActive();
  press.clicked = pressed;
  if (!ui.focus) return press;
  const bool has_keys = ui.focus->item(name);
  press.focused = has_keys && ui.focus->ring_visible();
  if (ui.focus->arrived(name)) ImGui::SetScrollHereY(0.5f);
  if (press.focused && keys && (ui.focus->take(Key::Space) || ui.focus->take(Key::Enter))) press.clicked = true;
  return press;
}

Color face(const Ui& ui, const Press& press) {
  return press.held ? ui.palette->control_active : press.hovered ? ui.palette->control_hovered : ui.palette->control;
}

float row_height(const Ui& ui) { return std::max(ui.px(34), std::round(ui.fonts->height(TextRole::Body) + ui.px(8))); }

RowBox begin_row(const Ui& ui, const char* label, bool enabled, float height) {
  RowBox box;
  box.whole.min = vec(ImGui::GetCursorScreenPos());
  box.whole.max = box.whole.min + Vec2{std::max(ImGui::GetContentRegionAvail().x, 8.0f), height};
  box.control = box.whole;
  if (!label || !*label) return box;
  const float label_width = std::round(box.whole.width() * 0.36f);
  box.control.min.x += label_width + ui.px(6);
  const Rect label_box{box.whole.min, {box.whole.min.x + label_width, box.whole.max.y}};
  const bool cut = text_in(ui, TextRole::Body, label_box, shade(ui.palette->secondary, enabled), label);
  const bool here = ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(im(label_box.min), im(label_box.max));
  if (cut && here) tooltip_lines(ui, {label});
  return box;
}

Typing typed_value(const Ui& ui, const char* name, Rect box) {
  if (!ui.focus || ui.focus->edit.name != name) return Typing::No;
  TextEdit& edit = ui.focus->edit;
  ui.focus->item(name);  // stays in the Tab order
  ImGui::SetCursorScreenPos(im(box.min));
  const WithFont font(*ui.fonts, TextRole::Mono);
  const float pad = std::max(1.0f, std::floor((box.height() - ImGui::GetFontSize()) / 2));
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(6), pad});
  ImGui::SetNextItemWidth(box.width());
  if (edit.opened) ImGui::SetKeyboardFocusHere();
  const std::string id = std::string("##") + name + ".edit";
  const bool entered = ImGui::InputText(id.c_str(), edit.text, sizeof edit.text,
                                        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  const bool left = ImGui::IsItemDeactivated() && !entered;
  ImGui::PopStyleVar();
  if (ui.items) ui.items->track(name, box, edit.text);
  edit.opened = false;
  return entered || left || edit.ending ? Typing::Accepted : Typing::Yes;
}

}  // namespace dropscope::parts
