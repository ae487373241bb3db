#include "app/state/phrases.h"

#include <cstdio>

#include "core/dropout/registry.h"

namespace dropscope {
namespace {

std::string fixed(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return buffer;
}

}  // namespace

SitePlan shown_plan(const RunSpec& spec, const std::string& site) {
  if (const SitePlan* plan = spec.dropout.find(site)) return *plan;
  SitePlan plan;
  plan.site = site;
  return plan;
}

std::string rates_phrase(const RunSpec& spec) {
  std::string text;
  bool equal = true;
  for (std::size_t i = 0; i < spec.network.hidden.size(); ++i) {
    const double rate = shown_plan(spec, hidden_name(i)).rate;
    equal = equal && rate == shown_plan(spec, hidden_name(0)).rate;
    text += (text.empty() ? "" : " / ") + fixed(rate, 2);
  }
  if (equal && !spec.network.hidden.empty()) text = fixed(shown_plan(spec, hidden_name(0)).rate, 2);
  const double input = shown_plan(spec, "input").rate;
  if (input > 0) text += (text.empty() ? "" : " · ") + std::string("input ") + fixed(input, 2);
  return text.empty() ? "0" : text;
}

std::string variant_phrase(const RunSpec& spec) {
  std::string id =
      spec.network.hidden.empty() ? shown_plan(spec, "input").variant : shown_plan(spec, hidden_name(0)).variant;
  for (std::size_t i = 0; i < spec.network.hidden.size(); ++i)
    if (shown_plan(spec, hidden_name(i)).variant != id) return "mixed variants";
  const Variant* variant = find_variant(id);
  return variant ? variant->name : id;
}

}  // namespace dropscope
