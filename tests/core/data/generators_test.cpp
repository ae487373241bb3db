// What each generated set promises about where its points lie.
#include <cmath>

#include "core/data/dataset.h"
#include "core/data/planar.h"
#include "tests/core/data/hostile.h"

namespace dropscope {
namespace {

Dataset make(const std::string& id, double noise, int count = 4000, int classes = 3) {
  DataSpec spec;
  spec.dataset = id;
  spec.noise = noise;
  spec.train = spec.validation = count;
  spec.classes = classes;
  return make_dataset(spec, 7, nullptr);
}

// Calls f(x, y, label) for every training point.
template <class F>
void each(const Dataset& data, F f) {
  for (std::size_t i = 0; i < data.train.count; ++i)
    f(double(data.train.x[2 * i]), double(data.train.x[2 * i + 1]), data.train.label[i]);
}

TEST(Moons, LieOnTheirHalfCirclesWithoutNoise) {
  each(make("moons", 0), [](double x, double y, int label) {
    const double cx = label == 0 ? 0 : 1, cy = label == 0 ? 0 : 0.5;
    ASSERT_NEAR(std::hypot(x - cx, y - cy), 1, 1e-6);
    ASSERT_GE(label == 0 ? y - cy : cy - y, -1e-6);
  });
}

TEST(Moons, NoiseIsTheStandardDeviationOfEachCoordinate) {
  const Dataset clean = make("moons", 0), noisy = make("moons", 0.3);
  double sum = 0, squares = 0;
  const std::size_t n = clean.train.x.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double off = double(noisy.train.x[i]) - double(clean.train.x[i]);
    sum += off;
    squares += off * off;
  }
  // 8000 draws: the mean's standard error is 0.3 / sqrt(8000) = 0.0034, that of the sd 0.3 / sqrt(16000) = 0.0024.
  EXPECT_NEAR(sum / double(n), 0, 5 * 0.0034);
  EXPECT_NEAR(std::sqrt(squares / double(n)), 0.3, 5 * 0.0024);
}

TEST(Circles, HaveRadiiOneAndOneHalf) {
  each(make("circles", 0),
       [](double x, double y, int label) { ASSERT_NEAR(std::hypot(x, y), label == 0 ? 1 : 0.5, 1e-6); });
}

TEST(Spirals, ArmsAreEachOthersHalfTurnAndNeverMeet) {
  const Dataset data = make("spirals", 0);
  each(data, [](double x, double y, int label) {
    const double radius = std::hypot(x, y);
    ASSERT_GE(radius, 0.3 - 1e-6);
    ASSERT_LE(radius, 3 + 1e-6);
    const double angle = 3 * kPi * (radius - 0.3) / 2.7 + kPi * label;
    ASSERT_NEAR(std::cos(angle - std::atan2(y, x)), 1, 1e-6);
  });
}

TEST(Xor, TheClassIsWhetherTheSignsAgree) {
  int quadrant[4] = {};
  each(make("xor", 0.1), [&](double x, double y, int label) {
    ASSERT_EQ(label, (x > 0) == (y > 0) ? 0 : 1);
    ++quadrant[(x > 0 ? 1 : 0) + (y > 0 ? 2 : 0)];
  });
  for (int n : quadrant) EXPECT_EQ(n, 1000);
}

TEST(Blobs, CentresStandEvenlyOnTheUnitCircle) {
  for (int classes = 2; classes <= 8; ++classes) {
    const Dataset data = make("blobs", 0, 100, classes);
    EXPECT_EQ(data.outputs, classes);
    each(data, [&](double x, double y, int label) {
      const double t = kPi / 2 + 2 * kPi * label / classes;
      ASSERT_NEAR(x, std::cos(t), 1e-6);
      ASSERT_NEAR(y, std::sin(t), 1e-6);
    });
  }
}

TEST(Checkerboard, NeighbouringCellsDifferAndAllAreFilledAlike) {
  int cell[4][4] = {};
  each(make("checkerboard", 0), [&](double x, double y, int label) {
    const int column = std::min(3, int(std::floor(x + 2))), row = std::min(3, int(std::floor(y + 2)));
    ASSERT_TRUE(column >= 0 && row >= 0);
    ASSERT_EQ((column + row) % 2, label);
    ++cell[row][column];
  });
  for (auto& row : cell)
    for (int n : row) EXPECT_NEAR(n, 250, 1);
}

TEST(Regression, TrainingLeavesTheGapAndValidationCoversIt) {
  const Dataset data = make("regression", 0.3);
  EXPECT_EQ(data.task, Task::Regression);
  for (float x : data.train.x) ASSERT_TRUE((x >= -3 && x <= 0) || (x >= 1.5f && x <= 3)) << x;
  int inside = 0;
  for (float x : data.validation.x) {
    ASSERT_TRUE(x >= -3 && x <= 3);
    inside += x > 0 && x < 1.5f ? 1 : 0;
  }
  // A quarter of 4000; one standard deviation is sqrt(4000 * 3 / 16) = 27.
  EXPECT_NEAR(inside, 1000, 5 * 27);
}

TEST(Regression, TargetsFollowTheCurveWithTheNoiseAsked) {
  const Dataset data = make("regression", 0.2);
  double squares = 0;
  for (std::size_t i = 0; i < data.train.count; ++i) {
    const double x = double(data.train.x[i]), off = double(data.train.target[i]) - std::sin(1.5 * x) - 0.3 * x;
    squares += off * off;
  }
  EXPECT_NEAR(std::sqrt(squares / 4000), 0.2, 5 * 0.2 / std::sqrt(8000.0));
}

TEST(LabelNoise, MovesTargetsByTheirOwnSpread) {
  DataSpec spec;
  spec.dataset = "regression";
  spec.train = 4000;
  const Dataset clean = make_dataset(spec, 7, nullptr);
  spec.label_noise = 0.5;
  const Dataset noisy = make_dataset(spec, 7, nullptr);
  double mean = 0, spread = 0, shift = 0;
  for (float t : clean.train.target) mean += double(t) / 4000;
  for (std::size_t i = 0; i < 4000; ++i) {
    spread += std::pow(double(clean.train.target[i]) - mean, 2);
    shift += std::pow(double(noisy.train.target[i]) - double(clean.train.target[i]), 2);
  }
  // The ratio of the standard deviations has standard error 0.5 / sqrt(8000) = 0.0056.
  EXPECT_NEAR(std::sqrt(shift / spread), 0.5, 5 * 0.0056);
}

TEST(LabelNoise, ReachesEveryOtherClassAlike) {
  DataSpec spec;
  spec.dataset = "blobs";
  spec.classes = 4;
  spec.train = 12000;
  spec.label_noise = 1;
  const Dataset data = make_dataset(spec, 3, nullptr);
  int count[4][4] = {};
  for (std::size_t i = 0; i < 12000; ++i) ++count[i % 4][data.train.label[i]];
  for (int from = 0; from < 4; ++from)
    for (int to = 0; to < 4; ++to)
      // A third of 3000 each; one standard deviation is sqrt(3000 * 2 / 9) = 26.
      EXPECT_NEAR(count[from][to], from == to ? 0 : 1000, from == to ? 0 : 5 * 26) << from << " to " << to;
}

}  // namespace
}  // namespace dropscope
