// Where everything of the network picture goes. Pure: the same snapshot shapes and area give the same layout.
#include <algorithm>
#include <cmath>

#include "app/scene/columns/form.h"
#include "app/scene/network_scene.h"
#include "app/scene/pen.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

using Style = ColumnLayout::Style;

constexpr int kFoldAbove = 18;    // units per column that stay readable from the back row
constexpr float kFullGlyph = 26;  // diameters in design units: whole glyph, ring and X, box and slash
constexpr float kRingGlyph = 14;
constexpr float kBox = 6;
constexpr float kLeastBare = 8.5f;  // pixels; a pane's u is small, and so is what it would call readable
constexpr float kLargestUnit = 44;
constexpr float kUnitShare = 0.74f;          // of the pitch; the rest is air
constexpr float kUnitShareProjector = 0.8f;  // seen from far away, size counts more than air
constexpr float kBoxShare = 0.84f;
constexpr float kOutcomeLetters = 7;  // of "target" and of most numbers
constexpr float kGridShare = 0.60f;   // of a column's slot; the rest is for the weights between columns

struct Bands {
  float title = 0, header = 0, strip = 0, legend = 0, gap = 0;
  float rest(float height) const { return height - title - header - strip - legend - gap; }
};

struct Grid {
  int cols = 1, rows = 1;
  float pitch = 0;
};

Grid grid_of(int count, int cols, float width, float height) {
  const int rows = (count + cols - 1) / cols;
  return {cols, rows, std::min(width / float(cols), height / float(rows))};
}

// The grid with the largest cells; where a number of columns that divides the count is nearly as good, that one.
Grid widest_grid(int count, float width, float height) {
  Grid best = grid_of(count, 1, width, height);
  const int most = std::min(count, std::max(1, int(std::ceil(std::sqrt(float(count) * width / height))) * 2 + 2));
  for (int cols = 2; cols <= most; ++cols) {
    const Grid grid = grid_of(count, cols, width, height);
    if (grid.pitch > best.pitch) best = grid;
  }
  Grid tidy = best;
  float tidy_pitch = 0.88f * best.pitch;
  for (int cols = 1; cols <= most; ++cols) {
    const Grid grid = grid_of(count, cols, width, height);
    if (count % cols == 0 && grid.pitch >= tidy_pitch) tidy = grid, tidy_pitch = grid.pitch;
  }
  return tidy;
}

bool is_image_layer(const Snapshot& snapshot, std::size_t index) {
  return index == 0 && snapshot.data && snapshot.data->image && snapshot.data->image->rows > 0 &&
         snapshot.data->image->cols > 0 &&
         snapshot.layers[0].units == snapshot.data->image->rows * snapshot.data->image->cols;
}

Rect around(Vec2 center, float width, float height) {
  return {{center.x - width / 2, center.y - height / 2}, {center.x + width / 2, center.y + height / 2}};
}

void place_cells(ColumnLayout& column, int count, const Grid& grid, Vec2 center) {
  column.grid_cols = grid.cols;
  column.grid_rows = grid.rows;
  column.body = around(center, grid.pitch * float(grid.cols), grid.pitch * float(grid.rows));
  if (column.style == Style::Density || column.style == Style::Image) return;
  column.centers.reserve(std::size_t(count));
  for (int i = 0; i < count; ++i) {
    const int row = i / grid.cols, col = i % grid.cols;
    column.centers.push_back(
        {column.body.min.x + grid.pitch * (float(col) + 0.5f), column.body.min.y + grid.pitch * (float(row) + 0.5f)});
  }
}

// Chooses how the units of one layer are drawn in `room` and places them in its middle. A column folds where its units
// would be smaller than `least` pixels.
void place_units(ColumnLayout& column, int count, Rect room, float u, float share, float least) {
  const float width = std::max(1.0f, room.width()), height = std::max(1.0f, room.height());
  Grid grid = grid_of(count, 1, width, height);
  const bool fold = count > kFoldAbove || grid.pitch * share < std::max(kRingGlyph * u, least);
  if (fold) grid = widest_grid(count, width, height);
  const float diameter = std::min(grid.pitch * share, kLargestUnit * u);
  if (diameter >= kRingGlyph * u) {
    column.style = Style::Units;
    grid.pitch = std::min(grid.pitch, diameter / share * (fold ? 1.0f : 1.25f));
    column.radius = diameter / 2;
  } else if (grid.pitch * kBoxShare >= kBox * u) {
    column.style = Style::Boxes;
    column.radius = grid.pitch * kBoxShare / 2;
  } else {
    column.style = Style::Density;
    grid = widest_grid((count + 63) / 64, width, height);
    grid.pitch = std::min(grid.pitch, 56 * u);
    column.radius = grid.pitch / 2;
  }
  place_cells(column, count, grid, room.center());
}

void place_image(ColumnLayout& column, const ImageShape& image, Rect room, float u) {
  column.style = Style::Image;
  Grid grid{image.cols, image.rows, std::min(room.width() / float(image.cols), room.height() / float(image.rows))};
  grid.pitch = std::min({grid.pitch, 16 * u, 320 * u / float(std::max(image.cols, image.rows))});
  column.radius = grid.pitch / 2;
  place_cells(column, 0, grid, room.center());
}

Bands choose_bands(Rect area, float u, const SceneStyle& style, std::size_t sentence_letters, bool any_site) {
  const Palette& palette = *style.palette;
  const float height = area.height(), caption = type_px(palette, u, 15), body = type_px(palette, u, 18);
  const float letters_per_line = std::max(8.0f, area.width() * 0.94f / (0.52f * caption));
  // Room for the longest sentence of a run with masks, so that nothing moves when counts grow or EVAL is shown.
  // Step mode says what changes below the canvas, and here which example is shown.
  const std::size_t letters = style.stepping ? 1
                              : any_site     ? std::max<std::size_t>(sentence_letters, 110)
                                             : sentence_letters;
  const float title = type_px(palette, u, title_type(palette, style.stepping));
  const float lines = std::clamp(std::ceil(float(letters) / letters_per_line), 1.0f, 3.0f);
  Bands bands;
  bands.gap = 6 * u;
  bands.title = 16 * u + title * 1.3f + lines * caption * 1.4f + 10 * u;
  // Name, kept count with scale, and rate; the projector's kept count may be set larger.
  bands.header = body * 1.35f + body * 1.35f * (palette.id == ThemeId::Projector ? 1.35f : 1.0f) + caption * 1.5f;
  bands.legend = caption * 1.9f;
  if (style.bare) {
    bands.title = bands.legend = 0;
    bands.header -= caption * 1.5f;
    if (bands.rest(height) < 0.6f * height) bands.header = body * 1.35f;
    if (bands.rest(height) < 0.5f * height) bands.header = 0;
    return bands;
  }
  bands.strip = any_site ? std::clamp(0.075f * height, 24.0f, 74 * u) + caption * 1.7f : 0;
  // The network comes first: what helps least gives way until it has 45 % of the height.
  const float needed = 0.45f * height;
  if (bands.rest(height) < needed) bands.title -= (lines - 1) * caption * 1.4f;
  if (bands.rest(height) < needed) bands.strip = 0;
  if (bands.rest(height) < needed) bands.legend = 0;
  if (bands.rest(height) < needed) bands.title = title * 1.4f;
  if (bands.rest(height) < needed) bands.header = body * 2.6f;
  if (bands.rest(height) < needed) bands.title = 0;
  if (bands.rest(height) < needed) bands.header = std::min(body * 1.3f, height * 0.3f);
  return bands;
}

// What a matrix of weights in front of a layer needs, relative to a column of units; 0 where there is none.
float matrix_share(const Snapshot& snapshot, std::size_t layer) {
  if (!wants_matrix(snapshot, layer)) return 0;
  const float cols = float(snapshot.layers[layer - 1].units), rows = float(snapshot.layers[layer].units);
  return std::clamp(1.3f * cols / rows, 0.5f, 1.5f);
}

// Folded columns and pictures need more width than single ones. Many blocks leave room for the layers around them.
// Shares of the width; the last is that of a column of units.
std::vector<float> slot_shares(const Snapshot& snapshot) {
  std::vector<float> shares;
  float sum = 0;
  const auto blocks = std::count_if(snapshot.layers.begin(), snapshot.layers.end(),
                                    [](const LayerView& layer) { return layer.is_block; });
  const float block_share = std::clamp(6.5f / std::max(1.0f, float(blocks)), 0.25f, 1.0f);
  for (std::size_t i = 0; i < snapshot.layers.size(); ++i) {
    const int units = snapshot.layers[i].units;
    shares.push_back(is_image_layer(snapshot, i) ? 1.7f
                     : units > 600               ? 2.0f
                     : units > 60                ? 1.6f
                     : units > 18                ? 1.25f
                                                 : 1.0f);
    if (snapshot.layers[i].is_block) shares.back() *= block_share;
    if (const ColumnForm* form = form_of(snapshot, i)) shares.back() = form->share(snapshot, i);
    sum += shares.back() + matrix_share(snapshot, i);
  }
  for (float& share : shares) share /= sum;
  shares.push_back(1 / sum);
  return shares;
}

// Step mode writes numbers and "target" to the right of the outputs: their column is as wide as that needs, where the
// others can spare it. `width` in design units.
void make_room_for_outcome(const Snapshot& snapshot, float width, const Palette& palette, float u,
                           std::vector<float>& shares) {
  const LayerView& last = snapshot.layers.back();
  const std::size_t at = snapshot.layers.size() - 1;
  const bool named = snapshot.data && snapshot.data->output_names.size() == std::size_t(last.units);
  if (at == 0 || !named || last.units > kFoldAbove || form_of(snapshot, at)) return;
  constexpr float kBesideUnit = 15 + 9;  // to the words, and from them to the next column
  const float words = type_px(palette, u, 14) / u * kOutcomeLetters * 0.6f;
  const float needed = std::min(0.2f, 2 * (kLargestUnit / 2 + kBesideUnit + words) / width), had = shares[at];
  if (had >= needed) return;
  for (float& share : shares) share *= (1 - needed) / (1 - had);
  shares[at] = needed;
}

}  // namespace

NetworkLayout layout_network(const Snapshot& snapshot, Rect area, const SceneStyle& style) {
  NetworkLayout layout;
  layout.area = area;
  layout.u = std::max(0.05f, std::min({style.u, area.height() / 560, area.width() / 700}));
  const float u = layout.u;
  if (snapshot.layers.empty() || area.width() < 2 || area.height() < 2) return layout;
  const Bands bands = choose_bands(area, u, style, subnetwork_sentence(snapshot).size(), !snapshot.sites.empty());
  const float pad = std::min(28 * u, 0.03f * area.width());
  const float left = area.min.x + pad, right = area.max.x - pad;
  const float body_top = area.min.y + bands.title;
  layout.title = {{left, area.min.y}, {right, body_top}};
  const float y = area.max.y - bands.legend;
  layout.legend = {{left, y}, {right, area.max.y}};
  const float strip_bottom = y, strip_top = y - bands.strip, header_top = strip_top - bands.header;
  const float body_bottom = header_top - bands.gap;

  const float share = style.palette->id == ThemeId::Projector ? kUnitShareProjector : kUnitShare;
  std::vector<float> shares = slot_shares(snapshot);
  if (style.stepping) make_room_for_outcome(snapshot, (right - left) / u, *style.palette, u, shares);
  float x = left;
  for (std::size_t i = 0; i < snapshot.layers.size(); ++i) {
    const float for_matrix = (right - left) * shares.back() * matrix_share(snapshot, i);
    x += for_matrix;
    const float slot = (right - left) * shares[i];
    const float inset = std::min(9 * u, 0.04f * slot);
    ColumnLayout column;
    column.header = {{x + inset, header_top}, {x + slot - inset, strip_top}};
    const float strip_width = std::min(slot * 0.86f, std::max(150 * u, slot * 0.62f));
    column.strip = around({x + slot / 2, (strip_top + strip_bottom) / 2}, strip_width, bands.strip);
    const ColumnForm* form = form_of(snapshot, i);
    const float fill = form ? form->fill : kGridShare;
    const Rect room{{x + slot * (1 - fill) / 2, body_top}, {x + slot * (1 + fill) / 2, body_bottom}};
    if (form) {
      column.style = Style::Form;
      column.form = form;
      form->place({snapshot, i, style, u, nullptr}, room, column);
    } else if (is_image_layer(snapshot, i))
      place_image(column, *snapshot.data->image, room, u);
    else
      place_units(column, std::max(1, snapshot.layers[i].units), room, u, share, style.bare ? kLeastBare : 0);
    if (for_matrix > 0) {
      const float from = layout.columns.back().body.max.x, to = column.body.min.x, air = 0.08f * (to - from);
      column.matrix = place_matrix(snapshot, i, {{from + air, body_top}, {to - air, body_bottom}}, style, u);
    }
    layout.columns.push_back(std::move(column));
    x += slot;
  }
  return layout;
}

Vec2 unit_center(const ColumnLayout& column, int unit) {
  if (!column.centers.empty()) return column.centers[std::size_t(unit)];
  if (column.form) {
    const int each = column.grid_cols * column.grid_rows, at = unit % each;
    if (std::size_t(unit / each) >= column.tiles.size()) return column.body.center();
    const Rect& tile = column.tiles[std::size_t(unit / each)];
    return tile.min + Vec2{tile.width() * (float(at % column.grid_cols) + 0.5f) / float(column.grid_cols),
                           tile.height() * (float(at / column.grid_cols) + 0.5f) / float(column.grid_rows)};
  }
  const int cell = column.style == Style::Density ? unit / 64 : unit;
  const float pitch = column.body.width() / float(column.grid_cols);
  return {column.body.min.x + pitch * (float(cell % column.grid_cols) + 0.5f),
          column.body.min.y + pitch * (float(cell / column.grid_cols) + 0.5f)};
}

std::optional<UnitRef> hit_unit(const NetworkLayout& layout, const Snapshot& snapshot, Vec2 at) {
  for (std::size_t l = 0; l < layout.columns.size() && l < snapshot.layers.size(); ++l) {
    const ColumnLayout& column = layout.columns[l];
    if (column.style == Style::Density) continue;
    const int units = snapshot.layers[l].units;
    if (column.form) {
      const SceneStyle plain;
      if (!column.form->hit_unit || !column.body.contains(at)) continue;
      if (const auto unit = column.form->hit_unit({snapshot, l, plain, layout.u, nullptr}, column, at)) return unit;
      continue;
    }
    if (column.style == Style::Units) {
      for (int i = 0; i < std::min(units, int(column.centers.size())); ++i) {
        const Vec2 d = at - column.centers[std::size_t(i)];
        const float reach = column.radius * 1.15f;
        if (d.x * d.x + d.y * d.y <= reach * reach) return UnitRef{int(l), i};
      }
      continue;
    }
    if (!column.body.contains(at)) continue;
    const float pitch = column.body.width() / float(column.grid_cols);
    const int col = std::min(column.grid_cols - 1, int((at.x - column.body.min.x) / pitch));
    const int row = std::min(column.grid_rows - 1, int((at.y - column.body.min.y) / pitch));
    const int unit = row * column.grid_cols + col;
    if (unit < units) return UnitRef{int(l), unit};
  }
  return std::nullopt;
}

}  // namespace dropscope
