#include "app/widgets/buttons.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/widgets/parts.h"

namespace dropscope {
namespace {

// Widths of the segments under the room given: notes go first, then padding, and only then letters.
struct SegmentPlan {
  std::vector<float> widths;
  bool notes = true;
};

float segment_width(const Ui& ui, const Segment& segment, bool note, float padding) {
  float width = ui.fonts->width(TextRole::BodyBold, segment.label);
  if (!segment.widest.empty()) width = std::max(width, ui.fonts->width(TextRole::BodyBold, segment.widest));
  width += ui.px(padding);
  if (note && !segment.note.empty()) width += ui.px(8) + ui.fonts->width(TextRole::Body, segment.note);
  return std::ceil(width);
}

SegmentPlan plan_segments(const Ui& ui, std::span<const Segment> segments, float max_width) {
  SegmentPlan plan;
  const auto total = [&] { return std::accumulate(plan.widths.begin(), plan.widths.end(), 0.0f); };
  for (const auto& [notes, padding] : {std::pair{true, 30.0f}, std::pair{false, 30.0f}, std::pair{false, 12.0f}}) {
    plan.notes = notes;
    plan.widths.clear();
    for (const Segment& segment : segments) plan.widths.push_back(segment_width(ui, segment, notes, padding));
    if (max_width <= 0 || total() <= max_width) return plan;
  }
  // Everyone gives up the same share.
  const float share = max_width / total();
  for (float& width : plan.widths) width = std::floor(width * share);
  return plan;
}

void segment_text(const Ui& ui, const Segment& segment, Rect box, Color color, bool notes, bool strong) {
  const TextRole role = strong ? TextRole::BodyBold : TextRole::Body;
  const float pad = std::min(ui.px(4), box.width() * 0.1f);
  const Rect inside{{box.min.x + pad, box.min.y}, {box.max.x - pad, box.max.y}};
  if (!notes || segment.note.empty()) {
    parts::text_in(ui, role, inside, color, segment.label, HAlign::Center);
    return;
  }
  const float label = ui.fonts->width(role, segment.label), space = ui.px(8);
  const float note = ui.fonts->width(TextRole::Body, segment.note);
  const float x = box.center().x - (label + space + note) / 2;
  parts::text_in(ui, role, {{x, box.min.y}, {x + label + 1, box.max.y}}, color, segment.label);
  const float note_x = x + label + space;
  parts::text_in(ui, TextRole::Body, {{note_x, box.min.y}, {note_x + note + 1, box.max.y}}, color, segment.note);
}

struct RowLook {
  bool framed;  // a border around all and a filled current one; else a soft background behind the current one
};

int segment_row(const Ui& ui, const char* name, std::span<const Segment> segments, int current, float height,
                float max_width, RowLook look) {
  const Palette& p = *ui.palette;
  const SegmentPlan plan = plan_segments(ui, segments, max_width);
  const float rounding = ui.px(8);
  const Vec2 start = parts::vec(ImGui::GetCursorScreenPos());
  const float total = std::accumulate(plan.widths.begin(), plan.widths.end(), 0.0f);
  const Rect whole{start, start + Vec2{total, height}};
  if (look.framed) parts::fill(whole, p.control, rounding);
  int clicked = -1;
  float x = start.x;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    const bool chosen = int(i) == current;
    ImGui::SetCursorScreenPos({x, start.y});
    // Members share one stop in the Tab order, so they do not ask for the keyboard themselves.
    const Ui mouse_only{.palette = ui.palette, .fonts = ui.fonts, .items = ui.items, .u = ui.u};
    const parts::Press press =
        parts::press_area(mouse_only, segment.name, {plan.widths[i], height}, segment.enabled, chosen ? "on" : "off");
    tooltip(ui, segment.tooltip);
    if (press.clicked) clicked = int(i);
    Color background = p.control.with_alpha(0), ink = look.framed ? p.text : p.secondary;
    if (press.hovered) background = p.control_hovered;
    if (chosen) background = look.framed ? p.text : p.control;
    if (chosen) ink = look.framed ? p.background : p.text;
    if (look.framed) {
      const bool first = i == 0, last = i + 1 == segments.size();
      const ImDrawFlags corners = first && last ? ImDrawFlags_RoundCornersAll
                                  : first       ? ImDrawFlags_RoundCornersLeft
                                  : last        ? ImDrawFlags_RoundCornersRight
                                                : ImDrawFlags_RoundCornersNone;
      if (background.a > 0) {
        ImGui::GetWindowDrawList()->AddRectFilled(parts::im(press.rect.min), parts::im(press.rect.max),
                                                  im_color(parts::shade(background, segment.enabled)), rounding,
                                                  corners);
      }
      if (!first) {
        parts::fill({press.rect.min, {press.rect.min.x + 1, press.rect.max.y}}, p.border.with_alpha(0.6f), 0);
      }
    } else {
      parts::fill(press.rect, background, rounding);
    }
    segment_text(ui, segment, press.rect, parts::shade(ink, segment.enabled), plan.notes, chosen || look.framed);
    x += plan.widths[i];
  }
  if (look.framed) parts::frame(whole, p.border.with_alpha(0.7f), rounding);
  if (ui.focus && ui.focus->item(name) && ui.focus->ring_visible()) {
    parts::focus_ring(ui, whole, rounding);
    const int last = int(segments.size()) - 1;
    if (ui.focus->take(Key::Right, kNoModifiers, true) && current < last) clicked = current + 1;
    if (ui.focus->take(Key::Left, kNoModifiers, true) && current > 0) clicked = current - 1;
    if (clicked >= 0 && !segments[std::size_t(clicked)].enabled) clicked = -1;
  }
  if (ui.items)
    ui.items->track(
        name, whole,
        current >= 0 && std::size_t(current) < segments.size() ? segments[std::size_t(current)].label : std::string());
  ImGui::SetCursorScreenPos(parts::im(start));
  ImGui::Dummy({total, height});
  return clicked;
}

}  // namespace

bool round_button(const Ui& ui, const ButtonText& text, Icon icon, float diameter, bool primary) {
  const Palette& p = *ui.palette;
  const parts::Press press = parts::press_area(ui, text.name, {diameter, diameter}, text.enabled);
  tooltip(ui, text.tooltip);
  const Vec2 center = press.rect.center();
  const Color rest = primary ? p.text : p.control;
  const Color hovered = primary ? blend(p.text, p.background, 0.15f) : p.control_hovered;
  const Color held = primary ? blend(p.text, p.background, 0.3f) : p.control_active;
  const Color disc = press.held ? held : press.hovered ? hovered : rest;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddCircleFilled(parts::im(center), diameter / 2, im_color(parts::shade(disc, text.enabled)));
  if (!primary) list.AddCircle(parts::im(center), diameter / 2, im_color(p.border.with_alpha(0.6f)), 0, 1);
  draw_icon(list, icon, center, diameter * 0.42f, parts::shade(primary ? p.background : p.text, text.enabled));
  if (press.focused) parts::focus_ring(ui, press.rect, diameter / 2);
  return press.clicked;
}

bool icon_button(const Ui& ui, const ButtonText& text, Icon icon, float size) {
  const parts::Press press = parts::press_area(ui, text.name, {size, size}, text.enabled);
  tooltip(ui, text.tooltip);
  if (press.hovered || press.held) parts::fill(press.rect, parts::face(ui, press), ui.px(7));
  draw_icon(*ImGui::GetWindowDrawList(), icon, press.rect.center(), size * 0.52f,
            parts::shade(press.hovered ? ui.palette->text : ui.palette->secondary, text.enabled));
  if (press.focused) parts::focus_ring(ui, press.rect, ui.px(7));
  return press.clicked;
}

bool button(const Ui& ui, const ButtonText& text, const char* label, bool primary, float width) {
  const Palette& p = *ui.palette;
  const float wanted = std::ceil(ui.fonts->width(TextRole::BodyBold, label)) + ui.px(28);
  const float room = ImGui::GetContentRegionAvail().x;
  const Vec2 size{width > 0 ? width : std::min(wanted, std::max(room, ui.px(30))), parts::row_height(ui)};
  const parts::Press press = parts::press_area(ui, text.name, size, text.enabled, label);
  tooltip(ui, text.tooltip);
  const Color accent = press.hovered ? blend(p.accent, p.text, 0.15f) : p.accent;
  const float rounding = ui.px(7);
  parts::fill(press.rect, parts::shade(primary ? accent : parts::face(ui, press), text.enabled), rounding);
  if (!primary) parts::frame(press.rect, p.border.with_alpha(0.55f), rounding);
  Rect inside = press.rect;
  inside.min.x += ui.px(8);
  inside.max.x -= ui.px(8);
  const bool cut = parts::text_in(ui, TextRole::BodyBold, inside,
                                  parts::shade(primary ? p.on_accent : p.text, text.enabled), label, HAlign::Center);
  if (cut && press.hovered && !*text.tooltip) tooltip(ui, label);
  if (press.focused) parts::focus_ring(ui, press.rect, rounding);
  return press.clicked;
}

int segmented(const Ui& ui, const char* name, std::span<const Segment> segments, int current, float height,
              float max_width) {
  return segment_row(ui, name, segments, current, height, max_width, {.framed = true});
}

float segmented_width(const Ui& ui, std::span<const Segment> segments, [[maybe_unused]] float height) {
  const SegmentPlan plan = plan_segments(ui, segments, 0);
  return std::accumulate(plan.widths.begin(), plan.widths.end(), 0.0f);
}

int tab_row(const Ui& ui, const char* name, std::span<const Segment> tabs, int current, float height, float max_width) {
  return segment_row(ui, name, tabs, current, height, max_width, {.framed = false});
}

bool tile(const Ui& ui, const ButtonText& text, float size, bool selected,
          const std::function<void(ImDrawList&, Rect)>& paint) {
  const Palette& p = *ui.palette;
  const parts::Press press = parts::press_area(ui, text.name, {size, size}, text.enabled, selected ? "selected" : "");
  tooltip(ui, text.tooltip);
  const float rounding = ui.px(7);
  parts::fill(press.rect, parts::face(ui, press), rounding);
  const float inset = std::max(2.0f, size * 0.09f);
  if (paint) {
    const Rect inside{press.rect.min + Vec2{inset, inset}, press.rect.max - Vec2{inset, inset}};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect(parts::im(press.rect.min), parts::im(press.rect.max), true);
    paint(list, inside);
    list.PopClipRect();
  }
  if (selected) {
    parts::frame(press.rect, p.accent, rounding, std::max(2.0f, ui.px(2)));
  } else {
    parts::frame(press.rect, p.border.with_alpha(0.55f), rounding);
  }
  if (press.focused) parts::focus_ring(ui, press.rect, rounding);
  return press.clicked;
}

}  // namespace dropscope
