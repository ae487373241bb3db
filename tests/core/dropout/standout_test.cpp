// Standout (VARIANTS.md 17.4; Ba and Frey, NIPS 2013).
#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/dropout/noise_helpers.h"

namespace dropscope {
namespace {

using namespace noise_tests;

double keep(double slope, double z, double rate) {
  return 1 / (1 + std::exp(-(slope * z + std::log((1 - rate) / rate))));
}

TEST(Standout, KeepsEachUnitWithTheProbabilityOfItsOwnPreActivation) {
  const Shape shape{{Axis::Sample, 1}, {Axis::Unit, 5}};
  Tensor<double> z(shape);
  z.v = {-3, -0.5, 0, 0.5, 3};
  constexpr int draws = 20000;
  for (double rate : {0.1, 0.3, 0.8})
    for (double slope : {-1.0, 0.0, 0.5, 2.0}) {
      double kept[5] = {};
      Noise<double> noise;
      for (std::uint32_t age = 0; age < draws; ++age) {
        draw_noise<double>(plan_of("standout", rate, {slope}), shape, coins(age), {}, &z, noise);
        EXPECT_EQ(noise.scale, 1);
        for (std::size_t i = 0; i < 5; ++i) kept[i] += noise.gate[i];
      }
      for (std::size_t i = 0; i < 5; ++i) {
        const double k = keep(slope, z[i], rate);
        // Five standard deviations of a binomial fraction, and one count.
        EXPECT_NEAR(kept[i] / draws, k, 5 * std::sqrt(k * (1 - k) / draws) + 1.0 / draws)
            << "rate " << rate << ", slope " << slope << ", z " << z[i];
      }
    }
}

TEST(Standout, SlopeZeroKeepsEveryUnitWithOneMinusTheRate) {
  Tensor<double> z = normals<double>({{Axis::Sample, 1}, {Axis::Unit, 9}}, 4);
  for (double rate : {0.1, 0.3, 0.8}) {
    Noise<double> noise;
    expected_noise<double>(plan_of("standout", rate, {0}), z.shape, noise, {}, &z);
    for (double k : noise.gate.v) EXPECT_NEAR(k, 1 - rate, 1e-15);
  }
}

// One hidden layer and a linear output: the mean over all masks, each with its probability, is what inference computes.
TEST(Standout, InferenceIsTheMeanOverAllMasks) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, 4, Activation::Tanh}};
  for (double rate : {0.1, 0.3, 0.8}) {
    Bench<double> b(spec, flat_form(3, 2));
    b.input(normals<double>({{Axis::Sample, 1}, {Axis::Unit, 3}}, 6));
    const NoisePlan plan = plan_of("standout", rate, {1.5});
    b.tape.training = false;
    b.expect(plan, "hidden1");
    b.forward();
    const Tensor<double> inference = b.tape.logits(), z = b.tape.layers[1].z, h = b.tape.layers[1].h;
    for (std::size_t u = 0; u < 4; ++u)
      EXPECT_NEAR(b.tape.layers[1].y[u], keep(1.5, z[u], rate) * h[u], 1e-15);  // y = k f(z)
    double mean[2] = {};
    for (unsigned mask = 0; mask < 16; ++mask) {
      double p = 1;
      b.draw(plan, "hidden1", coins(1));
      b.forward();  // the mask is drawn here, from z
      Noise<double>& noise = b.noise("hidden1");
      for (unsigned u = 0; u < 4; ++u) {
        const double k = keep(1.5, z[u], rate);
        noise.gate[u] = mask >> u & 1;
        p *= mask >> u & 1 ? k : 1 - k;
      }
      b.forward();
      for (std::size_t o = 0; o < 2; ++o) mean[o] += p * b.tape.logits()[o];
    }
    for (std::size_t o = 0; o < 2; ++o) EXPECT_NEAR(mean[o], inference[o], 1e-14) << rate;
  }
}

TEST(Standout, CasesOfOneBatchHaveMasksOfTheirOwnPreActivations) {
  Tensor<float> z({{Axis::Sample, 2}, {Axis::Unit, 500}});
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = i < 500 ? 3.0f : -3.0f;
  Noise<float> noise;
  draw_noise<float>(plan_of("standout", 0.5, {1}), z.shape, coins(1), {}, &z, noise);
  double kept[2] = {};
  for (std::size_t i = 0; i < z.size(); ++i) kept[i / 500] += double(noise.gate[i]) / 500;
  // sigmoid(3) = 0.9526: five standard deviations are 0.048.
  EXPECT_NEAR(kept[0], 0.9526, 0.048);
  EXPECT_NEAR(kept[1], 0.0474, 0.048);
}

TEST(Standout, RateZeroKeepsAllAndRateOneNone) {
  Tensor<float> z = normals<float>({{Axis::Sample, 3}, {Axis::Unit, 50}}, 4);
  EXPECT_FALSE(has_effect(plan_of("standout", 0)));
  Noise<float> noise;
  draw_noise<float>(plan_of("standout", 1), z.shape, coins(1), {}, &z, noise);
  for (float g : noise.gate.v) EXPECT_EQ(g, 0);
  expected_noise<float>(plan_of("standout", 1), z.shape, noise, {}, &z);
  for (float g : noise.gate.v) EXPECT_EQ(g, 0);
}

TEST(Standout, KeepsWhatIsNoNumberSoThatItIsSeen) {
  Tensor<float> z({{Axis::Sample, 1}, {Axis::Unit, 3}}, NAN);
  Noise<float> noise;
  draw_noise<float>(plan_of("standout", 0.9), z.shape, coins(1), {}, &z, noise);
  for (float g : noise.gate.v) EXPECT_EQ(g, 1);
}

}  // namespace
}  // namespace dropscope
