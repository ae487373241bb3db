#include "core/train/unit_study.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

UnitStudy study(const Trainer& t, int layer, int unit, int passes) {
  Tape<float> tape = t.network().make_tape();
  return study_unit(t.network(), t.params(), t.plans(), t.places(), t.spec().seed,
                    std::span(t.data().train.x).first(std::size_t(t.data().inputs)), layer, unit, passes, tape);
}

// y = m h / (1 - p) has the mean h and the deviation h sqrt(p / (1 - p)); so has the estimate, and after n passes the
// mean lies within five standard errors.
TEST(UnitStudies, OfTheFirstHiddenLayerTheMeanOverMasksIsTheEvalValue) {
  for (double rate : {0.2, 0.3, 0.7}) {
    Trainer t(runs::spec(rate), runs::classes());
    runs::ticks(t, 20);
    int alive = 0;
    for (int unit = 0; unit < 9; ++unit) {
      const UnitStudy s = study(t, 1, unit, 2000);
      ASSERT_EQ(s.running_mean.size(), 2000u);
      EXPECT_NEAR(double(s.running_mean.back()), s.eval, 5 * s.standard_error() + 1e-6) << unit;
      if (s.eval == 0) continue;
      ++alive;
      // Of 2000 coins: five deviations of the sample's own deviation at these rates.
      EXPECT_NEAR(s.deviation / std::abs(s.eval), std::sqrt(rate / (1 - rate)), 0.15 * std::sqrt(rate / (1 - rate)));
    }
    EXPECT_GT(alive, 2);
  }
}

TEST(UnitStudies, ARunningMeanIsTheMeanOfItsPassesSoFar) {
  Trainer t(runs::spec(0.3), runs::classes());
  runs::ticks(t, 5);
  const UnitStudy few = study(t, 2, 3, 10), many = study(t, 2, 3, 90);
  for (std::size_t k = 0; k < 10; ++k) EXPECT_EQ(few.running_mean[k], many.running_mean[k]) << "pass " << k;
  EXPECT_EQ(study(t, 2, 3, 1).deviation, 0);
  EXPECT_GT(many.deviation, 0);
}

TEST(UnitStudies, WithoutNoiseEveryPassIsTheEvalPass) {
  Trainer t(runs::spec(0.0), runs::classes());
  runs::ticks(t, 5);
  const UnitStudy s = study(t, 2, 5, 40);
  for (float mean : s.running_mean) EXPECT_FLOAT_EQ(mean, float(s.eval));
  EXPECT_NEAR(s.deviation, 0, 1e-12);
}

TEST(UnitStudies, ChangeNothingAndCostMoreBehindMoreLayers) {
  Trainer t(runs::spec(0.3), runs::classes());
  runs::ticks(t, 5);
  const std::uint64_t before = t.state_hash();
  (void)study(t, 2, 0, 50);
  EXPECT_EQ(t.state_hash(), before);
  EXPECT_GT(pass_cost(t.network(), t.plans(), 2), pass_cost(t.network(), t.plans(), 1));
  EXPECT_GE(pass_cost(t.network(), t.plans(), 1), 3 * 9);
}

}  // namespace
}  // namespace dropscope
