#include "app/widgets/ui.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "app/widgets/parts.h"

namespace dropscope {
namespace {

constexpr float kTooltipDelay = 0.35f;  // seconds
constexpr std::string_view kEllipsis = "…";

// Start of the character that ends at `end`.
std::size_t previous_character(std::string_view text, std::size_t end) {
  do {
    --end;
  } while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
  return end;
}

float tooltip_width(const Ui& ui) {
  return std::min(ui.fonts->size(TextRole::Body) * 22, ImGui::GetIO().DisplaySize.x * 0.8f);
}

}  // namespace

float Ui::px(float units) const { return std::max(1.0f, std::round(units * u)); }

std::string elide(const Ui& ui, TextRole role, std::string_view text, float width) {
  if (ui.fonts->width(role, text) <= width) return std::string(text);
  const float room = width - ui.fonts->width(role, kEllipsis);
  std::size_t end = text.size();
  while (end > 0 && ui.fonts->width(role, text.substr(0, end)) > room) end = previous_character(text, end);
  while (end > 0 && text[end - 1] == ' ') --end;
  return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

void text(const Ui& ui, TextRole role, Color color, std::string_view text, float width) {
  const float room = width > 0 ? width : ImGui::GetContentRegionAvail().x;
  const Vec2 at = parts::vec(ImGui::GetCursorScreenPos());
  const float height = std::round(ui.fonts->height(role));
  const float needed = std::min(std::ceil(ui.fonts->width(role, text)), std::max(room, 1.0f));
  ImGui::Dummy({std::max(width > 0 ? width : needed, 1.0f), height});
  const bool cut = parts::text_in(ui, role, {at, {at.x + std::max(room, 1.0f), at.y + height}}, color, text);
  if (cut && ImGui::IsItemHovered()) tooltip_lines(ui, {std::string(text)});
}

void paragraph(const Ui& ui, TextRole role, Color color, std::string_view text) {
  const WithFont font(*ui.fonts, role);
  ImGui::PushStyleColor(ImGuiCol_Text, im_color(color));
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
}

void section(const Ui& ui, std::string_view title) {
  const Vec2 at = parts::vec(ImGui::GetCursorScreenPos());
  const float height = std::round(ui.fonts->height(TextRole::CaptionBold) + ui.px(4));
  const float spacing = ui.fonts->size(TextRole::CaptionBold) * 0.06f;
  const float right = at.x + ImGui::GetContentRegionAvail().x;
  ImGui::Dummy({std::max(right - at.x, 1.0f), height});
  float x = at.x;
  for (std::size_t i = 0; i < title.size();) {
    std::size_t next = i + 1;
    while (next < title.size() && (static_cast<unsigned char>(title[next]) & 0xC0) == 0x80) ++next;
    const std::string_view letter = title.substr(i, next - i);
    const float width = ui.fonts->width(TextRole::CaptionBold, letter);
    if (x + width > right) break;
    parts::text_in(ui, TextRole::CaptionBold, {{x, at.y}, {x + width + 1, at.y + height}}, ui.palette->secondary,
                   letter);
    x += width + spacing;
    i = next;
  }
}

void gap(const Ui& ui, float units) { ImGui::Dummy({1, ui.px(units)}); }

void tooltip(const Ui& ui, std::string_view sentence, std::string_view formula) {
  if (sentence.empty() && formula.empty()) return;
  if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  if (ImGui::GetCurrentContext()->HoveredIdTimer < kTooltipDelay || ImGui::IsMouseDown(0)) return;
  ImGui::BeginTooltip();
  {
    const WithFont font(*ui.fonts, TextRole::Body);
    ImGui::PushTextWrapPos(tooltip_width(ui));
    ImGui::TextUnformatted(sentence.data(), sentence.data() + sentence.size());
  }
  if (!formula.empty()) {
    const WithFont font(*ui.fonts, TextRole::Mono);
    ImGui::PushStyleColor(ImGuiCol_Text, im_color(ui.palette->secondary));
    ImGui::TextUnformatted(formula.data(), formula.data() + formula.size());
    ImGui::PopStyleColor();
  }
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

void tooltip_lines(const Ui& ui, const std::vector<std::string>& lines) {
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(tooltip_width(ui));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const WithFont font(*ui.fonts, lines.size() == 1 ? TextRole::Body : i == 0 ? TextRole::BodyBold : TextRole::Mono);
    ImGui::TextUnformatted(lines[i].data(), lines[i].data() + lines[i].size());
  }
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

}  // namespace dropscope
