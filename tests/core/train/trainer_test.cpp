#include "core/train/trainer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/session/worker_pool.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

using runs::ticks;

// Hash at ticks 0, 1, 10, 100, 1000 of a run that `go` moves forward, given the tick to reach.
template <class Go>
std::vector<std::uint64_t> hashes(Trainer& t, Go go) {
  std::vector<std::uint64_t> all;
  for (std::int64_t at : {0, 1, 10, 100, 1000}) {
    while (t.tick() < at) go(t, at);
    EXPECT_EQ(t.tick(), at);
    EXPECT_TRUE(t.at_boundary());
    all.push_back(t.state_hash());
  }
  return all;
}

TEST(Trainer, PhasesTicksPreviewsAndThreadsLeadToTheSameState) {
  const auto data = runs::classes();
  Trainer plain(runs::spec(), data);
  const auto expected = hashes(plain, [](Trainer& t, std::int64_t) { t.advance(Granularity::Tick); });
  for (std::size_t i = 1; i < expected.size(); ++i) EXPECT_NE(expected[i], expected[i - 1]);

  Trainer phases(runs::spec(), data);
  EXPECT_EQ(hashes(phases,
                   [](Trainer& t, std::int64_t) {
                     t.advance(Granularity::Phase);
                     if (t.at_boundary()) return;
                   }),
            expected);

  Trainer mixed(runs::spec(), data);
  int n = 0;
  EXPECT_EQ(hashes(mixed,
                   [&](Trainer& t, std::int64_t) {
                     for (int i = 0; i < n % 7; ++i) t.advance(Granularity::Phase);
                     if (!t.at_boundary() || n++ % 2) t.advance(Granularity::Tick);
                   }),
            expected);

  Trainer previewed(runs::spec(), data);
  EXPECT_EQ(hashes(previewed, [](Trainer& t, std::int64_t) { t.preview(), t.preview(), t.advance(Granularity::Tick); }),
            expected);

  WorkerPool pool(3);
  Trainer threaded(runs::spec(), data, &pool);
  EXPECT_EQ(hashes(threaded, [](Trainer& t, std::int64_t) { t.advance(Granularity::Tick); }), expected);
}

TEST(Trainer, AnEpochIsItsTicks) {
  const auto data = runs::classes(50);
  Trainer epochs(runs::spec(), data), plain(runs::spec(), data);
  EXPECT_EQ(epochs.ticks_per_epoch(), 4);  // 16 + 16 + 16 + 2
  for (int e = 0; e < 5; ++e) epochs.advance(Granularity::Epoch);
  ticks(plain, 20);
  EXPECT_EQ(epochs.tick(), 20);
  EXPECT_EQ(epochs.epoch(), 5);
  EXPECT_EQ(epochs.state_hash(), plain.state_hash());
  // From inside an epoch, and from inside a tick, to its end.
  epochs.advance(Granularity::Tick);
  epochs.advance(Granularity::Phase);
  epochs.advance(Granularity::Epoch);
  EXPECT_EQ(epochs.tick(), 24);
  EXPECT_TRUE(epochs.at_boundary());
}

TEST(Trainer, StationsComeInOrderWithEveryLayerOnce) {
  Trainer t(runs::spec(), runs::classes());
  std::string seen;
  do {
    t.advance(Granularity::Phase);
    seen += std::string(name_of(t.phase())) +
            (t.phase() == Phase::Forward || t.phase() == Phase::Backward ? std::to_string(t.phase_layer()) : "") + " ";
  } while (!t.at_boundary());
  EXPECT_EQ(seen, "Batch Masks Forward0 Forward1 Forward2 Loss Backward2 Backward1 Backward0 Update ");
}

TEST(Trainer, EverySeedVariantRateAndScopeIsARunOfItsOwn) {
  const auto data = runs::classes();
  std::vector<std::uint64_t> all;
  const auto add = [&](RunSpec s) {
    Trainer t(s, data);
    ticks(t, 20);
    all.push_back(t.state_hash());
  };
  for (const char* v : {"inverted", "classic", "gaussian"}) add(runs::spec(0.3, v));
  add(runs::spec(0.3, "none"));
  add(runs::spec(0.8));
  RunSpec s = runs::spec();
  s.seed = 8;
  add(s);
  s = runs::spec();
  s.dropout.at("hidden1").scope = MaskScope::Batch;
  add(s);
  for (std::size_t a = 0; a < all.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) EXPECT_NE(all[a], all[b]) << a << " and " << b;
}

TEST(Trainer, RateZeroIsTheRunWithoutDropoutBitForBit) {
  const auto data = runs::classes();
  Trainer none(RunSpec(runs::spec(0.5, "none")), data);
  ticks(none, 50);
  for (const Variant* v : all_variants()) {
    if (!v->sites.has(SiteKind::Hidden) || v->rate_is == RateIs::Learned) continue;
    Trainer zero(runs::spec(0, v->id), data);
    ticks(zero, 50);
    EXPECT_EQ(zero.state_hash(), none.state_hash()) << v->id;
  }
}

TEST(Trainer, AMaskPerBatchIsSharedByTheExamplesAndOnePerExampleIsNot) {
  for (MaskScope scope : {MaskScope::Example, MaskScope::Batch}) {
    RunSpec s = runs::spec();
    s.dropout.at("hidden2").scope = scope;
    Trainer t(s, runs::classes());
    t.preview();
    const Noise<float>& noise = t.network().noise_at(t.tape(), t.network().find_site("hidden2")).noise;
    EXPECT_EQ(noise.gate.shape.extent(Axis::Sample), scope == MaskScope::Batch ? 1 : 16);
  }
}

TEST(Trainer, TheMaskDrawnIsTheMaskUsed) {
  Trainer t(runs::spec(0.3), runs::classes());
  for (int tick = 0; tick < 5; ++tick) {
    t.advance(Granularity::Tick);
    for (const char* name : {"hidden1", "hidden2"}) {
      const int site = t.network().find_site(name);
      const LayerTape<float>& tape = t.tape().layers[std::size_t(t.network().sites()[std::size_t(site)].layer)];
      Noise<float> own;
      draw_noise<float>(t.plans()[std::size_t(site)], t.network().site_shape(site, t.tape().batch),
                        Uniforms({t.spec().seed, t.places()[std::size_t(site)], std::uint32_t(tick)}, Stream::Dropout),
                        {}, nullptr, own);
      ASSERT_EQ(own.gate.v, t.network().noise_at(t.tape(), site).noise.gate.v);
      for (std::size_t i = 0; i < tape.h.size(); ++i)
        ASSERT_EQ(tape.y[i], own.gate[i] == 0 ? 0 : own.scale * own.gate[i] * tape.h[i]);
    }
  }
}

TEST(Trainer, ACheckpointGoesOnAsIfNothingHadHappened) {
  for (OptimizerKind kind : {OptimizerKind::Sgd, OptimizerKind::Momentum, OptimizerKind::Adam}) {
    RunSpec s = runs::spec();
    s.optimizer.kind = kind;
    const auto data = runs::classes();
    Trainer straight(s, data);
    ticks(straight, 37);
    const Checkpoint c = straight.checkpoint();
    const std::uint64_t then = straight.state_hash();
    ticks(straight, 63);
    const std::uint64_t end = straight.state_hash();
    const std::size_t points = straight.history().count();
    // Back in the same run, from the middle of a tick; and in a new one.
    straight.advance(Granularity::Phase);
    straight.advance(Granularity::Phase);
    straight.restore(c);
    EXPECT_EQ(straight.state_hash(), then);
    ticks(straight, 63);
    EXPECT_EQ(straight.state_hash(), end);
    EXPECT_EQ(straight.history().count(), points);
    Trainer fresh(s, data);
    fresh.restore(c);
    ticks(fresh, 63);
    EXPECT_EQ(fresh.state_hash(), end);
    EXPECT_EQ(fresh.history().back().train_loss_masked, straight.history().back().train_loss_masked);
  }
}

TEST(Trainer, LiveFieldsChangeTheRunFromTheNextTickOnAndOthersAreRefused) {
  const auto data = runs::classes();
  Trainer t(runs::spec(), data), untouched(runs::spec(), data);
  ticks(t, 10);
  ticks(untouched, 10);
  const RunSpec before = t.spec();
  for (const char* path : {"seed", "data_seed", "network.hidden", "network.hidden1.units", "network.init",
                           "optimizer.kind", "batch_size", "data.train", "nonsense"})
    EXPECT_THROW(t.set_field(path, "12", "test"), InputError) << path;
  EXPECT_THROW(t.set_field("dropout.hidden1.rate", "1.5", "test"), InputError);
  EXPECT_THROW(t.set_field("dropout.hidden7.rate", "0.5", "test"), InputError);
  EXPECT_EQ(t.spec(), before);
  ticks(t, 10);
  ticks(untouched, 10);
  EXPECT_EQ(t.state_hash(), untouched.state_hash()) << "a refusal left a trace";
  t.set_field("dropout.hidden1.rate", "0.8", "test");
  t.set_field("dropout.hidden2.variant", "gaussian", "test");
  t.set_field("optimizer.learning_rate", "0.001", "test");
  EXPECT_EQ(t.plans()[std::size_t(t.network().find_site("hidden1"))].rate, 0.8);
  EXPECT_EQ(t.plans()[std::size_t(t.network().find_site("hidden2"))].variant, find_variant("gaussian"));
  EXPECT_EQ(t.state_hash(), untouched.state_hash()) << "nothing has been trained since";
  ticks(t, 1);
  ticks(untouched, 1);
  EXPECT_NE(t.state_hash(), untouched.state_hash());
}

TEST(Trainer, SmallAndOddDataIsTrainedToo) {
  struct Case {
    const char* name;
    std::shared_ptr<Dataset> data;
    RunSpec spec;
  };
  std::vector<Case> cases;
  RunSpec s = runs::spec(0.5);
  s.batch_size = 1000;
  cases.push_back({"batch larger than the data", runs::classes(7), s});
  cases.push_back({"one example", runs::classes(1, 1), runs::spec()});
  cases.push_back({"one class", runs::classes(20, 20, 1), runs::spec()});
  cases.push_back({"no validation", runs::classes(20, 0), runs::spec()});
  cases.push_back({"numbers", runs::numbers(), runs::spec()});
  s = runs::spec();
  s.network.loss = Loss::MeanSquared;
  cases.push_back({"squared error on classes", runs::classes(), s});
  s = runs::spec(0.5);
  s.network.hidden = {{LayerKind::Dense, 1, Activation::Relu}, {LayerKind::Dense, 1, Activation::Relu}};
  cases.push_back({"layers of one unit", runs::classes(), s});
  cases.push_back({"everything dropped", runs::classes(), runs::spec(1)});
  s = runs::spec(0.5);
  s.network.hidden.clear();
  s.dropout.sites.clear();
  cases.push_back({"no hidden layer", runs::classes(), s});
  for (const Case& c : cases) {
    Trainer t(c.spec, c.data);
    ticks(t, 100);
    EXPECT_EQ(t.divergence(), nullptr) << c.name;
    EXPECT_EQ(t.tick(), 100) << c.name;
    const MetricPoint& last = t.history().back();
    EXPECT_TRUE(std::isfinite(last.train_loss)) << c.name;
    EXPECT_EQ(std::isnan(last.validation_loss), c.data->validation.count == 0) << c.name;
    EXPECT_EQ(std::isnan(last.train_accuracy), c.data->task == Task::Regression) << c.name;
  }
}

TEST(Trainer, WhatDoesNotFitTheDataIsRefused) {
  RunSpec s = runs::spec();
  s.network.loss = Loss::SoftmaxCrossEntropy;
  EXPECT_THROW(Trainer(s, runs::numbers()), InputError);
  EXPECT_THROW(Trainer(runs::spec(), runs::classes(0)), InputError);
  s = runs::spec();
  s.network.hidden = {{LayerKind::Dense, 131072, Activation::Relu}};
  auto wide = runs::classes(1, 1);
  wide->inputs = 1000;
  wide->train.x.assign(1000, 0.5f);
  wide->validation.x.assign(1000, 0.5f);
  EXPECT_THROW(Trainer(s, wide), InputError) << "131 million weights";
}

TEST(Trainer, LearnsWhatItIsShown) {
  Trainer t(runs::spec(0.1), runs::classes(200, 200));
  ticks(t, 1500);
  EXPECT_GT(t.history().back().train_accuracy, 0.9f);
  EXPECT_LT(t.history().back().train_loss, 0.3f);
}

}  // namespace
}  // namespace dropscope
