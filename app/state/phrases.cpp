#include "app/state/phrases.h"

#include <algorithm>
#include <cstdio>

#include "app/scene/acting.h"
#include "core/dropout/registry.h"

namespace dropscope {
namespace {

std::string fixed(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return buffer;
}

// As the letter p of this naming has it.
std::string letter(RateNaming naming, double rate) { return fixed(letter_value(naming, rate), 2); }

// Where the plan has come to in the end, at the depth of the site.
double final_rate(const RunSpec& spec, const SiteName& site) {
  SitePlan plan = *spec.dropout.find(site.name);
  plan.schedule = RateSchedule::Constant;
  return scheduled_dropout(plan, 0, spec.ticks, site.block, block_count(spec.network));
}

// "0.50", "0.50 / 0.30", or "0.03 to 0.50" for many.
std::string rates_of(const RunSpec& spec, const std::vector<SiteName>& sites, RateNaming naming) {
  std::vector<double> rates;
  for (const SiteName& site : sites) rates.push_back(final_rate(spec, site));
  std::vector<double> distinct = rates;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() == 1) return letter(naming, distinct[0]);
  if (naming == RateNaming::Keep) std::reverse(distinct.begin(), distinct.end());
  if (rates.size() > 4) return letter(naming, distinct.front()) + " to " + letter(naming, distinct.back());
  std::string text;
  for (double rate : rates) text += (text.empty() ? "" : " / ") + letter(naming, rate);
  return text;
}

}  // namespace

std::vector<SiteName> acting_sites(const RunSpec& spec) {
  std::vector<SiteName> sites = site_names(spec.network);
  std::erase_if(sites, [&](const SiteName& site) { return !acts(spec, site); });
  return sites;
}

std::vector<SiteName> output_sites(const RunSpec& spec) {
  std::vector<SiteName> sites = site_names(spec.network);
  std::erase_if(sites, [](const SiteName& site) { return !site.is_output_of_hidden; });
  return sites;
}

bool is_plain(const RunSpec& spec) {
  for (const LayerSpec& layer : spec.network.hidden)
    if (layer.kind != LayerKind::Dense) return false;
  for (const SiteName& site : acting_sites(spec))
    if (site.kind != SiteKind::Input && !site.is_output_of_hidden) return false;
  return true;
}

SitePlan shown_plan(const RunSpec& spec, const std::string& site) {
  if (const SitePlan* plan = spec.dropout.find(site)) return *plan;
  SitePlan plan;
  plan.site = site;
  return plan;
}

std::string rates_phrase(const RunSpec& spec, RateNaming naming) {
  // What was asked for plays no part where the rate is learned.
  const std::vector<SiteName> acting = acting_sites(spec);
  const auto learns = [&](const SiteName& site) {
    return find_variant(spec.dropout.find(site.name)->variant)->rate_is == RateIs::Learned;
  };
  if (!acting.empty() && std::all_of(acting.begin(), acting.end(), learns)) return "learned";
  if (!is_plain(spec)) {
    std::vector<SiteName> sites = acting_sites(spec);
    const bool input = !sites.empty() && sites[0].kind == SiteKind::Input;
    if (sites.size() <= 1 || !input) return sites.empty() ? "" : rates_of(spec, sites, naming);
    const std::string at_input = " \u00b7 input " + rates_of(spec, {sites[0]}, naming);
    sites.erase(sites.begin());
    return rates_of(spec, sites, naming) + at_input;
  }
  std::string text;
  bool equal = true;
  for (std::size_t i = 0; i < spec.network.hidden.size(); ++i) {
    const double rate = shown_plan(spec, hidden_name(i)).rate;
    equal = equal && rate == shown_plan(spec, hidden_name(0)).rate;
    text += (text.empty() ? "" : " / ") + letter(naming, rate);
  }
  if (equal && !spec.network.hidden.empty()) text = letter(naming, shown_plan(spec, hidden_name(0)).rate);
  const double input = shown_plan(spec, "input").rate;
  if (input > 0) text += (text.empty() ? "" : " · ") + std::string("input ") + letter(naming, input);
  return !text.empty() ? text : naming == RateNaming::Keep ? "1" : "0";
}

std::string variant_phrase(const RunSpec& spec) {
  if (!is_plain(spec)) {
    const std::vector<SiteName> sites = acting_sites(spec);
    if (sites.empty()) return "no dropout";
    const std::string id = spec.dropout.find(sites[0].name)->variant;
    for (const SiteName& site : sites)
      if (spec.dropout.find(site.name)->variant != id) return "mixed variants";
    return find_variant(id)->name;
  }
  std::string id =
      spec.network.hidden.empty() ? shown_plan(spec, "input").variant : shown_plan(spec, hidden_name(0)).variant;
  for (std::size_t i = 0; i < spec.network.hidden.size(); ++i)
    if (shown_plan(spec, hidden_name(i)).variant != id) return "mixed variants";
  const Variant* variant = find_variant(id);
  return variant ? variant->name : id;
}

}  // namespace dropscope
