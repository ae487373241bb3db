// What two runs have otherwise, in words.
#include <algorithm>
#include <map>

#include "app/scene/scene_text.h"
#include "app/state/neighbours.h"
#include "app/state/phrases.h"
#include "core/dropout/registry.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

constexpr const char* kArrow = " \u2192 ";

std::string spaced(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

const char* kind_words(SiteKind kind) {
  switch (kind) {
    case SiteKind::Input:
      return "the input";
    case SiteKind::Hidden:
      return "hidden units";
    case SiteKind::FeatureMap:
      return "feature maps";
    case SiteKind::Sequence:
      return "sequences";
    case SiteKind::Weight:
      return "weights";
    case SiteKind::RecurrentWeight:
      return "recurrent weights";
    case SiteKind::ResidualBranch:
      return "branches";
    case SiteKind::RecurrentState:
      return "recurrent states";
    case SiteKind::StateUpdate:
      return "state updates";
    case SiteKind::CellState:
      return "cell states";
    case SiteKind::CellUpdate:
      return "candidates";
    case SiteKind::Embedding:
      return "words";
    case SiteKind::AttentionWeights:
      return "attention weights";
    case SiteKind::HeadOutput:
      return "heads";
  }
  return "";
}

// Sites that are spoken of together: the outputs of hidden layers, or another kind.
using Group = std::pair<bool, SiteKind>;
Group group_of(const SiteName& site) {
  return {site.is_output_of_hidden, site.is_output_of_hidden ? SiteKind::Hidden : site.kind};
}

// All but variant, rate and place.
std::string manner_of(const SitePlan& plan, RateNaming naming) {
  std::string text;
  for (const auto& [id, value] : plan.params)
    text += (text.empty() ? " (" : ", ") + spaced(id) + " " + short_text(value);
  if (!text.empty()) text += ")";
  if (plan.scope == MaskScope::Batch) text += ", one mask per batch";
  if (plan.scope == MaskScope::Example) text += ", one mask per example";
  if (plan.schedule != RateSchedule::Constant) text += std::string(", ") + name_of(plan.schedule) + " schedule";
  if (plan.schedule != RateSchedule::Constant && plan.schedule_ticks > 0)
    text += " of " + std::to_string(plan.schedule_ticks) + " ticks";
  const bool keep = naming == RateNaming::Keep;
  if (plan.depth != DepthSchedule::Same) text += keep ? ", falling with depth" : ", rising with depth";
  if (plan.depth == DepthSchedule::FromZero) text += keep ? " from 1" : " from 0";
  return text;
}

bool only_one_kind(const Variant& variant) {
  int kinds = 0;
  for (int k = 0; k < kSiteKindCount; ++k) kinds += variant.sites.has(SiteKind(k));
  return kinds == 1;
}

std::string place_words(const RunSpec& spec, const std::vector<SiteName>& sites, const Variant& variant) {
  const Group group = group_of(sites[0]);
  std::size_t all = 0;
  for (const SiteName& site : site_names(spec.network))
    all += group_of(site) == group && !site.name.starts_with("output");
  const bool usual = group.first || (only_one_kind(variant) && group.second != SiteKind::Input);
  if (sites.size() >= all) return usual ? "" : std::string(" on ") + kind_words(group.second);
  if (sites.size() > 3) return " on " + std::to_string(sites.size()) + " places";
  std::string text;
  for (const SiteName& site : sites) text += (text.empty() ? " on " : ", ") + layer_title(site.name);
  return text;
}

// How a field is called, and whether 0 means that there is no such thing.
struct FieldWords {
  std::string name;
  bool off_at_zero = false;
};
FieldWords words_of(const std::string& path) {
  static const std::map<std::string, FieldWords> known = {
      {"optimizer.l2", {"L2", true}},
      {"optimizer.weight_decay", {"weight decay", true}},
      {"optimizer.max_norm", {"max-norm", true}},
      {"optimizer.clip_norm", {"gradient clipping", true}},
      {"optimizer.kind", {"optimizer"}},
      {"optimizer.schedule", {"learning rate schedule"}},
      {"objective.label_smoothing", {"label smoothing", true}},
      {"objective.r_drop", {"R-Drop", true}},
      {"augment.shift", {"shift", true}},
      {"augment.rotation", {"rotation", true}},
      {"augment.jitter", {"jitter", true}},
      {"stopping.patience", {"early stopping, patience", true}},
      {"network.hidden", {"hidden layers"}},
      {"data.train", {"training examples"}},
      {"data.validation", {"validation examples"}},
      {"data.label_noise", {"flipped labels", true}},
      {"data.noise", {"data noise"}},
      {"inference.weights", {"inference of weights"}},
  };
  if (const auto it = known.find(path); it != known.end()) return it->second;
  // "network.hidden1.activation" is "hidden1 activation"; of other fields the last part says enough.
  const std::size_t first = path.find('.');
  const std::string rest = path.starts_with("network.") || path.starts_with("data.") ? path.substr(first + 1)
                           : first == std::string::npos                              ? path
                                                                                     : path.substr(path.rfind('.') + 1);
  std::string name = spaced(rest);
  std::replace(name.begin(), name.end(), '.', ' ');
  return {name};
}

std::string changed(const FieldWords& words, const std::string& before, const std::string& after) {
  if (words.off_at_zero && before == "0") return words.name + " " + after;
  if (words.off_at_zero && after == "0") return "no " + words.name;
  return words.name + " " + (before.empty() ? "\u2013" : before) + kArrow + (after.empty() ? "\u2013" : after);
}

// "batch norm" where the layers are the same but for norms in between; empty elsewhere.
std::string norm_words(const RunSpec& reference, const RunSpec& run) {
  for (LayerKind kind : {LayerKind::BatchNorm, LayerKind::LayerNorm}) {
    const auto bare = [kind](std::vector<LayerSpec> layers) {
      std::erase_if(layers, [kind](const LayerSpec& layer) { return layer.kind == kind; });
      return layers;
    };
    const auto& before = reference.network.hidden;
    const auto& after = run.network.hidden;
    const std::string name = kind == LayerKind::BatchNorm ? "batch norm" : "layer norm";
    if (bare(after) == before) return name;
    if (bare(before) == after) return "no " + name;
  }
  return {};
}

// Differences apart from the noise. How often a run is evaluated changes no weight: `all` lists that too.
std::vector<std::string> other_differences(const RunSpec& reference, const RunSpec& run, bool all) {
  std::vector<std::string> list;
  std::map<std::string, std::string> before;
  for (const Field& field : fields(reference)) before[field.path] = field.value;
  const bool layers_differ = reference.network.hidden != run.network.hidden;
  const std::string norm = layers_differ ? norm_words(reference, run) : "";
  if (!norm.empty()) list.push_back(norm);
  std::string varied;
  for (const Field& field : fields(run)) {
    const auto it = before.find(field.path);
    if (field.path.starts_with("dropout.") || it == before.end() || it->second == field.value) continue;
    if (!norm.empty() && field.path == "network.hidden") continue;
    // The text of the layers says it.
    if (layers_differ && field.path.starts_with("network.") &&
        (field.path.ends_with(".units") || field.path.ends_with(".count")))
      continue;
    if (!all && field.path.starts_with("evaluate_")) continue;
    const std::string text = changed(words_of(field.path), it->second, field.value);
    if (field.path.starts_with("augment."))
      varied += (varied.empty() ? "augmentation: " : ", ") + text;
    else
      list.push_back(text);
  }
  if (!varied.empty()) list.push_back(varied);
  return list;
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& part : list) text += (text.empty() ? "" : ", ") + part;
  return text;
}

}  // namespace

std::string noise_phrase(const RunSpec& spec, RateNaming naming) {
  struct Said {
    const Variant* variant;
    std::string manner;
    Group group;
    std::vector<SiteName> sites;
    std::vector<double> rates;
  };
  std::vector<Said> all;
  for (const SiteName& site : acting_sites(spec)) {
    const SitePlan& plan = *spec.dropout.find(site.name);
    const Variant* variant = find_variant(plan.variant);
    const std::string manner = manner_of(plan, naming);
    auto it = std::find_if(all.begin(), all.end(), [&](const Said& s) {
      return s.variant == variant && s.manner == manner && s.group == group_of(site);
    });
    if (it == all.end()) it = all.insert(all.end(), {variant, manner, group_of(site), {}, {}});
    it->sites.push_back(site);
    it->rates.push_back(plan.rate);
  }
  std::vector<std::string> parts;
  for (const Said& said : all) {
    std::string text = spaced(said.variant->id);
    const bool equal =
        std::count(said.rates.begin(), said.rates.end(), said.rates[0]) == std::ptrdiff_t(said.rates.size());
    if (said.variant->rate_is == RateIs::Learned) {
      text += ", rate learned";
    } else {
      text += rate_name_words(naming, {said.rates.data(), equal ? 1 : said.rates.size()});
    }
    parts.push_back(text + place_words(spec, said.sites, *said.variant) + said.manner);
  }
  return parts.empty() ? "no dropout" : joined(parts);
}

std::vector<std::string> differences(const RunSpec& reference, const RunSpec& run, RateNaming naming) {
  std::vector<std::string> list;
  const std::string before = noise_phrase(reference, naming), after = noise_phrase(run, naming);
  if (before != after) list.push_back(before + kArrow + after);
  const std::vector<std::string> others = other_differences(reference, run, true);
  list.insert(list.end(), others.begin(), others.end());
  return list;
}

std::string run_name(const RunSpec& run, const RunSpec& reference, RateNaming naming) {
  std::vector<std::string> parts = other_differences(reference, run, false);
  const bool noisy = !acting_sites(run).empty();
  if (noisy || parts.empty()) parts.insert(parts.begin(), noise_phrase(run, naming));
  return joined(parts);
}

}  // namespace dropscope
