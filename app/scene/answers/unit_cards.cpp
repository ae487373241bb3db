// Units of one hidden layer: which vary together, and how much is lost with each of them.
#include <algorithm>
#include <cmath>

#include "app/scene/answers/dependence_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope::answers {
namespace {

std::string unit_name(const DependenceReport& r, std::size_t i) {
  return layer_title(r.site) + ", unit " + std::to_string(r.order[i] + 1);
}

std::string site_words(const DependenceReport& r) {
  std::string words = layer_title(r.site);
  if (r.order.size() < std::size_t(r.units))
    words += ", " + std::to_string(r.order.size()) + " of " + std::to_string(r.units) + " units";
  return words;
}

// Says the same for every example: nothing correlates with it, and its row is blank.
bool is_constant(const DependenceReport& r, std::size_t i) { return r.correlation[i * r.order.size() + i] == 0; }

void add_matrix(AnswerPicture& picture, const Half& half, const CardStyle& style, const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const DependenceReport& r = *half.twin.report;
  const float size = body_px(style), line = size * 1.5f;
  const auto n = r.order.size();
  const bool whole = r.correlation.size() >= n * n;
  std::size_t constant = 0;
  for (std::size_t i = 0; whole && i < n; ++i) constant += is_constant(r, i) ? 1 : 0;
  const std::string mean = "|r| " + number_or_dash(r.mean_correlation);
  std::vector<std::string> wordings{"mean " + mean};
  if (constant > 0) {
    const std::string count = ", " + std::to_string(constant), never = constant == 1 ? " never varies" : " never vary";
    wordings = {"mean " + mean + count + (constant == 1 ? " unit (blank)" : " units (blank)") + never,
                "mean " + mean + count + never, mean + count + never, "mean " + mean};
  }
  const float side = std::min(half.room.width(), half.room.height() - line);
  add_label(picture.list, {half.room.min.x, half.room.max.y - line / 2},
            first_fitting(wordings, half.room.width(), size, Face::Bold, measure), half.room.width(), size, p.text,
            HAlign::Left, measure, Face::Bold);
  picture.areas.push_back({"correlation." + half.twin.id, half.room, fixed_text(r.mean_correlation, 6)});
  if (side < 8 || n == 0 || !whole) return;
  const Rect square{half.room.min, half.room.min + Vec2{side, side}};
  draw::Image image{square, int(n), int(n), {}, false};
  image.rgba.reserve(n * n);
  for (std::size_t i = 0; i < n * n; ++i) image.rgba.push_back(weight_color(p, float(r.correlation[i]), 1));
  picture.list.add(std::move(image));
  picture.list.add(draw::Box{square, p.card.with_alpha(0), p.border, std::max(1.0f, style.u), 0, 0});
  AnswerArea area{"matrix." + half.twin.id, square, std::to_string(n)};
  area.at = [square, n, report = half.twin.report](Vec2 at) {
    const auto cell = [&](float share) { return std::min(std::size_t(std::max(0.0f, share * float(n))), n - 1); };
    const std::size_t c = cell((at.x - square.min.x) / square.width()),
                      row = cell((at.y - square.min.y) / square.height());
    const auto told = [&](std::size_t i) {
      return unit_name(*report, i) + (is_constant(*report, i) ? ": never varies" : "");
    };
    const bool blank = is_constant(*report, row) || is_constant(*report, c);
    std::vector<std::string> lines{blank ? "no r" : "r = " + fixed_text(report->correlation[row * n + c], 3),
                                   told(row)};
    if (row != c) lines.push_back(told(c));
    return AnswerHit{{}, std::move(lines)};
  };
  picture.areas.push_back(std::move(area));
}

void add_rises(AnswerPicture& picture, const Half& half, std::pair<double, double> range, const CardStyle& style,
               const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const DependenceReport& r = *half.twin.report;
  const float size = body_px(style), line = size * 1.5f;
  const std::string worst = number_or_dash(r.worst_rise);
  const std::string wordings[] = {"worst +" + worst + " on a loss of " + number_or_dash(r.loss), "worst +" + worst,
                                  "+" + worst};
  add_label(picture.list, {half.room.min.x, half.room.max.y - line / 2},
            first_fitting(wordings, half.room.width(), size, Face::Bold, measure), half.room.width(), size, p.text,
            HAlign::Left, measure, Face::Bold);
  picture.areas.push_back({"worst." + half.twin.id, half.room, fixed_text(r.worst_rise, 6)});
  const Rect plane{half.room.min, {half.room.max.x, half.room.max.y - line}};
  const auto n = r.rises.size();
  if (plane.height() < 4 || n == 0) return;
  const auto y_of = [&](double v) {
    return plane.max.y - plane.height() * float(std::clamp((v - range.first) / (range.second - range.first), 0.0, 1.0));
  };
  const float wide = plane.width() / float(n), air = wide >= 4 ? wide * 0.15f : 0, zero = y_of(0);
  for (std::size_t i = 0; i < n; ++i) {
    if (!std::isfinite(r.rises[i])) continue;
    const float x = plane.min.x + wide * float(i), y = y_of(r.rises[i]);
    const Rect bar{{x + air, std::min(y, zero)}, {x + wide - air, std::max(y, zero)}};
    picture.list.add(draw::Box{bar, half.twin.color, p.card, 0, 0, 0});
    picture.areas.push_back(
        {"rise." + half.twin.id + "." + std::to_string(r.order[i]), bar, fixed_text(r.rises[i], 6)});
  }
  picture.list.add(draw::Line{{plane.min.x, zero}, {plane.max.x, zero}, std::max(1.0f, style.u), p.secondary});
  AnswerArea area{"rises." + half.twin.id, plane, std::to_string(n)};
  area.at = [plane, n, report = half.twin.report](Vec2 at) {
    const auto i = std::min(std::size_t(std::max(0.0f, (at.x - plane.min.x) / plane.width() * float(n))), n - 1);
    const double rise = report->rises[i];
    return AnswerHit{{},
                     {unit_name(*report, i), "without it the loss " + std::string(rise < 0 ? "falls" : "rises") +
                                                 " by " + value_text(std::fabs(rise))}};
  };
  picture.areas.push_back(std::move(area));
}

}  // namespace

AnswerPicture correlation_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const Rect room =
      add_titled_card(picture.list, card, "Correlation of units", site_words(*in.answer.dependence), style, measure);
  for (const Half& half : add_halves(picture, in, room, style, measure)) add_matrix(picture, half, style, measure);
  return picture;
}

AnswerPicture knock_out_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const Rect room = add_titled_card(picture.list, card, "Loss without one unit", "one scale for both", style, measure);
  const std::vector<Half> halves = add_halves(picture, in, room, style, measure);
  std::pair<double, double> range{0, 1e-9};
  for (const Half& half : halves)
    for (double rise : half.twin.report->rises)
      if (std::isfinite(rise)) range = {std::min(range.first, rise), std::max(range.second, rise)};
  for (const Half& half : halves) add_rises(picture, half, range, style, measure);
  return picture;
}

}  // namespace dropscope::answers
