#include "app/panels/network_parts.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

namespace dropscope {
namespace {

// Where a tooltip of so many lines hides neither the unit nor the numbers to its right: beyond them and below, or to
// the left where the window ends.
Vec2 beside_unit(const FrameInput& in, const NetworkLayout& layout, UnitRef unit,
                 const std::vector<std::string>& lines) {
  const ColumnLayout& column = layout.columns[std::size_t(unit.layer)];
  const Vec2 at = unit_center(column, unit.unit);
  const ImGuiStyle& look = ImGui::GetStyle();
  Vec2 size{2 * look.WindowPadding.x, 2 * look.WindowPadding.y};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const TextRole role = i == 0 ? TextRole::BodyBold : TextRole::Mono;
    size.x = std::max(size.x, in.ui.fonts->width(role, lines[i].c_str()) + 2 * look.WindowPadding.x);
    size.y += in.ui.fonts->height(role) + look.ItemSpacing.y;
  }
  const ImVec2 window = ImGui::GetIO().DisplaySize;
  const float numbers = in.ui.fonts->width(TextRole::Mono, "-0.00123");
  const float right = std::max(at.x + column.radius, column.centers.empty() ? column.body.max.x : 0);
  Vec2 pos{right + numbers + in.ui.px(24), at.y + in.ui.px(14)};
  if (pos.x + size.x > window.x) pos.x = std::max(0.0f, at.x - column.radius - in.ui.px(24) - size.x);
  pos.y = std::max(0.0f, std::min(pos.y, window.y - size.y - in.ui.px(8)));
  return pos;
}

}  // namespace

Rect zoomed(const Transient& view, Rect inner) {
  const Vec2 at{inner.min.x + view.pan.x * inner.width(), inner.min.y + view.pan.y * inner.height()};
  return {at, at + Vec2{inner.width() * view.zoom, inner.height() * view.zoom}};
}

void zoom_and_pan(Rect inner, std::optional<Vec2> pointer, float far, IntentSink& sink) {
  if (inner.width() <= 0 || inner.height() <= 0) return;
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(0, far)) {
    const ImVec2 by = ImGui::GetIO().MouseDelta;
    if (by.x != 0 || by.y != 0)
      sink.add(ActionId::Pan, {std::to_string(by.x / inner.width()), std::to_string(by.y / inner.height())});
  }
  const float wheel = ImGui::GetIO().MouseWheel;
  if (pointer && wheel != 0)
    sink.add(ActionId::Zoom, {std::to_string(std::pow(1.15f, wheel)),
                              std::to_string(std::clamp((pointer->x - inner.min.x) / inner.width(), 0.0f, 1.0f)),
                              std::to_string(std::clamp((pointer->y - inner.min.y) / inner.height(), 0.0f, 1.0f))});
}

void explain_unit(const FrameInput& in, const Snapshot& snapshot, const NetworkLayout& layout, UnitRef unit) {
  const std::vector<std::string> lines = unit_arithmetic(snapshot, unit, in.state.persisted.naming);
  if (in.ui.items) {
    std::string all;
    for (const std::string& line : lines) all += (all.empty() ? "" : "\n") + line;
    in.ui.items->track("network.tooltip", layout.area, all);
  }
  const Vec2 pos = beside_unit(in, layout, unit, lines);
  ImGui::SetNextWindowPos({pos.x, pos.y});
  ImGui::BeginTooltip();
  for (std::size_t i = 0; i < lines.size(); ++i)
    text(in.ui, i == 0 ? TextRole::BodyBold : TextRole::Mono, in.ui.palette->text, lines[i],
         in.ui.fonts->width(i == 0 ? TextRole::BodyBold : TextRole::Mono, lines[i].c_str()) + 1);
  ImGui::EndTooltip();
}

}  // namespace dropscope
