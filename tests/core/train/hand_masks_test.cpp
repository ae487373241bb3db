// Masks changed by hand in a run: what they change, how long they last, that a run with them repeats bit for bit, and
// that going back and coming by again shows the same.
#include "core/train/hand_masks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "core/base/check.h"
#include "core/base/parallel.h"
#include "core/tensor/panels.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

using runs::ticks;

const Noise<float>& noise_of(const Trainer& t, int site) { return t.network().noise_at(t.tape(), site).noise; }
int site_of(const Trainer& t, const char* name) { return t.network().find_site(name); }

// The masks of the tick to come.
AlignedVector<float> gates(Trainer& t, int site) {
  t.preview();
  return noise_of(t, site).gate.v;
}

void expect_same_statistics(const Trainer& a, const Trainer& b) {
  const MaskStatistics &x = a.statistics(), &y = b.statistics();
  ASSERT_EQ(x.lately(), y.lately());
  for (int s = 0; s < int(a.network().sites().size()); ++s) {
    if (!x.watches(s)) continue;
    for (int u = 0; u < int(a.network().site_shape(s, 1).count()); ++u) {
      ASSERT_EQ(x.dropped_lately(s, u), y.dropped_lately(s, u)) << s << " " << u;
      for (int back = 0; back < x.lately(); ++back) ASSERT_EQ(x.kept(s, u, back), y.kept(s, u, back));
    }
  }
}

void expect_same_points(const History& a, const History& b) {
  ASSERT_EQ(a.count, b.count);
  for (std::size_t i = 0; i < a.count; ++i) {
    EXPECT_EQ(a[i].tick, b[i].tick);
    EXPECT_EQ(a[i].train_loss, b[i].train_loss) << i;
    EXPECT_EQ(a[i].validation_loss, b[i].validation_loss) << i;
    EXPECT_TRUE(a[i].train_loss_masked == b[i].train_loss_masked || i == 0) << i;
  }
}

TEST(HandMasks, ALaterOneForThePlaceReplacesTheOneBefore) {
  HandMasks masks;
  EXPECT_TRUE(masks.empty());
  masks.set({0, 3, 1, false});
  masks.set({0, 3, 2, false});
  masks.set({0, 3, 1, true});
  EXPECT_EQ(masks.gates(), (std::vector<GateByHand>{{0, 3, 2, false}, {0, 3, 1, true}}));
  masks.set({0, 3, -1, false});
  EXPECT_EQ(masks.gates(), (std::vector<GateByHand>{{0, 3, -1, false}}));
  masks.lock(0, 3, true);
  EXPECT_TRUE(masks.gates().empty()) << "what is locked is not overruled by what was set before";
  masks.set({0, 3, 1, false});
  masks.redraw();
  masks.end_tick();
  EXPECT_EQ(masks.locks(), (std::vector<GateByHand>{{0, 3, -1, true}}));
  EXPECT_TRUE(masks.gates().empty());
  EXPECT_EQ(masks.redraws(), 0u);
  masks.release(0, 3);
  EXPECT_TRUE(masks.empty());
}

TEST(MasksByHand, ChangeTheGatesThatWereSetAndNoOther) {
  for (double rate : {0.1, 0.3, 0.8})
    for (int row : {-1, 2}) {
      const auto data = runs::classes();
      Trainer plain(runs::spec(rate), data), t(runs::spec(rate), data);
      ticks(plain, 5);
      ticks(t, 5);
      const int site = site_of(t, "hidden2");
      const AlignedVector<float> drawn = gates(plain, site);
      t.set_gate({site, 4, row, false});
      const AlignedVector<float> set = gates(t, site);
      ASSERT_EQ(set.size(), drawn.size());
      bool changed = false;
      for (std::size_t i = 0; i < set.size(); ++i) {
        const bool here = i % 17 == 4 && (row < 0 || int(i / 17) == row);
        EXPECT_EQ(set[i], here ? 0 : drawn[i]);
        changed = changed || set[i] != drawn[i];
      }
      EXPECT_EQ(gates(t, site_of(t, "hidden1")), gates(plain, site_of(t, "hidden1")));
      plain.advance(Granularity::Tick);
      t.advance(Granularity::Tick);
      EXPECT_EQ(plain.state_hash() != t.state_hash(), changed) << "setting what was drawn changes nothing";
      EXPECT_TRUE(t.by_hand().empty());
    }
}

TEST(MasksByHand, SettingEveryGateAsItWasDrawnIsTheStraightRun) {
  for (const char* variant : {"inverted", "gaussian", "alpha", "standout"}) {
    const auto data = runs::classes();
    Trainer plain(runs::spec(0.3, variant), data), t(runs::spec(0.3, variant), data);
    for (int k = 0; k < 4; ++k) {
      const int site = site_of(t, "hidden2");
      const AlignedVector<float> drawn = gates(plain, site);
      for (std::size_t i = 0; i < drawn.size(); ++i)
        t.set_gate({site, std::uint32_t(i % 17), int(i / 17), drawn[i] != 0});
      ticks(plain, 1);
      ticks(t, 1);
      EXPECT_EQ(plain.state_hash(), t.state_hash()) << variant;
    }
  }
}

TEST(MasksByHand, OfADroppedUnitNothingIsLearned) {
  Trainer t(runs::spec(0.3), runs::classes());
  ticks(t, 3);
  t.keep_previous(true);
  t.set_gate({site_of(t, "hidden1"), 2, -1, false});
  const std::vector<float> before(t.params().begin(), t.params().end());
  ticks(t, 1);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), t.previous_params().begin(), t.previous_params().end()));
  for (const ParamBlock& block : t.network().blocks()) {
    if (block.name != "hidden1.weight" && block.name != "hidden2.weight") continue;
    const bool into = block.name == "hidden1.weight";
    int alive = 0;
    for (int o = 0; o < block.outputs; ++o)
      for (int i = 0; i < block.inputs; ++i) {
        const float g = t.gradients()[block.offset + panel_index(o, i, block.inputs)];
        if (into ? o == 2 : i == 2)
          EXPECT_EQ(g, 0) << block.name << " " << o << " " << i;
        else
          alive += g != 0 ? 1 : 0;
      }
    EXPECT_GT(alive, 0);
  }
}

TEST(MasksByHand, ALockHoldsUntilItIsReleased) {
  Trainer t(runs::spec(0.3), runs::classes());
  const int site = site_of(t, "hidden1");
  t.lock_gate(site, 3, false);
  t.lock_gate(site, 5, true);
  const auto all = [&](std::uint32_t unit, float value) {
    const AlignedVector<float> g = gates(t, site);
    for (std::size_t i = unit; i < g.size(); i += 9)
      if (g[i] != value) return false;
    return true;
  };
  for (int k = 0; k < 10; ++k) {
    EXPECT_TRUE(all(3, 0) && all(5, 1)) << k;
    ticks(t, 1);
  }
  EXPECT_EQ(t.statistics().dropped_lately(site, 3), 10);
  EXPECT_EQ(t.statistics().dropped_lately(site, 5), 0);
  // A gate set for one tick goes over the lock.
  t.set_gate({site, 3, -1, true});
  EXPECT_FALSE(all(3, 0));
  ticks(t, 1);
  EXPECT_TRUE(all(3, 0));
  t.release_gate(site, 3);
  EXPECT_FALSE(all(3, 0));
  EXPECT_TRUE(all(5, 1));
  t.release_gate(site, 5);
  Trainer plain(runs::spec(0.3), runs::classes());
  ticks(plain, t.tick());
  EXPECT_EQ(gates(t, site), gates(plain, site));
}

TEST(MasksByHand, ARedrawGivesOtherMasksAndTheSameOnesAgainForThisTickAlone) {
  for (double rate : {0.1, 0.3, 0.8}) {
    const auto data = runs::classes();
    Trainer t(runs::spec(rate), data), again(runs::spec(rate), data), plain(runs::spec(rate), data);
    const int site = site_of(t, "hidden2");
    std::vector<AlignedVector<float>> seen = {gates(t, site)};
    for (int k = 0; k < 4; ++k) {
      t.redraw_masks();
      const AlignedVector<float> g = gates(t, site);
      for (const auto& other : seen) EXPECT_NE(g, other) << rate << ", redraw " << k;
      seen.push_back(g);
    }
    for (int k = 0; k < 4; ++k) again.redraw_masks();
    EXPECT_EQ(gates(again, site), seen.back());
    ticks(t, 1);
    ticks(again, 1);
    ticks(plain, 1);
    EXPECT_EQ(t.state_hash(), again.state_hash());
    EXPECT_NE(t.state_hash(), plain.state_hash());
    EXPECT_EQ(gates(t, site), gates(plain, site)) << "masks do not depend on the weights";
  }
}

TEST(MasksByHand, WorkWhereNothingIsDroppedAndLeaveNoTrace) {
  RunSpec spec = runs::spec(0);
  const auto data = runs::classes();
  Trainer t(spec, data), plain(spec, data);
  const int units = site_of(t, "hidden1"), weights = site_of(t, "hidden2.weight"), input = site_of(t, "input");
  t.set_gate({units, 1, 3, false});
  t.set_gate({weights, 5 * 9 + 2, 3, false});  // weights are shared by the batch: of no matter which row
  t.set_gate({input, 0, -1, false});
  t.preview();
  EXPECT_EQ(noise_of(t, units).scale, 1);
  int zeros = 0;
  for (float g : noise_of(t, units).gate.v) zeros += g == 0 ? 1 : 0;
  EXPECT_EQ(zeros, 1);
  EXPECT_EQ(noise_of(t, weights).gate.size(), std::size_t(17 * 9));
  EXPECT_EQ(noise_of(t, weights).gate[5 * 9 + 2], 0);
  ticks(t, 1);
  ticks(plain, 1);
  EXPECT_NE(t.state_hash(), plain.state_hash());
  ticks(t, 1);
  for (int site : {units, weights, input}) EXPECT_FALSE(noise_of(t, site).active) << site;
  // The same weights and no edits: the same from there on.
  Trainer other(spec, data);
  other.restore(t.checkpoint());
  ticks(t, 5);
  ticks(other, 5);
  EXPECT_EQ(t.state_hash(), other.state_hash());
}

TEST(MasksByHand, ElementsThatShareAGateAreOnePlace) {
  RunSpec spec;
  spec.data.dataset = "digits";
  spec.data.train = 24;
  spec.data.validation = 8;
  spec.batch_size = 8;
  spec.network.hidden = parse_layers("conv3,4", {}, "test");
  std::string name;
  for (const SiteName& s : site_names(spec.network))
    if (s.kind == SiteKind::FeatureMap && name.empty()) name = s.name;
  spec.dropout.at(name).variant = "spatial";
  spec.dropout.at(name).rate = 0.3;
  Trainer t(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  const int site = site_of(t, name.c_str());
  const std::uint32_t pixels = std::uint32_t(t.network().site_shape(site, 1).count() / 3);
  t.lock_gate(site, pixels + 7, false);
  t.set_gate({site, pixels + 1, 2, true});
  t.set_gate({site, pixels + 9, 2, false});
  ASSERT_EQ(t.by_hand().gates().size(), 1u);
  const AlignedVector<float> g = gates(t, site);
  for (std::size_t b = 0; b < 8; ++b) EXPECT_EQ(g[3 * b + 1], 0);
  t.release_gate(site, pixels + 20);
  EXPECT_TRUE(t.by_hand().empty());
}

TEST(MasksByHand, UnderRDropARowIsOfOnePassAndAllRowsOfBoth) {
  RunSpec spec = runs::spec(0.3);
  spec.objective.r_drop = 1;
  const auto data = runs::classes();
  Trainer plain(spec, data), one(spec, data), both(spec, data);
  const int site = site_of(one, "hidden1");
  const AlignedVector<float> drawn = gates(plain, site);
  ASSERT_EQ(drawn.size(), std::size_t(32 * 9));
  one.set_gate({site, 4, 3, false});
  both.set_gate({site, 4, -1, false});
  const AlignedVector<float> a = gates(one, site), b = gates(both, site);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    EXPECT_EQ(a[i], i == 3 * 9 + 4 ? 0 : drawn[i]);
    EXPECT_EQ(b[i], i % 9 == 4 ? 0 : drawn[i]);
  }
  // Redraws are others for each pass.
  one.redraw_masks();
  const AlignedVector<float> c = gates(one, site);
  EXPECT_FALSE(std::equal(c.begin() + 144, c.end(), c.begin()));
  EXPECT_FALSE(std::equal(c.begin() + 144, c.end(), drawn.begin() + 144));
}

TEST(MasksByHand, BelongToTheStateThatACheckpointKeeps) {
  const auto data = runs::classes();
  for (bool stopping : {false, true}) {
    RunSpec spec = runs::spec(0.3);
    spec.stopping.patience = stopping ? 1000 : 0;
    Trainer t(spec, data), fresh(spec, data);
    ticks(t, 20);
    t.lock_gate(site_of(t, "hidden1"), 2, false);
    ticks(t, 6);
    t.set_gate({site_of(t, "hidden2"), 11, 5, false});
    t.redraw_masks();
    const Checkpoint c = t.checkpoint();
    EXPECT_EQ(c.by_hand, t.by_hand());
    EXPECT_GT(c.bytes(), (c.params.size() + c.slots.size()) * sizeof(float));
    ticks(t, 130);
    const std::uint64_t end = t.state_hash();
    fresh.restore(c);
    ticks(fresh, 130);
    EXPECT_EQ(fresh.state_hash(), end);
    expect_same_statistics(fresh, t);
    t.restore(c);
    EXPECT_EQ(t.by_hand(), c.by_hand);
    ticks(t, 130);
    EXPECT_EQ(t.state_hash(), end);
  }
}

// Two threads of its own, so that the engine's tests need no session.
struct TwoThreads final : Parallel {
  int parts() const override { return 2; }
  int jobs = 0;
  void run(void (*job)(void*, int, int), void* context) override {
    ++jobs;
    std::thread other(job, context, 1, 2);
    job(context, 0, 2);
    other.join();
  }
};

// The same calls at the same ticks: the same bits.
TEST(MasksByHand, RepeatWhateverThePausesAndTheThreads) {
  for (const char* variant : {"inverted", "gaussian", "concrete", "standout", "alpha"}) {
    const auto data = runs::classes();
    const auto run = [&](Parallel* parallel, bool paused) {
      RunSpec spec = runs::spec(0.3, variant);
      spec.network.hidden[0].units = 300;  // enough for two threads
      spec.network.hidden[1].units = 200;
      spec.batch_size = 40;
      Trainer t(spec, data, parallel);
      while (t.tick() < 12) {
        if (t.tick() == 2) t.lock_gate(site_of(t, "hidden1"), 1, false);
        if (t.tick() == 5) t.set_gate({site_of(t, "hidden2"), 3, 1, true});
        if (t.tick() == 5) t.redraw_masks();
        if (t.tick() == 8) t.release_gate(site_of(t, "hidden1"), 1);
        if (t.tick() == 9) t.set_gate({site_of(t, "input"), 2, -1, false});
        if (paused) t.preview();
        do t.advance(paused ? Granularity::Phase : Granularity::Tick);
        while (!t.at_boundary());
      }
      return t.state_hash();
    };
    TwoThreads two;
    const std::uint64_t straight = run(nullptr, false);
    EXPECT_EQ(run(&two, false), straight) << variant;
    EXPECT_EQ(run(nullptr, true), straight) << variant;
    EXPECT_GT(two.jobs, 0);
  }
}

TEST(MasksByHand, AFailureComesBackToAStateThatHasThem) {
  int failed = 0;
  for (double rate : {0.25, 0.3, 0.4, 0.6}) {
    RunSpec s = runs::spec(0.1);
    s.evaluate_every = 1000;
    s.optimizer.kind = OptimizerKind::Sgd;
    s.optimizer.learning_rate = rate;
    for (LayerSpec& layer : s.network.hidden) layer.activation = Activation::Identity;
    Trainer t(s, runs::numbers());
    std::vector<std::uint64_t> good = {t.state_hash()};
    t.lock_gate(site_of(t, "hidden1"), 2, false);
    for (int k = 0; k < 900; ++k) {
      if (k % 7 == 3) t.set_gate({site_of(t, "hidden2"), std::uint32_t(k % 17), k % 4, false});
      if (k % 11 == 5) t.redraw_masks();
      if (!t.advance(Granularity::Tick)) break;
      good.push_back(t.state_hash());
    }
    if (!t.divergence()) continue;
    ++failed;
    EXPECT_EQ(t.tick(), std::int64_t(good.size()) - 1);
    EXPECT_EQ(t.state_hash(), good.back()) << rate;
    EXPECT_EQ(t.by_hand().locks().size(), 1u);
    EXPECT_EQ(t.statistics().lately(), int(std::min<std::int64_t>(100, t.tick())));
  }
  EXPECT_GT(failed, 0);
}

TEST(MasksByHand, RefuseWhatIsNotThere) {
  Trainer t(runs::spec(0.3), runs::classes());
  const int sites = int(t.network().sites().size());
  EXPECT_THROW(t.set_gate({sites, 0, -1, false}), InputError);
  EXPECT_THROW(t.set_gate({-1, 0, -1, false}), InputError);
  EXPECT_THROW(t.set_gate({site_of(t, "hidden1"), 9, -1, false}), InputError);
  EXPECT_THROW(t.set_gate({site_of(t, "hidden1"), 0, 16, false}), InputError);
  EXPECT_THROW(t.set_gate({site_of(t, "hidden1"), 0, -2, false}), InputError);
  EXPECT_THROW(t.lock_gate(site_of(t, "hidden2"), 17, true), InputError);
  EXPECT_THROW(t.release_gate(site_of(t, "hidden2"), 17), InputError);
  EXPECT_TRUE(t.by_hand().empty());
  // The last batch of an epoch has two examples only.
  ticks(t, 3);
  EXPECT_THROW(t.set_gate({site_of(t, "hidden1"), 0, 2, false}), InputError);
  t.set_gate({site_of(t, "hidden1"), 0, 1, false});
}

TEST(GoingBack, ShowsThePointsAndMasksOfTheStraightRun) {
  const auto data = runs::classes();
  Trainer straight(runs::spec(0.3), data), t(runs::spec(0.3), data);
  std::vector<Checkpoint> kept;
  for (int k = 0; k <= 400; ++k) {
    if (k % 40 == 0) kept.push_back(t.checkpoint());
    if (k < 400) ticks(t, 1);
  }
  ticks(straight, 90);
  const History whole = t.history().view();
  for (std::size_t to : {2u, 0u, 2u}) {
    t.restore(kept[to]);
    ticks(t, 90 - t.tick());
    EXPECT_EQ(t.state_hash(), straight.state_hash());
    expect_same_statistics(t, straight);
    expect_same_points(t.history().view(t.tick()), straight.history().view());
    expect_same_points(t.history().view(), whole);
    EXPECT_EQ(t.history().view(t.tick()).back().tick, 90);
  }
  // It knows more distinct masks than the straight run, for it has trained them.
  EXPECT_GT(t.statistics().distinct(), straight.statistics().distinct());
  // Another way: what was noted of the first is gone.
  t.forget_after(t.tick());
  EXPECT_EQ(t.history().back().tick, 90);
  t.lock_gate(site_of(t, "hidden1"), 0, false);
  ticks(t, 310);
  EXPECT_EQ(t.history().count(), whole.count);
  EXPECT_NE(t.history().back().validation_loss, whole.back().validation_loss);
}

TEST(GoingBack, EvaluatesNothingASecondTime) {
  const auto data = runs::classes();
  RunSpec spec = runs::spec(0.3);
  Trainer t(spec, data);
  const Checkpoint start = t.checkpoint();
  ticks(t, 50);
  // Under another policy the points would be others, were they measured.
  t.set_field("inference.policy", "monte_carlo", "test");
  const History before = t.history().view();
  t.restore(start);
  ticks(t, 50);
  expect_same_points(t.history().view(), before);
  const float last = t.history().back().validation_loss;
  EXPECT_NE(t.measure().validation_loss, last);
}

TEST(GoingBack, FindsThePointsOfATickInManyChunks) {
  HistoryBuilder history;
  for (std::int64_t k = 0; k < 1500; ++k) {
    MetricPoint point;
    point.tick = 2 * k;
    history.add(point);
    if (k == 700) history.add(point);
  }
  for (std::int64_t k = 0; k < 1500; ++k) {
    ASSERT_NE(history.find(2 * k), nullptr);
    ASSERT_EQ(history.find(2 * k)->tick, 2 * k);
    ASSERT_EQ(history.find(2 * k + 1), nullptr);
    ASSERT_EQ(history.count_at(2 * k), k == 700 ? 2u : 1u);
    const History view = history.view(2 * k + 1);
    ASSERT_EQ(view.count, std::size_t(k + (k >= 700 ? 2 : 1)));
    ASSERT_EQ(view.back().tick, 2 * k);
    ASSERT_EQ(view.chunks.size(), (view.count + History::kChunk - 1) / History::kChunk);
  }
  EXPECT_EQ(history.view(-1).count, 0u);
  EXPECT_TRUE(history.view(-1).chunks.empty());
}

TEST(GoingBack, PreviousWeightsAreThoseOfTheLastUpdate) {
  Trainer t(runs::spec(0.3), runs::classes());
  ticks(t, 2);
  EXPECT_TRUE(t.previous_params().empty());
  t.keep_previous(true);
  EXPECT_TRUE(t.previous_params().empty());
  const Checkpoint c = t.checkpoint();
  for (int k = 0; k < 3; ++k) {
    const std::vector<float> before(t.params().begin(), t.params().end());
    ticks(t, 1);
    EXPECT_TRUE(std::equal(before.begin(), before.end(), t.previous_params().begin(), t.previous_params().end()));
  }
  t.restore(c);
  EXPECT_TRUE(t.previous_params().empty());
  ticks(t, 1);
  EXPECT_TRUE(std::equal(c.params.begin(), c.params.end(), t.previous_params().begin(), t.previous_params().end()));
  t.keep_previous(false);
  EXPECT_TRUE(t.previous_params().empty());
}

TEST(GoingBack, ARunThatDivergedGoesOnFromBeforeAndDivergesAgain) {
  RunSpec s = runs::spec();
  s.optimizer.learning_rate = 1e6;
  s.network.hidden[1].activation = Activation::Relu;
  Trainer t(s, runs::numbers());
  const Checkpoint start = t.checkpoint();
  while (t.advance(Granularity::Tick)) {
  }
  ASSERT_TRUE(t.divergence());
  const std::int64_t tick = t.tick();
  const std::uint64_t hash = t.state_hash();
  t.restore(start);
  EXPECT_FALSE(t.divergence());
  while (t.advance(Granularity::Tick)) {
  }
  ASSERT_TRUE(t.divergence());
  EXPECT_EQ(t.tick(), tick);
  EXPECT_EQ(t.state_hash(), hash);
  t.forget_after(tick + 1);
  EXPECT_TRUE(t.divergence());
  t.forget_after(tick);
  EXPECT_FALSE(t.divergence());
}

}  // namespace
}  // namespace dropscope
