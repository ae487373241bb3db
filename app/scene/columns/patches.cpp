#include "app/scene/columns/patches.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

// Lines along x + y = c, with the same c in all rectangles of one picture, so that a hatch runs on over their seams.
void add_hatch(DisplayList& list, Rect r, float origin, float step, float width, Color color) {
  const float low = r.min.x + r.min.y, high = r.max.x + r.max.y;
  for (float c = origin + (std::floor((low - origin) / step) + 1) * step; c < high; c += step) {
    const Vec2 a{std::max(r.min.x, c - r.max.y), std::min(r.max.y, c - r.min.x)};
    const Vec2 b{std::min(r.max.x, c - r.min.y), std::max(r.min.y, c - r.max.x)};
    if (b.x - a.x > 0.01f) list.add(draw::Line{a, b, width, color});
  }
}

// Edges between dropped pixels and others, each run of them one line; ends reach into the corners.
void add_frames(DisplayList& list, Rect rect, const PixelMask& mask, float width, Color color) {
  const float w = rect.width() / float(mask.cols), h = rect.height() / float(mask.rows), corner = width / 2;
  for (int row = 0; row <= mask.rows; ++row)
    for (int col = 0, first = 0; col <= mask.cols; ++col) {
      if (col < mask.cols && mask.at(row - 1, col) != mask.at(row, col)) continue;
      const float y = rect.min.y + h * float(row);
      if (col > first)
        list.add(draw::Line{
            {rect.min.x + w * float(first) - corner, y}, {rect.min.x + w * float(col) + corner, y}, width, color});
      first = col + 1;
    }
  for (int col = 0; col <= mask.cols; ++col)
    for (int row = 0, first = 0; row <= mask.rows; ++row) {
      if (row < mask.rows && mask.at(row, col - 1) != mask.at(row, col)) continue;
      const float x = rect.min.x + w * float(col);
      if (row > first)
        list.add(draw::Line{
            {x, rect.min.y + h * float(first) - corner}, {x, rect.min.y + h * float(row) + corner}, width, color});
      first = row + 1;
    }
}

// The middle of a square of which the border left the part first .. last - 1 of `size`.
float middle_of_cut(int first, int last, int side, int size) {
  const float half = float(side) / 2;
  return std::clamp(first > 0 ? float(first) + half : float(last) - half, 0.0f, float(size));
}

}  // namespace

bool PixelMask::any() const {
  return std::any_of(dropped.begin(), dropped.end(), [](std::uint8_t d) { return d != 0; });
}

Rect pixel_rect(Rect rect, int rows, int cols, int row, int col) {
  const float w = rect.width() / float(cols), h = rect.height() / float(rows);
  return {rect.min + Vec2{w * float(col), h * float(row)}, rect.min + Vec2{w * float(col + 1), h * float(row + 1)}};
}

std::vector<Rect> patch_rects(const PixelMask& mask) {
  std::vector<Rect> done, open;  // open: those that reach the row above
  for (int row = 0; row < mask.rows; ++row) {
    std::vector<Rect> here;
    for (int col = 0; col < mask.cols; ++col) {
      if (!mask.at(row, col)) continue;
      int end = col;
      while (mask.at(row, end)) ++end;
      Rect run{{float(col), float(row)}, {float(end), float(row + 1)}};
      const auto above = std::find_if(open.begin(), open.end(),
                                      [&](const Rect& r) { return r.min.x == run.min.x && r.max.x == run.max.x; });
      if (above != open.end()) {
        run.min.y = above->min.y;
        open.erase(above);
      }
      here.push_back(run);
      col = end;
    }
    done.insert(done.end(), open.begin(), open.end());
    open = std::move(here);
  }
  done.insert(done.end(), open.begin(), open.end());
  return done;
}

std::vector<Vec2> sure_squares(const PixelMask& mask, int side) {
  std::vector<Vec2> middles;
  if (side <= 1 || !mask.any()) return middles;
  const int h = std::min(side, mask.rows), w = std::min(side, mask.cols);
  const int across = mask.cols - w + 1, down = mask.rows - h + 1;
  // How many dropped pixels lie above and left of each corner.
  std::vector<int> sum(std::size_t((mask.rows + 1) * (mask.cols + 1)));
  const auto at = [&](int row, int col) -> int& { return sum[std::size_t(row * (mask.cols + 1) + col)]; };
  for (int r = 0; r < mask.rows; ++r)
    for (int c = 0; c < mask.cols; ++c)
      at(r + 1, c + 1) = at(r, c + 1) + at(r + 1, c) - at(r, c) + (mask.at(r, c) ? 1 : 0);
  const auto whole = [&](int r, int c) { return at(r + h, c + w) - at(r, c + w) - at(r + h, c) + at(r, c) == h * w; };
  std::vector<std::uint8_t> taken(std::size_t(across * down));
  for (int r = 0; r < mask.rows; ++r)
    for (int c = 0; c < mask.cols; ++c) {
      if (!mask.at(r, c)) continue;
      int count = 0, only = -1;
      for (int y = std::max(0, r - h + 1); y <= std::min(r, down - 1) && count < 2; ++y)
        for (int x = std::max(0, c - w + 1); x <= std::min(c, across - 1) && count < 2; ++x)
          if (whole(y, x)) ++count, only = y * across + x;
      if (count != 1 || taken[std::size_t(only)]) continue;
      taken[std::size_t(only)] = 1;
      middles.push_back({float(only % across) + float(w) / 2, float(only / across) + float(h) / 2});
    }
  if (!middles.empty()) return middles;
  const std::vector<Rect> rects = patch_rects(mask);
  if (rects.size() != 1) return middles;
  const int left = int(rects[0].min.x), right = int(rects[0].max.x), top = int(rects[0].min.y),
            bottom = int(rects[0].max.y);
  const bool fits_x = right - left == w || left == 0 || right == mask.cols,
             fits_y = bottom - top == h || top == 0 || bottom == mask.rows;
  if (right - left <= w && bottom - top <= h && fits_x && fits_y)
    middles.push_back({middle_of_cut(left, right, side, mask.cols), middle_of_cut(top, bottom, side, mask.rows)});
  return middles;
}

int square_side(const Snapshot& snapshot, const SiteView& site) {
  if (site.variant->target != Target::Blocks || site.variant->params.empty()) return 0;
  const ParamSpec& side = site.variant->params.front();  // of variants that drop blocks, their side
  const SitePlan* plan = snapshot.spec.dropout.find(site.site);
  if (!plan) return int(side.initial);
  const auto set = plan->params.find(side.id);
  return int(set == plan->params.end() ? side.initial : set->second);
}

void paint_patches(DisplayList& list, Rect rect, const PixelMask& mask, int side, const MarkStyle& style) {
  if (!mask.any()) return;
  const Palette& p = *style.palette;
  const float lines = p.line_scale;
  const float step = std::max(4.0f, 7.0f * style.u) * lines, thin = std::max(0.9f, 1.3f * style.u) * lines;
  const float w = rect.width() / float(mask.cols), h = rect.height() / float(mask.rows);
  const float room = std::min(w, h) * float(std::max(side, 1));  // of one square
  const float frame = std::clamp(0.1f * room, 1.0f, std::max(1.2f, 2.2f * style.u)) * lines;
  for (const Rect& r : patch_rects(mask))
    add_hatch(list, {rect.min + Vec2{r.min.x * w, r.min.y * h}, rect.min + Vec2{r.max.x * w, r.max.y * h}},
              rect.min.x + rect.min.y, step, thin, p.dropped);
  add_frames(list, rect, mask, frame, p.unit_outline);
  if (room < 15) return;  // a dot would hide the hatch
  const float dot = std::min(0.13f * room, 7 * style.u);
  for (const Vec2 middle : sure_squares(mask, side))
    list.add(draw::Disc{rect.min + Vec2{middle.x * w, middle.y * h}, dot, p.unit_outline, p.unit_outline, 0, 0});
}

void paint_pixel_strokes(DisplayList& list, Rect rect, const PixelMask& mask, const MarkStyle& style) {
  const float side = std::min(rect.width() / float(mask.cols), rect.height() / float(mask.rows));
  if (side < 3.5f) return;
  const Vec2 reach{0.31f * side, -0.31f * side};
  for (int row = 0; row < mask.rows; ++row)
    for (int col = 0; col < mask.cols; ++col)
      if (mask.at(row, col)) {
        const Vec2 center = pixel_rect(rect, mask.rows, mask.cols, row, col).center();
        list.add(
            draw::Line{center - reach, center + reach, std::clamp(0.15f * side, 0.7f, 3.0f), style.palette->dropped});
      }
}

}  // namespace dropscope
