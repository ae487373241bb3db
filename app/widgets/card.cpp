#include "app/widgets/card.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/widgets/buttons.h"
#include "app/widgets/parts.h"

namespace dropscope {

Card::Card(const Ui& ui, const char* name, std::string_view title, std::string_view right, float height) {
  const Palette& p = *ui.palette;
  const float pad = ui.px(13);
  // A child has padding only if it has a border; ours is drawn below, so that one is made invisible.
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(pad, pad));
  ImGui::PushStyleVar(ImGuiStyleVar_ChildBorderSize, 1.0f);
  ImGui::PushStyleColor(ImGuiCol_Border, IM_COL32_BLACK_TRANS);
  visible_ =
      ImGui::BeginChild(name, {0, height}, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(2);
  const Vec2 low = parts::vec(ImGui::GetWindowPos());
  const Rect whole{low, low + parts::vec(ImGui::GetWindowSize())};
  const float rounding = ui.px(10);
  // The content is clipped inside the padding, the card itself is not.
  ImGui::PushClipRect(parts::im(whole.min), parts::im(whole.max), false);
  parts::fill(whole, p.card, rounding);
  parts::frame(whole, p.border.with_alpha(0.35f), rounding);
  ImGui::PopClipRect();
  if (ui.items) ui.items->track(name, whole, title);
  content_ = {whole.min + Vec2{pad, pad}, whole.max - Vec2{pad, pad}};
  const float line = std::round(ui.fonts->height(TextRole::BodyBold));
  if (!title.empty() || !right.empty()) {
    const Rect head{content_.min, {content_.max.x, content_.min.y + line}};
    const float right_width = std::min(ui.fonts->width(TextRole::Body, right), head.width() * 0.6f);
    const Rect title_box{head.min, {std::max(head.max.x - right_width - ui.px(8), head.min.x + 1), head.max.y}};
    parts::text_in(ui, TextRole::BodyBold, title_box, p.text, title);
    parts::text_in(ui, TextRole::Body, {{head.max.x - right_width, head.min.y}, head.max}, p.secondary, right,
                   HAlign::Right);
    content_.min.y += line + ui.px(8);
  }
  content_.max.x = std::max(content_.max.x, content_.min.x + 1);
  content_.max.y = std::max(content_.max.y, content_.min.y + 1);
  ImGui::SetCursorScreenPos(parts::im(content_.min));
}

Card::~Card() { ImGui::EndChild(); }

void progress_bar(const Ui& ui, float fraction, std::string_view text) {
  const Palette& p = *ui.palette;
  const Vec2 at = parts::vec(ImGui::GetCursorScreenPos());
  const float width = ImGui::GetContentRegionAvail().x, bar = std::max(4.0f, ui.px(6));
  const float line = std::round(ui.fonts->height(TextRole::Caption));
  const float done = std::isfinite(fraction) ? std::clamp(fraction, 0.0f, 1.0f) : 0.0f;
  parts::text_in(ui, TextRole::Caption, {at, at + Vec2{width, line}}, p.secondary, text);
  const Rect track{{at.x, at.y + line + 2}, {at.x + width, at.y + line + 2 + bar}};
  parts::fill(track, p.control_active, bar / 2);
  if (done > 0) parts::fill({track.min, {track.min.x + std::max(bar, width * done), track.max.y}}, p.accent, bar / 2);
  ImGui::Dummy({width, line + 2 + bar});
}

}  // namespace dropscope
