#include "core/spec/fields.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "core/base/check.h"
#include "core/spec/known.h"
#include "core/spec/site.h"

namespace dropscope {
namespace {

constexpr std::int64_t kManyTicks = 1'000'000'000'000;
constexpr int kMostUnits = 131072;
constexpr int kMostBlocks = 64;
constexpr std::size_t kMostLayers = 64;
constexpr std::size_t kLongestText = 4096;

// A field together with the way to set it.
struct Binding {
  Field field;
  std::function<void(std::string_view, const std::string&)> set;
};

// Collects one binding per field; the spec must outlive them.
class Table {
 public:
  std::vector<Binding> bindings;

  template <class Int>
  void integer(std::string path, Int& value, std::int64_t lo, std::int64_t hi, std::string help) {
    add({std::move(path), FieldType::Integer, std::to_string(value), double(lo), double(hi), {}, std::move(help)},
        [&value, lo, hi](std::string_view text, const std::string& where) {
          value = Int(parse_integer(text, lo, hi, where));
        });
  }
  void seed(std::string path, std::uint64_t& value, std::string help) {
    add({std::move(path), FieldType::Integer, std::to_string(value), 0, 0x1p64, {}, std::move(help)},
        [&value](std::string_view text, const std::string& where) { value = parse_seed(text, where); });
  }
  void real(std::string path, double& value, double lo, double hi, std::string help) {
    add({std::move(path), FieldType::Real, real_text(value), lo, hi, {}, std::move(help)},
        [&value, lo, hi](std::string_view text, const std::string& where) { value = parse_real(text, lo, hi, where); });
  }
  void text(std::string path, std::string& value, std::string help) {
    add({std::move(path), FieldType::Text, value, 0, 0, {}, std::move(help)},
        [&value](std::string_view t, const std::string& where) {
          if (t.size() > kLongestText || t.find('\0') != std::string_view::npos)
            throw InputError(where, "text of at most 4096 characters", std::to_string(t.size()) + " characters");
          value = t;
        });
  }
  void name(std::string path, std::string& value, const std::vector<std::string>& known, std::string help) {
    add({std::move(path), FieldType::Choice, value, 0, 0, known, std::move(help)},
        [&value, &known](std::string_view t, const std::string& where) { value = known[pick(t, known, where)]; });
  }
  template <class E>
  void choice(std::string path, E& value, std::string help) {
    const auto names = enum_names<E>();
    std::vector<std::string> all(names.begin(), names.end());
    add({std::move(path), FieldType::Choice, name_of(value), 0, 0, all, std::move(help)},
        [&value, all](std::string_view t, const std::string& where) { value = E(pick(t, all, where)); });
  }
  void truth(std::string path, bool& value, std::string help) {
    add({std::move(path), FieldType::Choice, value ? "yes" : "no", 0, 0, {"no", "yes"}, std::move(help)},
        [&value](std::string_view t, const std::string& where) {
          value = pick(t, {"no", "yes"}, where) == 1;
        });
  }
  void add(Field field, std::function<void(std::string_view, const std::string&)> set) {
    bindings.push_back({std::move(field), std::move(set)});
  }

 private:
  static std::size_t pick(std::string_view word, const std::vector<std::string>& names, const std::string& where) {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == word) return i;
    std::vector<const char*> list;
    for (const std::string& n : names) list.push_back(n.c_str());
    throw InputError(where, expected_one_of(word, list), "'" + std::string(word.substr(0, 60)) + "'");
  }
};

const KnownVariant* known_variant(const std::string& id) {
  for (const KnownVariant& variant : known_variants())
    if (variant.id == id) return &variant;
  return nullptr;
}

// The variants that may act at a site of a kind, in teaching order.
const std::vector<std::string>& variant_ids(SiteKind kind) {
  static const std::array<std::vector<std::string>, kSiteKindCount> ids = [] {
    std::array<std::vector<std::string>, kSiteKindCount> lists;
    for (const KnownVariant& variant : known_variants())
      for (std::size_t k = 0; k < lists.size(); ++k)
        if (variant.sites.has(SiteKind(k))) lists[k].push_back(variant.id);
    return lists;
  }();
  return ids[std::size_t(kind)];
}

void add_site(Table& table, SitePlan& plan, SiteKind kind, bool blocks) {
  const std::string path = "dropout." + plan.site + ".";
  const KnownVariant* variant = known_variant(plan.variant);
  table.name(path + "variant", plan.variant, variant_ids(kind), "kind of dropout at this site");
  table.real(path + "rate", plan.rate, 0, variant ? variant->max_rate : 1, "P(an element is dropped)");
  table.choice(path + "scope", plan.scope, "one mask per example, one for the whole batch, or as published");
  table.choice(path + "schedule", plan.schedule, "how the rate changes over time");
  table.integer(path + "schedule_ticks", plan.schedule_ticks, 0, kManyTicks, "ticks of the schedule; 0 = the run's");
  if (blocks) table.choice(path + "depth", plan.depth, "how the rate changes from block to block");
  if (!variant) return;
  for (const KnownParam& param : variant->params) {
    const auto it = plan.params.find(param.id);
    table.add({path + param.id,
               FieldType::Real,
               real_text(it == plan.params.end() ? param.initial : it->second),
               param.lo,
               param.hi,
               {},
               param.label},
              [&plan, param](std::string_view text, const std::string& where) {
                // A parameter at its first value is not listed, so that equal runs have equal specs.
                const double value = parse_real(text, param.lo, param.hi, where);
                if (value == param.initial)
                  plan.params.erase(param.id);
                else
                  plan.params[param.id] = value;
              });
  }
}

void add_data(Table& t, DataSpec& d) {
  t.name("data.dataset", d.dataset, known_datasets(), "where the examples come from");
  t.integer("data.train", d.train, 0, 10'000'000, "training examples; for files 0 = all");
  t.integer("data.validation", d.validation, 0, 10'000'000, "validation examples; for files 0 = all");
  t.real("data.noise", d.noise, 0, 10, "spread of the generated examples");
  t.real("data.label_noise", d.label_noise, 0, 1, "fraction of training labels replaced by another class");
  t.integer("data.classes", d.classes, 2, 8, "blobs: number of classes");
  t.integer("data.image_size", d.image_size, 16, 28, "drawn digits: pixels a side, 16 or 28");
  t.choice("data.pixels", d.pixels, "images: pixels as 0 .. 1 or -1 .. 1");
  t.integer("data.steps", d.steps, 2, 200, "sequences: length");
  t.integer("data.symbols", d.symbols, 2, 26, "sequences: size of the alphabet");
  t.text("data.path", d.path, "folder of IDX files, or a CSV file");
  t.text("data.label", d.label, "CSV: the label column; empty = the last one");
}

void add_optimizer(Table& t, OptimizerSpec& o) {
  t.choice("optimizer.kind", o.kind, "how gradients become updates");
  t.real("optimizer.learning_rate", o.learning_rate, 1e-12, 1e6, "size of an update");
  t.real("optimizer.momentum", o.momentum, 0, 0.9999, "momentum and nesterov: share of the last update kept");
  t.real("optimizer.beta1", o.beta1, 0, 0.9999, "adam: memory of the gradient");
  t.real("optimizer.beta2", o.beta2, 0, 0.999999, "adam: memory of its square");
  t.real("optimizer.epsilon", o.epsilon, 1e-30, 1, "adam: added to the root");
  t.real("optimizer.l2", o.l2, 0, 100, "adds l2 x w to the gradient of every weight");
  t.real("optimizer.weight_decay", o.weight_decay, 0, 100, "adamw: shrinks weights apart from the gradient");
  t.real("optimizer.max_norm", o.max_norm, 0, 1e6, "largest norm of a unit's incoming weights; 0 = off");
  t.real("optimizer.clip_norm", o.clip_norm, 0, 1e6, "largest norm of the whole gradient; 0 = off");
  t.choice("optimizer.schedule", o.schedule, "how the learning rate changes");
  t.integer("optimizer.schedule_ticks", o.schedule_ticks, 1, kManyTicks, "cosine: ticks down to 0");
  t.integer("optimizer.step_ticks", o.step_ticks, 1, kManyTicks, "step: ticks between two reductions");
  t.real("optimizer.step_factor", o.step_factor, 1e-6, 1, "step: what each reduction multiplies by");
}

// The numbers a layer's name can end in are those of its kind, so a plan for "hidden3" is not forgotten for good
// when a network has two hidden layers; it is dropped with them. A site that no network can have is a mistake.
bool is_lost(const RunSpec& spec, const SitePlan& plan) {
  for (const SiteName& site : site_names(spec.network))
    if (plan.site == site.name) return false;
  return true;
}

// A site as it is before anything is asked of it: no noise, and the first variant that may act there.
SitePlan fresh_plan(const SiteName& site) {
  SitePlan plan;
  plan.site = site.name;
  if (const KnownVariant* usual = known_variant(plan.variant); usual && usual->sites.has(site.kind)) return plan;
  // The first in the list is the one without noise.
  const std::vector<std::string>& ids = variant_ids(site.kind);
  plan.variant = ids.size() > 1 ? ids[1] : ids.empty() ? plan.variant : ids[0];
  return plan;
}

// Makes sure that every site of the network is in the plan, so that it can be listed and set, and no other.
void complete_plan(RunSpec& spec) {
  std::erase_if(spec.dropout.sites, [&](const SitePlan& plan) { return is_lost(spec, plan); });
  std::vector<SitePlan> all;
  for (const SiteName& site : site_names(spec.network)) {
    const SitePlan* asked = spec.dropout.find(site.name);
    all.push_back(asked ? *asked : fresh_plan(site));
  }
  spec.dropout.sites = std::move(all);
}

void add_layer(Table& t, LayerSpec& layer, const std::string& path) {
  const LayerUses uses = layer_fields(layer.kind);
  if (uses.units) t.integer(path + "units", layer.units, 1, kMostUnits, "units of this layer");
  if (uses.activation) t.choice(path + "activation", layer.activation, "activation of this layer");
  if (uses.kernel) t.integer(path + "kernel", layer.kernel, 1, 64, "window: pixels a side");
  if (uses.window) t.integer(path + "stride", layer.stride, 1, 64, "pixels between two windows");
  if (uses.padding) t.integer(path + "padding", layer.padding, 0, 32, "zeros around the image");
  if (uses.norm) t.choice(path + "norm", layer.norm, "normalisation before each activation of the branch");
  if (uses.attention) {
    t.integer(path + "heads", layer.heads, 1, 64, "attention heads; must divide the width");
    t.truth(path + "causal", layer.causal, "a step sees only itself and earlier ones");
    t.choice(path + "norm_place", layer.norm_place, "layer norm before a branch or after its sum");
  }
  if (uses.positions) t.choice(path + "positions", layer.positions, "how a word's place is told");
  if (uses.count) t.integer(path + "count", layer.count, 1, kMostBlocks, "blocks of this kind in a row");
}

void add_training(Table& t, RunSpec& spec) {
  t.real("objective.label_smoothing", spec.objective.label_smoothing, 0, 0.999, "share of the target spread evenly");
  t.real("objective.r_drop", spec.objective.r_drop, 0, 1000, "weight of the divergence between two masked passes");
  t.truth("objective.r_drop_mean", spec.objective.r_drop_mean, "r-drop: mean of the two losses instead of their sum");
  t.integer("augment.shift", spec.augment.shift, 0, 16, "images: shift by up to this many pixels");
  t.real("augment.rotation", spec.augment.rotation, 0, 180, "images: turn by up to this many degrees");
  t.real("augment.jitter", spec.augment.jitter, 0, 10, "standard deviation of noise added to every input");
  t.integer("stopping.patience", spec.stopping.patience, 0, 1'000'000,
            "evaluations without a better validation loss before stopping; 0 = never");
  t.choice("inference.policy", spec.inference.policy, "predict without masks, or average over masks");
  t.integer("inference.passes", spec.inference.passes, 1, 10000, "monte carlo: masks per prediction");
  t.choice("inference.weights", spec.inference.weights, "how dropped weights are averaged without masks");
  t.integer("inference.samples", spec.inference.samples, 1, 100000, "gaussian: samples per unit");
}

Table bind(RunSpec& spec) {
  Table t;
  t.text("scenario", spec.scenario, "the scenario this run came from");
  t.seed("seed", spec.seed, "initial weights, order of examples, masks");
  t.seed("data_seed", spec.data_seed, "generated examples and the train/validation split");
  add_data(t, spec.data);
  t.add({"network.hidden",
         FieldType::Text,
         layers_text(spec.network),
         0,
         0,
         {},
         "hidden layers: 16,16 or conv8,maxpool,32 or 8*residual16"},
        [&spec](std::string_view text, const std::string& where) {
          spec.network.hidden = parse_layers(text, spec.network.hidden, where);
        });
  const std::vector<std::string> names = layer_names(spec.network);
  for (std::size_t i = 0; i < spec.network.hidden.size(); ++i)
    add_layer(t, spec.network.hidden[i], "network." + names[i] + ".");
  t.choice("network.init", spec.network.init, "how the first weights are drawn");
  t.choice("network.loss", spec.network.loss, "what is minimised");
  t.choice("network.readout", spec.network.readout, "sequences: how the steps become one value");
  for (const SiteName& site : site_names(spec.network))
    for (SitePlan& plan : spec.dropout.sites)
      if (plan.site == site.name) add_site(t, plan, site.kind, block_count(spec.network) > 0);
  add_optimizer(t, spec.optimizer);
  add_training(t, spec);
  t.integer("batch_size", spec.batch_size, 1, 1'000'000, "examples per update");
  t.integer("ticks", spec.ticks, 0, kManyTicks, "updates this run is meant to have");
  t.integer("evaluate_every", spec.evaluate_every, 0, kManyTicks, "ticks between evaluations; 0 = ever rarer");
  t.integer("evaluate_examples", spec.evaluate_examples, 0, 10'000'000, "examples evaluated per split; 0 = all");
  return t;
}

// Sites without noise and sites of lost layers are not kept, so that equal runs have equal specs.
void tidy_plan(RunSpec& spec) {
  DropoutPlan& plan = spec.dropout;
  const std::vector<SiteName> order = site_names(spec.network);
  std::erase_if(plan.sites, [&](const SitePlan& site) {
    for (const SiteName& name : order)
      if (name.name == site.site) return site == fresh_plan(name);
    return true;
  });
  const auto place = [&order](const SitePlan& site) {
    return std::find_if(order.begin(), order.end(), [&](const SiteName& s) { return s.name == site.site; });
  };
  std::stable_sort(plan.sites.begin(), plan.sites.end(),
                   [&](const SitePlan& a, const SitePlan& b) { return place(a) < place(b); });
}

// The paths that a short form stands for; empty where the path is no short form. dropout.rate means the output of
// every hidden layer, dropout.residual_branch.rate every site of that kind.
std::vector<std::string> short_form(const RunSpec& spec, std::string_view path) {
  std::vector<std::string> paths;
  if (path == "network.activation") {
    const std::vector<std::string> names = layer_names(spec.network);
    for (std::size_t i = 0; i < names.size(); ++i)
      if (layer_fields(spec.network.hidden[i].kind).activation) paths.push_back("network." + names[i] + ".activation");
    return paths;
  }
  if (!path.starts_with("dropout.")) return paths;
  const std::string_view rest = path.substr(8);
  const std::size_t dot = rest.find('.');
  const std::vector<SiteName> sites = site_names(spec.network);
  const std::string_view group = rest.substr(0, std::min(dot, rest.size()));
  for (const SiteName& site : sites)
    if (dot != rest.npos && site.name == group) return {};
  for (const SiteName& site : sites) {
    if (dot == rest.npos && site.is_output_of_hidden) paths.push_back("dropout." + site.name + "." + std::string(rest));
    if (dot != rest.npos && group == name_of(site.kind))
      paths.push_back("dropout." + site.name + std::string(rest.substr(dot)));
  }
  // A network of nothing but blocks: what their branches add.
  if (dot == rest.npos && paths.empty())
    for (const SiteName& site : sites)
      if (site.kind == SiteKind::ResidualBranch) paths.push_back("dropout." + site.name + "." + std::string(rest));
  if (dot == rest.npos && rest != "rate" && rest != "variant" && rest != "scope" && rest != "schedule" &&
      rest != "schedule_ticks" && rest != "depth")
    paths.clear();
  return paths;
}

std::string without_digits(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c >= '0' && c <= '9'; });
  return out;
}

// Whether some network has a site of this name: a layer's name, perhaps with one of the parts layers have.
bool could_be_site(std::string_view site) {
  static const std::set<std::string, std::less<>> shapes = [] {
    ArchSpec every;
    every.hidden.clear();
    for (std::size_t k = 0; k < enum_names<LayerKind>().size(); ++k)
      every.hidden.push_back(make_layer(LayerKind(k), 4));
    std::set<std::string, std::less<>> names = {"input"};
    for (const SiteName& name : site_names(every)) names.insert(without_digits(name.name));
    return names;
  }();
  return shapes.contains(without_digits(site));
}

void set_one(RunSpec& spec, std::string_view path, std::string_view value, const std::string& where) {
  Table table = bind(spec);
  for (Binding& binding : table.bindings)
    if (binding.field.path == path) return binding.set(value, where + " " + std::string(path));
  std::vector<std::string> paths = {"dropout.rate", "dropout.variant", "dropout.scope", "network.activation"};
  for (const Binding& binding : table.bindings) paths.push_back(binding.field.path);
  const auto near = near_names(path, paths);
  std::string expected = "a field of the run";
  for (std::size_t i = 0; i < near.size(); ++i) expected += (i ? ", " : " such as ") + near[i];
  if (near.empty())
    expected +=
        ": seed, batch_size, ticks, or one that begins with data, network, dropout, optimizer, objective, augment, "
        "stopping or inference";
  throw InputError(where, expected, "'" + std::string(path.substr(0, 80)) + "'");
}

}  // namespace

std::vector<Field> fields(const RunSpec& spec) {
  RunSpec copy = spec;
  complete_plan(copy);
  std::vector<Field> list;
  for (Binding& binding : bind(copy).bindings) list.push_back(std::move(binding.field));
  return list;
}

void set_field(RunSpec& spec, std::string_view path, std::string_view value, const std::string& where) {
  RunSpec next = spec;
  complete_plan(next);
  const auto paths = short_form(next, path);
  for (const std::string& p : paths) set_one(next, p, value, where);
  if (paths.empty()) set_one(next, path, value, where);
  tidy_plan(next);
  validate(next, where);
  spec = std::move(next);
}

void validate(const RunSpec& spec, const std::string& where) {
  RunSpec copy = spec;
  for (Binding& binding : bind(copy).bindings)
    if (binding.field.type != FieldType::Text) binding.set(binding.field.value, where + " " + binding.field.path);
  if (spec.network.hidden.size() > kMostLayers) throw InputError(where, "at most 64 layers", "more");
  for (const LayerSpec& layer : spec.network.hidden) {
    if (layer.kind != LayerKind::Embedding || &layer == &spec.network.hidden.front()) continue;
    throw InputError(where + " network.hidden", "an embedding only as the first layer", layers_text(spec.network));
  }
  if (block_count(spec.network) > kMostBlocks)
    throw InputError(where + " network.hidden", "at most 64 blocks", std::to_string(block_count(spec.network)));
  std::int64_t weights = 0;
  for (std::size_t i = 1; i < spec.network.hidden.size(); ++i)
    if (spec.network.hidden[i].kind == LayerKind::Dense && spec.network.hidden[i - 1].kind == LayerKind::Dense)
      weights += std::int64_t(spec.network.hidden[i - 1].units) * spec.network.hidden[i].units;
  if (weights > kMostWeights)
    throw InputError(where + " network.hidden", "at most " + std::to_string(kMostWeights) + " weights",
                     std::to_string(weights) + " between the hidden layers");
  if (spec.data.image_size != 16 && spec.data.image_size != 28)
    throw InputError(where + " data.image_size", "16 or 28", std::to_string(spec.data.image_size));
  for (const SitePlan& plan : spec.dropout.sites) {
    // Noise at a layer that was taken away is forgotten with it; noise at no place at all is a mistake.
    if (!could_be_site(plan.site))
      throw InputError(where + " dropout", "a site of the network, such as input or hidden1", "'" + plan.site + "'");
  }
}

}  // namespace dropscope
