// Where the parts of a transformer block go, and what lies under a point.
#include "app/scene/columns/transformer.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr float kSumsShare = 0.2f;   // of a matrix' side, for the sums of its rows
constexpr float kLetterCell = 8.5f;  // pixels a cell must have for letters beside it

const PartView* part_named(const LayerView& view, const char* ending) {
  for (const PartView& part : view.parts)
    if (part.name.ends_with(ending)) return &part;
  return nullptr;
}

bool fits(const Snapshot& s, std::size_t layer) {
  return std::any_of(s.layers[layer].parts.begin(), s.layers[layer].parts.end(),
                     [](const PartView& part) { return part.kind == PartKind::Attention; });
}

float share(const Snapshot& s, std::size_t) {
  std::size_t blocks = 0;
  for (std::size_t l = 0; l < s.layers.size(); ++l) blocks += fits(s, l) ? 1 : 0;
  return std::clamp(5.4f / float(std::max<std::size_t>(1, blocks)), 0.9f, 3.0f);
}

// Without noise every row sums to 1: nothing to show.
float sums_share(const TransformerBlock& block) { return block.weights_site >= 0 ? kSumsShare : 0; }

struct HeadGrid {
  int cols = 1, rows = 1;
  float side = 0;  // of a matrix
};
// `beside` and `above` a matrix as shares of its side, `caption` in pixels.
HeadGrid best_grid(int heads, float width, float height, float beside, float above, float caption, float gap) {
  HeadGrid best;
  for (int cols = 1; cols <= heads; ++cols) {
    const int rows = (heads + cols - 1) / cols;
    const float w = (width - gap * float(cols - 1)) / float(cols), h = (height - gap * float(rows - 1)) / float(rows);
    const float side = std::min(w / (1 + beside), (h - caption) / (1 + above));
    // Beside each other rather than one above the other where that costs little.
    if (side > best.side || (rows < best.rows && side > 0.94f * best.side)) best = {cols, rows, side};
  }
  best.side = std::max(best.side, 1.0f);
  return best;
}

// A matrix with its sums to the right and its caption above; letters take a cell at the left and above.
void put_matrix(Vec2 at, float side, float beside, float caption, float letters, Rect& matrix, Rect& sums,
                Rect& words) {
  matrix.min = at + Vec2{letters, caption + letters};
  matrix.max = matrix.min + Vec2{side, side};
  const float air = std::min(std::max(2.0f, 0.02f * side), beside * side);
  sums = {{matrix.max.x + air, matrix.min.y}, {matrix.max.x + beside * side, matrix.max.y}};
  words = {at, {sums.max.x, at.y + caption}};
}

// Returns how much of the height is used.
float place_heads(const TransformerBlock& block, Rect area, float caption, float gap, ColumnLayout& layout) {
  const float cell = 1.15f / float(block.steps), beside = sums_share(block);
  HeadGrid grid = best_grid(block.heads, area.width(), area.height(), beside + cell, cell, caption, gap);
  const bool letters = grid.side / float(block.steps) >= kLetterCell;
  if (!letters) grid = best_grid(block.heads, area.width(), area.height(), beside, 0, caption, gap);
  // A cell of more than that says no more.
  const float margin = letters ? std::min(cell * grid.side, 20.0f) : 0;
  const float w = margin + grid.side * (1 + beside), h = caption + margin + grid.side;
  const float used = w * float(grid.cols) + gap * float(grid.cols - 1);
  for (int head = 0; head < block.heads; ++head) {
    const std::size_t first = kHeads + std::size_t(head) * kHeadTiles;
    const Vec2 at{area.center().x - used / 2 + (w + gap) * float(head % grid.cols),
                  area.min.y + (h + gap) * float(head / grid.cols)};
    put_matrix(at, grid.side, beside, caption, margin, layout.tiles[first + kMatrix], layout.tiles[first + kSums],
               layout.tiles[first + kCaptionOfHead]);
  }
  return h * float(grid.rows) + gap * float(grid.rows - 1);
}

int selected_head(const TransformerBlock& block, const SceneStyle& style) {
  if (!style.selected_gate || block.heads < 2) return -1;
  const int element = int(style.selected_gate->element), width = std::max(1, block.width / block.heads);
  const int head = style.selected_gate->site == block.weights_site ? element / (block.steps * block.steps)
                   : style.selected_gate->site == block.heads_site ? element / (block.steps * width)
                                                                   : -1;
  const bool hidden = style.selected_gate->site == block.weights_site &&
                      block.hides(element / block.steps % block.steps, element % block.steps);
  return head < block.heads && !hidden ? head : -1;
}

// Above or below the head where that makes it larger; else over all of the block, the head too.
void place_enlarged(const FormContext& column, const TransformerBlock& block, float caption, ColumnLayout& layout) {
  const int head = selected_head(block, column.style);
  if (head < 0) return;
  const Rect small = head_tile(layout, head, kMatrix), box = layout.tiles[kAttentionBox], body = layout.body;
  const float cell = 1.15f / float(block.steps), beside = sums_share(block), air = 3 * column.u;
  const float above = head_tile(layout, head, kCaptionOfHead).min.y - body.min.y, below = body.max.y - small.max.y;
  const auto fitting = [&](float height, bool letters) {
    return best_grid(1, box.width() - 8 * column.u, height, beside + (letters ? cell : 0), letters ? cell : 0, caption,
                     0)
        .side;
  };
  for (const bool over : {false, true}) {
    const float top = over || above > below ? body.min.y + air : small.max.y + air + 2 * column.u;
    const float height = over ? body.height() - 2 * air : std::max(above, below) - 2 * air;
    const bool letters = fitting(height, true) / float(block.steps) >= kLetterCell;
    const float side = fitting(height, letters);
    if (side < 1.3f * small.width()) continue;
    const float margin = letters ? cell * side : 0, w = margin + side * (1 + beside);
    put_matrix({box.center().x - w / 2, top}, side, beside, caption, margin, layout.tiles[kEnlarged],
               layout.tiles[kEnlargedSums], layout.tiles[kEnlargedCaption]);
    layout.tiles[kEnlargedOf] = small;
    return;
  }
}

void place(const FormContext& column, Rect room, ColumnLayout& layout) {
  const TransformerBlock block = transformer_block(column.snapshot, column.layer);
  const float u = column.u, height = room.height();
  const float caption = type_px(*column.style.palette, u, 13) * 1.4f;
  layout.tiles.assign(kHeads + std::size_t(block.heads) * kHeadTiles, Rect{});
  const float side = std::clamp(0.11f * room.width(), 7.0f, 30 * u);  // where bypasses run
  const Rect inner{{room.min.x + side, room.min.y}, room.max};
  const float pad = std::min(6 * u, 0.03f * inner.width()), join = std::clamp(0.04f * height, 8.0f, 20 * u);
  // What noise acts on comes first, the rest gives way. Words need some height.
  const bool words = height > 17 * caption;
  const float line = words ? caption : 0;
  const bool crowded = height < 14 * caption;
  struct Strip {
    TransformerTile tile;
    bool shown;
    float height = 0;
  } strips[] = {{kAttentionAdds, block.attention_branch >= 0 && !crowded},
                {kHiddenUnits, block.hidden_site >= 0 && !crowded},
                {kFeedForwardAdds, block.feed_forward_branch >= 0 && !crowded},
                {kLeaves, !crowded}};
  const auto shown = float(std::count_if(std::begin(strips), std::end(strips), [](const Strip& s) { return s.shown; }));
  const float joins = join * 3, closed = strips[1].shown ? 0 : caption * 1.25f;
  const float free = height - joins - closed - shown * line - 4 * pad;
  const float tallest = std::min(float(block.steps) * 13 * u, 0.3f * free);
  const float least = std::min(tallest, std::max(24 * u, 0.1f * free));
  const bool noisy = block.weights_site >= 0 || block.heads_site >= 0;
  const float for_heads = shown == 0 ? free
                          : noisy    ? std::max(0.45f * free, free - shown * least)
                                     : (shown > 1 ? 0.42f : 0.75f) * free;
  const Rect heads_area{inner.min + Vec2{pad, pad}, {inner.max.x - pad, inner.min.y + pad + for_heads}};
  const float heads = place_heads(block, heads_area, caption, 5 * u, layout);
  const float each = shown > 0 ? std::clamp((free - heads) / shown, 4.0f, tallest) : 0;
  for (Strip& strip : strips) strip.height = strip.shown ? each + line : 0;

  const float used = heads + joins + closed + shown * (each + line) + 4 * pad;
  const float lift = std::max(0.0f, (height - used) / 2);
  for (Rect& tile : layout.tiles)
    if (tile.height() > 0) tile.min.y += lift + join / 2, tile.max.y += lift + join / 2;
  float y = room.min.y + lift;
  const float left = inner.min.x, right = inner.max.x;
  const auto take = [&](float h) {
    const Rect rect{{left, y}, {right, y + h}};
    y += h;
    return rect;
  };
  const auto strip_at = [&](const Strip& strip, bool inset) {
    if (!strip.shown) return;
    const Rect all = take(strip.height);
    layout.tiles[strip.tile] = {{all.min.x + (inset ? pad : 0), all.min.y + line},
                                {all.max.x - (inset ? pad : 0), all.max.y}};
  };
  const float top = y;
  take(join / 2);
  const Rect box = take(heads + 2 * pad);
  strip_at(strips[0], true);
  layout.tiles[kAttentionBox] = {box.min, {right, y}};
  take(join);
  const float from = y;
  strip_at(strips[1], true);
  if (closed > 0) take(closed);
  strip_at(strips[2], true);
  take(pad);
  layout.tiles[kFeedForwardBox] = {{left, from}, {right, y}};
  take(join);
  strip_at(strips[3], false);
  if (words) layout.tiles[kWords] = {{left, 0}, {right, line}};
  layout.tiles[kBypass] = {{room.min.x + side * 0.35f, top}, {(left + right) / 2, y}};
  layout.body = {{room.min.x, top}, {right, std::min(y, room.max.y)}};
  const CellGrid leaves{layout.tiles[kLeaves], block.width, block.steps};
  layout.radius = leaves.empty() ? 1 : std::min(leaves.cell_width(), leaves.cell_height()) / 2;
  for (int i = 0; !leaves.empty() && i < column.view().units && i < block.width * block.steps; ++i)
    layout.centers.push_back(leaves.cell(i % block.width, i / block.width).center());
  place_enlarged(column, block, caption, layout);
}

std::optional<UnitRef> unit_under(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  const TransformerBlock block = transformer_block(column.snapshot, column.layer);
  if (layout.tiles[kEnlarged].width() > 0 && layout.tiles[kEnlarged].contains(at)) return std::nullopt;
  const auto cell = CellGrid{layout.tiles[kLeaves], block.width, block.steps}.at(at);
  return cell && *cell < column.view().units ? std::optional(UnitRef{int(column.layer), *cell}) : std::nullopt;
}

std::optional<GateRef> cell_of_head(const Snapshot& s, const TransformerBlock& block, int head, Rect matrix, Vec2 at) {
  const auto cell = CellGrid{matrix, block.steps, block.steps}.at(at);
  if (!cell) return std::nullopt;
  if (block.weights_site >= 0) {
    if (block.hides(*cell / block.steps, *cell % block.steps)) return std::nullopt;
    return GateRef{block.weights_site, block.cell(head, *cell / block.steps, *cell % block.steps)};
  }
  if (block.heads_site < 0 || !is_one_coin(s.sites[std::size_t(block.heads_site)])) return std::nullopt;
  return GateRef{block.heads_site, std::uint32_t(head * block.steps * (block.width / block.heads))};
}

struct GateStrip {
  int site;
  Rect tile;
  int units;
};
std::array<GateStrip, 3> gate_strips(const TransformerBlock& block, const ColumnLayout& layout) {
  return {GateStrip{block.attention_branch, layout.tiles[kAttentionAdds], block.width},
          GateStrip{block.hidden_site, layout.tiles[kHiddenUnits], block.hidden},
          GateStrip{block.feed_forward_branch, layout.tiles[kFeedForwardAdds], block.width}};
}

std::optional<GateRef> gate_under(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  const Snapshot& s = column.snapshot;
  const TransformerBlock block = transformer_block(s, column.layer);
  if (layout.tiles[kEnlarged].width() > 0 && layout.tiles[kEnlarged].contains(at))
    return cell_of_head(s, block, enlarged_head(block, layout), layout.tiles[kEnlarged], at);
  for (int head = 0; head < block.heads; ++head) {
    if (const auto gate = cell_of_head(s, block, head, head_tile(layout, head, kMatrix), at)) return gate;
    // A head's name stands for the head where its cells stand for themselves.
    if (block.heads_site >= 0 && is_one_coin(s.sites[std::size_t(block.heads_site)]) &&
        head_tile(layout, head, kCaptionOfHead).contains(at))
      return GateRef{block.heads_site, std::uint32_t(head * block.steps * (block.width / block.heads))};
  }
  for (const GateStrip& strip : gate_strips(block, layout)) {
    const SiteView* site = site_at(s, strip.site);
    const auto cell = site ? CellGrid{strip.tile, strip.units, block.steps}.at(at) : std::nullopt;
    if (cell) return GateRef{strip.site, site->coins == 1 ? 0 : std::uint32_t(*cell)};
  }
  return std::nullopt;
}

std::optional<Rect> rect_of(const FormContext& column, const ColumnLayout& layout, GateRef gate) {
  const Snapshot& s = column.snapshot;
  const TransformerBlock block = transformer_block(s, column.layer);
  if (!site_at(s, gate.site)) return std::nullopt;
  const int steps = block.steps, element = int(gate.element);
  if (gate.site == block.weights_site) {
    const int head = element / (steps * steps), query = element / steps % steps, key = element % steps;
    if (head >= block.heads || block.hides(query, key)) return std::nullopt;
    const bool large = layout.tiles[kEnlarged].width() > 0 && head == enlarged_head(block, layout);
    const Rect matrix = large ? layout.tiles[kEnlarged] : head_tile(layout, head, kMatrix);
    return CellGrid{matrix, steps, steps}.cell(key, query);
  }
  if (gate.site == block.heads_site && is_one_coin(s.sites[std::size_t(gate.site)])) {
    const int head = element / (steps * (block.width / block.heads));
    if (head >= block.heads) return std::nullopt;
    return head_tile(layout, head, block.weights_site >= 0 ? kCaptionOfHead : kMatrix);
  }
  for (const GateStrip& strip : gate_strips(block, layout)) {
    if (strip.site != gate.site) continue;
    const CellGrid grid{strip.tile, strip.units, steps};
    if (grid.empty() || element >= strip.units * steps) return std::nullopt;
    return s.sites[std::size_t(gate.site)].coins == 1 ? strip.tile
                                                      : grid.cell(element % strip.units, element / strip.units);
  }
  return std::nullopt;
}

// As the spec says, where the pass has left nothing to count yet.
int heads_of(const Snapshot& s, const std::string& block) {
  int before = 0;
  const int number = block.size() > 5 ? std::atoi(block.c_str() + 5) : 0;
  for (const LayerSpec& layer : s.spec.network.hidden) {
    if (!layer_fields(layer.kind).count) continue;
    if (number > before && number <= before + layer.count) return layer.heads;
    before += layer.count;
  }
  return 1;
}

}  // namespace

TransformerBlock transformer_block(const Snapshot& s, std::size_t layer) {
  const LayerView& view = s.layers[layer];
  TransformerBlock block;
  for (const PartView& part : view.parts)
    if (part.kind == PartKind::Attention && !block.attention) block.attention = &part;
  block.attention_sum = part_named(view, ".attention_sum");
  block.feed_forward = part_named(view, ".feed_forward");
  block.feed_forward_sum = part_named(view, ".feed_forward_sum");
  block.causal = block.attention && block.attention->causal;
  block.steps = std::max(1, view.shape.extent(Axis::Time)), block.width = std::max(1, view.shape.extent(Axis::Unit));
  const InnerView* weights = block.attention ? block.attention->find("weights") : nullptr;
  block.heads = std::max(1, weights ? weights->shape.extent(Axis::Head) : heads_of(s, view.name));
  const auto at_work = [&](SiteKind kind, const char* name) {
    const int site = inner_site(s, layer, kind, name);
    return is_at_work(site_at(s, site)) ? site : -1;
  };
  block.weights_site = at_work(SiteKind::AttentionWeights, "");
  block.heads_site = at_work(SiteKind::HeadOutput, "");
  block.attention_branch = at_work(SiteKind::ResidualBranch, ".attention_branch");
  block.feed_forward_branch = at_work(SiteKind::ResidualBranch, ".feed_forward_branch");
  block.hidden_site = at_work(SiteKind::Sequence, ".feed_forward");
  if (block.feed_forward) block.hidden = std::max(1, block.feed_forward->shape.extent(Axis::Unit));
  if (const SiteView* site = site_at(s, block.hidden_site)) block.hidden = std::max(1, site->shape.extent(Axis::Unit));
  return block;
}

bool is_closed(const Snapshot& s, int branch, const PartView* sum) {
  if (sum && sum->skipped && !s.eval_view) return true;
  const SiteView* site = site_at(s, branch);
  return site && site->coins == 1 && is_dropped(site, 0);
}

bool is_one_coin(const SiteView& site) {
  return site.variant->tie.has(Axis::Time) && site.variant->tie.has(Axis::Unit);
}

int enlarged_head(const TransformerBlock& block, const ColumnLayout& layout) {
  if (layout.tiles[kEnlarged].width() <= 0) return -1;
  for (int head = 0; head < block.heads; ++head)
    if (head_tile(layout, head, kMatrix).min == layout.tiles[kEnlargedOf].min) return head;
  return -1;
}

extern const ColumnForm kTransformerForm;
const ColumnForm kTransformerForm = {"transformer", fits,       share,   place, paint_transformer,
                                     unit_under,    gate_under, rect_of, 0.84f};

}  // namespace dropscope
