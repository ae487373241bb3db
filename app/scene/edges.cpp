// Weights as lines: plain for positive, with a bar across the target end for negative, so that the sign is
// not told by hue alone. A silent unit has no lines; one that is filled with a value of its own has those that leave
// it.
#include <algorithm>
#include <cmath>

#include "app/scene/glyphs/forms.h"
#include "app/scene/scene_parts.h"
#include "app/scene/step_beat.h"

namespace dropscope {
namespace {

constexpr std::size_t kMostBrokenEdges = 600, kMostDottedEdges = 320;

struct Edge {
  int from = 0, to = 0;
  float value = 0;  // the weight, its gradient or its change
  float weight = 0;
  bool cut = false;    // the weight itself is dropped
  bool still = false;  // no gradient reached it
};

float size_of(float value) { return std::isfinite(value) ? std::fabs(value) : 1e30f; }

std::vector<Edge> edges_into(const Snapshot& snapshot, std::size_t layer, const EdgeShow& show, const StepBeat& beat,
                             bool averaging, std::size_t most) {
  const LayerView &target = snapshot.layers[layer], &source = snapshot.layers[layer - 1];
  // At the update all weights count, whatever was dropped for the one example shown.
  const bool all = averaging || show.what == EdgeShow::What::Change;
  const SiteView* from_site = all ? nullptr : site_of(snapshot, layer - 1);
  const SiteView* to_site = all || before_mask(beat, layer) ? nullptr : site_of(snapshot, layer);
  const SiteView* cuts = all ? nullptr : weight_site(snapshot, layer);
  const auto values = edge_values(snapshot, layer, show.what);
  const auto gradient =
      show.what == EdgeShow::What::Change ? edge_values(snapshot, layer, EdgeShow::What::Gradient) : nullptr;
  std::vector<char> open(std::size_t(source.units), 1);
  for (int from = 0; from < source.units; ++from)
    open[std::size_t(from)] =
        !(sends_nothing(from_site, from, source.units) && mask_has_fallen(beat, from, source.units));
  std::vector<Edge> edges;
  edges.reserve(values->size());
  for (int to = 0; to < target.units; ++to) {
    if (is_silent(to_site, to, target.units) && mask_has_fallen(beat, to, target.units)) continue;
    for (int from = 0; from < source.units; ++from) {
      if (!open[std::size_t(from)]) continue;
      const std::size_t at = std::size_t(to) * std::size_t(source.units) + std::size_t(from);
      edges.push_back({from, to, (*values)[at], (*target.weights)[at], cuts && cuts->gate[at] == 0,
                       gradient && (*gradient)[at] == 0});
    }
  }
  const auto weaker = [](const Edge& a, const Edge& b) {
    const float x = size_of(a.value), y = size_of(b.value);
    return x != y ? x < y : a.to != b.to ? a.to < b.to : a.from < b.from;
  };
  most = std::min(most, kMostEdgesPerLayer);
  if (edges.size() > most) {
    const auto cut = edges.end() - std::ptrdiff_t(most);
    std::nth_element(edges.begin(), cut, edges.end(), weaker);
    edges.erase(edges.begin(), cut);
  }
  std::sort(edges.begin(), edges.end(), weaker);  // the strongest are painted last, on top
  return edges;
}

std::size_t edge_budget(const NetworkLayout& layout) {
  // Every layer keeps its share, so that deep networks do not spend all lines on their first layers.
  return kMostEdges / std::max<std::size_t>(1, layout.columns.size() - 1);
}

// Where a line meets the rim of a unit; lines from a pixel or box start at its middle and pass below it.
float rim_of(const ColumnLayout& column) { return column.style == ColumnLayout::Style::Units ? column.radius : 0; }

// From rim to rim; nothing where the units touch.
std::optional<EdgeEnds> ends_of(const NetworkLayout& layout, std::size_t layer, int source_unit, int target_unit,
                                float air) {
  const ColumnLayout &source = layout.columns[layer - 1], &target = layout.columns[layer];
  const Vec2 from = unit_center(source, source_unit), to = unit_center(target, target_unit), d = to - from;
  const float length = std::sqrt(d.x * d.x + d.y * d.y);
  const float start = rim_of(source), stop = rim_of(target) + air;
  if (length <= start + stop) return std::nullopt;
  return EdgeEnds{from + d * (start / length), to - d * (stop / length)};
}

struct EdgeLook {
  float limit = 1;     // |value| of full width
  float gain = 1;      // survivors' factor
  float share = 1;     // averaging: how often the edge was there
  float crowd = 1;     // alpha where many lines cross
  float strength = 1;  // alpha of a beat that is about other lines
  bool bars = true;
};

void add_edge(DisplayList& list, float value, EdgeEnds ends, const EdgeLook& look, const Palette& p, float u) {
  if (!std::isfinite(value)) {
    list.add(draw::Line{ends.a, ends.b, std::max(1.0f, 1.5f * u), p.error});
    return;
  }
  const float ratio = std::min(1.0f, std::fabs(value) / look.limit);
  const float plain = (0.45f + 3.1f * ratio) * u * p.line_scale;
  // Crowded lines are thinner too, or they would merge into one patch.
  const float width = std::clamp(plain * std::fabs(look.gain) * std::sqrt(look.crowd), 0.5f, 9 * u);
  const Color color = value < 0 ? p.negative : p.positive;
  const float alpha = (0.16f + 0.84f * std::sqrt(ratio)) * look.share * look.crowd * look.strength;
  list.add(draw::Line{ends.a, ends.b, width, color.with_alpha(std::clamp(alpha, 0.04f, 1.0f))});
  if (value >= 0 || !look.bars || ratio < 0.06f) return;
  const Vec2 d = ends.b - ends.a;
  const float length = std::sqrt(d.x * d.x + d.y * d.y);
  if (length <= 0) return;
  const Vec2 across = Vec2{-d.y, d.x} * ((4.5f * u + width * 0.6f) / length);
  list.add(draw::Line{ends.b - across, ends.b + across, std::max(1.0f, width * 0.75f),
                      color.with_alpha(std::clamp(alpha * 1.3f, 0.2f * look.strength, 1.0f))});
}

// No gradient: a thin broken line, solid and fainter among very many.
void add_still_edge(DisplayList& list, EdgeEnds ends, bool broken, float crowd, const Palette& p, float u) {
  const float width = std::max(0.75f, u * p.line_scale * crowd);
  const Color color = p.border.with_alpha(0.85f * crowd * (broken ? 1.0f : 0.6f));
  if (broken)
    list.add(draw::Polyline{{ends.a, ends.b}, width, color, std::max(2.5f, 3.5f * u), false});
  else
    list.add(draw::Line{ends.a, ends.b, width * 0.7f, color});
}

void add_single_edges(DisplayList& list, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                      std::size_t layer) {
  const SiteView* site = site_of(snapshot, layer - 1);
  const StepBeat beat = step_beat(snapshot, style);
  const EdgeShow show = edge_show(snapshot, beat, layer);
  const std::vector<Edge> edges = edges_into(snapshot, layer, show, beat, style.averaging, edge_budget(layout));
  const MarkStyle marks{style.palette, layout.u};
  EdgeLook look;
  look.limit = std::max(edge_limit(snapshot, beat, show.what), 1e-30f);
  look.crowd = std::clamp(std::sqrt(170.0f / float(edges.size() + 1)), 0.25f, 1.0f);
  look.bars = edges.size() <= 400 && layout.u >= 0.5f;
  look.gain =
      show.what == EdgeShow::What::Weight && !style.averaging && is_noisy(site, snapshot.layers[layer - 1].units)
          ? site->scale
          : 1;
  // Weights that survive their own dropout count more, too.
  if (const SiteView* weights = weight_site(snapshot, layer);
      weights && show.what == EdgeShow::What::Weight && !style.averaging && !snapshot.eval_view)
    look.gain *= weights->scale;
  // What travels has come so far; the rest of the line waits.
  const bool travels = show.at_work && beat.sub <= 0 && beat.progress < 1;
  look.strength = travels ? 0.3f : show.strength;
  const auto still = std::size_t(std::count_if(edges.begin(), edges.end(), [](const Edge& e) { return e.still; }));
  for (const Edge& edge : edges) {
    const float air = look.bars && edge.value < 0 ? 2.5f * layout.u : 0;
    const std::optional<EdgeEnds> ends = ends_of(layout, layer, edge.from, edge.to, air);
    if (!ends) continue;
    if (edge.cut) {
      // Among very many lines the gap says enough.
      if (edges.size() <= kMostBrokenEdges) paint_cut_edge(list, ends->a, ends->b, edges.size() <= 40, marks);
      continue;
    }
    if (edge.still) {
      add_still_edge(list, *ends, still <= kMostDottedEdges, look.crowd, *style.palette, layout.u);
      continue;
    }
    if (style.averaging)
      look.share = std::sqrt((1 - drop_share(snapshot, style, layer - 1, edge.from)) *
                             (1 - drop_share(snapshot, style, layer, edge.to)));
    add_edge(list, edge.value, *ends, look, *style.palette, layout.u);
    if (!travels || beat.progress <= 0) continue;
    const Vec2 way = ends->b - ends->a;
    EdgeLook moving = look;
    moving.strength = 1, moving.bars = false;
    const bool back = beat.phase == Phase::Backward;
    add_edge(list, edge.value,
             back ? EdgeEnds{ends->b - way * beat.progress, ends->b} : EdgeEnds{ends->a, ends->a + way * beat.progress},
             moving, *style.palette, layout.u);
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

float edge_limit(const Snapshot& snapshot, const StepBeat& beat, EdgeShow::What what) {
  if (what == EdgeShow::What::Weight) return weight_limit(snapshot);
  float limit = 0;
  // One measure for all columns the beat has come to.
  for (std::size_t l = std::size_t(std::max(1, beat.column)); l < snapshot.layers.size(); ++l)
    if (const auto values = edge_values(snapshot, l, what))
      for (float value : *values)
        if (std::isfinite(value)) limit = std::max(limit, std::fabs(value));
  return limit;
}

bool has_single_edges(const Snapshot& snapshot, const NetworkLayout& layout, std::size_t layer) {
  const LayerView& target = snapshot.layers[layer];
  const auto drawn_singly = [](const ColumnLayout& c) {
    return c.style == ColumnLayout::Style::Form ? !c.centers.empty() : c.style != ColumnLayout::Style::Density;
  };
  return !is_matrix(layout, layer) && target.weights && drawn_singly(layout.columns[layer - 1]) &&
         drawn_singly(layout.columns[layer]) &&
         target.weights->size() == std::size_t(target.units) * std::size_t(snapshot.layers[layer - 1].units);
}

bool draws_strongest_only(const Snapshot& snapshot, const NetworkLayout& layout) {
  for (std::size_t l = 1; l < layout.columns.size(); ++l)
    if (has_single_edges(snapshot, layout, l) && snapshot.layers[l].weights->size() > kMostEdgesPerLayer) return true;
  return false;
}

DisplayList build_edges(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style) {
  DisplayList list;
  for (std::size_t l = 1; l < layout.columns.size(); ++l) {
    if (is_matrix(layout, l)) {
      add_matrix(list, snapshot, layout, style, l);
      continue;
    }
    if (has_single_edges(snapshot, layout, l)) {
      add_single_edges(list, snapshot, layout, style, l);
      continue;
    }
    const SiteView* branch = style.averaging || snapshot.eval_view ? nullptr : branch_gate(snapshot, l);
    const bool closed = branch && is_drawn(*branch) && branch->coins_kept == 0;
    add_bundle(list, layout.columns[l - 1], layout.columns[l], closed, *style.palette, layout.u);
  }
  return list;
}

bool sends_nothing(const SiteView* site, int unit, int units) {
  if (!is_silent(site, unit, units)) return false;
  return std::size_t(unit) >= site->offset.size() || site->offset[std::size_t(unit)] == 0;
}

const SiteView* weight_site(const Snapshot& snapshot, std::size_t layer) {
  const LayerView& view = snapshot.layers[layer];
  for (const SiteView* site : inner_sites(snapshot, layer))
    if (site->kind == SiteKind::Weight && site->active && view.weights && site->gate.size() == view.weights->size())
      return site;
  return nullptr;
}

std::optional<EdgeEnds> weight_edge(const Snapshot& snapshot, const NetworkLayout& layout, GateRef gate) {
  for (std::size_t l = 1; l < layout.columns.size(); ++l) {
    const SiteView* site = weight_site(snapshot, l);
    if (!site || site != &snapshot.sites[std::size_t(gate.site)] || gate.element >= site->gate.size()) continue;
    if (!has_single_edges(snapshot, layout, l)) return std::nullopt;
    const int inputs = snapshot.layers[l - 1].units, from = int(gate.element) % inputs, to = int(gate.element) / inputs;
    if (sends_nothing(site_of(snapshot, l - 1), from, inputs) ||
        is_silent(site_of(snapshot, l), to, snapshot.layers[l].units))
      return std::nullopt;
    return ends_of(layout, l, from, to, 0);
  }
  return std::nullopt;
}

std::optional<GateRef> nearest_weight(const Snapshot& snapshot, const NetworkLayout& layout, Vec2 at, float reach) {
  std::optional<GateRef> nearest;
  float least = reach * reach;
  for (std::size_t l = 1; l < layout.columns.size(); ++l) {
    const SiteView* site = weight_site(snapshot, l);
    if (!site || !has_single_edges(snapshot, layout, l)) continue;
    // Only what is drawn can be hit.
    for (const Edge& edge : edges_into(snapshot, l, {}, {}, false, edge_budget(layout))) {
      const auto ends = ends_of(layout, l, edge.from, edge.to, 0);
      if (!ends) continue;
      const Vec2 d = ends->b - ends->a, off = at - ends->a;
      const float along = std::clamp((off.x * d.x + off.y * d.y) / (d.x * d.x + d.y * d.y), 0.0f, 1.0f);
      const Vec2 miss = off - d * along;
      const float distance = miss.x * miss.x + miss.y * miss.y;
      if (distance >= least) continue;
      least = distance;
      nearest =
          GateRef{int(site - snapshot.sites.data()),
                  std::uint32_t(edge.to) * std::uint32_t(snapshot.layers[l - 1].units) + std::uint32_t(edge.from)};
    }
  }
  return nearest;
}

void add_weight_hand_marks(DisplayList& list, const Snapshot& snapshot, const NetworkLayout& layout,
                           const SceneStyle& style) {
  for (std::size_t l = 1; l < layout.columns.size(); ++l) {
    const SiteView* site = weight_site(snapshot, l);
    if (!site) continue;
    const int index = int(site - snapshot.sites.data());
    const MarkStyle marks{style.palette, layout.u};
    // On lines larger than the square that a person aims at, so that the marks have a unit's size.
    const float around = is_matrix(layout, l) ? 0 : 6 * layout.u;
    const Vec2 air{around, around};
    for (std::uint32_t element : site->by_hand)
      if (const auto rect = gate_rect(layout, snapshot, {index, element}))
        paint_by_hand(list, {rect->min - air, rect->max + air}, marks);
    for (std::uint32_t element : site->locked)
      if (const auto rect = gate_rect(layout, snapshot, {index, element}))
        paint_locked(list, {rect->min - air, rect->max + air}, marks);
  }
}

}  // namespace dropscope
