// The histograms beside a batch norm: what masks make of the variance it learns.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/spec/fields.h"
#include "core/train/variance_shift.h"
#include "tests/core/train/run_helpers.h"
#include "tests/session/watched.h"

namespace dropscope {
namespace {

using sessions::Watched;

RunSpec normed(double rate) {
  RunSpec spec = scenario_or_throw("batch-norm", "test");
  for (const char* site : {"hidden1", "hidden2", "hidden3"}) spec.dropout.at(site).rate = rate;
  spec.batch_size = 60;
  return spec;
}

std::uint32_t total(const NormView::Counts& counts) { return std::accumulate(counts.begin(), counts.end(), 0u); }

TEST(Norms, CountEveryNumberOfTheBatchOnce) {
  Watched run(normed(0.5));
  const Snapshot s = run.after(10);
  ASSERT_EQ(s.norms.size(), 3u);
  for (const NormView& norm : s.norms) {
    EXPECT_EQ(s.layers[std::size_t(norm.layer)].name, norm.name);
    for (const NormView::Counts* counts : {&norm.in_train, &norm.in_eval, &norm.out_train, &norm.out_eval})
      EXPECT_EQ(total(*counts), 60u * 32u) << norm.name;
    EXPECT_LT(norm.in_lo, norm.in_hi);
    // Half of what enters in training is 0, so one bin has more than half of it.
    const int zero = int(-norm.in_lo / (norm.in_hi - norm.in_lo) * NormView::kBins);
    EXPECT_GT(norm.in_train[std::size_t(zero)], 60u * 32u / 2 - 150);
    EXPECT_LT(norm.in_eval[std::size_t(zero)], norm.in_train[std::size_t(zero)]);
  }
}

// Without masks the running variance is that of the examples, and what leaves has a deviation of 1 in both modes.
TEST(Norms, WithoutDropoutTheRatioIsOne) {
  Watched run(normed(0.0));
  run.after(300);
  run.trainer.preview();  // the same weights in both passes
  const Snapshot s = run.look();
  EXPECT_NEAR(s.norms[0].ratio(), 1, 1e-5);
  // Behind another norm the passes differ by that one's statistics: those of this batch against those of many.
  for (const NormView& norm : s.norms) EXPECT_NEAR(norm.ratio(), 1, 0.1) << norm.name;
}

// Dropout of 0.5 directly before it: at most (c^2 + v) / (1 - p) - c^2 against v, so below 1 - p for units that are
// mostly positive. Measured over many batches by core/train/variance_shift; one batch of 60 x 32 numbers is near it.
TEST(Norms, DropoutBeforeItShiftsTheVarianceAsMeasuredOverManyBatches) {
  for (double rate : {0.3, 0.5}) {
    Watched run(normed(rate));
    run.after(300);
    const std::vector<NormShift> shifts =
        measure_variance_shift(run.trainer.network(), run.trainer.params(), run.trainer.plans(), run.trainer.places(),
                               7, run.trainer.data().train, 60, 50);
    double mean[3] = {};
    constexpr int kTicks = 20;
    for (int tick = 0; tick < kTicks; ++tick) {
      const Snapshot s = run.after(1);
      for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_LT(s.norms[k].ratio(), 0.9) << s.norms[k].name;
        mean[k] += s.norms[k].ratio() / kTicks;
      }
    }
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(mean[k], shifts[k].measured.ratio(), 0.08) << shifts[k].name;
    EXPECT_LT(mean[0], 1 - rate + 0.05);
  }
}

TEST(Norms, NothingIsCountedBeforeTheLayerIsReached) {
  Watched run(normed(0.3));
  run.after(2);
  run.trainer.advance(Granularity::Phase);
  for (const NormView& norm : run.look().norms) EXPECT_EQ(total(norm.in_train), 0u);
  for (int i = 0; i < 3; ++i) run.trainer.advance(Granularity::Phase);  // masks, hidden1, norm1
  const Snapshot s = run.look();
  EXPECT_GT(total(s.norms[0].in_train), 0u);
  EXPECT_EQ(total(s.norms[1].in_train), 0u);
}

TEST(Norms, NetworksWithoutOneHaveNone) { EXPECT_TRUE(Watched("moons").after(1).norms.empty()); }

}  // namespace
}  // namespace dropscope
