// Scores of averaged answers, worked out by hand.
#include "core/analysis/answers.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dropscope {
namespace {

TEST(ScoreAnswers, OfProbabilitiesAreNatsAndSkipStepsWithoutALabel) {
  Split split;
  split.label = {1, -1, 0};
  const std::vector<double> p{0.25, 0.75, 0.9, 0.1, 0.5, 0.5};
  const AnswerScore s = score_answers(p, split, 2, true);
  EXPECT_EQ(s.scored, 2);
  EXPECT_DOUBLE_EQ(s.total, -std::log(0.75) - std::log(0.5));
  EXPECT_EQ(s.wrong, 0);
  const AnswerScore never = score_answers(std::vector<double>{1, 0}, split, 2, true);
  EXPECT_DOUBLE_EQ(never.total, -std::log(double(std::numeric_limits<float>::min())));
  EXPECT_EQ(never.error(), 1);
}

// What a squared error learns is the one-hot code; where there is no label there is no code.
TEST(ScoreAnswers, OfPredictionsOfClassesSkipStepsWithoutALabel) {
  Split split;
  split.label = {1, -1, 0};
  const AnswerScore s = score_answers(std::vector<double>{0.5, 1, 7, 7, 0, 0.25}, split, 2, false);
  EXPECT_EQ(s.scored, 2);
  EXPECT_DOUBLE_EQ(s.total, (0.25 + (1 + 0.0625)) / 2);
  EXPECT_EQ(s.wrong, 1);
}

TEST(ScoreAnswers, OfTargetsAreSquaredErrors) {
  Split split;
  split.target = {1, 2, 3, 4};
  const AnswerScore s = score_answers(std::vector<double>{1, 4, 0, 4}, split, 2, false);
  EXPECT_EQ(s.scored, 2);
  EXPECT_DOUBLE_EQ(s.loss(), (2 + 4.5) / 2);
  EXPECT_TRUE(std::isnan(AnswerScore{}.loss()));
}

}  // namespace
}  // namespace dropscope
