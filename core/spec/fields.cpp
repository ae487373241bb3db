#include "core/spec/fields.h"

#include <algorithm>
#include <functional>

#include "core/base/check.h"
#include "core/spec/known.h"

namespace dropscope {
namespace {

constexpr std::int64_t kManyTicks = 1'000'000'000'000;
constexpr int kMostUnits = 131072;
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

std::string widths_text(const ArchSpec& network) {
  std::string text;
  for (const LayerSpec& layer : network.hidden) text += (text.empty() ? "" : ",") + std::to_string(layer.units);
  return text;
}

// "32,16"; an empty text means no hidden layer. New layers take over the last one's activation.
void set_widths(ArchSpec& network, std::string_view text, const std::string& where) {
  std::vector<LayerSpec> layers;
  const LayerSpec like = network.hidden.empty() ? LayerSpec{} : network.hidden.back();
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    LayerSpec layer = layers.size() < network.hidden.size() ? network.hidden[layers.size()] : like;
    layer.units = int(parse_integer(text.substr(0, comma), 1, kMostUnits, where));
    layers.push_back(layer);
    if (layers.size() > kMostLayers) throw InputError(where, "at most 64 layers", "more");
    if (comma + 1 == text.size()) throw InputError(where, "a width after the last comma", "nothing");
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  network.hidden = std::move(layers);
}

const KnownVariant* known_variant(const std::string& id) {
  for (const KnownVariant& variant : known_variants())
    if (variant.id == id) return &variant;
  return nullptr;
}

const std::vector<std::string>& variant_ids() {
  static const std::vector<std::string> ids = [] {
    std::vector<std::string> list;
    for (const KnownVariant& variant : known_variants()) list.push_back(variant.id);
    return list;
  }();
  return ids;
}

void add_site(Table& table, SitePlan& plan) {
  const std::string path = "dropout." + plan.site + ".";
  const KnownVariant* variant = known_variant(plan.variant);
  table.name(path + "variant", plan.variant, variant_ids(), "kind of dropout at this site");
  table.real(path + "rate", plan.rate, 0, variant ? variant->max_rate : 1, "P(an element is dropped)");
  table.choice(path + "scope", plan.scope, "one mask per example, or one for the whole batch");
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
                plan.params[param.id] = parse_real(text, param.lo, param.hi, where);
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

// Whether the plan's site names a hidden layer that this network does not have (any more).
bool is_lost(const RunSpec& spec, const SitePlan& plan) {
  for (std::size_t i = 0; i < spec.network.hidden.size(); ++i)
    if (plan.site == hidden_name(i)) return false;
  return plan.site.rfind("hidden", 0) == 0;
}

// Makes sure that every site of the network is in the plan, so that it can be listed and set, and no other.
void complete_plan(RunSpec& spec) {
  std::erase_if(spec.dropout.sites, [&](const SitePlan& plan) { return is_lost(spec, plan); });
  spec.dropout.at("input");
  for (std::size_t i = 0; i < spec.network.hidden.size(); ++i) spec.dropout.at(hidden_name(i));
}

Table bind(RunSpec& spec) {
  Table t;
  t.text("scenario", spec.scenario, "the scenario this run came from");
  t.seed("seed", spec.seed, "initial weights, order of examples, masks");
  t.seed("data_seed", spec.data_seed, "generated examples and the train/validation split");
  add_data(t, spec.data);
  t.add({"network.hidden", FieldType::Text, widths_text(spec.network), 0, 0, {}, "units of the hidden layers: 16,16"},
        [&spec](std::string_view text, const std::string& where) { set_widths(spec.network, text, where); });
  for (std::size_t i = 0; i < spec.network.hidden.size(); ++i) {
    const std::string path = "network." + hidden_name(i) + ".";
    t.integer(path + "units", spec.network.hidden[i].units, 1, kMostUnits, "units of this layer");
    t.choice(path + "activation", spec.network.hidden[i].activation, "activation of this layer");
  }
  t.choice("network.init", spec.network.init, "how the first weights are drawn");
  t.choice("network.loss", spec.network.loss, "what is minimised");
  for (SitePlan& plan : spec.dropout.sites) add_site(t, plan);
  add_optimizer(t, spec.optimizer);
  t.integer("batch_size", spec.batch_size, 1, 1'000'000, "examples per update");
  t.integer("ticks", spec.ticks, 0, kManyTicks, "updates this run is meant to have");
  t.integer("evaluate_every", spec.evaluate_every, 0, kManyTicks, "ticks between evaluations; 0 = ever rarer");
  t.integer("evaluate_examples", spec.evaluate_examples, 0, 10'000'000, "examples evaluated per split; 0 = all");
  return t;
}

// Sites without noise and sites of lost layers are not kept, so that equal runs have equal specs.
void tidy_plan(RunSpec& spec) {
  DropoutPlan& plan = spec.dropout;
  std::erase_if(plan.sites, [&](const SitePlan& site) {
    SitePlan fresh;
    fresh.site = site.site;
    return site == fresh || is_lost(spec, site);
  });
  std::stable_sort(plan.sites.begin(), plan.sites.end(), [](const SitePlan& a, const SitePlan& b) {
    const bool a_input = a.site == "input", b_input = b.site == "input";
    if (a_input != b_input) return a_input;
    return a.site.size() != b.site.size() ? a.site.size() < b.site.size() : a.site < b.site;
  });
}

// The paths that a short form stands for; empty where the path is no short form.
std::vector<std::string> short_form(const RunSpec& spec, std::string_view path) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < spec.network.hidden.size(); ++i) {
    if (path == "network.activation") paths.push_back("network." + hidden_name(i) + ".activation");
    if (path == "dropout.rate" || path == "dropout.variant" || path == "dropout.scope")
      paths.push_back("dropout." + hidden_name(i) + "." + std::string(path.substr(8)));
  }
  return paths;
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
    expected += ": seed, batch_size, ticks, or one that begins with data, network, dropout or optimizer";
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
  std::int64_t weights = 0;
  for (std::size_t i = 1; i < spec.network.hidden.size(); ++i)
    weights += std::int64_t(spec.network.hidden[i - 1].units) * spec.network.hidden[i].units;
  if (weights > kMostWeights)
    throw InputError(where + " network.hidden", "at most " + std::to_string(kMostWeights) + " weights",
                     std::to_string(weights) + " between the hidden layers");
  if (spec.data.image_size != 16 && spec.data.image_size != 28)
    throw InputError(where + " data.image_size", "16 or 28", std::to_string(spec.data.image_size));
  for (const SitePlan& plan : spec.dropout.sites) {
    const bool hidden = plan.site.rfind("hidden", 0) == 0;
    // Noise at a layer that was taken away is forgotten with it; noise at no place at all is a mistake.
    if (!hidden && plan.site != "input")
      throw InputError(where + " dropout", "input or a hidden layer", "'" + plan.site + "'");
  }
}

}  // namespace dropscope
