// The caveat never claims what the numbers beside it do not show.
#include "core/analysis/uncertainty_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace dropscope {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

UncertaintyReport band(double inside, double gap, double outside) {
  UncertaintyReport r;
  r.kind = UncertaintyKind::Band;
  if (std::isfinite(gap)) r.gaps = {{0, 1.5}};
  r.deviation_inside = inside;
  r.deviation_gap = gap;
  r.deviation_outside = outside;
  r.error_inside = 0.1;
  r.error_gap = std::isfinite(gap) ? 0.48 : NAN;
  return r;
}

TEST(UncertaintyWords, OfABandCompareItsStretches) {
  const std::string text = uncertainty_caveat(band(0.1, 0.31, 0.62));
  EXPECT_THAT(text, HasSubstr("Masks disagree 3.1 times as much in the gap as where there are examples."));
  EXPECT_THAT(text, HasSubstr("standard deviation is 0.31, and their mean is off by 0.48"));
  EXPECT_THAT(text, HasSubstr("6.2 times as much beyond all examples"));
}

TEST(UncertaintyWords, DoNotClaimDoubtWhereMasksAgree) {
  EXPECT_THAT(uncertainty_caveat(band(0.1, 0.04, 0.1)),
              HasSubstr("disagree less in the gap than where there are examples"));
  EXPECT_THAT(uncertainty_caveat(band(0.1, 0.1, 0.1)), HasSubstr("disagree as much in the gap as where"));
  EXPECT_THAT(uncertainty_caveat(band(0, 0.1, 0)), HasSubstr("agree where there are examples and disagree in the gap"));
  EXPECT_THAT(uncertainty_caveat(band(0.1, NAN, 0.3)), Not(HasSubstr("gap")));
  EXPECT_THAT(uncertainty_caveat(band(0.1, NAN, NAN)), Not(HasSubstr("times")));
}

UncertaintyReport map(double near, double far, double entropy_near, double entropy_edge) {
  UncertaintyReport r;
  r.passes = 30;
  r.classes = 2;
  r.information_near = near;
  r.information_far = far;
  r.entropy_near = entropy_near;
  r.entropy_edge = entropy_edge;
  return r;
}

TEST(UncertaintyWords, OfAMapNameTheEntropyAtItsEdge) {
  const std::string more = uncertainty_caveat(map(0.02, 0.06, 0.1, 0.31));
  EXPECT_THAT(more, HasSubstr("3.0 times as much away from the examples as near them"));
  EXPECT_THAT(more, HasSubstr("the mean entropy is 0.31 of at most 0.69 nats"));
  EXPECT_THAT(more, HasSubstr("may agree and be wrong"));
  const std::string surer = uncertainty_caveat(map(0.06, 0.02, 0.3, 0.12));
  EXPECT_THAT(surer, HasSubstr("disagree less away from the examples"));
  EXPECT_THAT(surer, HasSubstr("surer than near them, right or wrong"));
  EXPECT_THAT(surer, HasSubstr("0.12 of at most 0.69"));
  EXPECT_THAT(uncertainty_caveat(map(0.02, 0.06, 0.3, 0.29)), Not(HasSubstr("surer")));
  EXPECT_THAT(more, HasSubstr("Mutual information from 30 masks (fewer give less): 0.06 and 0.02 nats."));
}

// The data's own edge is not far from the data.
TEST(UncertaintyWords, OfAMapThatEndsWithTheExamplesSayNothingOfWhatIsFar) {
  const std::string text = uncertainty_caveat(map(0.02, 0.06, 0.3, NAN));
  EXPECT_THAT(text, HasSubstr("away from the examples"));
  EXPECT_THAT(text, Not(HasSubstr("Far from all examples")));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

TEST(UncertaintyWords, OfOneMaskClaimNoAgreement) {
  for (UncertaintyReport r : {map(0, 0, 0.3, 0.1), band(0, 0, 0)}) {
    r.passes = 1;
    const std::string text = uncertainty_caveat(r);
    EXPECT_THAT(text, HasSubstr("One mask cannot disagree with itself"));
    EXPECT_THAT(text, Not(HasSubstr("agree near")));
    EXPECT_THAT(text, Not(HasSubstr("Masks")));
  }
}

TEST(UncertaintyWords, OfExamplesCountTheMistakesThatMasksAgreeAbout) {
  UncertaintyReport r;
  r.kind = UncertaintyKind::Examples;
  r.classes = 10;
  r.example_information = {0.01f, 0.02f, 0.3f, 0.4f};
  r.example_wrong = {1, 0, 0, 1};
  r.information_wrong = 0.205;
  r.information_right = 0.16;
  const std::string text = uncertainty_caveat(r);
  EXPECT_THAT(text, HasSubstr("1.3 times as much about the 2 of 4 examples"));
  EXPECT_THAT(text,
              HasSubstr("One wrong one is in the half about which masks disagree least: they agree and are wrong."));
  r.example_wrong = {0, 0, 0, 0};
  EXPECT_THAT(uncertainty_caveat(r), HasSubstr("None of the 4 examples is wrong"));
  r.example_wrong = {1, 1, 1, 1};
  EXPECT_THAT(uncertainty_caveat(r), HasSubstr("All of the 4 examples are wrong"));
}

}  // namespace
}  // namespace dropscope
