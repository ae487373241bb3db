// The sub-network drawn is the one whose numbers were answered: gates, values and prediction.
#include "core/session/subnetwork_view.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/subnetwork_report.h"
#include "core/base/check.h"
#include "core/session/snapshot_builder.h"
#include "core/train/trainer.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

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
    run.spec = spec;
    run.tick = trainer.tick();
    run.network = trainer.shared_network();
    run.params = std::make_shared<const AlignedVector<float>>(trainer.params().begin(), trainer.params().end());
    run.plans = trainer.plans();
    run.data = trainer.shared_data();
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

TEST_F(Posed, RefusesBitsOfGatesThatThereAreNot) {
  EXPECT_THROW(subnetwork_snapshot(snapshot, run, x, 128), InputError);
}

}  // namespace
}  // namespace dropscope
