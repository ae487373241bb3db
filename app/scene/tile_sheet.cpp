#include "app/scene/tile_sheet.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

struct Guess {
  bool known = false, right = false;
  int label = 0;
  float probability = 0;
};

Guess guess_of(const Snapshot& snapshot, std::size_t i) {
  const DataView& data = *snapshot.data;
  const std::size_t classes = std::size_t(std::max(0, data.outputs));
  Guess guess;
  if (!snapshot.surface || classes == 0 || snapshot.surface->tile_probability.size() < (i + 1) * classes) return guess;
  const auto first = snapshot.surface->tile_probability.begin() + std::ptrdiff_t(i * classes);
  const auto best = std::max_element(first, first + std::ptrdiff_t(classes));
  guess = {true, false, int(best - first), *best};
  guess.right = i < data.validation_label.size() && data.validation_label[i] == guess.label;
  return guess;
}

// A check mark or a cross: right and wrong differ in shape, not only in colour.
void add_verdict(DisplayList& list, Vec2 c, float r, bool right, const Palette& p) {
  const float width = std::max(1.2f, 0.35f * r);
  if (right) {
    list.add(draw::Polyline{
        {c + Vec2{-r, 0}, c + Vec2{-r * 0.25f, r * 0.75f}, c + Vec2{r, -r * 0.8f}}, width, p.secondary, 0, false});
  } else {
    list.add(draw::Line{c - Vec2{r, r} * 0.8f, c + Vec2{r, r} * 0.8f, width, p.error});
    list.add(draw::Line{c + Vec2{-r, r} * 0.8f, c + Vec2{r, -r} * 0.8f, width, p.error});
  }
}

struct TileGrid {
  int cols = 1, rows = 0;
  float tile = 1, row_height = 1;
};

// Of all widths that keep a tile readable, the one whose tiles cover most of the room; more tiles where equal.
TileGrid choose_grid(Rect room, float text, float u, float gap) {
  const float least = std::max({52 * u, 30.0f, text * 3.6f});
  const int most = std::max(1, int((room.width() + gap) / (least + gap)));
  TileGrid best;
  float covered = -1;
  for (int cols = most; cols >= std::min(most, 3); --cols) {
    const float tile = (room.width() - gap * float(cols - 1)) / float(cols), height = tile + text * 1.45f + gap;
    const int rows = int((room.height() + gap) / height);
    const float area = float(rows * cols) * tile * tile;
    // Larger tiles are not worth losing more than a third of them.
    if (area <= covered * 1.02f || (best.rows > 0 && 3 * rows * cols < 2 * best.rows * best.cols)) continue;
    covered = area;
    best = {cols, rows, tile,
            rows > 0 ? height + std::max(0.0f, room.height() + gap - height * float(rows)) / float(rows) : 0};
  }
  return best;
}

}  // namespace

draw::Image input_image(std::span<const float> input, const ImageShape& shape, PixelRange range, Rect rect,
                        const Palette& p) {
  const std::size_t pixels = std::min(input.size(), std::size_t(shape.rows) * std::size_t(shape.cols));
  const float low = range == PixelRange::MinusOneOne ? -1.0f : 0.0f;
  draw::Image image{rect, shape.cols, shape.rows, {}, false};
  image.rgba.reserve(pixels);
  for (std::size_t k = 0; k < pixels; ++k) image.rgba.push_back(mix(p.neutral, p.text, (input[k] - low) / (1 - low)));
  return image;
}

DisplayList build_tile_sheet(const Snapshot& snapshot, Rect area, const CardStyle& style, const TextMeasure& measure) {
  const DataView& data = *snapshot.data;
  const Palette& p = *style.palette;
  const float size = type_px(p, style.u, 13), gap = 8 * style.u;
  const std::size_t pixels = std::size_t(std::max(0, data.image->rows)) * std::size_t(std::max(0, data.image->cols));
  const std::size_t stored = data.inputs > 0 && pixels > 0 && pixels <= std::size_t(data.inputs)
                                 ? data.validation_x.size() / std::size_t(data.inputs)
                                 : 0;
  DisplayList list;
  const float head = type_px(p, style.u, 16) * 1.5f;
  const Rect rest{{area.min.x, area.min.y + head}, area.max};
  const TileGrid grid = choose_grid(rest, size, style.u, gap);
  const int cols = grid.cols, rows = grid.rows;
  const float tile = grid.tile, spread = grid.row_height;
  const std::size_t shown = std::min(stored, std::size_t(cols) * std::size_t(rows));
  std::size_t right = 0;
  bool known = shown > 0;
  for (std::size_t i = 0; i < shown; ++i) {
    const Guess guess = guess_of(snapshot, i);
    known = known && guess.known;
    right += guess.right ? 1 : 0;
    const Vec2 at{rest.min.x + float(int(i) % cols) * (tile + gap), rest.min.y + float(int(i) / cols) * spread};
    const Rect rect{at, at + Vec2{tile, tile}};
    const auto input = std::span(data.validation_x).subspan(i * std::size_t(data.inputs), std::size_t(data.inputs));
    list.add(input_image(input, *data.image, snapshot.spec.data.pixels, rect, p));
    const bool wrong = guess.known && !guess.right;
    list.add(draw::Box{rect, p.card.with_alpha(0), wrong ? p.error : p.border.with_alpha(0.5f),
                       std::max(1.0f, (wrong ? 3.0f : 1.0f) * style.u), 0, 0});
    if (!guess.known) continue;
    const std::string name = std::size_t(guess.label) < data.output_names.size()
                                 ? data.output_names[std::size_t(guess.label)]
                                 : std::to_string(guess.label);
    const std::string percent = std::to_string(int(std::lround(double(guess.probability) * 100))) + "%";
    const float y = rect.max.y + size * 0.85f, mark = size * 0.3f;
    add_verdict(list, {rect.max.x - mark - 1, y}, mark, guess.right, p);
    const std::string wordings[] = {name + " " + percent, name};
    list.add(draw::Text{{at.x, y},
                        first_fitting(wordings, tile - 2 * mark - 4 * style.u, size, Face::Regular, measure),
                        size,
                        wrong ? p.error : p.text,
                        wrong ? Face::Bold : Face::Regular,
                        HAlign::Left,
                        VAlign::Middle});
  }
  const std::string value = known ? std::to_string(right) + " of " + std::to_string(shown) + " right" : "not asked yet";
  add_card_head(list, area, "Validation images", value, style, measure);
  return list;
}

}  // namespace dropscope
