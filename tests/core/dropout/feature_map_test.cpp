// Spatial dropout, DropBlock and Cutout against VARIANTS.md, sections 9 and 10.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "core/dropout/dropper.h"
#include "core/dropout/registry.h"

namespace dropscope {
namespace {

Shape maps(int samples, int channels, int rows, int cols) {
  return {{Axis::Sample, samples}, {Axis::Channel, channels}, {Axis::Row, rows}, {Axis::Col, cols}};
}

NoisePlan plan_of(const char* id, double rate, std::vector<double> params = {}) {
  NoisePlan plan;
  plan.variant = find_variant(id);
  plan.rate = rate;
  plan.tie = plan.variant->tie;
  plan.params = std::move(params);
  return plan;
}

NoisePlan dropblock(double rate, int block, bool coupled = false, bool exact = false) {
  return plan_of("dropblock", rate, {double(block), coupled ? 1.0 : 0.0, exact ? 1.0 : 0.0});
}

Noise<double> draw(const NoisePlan& plan, const Shape& shape, std::uint32_t age = 0) {
  Noise<double> noise;
  const Uniforms coins({21, 4, age}, Stream::Dropout);
  draw_noise<double>(plan, shape, coins, {}, nullptr, noise);
  return noise;
}

Tensor<double> normals(const Shape& shape) {
  Tensor<double> x(shape);
  const Uniforms u({22}, Stream::Test);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = u.normal(std::uint32_t(i));
  return x;
}

double share_dropped(const Noise<double>& noise) {
  return double(std::count(noise.gate.v.begin(), noise.gate.v.end(), 0.0)) / double(noise.gate.size());
}

TEST(Spatial, EveryChannelIsAllZeroOrAllGrown) {
  for (double rate : {0.1, 0.3, 0.8}) {
    const Shape shape = maps(8, 16, 5, 4);
    const Tensor<double> x = normals(shape);
    Tensor<double> y;
    apply_noise<double>(draw(plan_of("spatial", rate), shape), x, nullptr, y);
    int dropped = 0;
    for (std::size_t channel = 0; channel < 8 * 16; ++channel) {
      const double scale = y[channel * 20] == 0 ? 0 : 1 / (1 - rate);
      dropped += scale == 0;
      for (std::size_t i = channel * 20; i < (channel + 1) * 20; ++i) ASSERT_EQ(y[i], scale * x[i]);
    }
    EXPECT_GT(dropped, 0);
    EXPECT_LT(dropped, 8 * 16);
  }
}

TEST(Spatial, MapsOfOnePixelAreDroppedLikeUnits) {
  const Shape shape = maps(8, 16, 1, 1);
  for (double rate : {0.1, 0.3, 0.8}) {
    const Noise<double> spatial = draw(plan_of("spatial", rate), shape), units = draw(plan_of("inverted", rate), shape);
    EXPECT_EQ(spatial.gate.v, units.gate.v);
    EXPECT_EQ(spatial.scale, units.scale);
  }
}

TEST(Spatial, KeepsTheVarianceThatDroppingPixelsAveragesAway) {
  const int rows = 6, cols = 5, draws = 400, channels = 64;
  const Shape shape = maps(1, channels, rows, cols);
  const double rate = 0.3, keep = 0.7;
  const Tensor<double> ones(shape, 1.0);
  const auto variance_of_mean = [&](const char* id) {
    double square = 0;
    Tensor<double> y;
    for (std::uint32_t age = 0; age < draws; ++age) {
      apply_noise<double>(draw(plan_of(id, rate), shape, age), ones, nullptr, y);
      for (int channel = 0; channel < channels; ++channel) {
        double mean = 0;
        for (int i = 0; i < rows * cols; ++i) mean += y[std::size_t(channel * rows * cols + i)] / (rows * cols);
        square += (mean - 1) * (mean - 1) / (channels * draws);
      }
    }
    return square;
  };
  // The square of a centred two-point variable has relative deviation below 1.2 at this rate, of a sum sqrt(2);
  // five standard errors over 25,600 channels are 5 %.
  EXPECT_NEAR(variance_of_mean("spatial") / (rate / keep), 1, 0.05);
  EXPECT_NEAR(variance_of_mean("inverted") / (rate / (keep * rows * cols)), 1, 0.05);
}

TEST(DropBlock, DropsOnAverageWhatTheFormulaSays) {
  const struct {
    int size, block;
    double expected;
  } golden[] = {{28, 7, 0.0939}, {14, 7, 0.0929}, {14, 3, 0.0951}, {8, 3, 0.0947},
                {7, 7, 0.1},     {4, 3, 0.0961},  {9, 1, 0.1}};
  for (const auto& g : golden) {
    const Shape shape = maps(16, 16, g.size, g.size);
    const NoisePlan plan = dropblock(0.1, g.block);
    const double declared = plan.variant->expected_drop(shape, 0.1, plan.params);
    EXPECT_NEAR(declared, g.expected, 5e-5) << g.size << ", " << g.block;
    double sum = 0, square = 0;
    constexpr int draws = 60;
    for (std::uint32_t age = 0; age < draws; ++age) {
      const double share = share_dropped(draw(plan, shape, age));
      sum += share, square += share * share;
    }
    const double mean = sum / draws, error = std::sqrt((square / draws - mean * mean) / draws);
    EXPECT_NEAR(mean, declared, 5 * error) << g.size << ", " << g.block;  // blocks are not independent pixels
  }
}

TEST(DropBlock, ExactModeDropsTheRateItself) {
  for (double rate : {0.1, 0.3, 0.8})
    for (int block : {1, 3, 5, 12}) {
      const Shape shape = maps(16, 16, 12, 12);
      const NoisePlan plan = dropblock(rate, block, false, true);
      EXPECT_NEAR(plan.variant->expected_drop(shape, rate, plan.params), rate, 1e-9);
      double sum = 0, square = 0;
      constexpr int draws = 60;
      for (std::uint32_t age = 0; age < draws; ++age) {
        const double share = share_dropped(draw(plan, shape, age));
        sum += share, square += share * share;
      }
      const double mean = sum / draws, error = std::sqrt((square / draws - mean * mean) / draws);
      EXPECT_NEAR(mean, rate, 5 * error) << block;
    }
}

TEST(DropBlock, PublishedFormUnderDelivers) {
  const Shape shape = maps(1, 1, 12, 12);
  const auto share = [&](double rate) {
    return find_variant("dropblock")->expected_drop(shape, rate, dropblock(rate, 3).params);
  };
  EXPECT_NEAR(share(0.1), 0.10, 0.006);
  EXPECT_NEAR(share(0.3), 0.26, 0.005);
  EXPECT_NEAR(share(0.8), 0.54, 0.005);
}

TEST(DropBlock, CornersAreDroppedLeast) {
  const int size = 28, draws = 100, channels = 256;
  const NoisePlan plan = dropblock(0.1, 7);
  double corner = 0, centre = 0;
  for (std::uint32_t age = 0; age < draws; ++age) {
    const Noise<double> noise = draw(plan, maps(1, channels, size, size), age);
    for (int c = 0; c < channels; ++c) {
      corner += 1 - noise.gate[std::size_t(c * size * size)];
      centre += 1 - noise.gate[std::size_t(c * size * size + 14 * size + 14)];
    }
  }
  const double n = draws * channels;
  EXPECT_NEAR(corner / n, 0.003306, 5 * std::sqrt(0.0033 / n));
  EXPECT_NEAR(centre / n, 0.150, 5 * std::sqrt(0.15 * 0.85 / n) + 5e-4);
}

TEST(DropBlock, AnchorsGiveTheGoldenMaskAndNormaliser) {
  const std::set<std::pair<int, int>> golden = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 3}, {1, 4}, {2, 3}, {2, 4}};
  // Anchors have probability 1/8 at this rate, so about one draw in 420 has just the two of the golden mask.
  for (std::uint32_t age = 0; age < 20000; ++age) {
    const Noise<double> noise = draw(dropblock(0.32, 2), maps(1, 1, 5, 5), age);
    std::set<std::pair<int, int>> zeros;
    for (int i = 0; i < 25; ++i)
      if (noise.gate[std::size_t(i)] == 0) zeros.insert({i / 5, i % 5});
    if (zeros != golden) continue;
    EXPECT_DOUBLE_EQ(noise.scale, 25.0 / 17);
    return;
  }
  FAIL() << "no draw had the golden anchors";
}

TEST(DropBlock, EveryDroppedPixelLiesInAWholeDroppedBlock) {
  for (int block : {2, 3, 4, 7, 20})
    for (const auto& [rows, cols] : {std::pair{12, 12}, std::pair{9, 14}, std::pair{5, 6}}) {
      const Noise<double> noise = draw(dropblock(0.3, block), maps(2, 8, rows, cols), 5);
      const int high = std::min(block, rows), wide = std::min(block, cols);
      for (int map = 0; map < 16; ++map) {
        const double* gate = noise.gate.data() + map * rows * cols;
        std::vector<bool> explained(std::size_t(rows * cols));
        for (int r = 0; r + high <= rows; ++r)
          for (int c = 0; c + wide <= cols; ++c) {
            bool dropped = true;
            for (int i = 0; i < high * wide; ++i) dropped = dropped && gate[(r + i / wide) * cols + c + i % wide] == 0;
            for (int i = 0; dropped && i < high * wide; ++i)
              explained[std::size_t((r + i / wide) * cols + c + i % wide)] = true;
          }
        for (int i = 0; i < rows * cols; ++i) ASSERT_EQ(gate[i] == 0, explained[std::size_t(i)]) << block;
      }
    }
}

TEST(DropBlock, BlocksOfOnePixelAreIndependentCoins) {
  const Shape shape = maps(3, 4, 6, 5);
  for (double rate : {0.1, 0.3, 0.8})
    EXPECT_EQ(draw(dropblock(rate, 1), shape).gate.v, draw(plan_of("inverted", rate), shape).gate.v);
}

TEST(DropBlock, BlocksAsLargeAsTheMapDropChannels) {
  const Shape shape = maps(3, 40, 6, 6);
  for (double rate : {0.1, 0.3, 0.8})
    for (int block : {6, 9}) {
      const Noise<double> blocks = draw(dropblock(rate, block), shape), spatial = draw(plan_of("spatial", rate), shape);
      for (std::size_t i = 0; i < blocks.gate.size(); ++i) ASSERT_EQ(blocks.gate[i], spatial.gate[i / 36]);
    }
}

TEST(DropBlock, TheNormalisedMaskHasMeanOneInEveryDraw) {
  for (double rate : {0.1, 0.3, 0.8})
    for (std::uint32_t age = 0; age < 20; ++age) {
      const Noise<double> noise = draw(dropblock(rate, 3), maps(4, 4, 8, 8), age);
      double mean = 0;
      for (double g : noise.gate.v) mean += g * noise.scale / double(noise.gate.size());
      EXPECT_NEAR(mean, 1, 1e-12);
    }
}

TEST(DropBlock, ACoupledMaskIsSharedByTheMapsOfAnExampleOnly) {
  const Noise<double> noise = draw(dropblock(0.3, 3, true), maps(4, 6, 10, 10), 2);
  for (std::size_t n = 0; n < 4; ++n)
    for (std::size_t i = 0; i < 600; ++i) ASSERT_EQ(noise.gate[n * 600 + i], noise.gate[n * 600 + i % 100]);
  EXPECT_FALSE(std::equal(noise.gate.v.begin(), noise.gate.v.begin() + 100, noise.gate.v.begin() + 600));
  EXPECT_GT(share_dropped(noise), 0);
}

TEST(DropBlock, RateZeroIsTheIdentityAndRateOneDropsAll) {
  EXPECT_FALSE(draw(dropblock(0, 3), maps(1, 2, 6, 6)).active);
  for (int block : {1, 3}) {
    const Noise<double> noise = draw(dropblock(1, block), maps(1, 2, 6, 6));
    EXPECT_EQ(share_dropped(noise), 1);
    EXPECT_EQ(noise.scale, 0);  // nothing is left to rescale by
  }
}

TEST(Cutout, BlanksOneSquareOfEachExampleInAllItsChannels) {
  const int rows = 12, cols = 10, side = 5, samples = 200;
  const Shape shape = maps(samples, 3, rows, cols);
  const Noise<double> noise = draw(plan_of("cutout", 1, {side}), shape);
  ASSERT_EQ(noise.gate.shape, maps(samples, 1, rows, cols));
  EXPECT_EQ(noise.scale, 1);
  int clipped = 0;
  for (int n = 0; n < samples; ++n) {
    int top = rows, bottom = -1, left = cols, right = -1, zeros = 0;
    for (int i = 0; i < rows * cols; ++i) {
      if (noise.gate[std::size_t(n * rows * cols + i)] != 0) continue;
      ++zeros;
      top = std::min(top, i / cols), bottom = std::max(bottom, i / cols);
      left = std::min(left, i % cols), right = std::max(right, i % cols);
    }
    const int high = bottom - top + 1, wide = right - left + 1;
    ASSERT_EQ(zeros, high * wide);
    ASSERT_LE(high, side);
    ASSERT_LE(wide, side);
    // Only the border makes it smaller, and its centre is always inside.
    ASSERT_TRUE(high == side || top == 0 || bottom == rows - 1);
    ASSERT_TRUE(wide == side || left == 0 || right == cols - 1);
    ASSERT_GE(high, side / 2 + 1);
    clipped += zeros < side * side;
  }
  EXPECT_GT(clipped, 0);
  EXPECT_LT(clipped, samples);
}

TEST(Cutout, CutsTheShareOfExamplesItIsAskedFor) {
  const int samples = 4000;
  const Shape shape = maps(samples, 1, 8, 8);
  for (double rate : {0.1, 0.3, 0.8}) {
    const NoisePlan plan = plan_of("cutout", rate, {3});
    const Noise<double> noise = draw(plan, shape);
    int cut = 0;
    for (int n = 0; n < samples; ++n) {
      const auto begin = noise.gate.v.begin() + n * 64;
      cut += std::find(begin, begin + 64, 0.0) != begin + 64;
    }
    EXPECT_NEAR(double(cut) / samples, rate, 5 * std::sqrt(rate * (1 - rate) / samples));
    // Three pixels wide but two at either border: (6 * 3 + 2 * 2) / 8 on average.
    EXPECT_DOUBLE_EQ(plan.variant->expected_drop(shape, rate, plan.params), rate * (22.0 / 64) * (22.0 / 64));
  }
}

}  // namespace
}  // namespace dropscope
