// Which noise acts where, and what its gates are called.
#include <algorithm>

#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

bool has(const Shape& shape, Axis axis) {
  return std::any_of(shape.begin(), shape.end(), [axis](const Dim& d) { return d.axis == axis; });
}
// Feature maps, and steps of a sequence.
bool is_maps(const Shape& shape) { return has(shape, Axis::Channel) && has(shape, Axis::Row) && has(shape, Axis::Col); }
bool is_steps(const Shape& shape) { return has(shape, Axis::Time) && has(shape, Axis::Unit); }

const char* gates_of(const SiteView& site) {
  const bool shared = site.coins > 0, held = site.variant && site.variant->fill == Fill::Held;
  switch (site.kind) {
    case SiteKind::Input:
    case SiteKind::Hidden:
    case SiteKind::Sequence:
      return "units";
    case SiteKind::FeatureMap:
      return shared ? "feature maps" : "units";
    case SiteKind::Weight:
    case SiteKind::RecurrentWeight:
      return "weights";
    case SiteKind::ResidualBranch:
      return site.coins == 1 ? "branches" : "branch values";
    case SiteKind::RecurrentState:
      return shared ? "state units" : "state values";
    case SiteKind::StateUpdate:
      return held ? "state values" : "updates";
    case SiteKind::CellState:
      return held ? "cell values" : "updates";
    case SiteKind::CellUpdate:
      return "updates";
    case SiteKind::Embedding:
      return shared ? "words" : "word values";
    case SiteKind::AttentionWeights:
      return shared ? "heads" : "attention weights";
    case SiteKind::HeadOutput:
      return shared ? "heads" : "head values";
  }
  return "gates";
}

}  // namespace

bool is_at_work(const SiteView* site) { return site && site->rate > 0; }

bool is_drawn(const SiteView& site) {
  return site.active && (!site.gate.empty() || (!is_of_units(site.kind) && site.total > kMaxDrawnWeights));
}

std::vector<const SiteView*> inner_sites(const Snapshot& snapshot, std::size_t layer) {
  std::vector<const SiteView*> sites;
  for (int i : snapshot.layers[layer].inner_sites)
    if (is_at_work(&snapshot.sites[std::size_t(i)])) sites.push_back(&snapshot.sites[std::size_t(i)]);
  return sites;
}

const SiteView* branch_gate(const Snapshot& snapshot, std::size_t layer) {
  // A transformer's block has two branches: where one is closed the other still acts.
  const std::vector<PartView>& parts = snapshot.layers[layer].parts;
  if (std::count_if(parts.begin(), parts.end(), [](const PartView& p) { return p.kind == PartKind::Branch; }) > 1)
    return nullptr;
  for (const SiteView* site : inner_sites(snapshot, layer))
    if (site->kind == SiteKind::ResidualBranch && site->coins == 1) return site;
  return nullptr;
}

GateCount count_gates(const SiteView& site) {
  if (site.coins > 0) return {std::uint64_t(site.coins_kept), std::uint64_t(site.coins), gates_of(site)};
  return {std::uint64_t(site.kept), std::uint64_t(site.total), gates_of(site)};
}

std::vector<GateCount> count_gates(const std::vector<const SiteView*>& sites) {
  std::vector<GateCount> counts;
  for (const SiteView* site : sites) {
    const GateCount next = count_gates(*site);
    const auto same = std::find_if(counts.begin(), counts.end(),
                                   [&](const GateCount& c) { return std::string_view(c.of) == next.of; });
    if (same == counts.end()) {
      counts.push_back(next);
    } else {
      same->kept += next.kept;
      same->total += next.total;
    }
  }
  return counts;
}

std::vector<std::string> size_wordings(const Snapshot& snapshot, std::size_t l) {
  const LayerView& layer = snapshot.layers[l];
  const bool letters = l == 0 && snapshot.data && snapshot.data->sequence && snapshot.data->sequence->tokens;
  const std::string n = count_text(std::uint64_t(layer.units));
  const std::string what = letters ? "letter" : l == 0 ? "input" : "unit";
  std::vector<std::string> wordings = {n + " " + what + (layer.units == 1 ? "" : "s"), n};
  const Shape& shape = layer.shape;
  const auto text = [&shape](Axis axis) { return std::to_string(shape.extent(axis)); };
  if (l > 0 && is_maps(shape))
    wordings = {text(Axis::Channel) + " maps of " + text(Axis::Row) + " \u00d7 " + text(Axis::Col),
                text(Axis::Channel) + " maps", n};
  else if (l > 0 && is_steps(shape))
    wordings = {text(Axis::Time) + " steps \u00d7 " + text(Axis::Unit) + " units",
                text(Axis::Time) + " \u00d7 " + text(Axis::Unit) + " units",
                text(Axis::Time) + " \u00d7 " + text(Axis::Unit), n};
  return wordings;
}

std::string unit_title(const LayerView& layer, int unit) {
  const Shape& shape = layer.shape;
  const std::string name = layer_title(layer.name) + ", ";
  const auto number = [](int i) { return std::to_string(i + 1); };
  if (is_maps(shape) && layer.name != "input") {
    const int cols = shape.extent(Axis::Col), pixels = cols * shape.extent(Axis::Row);
    return name + "map " + number(unit / pixels) + ", row " + number(unit % pixels / cols) + ", column " +
           number(unit % cols);
  }
  if (is_steps(shape)) {
    const int units = shape.extent(Axis::Unit);
    return name + "step " + number(unit / units) + (units > 1 ? ", unit " + number(unit % units) : "");
  }
  return name + "unit " + count_text(std::uint64_t(unit) + 1) + " of " + count_text(std::uint64_t(layer.units));
}

}  // namespace dropscope
