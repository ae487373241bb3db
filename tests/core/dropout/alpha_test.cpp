// Alpha dropout (VARIANTS.md 17.1; Klambauer et al., arXiv:1706.02515).
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/core/dropout/noise_helpers.h"

namespace dropscope {
namespace {

using namespace noise_tests;

constexpr double kFloor = -1.7580993408473766;
const Shape kRow{{Axis::Sample, 1}, {Axis::Unit, 4}};

// The noise with a mask put in by hand, its offsets those the variant gives kept and dropped units.
Noise<double> masked(double rate, unsigned mask, int n = 4) {
  // Long enough that both kinds of unit are among those drawn.
  const Shape many{{Axis::Sample, 1}, {Axis::Unit, 4096}};
  Noise<double> drawn, noise;
  draw_noise<double>(plan_of("alpha", rate), many, coins(1), {}, nullptr, drawn);
  double offset[2] = {NAN, NAN};
  for (std::size_t i = 0; i < drawn.gate.size(); ++i) offset[std::size_t(drawn.gate[i])] = drawn.offset[i];
  noise.active = true;
  noise.scale = drawn.scale;
  const Shape shape{{Axis::Sample, 1}, {Axis::Unit, n}};
  noise.gate.resize(shape);
  noise.offset.resize(shape);
  for (int j = 0; j < n; ++j) {
    noise.gate[std::size_t(j)] = mask >> j & 1;
    noise.offset[std::size_t(j)] = offset[mask >> j & 1];
  }
  return noise;
}

TEST(AlphaDropout, ScaleAndOffsetAreThePublishedConstants) {
  struct {
    double rate, a, b;
  } const known[] = {{0.05, .9548444760, .0839355722},
                     {0.1, .9212845161, .1619709701},
                     {0.2, .8789035834, .3090399621},
                     {0.5, .8864048947, .7791939305}};
  for (const auto& k : known) {
    const Noise<double> noise = masked(k.rate, 0b01);
    EXPECT_NEAR(noise.scale, k.a, 5e-11) << k.rate;  // ten digits are printed
    EXPECT_NEAR(noise.offset[0], k.b, 5e-11) << k.rate;
    EXPECT_NEAR(noise.offset[1], k.a * kFloor + k.b, 3e-10) << k.rate;
  }
}

TEST(AlphaDropout, HasTheGoldenOutputsAndGradients) {
  const Noise<double> noise = masked(0.5, 0b1101);
  Tensor<double> x(kRow), y, dx;
  x.v = {1, -0.5, 2, 0};
  apply_noise<double>(noise, x, nullptr, y);
  const double golden[] = {1.665598825183964, -.779193930518032, 2.552003719849896, .779193930518032};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(y[i], golden[i], 1e-14);
  apply_noise_backward<double>(noise, x, dx, nullptr);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(dx[i], i == 1 ? 0 : noise.scale * x[i]);
}

TEST(AlphaDropout, KeepsMeanZeroAndVarianceOneExactly) {
  // Two-point and lopsided three-point distributions of mean 0 and variance 1: value, probability.
  const std::vector<std::vector<std::pair<double, double>>> inputs = {
      {{1, 0.5}, {-1, 0.5}},
      {{2, 0.2}, {-0.5, 0.8}},
      {{std::sqrt(3.0), 1.0 / 6}, {0, 2.0 / 3}, {-std::sqrt(3.0), 1.0 / 6}}};
  for (double rate : {0.05, 0.1, 0.3, 0.8})
    for (const auto& input : inputs) {
      double mean = 0, square = 0;
      for (const auto& [value, p] : input)
        for (unsigned mask : {0u, 1u}) {
          Tensor<double> x({{Axis::Sample, 1}, {Axis::Unit, 1}}), y;
          x[0] = value;
          apply_noise<double>(masked(rate, mask, 1), x, nullptr, y);
          mean += p * probability(1, mask, rate) * y[0];
          square += p * probability(1, mask, rate) * y[0] * y[0];
        }
      EXPECT_NEAR(mean, 0, 1e-14) << rate;  // rounding of a few sums of size one
      EXPECT_NEAR(square, 1, 1e-14) << rate;
    }
}

TEST(AlphaDropout, RateOneGivesZerosWhateverComesIn) {
  Tensor<float> x(kRow), y, dx;
  x.v = {NAN, INFINITY, -INFINITY, 3};
  Noise<float> noise;
  draw_noise<float>(plan_of("alpha", 1), kRow, coins(1), {}, nullptr, noise);
  apply_noise<float>(noise, x, nullptr, y);
  apply_noise_backward<float>(noise, x, dx, nullptr);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(y[i], 0);
    EXPECT_EQ(dx[i], 0);
  }
}

TEST(AlphaDropout, InferenceIsTheIdentity) {
  for (double rate : {0.1, 0.8, 1.0}) {
    Noise<float> noise;
    expected_noise<float>(plan_of("alpha", rate), kRow, noise);
    EXPECT_FALSE(noise.active) << rate;
  }
}

// Layer upon layer of SELU units: with weights N(0, 1/n), mean and variance stay near 0 and 1 under alpha dropout,
// while zeros in place of SELU's floor push the variance away.
TEST(AlphaDropout, KeepsADeepNetworkOfSeluUnitsNormalised) {
  const auto last_layer = [](const char* variant) {
    ArchSpec spec;
    spec.hidden.assign(8, {LayerKind::Dense, 200, Activation::Selu});
    spec.init = Init::LeCun;
    Bench<float> b(spec, flat_form(200, 2));
    b.input(normals<float>({{Axis::Sample, 100}, {Axis::Unit, 200}}, 9));
    for (int l = 1; l <= 8; ++l)
      b.draw(plan_of(variant, 0.1), hidden_name(std::size_t(l - 1)).c_str(), coins(1, std::uint32_t(l)));
    b.forward();
    double mean = 0, square = 0;
    const Tensor<float>& h = b.tape.layers[8].y;
    for (float v : h.v) mean += double(v) / double(h.size()), square += double(v) * double(v) / double(h.size());
    return std::pair{mean, square - mean * mean};
  };
  const auto [mean, variance] = last_layer("alpha");
  // The fixed point draws towards (0, 1); a width of 200 leaves deviations of the order of 1/sqrt(200).
  EXPECT_NEAR(mean, 0, 0.1);
  EXPECT_NEAR(variance, 1, 0.15);
  EXPECT_GT(std::abs(last_layer("inverted").second - 1), std::abs(variance - 1));
}

}  // namespace
}  // namespace dropscope
