#include "app/widgets/rows.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "app/widgets/buttons.h"
#include "app/widgets/parts.h"

namespace dropscope {
namespace {

void draw_chevron(const Ui& ui, Vec2 center, Color color) {
  const float s = std::max(3.0f, ui.px(4.5f));
  ImGui::GetWindowDrawList()->AddTriangleFilled({center.x - s, center.y - s * 0.55f},
                                                {center.x + s, center.y - s * 0.55f}, {center.x, center.y + s * 0.75f},
                                                im_color(color));
}

void end_row(const parts::RowBox& row) {
  ImGui::SetCursorScreenPos(parts::im(row.whole.min));
  ImGui::Dummy({row.whole.width(), row.whole.height()});
}

// One line of an open list. True if chosen.
bool draw_choice(const Ui& ui, const std::string& name, const std::string& label, bool chosen, bool& marked) {
  const Vec2 size{ImGui::GetContentRegionAvail().x, parts::row_height(ui)};
  // The list takes its keys as a whole, so its lines do not ask for the keyboard.
  const Ui mouse_only{.palette = ui.palette, .fonts = ui.fonts, .items = ui.items, .u = ui.u};
  const parts::Press press = parts::press_area(mouse_only, name.c_str(), size, true, label);
  const bool moved = ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0;
  if (press.hovered && moved) marked = true;
  if (marked) parts::fill(press.rect, ui.palette->control_hovered, ui.px(6));
  Rect inside = press.rect;
  inside.min.x += ui.px(26);
  inside.max.x -= ui.px(8);
  if (chosen) {
    const float s = ui.px(4), x = press.rect.min.x + ui.px(12), y = press.rect.center().y;
    const ImVec2 tick[] = {{x - s, y}, {x - s * 0.2f, y + s * 0.8f}, {x + s * 1.2f, y - s}};
    for (int i = 0; i < 2; ++i) {
      ImGui::GetWindowDrawList()->AddLine(tick[i], tick[i + 1], im_color(ui.palette->accent), std::max(1.5f, ui.px(2)));
    }
  }
  parts::text_in(ui, chosen ? TextRole::BodyBold : TextRole::Body, inside, ui.palette->text, label);
  return press.clicked;
}

// The open list below `anchor`. True if another choice was made.
bool choice_popup(const Ui& ui, const char* id, const char* name, Rect anchor, std::span<const std::string> choices,
                  int& index, bool just_opened) {
  float widest = anchor.width();
  for (const std::string& choice : choices) {
    widest = std::max(widest, ui.fonts->width(TextRole::BodyBold, choice) + ui.px(26 + 8 + 24));
  }
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  widest = std::min(widest, screen.x - ui.px(8));
  const float line = parts::row_height(ui);
  const float wanted = float(choices.size()) * line + ui.px(12);
  const float below = screen.y - anchor.max.y - ui.px(8), above = anchor.min.y - ui.px(8);
  const bool upwards = wanted > below && above > below;
  const float height = std::min(wanted, std::max(upwards ? above : below, line * 2));
  ImGui::SetNextWindowPos({std::clamp(anchor.min.x, 0.0f, std::max(0.0f, screen.x - widest)),
                           upwards ? anchor.min.y - ui.px(4) - height : anchor.max.y + ui.px(4)});
  ImGui::SetNextWindowSize({widest, height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(6), ui.px(6)});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  bool changed = false;
  if (ImGui::BeginPopup(id, ImGuiWindowFlags_NoMove)) {
    ImGuiStorage& storage = *ImGui::GetStateStorage();
    const ImGuiID key = ImGui::GetID("marked");
    int marked = just_opened ? std::max(index, 0) : storage.GetInt(key, std::max(index, 0));
    const int last = int(choices.size()) - 1;
    int chosen = -1;
    bool stepped = just_opened, close = false;
    if (ui.focus && !just_opened) {
      if (ui.focus->take(Key::Down, kNoModifiers, true)) marked = std::min(marked + 1, last), stepped = true;
      if (ui.focus->take(Key::Up, kNoModifiers, true)) marked = std::max(marked - 1, 0), stepped = true;
      if (ui.focus->take(Key::Home)) marked = 0, stepped = true;
      if (ui.focus->take(Key::End)) marked = last, stepped = true;
      if (ui.focus->take(Key::Enter) || ui.focus->take(Key::Space)) chosen = marked;
      close = ui.focus->take(Key::Escape);
      ui.focus->take_all();
    }
    for (int i = 0; i <= last; ++i) {
      bool is_marked = i == marked;
      const std::string item = std::string(name) + ".choice" + std::to_string(i);
      if (draw_choice(ui, item, choices[std::size_t(i)], i == index, is_marked)) chosen = i;
      if (is_marked) marked = i;
      if (is_marked && stepped) ImGui::SetScrollHereY(0.5f);
    }
    storage.SetInt(key, marked);
    if (chosen >= 0) {
      changed = chosen != index;
      index = chosen;
      close = true;
    }
    if (close) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar(2);
  return changed;
}

}  // namespace

bool combo_row(const Ui& ui, const RowText& text, std::span<const std::string> choices, int& index) {
  const parts::RowBox row = parts::begin_row(ui, text.label, text.enabled, parts::row_height(ui));
  const Palette& p = *ui.palette;
  const bool known = index >= 0 && std::size_t(index) < choices.size();
  const std::string shown = known ? choices[std::size_t(index)] : std::string();
  const std::string id = std::string("##") + text.name + ".list";
  const bool open = ImGui::IsPopupOpen(id.c_str());
  ImGui::SetCursorScreenPos(parts::im(row.control.min));
  const parts::Press press = parts::press_area(ui, text.name, {row.control.width(), row.control.height()},
                                               text.enabled && !choices.empty(), shown, !open);
  tooltip(ui, text.tooltip, text.formula);
  const float rounding = ui.px(7);
  parts::fill(press.rect, parts::shade(parts::face(ui, press), text.enabled), rounding);
  parts::frame(press.rect, p.border.with_alpha(0.55f), rounding);
  Rect inside = press.rect;
  inside.min.x += ui.px(11);
  inside.max.x -= ui.px(24);
  const bool cut = parts::text_in(ui, TextRole::Body, inside, parts::shade(p.text, text.enabled), shown);
  if (cut && press.hovered && !*text.tooltip) tooltip(ui, shown);
  draw_chevron(ui, {press.rect.max.x - ui.px(14), press.rect.center().y}, parts::shade(p.secondary, text.enabled));
  if (press.focused) parts::focus_ring(ui, press.rect, rounding);

  bool changed = false;
  if (press.clicked) {
    ImGui::OpenPopup(id.c_str());
    if (ui.focus && !press.focused) ui.focus->set(text.name, false);
  } else if (press.focused && !open) {
    const int last = int(choices.size()) - 1, before = index;
    if (ui.focus->take(Key::Down, kNoModifiers, true)) index = std::min(index + 1, last);
    if (ui.focus->take(Key::Up, kNoModifiers, true)) index = std::max(index - 1, 0);
    changed = index != before;
  }
  changed = choice_popup(ui, id.c_str(), text.name, press.rect, choices, index, press.clicked) || changed;
  end_row(row);
  return changed;
}

bool text_row(const Ui& ui, const RowText& text, std::string& value) {
  const parts::RowBox row = parts::begin_row(ui, text.label, text.enabled, parts::row_height(ui));
  const parts::Typing typing = parts::typed_value(ui, text.name, row.control);
  bool changed = false;
  if (typing == parts::Typing::Accepted) {
    changed = value != ui.focus->edit.text;
    value = ui.focus->edit.text;
    ui.focus->edit = {};
    ui.focus->set(text.name, true);
  } else if (typing == parts::Typing::No) {
    const Palette& p = *ui.palette;
    ImGui::SetCursorScreenPos(parts::im(row.control.min));
    const parts::Press press =
        parts::press_area(ui, text.name, {row.control.width(), row.control.height()}, text.enabled, value);
    tooltip(ui, text.tooltip, text.formula);
    const float rounding = ui.px(7);
    parts::fill(press.rect, parts::shade(parts::face(ui, press), text.enabled), rounding);
    parts::frame(press.rect, p.border.with_alpha(0.55f), rounding);
    Rect inside = press.rect;
    inside.min.x += ui.px(11);
    inside.max.x -= ui.px(8);
    parts::text_in(ui, TextRole::Mono, inside, parts::shade(p.text, text.enabled), value);
    if (press.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
    if (press.focused) parts::focus_ring(ui, press.rect, rounding);
    if (press.clicked && ui.focus) ui.focus->begin_edit(text.name, value);
  }
  end_row(row);
  return changed;
}

bool value_row(const Ui& ui, const RowText& text, const std::string& value, const Icon* button) {
  const float height = std::max(ui.px(27), std::round(ui.fonts->height(TextRole::Body)));
  const parts::RowBox row = parts::begin_row(ui, text.label, text.enabled, height);
  Rect value_box = row.control;
  bool pressed = false;
  if (button) {
    value_box.max.x -= height + ui.px(4);
    ImGui::SetCursorScreenPos({row.control.max.x - height, row.control.min.y});
    pressed = icon_button(ui, {text.name, text.tooltip, text.enabled}, *button, height);
  } else if (ui.items) {
    ui.items->track(text.name, row.control, value, text.enabled);
  }
  const bool cut =
      parts::text_in(ui, TextRole::Mono, value_box, parts::shade(ui.palette->text, text.enabled), value, HAlign::Right);
  const bool here =
      ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(parts::im(value_box.min), parts::im(value_box.max));
  if (cut && here) tooltip_lines(ui, {value});
  end_row(row);
  if (!button) tooltip(ui, text.tooltip, text.formula);
  return pressed;
}

}  // namespace dropscope
