#include "app/scene/gate_words.h"

#include <algorithm>

#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "core/spec/gate_name.h"

namespace dropscope {
namespace {

// The shape of the coins; nothing where elements share none.
std::optional<Shape> coin_shape(const SiteView& site) {
  if (site.shape.rank() == 0) return std::nullopt;
  const Shape coins = site.shape.tied(site.variant->tie);
  return coins == site.shape ? std::nullopt : std::optional<Shape>(coins);
}

bool shares_with_one_of(const SiteView& site, std::uint32_t element, const std::vector<std::uint32_t>& list) {
  const std::uint32_t coin = coin_of(site, element);
  return std::any_of(list.begin(), list.end(), [&](std::uint32_t other) { return coin_of(site, other) == coin; });
}

// The part that the noise acts in lets no query see a later key.
bool is_causal(const Snapshot& snapshot, int site) {
  for (const LayerView& layer : snapshot.layers)
    for (const PartView& part : layer.parts)
      if (part.causal && std::find(part.sites.begin(), part.sites.end(), site) != part.sites.end()) return true;
  return false;
}

}  // namespace

const SiteView* site_at(const Snapshot& snapshot, int site) {
  return site >= 0 && site < int(snapshot.sites.size()) ? &snapshot.sites[std::size_t(site)] : nullptr;
}
const SiteView* site_at(const Snapshot& snapshot, GateRef gate) {
  const SiteView* site = site_at(snapshot, gate.site);
  return site && gate.element < element_count(*site) ? site : nullptr;
}
int find_site(const Snapshot& snapshot, const std::string& name) {
  for (std::size_t i = 0; i < snapshot.sites.size(); ++i)
    if (snapshot.sites[i].site == name) return int(i);
  return -1;
}

std::uint32_t element_count(const SiteView& site) {
  return site.shape.rank() > 0 ? std::uint32_t(site.shape.count()) : std::uint32_t(std::max(site.total, 0));
}

bool has_effect(const Snapshot& snapshot, GateRef gate) {
  const SiteView* site = site_at(snapshot, gate);
  if (!site) return false;
  if (site->kind != SiteKind::AttentionWeights || !is_causal(snapshot, gate.site)) return true;
  const auto keys = std::uint32_t(std::max(1, site->shape.extent(Axis::Key)));
  const auto queries = std::uint32_t(std::max(1, site->shape.extent(Axis::Query)));
  return gate.element % keys <= gate.element / keys % queries;
}

std::uint32_t coin_of(const SiteView& site, std::uint32_t element) {
  const std::optional<Shape> coins = coin_shape(site);
  return coins ? std::uint32_t(broadcast_index(site.shape, *coins, element)) : element;
}

std::uint32_t first_of_coin(const SiteView& site, std::uint32_t coin) {
  const std::optional<Shape> coins = coin_shape(site);
  if (!coins) return coin;
  std::uint32_t element = 0, stride = 1;
  for (int d = site.shape.rank() - 1; d >= 0; --d) {
    const auto extent = std::uint32_t(std::max(1, (*coins)[d].extent));
    element += coin % extent * stride;
    coin /= extent;
    stride *= std::uint32_t(site.shape[d].extent);
  }
  return element;
}

std::uint32_t coin_count(const SiteView& site) {
  const std::optional<Shape> coins = coin_shape(site);
  return coins ? std::uint32_t(coins->count()) : element_count(site);
}

std::optional<float> gate_value(const SiteView& site, std::uint32_t element) {
  if (!site.active || element >= site.gate.size()) return std::nullopt;
  return site.gate[element];
}

bool is_locked(const SiteView& site, std::uint32_t element) { return shares_with_one_of(site, element, site.locked); }
bool is_set_by_hand(const SiteView& site, std::uint32_t element) {
  return shares_with_one_of(site, element, site.by_hand);
}

std::string gate_title(const SiteView& site, std::uint32_t element) {
  const std::string title = layer_title(site.site);
  if (site.shape.rank() == 0) return title + ", element " + count_text(std::uint64_t(element) + 1);
  return title + gate_name(site.kind, site.shape, site.variant->tie, element);
}

bool is_unit_gate(const Snapshot& snapshot, GateRef gate) {
  return std::any_of(snapshot.layers.begin(), snapshot.layers.end(),
                     [&](const LayerView& layer) { return layer.site == gate.site; });
}

}  // namespace dropscope
