// Concrete dropout (VARIANTS.md 17.2; Gal, Hron, Kendall, arXiv:1705.07832).
#include <gtest/gtest.h>

#include <cmath>

#include "core/train/objective.h"
#include "core/train/trainer.h"
#include "tests/core/dropout/noise_helpers.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

using namespace noise_tests;

double logit(double p) { return std::log(p) - std::log1p(-p); }
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double soft_coin(double p, double u) { return sigmoid((logit(p) + logit(u)) / 0.1); }

const Shape kMany{{Axis::Sample, 100}, {Axis::Unit, 1000}};

Noise<double> drawn(double p, const Shape& shape = kMany, std::uint32_t age = 1) {
  Noise<double> noise;
  const double learned[] = {logit(p)};
  draw_noise<double>(plan_of("concrete", 0.5), shape, coins(age), learned, nullptr, noise);
  return noise;
}

TEST(ConcreteDropout, SoftCoinHasTheGoldenValues) {
  EXPECT_NEAR(soft_coin(0.1, 0.95), 0.99943161557541, 1e-14);
  EXPECT_NEAR(soft_coin(0.5, 0.5), 0.5, 1e-15);
  EXPECT_NEAR((1 - soft_coin(0.5, 0.5)) / (1 - 0.5), 1, 1e-15);
}

TEST(ConcreteDropout, GatesAreThatSoftCoinOfTheirOwnUniforms) {
  for (double p : {0.02, 0.1, 0.5, 0.9}) {
    const Noise<double> noise = drawn(p);
    EXPECT_EQ(noise.scale, 1);
    const Uniforms u = coins(1);
    for (std::size_t i = 0; i < 2000; ++i)
      // Logarithms of u near 1 lose digits, which the temperature magnifies tenfold.
      EXPECT_NEAR(noise.gate[i], (1 - soft_coin(p, u.at(std::uint32_t(i)))) / (1 - p), 1e-11 / (1 - p)) << p;
  }
}

TEST(ConcreteDropout, MoreThanHalfIsDroppedWithTheLearnedRateWhateverTheTemperature) {
  for (double p : {0.1, 0.3, 0.8}) {
    const Noise<double> noise = drawn(p);
    const Uniforms u = coins(1);
    double dropped = 0;
    for (std::size_t i = 0; i < noise.gate.size(); ++i) {
      const double z = 1 - noise.gate[i] * (1 - p), uniform = u.at(std::uint32_t(i));
      if (std::abs(uniform - (1 - p)) > 1e-9) {
        EXPECT_EQ(z > 0.5, uniform > 1 - p) << uniform;
      }
      dropped += z > 0.5 ? 1 : 0;
    }
    // Five standard deviations of a binomial fraction.
    EXPECT_NEAR(dropped / 1e5, p, 5 * std::sqrt(p * (1 - p) / 1e5));
  }
}

TEST(ConcreteDropout, LearnedRateGetsItsGradientThroughTheCoinAndTheScale) {
  const Shape shape{{Axis::Sample, 6}, {Axis::Unit, 9}};
  const Tensor<double> x = normals<double>(shape, 1), dy = normals<double>(shape, 2);
  for (double p : {0.03, 0.1, 0.4, 0.85}) {
    const auto loss = [&](double a) {
      Noise<double> noise;
      const double learned[] = {a};
      draw_noise<double>(plan_of("concrete", 0.5), shape, coins(4), learned, nullptr, noise);
      double sum = 0;
      for (std::size_t i = 0; i < x.size(); ++i) sum += dy[i] * noise.scale * noise.gate[i] * x[i];
      return sum;
    };
    SiteNoise<double> at;
    at.learned = {logit(p)};
    const Uniforms u = coins(4);
    draw_site<double>(plan_of("concrete", 0.5), shape, {&u, 1}, nullptr, at);
    Tensor<double> dx;
    site_backward(at, x, dy, dx);
    const double h = 1e-5, numeric = (loss(logit(p) + h) - loss(logit(p) - h)) / (2 * h);
    EXPECT_NEAR(at.d_learned[0], numeric, 1e-6 * (std::abs(numeric) + 1e-3)) << p;
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(dx[i], at.noise.gate[i] * dy[i]);
  }
}

Penalty penalty_at(double a, bool classifies, double* d = nullptr, double l = 0.5, double precision = 2) {
  const double params[] = {l, precision}, learned[] = {a};
  double d_learned[] = {0};
  const Penalty penalty = find_variant("concrete")
                              ->penalty({.params = params,
                                         .learned = learned,
                                         .weight_squares = 7,
                                         .inputs = 30,
                                         .examples = 40,
                                         .classifies = classifies,
                                         .d_learned = d_learned});
  if (d) *d = d_learned[0];
  return penalty;
}

TEST(ConcreteDropout, PenaltyIsThePublishedOne) {
  for (double p : {0.05, 0.3, 0.9})
    for (bool classifies : {false, true}) {
      const double entropy = p * std::log(p) + (1 - p) * std::log(1 - p), per = 1 / (2.0 * 40);
      const double expected = 0.25 * per * 7 / (1 - p) + (classifies ? 1 : 2) * per * 30 * entropy;
      double d = 0;
      const Penalty penalty = penalty_at(logit(p), classifies, &d);
      EXPECT_NEAR(penalty.value, expected, 1e-13);
      EXPECT_NEAR(penalty.weight_gain, 2 * 0.25 * per / (1 - p), 1e-13);
      const double h = 1e-5;
      const double numeric =
          (penalty_at(logit(p) + h, classifies).value - penalty_at(logit(p) - h, classifies).value) / (2 * h);
      EXPECT_NEAR(d, numeric, 1e-8) << p;
    }
  for (double a : {-800.0, -40.0, 40.0}) EXPECT_TRUE(std::isfinite(penalty_at(a, true, nullptr, 0).value)) << a;
}

TEST(ConcreteDropout, PenaltyReachesTheWeightsThatReadFromTheSite) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, 5, Activation::Tanh}};
  Bench<double> b(spec, flat_form(3, 2));
  std::vector<NoisePlan> plans(b.network.sites().size());
  const int site = b.network.find_site("hidden1");
  plans[std::size_t(site)] = plan_of("concrete", 0.5, {2, 0.1});
  b.params[b.network.sites()[std::size_t(site)].learned] = logit(0.3);
  const auto value = [&] { return add_penalties<double>(b.network, plans, b.params, 50, true, {}); };
  add_penalties<double>(b.network, plans, b.params, 50, true, b.gradients);
  for (const ParamBlock& block : b.network.blocks())
    for (int o = 0; o < block.outputs; ++o)
      for (int i = 0; i < std::max(1, block.inputs); ++i) {
        const std::size_t at = Bench<double>::place(block, o, i);
        const double kept = b.params[at], h = 1e-5;
        b.params[at] = kept + h;
        const double above = value();
        b.params[at] = kept - h;
        const double below = value();
        b.params[at] = kept;
        EXPECT_NEAR(b.gradients[at], (above - below) / (2 * h), 1e-8) << block.name << " " << o << "," << i;
        if (block.name == "hidden1.weight") {
          EXPECT_EQ(b.gradients[at], 0);
        }
      }
}

TEST(ConcreteDropout, TrainingMovesTheRateAndIgnoresTheAskedOne) {
  Trainer low(runs::spec(0.1, "concrete"), runs::classes()), high(runs::spec(0.8, "concrete"), runs::classes());
  const SiteInfo& site = low.network().sites()[std::size_t(low.network().find_site("hidden1"))];
  EXPECT_NEAR(sigmoid(double(low.params()[site.learned])), 0.1, 1e-7);
  runs::ticks(low, 50);
  runs::ticks(high, 50);
  EXPECT_EQ(low.state_hash(), high.state_hash());
  EXPECT_GT(std::abs(sigmoid(double(low.params()[site.learned])) - 0.1), 1e-4);
  const double extra = add_penalties<float>(low.network(), low.plans(), low.params(), 50, true, {});
  EXPECT_NE(low.objective(), low.batch_loss());
  // Weights moved by one update since that loss.
  EXPECT_NEAR(low.objective() - low.batch_loss(), extra, 0.05 * std::abs(extra));
}

TEST(ConcreteDropout, LearnedRateStaysWhenAnUnrelatedFieldIsRefused) {
  Trainer t(runs::spec(0.1, "concrete"), runs::classes());
  runs::ticks(t, 20);
  const std::uint64_t before = t.state_hash();
  EXPECT_THROW(t.set_field("dropout.hidden2.variant", "dropconnect", "test"), InputError);
  EXPECT_EQ(t.state_hash(), before);
}

}  // namespace
}  // namespace dropscope
