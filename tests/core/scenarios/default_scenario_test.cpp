// What the window opens with must tell the story it is there for, whatever seed a lecturer happens to press.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/scenarios/scenarios.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

// Validation loss after the scenario's own number of ticks, as a multiple of its minimum on the way.
double final_over_minimum(const char* scenario, std::uint64_t seed) {
  RunSpec spec = scenario_or_throw(scenario, "test");
  spec.seed = seed;
  Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  while (trainer.tick() < spec.ticks) EXPECT_TRUE(trainer.advance(Granularity::Tick));
  const History history = trainer.history().view();
  float minimum = history[0].validation_loss;
  for (std::size_t i = 0; i < history.count; ++i) minimum = std::min(minimum, history[i].validation_loss);
  EXPECT_EQ(history.back().tick, spec.ticks);
  return double(history.back().validation_loss) / double(minimum);
}

class DefaultScenario : public testing::TestWithParam<int> {};

TEST_P(DefaultScenario, OverfitsVisiblyWithoutDropout) {
  EXPECT_GE(final_over_minimum("moons-plain", std::uint64_t(GetParam())), 1.20);
}

TEST_P(DefaultScenario, DoesNotOverfitWithDropout) {
  EXPECT_LE(final_over_minimum("moons", std::uint64_t(GetParam())), 1.05);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DefaultScenario, testing::Range(1, 13));

TEST(DefaultScenario, IsTheNetworkAndDataItIsSaidToBe) {
  const RunSpec spec = scenario_or_throw("moons", "test");
  EXPECT_EQ(all_scenarios()[0]->id, std::string("moons"));
  EXPECT_EQ(spec.data.train, 60);
  EXPECT_EQ(spec.data.validation, 500);
  ASSERT_EQ(spec.network.hidden.size(), 2u);
  EXPECT_EQ(spec.network.hidden[0].units, 16);
  EXPECT_EQ(spec.network.hidden[1].units, 16);
  EXPECT_EQ(spec.ticks, 1800) << "thirty seconds at the default 60 ticks a second";
}

}  // namespace
}  // namespace dropscope
