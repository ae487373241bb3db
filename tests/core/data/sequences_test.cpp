// What each generated sequence set promises about its examples.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>

#include "core/data/dataset.h"

namespace dropscope {
namespace {

Dataset make(const std::string& id, int steps = 20, int count = 4000, int symbols = 4) {
  DataSpec spec;
  spec.dataset = id;
  spec.train = spec.validation = count;
  spec.steps = steps;
  spec.symbols = symbols;
  return make_dataset(spec, 7, nullptr);
}

TEST(Adding, TheTargetIsTheSumOfTheTwoMarkedValues) {
  const Dataset data = make("adding", 15, 500);
  ASSERT_EQ(data.sequence, (SequenceShape{.steps = 15, .features = 2}));
  for (std::size_t i = 0; i < data.train.count; ++i) {
    const float* x = data.train.x.data() + i * 30;
    float sum = 0;
    int early = 0, late = 0;
    for (int t = 0; t < 15; ++t) {
      ASSERT_TRUE(x[2 * t] >= 0 && x[2 * t] <= 1);
      ASSERT_TRUE(x[2 * t + 1] == 0 || x[2 * t + 1] == 1);
      if (x[2 * t + 1] != 1) continue;
      sum += x[2 * t];
      (t < 7 ? early : late) += 1;
    }
    ASSERT_EQ(data.train.target[i], sum);
    ASSERT_TRUE(early == 1 && late == 1);
  }
}

TEST(Adding, TheMeanPredictionHasASquaredErrorOfOneSixth) {
  const Dataset data = make("adding");
  double squares = 0;
  for (float t : data.train.target) squares += std::pow(double(t) - 1, 2);
  // E (s - 1)^4 = 1/15 for the sum of two uniforms, so the standard error is sqrt((1/15 - 1/36) / 4000) = 0.0031.
  EXPECT_NEAR(squares / 4000, 1.0 / 6, 5 * 0.0031);
}

TEST(DelayedCopy, TheWordIsAskedForFromTheGoMarkOn) {
  for (int steps : {2, 7, 20, 33}) {
    const Dataset data = make("delayed_copy", steps, 100, 3);
    const int word = std::max(1, steps / 4);
    EXPECT_EQ(data.sequence->vocabulary, 5);
    EXPECT_EQ(data.outputs, 3);
    for (std::size_t i = 0; i < data.train.count; ++i) {
      const float* x = data.train.x.data() + i * std::size_t(steps);
      const std::int32_t* label = data.train.label.data() + i * std::size_t(steps);
      for (int t = 0; t < steps; ++t) {
        if (t < word)
          ASSERT_TRUE(x[t] >= 1 && x[t] <= 3);
        else
          ASSERT_EQ(x[t], t == steps - word ? 4 : 0) << t;
        if (t < steps - word)
          ASSERT_EQ(label[t], -1);
        else
          ASSERT_EQ(label[t], int(x[t - (steps - word)]) - 1);
      }
    }
  }
}

TEST(Parity, TheClassIsWhetherTheOnesAreOdd) {
  const Dataset data = make("parity");
  std::vector<int> ones(20);
  for (std::size_t i = 0; i < data.train.count; ++i) {
    int sum = 0;
    for (std::size_t t = 0; t < 20; ++t) {
      sum += int(data.train.x[i * 20 + t]);
      ones[t] += int(data.train.x[i * 20 + t]);
    }
    ASSERT_EQ(data.train.label[i], sum % 2);
  }
  // Every bit is fair: one standard deviation of 4000 coins is sqrt(1000) = 32.
  for (int n : ones) EXPECT_NEAR(n, 2000, 5 * 32);
}

// The letters that may follow, told from a table written down anew: state -> letter -> state.
const std::map<int, std::map<char, int>> kReber = {{0, {{'B', 1}}},
                                                   {1, {{'T', 2}, {'P', 3}}},
                                                   {2, {{'S', 2}, {'X', 4}}},
                                                   {3, {{'T', 3}, {'V', 5}}},
                                                   {4, {{'X', 3}, {'S', 6}}},
                                                   {5, {{'P', 4}, {'V', 6}}},
                                                   {6, {{'E', 0}}}};

TEST(Grammar, EveryLetterIsAllowedAndTheLabelIsTheNextOne) {
  const Dataset data = make("grammar");
  for (std::size_t i = 0; i < data.train.count; ++i) {
    int state = 0;
    for (std::size_t t = 0; t < 20; ++t) {
      const std::size_t at = i * 20 + t;
      const auto& ways = kReber.at(state);
      const auto way = ways.find(data.output_names[std::size_t(data.train.x[at])][0]);
      ASSERT_NE(way, ways.end());
      state = way->second;
      ASSERT_TRUE(kReber.at(state).contains(data.output_names[std::size_t(data.train.label[at])][0]));
      if (t + 1 < 20) {
        ASSERT_EQ(data.train.label[at], int(data.train.x[at + 1]));
      }
    }
  }
}

// Share of the first `steps` predictions that have two answers, by the probabilities of the places.
double share_of_choices(int steps) {
  std::map<int, double> at = {{0, 1.0}};
  double share = 0;
  for (int t = 0; t <= steps; ++t) {
    std::map<int, double> next;
    for (const auto& [state, chance] : at) {
      const auto& ways = kReber.at(state);
      if (t > 0 && ways.size() == 2) share += chance / steps;
      for (const auto& [letter, to] : ways) next[to] += chance / double(ways.size());
    }
    at = next;
  }
  return share;
}

TEST(Grammar, TheBestReachableLossIsTheEntropyOfItsChoices) {
  EXPECT_NEAR(std::log(2.0) * share_of_choices(20), 0.5397, 5e-5);
  const Dataset data = make("grammar");
  double choices = 0, squares = 0;
  for (std::size_t i = 0; i < data.train.count; ++i) {
    int state = 0, here = 0;
    for (std::size_t t = 0; t < 20; ++t) {
      state = kReber.at(state).at(data.output_names[std::size_t(data.train.x[i * 20 + t])][0]);
      here += kReber.at(state).size() == 2 ? 1 : 0;
    }
    choices += here;
    squares += double(here) * here;
  }
  const double mean = choices / 4000, error = std::sqrt((squares / 4000 - mean * mean) / 4000);
  EXPECT_NEAR(mean, 20 * share_of_choices(20), 5 * error);
}

TEST(Tokens, ASequenceIsNeverInBothSplits) {
  for (const char* id : {"delayed_copy", "parity", "grammar"}) {
    // Words of two letters out of four: 16 sequences, and every one of them on one side.
    const Dataset data = make(id, 10, 400);
    std::set<std::vector<float>> seen;
    const auto row = [](const Split& split, std::size_t i) {
      return std::vector<float>(split.x.begin() + std::ptrdiff_t(10 * i),
                                split.x.begin() + std::ptrdiff_t(10 * i + 10));
    };
    for (std::size_t i = 0; i < data.train.count; ++i) seen.insert(row(data.train, i));
    for (std::size_t i = 0; i < data.validation.count; ++i) EXPECT_FALSE(seen.contains(row(data.validation, i))) << id;
  }
}

// What enters the coin must not be a simple function of the tokens: neither split may tell a bit, or the parity.
TEST(Tokens, TheSplitTellsNothingAboutTheTokens) {
  const Dataset data = make("parity", 12);
  for (const Split* split : {&data.train, &data.validation})
    for (std::size_t a = 0; a < 12; ++a)
      for (std::size_t b = a + 1; b < 12; ++b) {
        int differ = 0;
        for (std::size_t i = 0; i < split->count; ++i) differ += split->x[i * 12 + a] != split->x[i * 12 + b] ? 1 : 0;
        // 4000 draws from about 2048 sequences of one side: the variance is that of the draws, 4000 / 4, plus that
        // of the side itself, 4000^2 / (4 * 2048); 5 standard deviations are 5 * sqrt(1000 + 1953) = 272.
        EXPECT_NEAR(differ, 2000, 272) << a << " " << b;
      }
}

TEST(LabelNoise, ReachesEveryScoredStep) {
  DataSpec spec;
  spec.dataset = "delayed_copy";
  spec.train = 300;
  spec.label_noise = 1;
  const Dataset noisy = make_dataset(spec, 7, nullptr);
  spec.label_noise = 0;
  const Dataset clean = make_dataset(spec, 7, nullptr);
  for (std::size_t k = 0; k < clean.train.label.size(); ++k) {
    if (clean.train.label[k] < 0)
      ASSERT_EQ(noisy.train.label[k], -1);
    else
      ASSERT_NE(noisy.train.label[k], clean.train.label[k]);
  }
}

}  // namespace
}  // namespace dropscope
