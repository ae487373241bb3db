// The sub-network drawn is the one whose numbers were answered: gates, values and prediction.
#include "core/session/subnetwork_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>

#include "core/analysis/subnetwork_report.h"
#include "core/base/check.h"
#include "core/session/snapshot_builder.h"
#include "core/train/trainer.h"
#include "tests/core/train/run_helpers.h"
#include "tests/session/watched.h"

namespace dropscope {
namespace {

FrozenRun frozen(const Trainer& trainer) {
  FrozenRun run;
  run.spec = trainer.spec();
  run.tick = trainer.tick();
  run.network = trainer.shared_network();
  run.params = std::make_shared<const AlignedVector<float>>(trainer.params().begin(), trainer.params().end());
  run.plans = trainer.plans();
  run.data = trainer.shared_data();
  return run;
}

struct Posed : testing::Test {
  RunSpec spec = [] {
    RunSpec s = runs::spec(0.3);
    s.network.hidden = {{LayerKind::Dense, 4, Activation::Relu}, {LayerKind::Dense, 3, Activation::Tanh}};
    s.dropout.at("hidden2").rate = 0.6;
    return s;
  }();
  Trainer trainer{spec, runs::classes()};
  FrozenRun run;
  Snapshot snapshot;
  std::vector<float> x;
  SubnetworkReport report;

  Posed() {
    runs::ticks(trainer, 20);
    run = frozen(trainer);
    x.assign(run.data->validation.x.begin(), run.data->validation.x.begin() + run.data->inputs);
    SnapshotBuilder builder(trainer);
    snapshot = builder.build(trainer, {});
    SubnetworkPlan plan;
    plan.samples = 5;
    report = subnetwork_report(run.model(), x, plan);
  }
};

TEST_F(Posed, EverySubnetworkHasTheGatesAndThePredictionThatWereAnswered) {
  ASSERT_EQ(report.gates, 7);
  for (std::uint32_t bits = 0; bits < 128; ++bits) {
    const Snapshot s = subnetwork_snapshot(snapshot, run, x, bits);
    for (std::size_t j = 0; j < report.places.size(); ++j) {
      const std::string name = run.network->sites()[std::size_t(report.places[j].site)].name;
      const auto site = std::find_if(s.sites.begin(), s.sites.end(), [&](const SiteView& v) { return v.site == name; });
      ASSERT_NE(site, s.sites.end());
      EXPECT_TRUE(site->active);
      EXPECT_EQ(site->gate[report.places[j].coin], float(bits >> j & 1)) << bits << " " << name;
    }
    for (const LayerView& layer : s.layers) {
      if (layer.site < 0) continue;
      const SiteView& site = s.sites[std::size_t(layer.site)];
      for (std::size_t i = 0; site.active && i < layer.y.size(); ++i)
        EXPECT_EQ(layer.y[i], layer.h[i] * site.gate[i] * site.scale);
    }
    const std::vector<float>& z = s.layers.back().z;
    double sum = 0;
    for (float v : z) sum += std::exp(double(v) - double(z[0]));
    for (std::size_t k = 0; k < z.size(); ++k)
      EXPECT_NEAR(std::exp(double(z[k]) - double(z[0])) / sum, report.predictions[bits * z.size() + k], 1e-12);
  }
}

TEST_F(Posed, ShowsTheInputThatWasAskedAboutAndNoTrainingExample) {
  const Snapshot s = subnetwork_snapshot(snapshot, run, x, 5);
  EXPECT_EQ(s.layers.front().h, x);
  EXPECT_EQ(s.example_shown, -1);
  EXPECT_FALSE(s.eval_view);
  EXPECT_EQ(s.tick, run.tick);
  for (const SiteView& site : s.sites) EXPECT_EQ(site.recent_rows, 0) << "masks of other steps";
  EXPECT_EQ(*s.layers[1].weights, *snapshot.layers[1].weights);
}

// While training goes on the rate may be set anew: gates and the rate said of them are of one pass.
TEST_F(Posed, HasTheRatesThatItsGatesWereDrawnWith) {
  for (SiteView& site : snapshot.sites) site.rate = 0.125;
  const Snapshot s = subnetwork_snapshot(snapshot, run, x, 5);
  for (const SiteView& site : s.sites) {
    const SitePlan* plan = spec.dropout.find(site.site);
    EXPECT_EQ(site.rate, plan ? plan->rate : 0) << site.site;
  }
}

TEST_F(Posed, RefusesBitsOfGatesThatThereAreNot) {
  EXPECT_THROW(subnetwork_snapshot(snapshot, run, x, 128), InputError);
}

// Three steps, dropped as a whole, of which each sees itself and those before it: three of the nine keys are hidden,
// whatever their gates.
TEST(SubnetworkView, CountsAsThePictureOfTrainingDoes) {
  auto data = std::make_shared<Dataset>();
  data->inputs = 3;
  data->outputs = 2;
  data->sequence = SequenceShape{3, 1, true, 5, false};
  for (Split* split : {&data->train, &data->validation}) {
    split->count = 8;
    for (int i = 0; i < 24; ++i) split->x.push_back(float(i * 7 % 5));
    for (int i = 0; i < 8; ++i) split->label.push_back(i % 2);
  }
  RunSpec spec;
  spec.network.hidden = {make_layer(LayerKind::Embedding, 4), make_layer(LayerKind::Transformer, 3)};
  spec.network.hidden[1].causal = true;
  spec.network.hidden[1].heads = 1;
  spec.batch_size = 4;
  for (auto [site, variant, rate] : {std::tuple{"embedding1", "token", 0.4}, {"block1.attention", "attention", 0.3}}) {
    spec.dropout.at(site).variant = variant;
    spec.dropout.at(site).rate = rate;
  }
  Trainer trainer(spec, data);
  runs::ticks(trainer, 3);
  const FrozenRun run = frozen(trainer);
  SnapshotBuilder builder(trainer);
  const Snapshot training = builder.build(trainer, {});
  const std::span<const float> x = std::span(data->validation.x).first(3);
  for (std::uint32_t bits = 0; bits < 4096; bits += 7) {
    const Snapshot s = subnetwork_snapshot(training, run, x, bits);
    const SiteView& steps = sessions::site_named(s, "embedding1");
    ASSERT_EQ(steps.coins, 3);
    ASSERT_EQ(steps.coins_kept, std::popcount(bits & 7));
    ASSERT_EQ(steps.kept, 4 * steps.coins_kept) << "of " << steps.total;
    const SiteView& keys = sessions::site_named(s, "block1.attention");
    int open = 0;
    for (int query = 0; query < 3; ++query)
      for (int key = 0; key <= query; ++key) open += int(bits >> (3 + 3 * query + key) & 1);
    ASSERT_EQ(keys.total, 6);
    ASSERT_EQ(keys.kept, open) << bits;
    ASSERT_DOUBLE_EQ(keys.realized_rate, (6 - open) / 6.0);
  }
}

}  // namespace
}  // namespace dropscope
