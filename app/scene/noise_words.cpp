#include "app/scene/noise_words.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "app/scene/scene_text.h"

namespace dropscope {

bool fills_dropped(const SiteView& site) {
  return site.variant && site.variant->fill == Fill::ByVariant &&
         std::any_of(site.offset.begin(), site.offset.end(), [](float offset) { return offset != 0; });
}

bool is_drawn_late(const SiteView& site) {
  return site.active && site.gate.empty() && site.rate > 0 && site.variant->reads == Reads::PreActivation;
}

const char* gate_word(const SiteView& site, float gate) {
  const bool held = site.variant && site.variant->fill == Fill::Held;
  return gate == 0 ? (held ? "held" : "dropped") : held ? "renewed" : "kept";
}

const char* gate_action(const SiteView& site, bool open) {
  const bool held = site.variant && site.variant->fill == Fill::Held;
  return open ? (held ? "Hold" : "Drop") : held ? "Renew" : "Keep";
}

bool is_norm(const Snapshot& snapshot, std::size_t layer) {
  // Blocks hold norms among layers with weights.
  if (snapshot.layers[layer].is_block || snapshot.layers[layer].weight_count > 0) return false;
  return std::any_of(snapshot.norms.begin(), snapshot.norms.end(),
                     [&](const NormView& norm) { return norm.layer == int(layer); });
}

std::string scheduled_rate(const Snapshot& snapshot, const SiteView& site, RateNaming naming) {
  const SitePlan* plan = snapshot.spec.dropout.find(site.site);
  if (!plan || plan->schedule == RateSchedule::Constant || plan->rate <= 0 || site.variant->rate_of) return {};
  if (naming == RateNaming::Keep)
    return "p now " + fixed_text(letter_value(naming, site.rate), site.rate >= 0.001 ? 3 : 6) + ", at least " +
           short_text(letter_value(naming, plan->rate)) + ", scheduled";
  // Small rates would all be 0.000.
  const std::string now = site.rate >= 0.001 ? fixed_text(site.rate, 3) : value_text(site.rate);
  return "p now " + now + " of " + short_text(plan->rate) + ", scheduled";
}

std::string place_of(const SiteView& site, const std::string& things) {
  const std::size_t dot = site.site.find('.');
  if (dot == std::string::npos) return layer_title(site.site);
  const std::string part = site.site.substr(dot);
  std::istringstream words(things);
  for (std::string word; words >> word;) {
    if (word.ends_with('s')) word.pop_back();
    if (part.find(word) != std::string::npos) return layer_title(site.site.substr(0, dot));
  }
  return layer_title(site.site);
}

}  // namespace dropscope
