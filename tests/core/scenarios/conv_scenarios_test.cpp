// The scenarios with convolutions train, and the same way every time.
#include <gtest/gtest.h>

#include <string>

#include "core/scenarios/scenarios.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

class ConvScenario : public testing::TestWithParam<const char*> {};

TEST_P(ConvScenario, LearnsTheDigitsAndRepeatsBitForBit) {
  RunSpec spec = scenario_or_throw(GetParam(), "test");
  const auto data = std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
  std::uint64_t hashes[2] = {};
  for (std::uint64_t& hash : hashes) {
    Trainer trainer(spec, data);
    // A fifth of the run is enough to tell the ten classes apart most of the time.
    while (trainer.tick() < spec.ticks / 5) ASSERT_TRUE(trainer.advance(Granularity::Tick));
    EXPECT_GT(trainer.measure().validation_accuracy, 0.6f);
    hash = trainer.state_hash();
  }
  EXPECT_EQ(hashes[0], hashes[1]);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ConvScenario, testing::Values("conv-spatial", "conv-dropblock", "cutout"),
                         [](const auto& i) {
                           std::string name = i.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace dropscope
