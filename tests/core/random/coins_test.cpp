#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/base/hash.h"
#include "core/random/uniforms.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

constexpr double kRates[] = {0, 0.1, 0.3, 0.5, 0.8, 0.99, 1};

std::vector<float> coins(DrawKey key, double rate, std::size_t n) {
  std::vector<float> gate(n, -1);
  Uniforms(key, Stream::Dropout).coins(std::span<float>(gate), rate);
  return gate;
}

// What coins promise, one element at a time.
float coin(const Uniforms& u, std::uint32_t element, double rate) {
  return double(u.word(element)) >= rate * 0x1p32 ? 1.0f : 0.0f;
}

TEST(Coins, InBulkAreTheWordsComparedOneByOne) {
  const DrawKey key{99, 3, 17};
  const Uniforms u(key, Stream::Dropout);
  for (double rate : {0.0, 1e-12, 0x1p-32, 0x1p-16, 0.1, 0.3, 1.0 / 3, 0.5, 0.8, 0.999999, 1 - 0x1p-32, 1.0})
    for (std::size_t n : {1u, 7u, 8u, 127u, 128u, 129u, 1000u}) {
      const std::vector<float> gate = coins(key, rate, n);
      for (std::size_t e = 0; e < n; ++e)
        ASSERT_EQ(gate[e], coin(u, std::uint32_t(e), rate)) << "rate " << rate << ", element " << e << " of " << n;
    }
}

TEST(Coins, TiesInTheHighHalfAreDecidedByTheLowHalf) {
  const DrawKey key{5, 1, 2};
  const Uniforms u(key, Stream::Dropout);
  constexpr std::uint32_t n = 300;
  for (std::uint32_t chosen = 0; chosen < n; ++chosen)
    for (int offset : {-1, 0, 1}) {
      // A rate whose threshold is this very word, or one beside it: the high halves are equal.
      const double rate = (double(u.word(chosen)) + offset) * 0x1p-32;
      const std::vector<float> gate = coins(key, rate, n);
      ASSERT_EQ(gate[chosen], offset <= 0 ? 1.0f : 0.0f) << "element " << chosen << ", offset " << offset;
      ASSERT_EQ(gate[(chosen + 1) % n], coin(u, (chosen + 1) % n, rate));
    }
}

TEST(Coins, AreTheSameForFloatAndDoubleAndAtAnyPlaceInMemory) {
  const Uniforms u({4, 4, 4}, Stream::Dropout);
  for (double rate : kRates)
    for (std::size_t shift = 0; shift < 9; ++shift) {
      std::vector<float> f(500 + shift, -1);
      std::vector<double> d(500);
      u.coins(std::span<float>(f).subspan(shift), rate);
      u.coins(std::span<double>(d), rate);
      for (std::size_t e = 0; e < d.size(); ++e) ASSERT_EQ(double(f[e + shift]), d[e]) << rate;
      for (std::size_t e = 0; e < shift; ++e) ASSERT_EQ(f[e], -1.0f) << "wrote outside its array";
    }
}

TEST(Coins, ALargerRateNeverRevivesAnElement) {
  std::vector<float> before = coins({1, 2, 3}, 0, 20000);
  for (int step = 1; step <= 200; ++step) {
    const std::vector<float> now = coins({1, 2, 3}, step / 200.0, 20000);
    for (std::size_t e = 0; e < now.size(); ++e) ASSERT_LE(now[e], before[e]) << "rate " << step / 200.0;
    before = now;
  }
  EXPECT_EQ(std::count(before.begin(), before.end(), 0.0f), 20000);
}

TEST(Coins, DropAsManyAsAskedOverAMillionDraws) {
  constexpr std::size_t n = 1000000;
  for (double rate : kRates) {
    const std::vector<float> gate = coins({2026, 11, 3}, rate, n);
    const double dropped = double(std::count(gate.begin(), gate.end(), 0.0f));
    // Five standard deviations of a binomial count; exact at rates 0 and 1, where it has none.
    EXPECT_LE(std::abs(dropped - n * rate), 5 * std::sqrt(n * rate * (1 - rate))) << "rate " << rate;
  }
}

TEST(Coins, FallIndependentlyOfTheirNeighbours) {
  constexpr std::size_t n = 1000000;
  for (double rate : {0.1, 0.3, 0.8}) {
    const std::vector<float> gate = coins({8, 8, 8}, rate, n);
    for (std::size_t lag : {1u, 2u, 8u, 16u, 128u, 784u}) {
      double both = 0;
      for (std::size_t e = 0; e + lag < n; ++e) both += double(gate[e] * gate[e + lag]);
      const double p = (1 - rate) * (1 - rate), count = double(n - lag);
      // Products that share a coin are correlated: the variance is n (p (1 - p) + 2 p (q - p)) at most.
      EXPECT_NEAR(both / count, p, 5 * std::sqrt((p * (1 - p) + 2 * p * ((1 - rate) - p)) / count))
          << "rate " << rate << ", lag " << lag;
    }
  }
}

// Patterns of four neighbouring coins against their binomial probabilities: 15 degrees of freedom.
TEST(Coins, PatternsOfFourOccurAsOftenAsTheyShould) {
  constexpr std::size_t n = 1000000;
  for (double rate : {0.1, 0.3, 0.8}) {
    const std::vector<float> gate = coins({21, 5, 0}, rate, n);
    std::array<double, 16> seen{};
    for (std::size_t e = 0; e < n; e += 4)
      ++seen[std::size_t(gate[e] + 2 * gate[e + 1] + 4 * gate[e + 2] + 8 * gate[e + 3])];
    double chi = 0;
    for (unsigned pattern = 0; pattern < 16; ++pattern) {
      double expected = n / 4.0;
      for (unsigned b = 0; b < 4; ++b) expected *= pattern >> b & 1 ? 1 - rate : rate;
      chi += (seen[pattern] - expected) * (seen[pattern] - expected) / expected;
    }
    // Mean 15, standard deviation sqrt(30) = 5.48; five of them.
    EXPECT_LT(chi, 15 + 5 * 5.48) << "rate " << rate;
  }
}

TEST(Coins, AreTheSameInAnyOrderAndFromAnyThread) {
  constexpr int kMasks = 64;
  const auto draw = [](int i) { return coins({3, std::uint32_t(i % 8), std::uint32_t(i / 8)}, 0.3, 777); };
  std::vector<std::vector<float>> forward(kMasks), threaded(kMasks);
  for (int i = 0; i < kMasks; ++i) forward[std::size_t(i)] = draw(i);
  for (int i = kMasks - 1; i >= 0; --i) ASSERT_EQ(draw(i), forward[std::size_t(i)]);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      for (int i = t; i < kMasks; i += 3) threaded[std::size_t(i)] = draw(i);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(threaded, forward);
}

std::string mask_hash(std::uint64_t seed, const std::string& site, std::uint32_t age, std::uint32_t pass, double rate,
                      std::size_t n) {
  Fnv1a h;
  std::vector<float> gate(n);
  Uniforms({seed, site_place(site), age, pass}, Stream::Dropout).coins(std::span<float>(gate), rate);
  h.values(std::span<const float>(gate));
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(h.digest()));
  return text;
}

// Masks are integers all the way, so these hashes hold on every machine and for every compiler.
TEST(Coins, MasksAreTheOnesOfTheGoldenFile) {
  std::ifstream file(DROPSCOPE_SOURCE_DIR "/tests/golden/mask_hashes.txt");
  ASSERT_TRUE(file) << "tests/golden/mask_hashes.txt is missing";
  std::string line;
  int checked = 0;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream in(line);
    std::uint64_t seed = 0;
    std::uint32_t age = 0, pass = 0;
    std::size_t n = 0;
    double rate = 0;
    std::string site, expected;
    ASSERT_TRUE(in >> seed >> site >> age >> pass >> rate >> n >> expected) << line;
    EXPECT_EQ(mask_hash(seed, site, age, pass, rate, n), expected) << line;
    ++checked;
  }
  EXPECT_GE(checked, 30);
}

}  // namespace
}  // namespace dropscope
