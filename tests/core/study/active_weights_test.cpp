// The share of active weights, against counting by hand.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/scenarios/scenarios.h"
#include "core/study/study.h"
#include "core/train/host_networks.h"
#include "core/train/trainer.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

using namespace runs;

double gate(const Trainer& t, const char* site, std::initializer_list<std::size_t> at, int row) {
  const int s = t.network().find_site(site);
  const Noise<float>& noise = t.network().noise_at(t.tape(), s).noise;
  if (!noise.active) return 1;
  const Shape full = t.network().site_shape(s, t.tape().batch);
  std::size_t element = std::size_t(row);
  int d = 1;
  for (std::size_t i : at) element = element * std::size_t(full[d++].extent) + i;
  return double(noise.gate[broadcast_index(full, noise.gate.shape, element)] != 0.0f);
}

// Of 3-9-17-2, weight by weight.
double counted(const Trainer& t) {
  const int widths[] = {3, 9, 17, 2};
  const char* units[] = {"input", "hidden1", "hidden2", "output"};
  const char* weights[] = {"", "hidden1.weight", "hidden2.weight", "output.weight"};
  double active = 0;
  for (int row = 0; row < t.tape().batch; ++row)
    for (std::size_t l = 1; l < 4; ++l)
      for (std::size_t o = 0; o < std::size_t(widths[l]); ++o)
        for (std::size_t i = 0; i < std::size_t(widths[l - 1]); ++i)
          active += gate(t, units[l - 1], {i}, row) * gate(t, units[l], {o}, row) * gate(t, weights[l], {o, i}, row);
  return active / (3 * 9 + 9 * 17 + 17 * 2) / t.tape().batch;
}

TEST(ActiveWeights, AreAllWithoutNoise) {
  Trainer trainer(spec(0), classes());
  EXPECT_EQ(active_weight_share(trainer), 1) << "before the first tick";
  ticks(trainer, 3);
  EXPECT_EQ(active_weight_share(trainer), 1);
  Trainer gaussian(spec(0.3, "gaussian"), classes());
  ticks(gaussian, 3);
  EXPECT_EQ(active_weight_share(gaussian), 1) << "noise that drops nothing";
}

TEST(ActiveWeights, AreThoseWithBothEndsKept) {
  for (double rate : {0.1, 0.3, 0.5, 0.8}) {
    RunSpec s = spec(rate);
    s.dropout.at("input").rate = rate / 2;
    Trainer trainer(s, classes());
    for (int i = 0; i < 5; ++i) {
      ticks(trainer, 1);
      EXPECT_NEAR(active_weight_share(trainer), counted(trainer), 1e-12);
      EXPECT_LT(active_weight_share(trainer), 1);
    }
  }
}

TEST(ActiveWeights, AreNoneWhereAllIsDropped) {
  Trainer trainer(spec(1), classes());
  ticks(trainer, 2);
  EXPECT_EQ(active_weight_share(trainer), 0);
}

TEST(ActiveWeights, AreAsManyForMasksOfTheWholeBatch) {
  RunSpec s = spec(0.3);
  s.dropout.at("hidden1").scope = MaskScope::Batch;
  Trainer trainer(s, classes());
  ticks(trainer, 4);
  EXPECT_NEAR(active_weight_share(trainer), counted(trainer), 1e-12);
}

TEST(ActiveWeights, CountMasksOfWeightsOneByOne) {
  for (const MaskScope scope : {MaskScope::Batch, MaskScope::Example})
    for (const double units : {0.0, 0.3, 0.7}) {
      RunSpec s = spec(units);
      for (const char* site : {"hidden1.weight", "hidden2.weight", "output.weight"}) {
        s.dropout.at(site).variant = "dropconnect";
        s.dropout.at(site).rate = 0.4;
        s.dropout.at(site).scope = scope;
      }
      s.dropout.at("input").rate = units / 2;
      Trainer trainer(s, classes());
      for (int i = 0; i < 3; ++i) {
        ticks(trainer, 1);
        EXPECT_NEAR(active_weight_share(trainer), counted(trainer), 1e-12);
        EXPECT_LT(active_weight_share(trainer), 0.75);
      }
    }
}

TEST(ActiveWeights, HoldForBothPassesOfRDrop) {
  RunSpec s = spec(0.3);
  s.objective.r_drop = 1;
  Trainer trainer(s, classes());
  ticks(trainer, 2);
  EXPECT_NEAR(active_weight_share(trainer), counted(trainer), 1e-12);
}

TEST(ActiveWeights, AreThoseOfThePreviewWhileOneIsShown) {
  Trainer trainer(spec(0.6), classes());
  trainer.preview();
  const double ahead = active_weight_share(trainer);
  EXPECT_LT(ahead, 1);
  ticks(trainer, 1);
  EXPECT_EQ(active_weight_share(trainer), ahead) << "the tick has the very masks that were shown";
}

// Flattening passes on what is left of the maps; a dropped map leaves its kernels without an end.
TEST(ActiveWeights, OfAConvolutionGoByTheShareOfItsMaps) {
  RunSpec s = scenario_or_throw("conv-spatial", "test");
  s.dropout.sites.clear();
  Trainer plain(s, std::make_shared<const Dataset>(make_dataset(s.data, s.data_seed, nullptr)));
  ticks(plain, 1);
  EXPECT_EQ(active_weight_share(plain), 1);
  int first = -1;
  for (int l = 0; l < plain.network().layer_count() && first < 0; ++l)
    if (plain.network().layer(l).part() == PartKind::Convolution) first = l;
  ASSERT_GE(first, 0);
  const std::string name = plain.network().layer(first).name();
  s.dropout.at(name).variant = "spatial";
  s.dropout.at(name).rate = 0.4;
  Trainer trainer(s, plain.shared_data());
  ticks(trainer, 2);
  const Noise<float>& noise = trainer.network().noise_at(trainer.tape(), trainer.network().find_site(name)).noise;
  double kept = 0, all = 0, weights = 0, touched = 0;
  for (float g : noise.gate.v) kept += g != 0.0f ? 1 : 0, ++all;
  // What the maps' own kernels are, and the first matrix that reads them.
  bool reading = false, done = false;
  for (int l = 0; l < trainer.network().layer_count(); ++l)
    for (const ParamBlock& b : trainer.network().layer(l).blocks()) {
      if (!b.is_weight()) continue;
      const double n = double(b.outputs) * b.inputs;
      weights += n;
      if (l == first || (reading && !done)) touched += n, done = reading, reading = true;
    }
  EXPECT_NEAR(active_weight_share(trainer), 1 - touched / weights * (1 - kept / all), 1e-12);
}

TEST(ActiveWeights, OfAClosedBranchAreNone) {
  RunSpec s = spec(0);
  s.network = layers_of("8,3*residual6", Activation::Relu);
  s.dropout.sites.clear();
  for (const char* block : {"block1", "block2", "block3"}) {
    s.dropout.at(block).variant = "droppath";
    s.dropout.at(block).rate = 0.5;
  }
  Trainer trainer(s, classes());
  bool closed = false, open = false;
  for (int i = 0; i < 8; ++i) {
    ticks(trainer, 1);
    // 3 x 8 into the trunk, 8 x 6 and 6 x 8 on each branch, 8 x 2 out of it.
    double branches = 0;
    for (const char* block : {"block1", "block2", "block3"})
      for (int row = 0; row < trainer.tape().batch; ++row) {
        const double g = gate(trainer, block, {0}, row);
        branches += 96 * g / trainer.tape().batch;
        (g == 0.0 ? closed : open) = true;
      }
    EXPECT_NEAR(active_weight_share(trainer), (24 + branches + 16) / (24 + 3 * 96 + 16), 1e-12);
  }
  EXPECT_TRUE(closed && open);
}

TEST(ActiveWeights, AreAShareForEveryScenario) {
  for (const Scenario* scenario : all_scenarios()) {
    RunSpec s = scenario->spec();
    if (s.data.dataset == "mnist") continue;
    s.data.train = s.data.validation = 64;
    Trainer trainer(s, std::make_shared<const Dataset>(make_dataset(s.data, s.data_seed, nullptr)));
    const bool any = std::any_of(s.dropout.sites.begin(), s.dropout.sites.end(),
                                 [](const SitePlan& site) { return site.rate > 0 || site.variant == "concrete"; });
    double least = 1;
    for (int i = 0; i < 3; ++i) {
      trainer.advance(Granularity::Tick);
      const double share = active_weight_share(trainer);
      EXPECT_GT(share, 0) << scenario->id;
      EXPECT_LE(share, 1) << scenario->id;
      least = std::min(least, share);
    }
    EXPECT_TRUE(any || least == 1) << scenario->id;
  }
}

}  // namespace
}  // namespace dropscope
