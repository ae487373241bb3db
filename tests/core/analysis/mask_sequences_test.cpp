// Errors of means over many sequences of masks: what mathematics says of them, and repeatable.
#include "core/analysis/mask_sequences.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dropscope {
namespace {

TEST(MaskSequences, ErrorsAreTheExpectedOnesOfIndependentDraws) {
  const std::vector<double> rows{0, 1};
  for (const double p : {0.5, 0.1, 0.37}) {
    const std::vector<double> probability{1 - p, p}, to{p};
    const int sequences = 20000;
    const SequenceErrors e = sequence_errors(rows, probability, to, 100, sequences, 7);
    // |x - p| is p with 1 - p and 1 - p with p; of two draws it is p, |1/2 - p| and 1 - p with the square's three
    // terms.
    const double one = 2 * p * (1 - p);
    const double two = (1 - p) * (1 - p) * p + 2 * p * (1 - p) * std::abs(0.5 - p) + p * p * (1 - p);
    const double sd = std::sqrt(p * (1 - p));
    EXPECT_NEAR(e.mean[0], one, 5 * e.deviation[0] / std::sqrt(sequences) + 1e-12) << p;
    EXPECT_NEAR(e.mean[1], two, 5 * e.deviation[1] / std::sqrt(sequences)) << p;
    // Of many draws it is that of a normal distribution; its own correction at T = 100 is below 2 %.
    EXPECT_NEAR(e.mean[99], sd / 10 * std::sqrt(2 / M_PI), 0.03 * sd / 10 + 5 * e.deviation[99] / std::sqrt(sequences))
        << p;
  }
}

TEST(MaskSequences, TakeTheLargestDifferenceOverTheOutputs) {
  const std::vector<double> rows{1, 5}, to{0.75, 4};  // one row: every mean is it
  const SequenceErrors e = sequence_errors(rows, {}, to, 3, 4, 1);
  EXPECT_EQ(e.mean, (std::vector<double>{1, 1, 1}));
  EXPECT_EQ(e.deviation, (std::vector<double>{0, 0, 0}));
}

TEST(MaskSequences, WhatIsNoNumberIsNotAnErrorOfZero) {
  const double nan = std::nan("");
  const std::vector<double> rows{1, nan, 5}, to{1, nan, 4};
  for (const double error : sequence_errors(rows, {}, to, 3, 4, 1).mean) EXPECT_TRUE(std::isnan(error)) << error;
}

TEST(MaskSequences, BeginAlikeWhateverTheirLengthAndDifferBySeed) {
  const std::vector<double> rows{0.1, 0.7, 0.4, 0.95}, to{0.5};
  const SequenceErrors some = sequence_errors(rows, {}, to, 40, kSequences, 7);
  const SequenceErrors more = sequence_errors(rows, {}, to, 90, kSequences, 7);
  const SequenceErrors other = sequence_errors(rows, {}, to, 40, kSequences, 8);
  for (std::size_t t = 0; t < 40; ++t) EXPECT_EQ(some.mean[t], more.mean[t]);
  EXPECT_NE(some.mean, other.mean);
}

TEST(MaskSequences, AreEmptyWhereGivenUp) {
  const std::vector<double> rows{0, 1}, to{0.5};
  int looks = 0;
  const SequenceErrors e = sequence_errors(rows, {}, to, 10, 50, 7, [&] { return ++looks > 20; });
  EXPECT_TRUE(e.mean.empty());
  EXPECT_EQ(looks, 21);
}

TEST(BlockMeans, AreThoseOfDisjointSequencesInTheirOrder) {
  BlockMeans blocks(3);
  std::vector<double> ended;
  for (int i = 0; i < 11; ++i)
    blocks.add(std::vector<double>{double(i), 1}, [&](std::span<const double> mean) {
      EXPECT_EQ(mean[1], 1);
      ended.push_back(mean[0]);
    });
  EXPECT_EQ(ended, (std::vector<double>{1, 4, 7})) << "two rows are left over";
}

TEST(BlockMeans, EndAfterSoMany) {
  BlockMeans blocks(1);
  int ended = 0;
  for (int i = 0; i < 3 * kSequencesOfBlocks; ++i)
    blocks.add(std::vector<double>{1}, [&](std::span<const double>) { ++ended; });
  EXPECT_EQ(ended, kSequencesOfBlocks);
}

}  // namespace
}  // namespace dropscope
