// What noise does to what it drops, in words: dropped or held, silent or at its lowest value, drawn when. Pure
// functions of a Snapshot.
#pragma once
#include <string>

#include "app/scene/rate_naming.h"
#include "core/session/snapshot.h"

namespace dropscope {

// What is dropped takes a value of its own, other than 0, and passes that on.
bool fills_dropped(const SiteView& site);
// Its mask is decided by the layer's own sums, and not known before the update has come to that layer.
bool is_drawn_late(const SiteView& site);
// "kept" or "dropped"; of noise that lets old values stand, "renewed" or "held".
const char* gate_word(const SiteView& site, float gate);
// What a person does to an open or a closed gate: "Drop", "Keep"; "Hold", "Renew".
const char* gate_action(const SiteView& site, bool open);
// The column normalises: it has a gain and a shift, and no weights.
bool is_norm(const Snapshot& snapshot, std::size_t layer);
// "p now 0.004 of 0.2, scheduled", or "p now 0.996, at least 0.8, scheduled"; empty where the rate does not change
// along a schedule.
std::string scheduled_rate(const Snapshot& snapshot, const SiteView& site, RateNaming naming = RateNaming::Drop);
// "hidden 1" for weights of hidden1.weight, where the rest of the name would only say "weights" again.
std::string place_of(const SiteView& site, const std::string& things);

}  // namespace dropscope
