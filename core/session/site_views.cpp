#include <algorithm>

#include "core/session/snapshot_parts.h"

namespace dropscope {
namespace {

constexpr int kRecentRows = 10;

bool is_kept(float gate) { return gate != 0.0f; }

// Where the gates of one example begin, and their shape.
struct RowOfGates {
  Shape shape;
  const float* first;
};
RowOfGates row_of_gates(const Tensor<float>& gates, int row) {
  const Shape shape = row_shape(gates.shape);
  const bool is_shared = gates.shape[0].extent == 1;
  return {shape, gates.data() + (is_shared ? 0 : std::size_t(row) * shape.count())};
}

// One gate per element, whatever they share.
std::vector<float> gates_of(const RowOfGates& gates, const Shape& shape) {
  if (gates.shape.count() == shape.count()) return {gates.first, gates.first + shape.count()};
  std::vector<float> all(shape.count());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = gates.first[broadcast_index(shape, gates.shape, i)];
  return all;
}

// Which gates elements in use have, where elements share them.
UsedElements used_coins(const Shape& shape, const Shape& tied, const UsedElements& used) {
  UsedElements coins(tied.count(), 0);
  for (std::size_t i = 0; i < used.size(); ++i)
    if (used[i]) coins[broadcast_index(shape, tied, i)] = 1;
  return coins;
}

int count(const UsedElements& used) { return int(std::count(used.begin(), used.end(), 1)); }

int count_kept(const float* gates, std::size_t n, const UsedElements& used) {
  if (used.empty()) return int(std::count_if(gates, gates + n, is_kept));
  int kept = 0;
  for (std::size_t i = 0; i < n; ++i) kept += used[i] && is_kept(gates[i]) ? 1 : 0;
  return kept;
}

// The gates that a person holds or has set for the example shown. True where there are any for the site.
bool add_hands(const ShownPass& pass, int site, SiteView& view) {
  const HandMasks& hands = pass.drawn() ? pass.trainer.used_by_hand() : pass.trainer.by_hand();
  bool any = false;
  for (const GateByHand& gate : hands.locks())
    if (gate.site == site) view.locked.push_back(gate.element), any = true;
  for (const GateByHand& gate : hands.gates()) {
    if (gate.site != site) continue;
    any = true;
    if (gate.row < 0 || gate.row == pass.row || view.shared) view.by_hand.push_back(gate.element);
  }
  return any;
}

// The outputs of layers, which a person sets from the window, and whatever acts besides.
bool is_shown(const ShownPass& pass, std::size_t site) {
  const SiteInfo& info = pass.network().sites()[site];
  const bool output = info.name == pass.network().layer(info.layer).name() && info.name != "output";
  if (output && is_of_units(info.kind) && info.block == 0) return true;
  if (has_effect(pass.trainer.plans()[site])) return true;
  return pass.drawn() && pass.network().noise_at(pass.trainer.tape(), int(site)).noise.active;
}

void add_lately(const ShownPass& pass, int site, SiteView& view) {
  const MaskStatistics& statistics = pass.trainer.statistics();
  view.lately = statistics.lately();
  if (!statistics.watches(site)) return;
  const int elements = int(view.shape.count());
  if (elements == view.total && pass.row == 0) view.recent_rows = std::min(kRecentRows, view.lately);
  for (int k = 0; k < view.recent_rows; ++k)
    for (int u = 0; u < elements; ++u) view.recent.push_back(statistics.kept(site, u, k) ? 1 : 0);
  for (int u = 0; u < elements; ++u) view.dropped_lately.push_back(std::uint16_t(statistics.dropped_lately(site, u)));
}

}  // namespace

std::vector<UsedElements> used_elements(const Network<float>& network) {
  std::vector<UsedElements> all;
  for (std::size_t i = 0; i < network.sites().size(); ++i) {
    const SiteInfo& site = network.sites()[i];
    all.emplace_back();
    // Every weight and every unit can change something.
    if (site.kind != SiteKind::AttentionWeights) continue;
    UsedElements used(network.site_shape(int(i), 1).count());
    for (std::size_t e = 0; e < used.size(); ++e) used[e] = network.layer(site.layer).uses(site.slot, e) ? 1 : 0;
    if (count(used) < int(used.size())) all.back() = std::move(used);
  }
  return all;
}

void put_gates(const Noise<float>& noise, int row, const UsedElements& used, SiteView& view) {
  const RowOfGates gates = row_of_gates(noise.gate, row);
  const UsedElements coins = used.empty() ? UsedElements{} : used_coins(view.shape, gates.shape, used);
  view.scale = noise.scale;
  view.gate = gates_of(gates, view.shape);
  view.offset.clear();
  if (!noise.offset.empty()) view.offset = gates_of(row_of_gates(noise.offset, row), view.shape);
  view.kept = count_kept(view.gate.data(), view.gate.size(), used);
  const std::size_t each = gates.shape.count();
  if (view.coins > 0) view.coins_kept = count_kept(gates.first, each, coins);
  if (!is_of_units(view.kind) && view.shape.count() > std::size_t(kMaxDrawnWeights)) view.gate.clear();
  std::size_t dropped = 0, all = 0;
  if (used.empty()) {
    dropped = std::size_t(std::count(noise.gate.v.begin(), noise.gate.v.end(), 0.0f));
    all = noise.gate.size();
  } else {
    for (std::size_t i = 0; i < noise.gate.size(); ++i)
      if (coins[i % each]) ++all, dropped += is_kept(noise.gate[i]) ? 0 : 1;
  }
  view.realized_rate = all > 0 ? double(dropped) / double(all) : 0;
}

void add_sites(const ShownPass& pass, const std::vector<UsedElements>& used, Snapshot& s) {
  const Trainer& trainer = pass.trainer;
  const Network<float>& network = trainer.network();
  for (std::size_t i = 0; i < network.sites().size(); ++i) {
    const SiteInfo& info = network.sites()[i];
    const NoisePlan& plan = trainer.plans()[i];
    const Noise<float>& noise = network.noise_at(trainer.tape(), int(i)).noise;
    SiteView site;
    site.shared = plan.tie.has(Axis::Sample) || (!has_effect(plan) && acts_on_table(info.kind));
    const bool by_hand = add_hands(pass, int(i), site);
    if (!by_hand && !is_shown(pass, i)) continue;
    site.site = info.name;
    site.kind = info.kind;
    site.variant = plan.variant;
    site.rate = plan.rate;
    // Where the rate is learned what was asked for plays no part.
    if (plan.variant->rate_of) {
      std::vector<double> learned;
      for (std::size_t k = 0; k < plan.variant->learned.size(); ++k)
        learned.push_back(double(trainer.params()[info.learned + k]));
      site.rate = plan.variant->rate_of(learned);
    }
    site.shape = network.site_shape(int(i), 1);
    site.total = used[i].empty() ? int(site.shape.count()) : count(used[i]);
    site.kept = site.total;
    const Shape tied = site.shape.tied(plan.tie);
    const UsedElements coins = used[i].empty() ? UsedElements{} : used_coins(site.shape, tied, used[i]);
    const int gates = used[i].empty() ? int(tied.count()) : count(coins);
    if ((has_effect(plan) || by_hand) && gates < site.total) site.coins = site.coins_kept = gates;
    site.independent = !plan.variant->expected_drop;
    if (pass.eval) {
      Noise<float> mean;
      if (!expects_late(plan)) expected_noise<float>(plan, site.shape, mean);
      site.scale = mean.active ? mean.scale * mean.gate[0] : 1.0f;
    } else {
      site.active = has_effect(plan) || by_hand || (pass.drawn() && noise.active);
      if (pass.drawn() && noise.active) put_gates(noise, pass.row, used[i], site);
    }
    add_lately(pass, int(i), site);
    // At rate 1 there is only one mask.
    if (has_effect(plan) && plan.rate < 1 && plan.variant->gates == Gates::Binary) s.droppable_units += gates;
    s.sites.push_back(std::move(site));
  }
}

}  // namespace dropscope
