// Every scenario that needs no files of one's own trains, evaluates, and repeats bit for bit.
#include <gtest/gtest.h>

#include "core/scenarios/scenarios.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

class ShortRuns : public ::testing::TestWithParam<const Scenario*> {};

TEST_P(ShortRuns, RepeatBitForBitFromTheSpecAlone) {
  RunSpec spec = GetParam()->spec();
  if (spec.data.dataset == "mnist") GTEST_SKIP() << "needs files of one's own";
  spec.evaluate_examples = 50;
  const auto data = std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
  Trainer first(spec, data), second(spec, data);
  const std::uint64_t begin = first.state_hash();
  for (int tick = 0; tick < 12; ++tick) ASSERT_TRUE(first.advance(Granularity::Tick)) << GetParam()->id;
  // In single stations, with a look at the coming tick before each: nothing of it may show.
  for (int tick = 0; tick < 12; ++tick) {
    second.preview();
    second.measure();
    do second.advance(Granularity::Phase);
    while (!second.at_boundary());
  }
  EXPECT_NE(first.state_hash(), begin);
  EXPECT_EQ(first.state_hash(), second.state_hash());
  // Back to a checkpoint and on from there.
  const Checkpoint here = first.checkpoint();
  for (int tick = 0; tick < 5; ++tick) first.advance(Granularity::Tick);
  const std::uint64_t there = first.state_hash();
  first.restore(here);
  for (int tick = 0; tick < 5; ++tick) first.advance(Granularity::Tick);
  EXPECT_EQ(first.state_hash(), there);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ShortRuns, ::testing::ValuesIn(all_scenarios().begin(), all_scenarios().end()),
                         [](const auto& i) {
                           std::string name = i.param->id;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace dropscope
