// A picture as a student in the back row sees it: in grey, blurred, in a room that is not quite dark.
// Luminances are WCAG's relative ones, 0 .. 1 and linear in light. The blur is a Gaussian of 2 pixels, in light. A room
// adds 15 % of the white screen's light everywhere, so that two places differ by (a + 0.15) / (b + 0.15).
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "app/export/cairo_painter.h"
#include "app/scene/display_list.h"

namespace dropscope {

inline constexpr double kAmbient = 0.15, kBlur = 2;

namespace backrow {

inline double linear(std::uint8_t v) {
  const double c = v / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

// One pass along lines of `count` values, `step` apart; the edge goes on as it ends.
inline void blur_lines(std::vector<double>& light, int lines, int line_step, int count, int step) {
  const int reach = int(std::ceil(3 * kBlur));
  std::vector<double> weight;
  double sum = 0;
  for (int k = -reach; k <= reach; ++k) sum += weight.emplace_back(std::exp(-k * k / (2 * kBlur * kBlur)));
  std::vector<double> from(std::size_t(count), 0.0);
  for (int line = 0; line < lines; ++line) {
    const auto at = [&](int i) -> double& { return light[std::size_t(line * line_step + i * step)]; };
    for (int i = 0; i < count; ++i) from[std::size_t(i)] = at(i);
    for (int i = 0; i < count; ++i) {
      double value = 0;
      for (int k = -reach; k <= reach; ++k)
        value += weight[std::size_t(k + reach)] * from[std::size_t(std::clamp(i + k, 0, count - 1))];
      at(i) = value / sum;
    }
  }
}

}  // namespace backrow

class BackRow {
 public:
  explicit BackRow(const Bitmap& picture);
  // Mean light inside a disc or a rectangle, ambient light included.
  double in_disc(Vec2 center, float radius) const;
  double in_rect(Rect rect) const;
  // The same picture as an image of grey levels, to look at.
  Bitmap as_seen() const;

 private:
  int width_ = 0, height_ = 0;
  std::vector<double> light_;
};

// How far two lights are apart, at least 1.
inline BackRow::BackRow(const Bitmap& picture) : width_(picture.width), height_(picture.height) {
  light_.reserve(picture.pixels.size());
  for (const Color& c : picture.pixels)
    light_.push_back(0.2126 * backrow::linear(c.r) + 0.7152 * backrow::linear(c.g) + 0.0722 * backrow::linear(c.b));
  backrow::blur_lines(light_, height_, width_, width_, 1);
  backrow::blur_lines(light_, width_, 1, height_, width_);
}

inline double BackRow::in_disc(Vec2 center, float radius) const {
  double sum = 0;
  int count = 0;
  for (int y = std::max(0, int(center.y - radius)); y < std::min(height_, int(center.y + radius) + 1); ++y)
    for (int x = std::max(0, int(center.x - radius)); x < std::min(width_, int(center.x + radius) + 1); ++x)
      if (std::hypot(float(x) + 0.5f - center.x, float(y) + 0.5f - center.y) <= radius)
        sum += light_[std::size_t(y * width_ + x)], ++count;
  return sum / std::max(1, count) + kAmbient;
}

inline double BackRow::in_rect(Rect rect) const {
  double sum = 0;
  int count = 0;
  for (int y = std::max(0, int(rect.min.y)); y < std::min(height_, int(rect.max.y) + 1); ++y)
    for (int x = std::max(0, int(rect.min.x)); x < std::min(width_, int(rect.max.x) + 1); ++x)
      if (rect.contains({float(x) + 0.5f, float(y) + 0.5f})) sum += light_[std::size_t(y * width_ + x)], ++count;
  return sum / std::max(1, count) + kAmbient;
}

inline Bitmap BackRow::as_seen() const {
  Bitmap grey{width_, height_, {}};
  for (double light : light_) {
    const double l = (light + kAmbient) / (1 + kAmbient);
    const double c = l <= 0.0031308 ? l * 12.92 : 1.055 * std::pow(l, 1 / 2.4) - 0.055;
    const auto v = std::uint8_t(std::lround(std::clamp(c, 0.0, 1.0) * 255));
    grey.pixels.push_back({v, v, v, 255});
  }
  return grey;
}

inline double light_ratio(double a, double b) { return std::max(a, b) / std::min(a, b); }

}  // namespace dropscope
