// Gates that people set by hand: what they are called, which elements share one, how they stand. Pure functions of a
// Snapshot.
#pragma once
#include <optional>
#include <string>

#include "app/scene/network_scene.h"

namespace dropscope {

// Null where there is no such site.
const SiteView* site_at(const Snapshot& snapshot, int site);
const SiteView* site_at(const Snapshot& snapshot, GateRef gate);
int find_site(const Snapshot& snapshot, const std::string& name);  // -1 where there is none

// Elements for one example, also those that are not counted because they cannot change anything.
std::uint32_t element_count(const SiteView& site);
// False for the keys that a causal attention hides from a query, and for what is no element.
bool has_effect(const Snapshot& snapshot, GateRef gate);
// The coin that an element is decided by, and the first element that a coin decides. Where nothing is shared both are
// the element itself.
std::uint32_t coin_of(const SiteView& site, std::uint32_t element);
std::uint32_t first_of_coin(const SiteView& site, std::uint32_t coin);
std::uint32_t coin_count(const SiteView& site);

// The gate's value in the pass shown; nothing while it is not drawn, or not shown.
std::optional<float> gate_value(const SiteView& site, std::uint32_t element);
bool is_locked(const SiteView& site, std::uint32_t element);
bool is_set_by_hand(const SiteView& site, std::uint32_t element);

// "hidden 1, unit 3", "conv 1, map 2", "block 3: its branch", "block 1 attention, head 1, query 4, key 2".
std::string gate_title(const SiteView& site, std::uint32_t element);
// The gate is one of a column's units.
bool is_unit_gate(const Snapshot& snapshot, GateRef gate);

}  // namespace dropscope
