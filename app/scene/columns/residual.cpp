// A residual block: the box of its branch, the arc around it, and beside it the values that leave it. A branch that is
// dropped is hollow, dashed and crossed out, cut off on both sides, and the arc is fat: the signal takes the detour.
#include "app/scene/columns/residual.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/scene/columns/value_map.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/step_beat.h"

namespace dropscope {
namespace {

// Neighbouring blocks in a row.
struct Run {
  std::size_t first = 0, last = 0;
};
Run run_of(const Snapshot& s, std::size_t layer) {
  Run run{layer, layer};
  while (run.first > 0 && is_residual_block(s, run.first - 1)) --run.first;
  while (run.last + 1 < s.layers.size() && is_residual_block(s, run.last + 1)) ++run.last;
  return run;
}

int count_blocks(const Snapshot& s) {
  int blocks = 0;
  for (std::size_t l = 0; l < s.layers.size(); ++l) blocks += is_residual_block(s, l);
  return blocks;
}

bool is_maps(const LayerView& view) { return view.shape.extent(Axis::Row) > 1; }

// Dropout within the branch, between its two layers.
int inner_of_branch(const Snapshot& s, std::size_t layer) {
  for (int i : s.layers[layer].inner_sites)
    if (const SiteView* site = site_at(s, i); site && is_of_units(site->kind)) return i;
  return -1;
}

Shape shape_of(const LayerView& view) {
  if (view.shape.count() == std::size_t(view.units)) return view.shape;
  return {{Axis::Sample, 1}, {Axis::Unit, view.units}};
}

ValueMap strip_map(const FormContext& column, const ColumnLayout& layout) {
  return map_values(shape_of(column.view()), layout.tiles[kBlockStrip], 2 * column.u);
}

// The box without its frame; where dropout acts within the branch, its mask stands at the left.
Rect branch_area(const FormContext& column, const ColumnLayout& layout) {
  const float pad = std::min(3 * column.u, 0.12f * layout.tiles[kBlockBox].width());
  Rect area{layout.tiles[kBlockBox].min + Vec2{pad, pad}, layout.tiles[kBlockBox].max - Vec2{pad, pad}};
  if (inner_of_branch(column.snapshot, column.layer) >= 0) area.min.x += 0.5f * area.width() + pad / 2;
  return area;
}
ValueMap branch_map(const FormContext& column, const ColumnLayout& layout) {
  return map_values(shape_of(column.view()), branch_area(column, layout), 2 * column.u);
}
ValueMap inner_map(const FormContext& column, const ColumnLayout& layout, const SiteView& site) {
  Rect area = branch_area(column, layout);
  const float width = area.width(), right = area.min.x - (layout.tiles[kBlockBox].max.x - area.max.x);
  area = {{right - width, area.min.y}, {right, area.max.y}};
  const Shape plain{{Axis::Sample, 1}, {Axis::Unit, site.total}};
  return map_values(site.shape.count() == std::size_t(site.total) ? site.shape : plain, area, 2 * column.u);
}

float share(const Snapshot& s, std::size_t layer) {
  const float blocks = float(std::max(1, count_blocks(s)));
  if (is_maps(s.layers[layer])) return std::clamp(9.0f / blocks, 0.25f, 1.7f);
  const bool sequence = s.layers[layer].shape.extent(Axis::Time) > 1;
  return std::clamp((sequence ? 10.0f : 7.5f) / blocks, 0.22f, sequence ? 2.0f : 1.3f);
}

void place(const FormContext& column, Rect room, ColumnLayout& layout) {
  const Snapshot& s = column.snapshot;
  const Palette& p = *column.style.palette;
  const float u = column.u, slot = room.width(), caption = type_px(p, u, 13), big = type_px(p, u, 18);
  const bool maps = is_maps(column.view()), sequence = column.view().shape.extent(Axis::Time) > 1;
  const bool first = run_of(s, column.layer).first == column.layer;
  const bool coins = effective_depth(s).varies;
  const float strip = maps || sequence ? 0.36f * slot : std::clamp(0.2f * slot, 2.5f, 18 * u);
  // Blocks stand side by side: an arc begins where the one before it ended.
  const float out = room.max.x - strip / 2, in = first ? room.min.x : room.min.x - strip / 2;
  float rise = std::clamp(0.9f * slot, 44 * u, 110 * u);
  float headline = coins ? big * 1.7f : 0, words = coins ? caption * 3.1f : 0;
  const float height = room.height();
  if (height < 6 * (headline + words)) words = std::min(words, caption * 1.5f);
  if (height < 5 * (headline + words)) words = 0;
  if (height < 5 * headline) headline = 0;
  rise = std::min(rise, 0.22f * height);
  const float free = std::max(8.0f, height - rise - headline - words - 10 * u);
  const float rows = maps ? 1e6f : float(sequence ? column.view().shape.extent(Axis::Unit) : column.view().units);
  const float cells = std::min(free, std::max(rows * 16 * u, 60 * u));
  const float box = std::min(maps || sequence ? 0.44f * slot : 0.6f * (slot - strip), maps ? 260 * u : 120 * u);
  const float used = rise + headline + words + cells + 10 * u;
  const float y = room.min.y + std::max(0.0f, (height - used) / 2), top = y + headline + rise, bottom = top + cells;
  const float middle = ((first ? in : in + strip / 2) + out - strip / 2) / 2;
  layout.tiles.assign(kBlockTiles, Rect{});
  layout.tiles[kBlockBox] = {{middle - box / 2, top}, {middle + box / 2, bottom}};
  layout.tiles[kBlockStrip] = {{out - strip / 2, top}, {out + strip / 2, bottom}};
  layout.tiles[kBlockArc] = {{in, top - rise}, {out, top}};
  const float under = bottom + 8 * u;
  if (words > 0) layout.tiles[kBlockChance] = {{room.min.x, under}, {room.max.x, under + caption * 1.5f}};
  if (words > caption * 2)
    layout.tiles[kBlockCaption] = {{room.min.x, under + caption * 1.5f}, {room.max.x, under + caption * 3}};
  if (headline > 0) layout.tiles[kBlockHeadline] = {{room.min.x, y}, {room.max.x, y + headline}};
  layout.body = {{in, top}, {out + strip / 2, bottom}};
  const ValueMap map = strip_map(column, layout);
  const Rect one = map.cell(0);
  layout.radius = std::min(one.width(), one.height()) / 2;
  if (column.view().units > 4096) return;
  for (int i = 0; i < column.view().units; ++i) layout.centers.push_back(map.cell(i).center());
}

struct Look {
  BlockGate gate;
  const SiteView* site = nullptr;
  bool average = false, dropped = false, pending = false;
  float kept = 1;  // averaging: how often lately
};
Look look_of(const FormContext& column) {
  const Snapshot& s = column.snapshot;
  Look look;
  look.gate = block_gate(s, column.layer);
  look.site = site_at(s, look.gate.site);
  look.average = look.site && shows_average(s, column.style, look.site);
  if (look.average) look.kept = 1 - element_share(s, column.style, look.gate.site, 0);
  const Run run = run_of(s, column.layer);
  const bool fallen =
      mask_has_fallen(step_beat(s, column.style), int(column.layer - run.first), int(run.last - run.first + 1));
  look.dropped = !look.average && look.gate.known && !look.gate.open && fallen;
  look.pending = column.view().h.empty();
  return look;
}

void paint_arc(DisplayList& list, const FormContext& column, const ColumnLayout& layout, const Look& look) {
  const Palette& p = *column.style.palette;
  const Rect arc = layout.tiles[kBlockArc];
  const float thin = std::clamp(3 * column.u * p.line_scale, 1.0f, std::max(1.0f, 0.1f * arc.width()));
  const float fat = std::max(2.6f * thin, std::min(11 * column.u * p.line_scale, 0.3f * arc.width()));
  const float width = look.average ? thin + (fat - thin) * (1 - look.kept) : look.dropped ? fat : thin;
  const float left = arc.min.x + width / 2, right = arc.max.x - width / 2, foot = arc.max.y;
  const float rise = arc.height() - width / 2;
  draw::Polyline line{{},
                      width,
                      look.dropped   ? p.text
                      : look.average ? mix(p.text, p.secondary, look.kept)
                                     : p.secondary};
  if (layout.body.min.x == arc.min.x && !is_residual_block(column.snapshot, column.layer - 1))
    line.points.push_back({left, layout.body.center().y});  // there is no strip to stand on
  constexpr int kPoints = 28;
  for (int i = 0; i <= kPoints; ++i) {
    const float turn = 3.14159265f * float(i) / kPoints;
    line.points.push_back({(left + right) / 2 - (right - left) / 2 * std::cos(turn), foot - rise * std::sin(turn)});
  }
  list.add(std::move(line));
}

// The way into the branch and out of it; of a dropped one the ends are cut.
void paint_stubs(DisplayList& list, const FormContext& column, const ColumnLayout& layout, const Look& look) {
  const Palette& p = *column.style.palette;
  const Rect box = layout.tiles[kBlockBox], strip = layout.tiles[kBlockStrip];
  const bool first = !is_residual_block(column.snapshot, column.layer - 1);
  const float y = box.center().y, from = first ? layout.body.min.x : layout.body.min.x + strip.width() / 2;
  const float width = std::clamp(3 * column.u * p.line_scale, 1.0f, std::max(1.0f, 0.1f * layout.body.width()));
  const Color color = look.dropped ? p.dropped : look.pending ? p.border : p.unit_outline;
  const auto stub = [&](float a, float b, bool cut_at_end) {
    if (b - a < 1) return;
    const float length = look.dropped ? 0.4f * (b - a) : b - a;
    const float head = std::min(b - a, 9 * column.u * p.line_scale);
    const bool arrow = !look.dropped && head >= 5;
    if (cut_at_end)
      list.add(draw::Line{{a, y}, {a + length - (arrow ? head * 0.6f : 0), y}, width, color});
    else
      list.add(draw::Line{{b - length, y}, {b - (arrow ? head * 0.6f : 0), y}, width, color});
    if (arrow) list.add(draw::Polygon{{{b, y}, {b - head, y + head * 0.55f}, {b - head, y - head * 0.55f}}, color});
  };
  stub(from, box.min.x, true);
  stub(box.max.x, strip.min.x, false);
  if (first)  // what enters the first block
    list.add(draw::Line{{from, layout.body.min.y}, {from, layout.body.max.y}, width, p.unit_outline});
}

void paint_branch(DisplayList& list, const FormContext& column, const ColumnLayout& layout, const Look& look,
                  const MarkStyle& marks) {
  const Snapshot& s = column.snapshot;
  const Palette& p = *column.style.palette;
  const Rect box = layout.tiles[kBlockBox];
  const float narrow = std::min(box.width(), box.height());
  const float frame = std::clamp(0.08f * narrow, 1.0f, 3 * column.u * p.line_scale);
  const float rounding = std::min(5 * column.u, 0.2f * narrow);
  if (look.average) {
    const Color fill = mix(p.dropped_fill, p.secondary, look.kept * 0.75f);
    list.add(draw::Box{box, fill, p.unit_outline, frame, rounding, 0});
    const std::string percent = std::to_string(int(std::lround(100 * look.kept))), sign = percent + " %";
    const float size = std::min(type_px(p, column.u, 18), 0.5f * box.width());
    const std::array words{sign, percent};
    if (size >= 8 && column.measure->width(percent, size, Face::Bold) < box.width() * 0.9f)
      list.add(draw::Text{box.center(), first_fitting(words, box.width() * 0.94f, size, Face::Bold, *column.measure),
                          size, ink_on(fill), Face::Bold, HAlign::Center, VAlign::Middle});
    return;
  }
  if (look.dropped) {
    list.add(draw::Box{box, p.background, p.dropped, frame, 0, std::max(2.5f, std::min(7 * column.u, 0.4f * narrow))});
    // From corner to corner where that is an X to the eye; in a slim box upright in its middle.
    const float stretch = std::min(box.height(), 3 * box.width()) / 2 - frame, reach = box.width() / 2 - frame;
    const float width = std::max(1.4f, std::min(0.17f * narrow, 5 * column.u) * p.line_scale);
    const Vec2 a{reach, stretch}, b{reach, -stretch};
    list.add(draw::Line{box.center() - a, box.center() + a, width, p.dropped});
    list.add(draw::Line{box.center() - b, box.center() + b, width, p.dropped});
    return;
  }
  const Color none = p.background.with_alpha(0);
  if (look.pending) {
    list.add(draw::Box{box, p.background, p.border, std::max(1.0f, frame / 2), rounding, 0});
    return;
  }
  const InnerView* adds = nullptr;
  for (const PartView& part : column.view().parts)
    if (part.kind == PartKind::Branch) {
      adds = part.find("branch_used");
      if (!adds) adds = part.find("branch");
    }
  const std::vector<float> nothing;
  // In a slim box cells would be mere speckles.
  const std::vector<float>& values = adds && box.width() >= 7 ? adds->values : nothing;
  const SiteView* coins = site_at(s, inner_site(s, column.layer, SiteKind::ResidualBranch));
  const bool single = coins && has_gates(coins) && look.gate.site < 0 && coins->total == column.view().units;
  const Color solid = activation_color(p, 0.6f, 1);
  list.add(draw::Box{box, values.empty() && !single ? solid : p.background, p.unit_outline, 0, rounding, 0});
  if (!values.empty() || single) {
    const bool known = values.size() == std::size_t(column.view().units);
    paint_values(list, branch_map(column, layout), known ? limit_of(values) : 1, marks, [&](int i) {
      return CellMark{.value = known ? values[std::size_t(i)] : 0.6f,
                      .dropped = single && coins->gate[std::size_t(i)] == 0};
    });
  }
  if (const int at = inner_of_branch(s, column.layer); at >= 0) {
    const SiteView& site = s.sites[std::size_t(at)];
    const PartView* part = nullptr;
    for (const PartView& one : column.view().parts)
      if (std::find(one.sites.begin(), one.sites.end(), at) != one.sites.end() &&
          one.y.size() == std::size_t(site.total))
        part = &one;
    const bool averaged = shows_average(s, column.style, &site);
    paint_values(list, inner_map(column, layout, site), part ? limit_of(part->y) : 1, marks, [&](int i) {
      CellMark mark{.value = part ? part->y[std::size_t(i)] : 0.6f, .dropped = is_dropped(&site, std::size_t(i))};
      if (averaged) mark.kept = 1 - element_share(s, column.style, at, std::size_t(i));
      return mark;
    });
  }
  list.add(draw::Box{box, none, p.unit_outline, frame, rounding, 0});
}

// As wide as the column has room; without height where there is no room for words.
Rect words_slot(const ColumnLayout& layout) {
  const Rect& headline = layout.tiles[kBlockHeadline];
  return headline.height() > 0 ? headline : layout.tiles[kBlockChance];
}

// Under each block its chance, and once for a row of blocks what that is.
void paint_words(DisplayList& list, const FormContext& column, const ColumnLayout& layout, const Look& look) {
  const Snapshot& s = column.snapshot;
  const Palette& p = *column.style.palette;
  const TextMeasure& measure = *column.measure;
  const Run run = run_of(s, column.layer);
  const EffectiveDepth depth = effective_depth(s);
  const float size = type_px(p, column.u, 13), slot = words_slot(layout).width();
  const float width = slot * float(run.last - run.first + 1);
  const auto put = [&](const std::string& text, Vec2 at, float height, Color color, Face face) {
    list.add(draw::Text{at, text, height, color, face, HAlign::Center, VAlign::Middle});
  };
  if (const Rect r = layout.tiles[kBlockChance]; r.height() > 0) {
    const int each = std::max(1, int(std::ceil(measure.width("0.97", size, Face::Regular) * 1.25f / slot)));
    const float gain = s.eval_view && look.site ? look.site->scale : 1;
    const std::string number = fixed_text(look.gate.keep, 2);
    const std::array wordings{
        s.eval_view && gain != 1 ? "\u00d7 " + fixed_text(double(gain), 2) : "kept with " + number,
        s.eval_view && gain != 1 ? fixed_text(double(gain), 2) : number};
    if (int(column.layer - run.first + 1) % each == 0)
      put(first_fitting(wordings, slot * 0.95f * float(each), size, Face::Regular, measure), r.center(), size,
          p.secondary, Face::Regular);
  }
  if (run.first != column.layer) return;
  const float x = words_slot(layout).min.x + width / 2;
  if (const Rect r = layout.tiles[kBlockCaption]; r.height() > 0) {
    const SiteView* any = nullptr;  // the first block of a row may have no coin
    for (std::size_t l = run.first; l <= run.last && !any; ++l) any = site_at(s, block_gate(s, l).site);
    const bool scaled = s.eval_view && any && any->scale != 1;
    const std::string what = scaled ? "each branch counts as often as it was kept" : "chance of each block to be kept";
    const std::string whose = !any || s.eval_view ? ""
                              : any->shared       ? " \u00b7 one coin for the whole batch"
                                                  : " \u00b7 every example tosses its own coins";
    const std::array wordings{what + whose, what, std::string(scaled ? "branch \u00d7" : "P(kept)")};
    put(first_fitting(wordings, width * 0.96f, size, Face::Regular, measure), {x, r.center().y}, size, p.secondary,
        Face::Regular);
  }
  if (const Rect r = layout.tiles[kBlockHeadline]; r.height() > 0) {
    const std::string of = std::to_string(depth.of);
    std::string now = "depth now " + std::to_string(depth.now) + "/" + of;
    std::string more = " \u00b7 " + fixed_text(depth.expected, 1) + " on average";
    if (s.eval_view)
      now = "depth " + of + "/" + of, more = " \u00b7 no block is skipped";
    else if (column.style.averaging || !depth.known)
      now = "depth " + fixed_text(depth.expected, 1) + "/" + of + " on average", more = "";
    const float big = type_px(p, column.u, 18);
    // Without a caption of their own the numbers below are named here.
    const bool unnamed = layout.tiles[kBlockCaption].height() <= 0 && layout.tiles[kBlockChance].height() > 0;
    const bool gains = s.eval_view && look.site && look.site->scale != 1;
    const std::string below = !unnamed ? "" : gains ? " \u00b7 below: branch \u00d7" : " \u00b7 below: P(kept)";
    const std::array wordings{now + more + below, now + more, now};
    put(first_fitting(wordings, width * 0.96f, big, Face::Bold, measure), {x, r.center().y}, big, p.text, Face::Bold);
  }
}

std::optional<Rect> gate_rect(const FormContext& column, const ColumnLayout& layout, GateRef gate);

void paint(const FormContext& column, const ColumnLayout& layout, DisplayList& list) {
  const Snapshot& s = column.snapshot;
  const MarkStyle marks{column.style.palette, column.u};
  const Look look = look_of(column);
  paint_stubs(list, column, layout, look);
  paint_arc(list, column, layout, look);
  paint_branch(list, column, layout, look, marks);
  const std::vector<float> values =
      shown_values(s, column.layer, shown_at(s, step_beat(s, column.style), column.layer));
  paint_values(list, strip_map(column, layout), limit_of(values), marks, [&](int i) {
    const bool known = std::size_t(i) < values.size();
    return CellMark{.value = known ? values[std::size_t(i)] : 0, .pending = !known};
  });
  const Palette& p = *column.style.palette;
  const Rect strip = layout.tiles[kBlockStrip];
  const float frame = std::clamp(0.06f * strip.width(), 0.75f, 1.5f * column.u);
  if (!is_maps(column.view())) list.add(draw::Box{strip, p.background.with_alpha(0), p.unit_outline, frame, 0, 0});
  if (look.site && !s.eval_view && !look.average) {
    if (!look.site->locked.empty()) paint_locked(list, layout.tiles[kBlockBox], marks);
    if (!look.site->by_hand.empty()) paint_by_hand(list, layout.tiles[kBlockBox], marks);
  }
  for (const auto& gate : {column.style.hovered_gate, column.style.selected_gate})
    if (const auto rect = gate ? gate_rect(column, layout, *gate) : std::nullopt)
      paint_ring(list, *rect, gate == column.style.selected_gate, marks);
  if (words_slot(layout).height() > 0) paint_words(list, column, layout, look);
}

std::optional<UnitRef> hit_unit(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  if (const auto unit = strip_map(column, layout).at(at)) return UnitRef{int(column.layer), *unit};
  return std::nullopt;
}

std::optional<GateRef> hit_gate(const FormContext& column, const ColumnLayout& layout, Vec2 at) {
  const Snapshot& s = column.snapshot;
  const Rect box = layout.tiles[kBlockBox], arc = layout.tiles[kBlockArc];
  const bool over_arc = at.y >= arc.min.y && at.y < arc.max.y && at.x >= arc.min.x && at.x < arc.max.x;
  if (!box.contains(at) && !over_arc) return std::nullopt;
  if (const int inner = inner_of_branch(s, column.layer); inner >= 0)
    if (const auto unit = inner_map(column, layout, s.sites[std::size_t(inner)]).at(at))
      return GateRef{inner, std::uint32_t(*unit)};
  if (const BlockGate gate = block_gate(s, column.layer); gate.site >= 0) return GateRef{gate.site, 0};
  const int site = inner_site(s, column.layer, SiteKind::ResidualBranch);
  if (site < 0) return std::nullopt;
  if (const auto unit = branch_map(column, layout).at(at)) return GateRef{site, std::uint32_t(*unit)};
  return std::nullopt;
}

std::optional<Rect> gate_rect(const FormContext& column, const ColumnLayout& layout, GateRef gate) {
  const Snapshot& s = column.snapshot;
  if (gate.site < 0) return std::nullopt;
  if (const int inner = inner_of_branch(s, column.layer); inner == gate.site) {
    const SiteView& site = s.sites[std::size_t(inner)];
    if (gate.element >= std::uint32_t(site.total)) return std::nullopt;
    return inner_map(column, layout, site).cell(int(gate.element));
  }
  if (block_gate(s, column.layer).site == gate.site) return layout.tiles[kBlockBox];
  if (inner_site(s, column.layer, SiteKind::ResidualBranch) != gate.site) return std::nullopt;
  if (gate.element >= std::uint32_t(column.view().units)) return std::nullopt;
  return branch_map(column, layout).cell(int(gate.element));
}

bool fits(const Snapshot& s, std::size_t layer) { return is_residual_block(s, layer); }

}  // namespace

bool is_residual_block(const Snapshot& s, std::size_t layer) {
  const LayerView& view = s.layers[layer];
  if (!view.is_block || layer == 0) return false;
  for (const PartView& part : view.parts)
    if (part.kind == PartKind::Attention) return false;
  for (int i : view.inner_sites) {
    const SiteView* site = site_at(s, i);
    if (!site) continue;
    if (site->kind == SiteKind::AttentionWeights || site->kind == SiteKind::HeadOutput) return false;
    if (site->kind == SiteKind::ResidualBranch && site->site != view.name) return false;  // one of several branches
  }
  return true;
}

BlockGate block_gate(const Snapshot& s, std::size_t layer) {
  BlockGate gate;
  for (int i : s.layers[layer].inner_sites) {
    const SiteView& site = s.sites[std::size_t(i)];
    if (site.kind != SiteKind::ResidualBranch || (site.coins != 1 && site.total != 1)) continue;
    gate.site = i;
    gate.keep = 1 - site.rate;
    gate.known = !s.eval_view && is_drawn(site);
    gate.open = !gate.known || (site.gate.empty() ? site.coins_kept > 0 : site.gate[0] != 0);
  }
  return gate;
}

EffectiveDepth effective_depth(const Snapshot& s) {
  EffectiveDepth depth;
  for (std::size_t l = 0; l < s.layers.size(); ++l) {
    if (!is_residual_block(s, l)) continue;
    const BlockGate gate = block_gate(s, l);
    ++depth.of;
    depth.now += gate.open;
    depth.expected += gate.keep;
    depth.varies = depth.varies || gate.site >= 0;
    depth.known = depth.known && (gate.site < 0 || gate.known);
  }
  return depth;
}

extern const ColumnForm kResidualForm;
const ColumnForm kResidualForm = {"residual", fits, share, place, paint, hit_unit, hit_gate, gate_rect, 1.0f};

}  // namespace dropscope
