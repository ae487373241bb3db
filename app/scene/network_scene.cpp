// Puts the parts of the network picture together and draws the units in all their states.
#include "app/scene/network_scene.h"

#include <algorithm>
#include <cmath>

#include "app/scene/columns/form.h"
#include "app/scene/columns/patches.h"
#include "app/scene/glyphs/forms.h"
#include "app/scene/outcome.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/step_beat.h"

namespace dropscope {
namespace {

using Style = ColumnLayout::Style;

float value_of(const std::vector<float>& values, int unit) {
  return std::size_t(unit) < values.size() ? values[std::size_t(unit)] : 0;
}

Detail detail_of(const ColumnLayout& column, float u) {
  if (column.style == Style::Boxes) return Detail::Box;
  return column.radius * 2 >= 26 * u * 0.999f ? Detail::Full : Detail::Ring;
}

// Averaging: a ring filled clockwise from the top by the share of ticks in which the unit was kept.
void paint_average(DisplayList& list, const UnitMark& mark, float dropped, const MarkStyle& style,
                   const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const float kept = std::clamp(1 - dropped, 0.0f, 1.0f);
  const Color fill = mix(p.dropped_fill, p.secondary, kept * 0.75f);
  if (mark.detail == Detail::Box) {
    list.add(draw::Box{tile_rect(mark), fill, p.border, 0.5f, 0, 0});
    return;
  }
  const float rim = std::max(2.0f, 0.24f * mark.radius);
  list.add(draw::Disc{mark.center, mark.radius - rim, fill, fill, 0, 0});
  list.add(draw::Disc{mark.center, mark.radius - rim / 2, p.background.with_alpha(0), p.border,
                      std::max(1.0f, rim * 0.25f), 0});
  if (kept > 0) list.add(draw::Arc{mark.center, mark.radius - rim / 2, -90, -90 + 360 * kept, rim, p.unit_outline});
  const float size = mark.radius * 0.72f;
  if (mark.detail != Detail::Full || size < 8) return;
  const std::string percent = std::to_string(int(std::lround(kept * 100)));
  if (measure.width(percent, size, Face::Bold) < (mark.radius - rim) * 1.9f)
    list.add(draw::Text{mark.center, percent, size, ink_on(fill), Face::Bold, HAlign::Center, VAlign::Middle});
}

// Its mask comes a beat later: the value still there, in a broken ring.
void paint_doomed(DisplayList& list, const UnitMark& mark, const GlyphEntry& glyph, const MarkStyle& style) {
  UnitMark plain = mark;
  plain.noisy = false;
  glyph.paint(list, plain, style);
  if (mark.detail == Detail::Box || mark.pending) return;
  const Palette& p = *style.palette;
  const float ring = std::max(1.5f, 0.16f * mark.radius);
  list.add(draw::Disc{mark.center, mark.radius - ring / 2, p.background.with_alpha(0), p.background, ring,
                      std::max(2.0f, 0.36f * mark.radius)});
}

// What a person did to the gates of the column's units.
void add_hand_marks(DisplayList& list, const ColumnLayout& column, const SiteView* site, const MarkStyle& style) {
  if (!site) return;
  const auto rect_of = [&](std::uint32_t unit) {
    const Vec2 c = unit_center(column, int(unit)), r{column.radius, column.radius};
    return Rect{c - r, c + r};
  };
  const std::size_t units =
      column.style == Style::Image ? std::size_t(column.grid_cols * column.grid_rows) : column.centers.size();
  for (std::uint32_t unit : site->by_hand)
    if (unit < units) paint_by_hand(list, rect_of(unit), style);
  for (std::uint32_t unit : site->locked)
    if (unit < units) paint_locked(list, rect_of(unit), style);
}

// Step mode shows classes as the card beside the network does: filled with the class's colour as far as its probability
// goes, once that is known. Raw logits would tell another story.
bool paint_probability(DisplayList& list, const UnitMark& mark, float share, Color color, const MarkStyle& style) {
  if (!std::isfinite(share)) return false;
  const Palette& p = *style.palette;
  const Color fill = mix(p.neutral, color, std::clamp(share, 0.0f, 1.0f));
  if (mark.detail == Detail::Box) {
    list.add(draw::Box{tile_rect(mark), fill, p.border, 0.5f, 0, 0});
    return true;
  }
  // The rim of live units.
  const float full = 3 * style.u * p.line_scale;
  const float rim = mark.detail == Detail::Full ? full : std::clamp(0.14f * mark.radius, 0.75f, full);
  list.add(draw::Disc{mark.center, mark.radius - rim / 2, fill, p.unit_outline, rim, 0});
  return true;
}

void add_marks(DisplayList& list, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
               std::size_t l, const TextMeasure& measure) {
  const LayerView& layer = snapshot.layers[l];
  const ColumnLayout& column = layout.columns[l];
  const SiteView* site = site_of(snapshot, l);
  const StepBeat beat = step_beat(snapshot, style);
  const Shown what = shown_at(snapshot, beat, l);
  const std::vector<float> values = shown_values(snapshot, l, what);
  const bool averaging =
      style.averaging && site && !snapshot.eval_view && site->rate > 0 && site->variant->gates == Gates::Binary;
  const bool noisy = is_noisy(site, layer.units) && !before_mask(beat, l);
  const bool doomed = is_noisy(site, layer.units) && before_mask(beat, l);
  const GlyphEntry& glyph = glyph_entry(site && site->variant ? site->variant->depiction.glyph : Glyph::CrossedUnit);
  const MarkStyle marks{style.palette, layout.u};
  // A column fills in while its beat lasts.
  const bool fills = beat.on && beat.phase == Phase::Forward && int(l) == beat.column && beat.sub <= 0;
  const float grown = fills ? std::max(0.06f, beat.progress) : 1;
  const std::vector<float> shares = style.stepping && !style.averaging && l + 1 == layout.columns.size()
                                        ? class_probabilities(snapshot)
                                        : std::vector<float>{};
  UnitMark mark;
  mark.radius = column.radius;
  mark.detail = detail_of(column, layout.u);
  mark.limit = limit_of(values);
  mark.pending = values.empty();
  mark.rate = site ? site->rate : 0;
  mark.room_right = column.grid_cols == 1 && what != Shown::Gradient;
  for (int i = 0; i < std::min(layer.units, int(column.centers.size())); ++i) {
    mark.center = column.centers[std::size_t(i)];
    mark.value = value_of(values, i) * grown;
    mark.noisy = noisy && mask_has_fallen(beat, i, layer.units);
    mark.gate = mark.noisy ? site->gate[std::size_t(i)] : 1;
    if (std::size_t(i) < shares.size() && what != Shown::Gradient && !mark.pending &&
        paint_probability(list, mark, shares[std::size_t(i)] * grown, class_color(snapshot, i, *style.palette), marks))
      continue;
    if (averaging && std::isfinite(mark.value))
      paint_average(list, mark, drop_share(snapshot, style, l, i), marks, measure);
    else if (doomed && is_silent(site, i, layer.units))
      paint_doomed(list, mark, glyph, marks);
    else
      glyph.paint(list, mark, marks);
  }
}

// One tile for 64 units: grey level and number say how many of them are kept.
void add_tiles(DisplayList& list, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
               std::size_t l, const TextMeasure& measure) {
  const LayerView& layer = snapshot.layers[l];
  const ColumnLayout& column = layout.columns[l];
  const SiteView* site = site_of(snapshot, l);
  const Palette& p = *style.palette;
  const float pitch = column.radius * 2, gap = pitch >= 6 ? 0.06f * pitch : 0;
  const StepBeat beat = step_beat(snapshot, style);
  const Shown what = shown_at(snapshot, beat, l);
  const std::vector<float> values = shown_values(snapshot, l, what);
  const float limit = limit_of(values);
  const bool averaging = style.averaging && site && !snapshot.eval_view;
  const bool counts = (is_noisy(site, layer.units) && !before_mask(beat, l)) || averaging;
  const bool cuts = counts && glyph_entry(site->variant->depiction.glyph).cuts_edges;
  for (int first = 0; first < layer.units; first += 64) {
    const int last = std::min(layer.units, first + 64);
    double kept = 0, value = 0;
    for (int i = first; i < last; ++i) {
      if (averaging)
        kept += 1 - drop_share(snapshot, style, l, i);
      else
        kept += cuts && site->gate[std::size_t(i)] == 0 ? 0 : 1;
      value += value_of(values, i);
    }
    const double n = last - first;
    const Vec2 center = unit_center(column, first), half{pitch / 2 - gap, pitch / 2 - gap};
    if (values.empty() && !counts) {  // not reached yet
      list.add(draw::Box{{center - half, center + half}, p.background.with_alpha(0), p.border, 0.75f, 0, 0});
      continue;
    }
    if (!std::isfinite(value)) {
      paint_hazard(list, UnitMark{.center = center, .radius = half.x, .detail = Detail::Box}, {&p, layout.u});
      continue;
    }
    const Color fill =
        counts ? mix(p.dropped_fill, p.unit_outline, float(kept / n)) : value_color(p, float(value / n), limit);
    list.add(draw::Box{{center - half, center + half}, fill, p.border, 0.5f, 0, 0});
    const std::string percent = std::to_string(int(std::lround(100 * kept / n))) + "%";
    const float size = pitch * 0.34f;
    if (counts && size >= 9 && measure.width(percent, size, Face::Regular) <= half.x * 1.9f)
      list.add(draw::Text{center, percent, size, ink_on(fill), Face::Regular, HAlign::Center, VAlign::Middle});
  }
}

// The input itself; a dropped pixel is flat and struck through.
void add_image(DisplayList& list, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
               std::size_t l) {
  const LayerView& layer = snapshot.layers[l];
  const ColumnLayout& column = layout.columns[l];
  const SiteView* site = site_of(snapshot, l);
  const Palette& p = *style.palette;
  const float low = snapshot.spec.data.pixels == PixelRange::MinusOneOne ? -1.0f : 0.0f;
  // The picture is that of the input; what dropout takes away is said by the strokes on top.
  const std::vector<float>& values = layer.h.empty() ? layer.y : layer.h;
  draw::Image image{column.body, column.grid_cols, column.grid_rows, {}, false};
  image.rgba.reserve(std::size_t(layer.units));
  for (int i = 0; i < layer.units; ++i) {
    const float value = std::size_t(i) < values.size() ? values[std::size_t(i)] : low;
    const float ink = (value - low) / (1 - low);
    image.rgba.push_back(is_silent(site, i, layer.units) ? p.dropped_fill
                         : std::isfinite(value)          ? mix(p.neutral, p.text, ink)
                                                         : p.hazard_b);
  }
  list.add(std::move(image));
  const float r = column.radius;
  const bool patches = is_noisy(site, layer.units) && site->variant->depiction.glyph == Glyph::DarkPatch;
  if (patches) {
    PixelMask mask{column.grid_rows, column.grid_cols, {}};
    for (float gate : site->gate) mask.dropped.push_back(gate == 0);
    paint_patches(list, column.body, mask, square_side(snapshot, *site), {&p, layout.u});
  }
  for (int i = 0; i < layer.units && !patches; ++i)
    if (is_silent(site, i, layer.units)) {
      const Vec2 center = unit_center(column, i), reach{r * 0.62f, -r * 0.62f};
      list.add(draw::Line{center - reach, center + reach, std::max(0.6f, 0.3f * r), p.dropped});
    }
  list.add(draw::Box{column.body, p.background.with_alpha(0), p.border, std::max(1.0f, 1.5f * layout.u), 0, 0});
}

void add_focus_ring(DisplayList& list, const NetworkLayout& layout, UnitRef ref, float width, const Palette& p) {
  if (ref.layer < 0 || std::size_t(ref.layer) >= layout.columns.size()) return;
  const ColumnLayout& column = layout.columns[std::size_t(ref.layer)];
  if (column.form && column.centers.empty()) return;  // the form draws its own
  const bool listed = !column.centers.empty();
  if (ref.unit < 0 || (listed && std::size_t(ref.unit) >= column.centers.size())) return;
  if (!listed && ref.unit >= column.grid_cols * column.grid_rows) return;
  const Vec2 center = unit_center(column, ref.unit);
  const float reach = column.radius + width / 2 + 2 * layout.u;
  if (column.style == Style::Units) {
    list.add(draw::Disc{center, reach, p.focus.with_alpha(0), p.focus, width, 0});
  } else {
    list.add(draw::Box{
        {center - Vec2{reach, reach}, center + Vec2{reach, reach}}, p.focus.with_alpha(0), p.focus, width, 0, 0});
  }
}

// A gate that is a unit's own has the unit's ring; a weight is a line with a square in its middle.
void add_gate_ring(DisplayList& list, const Snapshot& snapshot, const NetworkLayout& layout, GateRef gate, float width,
                   const Palette& p) {
  for (std::size_t l = 0; l < layout.columns.size(); ++l)
    if (snapshot.layers[l].site == gate.site && !layout.columns[l].form)
      return add_focus_ring(list, layout, {int(l), int(gate.element)}, width, p);
  const std::optional<Rect> rect = gate_rect(layout, snapshot, gate);
  if (!rect) return;
  if (const auto edge = weight_edge(snapshot, layout, gate)) {
    const SiteView& site = snapshot.sites[std::size_t(gate.site)];
    DisplayList line;
    if (site.gate[gate.element] == 0)
      paint_cut_edge(line, edge->a, edge->b, false, {&p, layout.u});
    else
      line.add(draw::Line{edge->a, edge->b, 0, p.focus});
    // A glow along what there is of the line: a dropped weight keeps its gap.
    for (const draw::Item& item : line.items)
      if (const auto* part = std::get_if<draw::Line>(&item))
        list.add(draw::Line{part->a, part->b, width + 6 * layout.u, p.focus.with_alpha(0.3f)});
  }
  const Vec2 air{2 * layout.u, 2 * layout.u};
  list.add(draw::Box{{rect->min - air, rect->max + air}, p.focus.with_alpha(0), p.focus, width, 0, 0});
}

}  // namespace

const SiteView* site_of(const Snapshot& snapshot, std::size_t layer) {
  const int site = snapshot.layers[layer].site;
  return site >= 0 && std::size_t(site) < snapshot.sites.size() ? &snapshot.sites[std::size_t(site)] : nullptr;
}

bool is_noisy(const SiteView* site, int units) {
  return site && site->active && site->variant && site->gate.size() == std::size_t(units);
}

bool is_silent(const SiteView* site, int unit, int units) {
  return is_noisy(site, units) && site->gate[std::size_t(unit)] == 0 &&
         glyph_entry(site->variant->depiction.glyph).cuts_edges;
}

float drop_share(const Snapshot& snapshot, const SceneStyle& style, std::size_t layer, int unit) {
  const SiteView* site = site_of(snapshot, layer);
  if (!site || site->rate <= 0 || snapshot.eval_view) return 0;
  const std::size_t s = std::size_t(snapshot.layers[layer].site), i = std::size_t(unit);
  if (s < style.frequency.size() && i < style.frequency[s].size()) return style.frequency[s][i];
  if (site->lately > 0 && i < site->dropped_lately.size()) return float(site->dropped_lately[i]) / float(site->lately);
  return float(site->rate);
}

float value_limit(const LayerView& layer) { return limit_of(layer.y.empty() ? layer.h : layer.y); }

float weight_limit(const Snapshot& snapshot) {
  float limit = 0;
  for (const LayerView& layer : snapshot.layers)
    if (std::isfinite(layer.max_abs_weight)) limit = std::max(limit, layer.max_abs_weight);
  return limit;
}

DisplayList build_units(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                        const TextMeasure& measure) {
  DisplayList list;
  for (std::size_t l = 0; l < layout.columns.size(); ++l) {
    if (const ColumnForm* form = layout.columns[l].form)
      form->paint({snapshot, l, style, layout.u, &measure}, layout.columns[l], list);
    else if (layout.columns[l].style == Style::Density)
      add_tiles(list, snapshot, layout, style, l, measure);
    else if (layout.columns[l].style == Style::Image)
      add_image(list, snapshot, layout, style, l);
    else
      add_marks(list, snapshot, layout, style, l, measure);
  }
  const float u = layout.u * style.palette->line_scale;
  if (style.hovered_gate && style.hovered_gate != style.selected_gate)
    add_gate_ring(list, snapshot, layout, *style.hovered_gate, std::max(1.5f, 2.5f * u), *style.palette);
  if (style.selected_gate)
    add_gate_ring(list, snapshot, layout, *style.selected_gate, std::max(2.0f, 5 * u), *style.palette);
  // Cells of forms need not be square: where the unit's own gate has a ring, that is the unit's.
  const auto has_ring = [&](UnitRef unit, const std::optional<GateRef>& gate) {
    return gate && gate_of_unit(snapshot, unit) == gate && layout.columns[std::size_t(unit.layer)].form &&
           gate_rect(layout, snapshot, *gate);
  };
  if (style.hovered && !has_ring(*style.hovered, style.hovered_gate))
    add_focus_ring(list, layout, *style.hovered, std::max(1.5f, 2.5f * u), *style.palette);
  if (style.selected && !has_ring(*style.selected, style.selected_gate))
    add_focus_ring(list, layout, *style.selected, std::max(2.0f, 5 * u), *style.palette);
  if (snapshot.eval_view || style.averaging) return list;
  for (std::size_t l = 0; l < layout.columns.size(); ++l)
    if (!layout.columns[l].form)
      add_hand_marks(list, layout.columns[l], site_of(snapshot, l), {style.palette, layout.u});
  add_weight_hand_marks(list, snapshot, layout, style);
  return list;
}

NetworkScene build_network_scene(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                                 const TextMeasure& measure) {
  return {build_edges(snapshot, layout, style), build_units(snapshot, layout, style, measure),
          build_labels(snapshot, layout, style, measure)};
}

}  // namespace dropscope
