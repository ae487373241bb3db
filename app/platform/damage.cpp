#include "app/platform/damage.h"

#include <algorithm>
#include <unordered_map>

namespace dropscope {
namespace {

constexpr std::size_t kMostRects = 12;  // more of them cost more than the pixels they spare

std::int64_t pixels(const PixelRect& r) { return r.empty() ? 0 : std::int64_t(r.right - r.left) * (r.bottom - r.top); }

PixelRect around(const PixelRect& a, const PixelRect& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right), std::max(a.bottom, b.bottom)};
}

// Joins what overlaps, and what is cheaper together than apart.
void add(std::vector<PixelRect>& rects, PixelRect rect) {
  for (std::size_t i = 0; i < rects.size();) {
    const PixelRect both = around(rects[i], rect);
    if (!intersection(rects[i], rect).empty() || pixels(both) * 8 <= 9 * (pixels(rects[i]) + pixels(rect))) {
      rect = both;
      rects.erase(rects.begin() + std::ptrdiff_t(i));
      i = 0;  // it is larger now, and may meet those before
    } else {
      ++i;
    }
  }
  rects.push_back(rect);
}

// The two whose joint rectangle adds the fewest pixels become one.
void join_cheapest(std::vector<PixelRect>& rects) {
  std::size_t first = 0, second = 1;
  std::int64_t least = INT64_MAX;
  for (std::size_t i = 0; i < rects.size(); ++i)
    for (std::size_t j = i + 1; j < rects.size(); ++j) {
      const std::int64_t more = pixels(around(rects[i], rects[j])) - pixels(rects[i]) - pixels(rects[j]);
      if (more < least) least = more, first = i, second = j;
    }
  const PixelRect both = around(rects[first], rects[second]);
  rects.erase(rects.begin() + std::ptrdiff_t(second));
  rects.erase(rects.begin() + std::ptrdiff_t(first));
  add(rects, both);
}

}  // namespace

PixelRect intersection(const PixelRect& a, const PixelRect& b) {
  return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right), std::min(a.bottom, b.bottom)};
}

std::vector<PixelRect> Damage::update(std::vector<DrawnPiece> pieces, int width, int height) {
  const PixelRect whole{0, 0, width, height};
  std::vector<PixelRect> rects;
  if (!known_ || width != width_ || height != height_) {
    if (!whole.empty()) rects.push_back(whole);
  } else {
    // Pieces that stand in both pictures in the same order draw the same wherever nothing else has changed.
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> places;
    for (std::size_t i = last_.size(); i-- > 0;) places[last_[i].hash].push_back(i);
    std::size_t next = 0;
    const auto changed = [&](const PixelRect& area) {
      if (const PixelRect inside = intersection(area, whole); !inside.empty()) add(rects, inside);
    };
    for (const DrawnPiece& piece : pieces) {
      const auto found = places.find(piece.hash);
      if (found != places.end())
        while (!found->second.empty() && found->second.back() < next) found->second.pop_back();
      if (found == places.end() || found->second.empty()) {
        changed(piece.area);
        continue;
      }
      for (const std::size_t place = found->second.back(); next < place; ++next) changed(last_[next].area);
      ++next;
    }
    for (; next < last_.size(); ++next) changed(last_[next].area);
    while (rects.size() > kMostRects) join_cheapest(rects);
  }
  last_ = std::move(pieces);
  width_ = width;
  height_ = height;
  known_ = true;
  return rects;
}

}  // namespace dropscope
