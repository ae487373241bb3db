// A network whose weights are no numbers any more: no card of the Sub-networks topic says that all is equal or well.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "app/scene/answers/subnetwork_parts.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_answers.h"

namespace dropscope {
namespace {

using namespace answers;

const FixedMeasure kMeasure;
constexpr Rect kCard{{10, 20}, {610, 420}};

// The same run asked again with all weights being `weight`.
SampleAnswer asked_with(SampleAnswer sample, float weight) {
  EnsembleAnswer& answer = sample.answer;
  auto run = std::make_shared<FrozenRun>(*answer.run);
  run->params = std::make_shared<const AlignedVector<float>>(run->params->size(), weight);
  answer.run = run;
  SubnetworkPlan plan;
  plan.samples = 30;
  plan.classify = run->classify;
  answer.subnetworks =
      std::make_shared<const SubnetworkReport>(subnetwork_report(run->model(), sample.snapshot.probe.input, plan));
  answer.convergence =
      std::make_shared<const Convergence>(convergence_of(run->model(), run->data->validation, 20, plan));
  return sample;
}

class DivergedAnswers : public testing::TestWithParam<const char*> {
 protected:
  SampleAnswer sample_ = asked_with(sample_subnetworks(GetParam(), 2), std::numeric_limits<float>::quiet_NaN());
  const CardStyle style_{&palette(ThemeId::Light), 1};
};
INSTANTIATE_TEST_SUITE_P(EnumeratedDrawnAndNumbers, DivergedAnswers,
                         testing::Values("subnetworks", "moons", "regression"));

TEST_P(DivergedAnswers, HaveNoErrorsAndAreNotAsNearAsScaling) {
  const SubnetworkReport& r = *sample_.answer.subnetworks;
  EXPECT_FALSE(has_numbers(r));
  EXPECT_TRUE(std::isnan(r.arithmetic_off)) << r.arithmetic_off;
  EXPECT_TRUE(std::isnan(r.scaled_error)) << r.scaled_error;
  ASSERT_FALSE(r.error.empty());
  for (const double error : r.error) EXPECT_TRUE(std::isnan(error)) << error;
  EXPECT_EQ(r.meets_scaling_at, 0);
  EXPECT_EQ(sample_.answer.convergence->meets_scaling_at, 0);
}

TEST_P(DivergedAnswers, AreSaidToBeNoNumbersInsteadOfTheSame) {
  const AnswerInput in = input_of(sample_);
  for (const AnswerPicture& picture :
       {error_card(in, kCard, style_, kMeasure), validation_card(in, kCard, style_, kMeasure)}) {
    EXPECT_TRUE(has_text(picture.list, kNoNumbers));
    for (const char* words : {"the same", "as near", "as good", "being computed", "Mean and sd", "nan"})
      EXPECT_FALSE(has_text(picture.list, words)) << words;
  }
  EXPECT_NE(theory_words(in).find("has diverged"), std::string::npos);
  EXPECT_EQ(theory_words(in).find("differ by"), std::string::npos);
}

TEST(AnswersOfEqualMasks, AreStillSaidToBeTheSame) {
  const SampleAnswer sample = asked_with(sample_subnetworks("subnetworks", 2), 0.0f);
  EXPECT_TRUE(has_numbers(*sample.answer.subnetworks));
  const CardStyle style{&palette(ThemeId::Light), 1};
  EXPECT_TRUE(has_text(error_card(input_of(sample), kCard, style, kMeasure).list, "all masks say the same"));
}

}  // namespace
}  // namespace dropscope
