// Weights as lines: plain for positive, with a bar across the target end for negative, so that the sign is
// not told by hue alone. A silent unit has no lines.
#include <algorithm>
#include <cmath>

#include "app/scene/glyphs/forms.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr std::size_t kMostBrokenEdges = 600;

struct Edge {
  int from = 0, to = 0;
  float weight = 0;
  bool cut = false;  // the weight itself is dropped
};

// Gates of the weights into a layer, where dropout acts on weights.
const SiteView* weight_site(const Snapshot& snapshot, std::size_t layer) {
  const LayerView& view = snapshot.layers[layer];
  for (const SiteView* site : inner_sites(snapshot, layer))
    if (site->kind == SiteKind::Weight && site->active && view.weights && site->gate.size() == view.weights->size())
      return site;
  return nullptr;
}

std::vector<Edge> edges_into(const Snapshot& snapshot, std::size_t layer, bool averaging) {
  const LayerView &target = snapshot.layers[layer], &source = snapshot.layers[layer - 1];
  const SiteView *from_site = site_of(snapshot, layer - 1), *to_site = site_of(snapshot, layer);
  const SiteView* cuts = weight_site(snapshot, layer);
  std::vector<Edge> edges;
  for (int to = 0; to < target.units; ++to) {
    if (!averaging && is_silent(to_site, to, target.units)) continue;
    for (int from = 0; from < source.units; ++from) {
      if (!averaging && is_silent(from_site, from, source.units)) continue;
      const std::size_t at = std::size_t(to) * std::size_t(source.units) + std::size_t(from);
      edges.push_back({from, to, (*target.weights)[at], cuts && !averaging && cuts->gate[at] == 0});
    }
  }
  const auto weaker = [](const Edge& a, const Edge& b) {
    const float x = std::isfinite(a.weight) ? std::fabs(a.weight) : 1e30f;
    const float y = std::isfinite(b.weight) ? std::fabs(b.weight) : 1e30f;
    return x != y ? x < y : a.to != b.to ? a.to < b.to : a.from < b.from;
  };
  if (edges.size() > kMostEdgesPerLayer) {
    const auto cut = edges.end() - std::ptrdiff_t(kMostEdgesPerLayer);
    std::nth_element(edges.begin(), cut, edges.end(), weaker);
    edges.erase(edges.begin(), cut);
  }
  std::sort(edges.begin(), edges.end(), weaker);  // the strongest are painted last, on top
  return edges;
}

// Where a line meets the rim of a unit; lines from a pixel or box start at its middle and pass below it.
float rim_of(const ColumnLayout& column) { return column.style == ColumnLayout::Style::Units ? column.radius : 0; }

struct EdgeLook {
  float limit = 1;  // |weight| of full width
  float gain = 1;   // survivors' factor
  float share = 1;  // averaging: how often the edge was there
  float crowd = 1;  // alpha where many lines cross
  bool bars = true;
};

void add_edge(DisplayList& list, const Edge& edge, Vec2 a, Vec2 b, const EdgeLook& look, const Palette& p, float u) {
  if (!std::isfinite(edge.weight)) {
    list.add(draw::Line{a, b, std::max(1.0f, 1.5f * u), p.error});
    return;
  }
  const float ratio = std::min(1.0f, std::fabs(edge.weight) / look.limit);
  const float plain = (0.45f + 3.1f * ratio) * u * p.line_scale;
  // Crowded lines are thinner too, or they would merge into one patch.
  const float width = std::clamp(plain * std::fabs(look.gain) * std::sqrt(look.crowd), 0.5f, 9 * u);
  const Color color = edge.weight < 0 ? p.negative : p.positive;
  const float alpha = (0.16f + 0.84f * std::sqrt(ratio)) * look.share * look.crowd;
  list.add(draw::Line{a, b, width, color.with_alpha(std::clamp(alpha, 0.04f, 1.0f))});
  if (edge.weight >= 0 || !look.bars || ratio < 0.06f) return;
  const Vec2 d = b - a;
  const float length = std::sqrt(d.x * d.x + d.y * d.y);
  if (length <= 0) return;
  const Vec2 across = Vec2{-d.y, d.x} * ((4.5f * u + width * 0.6f) / length);
  list.add(draw::Line{b - across, b + across, std::max(1.0f, width * 0.75f),
                      color.with_alpha(std::clamp(alpha * 1.3f, 0.2f, 1.0f))});
}

void add_single_edges(DisplayList& list, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                      std::size_t layer, float limit, std::size_t budget) {
  const ColumnLayout &source = layout.columns[layer - 1], &target = layout.columns[layer];
  const SiteView* site = site_of(snapshot, layer - 1);
  std::vector<Edge> edges = edges_into(snapshot, layer, style.averaging);
  if (edges.size() > budget) edges.erase(edges.begin(), edges.end() - std::ptrdiff_t(budget));
  const MarkStyle marks{style.palette, layout.u};
  EdgeLook look;
  look.limit = limit;
  look.crowd = std::clamp(std::sqrt(170.0f / float(edges.size() + 1)), 0.25f, 1.0f);
  look.bars = edges.size() <= 400 && layout.u >= 0.5f;
  look.gain = !style.averaging && is_noisy(site, snapshot.layers[layer - 1].units) ? site->scale : 1;
  for (const Edge& edge : edges) {
    const Vec2 from = unit_center(source, edge.from), to = unit_center(target, edge.to), d = to - from;
    const float length = std::sqrt(d.x * d.x + d.y * d.y);
    const float start = rim_of(source), stop = rim_of(target) + (look.bars && edge.weight < 0 ? 2.5f * layout.u : 0);
    if (length <= start + stop) continue;
    const Vec2 a = from + d * (start / length), b = to - d * (stop / length);
    if (edge.cut) {
      // Among very many lines the gap says enough.
      if (edges.size() <= kMostBrokenEdges) paint_cut_edge(list, a, b, edges.size() <= 40, marks);
      continue;
    }
    if (style.averaging)
      look.share = std::sqrt((1 - drop_share(snapshot, style, layer - 1, edge.from)) *
                             (1 - drop_share(snapshot, style, layer, edge.to)));
    add_edge(list, edge, a, b, look, *style.palette, layout.u);
  }
}

// Too many weights for lines: one neutral band between the columns. Its label is drawn with the labels. Of a block
// whose branch is closed only the bypass is left: a single line.
void add_bundle(DisplayList& list, const ColumnLayout& source, const ColumnLayout& target, bool closed,
                const Palette& p, float u) {
  const float air = std::min(4 * u, 0.2f * (target.body.min.x - source.body.max.x));
  const float left = source.body.max.x + air, right = target.body.min.x - air;
  if (right <= left) return;
  if (closed) {
    list.add(draw::Line{
        {left, source.body.center().y}, {right, target.body.center().y}, std::max(1.5f, 2 * u), p.secondary});
    return;
  }
  const Vec2 a{left, source.body.min.y}, b{right, target.body.min.y}, c{right, target.body.max.y},
      d{left, source.body.max.y};
  list.add(draw::Polygon{{a, b, c, d}, p.neutral.with_alpha(0.75f)});
  list.add(draw::Line{a, b, std::max(1.0f, u), p.border});
  list.add(draw::Line{d, c, std::max(1.0f, u), p.border});
}

}  // namespace

bool has_single_edges(const Snapshot& snapshot, const NetworkLayout& layout, std::size_t layer) {
  const LayerView& target = snapshot.layers[layer];
  const auto drawn_singly = [](const ColumnLayout& c) {
    return c.style == ColumnLayout::Style::Form ? !c.centers.empty() : c.style != ColumnLayout::Style::Density;
  };
  return target.weights && drawn_singly(layout.columns[layer - 1]) && drawn_singly(layout.columns[layer]) &&
         target.weights->size() == std::size_t(target.units) * std::size_t(snapshot.layers[layer - 1].units);
}

bool draws_strongest_only(const Snapshot& snapshot, const NetworkLayout& layout) {
  for (std::size_t l = 1; l < layout.columns.size(); ++l)
    if (has_single_edges(snapshot, layout, l) && snapshot.layers[l].weights->size() > kMostEdgesPerLayer) return true;
  return false;
}

DisplayList build_edges(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style) {
  DisplayList list;
  const float limit = std::max(weight_limit(snapshot), 1e-12f);
  for (std::size_t l = 1; l < layout.columns.size(); ++l) {
    if (!has_single_edges(snapshot, layout, l)) {
      const SiteView* branch = style.averaging || snapshot.eval_view ? nullptr : branch_gate(snapshot, l);
      const bool closed = branch && is_drawn(*branch) && branch->coins_kept == 0;
      add_bundle(list, layout.columns[l - 1], layout.columns[l], closed, *style.palette, layout.u);
      continue;
    }
    // Every layer keeps its share, so that deep networks do not spend all lines on their first layers.
    add_single_edges(list, snapshot, layout, style, l, limit, kMostEdges / (layout.columns.size() - 1));
  }
  return list;
}

}  // namespace dropscope
