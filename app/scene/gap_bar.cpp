#include "app/scene/gap_bar.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_text.h"

namespace dropscope {

DisplayList build_gap_bar(const History& history, Rect area, const CardStyle& style, const TextMeasure& measure) {
  const Palette& p = *style.palette;
  DisplayList list;
  const bool known =
      !history.empty() && std::isfinite(history.back().train_loss) && std::isfinite(history.back().validation_loss);
  if (!known) {
    add_card_head(list, area, "Gap", "no evaluation yet", style, measure);
    return list;
  }
  const double train = double(history.back().train_loss), validation = double(history.back().validation_loss),
               gap = validation - train;
  const std::string sign = gap > 0 ? "+" : "";
  const Rect rest = add_card_head(list, area, "Gap " + sign + fixed_text(gap, 3),
                                  "validation \u2212 train loss, masks off", style, measure);
  const float size = type_px(p, style.u, 13), room = rest.height();
  const float bar = std::clamp(room - size * 1.7f, 6.0f, 22 * style.u);
  const float top = rest.min.y + 2 * style.u, bottom = std::min(rest.max.y, top + bar);
  const double limit = std::max({train, validation, 1e-9}) * 1.04;
  const auto at = [&](double loss) { return rest.min.x + rest.width() * float(std::clamp(loss / limit, 0.0, 1.0)); };
  list.add(draw::Box{{{rest.min.x, top}, {rest.max.x, bottom}}, p.control, p.border, 0, 3 * style.u, 0});
  const float a = at(std::min(train, validation)), b = at(std::max(train, validation));
  const Color fill = gap > 0 ? p.negative : p.positive;
  list.add(draw::Box{{{a, top}, {std::max(b, a + 1), bottom}}, fill, fill, 0, 0, 0});
  // Train: a thin dashed tick as its curve; validation: a thick one.
  const float over = 3 * style.u;
  list.add(draw::Polyline{
      {{at(train), top - over}, {at(train), bottom + over}}, std::max(1.0f, 2 * style.u), p.text, 3 * style.u, false});
  list.add(
      draw::Line{{at(validation), top - over}, {at(validation), bottom + over}, std::max(2.0f, 4 * style.u), p.text});
  const float y = bottom + over + size * 0.85f;
  if (y + size * 0.5f > area.max.y + 1) return list;
  const std::string left =
      (train <= validation ? "train " : "validation ") + fixed_text(std::min(train, validation), 3);
  const std::string right =
      (train <= validation ? "validation " : "train ") + fixed_text(std::max(train, validation), 3);
  const float left_width = measure.width(left, size, Face::Regular),
              right_width = measure.width(right, size, Face::Regular);
  const float space = 10 * style.u;
  // Each name is centred on its tick where that keeps the two apart and inside.
  float right_x = std::clamp(b - right_width / 2, rest.min.x, rest.max.x - right_width);
  float left_x = std::clamp(a - left_width / 2, rest.min.x, std::max(rest.min.x, right_x - space - left_width));
  right_x = std::max(right_x, left_x + left_width + space);
  list.add(draw::Text{{left_x, y}, left, size, p.secondary, Face::Regular, HAlign::Left, VAlign::Middle});
  if (right_x + right_width <= area.max.x + 1)
    list.add(draw::Text{{right_x, y}, right, size, p.secondary, Face::Regular, HAlign::Left, VAlign::Middle});
  return list;
}

}  // namespace dropscope
