// What each variant adds to a training step, at every kind of site it may act at: the same network on the same data
// with the variant at all sites of the kind at rate 0.3, and without noise.

#include "core/dropout/registry.h"
#include "core/train/trainer.h"
#include "tests/bench/measurements.h"
#include "tests/bench/workloads.h"

namespace dropscope::bench {
namespace {

// Made-up sequences: numbers or words, ten classes.
std::shared_ptr<const Dataset> sequences(bool words) {
  auto data = std::make_shared<Dataset>();
  data->id = data->name = "sequences";
  data->sequence = SequenceShape{20, words ? 1 : 16, words, words ? 26 : 0, false};
  data->inputs = 20 * data->sequence->features;
  data->outputs = 10;
  data->train.count = 2000;
  const Uniforms draws({3}, Stream::Test);
  std::uint32_t at = 0;
  for (std::size_t i = 0; i < data->train.count * std::size_t(data->inputs); ++i, ++at)
    data->train.x.push_back(words ? float(draws.below(at, 26)) : float(draws.at(at)));
  for (std::size_t i = 0; i < data->train.count; ++i) data->train.label.push_back(std::int32_t(draws.below(++at, 10)));
  return data;
}

struct Home {
  const char* layers;
  std::shared_ptr<const Dataset> data;
};

// A network of the size people train here that has sites of the kind.
Home home_of(SiteKind kind, Target target) {
  static const auto numbers = sequences(false), words = sequences(true);
  switch (kind) {
    case SiteKind::Input:
      // What cuts pixels out needs pixels.
      if (target == Target::Blocks || target == Target::Channels)
        return {"conv8,maxpool,conv16,maxpool", workload_data("C")};
      return {"256,128", workload_data("A")};
    case SiteKind::Hidden:
    case SiteKind::Weight:
      return {"256,128", workload_data("A")};
    case SiteKind::FeatureMap:
      return {"conv8,maxpool,conv16,maxpool", workload_data("C")};
    case SiteKind::ResidualBranch:
      return {"64,8*residual64", workload_data("A")};
    case SiteKind::Sequence:
    case SiteKind::RecurrentWeight:
    case SiteKind::RecurrentState:
    case SiteKind::StateUpdate:
    case SiteKind::CellState:
    case SiteKind::CellUpdate:
      return {"lstm64", numbers};
    case SiteKind::Embedding:
    case SiteKind::AttentionWeights:
    case SiteKind::HeadOutput:
      return {"embedding32,2*transformer64", words};
  }
  return {};
}

double seconds_per_tick(const Home& home, SiteKind kind, const char* variant, double rate, double seconds) {
  RunSpec spec;
  spec.network.hidden = parse_layers(home.layers, {}, "bench");
  spec.optimizer.learning_rate = 1e-3;
  spec.batch_size = 64;
  spec.evaluate_every = 1'000'000;
  for (const SiteName& site : site_names(spec.network)) {
    // Pools have sites of their own, which nobody uses besides those of the convolutions.
    if (site.kind != kind || rate == 0 || site.name.starts_with("pool")) continue;
    SitePlan& plan = spec.dropout.at(site.name);
    plan.variant = variant;
    plan.rate = rate;
  }
  Trainer trainer(spec, home.data);
  for (int i = 0; i < 3; ++i) trainer.advance(Granularity::Tick);
  return seconds_per_call(seconds, [&] { trainer.advance(Granularity::Tick); });
}

}  // namespace

std::vector<VariantCost> variant_costs() {
  std::vector<VariantCost> costs;
  for (const Variant* variant : all_variants())
    for (int k = 0; k < kSiteKindCount; ++k)
      if (variant->sites.has(SiteKind(k)) && variant->rate_is != RateIs::Ignored)
        costs.push_back({variant, SiteKind(k), std::string(variant->id) + " at " + name_of(SiteKind(k))});
  return costs;
}

void measure_variant_costs(double seconds, Record& record) {
  // The plain network is measured anew right before each variant, so that the machine is the same for both.
  for (const VariantCost& cost : variant_costs()) {
    const Home home = home_of(cost.kind, cost.variant->target);
    const double without = seconds_per_tick(home, cost.kind, "none", 0, seconds);
    record.add(cost.name + " without", without);
    record.add(cost.name + " with", seconds_per_tick(home, cost.kind, cost.variant->id, 0.3, seconds));
  }
}

}  // namespace dropscope::bench
