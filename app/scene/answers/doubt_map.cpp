// Entropy and mutual information over the plane of two inputs, with the line where the mean of all passes turns.
#include <algorithm>
#include <cmath>

#include "app/scene/answers/uncertainty_parts.h"
#include "app/scene/plot.h"
#include "app/scene/scene_text.h"
#include "app/scene/surface_view.h"

namespace dropscope::answers {
namespace {

constexpr std::size_t kMostPoints = 400;
constexpr Color kInk{0, 0, 0, 255}, kPaper{255, 255, 255, 255};  // seen on every colour of cividis, one of them

// Half a cell of the grid.
Vec2 half_cell(const PlaneGrid& g) {
  return {float((g.x1 - g.x0) / double(g.columns - 1) / 2), float((g.y1 - g.y0) / double(g.rows - 1) / 2)};
}

void add_two_tone(DisplayList& list, Vec2 a, Vec2 b, float width) {
  list.add(draw::Line{a, b, width * 2, kInk});
  list.add(draw::Line{a, b, width, kPaper});
}

// Where the mean prediction changes its winner.
void add_decision(DisplayList& list, const UncertaintyReport& r, Rect plane, const CardStyle& style) {
  const float width = std::max(1.5f, 2.5f * style.u * style.palette->line_scale);
  const int cols = r.grid.columns, rows = r.grid.rows;
  const float w = plane.width() / float(cols), h = plane.height() / float(rows);
  const auto at = [&](Vec2 cell) { return Vec2{plane.min.x + cell.x * w, plane.min.y + cell.y * h}; };
  std::vector<ContourSegment> segments;
  if (!r.p1.empty()) {
    SurfaceView surface;
    surface.cols = cols, surface.rows = rows, surface.value = r.p1;
    segments = contour_segments(surface, 0.5f);
  } else {
    const auto winner = [&](int c, int row) { return r.winner[std::size_t(row) * std::size_t(cols) + std::size_t(c)]; };
    for (int row = 0; row < rows; ++row)
      for (int c = 0; c < cols; ++c) {
        const float x = float(c), y = float(row);
        if (c + 1 < cols && winner(c, row) != winner(c + 1, row)) segments.push_back({{x + 1, y}, {x + 1, y + 1}});
        if (row + 1 < rows && winner(c, row) != winner(c, row + 1)) segments.push_back({{x, y + 1}, {x + 1, y + 1}});
      }
  }
  for (const ContourSegment& s : segments) list.add(draw::Line{at(s.a), at(s.b), width * 2, kInk});
  for (const ContourSegment& s : segments) list.add(draw::Line{at(s.a), at(s.b), width, kPaper});
}

void add_points(DisplayList& list, const AnswerInput& in, const PlaneGrid& grid, Rect plane, const CardStyle& style) {
  const Palette& p = *style.palette;
  const DataView& d = in.data;
  const float radius = std::max(2.4f, 4.4f * style.u), width = std::max(1.0f, 1.5f * style.u);
  const std::size_t count = std::min(d.train_x.size() / 2, d.train_label.size()), shown = std::min(count, kMostPoints);
  for (std::size_t k = 0; k < shown; ++k) {
    const std::size_t i = k * count / shown;
    const Vec2 at = place_on_map(grid, plane, double(d.train_x[2 * i]), double(d.train_x[2 * i + 1]));
    add_class_mark(list, d.train_label[i], at, radius + width, kInk, kInk, width);
    add_class_mark(list, d.train_label[i], at, radius, class_color(p, std::size_t(d.train_label[i])), kPaper, width);
  }
}

// A cross in a ring, with the map showing through.
void add_probe(DisplayList& list, Vec2 at, const CardStyle& style) {
  const float r = std::max(7.0f, 11 * style.u), width = std::max(1.5f, 2.5f * style.u);
  list.add(draw::Disc{at, r, kPaper.with_alpha(0), kInk, width * 2.4f, 0});
  list.add(draw::Disc{at, r, kPaper.with_alpha(0), kPaper, width, 0});
  for (const Vec2 d : {Vec2{1, 0}, Vec2{-1, 0}, Vec2{0, 1}, Vec2{0, -1}})
    add_two_tone(list, at + d * (r * 0.5f), at + d * (r * 1.7f), width);
}

// The colours from 0 to `limit`, named at both ends.
void add_scale(DisplayList& list, Rect row, double limit, const CardStyle& style, const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const float size = body_px(style), y = row.center().y;
  const std::string most = value_text(limit) + " nats", line = "line: the mean turns";
  float right = row.max.x;
  const float words = measure.width(line, size, Face::Regular), ends = measure.width("0" + most, size, Face::Regular);
  if (words + ends + 8 * size < row.width()) {
    add_label(list, {right, y}, line, words + 1, size, p.secondary, HAlign::Right, measure);
    right -= words + size;
  }
  const float zero = measure.width("0", size, Face::Regular), top = measure.width(most, size, Face::Regular);
  add_label(list, {row.min.x, y}, "0", zero + 1, size, p.secondary, HAlign::Left, measure);
  add_label(list, {right, y}, most, top + 1, size, p.secondary, HAlign::Right, measure);
  const Rect bar{{row.min.x + zero + 0.4f * size, y - 0.4f * size}, {right - top - 0.4f * size, y + 0.4f * size}};
  if (bar.width() < 4) return;
  draw::Image image{bar, 64, 1, {}, true};
  for (int i = 0; i < 64; ++i) image.rgba.push_back(uncertainty_color(float(i) / 63));
  list.add(std::move(image));
  list.add(draw::Box{bar, p.card.with_alpha(0), p.border, std::max(1.0f, style.u), 0, 0});
}

AnswerArea map_area(const AnswerInput& in, Doubt doubt, Rect plane) {
  AnswerArea area{doubt == Doubt::Entropy ? "map.entropy" : "map.information", plane,
                  in.probe.input.size() == 2
                      ? fixed_text(double(in.probe.input[0]), 4) + " " + fixed_text(double(in.probe.input[1]), 4)
                      : ""};
  area.drags = true;
  area.at = [plane, report = in.answer.uncertainty](Vec2 at) {
    const PlaneGrid& g = report->grid;
    const Vec2 x = inputs_on_map(g, plane, at);
    const int c = std::clamp(int((at.x - plane.min.x) / plane.width() * float(g.columns)), 0, g.columns - 1),
              r = std::clamp(int((at.y - plane.min.y) / plane.height() * float(g.rows)), 0, g.rows - 1);
    const std::size_t i = std::size_t(r) * std::size_t(g.columns) + std::size_t(c);
    return AnswerHit{{"probe_point", std::to_string(x.x), std::to_string(x.y)},
                     {"(" + value_text(double(x.x)) + ", " + value_text(double(x.y)) + ")",
                      "entropy " + value_text(double(report->entropy[i])) + " nats",
                      "mutual information " + value_text(double(report->mutual_information[i])) + " nats"}};
  };
  return area;
}

}  // namespace

Vec2 place_on_map(const PlaneGrid& g, Rect plane, double x, double y) {
  const Vec2 half = half_cell(g);
  const double wide = g.x1 - g.x0 + 2 * double(half.x), high = g.y1 - g.y0 + 2 * double(half.y);
  return {plane.min.x + float((x - g.x0 + double(half.x)) / wide) * plane.width(),
          plane.max.y - float((y - g.y0 + double(half.y)) / high) * plane.height()};
}

Vec2 inputs_on_map(const PlaneGrid& g, Rect plane, Vec2 at) {
  const Vec2 half = half_cell(g);
  const double wide = g.x1 - g.x0 + 2 * double(half.x), high = g.y1 - g.y0 + 2 * double(half.y);
  return {float(g.x0 - double(half.x) + wide * double((at.x - plane.min.x) / plane.width())),
          float(g.y0 - double(half.y) + high * double((plane.max.y - at.y) / plane.height()))};
}

double map_limit(const UncertaintyReport& r) { return std::log(double(std::max(r.classes, 2))); }

AnswerPicture map_card(const AnswerInput& in, Doubt doubt, Rect card, const CardStyle& style,
                       const TextMeasure& measure) {
  AnswerPicture picture;
  DisplayList& list = picture.list;
  const Palette& p = *style.palette;
  const UncertaintyReport& r = *in.answer.uncertainty;
  const bool entropy = doubt == Doubt::Entropy;
  Rect room = add_titled_card(list, card, entropy ? "Entropy of the mean" : "Mutual information",
                              entropy ? "doubt of all masks together" : "what masks disagree about", style, measure);
  const float legend = body_px(style) * 1.6f;
  const Rect plane{room.min, {room.max.x, room.max.y - legend}};
  const std::vector<float>& values = entropy ? r.entropy : r.mutual_information;
  const std::size_t cells = std::size_t(r.grid.columns) * std::size_t(r.grid.rows);
  if (plane.width() < 8 || plane.height() < 8 || values.size() < cells) return picture;
  const double limit = map_limit(r);
  draw::Image image{plane, r.grid.columns, r.grid.rows, {}, true};
  image.rgba.reserve(cells);
  for (std::size_t i = 0; i < cells; ++i)
    image.rgba.push_back(std::isfinite(values[i]) ? uncertainty_color(float(double(values[i]) / limit)) : p.hazard_b);
  list.add(draw::PushClip{plane});
  list.add(std::move(image));
  add_decision(list, r, plane, style);
  add_points(list, in, r.grid, plane, style);
  if (in.probe.input.size() == 2)
    add_probe(list, place_on_map(r.grid, plane, double(in.probe.input[0]), double(in.probe.input[1])), style);
  list.add(draw::PopClip{});
  list.add(draw::Box{plane, p.card.with_alpha(0), p.border, std::max(1.0f, style.u), 0, 0});
  add_scale(list, {{room.min.x, plane.max.y}, room.max}, limit, style, measure);
  picture.areas.push_back(map_area(in, doubt, plane));
  return picture;
}

}  // namespace dropscope::answers
