#include "core/optim/optimizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/random/uniforms.h"
#include "core/session/worker_pool.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

// A weight block of 3 x 5 in panels and 3 biases.
std::vector<ParamBlock> blocks() {
  const std::size_t w = panel_size(3, 5);
  return {{"layer.weight", 0, w, 3, 5}, {"layer.bias", w, 3, 3, 0}};
}
constexpr std::size_t kCount = 16 * 5 + 3;

// The update of one parameter as the papers write it, in double.
struct Reference {
  double w, m = 0, v = 0;
  void step(const OptimizerSpec& s, double rate, double g, bool weight, std::int64_t t) {
    g += weight ? s.l2 * w : 0;
    switch (s.kind) {
      case OptimizerKind::Sgd:
        w -= rate * g;
        return;
      case OptimizerKind::Momentum:
        m = s.momentum * m + g;
        w -= rate * m;
        return;
      case OptimizerKind::Nesterov:
        m = s.momentum * m + g;
        w -= rate * (g + s.momentum * m);
        return;
      case OptimizerKind::Adam:
      case OptimizerKind::AdamW: {
        if (s.kind == OptimizerKind::AdamW && weight) w -= rate * s.weight_decay * w;
        m = s.beta1 * m + (1 - s.beta1) * g;
        v = s.beta2 * v + (1 - s.beta2) * g * g;
        const double mean = m / (1 - std::pow(s.beta1, double(t + 1))),
                     root = std::sqrt(v / (1 - std::pow(s.beta2, double(t + 1))));
        w -= rate * mean / (root + s.epsilon);
        return;
      }
    }
  }
};

class Optimizers : public ::testing::TestWithParam<int> {
 protected:
  // Fifty steps against the reference; gradients depend on the weights, as they do in training.
  template <class T>
  void follow(OptimizerSpec spec, double tolerance) {
    spec.kind = OptimizerKind(GetParam());
    Optimizer<T> optimizer(spec.kind, blocks(), kCount);
    AlignedVector<T> w(kCount, T(0)), g(kCount, T(0));
    const Uniforms u({4}, Stream::Test);
    std::vector<std::size_t> used;
    for (int o = 0; o < 3; ++o)
      for (int i = 0; i < 5; ++i) used.push_back(panel_index(o, i, 5));
    for (std::size_t b = 0; b < 3; ++b) used.push_back(80 + b);
    std::vector<Reference> reference;
    for (std::size_t i : used) {
      w[i] = T(u.normal(std::uint32_t(i)));
      reference.push_back({double(w[i])});
    }
    for (std::int64_t t = 0; t < 50; ++t) {
      std::vector<double> gradient;
      double norm = 0;
      for (std::size_t k = 0; k < used.size(); ++k) {
        const double noise = 0.3 * u.normal(std::uint32_t(1000 + t * 100 + std::int64_t(k)));
        gradient.push_back(reference[k].w + noise);
        g[used[k]] = T(double(w[used[k]]) + noise);
        norm += gradient[k] * gradient[k];
      }
      norm = std::sqrt(norm);
      const double clip = spec.clip_norm > 0 && norm > spec.clip_norm ? spec.clip_norm / norm : 1;
      const double rate = scheduled_rate(spec, t);
      EXPECT_NEAR(optimizer.step(spec, t, w, g, nullptr), norm, 1e-4 * norm);
      for (std::size_t k = 0; k < used.size(); ++k) {
        reference[k].step(spec, rate, clip * gradient[k], used[k] < 80, t);
        ASSERT_NEAR(double(w[used[k]]), reference[k].w, tolerance) << "step " << t << ", parameter " << used[k];
      }
    }
    // The zeros that fill the panel stay zeros.
    for (std::size_t i = 0; i < 80; ++i) {
      if (i % 16 < 3) continue;
      EXPECT_EQ(w[i], T(0)) << i;
    }
  }
};

OptimizerSpec plain() {
  OptimizerSpec s;
  s.learning_rate = 0.05;
  return s;
}

TEST_P(Optimizers, FollowTheirPaperOverFiftySteps) {
  follow<double>(plain(), 1e-12);
  follow<float>(plain(), 2e-5);
}
TEST_P(Optimizers, FollowItWithL2OnWeightsAlone) {
  OptimizerSpec s = plain();
  s.l2 = 0.3;
  follow<double>(s, 1e-12);
}
TEST_P(Optimizers, FollowItWithDecayScheduleAndClipping) {
  OptimizerSpec s = plain();
  s.weight_decay = 0.2;
  s.clip_norm = 1.5;
  s.schedule = ScheduleKind::Cosine;
  s.schedule_ticks = 40;
  follow<double>(s, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(All, Optimizers, ::testing::Range(0, int(enum_names<OptimizerKind>().size())),
                         [](const auto& i) { return std::string(enum_names<OptimizerKind>()[std::size_t(i.param)]); });

// One step of weight 1 with no gradient at all: coupled L2 goes through Adam's root, decoupled decay does not.
TEST(AdamW, DecaysApartFromTheGradientAndSparesBiases) {
  OptimizerSpec s = plain();
  s.kind = OptimizerKind::AdamW;
  s.learning_rate = 0.1;
  s.weight_decay = 0.5;
  Optimizer<double> optimizer(s.kind, blocks(), kCount);
  AlignedVector<double> w(kCount, 0.0), g(kCount, 0.0);
  w[0] = 1, w[80] = 1;
  optimizer.step(s, 0, w, g, nullptr);
  EXPECT_DOUBLE_EQ(w[0], 1 - 0.1 * 0.5);
  EXPECT_EQ(w[80], 1);
  // Coupled L2 in Adam moves by the whole learning rate whatever the strength.
  OptimizerSpec coupled = plain();
  coupled.kind = OptimizerKind::Adam;
  coupled.learning_rate = 0.1;
  coupled.l2 = 0.5;
  Optimizer<double> other(coupled.kind, blocks(), kCount);
  w[0] = 1;
  other.step(coupled, 0, w, g, nullptr);
  EXPECT_NEAR(w[0], 0.9, 1e-7);
  EXPECT_EQ(w[80], 1);
}

TEST(Clipping, ShrinksTheWholeGradientAndKeepsItsDirection) {
  OptimizerSpec s = plain();
  s.kind = OptimizerKind::Sgd;
  s.learning_rate = 1;
  s.clip_norm = 1;
  Optimizer<double> optimizer(s.kind, blocks(), kCount);
  AlignedVector<double> w(kCount, 0.0), g(kCount, 0.0);
  g[0] = 3, g[80] = 4;
  EXPECT_DOUBLE_EQ(optimizer.step(s, 0, w, g, nullptr), 5);
  EXPECT_DOUBLE_EQ(w[0], -0.6);
  EXPECT_DOUBLE_EQ(w[80], -0.8);
  // A gradient inside the limit is left alone.
  w.assign(kCount, 0.0), g.assign(kCount, 0.0);
  g[0] = 0.3;
  optimizer.step(s, 1, w, g, nullptr);
  EXPECT_DOUBLE_EQ(w[0], -0.3);
}

TEST(Optimizer, LeavesEverythingAsItWasWhereTheGradientIsNotFinite) {
  for (int kind = 0; kind < 5; ++kind)
    for (float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
      for (std::size_t at : {0u, 79u, 82u}) {
        OptimizerSpec s = plain();
        s.kind = OptimizerKind(kind);
        s.clip_norm = 1;
        Optimizer<float> optimizer(s.kind, blocks(), kCount);
        AlignedVector<float> w(kCount, 1.0f), g(kCount, 0.1f);
        optimizer.step(s, 0, w, g, nullptr);
        const AlignedVector<float> before = w;
        const std::vector<float> slots(optimizer.slots().begin(), optimizer.slots().end());
        g[at] = bad;
        EXPECT_FALSE(std::isfinite(optimizer.step(s, 1, w, g, nullptr)));
        EXPECT_EQ(w, before);
        EXPECT_TRUE(std::equal(slots.begin(), slots.end(), optimizer.slots().begin()));
      }
}

TEST(Optimizer, AnyNumberOfThreadsGivesTheSameBits) {
  // Large enough to be spread.
  const std::size_t size = panel_size(300, 200);
  const std::vector<ParamBlock> large = {{"w", 0, size, 300, 200}, {"b", size, 300, 300, 0}};
  OptimizerSpec s = plain();
  s.max_norm = 0.9;
  const auto run = [&](Parallel* parallel) {
    Optimizer<float> optimizer(s.kind, large, size + 300);
    AlignedVector<float> w(size + 300), g(size + 300);
    const Uniforms u({6}, Stream::Test);
    for (std::size_t i = 0; i < w.size(); ++i)
      w[i] = 0.1f * float(u.normal(std::uint32_t(i))), g[i] = float(u.at(std::uint32_t(i))) - 0.5f;
    for (int t = 0; t < 3; ++t) optimizer.step(s, t, w, g, parallel);
    return w;
  };
  const AlignedVector<float> one = run(nullptr);
  for (int threads : {2, 3}) {
    WorkerPool pool(threads);
    EXPECT_EQ(one, run(&pool)) << threads;
  }
}

// Processors are many times slower with numbers below 1e-38; a mean of gradients that end reaches them in 900 steps.
TEST(Optimizer, MeansOfGradientsThatHaveEndedBecomeZeroRatherThanSubnormal) {
  for (const OptimizerKind kind : {OptimizerKind::Momentum, OptimizerKind::Nesterov, OptimizerKind::Adam}) {
    OptimizerSpec spec;
    spec.kind = kind;
    spec.beta2 = 0.9;
    Optimizer<float> optimizer(kind, blocks(), kCount);
    std::vector<float> w(kCount, 0.5f), g(kCount, 0.01f);
    optimizer.step(spec, 0, w, g, nullptr);
    std::fill(g.begin(), g.end(), 0.0f);
    for (std::int64_t t = 1; t < 1500; ++t) {
      optimizer.step(spec, t, w, g, nullptr);
      for (float slot : optimizer.slots()) ASSERT_TRUE(slot == 0 || std::isnormal(slot)) << "step " << t;
    }
    for (float slot : optimizer.slots()) EXPECT_EQ(slot, 0);
  }
}

TEST(Schedule, HasItsGoldenPoints) {
  OptimizerSpec s = plain();
  s.learning_rate = 0.4;
  EXPECT_EQ(scheduled_rate(s, 123456), 0.4);
  s.schedule = ScheduleKind::Cosine;
  s.schedule_ticks = 100;
  EXPECT_DOUBLE_EQ(scheduled_rate(s, 0), 0.4);
  EXPECT_NEAR(scheduled_rate(s, 25), 0.2 * (1 + std::sqrt(0.5)), 1e-7);
  EXPECT_NEAR(scheduled_rate(s, 50), 0.2, 1e-7);
  EXPECT_NEAR(scheduled_rate(s, 100), 0, 1e-12);
  EXPECT_NEAR(scheduled_rate(s, 100000), 0, 1e-12);
  s.schedule = ScheduleKind::Step;
  s.step_ticks = 10;
  s.step_factor = 0.5;
  EXPECT_EQ(scheduled_rate(s, 0), 0.4);
  EXPECT_EQ(scheduled_rate(s, 9), 0.4);
  EXPECT_EQ(scheduled_rate(s, 10), 0.2);
  EXPECT_EQ(scheduled_rate(s, 35), 0.05);
}

TEST(L2Norm, IsTheRootOfTheSumOfSquaresForAnyLength) {
  for (std::size_t n : {0u, 1u, 15u, 16u, 17u, 4095u, 4096u, 4097u, 10000u}) {
    std::vector<float> x(n);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) x[i] = float(i % 7) - 3, sum += double(x[i]) * double(x[i]);
    EXPECT_NEAR(l2_norm<float>(x), std::sqrt(sum), 1e-6 * (1 + std::sqrt(sum))) << n;
  }
}

}  // namespace
}  // namespace dropscope
