// Training examples varied anew each time they are used.
#include "core/data/augment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/base/check.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

DataForm images(int rows, int cols, int channels = 1) {
  return {.inputs = rows * cols * channels, .outputs = 3, .image = ImageShape{rows, cols, channels}, .sequence = {}};
}
Uniforms place(std::uint32_t example, std::uint32_t tick) { return Uniforms({7, example, tick}, Stream::Augment); }

std::vector<float> varied(const AugmentSpec& spec, const DataForm& form, std::vector<float> x, std::uint32_t example,
                          std::uint32_t tick, float background = 0) {
  std::vector<float> scratch;
  augment(spec, form, background, place(example, tick), x, scratch);
  return x;
}

std::vector<float> numbered(std::size_t n) {
  std::vector<float> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = float(i + 1);
  return x;
}

TEST(Augment, ShiftsByWholePixelsAndFillsWithBackground) {
  const DataForm form = images(4, 5, 2);
  const std::vector<float> x = numbered(40);
  std::set<std::pair<int, int>> seen;
  for (std::uint32_t tick = 0; tick < 400; ++tick)
    for (float background : {0.0f, -1.0f}) {
      const std::vector<float> y = varied({.shift = 2}, form, x, 3, tick, background);
      int matches = 0;
      for (int down = -2; down <= 2; ++down)
        for (int right = -2; right <= 2; ++right) {
          bool same = true;
          for (int channel = 0; channel < 2; ++channel)
            for (int r = 0; r < 4; ++r)
              for (int c = 0; c < 5; ++c) {
                const int from = r - down, col = c - right;
                const bool inside = from >= 0 && from < 4 && col >= 0 && col < 5;
                const float expected = inside ? x[std::size_t(channel * 20 + from * 5 + col)] : background;
                same = same && y[std::size_t(channel * 20 + r * 5 + c)] == expected;
              }
          if (same) ++matches, seen.insert({down, right});
        }
      ASSERT_EQ(matches, 1) << tick;
    }
  EXPECT_EQ(seen.size(), 25u);  // every shift comes up: the chance to miss one in 400 draws is below 1e-5
}

TEST(Augment, TurnsAboutTheCentreByUpToTheAngle) {
  const DataForm form = images(9, 9);
  // One bright pixel, three to the right of the centre, on a large dark image.
  std::vector<float> x(81, 0.0f);
  x[4 * 9 + 7] = 1;
  double least = 1e9, most = -1e9;
  for (std::uint32_t tick = 0; tick < 300; ++tick) {
    const std::vector<float> y = varied({.rotation = 30}, form, x, 0, tick);
    double mass = 0, row = 0, col = 0;
    for (int r = 0; r < 9; ++r)
      for (int c = 0; c < 9; ++c) {
        const double v = double(y[std::size_t(9 * r + c)]);
        mass += v, row += v * (r - 4), col += v * (c - 4);
      }
    row /= mass, col /= mass;
    // Bilinear weights move the centre of mass by less than half a pixel.
    EXPECT_NEAR(std::hypot(row, col), 3, 0.5);
    const double angle = std::atan2(row, col) * 180 / M_PI;
    least = std::min(least, angle), most = std::max(most, angle);
    EXPECT_LT(std::abs(angle), 30 + 6);
  }
  EXPECT_LT(least, -20);
  EXPECT_GT(most, 20);
}

TEST(Augment, TurningKeepsTheMiddleAndFillsTheCornersWithBackground) {
  const DataForm form = images(9, 9);
  const std::vector<float> x(81, 0.75f);
  for (std::uint32_t tick = 0; tick < 50; ++tick) {
    const std::vector<float> y = varied({.rotation = 45}, form, x, 0, tick, -1.0f);
    for (int r = 2; r <= 6; ++r)
      for (int c = 2; c <= 6; ++c) EXPECT_FLOAT_EQ(y[std::size_t(9 * r + c)], 0.75f);
    for (float v : y) {
      EXPECT_GE(v, -1);
      EXPECT_LE(v, 0.75f);
    }
  }
}

TEST(Augment, JitterHasMeanZeroAndItsDeviation) {
  for (double sd : {0.1, 0.8}) {
    double sum = 0, square = 0;
    constexpr int n = 1000, ticks = 50;
    for (std::uint32_t tick = 0; tick < ticks; ++tick)
      for (float v : varied({.jitter = sd}, flat_form(n, 2), std::vector<float>(n, 2.0f), 1, tick)) {
        sum += double(v) - 2, square += (double(v) - 2) * (double(v) - 2);
      }
    // Five standard errors of mean and variance of 50,000 normal numbers.
    EXPECT_NEAR(sum / (n * ticks), 0, 5 * sd / std::sqrt(double(n * ticks)));
    EXPECT_NEAR(square / (n * ticks), sd * sd, 5 * sd * sd * std::sqrt(2.0 / (n * ticks)));
  }
}

TEST(Augment, IsAFunctionOfExampleAndTick) {
  const DataForm form = images(6, 6);
  const AugmentSpec spec{.shift = 2, .rotation = 10, .jitter = 0.1};
  const std::vector<float> x = numbered(36);
  EXPECT_EQ(varied(spec, form, x, 4, 9), varied(spec, form, x, 4, 9));
  EXPECT_NE(varied(spec, form, x, 4, 9), varied(spec, form, x, 5, 9));
  EXPECT_NE(varied(spec, form, x, 4, 9), varied(spec, form, x, 4, 10));
  EXPECT_EQ(varied({}, form, x, 4, 9), x);
  EXPECT_FALSE(varies({}));
}

TEST(Augment, IsRefusedWhereItHasNoMeaning) {
  DataForm words{.inputs = 5, .outputs = 2, .image = {}, .sequence = SequenceShape{5, 1, true, 4, false}};
  DataForm numbers = words;
  numbers.sequence->tokens = false;
  EXPECT_THROW(check_augment({.jitter = 0.1}, words), InputError);
  EXPECT_NO_THROW(check_augment({.jitter = 0.1}, numbers));
  EXPECT_THROW(check_augment({.shift = 1}, numbers), InputError);
  EXPECT_THROW(check_augment({.rotation = 1}, flat_form(4, 2)), InputError);
  EXPECT_NO_THROW(check_augment({.shift = 1, .rotation = 1, .jitter = 1}, images(4, 4)));
}

// In training: what the tape holds is the example varied for this tick; evaluation sees it as it is.
TEST(AugmentTraining, BatchesAreVariedAndEvaluationIsNot) {
  RunSpec spec = runs::spec(0), plain = spec;
  spec.augment.jitter = 0.5;
  const auto data = runs::classes();
  Trainer t(spec, data), other(plain, data);
  EXPECT_EQ(t.measure().train_loss, other.measure().train_loss);
  for (int k = 0; k < 7; ++k) {
    t.preview();
    for (std::size_t b = 0; b < t.batch_examples().size(); ++b) {
      const std::uint32_t e = t.batch_examples()[b];
      const std::vector<float> expected =
          varied(spec.augment, flat_form(3, 2), {data->train.x.begin() + 3 * e, data->train.x.begin() + 3 * e + 3}, e,
                 std::uint32_t(k));
      for (std::size_t i = 0; i < 3; ++i) ASSERT_EQ(t.tape().layers[0].h[3 * b + i], expected[i]);
    }
    t.advance(Granularity::Tick);
  }
  EXPECT_NE(t.state_hash(), other.state_hash());
  Trainer again(spec, data);
  runs::ticks(again, 7);
  EXPECT_EQ(again.state_hash(), t.state_hash());
}

TEST(AugmentTraining, DarkPixelsOfImagesFromMinusOneToOneAreTheirBackground) {
  for (PixelRange range : {PixelRange::ZeroOne, PixelRange::MinusOneOne}) {
    RunSpec spec;
    spec.data.dataset = "digits";
    spec.data.train = 20;
    spec.data.validation = 5;
    spec.data.noise = 0;
    spec.data.pixels = range;
    spec.augment.shift = 4;
    Trainer t(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
    t.preview();
    const float darkest = *std::min_element(t.data().train.x.begin(), t.data().train.x.end());
    EXPECT_EQ(*std::min_element(t.tape().layers[0].h.v.begin(), t.tape().layers[0].h.v.end()), darkest);
    EXPECT_EQ(darkest, background_of(range));
  }
}

}  // namespace
}  // namespace dropscope
