#include "app/state/neighbours.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/state/phrases.h"
#include "core/base/check.h"
#include "core/base/names.h"
#include "core/data/dataset.h"
#include "core/dropout/registry.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

constexpr double kUsualRate = 0.5;
constexpr double kL2 = 0.01;  // coupled to the gradient
constexpr double kLabelSmoothing = 0.1;
constexpr double kTurn = 10;                // degrees
constexpr double kJitter = 0.1;             // of the inputs' standard deviation
constexpr int kLooksAt = 256;               // examples, to learn how far inputs spread
constexpr std::int64_t kEvaluations = 180;  // of a run that may stop early
constexpr double kPatience = 2.0 / 9;       // of a run's length: 40 of 180 evaluations

// What the neighbours must know of the examples.
struct DataFacts {
  bool classes = true, sequence = false;
  int rows = 0;       // of an image; 0 where examples are none
  double spread = 1;  // standard deviation of an input
};

double two_digits(double value) {
  char text[32];
  const char* end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 2).ptr;
  std::from_chars(text, end, value);
  return value;
}

double spread_of_inputs(const Dataset& data) {
  const std::size_t n = data.train.count, width = std::size_t(data.inputs);
  double squares = 0;
  for (std::size_t k = 0; k < width; ++k) {
    double sum = 0, sum_of_squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double x = double(data.train.x[i * width + k]);
      sum += x, sum_of_squares += x * x;
    }
    squares += sum_of_squares / double(n) - sum / double(n) * sum / double(n);
  }
  return std::sqrt(std::max(0.0, squares / double(width)));
}

DataFacts facts_of(const RunSpec& spec) {
  DataFacts facts;
  const DatasetSource* source = find_dataset(spec.data.dataset);
  if (!source) return facts;
  facts.classes = source->task == Task::Classification && spec.network.loss != Loss::MeanSquared;
  const auto heeds = [&](DataOption option) {
    return std::find(source->options.begin(), source->options.end(), option) != source->options.end();
  };
  if (heeds(DataOption::Path)) {
    // Files are not opened for this: pictures are MNIST's size, columns of a table are standardised.
    facts.rows = heeds(DataOption::Pixels) ? 28 : 0;
    return facts;
  }
  DataSpec few = spec.data;
  few.train = std::clamp(few.train, 2, kLooksAt);
  few.validation = 1;
  few.label_noise = 0;
  const Dataset data = make_dataset(few, spec.data_seed, nullptr);
  facts.sequence = data.sequence.has_value();
  facts.rows = data.image ? data.image->rows : 0;
  if (!facts.rows && !facts.sequence) facts.spread = spread_of_inputs(data);
  return facts;
}

bool is_norm(LayerKind kind) { return kind == LayerKind::BatchNorm || kind == LayerKind::LayerNorm; }

// Batch norm after every dense layer and convolution that has no norm after it.
std::vector<LayerSpec> with_batch_norm(const std::vector<LayerSpec>& layers) {
  std::vector<LayerSpec> out;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    out.push_back(layers[i]);
    const bool fits = layers[i].kind == LayerKind::Dense || layers[i].kind == LayerKind::Conv;
    const bool has_one = i + 1 < layers.size() && is_norm(layers[i + 1].kind);
    if (fits && !has_one) out.push_back(make_layer(LayerKind::BatchNorm, layers[i].units));
  }
  return out;
}

// Something besides variants of dropout: when it means something for a run, and what it does to one without dropout.
struct Other {
  const char *id, *name, *one_line;
  bool (*fits)(const RunSpec&, const DataFacts&);
  void (*apply)(RunSpec&, const DataFacts&);
};

constexpr Other kOthers[] = {
    {"l2", "L2 0.01", "no dropout: 0.01 of every weight is added to its gradient, so that weights stay small",
     [](const RunSpec& spec, const DataFacts&) { return spec.optimizer.l2 == 0; },
     [](RunSpec& spec, const DataFacts&) { spec.optimizer.l2 = kL2; }},
    {"batchnorm", "Batch norm", "no dropout: batch normalisation after every hidden layer",
     [](const RunSpec& spec, const DataFacts& data) {
       return !data.sequence && with_batch_norm(spec.network.hidden).size() > spec.network.hidden.size();
     },
     [](RunSpec& spec, const DataFacts&) { spec.network.hidden = with_batch_norm(spec.network.hidden); }},
    {"augmentation", "Augmentation", "no dropout: every example is varied a little, anew each time it is used",
     [](const RunSpec& spec, const DataFacts& data) { return !data.sequence && spec.augment == AugmentSpec{}; },
     [](RunSpec& spec, const DataFacts& data) {
       if (data.rows) {
         spec.augment.shift = std::max(1, data.rows / 14);
         spec.augment.rotation = kTurn;
         return;
       }
       spec.augment.jitter = two_digits(kJitter * data.spread);
     }},
    {"early_stopping", "Early stopping", "no dropout: training ends where validation loss was lowest",
     [](const RunSpec& spec, const DataFacts&) { return spec.stopping.patience == 0 && spec.data.validation > 0; },
     [](RunSpec& spec, const DataFacts&) {
       if (spec.evaluate_every == 0) spec.evaluate_every = std::max<std::int64_t>(1, spec.ticks / kEvaluations);
       spec.stopping.patience = std::max(3, int(kPatience * double(spec.ticks) / double(spec.evaluate_every) + 0.5));
     }},
    {"label_smoothing", "Label smoothing 0.1", "no dropout: a tenth of every label is spread over all classes",
     [](const RunSpec& spec, const DataFacts& data) { return data.classes && spec.objective.label_smoothing == 0; },
     [](RunSpec& spec, const DataFacts&) { spec.objective.label_smoothing = kLabelSmoothing; }},
};

bool is_output(const SiteName& site) { return site.name == "output" || site.name == "output.weight"; }

// A variant that looks at weights needs some that lead straight into the site.
bool may_act(const Variant& variant, const SiteName& site, const DataFacts& data) {
  if (!variant.sites.has(site.kind) || is_output(site)) return false;
  // Patches are cut from pictures.
  if (variant.sites.has(SiteKind::Input) && !variant.sites.has(SiteKind::Hidden)) return data.rows > 0;
  return variant.reads == Reads::Nothing || acts_on_table(site.kind) || site.is_output_of_hidden;
}

// Where a variant goes in place of the base's noise: where that acts as far as the variant can, else after the hidden
// layers, else at branches, else wherever it can inside the network, else at the input.
std::vector<SiteName> sites_for(const Variant& variant, const RunSpec& base, const DataFacts& data) {
  std::vector<SiteName> fitting = site_names(base.network), acting = acting_sites(base);
  std::erase_if(fitting, [&](const SiteName& site) { return !may_act(variant, site, data); });
  const auto chosen = [&](auto&& wanted) {
    std::vector<SiteName> sites = fitting;
    std::erase_if(sites, [&](const SiteName& site) { return !wanted(site); });
    return sites;
  };
  const auto acts = [&](const SiteName& site) {
    return std::any_of(acting.begin(), acting.end(), [&](const SiteName& a) { return a.name == site.name; });
  };
  const auto inside = [](const SiteName& site) { return site.kind != SiteKind::Input; };
  std::vector<SiteName> sites = chosen([&](const SiteName& s) { return inside(s) && acts(s); });
  if (sites.empty()) sites = chosen([](const SiteName& s) { return s.is_output_of_hidden; });
  if (sites.empty()) sites = chosen([](const SiteName& s) { return s.kind == SiteKind::ResidualBranch; });
  if (sites.empty()) sites = chosen(inside);
  const std::vector<SiteName> input =
      chosen([&](const SiteName& s) { return !inside(s) && (sites.empty() || acts(s)); });
  sites.insert(sites.begin(), input.begin(), input.end());
  return sites;
}

// The rate that the base's noise has inside the network, or at the input where it has none inside.
double main_rate(const RunSpec& base) {
  double rate = 0;
  for (const SiteName& site : acting_sites(base)) {
    const double here = base.dropout.find(site.name)->rate;
    if (rate == 0 || site.kind != SiteKind::Input) rate = here;
    if (rate > 0 && site.kind != SiteKind::Input) break;
  }
  return rate > 0 ? rate : kUsualRate;
}

DropoutPlan replaced(const RunSpec& base, const Variant& variant, const std::vector<SiteName>& sites,
                     std::optional<double> rate) {
  DropoutPlan plan;
  const double usual = main_rate(base);
  const bool inside =
      std::any_of(sites.begin(), sites.end(), [](const SiteName& s) { return s.kind != SiteKind::Input; });
  for (const SiteName& site : sites) {
    const SitePlan* before = base.dropout.find(site.name);
    SitePlan& here = plan.at(site.name);
    if (before) here = *before;
    if (here.variant != variant.id) here.params.clear();
    // Noise on the inputs keeps its own rate, which is lower than that inside by custom.
    const bool own = before && before->rate > 0 && (!rate || (site.kind == SiteKind::Input && inside));
    here.variant = variant.id;
    here.rate = std::min(own ? before->rate : rate.value_or(usual), variant.max_rate);
  }
  return plan;
}

Neighbour described(const Variant& variant) {
  const bool rate = variant.rate_is != RateIs::Ignored && variant.rate_is != RateIs::Learned;
  return {variant.id, variant.name, variant.depiction.one_line, true, rate, variant.max_rate};
}

[[noreturn]] void refuse(const RunSpec& base, const std::string& id, const std::string& where) {
  std::vector<const char*> ids;
  const std::vector<Neighbour> all = all_neighbours(base);
  for (const Neighbour& neighbour : all) ids.push_back(neighbour.id.c_str());
  throw InputError(where, "what can stand in for dropout in this run, " + expected_one_of(id, ids),
                   "'" + id.substr(0, 60) + "'");
}

}  // namespace

std::vector<Neighbour> all_neighbours(const RunSpec& spec) {
  const DataFacts data = facts_of(spec);
  std::vector<Neighbour> all;
  for (const Variant* variant : all_variants())
    if (variant->rate_is == RateIs::Ignored || !sites_for(*variant, spec, data).empty())
      all.push_back(described(*variant));
  for (const Other& other : kOthers)
    if (other.fits(spec, data)) all.push_back({other.id, other.name, other.one_line, false, false, 1});
  return all;
}

RunSpec with_neighbour(const RunSpec& base, const std::string& id, std::optional<double> rate,
                       const std::string& where) {
  const DataFacts data = facts_of(base);
  RunSpec spec = base;
  if (const Variant* variant = find_variant(id)) {
    if (rate && !(*rate >= 0 && *rate <= variant->max_rate))
      throw InputError(where, "a rate from 0 to " + real_text(variant->max_rate) + " for " + id, real_text(*rate));
    const std::vector<SiteName> sites = sites_for(*variant, base, data);
    if (sites.empty() && variant->rate_is != RateIs::Ignored) refuse(base, id, where);
    const bool plain = variant->rate_is == RateIs::Ignored || (rate && *rate == 0);
    spec.dropout = plain ? DropoutPlan{} : replaced(base, *variant, sites, rate);
    return spec;
  }
  for (const Other& other : kOthers) {
    if (other.id != id) continue;
    if (!other.fits(base, data)) refuse(base, id, where);
    spec.dropout = {};
    other.apply(spec, data);
    return spec;
  }
  refuse(base, id, where);
}

RunSpec base_beside(const RunSpec& first, const RunSpec& at_hand) {
  RunSpec base = first;
  if (first.network == at_hand.network && !acting_sites(at_hand).empty()) base.dropout = at_hand.dropout;
  return base;
}

}  // namespace dropscope
