// All sub-networks as thumbnails: as small networks where there is room, as masks, or as single colours.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/scene/answers/subnetwork_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope::answers {
namespace {

constexpr float kNetworkCell = 34, kMaskCell = 13;  // pixels: the least side of a cell that shows so much

std::string bits_text(std::uint32_t bits, int gates) {
  std::string text;
  for (int j = 0; j < gates; ++j) text += bits >> j & 1 ? '1' : '0';
  return text;
}

int count_bits(std::uint32_t bits) {
  int count = 0;
  for (; bits; bits &= bits - 1) ++count;
  return count;
}

// Open gates as filled squares, closed ones as frames.
void add_mask(DisplayList& list, std::uint32_t bits, int gates, Rect room, const CardStyle& style) {
  const Palette& p = *style.palette;
  const int cols = std::max(1, int(std::ceil(std::sqrt(float(gates) * room.width() / std::max(room.height(), 1.0f)))));
  const int rows = (gates + cols - 1) / cols;
  const float side = std::min(room.width() / float(cols), room.height() / float(rows));
  const Vec2 from = room.center() - Vec2{float(cols), float(rows)} * (side / 2);
  for (int j = 0; j < gates; ++j) {
    const Vec2 at = from + Vec2{float(j % cols), float(j / cols)} * side;
    const Rect cell{at + Vec2{side, side} * 0.12f, at + Vec2{side, side} * 0.88f};
    if (bits >> j & 1) list.add(draw::Box{cell, p.text, p.text, 0, 0, 0});
  }
}

}  // namespace

std::vector<std::uint32_t> wall_order(const SubnetworkReport& report, const ShownOutput& shown, bool by_prediction) {
  std::vector<std::uint32_t> order(std::size_t(1) << report.gates);
  std::iota(order.begin(), order.end(), 0u);
  if (by_prediction)
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return prediction_of(report, shown, a) < prediction_of(report, shown, b);
    });
  return order;
}

Rect WallGrid::cell(std::size_t place) const {
  const float w = room.width() / float(cols), h = room.height() / float(rows);
  const Vec2 at = room.min + Vec2{float(int(place) % cols) * w, float(int(place) / cols) * h};
  return {at, at + Vec2{w, h}};
}

std::size_t WallGrid::place_at(Vec2 at) const {
  const int col = std::clamp(int((at.x - room.min.x) / room.width() * float(cols)), 0, cols - 1);
  const int row = std::clamp(int((at.y - room.min.y) / room.height() * float(rows)), 0, rows - 1);
  return std::size_t(row) * std::size_t(cols) + std::size_t(col);
}

WallGrid wall_grid(int gates, Rect room) {
  WallGrid best;
  float side = -1;
  for (int wide = 0; wide <= gates; ++wide) {
    const int cols = 1 << wide, rows = 1 << (gates - wide);
    const float least = std::min(room.width() / float(cols), room.height() / float(rows));
    if (least <= side) continue;
    side = least;
    best = {cols, rows, room};
  }
  return best;
}

AnswerPicture wall_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  DisplayList& list = picture.list;
  const Palette& p = *style.palette;
  const SubnetworkReport& r = *in.answer.subnetworks;
  const ShownOutput shown = shown_output(r, in.data);
  const std::size_t count = r.probability.size();
  const std::string title =
      power_of_two(r.gates) + " = " + count_text(count) + (count == 1 ? " sub-network" : " sub-networks");
  const std::string order_words = in.by_prediction ? "sorted by " + shown.name : "sorted by mask";
  const std::string wordings[] = {
      order_words + " \u00b7 colour: " + (r.classes ? "what it says, the paler the less sure" : shown.name),
      order_words + " \u00b7 pale: less sure", order_words, ""};
  const float beside =
      card.width() - 28 * style.u - measure.width(title, type_px(p, style.u, 16), Face::Bold) - 14 * style.u;
  const std::string value = first_fitting(wordings, beside, type_px(p, style.u, 13), Face::Regular, measure);
  const Rect room = add_titled_card(list, card, title, value, style, measure);
  if (room.width() < 8 || room.height() < 8) return picture;
  const WallGrid grid = wall_grid(r.gates, room);
  const std::vector<std::uint32_t> order = wall_order(r, shown, in.by_prediction);
  const std::pair<double, double> range = prediction_range(r, shown);
  draw::Image faces{room, grid.cols, grid.rows, {}, false};
  faces.rgba.reserve(count);
  for (std::uint32_t bits : order) faces.rgba.push_back(prediction_color(r, shown, bits, p, range));
  list.add(std::move(faces));
  const Rect first = grid.cell(0);
  const float side = std::min(first.width(), first.height());
  if (side >= 6) {  // frames between the cells
    const float hair = side >= 20 ? std::max(1.0f, 2 * style.u) : 1.0f;
    for (int c = 1; c < grid.cols; ++c) {
      const float x = room.min.x + first.width() * float(c);
      list.add(draw::Line{{x, room.min.y}, {x, room.max.y}, hair, p.card});
    }
    for (int row = 1; row < grid.rows; ++row) {
      const float y = room.min.y + first.height() * float(row);
      list.add(draw::Line{{room.min.x, y}, {room.max.x, y}, hair, p.card});
    }
  }
  if (side >= kMaskCell)
    for (std::size_t place = 0; place < count; ++place) {
      const Rect cell = grid.cell(place);
      const float pad = side * 0.1f;
      const Rect inner{cell.min + Vec2{pad, pad}, cell.max - Vec2{pad, pad}};
      if (side >= kNetworkCell)
        add_small_network(list, in, order[place], inner, side >= 2 * kNetworkCell, style);
      else
        add_mask(list, order[place], r.gates, inner, style);
    }
  if (in.subnetwork && *in.subnetwork < count) {
    const std::size_t place = std::size_t(std::find(order.begin(), order.end(), *in.subnetwork) - order.begin());
    Rect cell = grid.cell(place);
    const float width = std::max(2.0f, 4 * style.u), grow = std::max(0.0f, 5 - side / 2);  // tiny cells get a ring
    cell = {cell.min - Vec2{grow, grow}, cell.max + Vec2{grow, grow}};
    list.add(draw::Box{cell, p.card.with_alpha(0), p.card, width * 2, 0, 0});
    list.add(draw::Box{cell, p.card.with_alpha(0), p.focus, width, 0, 0});
  }
  AnswerArea area{"wall", room, std::to_string(count)};
  area.at = [grid, order, gates = r.gates, report = in.answer.subnetworks, shown](Vec2 at) {
    const std::uint32_t bits = order[std::min(grid.place_at(at), order.size() - 1)];
    return AnswerHit{
        {"subnetwork", std::to_string(bits)},
        {"mask " + bits_text(bits, gates), std::to_string(count_bits(bits)) + " of " + std::to_string(gates) + " units",
         shown.name + " = " + value_text(prediction_of(*report, shown, bits))}};
  };
  picture.areas.push_back(std::move(area));
  return picture;
}

}  // namespace dropscope::answers
