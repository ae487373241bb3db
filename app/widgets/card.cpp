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

bool banner(const Ui& ui, const char* name, Tone tone, std::string_view sentence, std::string_view action) {
  const Palette& p = *ui.palette;
  const Color mark = tone == Tone::Error ? p.error : tone == Tone::Warning ? p.warning : p.accent;
  const float pad = ui.px(12), stripe = ui.px(4);
  const float width = ImGui::GetContentRegionAvail().x;
  const std::string label(action);
  const float button_width =
      action.empty() ? 0 : std::min(ui.fonts->width(TextRole::BodyBold, action) + ui.px(28), width * 0.4f);
  const float text_width = std::max(width - 2 * pad - stripe - (action.empty() ? 0 : button_width + pad), ui.px(40));
  const WithFont font(*ui.fonts, TextRole::Body);
  const ImVec2 wrapped = ImGui::CalcTextSize(sentence.data(), sentence.data() + sentence.size(), false, text_width);
  const float height = std::max(wrapped.y, action.empty() ? 0.0f : parts::row_height(ui)) + 2 * ui.px(8);
  const Vec2 at = parts::vec(ImGui::GetCursorScreenPos());
  const Rect whole{at, at + Vec2{width, height}};
  parts::fill(whole, blend(p.card, mark, 0.16f), ui.px(7));
  parts::fill({whole.min, {whole.min.x + stripe, whole.max.y}}, mark, ui.px(2));
  if (ui.items) ui.items->track(name, whole, sentence);
  ImGui::GetWindowDrawList()->AddText(ImGui::GetFont(), ImGui::GetFontSize(),
                                      {std::round(at.x + stripe + pad), std::round(at.y + (height - wrapped.y) / 2)},
                                      im_color(p.text), sentence.data(), sentence.data() + sentence.size(), text_width);
  bool pressed = false;
  if (!action.empty()) {
    ImGui::SetCursorScreenPos({whole.max.x - pad - button_width, at.y + (height - parts::row_height(ui)) / 2});
    const std::string button_name = std::string(name) + ".action";
    pressed = button(ui, {button_name.c_str(), "", true}, label.c_str(), false, button_width);
  }
  ImGui::SetCursorScreenPos(parts::im(at));
  ImGui::Dummy({width, height});
  return pressed;
}

void gap_bar(const Ui& ui, const char* name, float value, float limit, const char* format, float height) {
  const Palette& p = *ui.palette;
  const bool known = std::isfinite(value) && limit > 0;
  char number[64] = "–";
  if (known) std::snprintf(number, sizeof number, format, double(value));
  const Vec2 at = parts::vec(ImGui::GetCursorScreenPos());
  const float width = ImGui::GetContentRegionAvail().x;
  const float number_width = std::ceil(ui.fonts->width(TextRole::MonoBold, number)) + ui.px(8);
  const Rect track{at, at + Vec2{std::max(width - number_width, 8.0f), height}};
  const float rounding = std::min(height / 2, ui.px(4)), middle = std::round(track.center().x);
  parts::fill(track, p.control_active, rounding);
  if (known) {
    const float share = std::clamp(value / limit, -1.0f, 1.0f);
    const float x = middle + share * track.width() / 2;
    // Above zero validation is worse than training: that is overfitting, so it takes the colour of a warning.
    parts::fill({{std::min(middle, x), track.min.y}, {std::max(middle, x), track.max.y}},
                value > 0 ? p.negative : p.positive, 0);
  }
  parts::fill({{middle - 1, track.min.y - 2}, {middle + 1, track.max.y + 2}}, p.text, 0);
  parts::text_in(ui, TextRole::MonoBold, {{track.max.x, at.y}, {at.x + width, at.y + height}}, p.text, number,
                 HAlign::Right);
  ImGui::Dummy({width, height});
  if (ui.items) ui.items->track(name, Rect{at, at + Vec2{width, height}}, number);
}

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
