#include "app/scene/step_text.h"

#include <algorithm>
#include <cmath>

#include "app/scene/gate_words.h"
#include "app/scene/noise_words.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

using Look = CardLine::Look;
const std::string kDot = " \u00b7 ", kPrime = "\u2032", kSigma = "\u03a3", kMinus = "\u2212";

const float* value_at(const std::vector<float>& values, int i) {
  return std::size_t(i) < values.size() ? &values[std::size_t(i)] : nullptr;
}
std::string number(float value) { return value_text(double(value)); }
// Gates are mostly 0 or 1, and factors of few digits.
std::string factor(float value) { return value == 0 || value == 1 ? short_text(double(value)) : number(value); }

// The factor of what is kept: " / 0.5" where it is 1 / (1 - p), else " · 1.43"; empty where it is 1.
std::string scale_term(const SiteView& site) {
  if (site.scale == 1) return {};
  if (site.variant->rescale == Rescale::InverseKeep && site.rate < 1) return " / " + short_text(1 - site.rate);
  return kDot + short_text(double(site.scale));
}
std::string scale_symbol(const SiteView& site, RateNaming naming) {
  if (site.scale == 1) return {};
  return site.variant->rescale == Rescale::InverseKeep ? formula_in(naming, " / (1" + kMinus + "p)") : kDot + "s";
}

std::string gate_line(const SiteView& site, std::uint32_t element, float gate, RateNaming naming) {
  const bool hand = is_set_by_hand(site, element), held = is_locked(site, element);
  const std::string why = held ? "  (locked)" : hand ? "  (by hand)" : "";
  if (site.variant->gates == Gates::Real && why.empty())
    return "m = " + factor(gate) +
           (site.variant->preserves == Preserves::Nothing ? "  (random)" : "  (random, mean 1)");
  if (!why.empty()) return "m = " + factor(gate) + why;
  const bool coin = site.variant->rate_is == RateIs::Exact && site.variant->reads == Reads::Nothing;
  if (!coin) return "m = " + factor(gate) + "  (" + gate_word(site, gate) + ")";
  // The uniform number drawn is held against P(dropped), whatever p is called.
  const std::string limit = formula_in(naming, "p") + " = " + short_text(site.rate);
  return "m = " + factor(gate) + (gate == 0 ? "  (u < " : "  (u \u2265 ") + limit + ")";
}

// Where a unit's own noise acts in the pass shown.
const SiteView* noise_of(const Snapshot& snapshot, std::size_t l) {
  const SiteView* site = site_of(snapshot, l);
  return is_noisy(site, snapshot.layers[l].units) && !snapshot.eval_view ? site : nullptr;
}

// What z is made of, but for the bias.
std::string sum_symbols(const Snapshot& snapshot, std::size_t l, RateNaming naming) {
  const std::string plain = kSigma + " w" + kDot + "h";
  for (const SiteView* site : inner_sites(snapshot, l)) {
    if (site->kind != SiteKind::Weight) continue;
    if (!snapshot.eval_view) return kSigma + " m" + kDot + "w" + kDot + "h" + scale_symbol(*site, naming);
    return site->scale == 1 ? plain : plain + kDot + short_text(double(site->scale));
  }
  return plain;
}

// What noise adds after mask and scale; nothing where it adds nothing.
const float* offset_at(const SiteView& site, std::uint32_t element) {
  return element < site.offset.size() ? &site.offset[element] : nullptr;
}

void add_sum_lines(CardText& card, const Snapshot& snapshot, std::size_t l, int unit, RateNaming naming) {
  const LayerView& layer = snapshot.layers[l];
  const float h = *value_at(layer.h, unit);
  if (l == 0) {
    card.lines.push_back({"x = " + number(h)});
    return;
  }
  const float* z = value_at(layer.z, unit);
  if (!z) {
    card.lines.push_back({(layer.is_block ? "out = " : "h = ") + number(h)});
    return;
  }
  const float* b = value_at(layer.bias, unit);
  if (is_norm(snapshot, l))
    card.lines.push_back({"z = gain" + kDot + "(x " + kMinus + " mean)/dev. + shift = " + number(*z)});
  else
    card.lines.push_back({"z = " + sum_symbols(snapshot, l, naming) + (b ? " + b" : "") + " = " + number(*z)});
  const std::string act = activation_symbol(layer.activation);
  if (!act.empty()) card.lines.push_back({"h = " + act + "(z) = " + number(h)});
}

void add_forward(CardText& card, const Snapshot& snapshot, std::size_t l, int unit, int sub_beat, RateNaming naming) {
  const LayerView& layer = snapshot.layers[l];
  add_sum_lines(card, snapshot, l, unit, naming);
  const float h = *value_at(layer.h, unit);
  const float* y = value_at(layer.y, unit);
  const std::size_t all = card.lines.size();
  const SiteView* site = noise_of(snapshot, l);
  if (snapshot.eval_view) {
    const SiteView* eval = site_of(snapshot, l);
    const bool scaled = is_at_work(eval) && eval->scale != 1;
    card.lines.push_back({scaled
                              ? "h" + kPrime + " = h" + kDot + short_text(double(eval->scale)) + "  (mean of the mask)"
                              : "h" + kPrime + " = h  (no mask, no scaling)",
                          Look::Quiet});
  } else if (site && y) {
    const auto element = std::uint32_t(unit);
    const float gate = site->gate[element];
    card.lines.push_back({gate_line(*site, element, gate, naming)});
    const float* offset = offset_at(*site, element);
    card.lines.push_back(
        {"h" + kPrime + " = h" + kDot + "m" + scale_symbol(*site, naming) + (offset ? " + offset" : ""), Look::Quiet});
    if (gate == 0 && offset && *offset != 0) {
      card.lines.push_back({"   = offset (the lowest value)"});
    } else if (gate == 0) {
      card.lines.push_back({"   = " + number(h) + kDot + "0", Look::Struck});
    } else {
      card.lines.push_back({"   = " + number(h) + kDot + factor(gate) + scale_term(*site) +
                            (offset ? (*offset < 0 ? " " + kMinus + " " : " + ") + number(std::fabs(*offset)) : "")});
    }
  } else if (is_at_work(site_of(snapshot, l)) && l > 0) {
    card.lines.push_back({"its mask is not drawn yet", Look::Quiet});
  }
  // Part by part: what comes later is not there yet.
  if (sub_beat >= 0) {
    const std::size_t shown = sub_beat == 0 ? 1 : sub_beat == 1 ? all : card.lines.size();
    if (card.lines.size() > shown) card.lines.resize(shown);
    if (sub_beat < 3) return;
  }
  if (y && std::isfinite(*y)) card.lines.push_back({"   = " + number(*y), Look::Result});
  if (y && !std::isfinite(*y)) card.lines.push_back({"not a number: the run has diverged here", Look::Result});
}

// False where the way back has not come to the unit.
bool add_backward(CardText& card, const Snapshot& snapshot, std::size_t l, int unit, RateNaming naming) {
  if (!snapshot.trace || l >= snapshot.trace->layers.size()) return false;
  const TraceView::Layer& trace = snapshot.trace->layers[l];
  const float *dy = value_at(trace.dy, unit), *dh = value_at(trace.dh, unit), *dz = value_at(trace.dz, unit);
  if (!dy) return false;
  const LayerView& layer = snapshot.layers[l];
  const SiteView* site = noise_of(snapshot, l);
  if (!site) {
    card.lines.push_back({"dL/dh = " + number(*dy)});
  } else {
    const float gate = site->gate[std::size_t(unit)];
    card.lines.push_back({"dL/dh" + kPrime + " = " + number(*dy)});
    card.lines.push_back({"dL/dh = dL/dh" + kPrime + kDot + "m" + scale_symbol(*site, naming), Look::Quiet});
    const bool struck = gate == 0;
    card.lines.push_back({"   = " + number(*dy) + kDot + factor(gate) + (struck ? "" : scale_term(*site)),
                          struck ? Look::Struck : Look::Plain});
    if (dh) card.lines.push_back({"   = " + number(*dh), Look::Result});
  }
  const std::string act = activation_symbol(layer.activation);
  if (dz && !act.empty()) card.lines.push_back({"dL/dz = dL/dh" + kDot + act + kPrime + "(z) = " + number(*dz)});
  return true;
}

void add_update(CardText& card, const Snapshot& snapshot, std::size_t l, int unit) {
  if (!snapshot.trace || l >= snapshot.trace->layers.size()) return;
  const TraceView::Layer& trace = snapshot.trace->layers[l];
  const LayerView& layer = snapshot.layers[l];
  if (trace.weight_gradient && layer.units > 0) {
    const std::size_t inputs = trace.weight_gradient->size() / std::size_t(layer.units);
    const auto row = trace.weight_gradient->begin() + std::ptrdiff_t(inputs * std::size_t(unit));
    const auto still = std::count(row, row + std::ptrdiff_t(inputs), 0.0f);
    card.lines.push_back({count_text(std::uint64_t(still)) + " of its " + count_text(inputs) + " weights: gradient 0"});
  }
  const float *before = value_at(trace.bias_before, unit), *after = value_at(layer.bias, unit);
  if (before && after) card.lines.push_back({"b: " + number(*before) + " \u2192 " + number(*after)});
}

std::string state_word(const Snapshot& snapshot, std::size_t l, int unit) {
  const SiteView* site = noise_of(snapshot, l);
  if (snapshot.eval_view) return ": no mask";
  if (!site) return "";
  const float gate = site->gate[std::size_t(unit)];
  if (gate != 0 && site->variant->gates == Gates::Real) return ": \u00d7 " + factor(gate);
  return std::string(": ") + gate_word(*site, gate);
}

std::string example_note(const Snapshot& snapshot) {
  if (snapshot.rows <= 0) return "";
  return "example " + std::to_string(snapshot.row + 1) + " of " + std::to_string(snapshot.rows);
}

// The value that a gate multiplies, and what leaves it, where the snapshot has both.
struct Through {
  float before = 0, after = 0;
};
std::optional<Through> value_through(const Snapshot& snapshot, GateRef gate) {
  const SiteView& site = *site_at(snapshot, gate);
  for (const LayerView& layer : snapshot.layers) {
    for (const PartView& part : layer.parts) {
      if (std::find(part.sites.begin(), part.sites.end(), gate.site) == part.sites.end()) continue;
      const InnerView *drawn = part.find("weights"), *used = part.find("weights_used");
      if (site.kind == SiteKind::AttentionWeights && drawn && used && gate.element < drawn->values.size() &&
          gate.element < used->values.size())
        return Through{drawn->values[gate.element], used->values[gate.element]};
    }
  }
  return std::nullopt;
}

CardText gate_card(const Snapshot& snapshot, GateRef ref, RateNaming naming) {
  const SiteView& site = *site_at(snapshot, ref);
  CardText card;
  card.title = gate_title(site, ref.element);
  if (site.shared) card.note = "whole batch";
  if (snapshot.eval_view) {
    card.lines.push_back({"eval view: no mask", Look::Quiet});
    return card;
  }
  const std::optional<float> gate = gate_value(site, ref.element);
  if (!gate) {
    card.lines.push_back(
        {is_at_work(&site) && site.active ? "its mask is not drawn yet" : "no mask here", Look::Quiet});
    return card;
  }
  card.lines.push_back({formula_in(naming, site.variant->depiction.formula), Look::Quiet});
  card.lines.push_back({gate_line(site, ref.element, *gate, naming)});
  if (const auto through = value_through(snapshot, ref)) {
    card.lines.push_back({"a = " + number(through->before)});
    card.lines.push_back({"a" + kPrime + " = " + number(through->before) + kDot + factor(*gate) + scale_term(site),
                          *gate == 0 ? Look::Struck : Look::Plain});
    card.lines.push_back({"   = " + number(through->after), Look::Result});
  } else if (const float* offset = offset_at(site, ref.element); *gate == 0 && offset && *offset != 0) {
    card.lines.push_back({"passes on its lowest value, " + number(*offset), Look::Result});
  } else if (*gate == 0) {
    card.lines.push_back(
        {site.variant->fill == Fill::Held ? "held: the value of the step before" : "passes nothing on", Look::Result});
  } else if (site.variant->fill == Fill::Held) {
    card.lines.push_back({"renewed: the value of this step", Look::Result});
  } else {
    card.lines.push_back(
        {"passes on" + (site.scale == 1 ? std::string(" as it is") : " \u00d7 " + short_text(double(site.scale))),
         Look::Result});
  }
  if (coin_count(site) < element_count(site))
    card.lines.push_back(
        {"one coin for " + count_text(element_count(site) / std::max(1u, coin_count(site))) + " values", Look::Quiet});
  return card;
}

// Noise other than the column's own on its units acts on what comes in: through an activation the mean over masks is
// not what the mean mask gives.
bool lies_behind_noise(const Snapshot& snapshot, std::size_t l) {
  if (l >= snapshot.layers.size()) return false;
  if (!inner_sites(snapshot, l).empty()) return true;
  for (std::size_t before = 0; before < l; ++before)
    if (is_at_work(site_of(snapshot, before)) || !inner_sites(snapshot, before).empty()) return true;
  return false;
}

}  // namespace

CardText unit_card_text(const Snapshot& snapshot, const Walk& walk, std::optional<UnitRef> unit,
                        std::optional<GateRef> gate, int sub_beat, RateNaming naming) {
  const bool known = unit && unit->layer >= 0 && unit->layer < int(snapshot.layers.size()) && unit->unit >= 0 &&
                     unit->unit < snapshot.layers[std::size_t(unit->layer)].units;
  if (!known && gate && site_at(snapshot, *gate)) return gate_card(snapshot, *gate, naming);
  CardText card;
  if (!known) {
    card.title = "Arithmetic";
    card.lines = {{"Click a unit: its numbers stand here.", Look::Quiet},
                  {"Or press I and walk with the arrows.", Look::Quiet}};
    return card;
  }
  const auto l = std::size_t(unit->layer);
  const LayerView& layer = snapshot.layers[l];
  card.title = unit_title(layer, unit->unit);
  if (const std::size_t of = card.title.find(" of "); of != std::string::npos) card.title.resize(of);
  card.note = example_note(snapshot);
  if (!value_at(layer.h, unit->unit)) {
    if (const SiteView* site = site_of(snapshot, l); site && !snapshot.eval_view)
      if (const auto value = gate_value(*site, std::uint32_t(unit->unit))) {
        card.lines.push_back({gate_line(*site, std::uint32_t(unit->unit), *value, naming)});
        card.title += std::string(": ") + gate_word(*site, *value);
      }
    card.lines.push_back({"not computed yet in this step", Look::Quiet});
    return card;
  }
  card.title += state_word(snapshot, l, unit->unit);
  const Phase phase = walk.phase();
  const bool back = !snapshot.eval_view && (phase == Phase::Backward || phase == Phase::Update) &&
                    add_backward(card, snapshot, l, unit->unit, naming);
  if (back && phase == Phase::Update) add_update(card, snapshot, l, unit->unit);
  if (!back)
    add_forward(card, snapshot, l, unit->unit, phase == Phase::Forward && walk.column() == unit->layer ? sub_beat : -1,
                naming);
  if (card.lines.size() > std::size_t(kUnitCardLines)) card.lines.resize(std::size_t(kUnitCardLines));
  return card;
}

CardText eval_card_text(const Snapshot& snapshot, std::optional<UnitRef> unit) {
  CardText card;
  card.title = "In eval mode the same unit gives";
  const TraceView* trace = snapshot.trace.get();
  const bool same = trace && unit && trace->study.layer == unit->layer && trace->study.unit == unit->unit;
  if (!same) {
    card.lines.push_back({unit ? "reckoned once the forward pass is done" : "select a unit to compare", Look::Quiet});
    return card;
  }
  const TraceView::Study& study = trace->study;
  card.lines.push_back({"h = " + value_text(study.eval)});
  if (study.passes() > 1) {
    const double error = study.deviation / std::sqrt(double(study.passes()));
    card.lines.push_back({"mean of h" + kPrime + " over masks = " + value_text(double(study.running_mean.back())) +
                          " \u00b1 " + value_text(error)});
    if (lies_behind_noise(snapshot, std::size_t(study.layer)))
      card.lines.push_back({"masks before it vary too: near, need not be equal", Look::Quiet});
    card.note = count_text(std::uint64_t(study.passes())) + " masks";
  }
  return card;
}

}  // namespace dropscope
