#include "core/random/uniforms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

namespace dropscope {
namespace {

const DrawKey kKey{.run_seed = 0x123456789abcdef0ull, .site = 77, .age = 1234, .pass = 5};

std::vector<std::uint32_t> words_of(DrawKey key, Stream stream, std::uint32_t n = 64) {
  const Uniforms u(key, stream);
  std::vector<std::uint32_t> words;
  for (std::uint32_t e = 0; e < n; ++e) words.push_back(u.word(e));
  return words;
}

double mean_of(const std::vector<double>& x) {
  double sum = 0;
  for (double v : x) sum += v;
  return sum / double(x.size());
}

TEST(Uniforms, EveryPartOfThePlaceGivesDrawsOfItsOwn) {
  std::vector<std::vector<std::uint32_t>> all;
  for (std::uint32_t s = 0; s < 8; ++s) all.push_back(words_of(kKey, Stream(s)));
  const auto with = [&](auto change) {
    DrawKey key = kKey;
    change(key);
    all.push_back(words_of(key, Stream::Init));
  };
  with([](DrawKey& k) { k.run_seed ^= 1; });
  with([](DrawKey& k) { k.run_seed ^= 1ull << 63; });
  with([](DrawKey& k) { k.site ^= 1; });
  with([](DrawKey& k) { k.site ^= 1u << 28; });
  with([](DrawKey& k) { k.age ^= 1; });
  with([](DrawKey& k) { k.age ^= 1u << 31; });
  with([](DrawKey& k) { k.pass ^= 1; });
  with([](DrawKey& k) { k.pass ^= 1u << 29; });
  for (std::size_t a = 0; a < all.size(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      // Two unrelated words are equal with probability 2^-32, so 64 pairs practically never are.
      int equal = 0;
      for (std::size_t e = 0; e < all[a].size(); ++e) equal += all[a][e] == all[b][e] ? 1 : 0;
      EXPECT_EQ(equal, 0) << "sets " << a << " and " << b;
    }
}

TEST(Uniforms, StreamsSitesAgesAndPassesAreUncorrelated) {
  constexpr std::uint32_t n = 100000;
  const auto series = [](DrawKey key, Stream stream) {
    const Uniforms u(key, stream);
    std::vector<double> x;
    for (std::uint32_t e = 0; e < n; ++e) x.push_back(u.at(e) - 0.5);
    return x;
  };
  const auto base = series({7, 1, 10, 0}, Stream::Dropout);
  const std::vector<std::vector<double>> others = {
      series({7, 1, 10, 0}, Stream::Init), series({7, 2, 10, 0}, Stream::Dropout),
      series({7, 1, 11, 0}, Stream::Dropout), series({7, 1, 10, 1}, Stream::Dropout),
      series({8, 1, 10, 0}, Stream::Dropout)};
  // The correlation of n independent pairs has standard deviation 1/sqrt(n) = 0.00316; five of them.
  for (std::size_t k = 0; k < others.size(); ++k) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += base[i] * others[k][i];
    EXPECT_LT(std::abs(12 * sum / n), 5 / std::sqrt(double(n))) << "series " << k;
  }
}

TEST(Uniforms, BytesOfWordsFillTheirBinsEvenly) {
  constexpr std::uint32_t n = 1000000;
  const Uniforms u(kKey, Stream::Test);
  // The four bytes, so that high and low half, which come from different blocks, are both looked at.
  std::vector<std::array<int, 256>> bins(4);
  for (auto& b : bins) b.fill(0);
  for (std::uint32_t e = 0; e < n; ++e) {
    const std::uint32_t w = u.word(e);
    for (unsigned k = 0; k < 4; ++k) ++bins[k][(w >> (8 * k)) & 0xFF];
  }
  for (unsigned k = 0; k < 4; ++k) {
    double chi = 0;
    for (int count : bins[k]) chi += (count - n / 256.0) * (count - n / 256.0) / (n / 256.0);
    // Chi-square with 255 degrees of freedom: mean 255, standard deviation sqrt(510) = 22.6; five of them.
    EXPECT_NEAR(chi, 255, 5 * 22.6) << "byte " << k;
  }
}

TEST(Uniforms, NeverReachTheEndsOfTheInterval) {
  const Uniforms u(kKey, Stream::Test);
  for (std::uint32_t e = 0; e < 10000; ++e) {
    const double x = u.at(e), between = u.between(e, -3, 2);
    ASSERT_GT(x, 0);
    ASSERT_LT(x, 1);
    ASSERT_GE(between, -3);
    ASSERT_LT(between, 2);
    ASSERT_LT(u.below(e, 3), 3u);
    ASSERT_EQ(u.below(e, 1), 0u);
  }
}

TEST(Uniforms, BelowHitsEveryNumberEquallyOften) {
  constexpr int n = 100000, sides = 7;
  const Uniforms u(kKey, Stream::Test);
  std::array<int, sides> count{};
  for (std::uint32_t e = 0; e < n; ++e) ++count[u.below(e, sides)];
  // A binomial count has standard deviation sqrt(n p q) = 110.7; five of them.
  for (int c : count) EXPECT_NEAR(c, n / double(sides), 5 * 110.7);
}

TEST(Normals, HaveTheMomentsOfTheStandardNormal) {
  constexpr std::uint32_t n = 400000;
  const Uniforms u(kKey, Stream::Test);
  double sum = 0, square = 0, cube = 0, fourth = 0;
  for (std::uint32_t e = 0; e < n; ++e) {
    const double x = u.normal(e);
    sum += x, square += x * x, cube += x * x * x, fourth += x * x * x * x;
  }
  // Standard deviations of the means of x, x^2, x^3, x^4: sqrt(1, 2, 15, 96) / sqrt(n); five of them.
  const double five = 5 / std::sqrt(double(n));
  EXPECT_NEAR(sum / n, 0, five);
  EXPECT_NEAR(square / n, 1, five * std::sqrt(2.0));
  EXPECT_NEAR(cube / n, 0, five * std::sqrt(15.0));
  EXPECT_NEAR(fourth / n, 3, five * std::sqrt(96.0));
}

TEST(Normals, AreTheInverseOfTheDistributionFunction) {
  const Uniforms u(kKey, Stream::Test);
  for (std::uint32_t e = 0; e < 20000; ++e) {
    const double x = u.normal(e), p = u.at(e);
    ASSERT_NEAR(0.5 * std::erfc(-x / std::sqrt(2.0)) / p, 1, 1e-12) << "element " << e << ", p " << p;
  }
}

TEST(Words, AreASequenceOfTheirOwnAndDoNotDependOnHowManyAreAsked) {
  const Uniforms u(kKey, Stream::Shuffle);
  std::vector<std::uint32_t> many(103), few(10);
  u.words(many);
  u.words(few);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  EXPECT_NE(many, words_of(kKey, Stream::Shuffle, 103));
  EXPECT_EQ(std::set<std::uint32_t>(many.begin(), many.end()).size(), many.size());
}

TEST(Shuffle, IsAPermutationOfItsOwnInEveryEpoch) {
  for (std::size_t n : {0u, 1u, 2u, 3u, 60u, 1001u}) {
    std::vector<std::uint32_t> first(n), again(n), next(n);
    shuffle(first, Uniforms({9, 0, 0}, Stream::Shuffle));
    shuffle(again, Uniforms({9, 0, 0}, Stream::Shuffle));
    shuffle(next, Uniforms({9, 0, 1}, Stream::Shuffle));
    EXPECT_EQ(first, again);
    if (n > 3) {
      EXPECT_NE(first, next);
    }
    std::sort(first.begin(), first.end());
    for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(first[i], i);
  }
}

TEST(Shuffle, PutsEveryItemEverywhereEquallyOften) {
  constexpr int n = 5, times = 50000;
  std::array<std::array<int, n>, n> seen{};
  for (std::uint32_t epoch = 0; epoch < times; ++epoch) {
    std::array<std::uint32_t, n> order{};
    shuffle(order, Uniforms({9, 0, epoch}, Stream::Shuffle));
    for (std::size_t place = 0; place < n; ++place) ++seen[place][order[place]];
  }
  // sqrt(times * 0.2 * 0.8) = 89.4; five of them.
  for (const auto& row : seen)
    for (int count : row) EXPECT_NEAR(count, times / n, 5 * 89.4);
}

TEST(Normals, AverageToNothingOverEveryElementOfAnOctet) {
  // Elements share blocks in eights; a slip in the half-words would show in one of the eight.
  const Uniforms u(kKey, Stream::Test);
  constexpr std::uint32_t n = 40000;
  for (std::uint32_t lane = 0; lane < 8; ++lane) {
    std::vector<double> x;
    for (std::uint32_t b = 0; b < n; ++b) x.push_back(u.normal(8 * b + lane));
    EXPECT_NEAR(mean_of(x), 0, 5 / std::sqrt(double(n))) << "lane " << lane;
  }
}

}  // namespace
}  // namespace dropscope
