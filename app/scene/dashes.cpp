#include "app/scene/dashes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dropscope {

int ring_dashes(float radius, float dash) {
  if (dash <= 0 || radius <= 0) return 0;
  return std::max(3, int(std::lround(std::numbers::pi_v<float> * radius / dash)));
}

std::vector<std::vector<Vec2>> dashed_pieces(const std::vector<Vec2>& points, float dash, bool closed) {
  const float pattern[] = {dash, dash};
  return dashed_pieces(points, dash > 0 ? std::span<const float>(pattern) : std::span<const float>(), closed);
}

std::vector<std::vector<Vec2>> dashed_pieces(const std::vector<Vec2>& points, std::span<const float> pattern,
                                             bool closed) {
  std::vector<std::vector<Vec2>> pieces;
  if (points.size() < 2) return pieces;
  float period = 0;
  for (float length : pattern) period += length;
  if (!(period > 0)) {
    pieces.push_back(points);
    if (closed) pieces.back().push_back(points.front());
    return pieces;
  }
  bool on = true;
  std::size_t at_hand = 0;
  float left = pattern[0];  // until the pen changes
  pieces.push_back({points.front()});
  const std::size_t segments = closed ? points.size() : points.size() - 1;
  for (std::size_t i = 0; i < segments; ++i) {
    const Vec2 a = points[i], b = points[(i + 1) % points.size()];
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    if (!std::isfinite(length)) continue;
    float done = 0;
    while (length - done > left) {
      done += left;
      const Vec2 at = a + (b - a) * (done / length);
      if (on) {
        pieces.back().push_back(at);
      } else {
        pieces.push_back({at});
      }
      on = !on;
      at_hand = (at_hand + 1) % pattern.size();
      left = pattern[at_hand];
    }
    left -= length - done;
    if (on) pieces.back().push_back(b);
  }
  std::erase_if(pieces, [](const std::vector<Vec2>& piece) { return piece.size() < 2; });
  return pieces;
}

std::vector<Vec2> box_outline(Rect rect, float rounding) {
  const float r = std::clamp(rounding, 0.0f, std::max(0.0f, std::min(rect.width(), rect.height()) / 2));
  if (r < 0.5f) return {rect.min, {rect.max.x, rect.min.y}, rect.max, {rect.min.x, rect.max.y}};
  std::vector<Vec2> points;
  const int steps = std::clamp(int(std::sqrt(r) * 2), 2, 12);
  const Vec2 centers[] = {{rect.max.x - r, rect.min.y + r},
                          {rect.max.x - r, rect.max.y - r},
                          {rect.min.x + r, rect.max.y - r},
                          {rect.min.x + r, rect.min.y + r}};
  const float quarter = std::numbers::pi_v<float> / 2;
  for (int corner = 0; corner < 4; ++corner) {
    for (int i = 0; i <= steps; ++i) {
      const float angle = quarter * (float(corner) - 1 + float(i) / float(steps));
      points.push_back(centers[corner] + Vec2{std::cos(angle), std::sin(angle)} * r);
    }
  }
  return points;
}

}  // namespace dropscope
