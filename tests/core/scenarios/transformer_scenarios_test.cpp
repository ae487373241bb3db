// What the transformer scenarios say of themselves, and that they repeat bit for bit.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/scenarios/scenarios.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

constexpr double kBestLoss = 0.5397;  // of Reber's grammar for 20 steps: core/data/datasets/grammar.cpp

struct Outcome {
  double least = 0, last = 0;  // validation loss
};

Outcome outcome(RunSpec spec) {
  Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  while (trainer.tick() < spec.ticks) EXPECT_TRUE(trainer.advance(Granularity::Tick));
  const History history = trainer.history().view();
  Outcome result{1e9, double(history.back().validation_loss)};
  for (std::size_t i = 0; i < history.count; ++i)
    result.least = std::min(result.least, double(history[i].validation_loss));
  return result;
}

struct Story {
  const char* id;
  double most_climb;  // last / least
};

class TransformerScenario : public testing::TestWithParam<Story> {};

// Half of what the loss climbs without dropout is far more than seeds differ.
TEST_P(TransformerScenario, OverfitsLessThanWithoutItsDropout) {
  const RunSpec spec = scenario_or_throw(GetParam().id, "test");
  RunSpec plain = spec;
  plain.dropout = {};
  const Outcome with = outcome(spec), without = outcome(plain);
  EXPECT_LE(with.last / with.least, GetParam().most_climb);
  EXPECT_GE(without.last / without.least, 1.8);
  // 6,000 letters are held out; a mean over them is within 0.02 of what is expected.
  EXPECT_GT(with.least, kBestLoss - 0.02);
  EXPECT_LT(with.last, 0.75);
}

TEST_P(TransformerScenario, RepeatsBitForBit) {
  const RunSpec spec = scenario_or_throw(GetParam().id, "test");
  const auto data = std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
  std::uint64_t hashes[2] = {};
  for (std::uint64_t& hash : hashes) {
    Trainer trainer(spec, data);
    while (trainer.tick() < 150) ASSERT_TRUE(trainer.advance(Granularity::Tick));
    hash = trainer.state_hash();
  }
  EXPECT_EQ(hashes[0], hashes[1]);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, TransformerScenario,
                         testing::Values(Story{"transformer-attention", 1.1}, Story{"transformer-residual", 1.1},
                                         Story{"word-dropout", 1.4}),
                         [](const auto& i) {
                           std::string name = i.param.id;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace dropscope
