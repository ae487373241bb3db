// The slider: a thin track filled up to a round knob, a tick at the default, the value in mono at the right.
#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "app/widgets/parts.h"
#include "app/widgets/rows.h"

namespace dropscope {
namespace {

std::string format_value(const SliderSpec& spec, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, spec.format, value);
  return buffer;
}

// Into the range, and to what the value's text says: what is read is what is set.
double settle(const SliderSpec& spec, double value) {
  if (!std::isfinite(value)) value = spec.initial;
  value = std::clamp(value, spec.lo, spec.hi);
  if (spec.integer) return std::round(value);
  char* end = nullptr;
  const std::string text = format_value(spec, value);
  const double shown = std::strtod(text.c_str(), &end);
  return end != text.c_str() ? std::clamp(shown, spec.lo, spec.hi) : value;
}

double to_fraction(const SliderSpec& spec, double value) {
  if (!(spec.hi > spec.lo)) return 0;
  value = std::clamp(value, spec.lo, spec.hi);
  if (spec.logarithmic) return std::log(value / spec.lo) / std::log(spec.hi / spec.lo);
  return (value - spec.lo) / (spec.hi - spec.lo);
}

double from_fraction(const SliderSpec& spec, double fraction) {
  fraction = std::clamp(fraction, 0.0, 1.0);
  if (spec.logarithmic) return spec.lo * std::pow(spec.hi / spec.lo, fraction);
  return spec.lo + (spec.hi - spec.lo) * fraction;
}

double stepped(const SliderSpec& spec, double value, double steps) {
  if (spec.logarithmic) return from_fraction(spec, to_fraction(spec, value) + 0.05 * steps);
  const double step =
      spec.integer ? std::max(1.0, std::round(spec.step * std::abs(steps))) * (steps < 0 ? -1 : 1) : spec.step * steps;
  return value + step;
}

bool take_step(Focus& focus, const SliderSpec& spec, double& value) {
  for (const auto& [key, direction] :
       {std::pair{Key::Right, 1.0}, std::pair{Key::Up, 1.0}, std::pair{Key::Left, -1.0}, std::pair{Key::Down, -1.0}}) {
    if (focus.take(key, kNoModifiers, true)) return value = stepped(spec, value, direction), true;
    if (focus.take(key, kShift, true)) return value = stepped(spec, value, direction * 0.1), true;
  }
  if (focus.take(Key::Home)) return value = spec.lo, true;
  if (focus.take(Key::End)) return value = spec.hi, true;
  if (focus.take(Key::Delete)) return value = spec.initial, true;
  return false;
}

void draw_track(const Ui& ui, const SliderSpec& spec, Rect track, double value, const parts::Press& press) {
  const Palette& p = *ui.palette;
  const bool enabled = spec.text.enabled;
  const float thickness = std::max(4.0f, ui.px(5)), radius = std::max(6.0f, ui.px(9));
  const float y = std::round(track.center().y);
  const float left = track.min.x + radius, right = track.max.x - radius;
  const float x = left + (right - left) * float(to_fraction(spec, value));
  const float initial_x = left + (right - left) * float(to_fraction(spec, spec.initial));
  const Color filled = spec.strong ? p.text : p.accent;
  const Rect groove{{left - radius, y - thickness / 2}, {right + radius, y + thickness / 2}};
  parts::fill(groove, parts::shade(p.control_active, enabled), thickness / 2);
  parts::fill({groove.min, {x, groove.max.y}}, parts::shade(filled, enabled), thickness / 2);
  parts::fill({{initial_x - 1, y + thickness / 2 + 1}, {initial_x + 1, y + thickness / 2 + ui.px(5)}},
              parts::shade(p.secondary, enabled), 0);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float shown = press.hovered || press.held ? radius + std::max(1.0f, ui.px(1)) : radius;
  const Color knob = p.id == ThemeId::Dark ? p.text : enabled ? p.accent : p.control_active;
  list.AddCircleFilled({x, y}, shown, im_color(p.panel));
  list.AddCircleFilled({x, y}, shown - 1, im_color(parts::shade(spec.strong ? p.text : knob, enabled)));
  if (press.focused) parts::focus_ring(ui, {{x - radius, y - radius}, {x + radius, y + radius}}, radius);
}

// The track with all its ways to change the value; the cursor is at its top left.
Edit drag_track(const Ui& ui, const SliderSpec& spec, Rect box, double& value) {
  const bool enabled = spec.text.enabled;
  ImGui::SetCursorScreenPos(parts::im(box.min));
  const double before = value;
  parts::Press press =
      parts::press_area(ui, spec.text.name, {box.width(), box.height()}, enabled, format_value(spec, value), false);
  Edit edit = Edit::None;
  const bool active = enabled && ImGui::IsItemActive();
  if (ImGui::IsItemActivated() && ui.focus && enabled) ui.focus->set(spec.text.name, false);
  const bool wants_typing = enabled && ui.focus && ImGui::IsItemActivated() && ImGui::GetIO().KeyCtrl;
  if (wants_typing) {
    ui.focus->begin_edit(spec.text.name, format_value(spec, value));
  } else if (active && !ImGui::GetIO().KeyCtrl) {
    const float radius = std::max(6.0f, ui.px(9));
    const float left = box.min.x + radius, right = box.max.x - radius;
    value = settle(spec, from_fraction(spec, double(ImGui::GetIO().MousePos.x - left) / double(right - left)));
    if (value != before) edit = Edit::Changing;
  }
  if (enabled && ImGui::IsItemDeactivated()) edit = Edit::Done;
  if (press.hovered && ImGui::IsMouseDoubleClicked(0)) {
    value = spec.initial;
    edit = Edit::Done;
    ImGui::ClearActiveID();
  }
  if (enabled && ui.focus && ui.focus->focused() == spec.text.name) {
    if (take_step(*ui.focus, spec, value)) {
      value = settle(spec, value);
      edit = Edit::Done;
    } else if (ui.focus->ring_visible() && ui.focus->take(Key::Enter)) {
      ui.focus->begin_edit(spec.text.name, format_value(spec, value));
    }
  }
  draw_track(ui, spec, box, value, press);
  tooltip(ui, spec.text.tooltip, spec.text.formula);
  return edit;
}

Edit accept_typed(const Ui& ui, const SliderSpec& spec, double& value) {
  char* end = nullptr;
  const double typed = std::strtod(ui.focus->edit.text, &end);
  const bool number = end != ui.focus->edit.text && std::isfinite(typed);
  ui.focus->edit = {};
  ui.focus->set(spec.text.name, true);
  if (!number) return Edit::None;
  const double clamped = std::clamp(typed, spec.lo, spec.hi);
  const double settled = spec.integer ? std::round(clamped) : clamped;
  if (settled == value) return Edit::None;
  value = settled;
  return Edit::Done;
}

// At least five digits wide, so that the tracks of a panel end on one line.
float value_width(const Ui& ui, const SliderSpec& spec) {
  float width = ui.fonts->width(TextRole::Mono, "0.000");
  for (const double sample : {spec.lo, spec.hi, spec.initial}) {
    width = std::max(width, ui.fonts->width(TextRole::Mono, format_value(spec, sample)));
  }
  return std::ceil(width);
}

}  // namespace

float slider_height(const Ui& ui) { return std::max(18.0f, ui.px(24)); }

Edit slider(const Ui& ui, const SliderSpec& spec, double& value, float width) {
  const Vec2 at = parts::vec(ImGui::GetCursorScreenPos());
  const Rect box{at, at + Vec2{std::max(width, ui.px(40)), slider_height(ui)}};
  const parts::Typing typing = parts::typed_value(ui, spec.text.name, box);
  if (typing == parts::Typing::Accepted) return accept_typed(ui, spec, value);
  if (typing == parts::Typing::Yes) return Edit::None;
  return drag_track(ui, spec, box, value);
}

Edit slider_row(const Ui& ui, const SliderSpec& spec, double& value) {
  const float height = std::max(ui.px(27), std::round(ui.fonts->height(TextRole::Body)));
  const parts::RowBox row = parts::begin_row(ui, spec.text.label, spec.text.enabled, height);
  const parts::Typing typing = parts::typed_value(ui, spec.text.name, row.control);
  Edit edit = Edit::None;
  if (typing == parts::Typing::Accepted) {
    edit = accept_typed(ui, spec, value);
  } else if (typing == parts::Typing::No) {
    Rect track = row.control;
    if (spec.value_shown) {
      const float wanted = value_width(ui, spec) + ui.px(10);
      track.max.x = std::max(row.control.max.x - wanted, row.control.min.x + row.control.width() * 0.4f);
    }
    edit = drag_track(ui, spec, track, value);
    if (spec.value_shown) {
      const Rect value_box{{track.max.x + ui.px(4), row.whole.min.y}, row.whole.max};
      parts::text_in(ui, TextRole::Mono, value_box, parts::shade(ui.palette->text, spec.text.enabled),
                     format_value(spec, value), HAlign::Right);
    }
  }
  ImGui::SetCursorScreenPos(parts::im(row.whole.min));
  ImGui::Dummy({row.whole.width(), height});
  return edit;
}

}  // namespace dropscope
