// The line below the network picture: what width and colour of a line mean, and what broken lines are.
#include <algorithm>

#include "app/scene/noise_words.h"
#include "app/scene/pen.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

bool drops_units(const Snapshot& snapshot) {
  for (const SiteView& site : snapshot.sites)
    if (site.active && is_of_units(site.kind) && site.variant->gates == Gates::Binary) return true;
  return false;
}

// What is dropped is filled with a value that goes on.
bool fills_units(const Snapshot& snapshot) {
  return std::any_of(snapshot.sites.begin(), snapshot.sites.end(),
                     [](const SiteView& site) { return is_of_units(site.kind) && fills_dropped(site); });
}

bool cuts_drawn_weights(const Snapshot& snapshot) {
  for (std::size_t l = 0; l < snapshot.layers.size(); ++l)
    for (const SiteView* site : inner_sites(snapshot, l))
      if (site->kind == SiteKind::Weight && site->active && snapshot.layers[l].weights) return true;
  return false;
}

bool any_matrix(const NetworkLayout& layout) {
  for (std::size_t l = 0; l < layout.columns.size(); ++l)
    if (is_matrix(layout, l)) return true;
  return false;
}

// What the lines stand for where the beat is about them.
EdgeShow::What lines_show(const Snapshot& snapshot, const NetworkLayout& layout, const StepBeat& beat) {
  const EdgeShow::What wanted = beat.phase == Phase::Backward ? EdgeShow::What::Gradient
                                : beat.phase == Phase::Update ? EdgeShow::What::Change
                                                              : EdgeShow::What::Weight;
  for (std::size_t l = 1; beat.on && l < layout.columns.size(); ++l)
    if ((is_matrix(layout, l) || has_single_edges(snapshot, layout, l)) && edge_show(snapshot, beat, l).what == wanted)
      return wanted;
  return EdgeShow::What::Weight;
}

bool shows_attention(const Snapshot& snapshot) {
  for (const LayerView& layer : snapshot.layers)
    for (const PartView& part : layer.parts)
      if (part.kind == PartKind::Attention) return true;
  return false;
}

// Longest first.
std::vector<std::string> legend_notes(const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style,
                                      const StepBeat& beat, EdgeShow::What what) {
  if (what == EdgeShow::What::Change) {
    const StillCount count = still_weights(snapshot);
    const std::string still = count_text(std::uint64_t(count.still)) + " of " + count_text(std::uint64_t(count.total));
    return {"thick: changed much \u00b7 dotted: no gradient in this step, " + still + " weights",
            "dotted: no gradient, " + still + " weights", "dotted: no gradient"};
  }
  if (what == EdgeShow::What::Gradient)
    return {"units: the gradient that reaches each \u00b7 lines: gradient of the weight, mean of the batch",
            "units and lines: gradient of the loss", "gradient of the loss"};
  if (draws_strongest_only(snapshot, layout)) {
    const std::string most = count_text(kMostEdgesPerLayer);
    return {"lines: the strongest " + most + " between two layers", "strongest " + most + " shown"};
  }
  std::vector<std::string> notes = {"bar at the end: negative"};
  const bool masked = !style.averaging && !(beat.on && beat.phase == Phase::Batch);
  if (cuts_drawn_weights(snapshot) && masked)
    notes.insert(notes.begin(), any_matrix(layout) ? "blank with a stroke, or broken: dropped in this step"
                                                   : notes[0] + " \u00b7 broken: dropped in this step");
  else if (drops_units(snapshot) && masked)
    notes.insert(notes.begin(), notes[0] + (fills_units(snapshot) ? " \u00b7 a dropped unit loses the lines into it"
                                                                  : " \u00b7 a dropped unit loses all its lines"));
  // The heads of a transformer: small weights are told apart by the colour of their root.
  if (shows_attention(snapshot) && !style.averaging) {
    const std::string root = "attention: colour = \u221aweight";
    return {root + " \u00b7 " + notes.back(), root, "attention: \u221aweight"};
  }
  return notes;
}

}  // namespace

// Two wedges: negative with its bar at the left, positive at the right, from thin to the widest line.
void add_legend(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style) {
  const Rect r = layout.legend;
  if (r.height() <= 0) return;
  const StepBeat beat = step_beat(snapshot, style);
  const EdgeShow::What what = lines_show(snapshot, layout, beat);
  const float limit = edge_limit(snapshot, beat, what);
  if (!(limit > 0)) return;
  const float size = type_px(pen.p, pen.u, 14), y = r.center().y, gap = 8 * pen.u;
  const std::string low = value_text(-limit), high = "+" + value_text(limit);
  const float low_width = pen.measure.width(low, size, Face::Mono),
              high_width = pen.measure.width(high, size, Face::Mono);
  const std::string word = what == EdgeShow::What::Weight     ? "weight"
                           : what == EdgeShow::What::Gradient ? "weight gradient"
                                                              : "change";
  const float word_width = pen.measure.width(word, size, Face::Regular);
  const float wedge = std::min(120 * pen.u, (r.width() - low_width - high_width - word_width - 4 * gap) / 2);
  if (wedge < 10) return;
  float x = r.min.x;
  const auto text = [&](const std::string& t, float width, Face face) {
    pen.list.add(draw::Text{{x, y}, t, size, pen.p.secondary, face, HAlign::Left, VAlign::Middle});
    x += width + gap;
  };
  text(word, word_width, Face::Regular);
  text(low, low_width, Face::Mono);
  const float thick = 2.6f * pen.u * pen.p.line_scale;
  pen.list.add(draw::Line{{x, y - thick * 1.9f}, {x, y + thick * 1.9f}, std::max(1.0f, thick), pen.p.negative});
  pen.list.add(draw::Polygon{{{x, y - thick}, {x + wedge, y}, {x, y + thick}}, pen.p.negative});
  x += wedge;
  pen.list.add(draw::Polygon{{{x, y}, {x + wedge, y - thick}, {x + wedge, y + thick}}, pen.p.positive});
  x += wedge + gap;
  text(high, high_width, Face::Mono);
  const std::vector<std::string> notes = legend_notes(snapshot, layout, style, beat, what);
  x += gap * 1.5f;
  const std::string note = first_fitting(notes, r.max.x - x, size, Face::Regular, pen.measure);
  if (r.max.x - x > size * 6 && note.find("\u2026") == std::string::npos) text(note, 0, Face::Regular);
}

}  // namespace dropscope
