#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/dropout/registry.h"
#include "core/train/evaluator.h"
#include "core/train/mask_statistics.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

TEST(Curves, TheTwoTrainLossesAgreeWithoutNoiseAndDifferWithIt) {
  // One batch holds all examples and the rate is tiny, so both losses are of almost the same weights.
  for (double rate : {0.0, 0.8}) {
    RunSpec s = runs::spec(rate);
    s.batch_size = 50;
    s.optimizer.learning_rate = 1e-9;
    s.evaluate_every = 1;
    Trainer t(s, runs::classes(50));
    EXPECT_TRUE(std::isnan(t.history().back().train_loss_masked)) << "no tick has been taken yet";
    runs::ticks(t, 3);
    const MetricPoint& p = t.history().back();
    EXPECT_EQ(p.tick, 3);
    if (rate == 0) {
      EXPECT_NEAR(p.train_loss_masked, p.train_loss, 1e-5);
    } else {
      EXPECT_GT(std::abs(p.train_loss_masked - p.train_loss), 0.01);
    }
  }
}

TEST(Curves, AreEvaluatedAtEveryTickFirstThenEverRarer) {
  Trainer t(runs::spec(), runs::classes());
  runs::ticks(t, 600);
  const History h = t.history().view();
  for (std::size_t i = 1; i < h.count; ++i) {
    const std::int64_t gap = h[i].tick - h[i - 1].tick;
    EXPECT_EQ(gap, h[i].tick <= 256 ? 1 : h[i].tick <= 512 ? 2 : 4) << h[i].tick;
  }
  RunSpec s = runs::spec();
  s.evaluate_every = 7;
  Trainer fixed(s, runs::classes());
  runs::ticks(fixed, 30);
  EXPECT_EQ(fixed.history().count(), 5u);  // 0, 7, 14, 21, 28
  EXPECT_EQ(fixed.history().back().tick, 28);
}

TEST(Curves, HistoriesShareWhatNoLongerChanges) {
  HistoryBuilder builder;
  MetricPoint p;
  for (p.tick = 0; p.tick < 1030; ++p.tick) builder.add(p);
  const History early = builder.view();
  for (; p.tick < 1040; ++p.tick) builder.add(p);
  const History late = builder.view();
  EXPECT_EQ(early.count, 1030u);
  EXPECT_EQ(early.chunks[0], late.chunks[0]);
  for (std::size_t i = 0; i < late.count; ++i) ASSERT_EQ(late[i].tick, std::int64_t(i));
  // Going back across the border of a chunk, to its very end and on from there.
  builder.truncate(511);
  EXPECT_EQ(builder.count(), 512u);
  EXPECT_EQ(builder.back().tick, 511);
  p.tick = 512;
  builder.add(p);
  EXPECT_EQ(builder.back().tick, 512);
  EXPECT_EQ(builder.view()[512].tick, 512);
  builder.truncate(100);
  EXPECT_EQ(builder.back().tick, 100);
  EXPECT_EQ(early[1029].tick, 1029) << "a view that was given away has changed";
  builder.truncate(-1);
  EXPECT_EQ(builder.count(), 0u);
}

TEST(Evaluation, DoesNotDependOnHowManyAreTakenAtOnce) {
  const auto data = runs::classes(700, 1);
  Trainer t(runs::spec(), data);
  Tape<float> tape = t.network().make_tape();
  const Evaluation all = evaluate_split(t.network(), t.params(), t.plans(), data->train, true, 0, tape, nullptr);
  double loss = 0, right = 0;
  for (std::size_t i = 0; i < 700; ++i) {
    Split one;
    one.count = 1;
    one.x.assign(data->train.x.begin() + std::ptrdiff_t(3 * i), data->train.x.begin() + std::ptrdiff_t(3 * i + 3));
    one.label = {data->train.label[i]};
    const Evaluation e = evaluate_split(t.network(), t.params(), t.plans(), one, true, 0, tape, nullptr);
    loss += e.loss / 700, right += e.accuracy / 700;
  }
  EXPECT_NEAR(all.loss, loss, 1e-9);
  EXPECT_NEAR(all.accuracy, right, 1e-9);
  EXPECT_TRUE(std::isnan(evaluate_split(t.network(), t.params(), t.plans(), Split{}, true, 0, tape, nullptr).loss));
}

Noise<float> noise(int batch, int units, double rate, std::uint32_t age, bool shared = false) {
  Noise<float> n;
  draw_noise<float>({find_variant("inverted"), rate, shared ? AxisSet{Axis::Sample} : AxisSet{}, {}},
                    {{Axis::Sample, batch}, {Axis::Unit, units}}, Uniforms({3, 1, age}, Stream::Dropout), {}, nullptr,
                    n);
  return n;
}

std::vector<Shape> sites(std::initializer_list<int> units) {
  std::vector<Shape> shapes;
  for (int n : units) shapes.push_back({{Axis::Sample, 1}, {Axis::Unit, n}});
  return shapes;
}

TEST(MaskStatistics, CountWhatWasDroppedExactly) {
  MaskStatistics s(sites({5, 70}));
  std::set<std::vector<bool>> seen;
  std::vector<std::vector<bool>> first;  // of the shown example, oldest first
  for (std::uint32_t tick = 0; tick < 260; ++tick) {
    const Noise<float> a = noise(4, 5, 0.3, 2 * tick, tick % 2), b = noise(4, 70, 0.02, 2 * tick + 1);
    const Noise<float>* both[] = {&a, &b};
    s.note(both, 4);
    for (std::size_t e = 0; e < 4; ++e) {
      std::vector<bool> mask;
      for (std::size_t u = 0; u < 5; ++u) mask.push_back(a.gate[(tick % 2 ? 0 : e) * 5 + u] != 0);
      for (std::size_t u = 0; u < 70; ++u) mask.push_back(b.gate[e * 70 + u] != 0);
      seen.insert(mask);
      if (e == 0) first.push_back(mask);
    }
    ASSERT_EQ(s.distinct(), seen.size()) << "tick " << tick;
    ASSERT_EQ(s.lately(), std::min(int(tick) + 1, MaskStatistics::kLately));
    for (int u = 0; u < 75; ++u) {
      int dropped = 0;
      for (int back = 0; back < s.lately(); ++back) {
        const bool kept = first[first.size() - 1 - std::size_t(back)][std::size_t(u)];
        dropped += kept ? 0 : 1;
        if (tick % 50 == 7) {
          ASSERT_EQ(u < 5 ? s.kept(0, u, back) : s.kept(1, u - 5, back), kept);
        }
      }
      ASSERT_EQ(u < 5 ? s.dropped_lately(0, u) : s.dropped_lately(1, u - 5), dropped);
    }
  }
  s.clear();
  EXPECT_EQ(s.distinct(), 0u);
  EXPECT_EQ(s.lately(), 0);
}

TEST(MaskStatistics, ANetworkWithoutNoiseIsOneSubNetwork) {
  MaskStatistics s(sites({5}));
  const Noise<float> none;
  const Noise<float>* noises[] = {&none};
  for (int i = 0; i < 3; ++i) s.note(noises, 8);
  EXPECT_EQ(s.distinct(), 1u);
  EXPECT_EQ(s.dropped_lately(0, 4), 0);
}

TEST(MaskStatistics, TheSameMaskAtAnotherSiteIsAnotherSubNetwork) {
  MaskStatistics s(sites({6, 6}));
  Noise<float> mask = noise(1, 6, 0.5, 1);
  mask.gate.v = {1, 0, 1, 1, 0, 1};
  const Noise<float> none;
  const Noise<float>*first[] = {&mask, &none}, *second[] = {&none, &mask};
  s.note(first, 1);
  s.note(second, 1);
  s.note(first, 1);
  EXPECT_EQ(s.distinct(), 2u);
}

TEST(MaskStatistics, StopCountingAtTheirCap) {
  MaskStatistics s(sites({64}));
  for (std::uint32_t tick = 0; !s.capped() && tick < 600; ++tick) {
    const Noise<float> n = noise(2000, 64, 0.5, tick);
    const Noise<float>* noises[] = {&n};
    s.note(noises, 2000);
    // Masks of 64 coins practically never repeat.
    ASSERT_EQ(s.distinct(), std::min<std::uint64_t>(2000 * (tick + 1), MaskStatistics::kMostDistinct));
  }
  EXPECT_TRUE(s.capped());
  EXPECT_EQ(s.distinct(), MaskStatistics::kMostDistinct);
}

}  // namespace
}  // namespace dropscope
