#include "app/export/setting_facts.h"

#include <algorithm>
#include <array>

#include "app/scene/scene_text.h"
#include "core/data/dataset.h"

namespace dropscope {
namespace {

std::string optimizer_title(OptimizerKind kind) {
  static constexpr std::array kTitles = {"SGD", "SGD + momentum", "Nesterov", "Adam", "AdamW"};
  return kTitles[std::size_t(kind)];
}

FactGroup data_facts(const Snapshot& s) {
  FactGroup group{"DATA", {}};
  const DataSpec& d = s.spec.data;
  group.facts.push_back({"Data set", s.data ? s.data->name : d.dataset});
  group.facts.push_back({"Training set", count_text(s.data ? s.data->train_count : std::uint64_t(d.train))});
  group.facts.push_back(
      {"Validation set", count_text(s.data ? s.data->validation_count : std::uint64_t(d.validation))});
  const DatasetSource* source = find_dataset(d.dataset);
  const auto heeds = [&](DataOption option) {
    return source && std::find(source->options.begin(), source->options.end(), option) != source->options.end();
  };
  if (d.path.empty() && heeds(DataOption::Noise)) group.facts.push_back({"Noise", short_text(d.noise)});
  if (d.label_noise > 0) group.facts.push_back({"Label noise", short_text(d.label_noise)});
  return group;
}

FactGroup dropout_facts(const Snapshot& s, RateNaming naming) {
  FactGroup group{"DROPOUT", {}};
  const Variant* variant = nullptr;
  bool several = false;
  for (const SiteView& site : s.sites)
    if (site.rate > 0) {
      several = several || (variant && variant != site.variant);
      variant = site.variant;
    }
  if (variant && !several) group.facts.push_back({"Variant", variant->name});
  if (!variant) group.facts.push_back({"Variant", "none"});
  bool per_batch = false;
  for (const SiteView& site : s.sites) {
    const std::string name =
        several && site.rate > 0 ? layer_title(site.site) + " " + site.variant->id : "p " + layer_title(site.site);
    const std::string keep = several && site.rate > 0 && naming == RateNaming::Keep ? "keep " : "";
    group.facts.push_back({name, keep + short_text(letter_value(naming, site.rate))});
    const SitePlan* plan = s.spec.dropout.find(site.site);
    const bool shared = plan && (plan->scope == MaskScope::Batch ||
                                 (plan->scope == MaskScope::Auto && site.variant->tie.has(Axis::Sample)));
    per_batch = per_batch || (shared && site.rate > 0);
  }
  if (variant) group.facts.push_back({"Mask per", per_batch ? "batch" : "example"});
  return group;
}

// "2 – 16 – 16 – 2", or in the short form "3,072 – 8*residual16 – 10": inputs, what is between, outputs.
std::string layers_words(const Snapshot& s) {
  const std::string dash = " \u2013 ";
  std::string words = s.layers.empty() ? "" : std::to_string(s.layers.front().units) + dash;
  for (char c : layers_text(s.spec.network)) words += c == ',' ? dash : std::string(1, c);
  return s.layers.empty() ? words : words + dash + std::to_string(s.layers.back().units);
}

FactGroup network_facts(const Snapshot& s) {
  FactGroup group{"NETWORK", {}};
  std::int64_t parameters = 0;
  for (const LayerView& layer : s.layers) parameters += layer.weight_count + std::int64_t(layer.bias.size());
  group.facts.push_back({"Layers", layers_words(s)});
  // Of the first layer that has one to choose; recurrent cells have theirs built in.
  const auto& hidden = s.spec.network.hidden;
  const auto first = std::find_if(hidden.begin(), hidden.end(),
                                  [](const LayerSpec& layer) { return layer_fields(layer.kind).activation; });
  if (first != hidden.end()) group.facts.push_back({"Activation", activation_title(first->activation)});
  group.facts.push_back({"Parameters", count_text(std::uint64_t(parameters))});
  return group;
}

FactGroup training_facts(const Snapshot& s) {
  FactGroup group{"TRAINING", {}};
  const OptimizerSpec& o = s.spec.optimizer;
  group.facts.push_back({"Optimizer", optimizer_title(o.kind)});
  group.facts.push_back({"Learning rate", short_text(o.learning_rate)});
  group.facts.push_back({"Batch", std::to_string(s.spec.batch_size)});
  if (o.l2 > 0) group.facts.push_back({"L2", short_text(o.l2)});
  if (o.weight_decay > 0) group.facts.push_back({"Weight decay", short_text(o.weight_decay)});
  if (o.max_norm > 0) group.facts.push_back({"Max norm", short_text(o.max_norm)});
  if (o.clip_norm > 0) group.facts.push_back({"Clip norm", short_text(o.clip_norm)});
  group.facts.push_back({"Seed", std::to_string(s.spec.seed)});
  if (s.spec.data_seed != s.spec.seed) group.facts.push_back({"Data seed", std::to_string(s.spec.data_seed)});
  return group;
}

}  // namespace

std::vector<FactGroup> setting_facts(const Snapshot& snapshot, RateNaming naming) {
  return {data_facts(snapshot), dropout_facts(snapshot, naming), network_facts(snapshot), training_facts(snapshot)};
}

std::string variant_summary(const Snapshot& snapshot, RateNaming naming) {
  const SiteView* first = nullptr;
  bool same = true;
  for (const SiteView& site : snapshot.sites) {
    if (site.rate <= 0) continue;
    if (!first) first = &site;
    same = same && site.variant == first->variant && site.rate == first->rate;
  }
  if (!first) return "no dropout";
  return same ? std::string(first->variant->name) + " \u00b7 p = " + short_text(letter_value(naming, first->rate))
              : std::string(first->variant->name) + " \u00b7 several rates";
}

}  // namespace dropscope
