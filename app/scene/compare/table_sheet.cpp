#include "app/scene/compare/table_sheet.h"

#include <algorithm>

#include "app/scene/scene_text.h"

namespace dropscope {

TableSheet table_sheet(DisplayList& list, const CardStyle& style, const TextMeasure& measure) {
  const float size = std::max(13.0f, type_px(*style.palette, style.u, 16));
  return {list, style, measure, size, std::max(13.0f, type_px(*style.palette, style.u, 14)), size * 1.75f};
}

void add_name(TableSheet& s, const std::string& name, std::size_t i, Vec2 left, float room, bool bold, bool two_lines) {
  const float end = add_run_badge(s.list, i, left, s.size, s.style, s.measure) + s.size * 0.5f;
  const Face face = bold ? Face::Bold : Face::Regular;
  const std::vector<std::string> lines =
      wrap_text(name, left.x + room - end, s.size, face, s.measure, two_lines ? 2 : 1);
  const float line = s.size * 1.15f;
  float y = left.y - line * float(lines.size() - 1) / 2;
  for (const std::string& one : lines) {
    s.text({end, y}, one, s.size, s.p().text, face, HAlign::Left);
    y += line;
  }
}

float two_line_width(const TableSheet& s, const std::string& text, Face face) {
  float least = s.width(text, s.size, face);
  for (std::size_t at = text.find(' '); at != std::string::npos; at = text.find(' ', at + 1))
    least = std::min(least,
                     std::max(s.width(text.substr(0, at), s.size, face), s.width(text.substr(at + 1), s.size, face)));
  return least;
}

void add_winner_bar(TableSheet& s, float right, float y, float width) {
  const float thick = std::max(2.0f, 2.5f * s.style.u);
  s.list.add(draw::Box{
      {{right - width, y + s.size * 0.6f}, {right, y + s.size * 0.6f + thick}}, s.p().text, s.p().text, 0, 0, 0});
}

void add_rule(TableSheet& s, Rect area, float y) {
  s.list.add(draw::Line{{area.min.x, y}, {area.max.x, y}, std::max(0.75f, s.style.u), s.p().border.with_alpha(0.4f)});
}

}  // namespace dropscope
