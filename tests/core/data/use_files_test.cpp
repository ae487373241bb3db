// Someone's own data is taken as it is: nothing that was set for a generator's points changes it.
#include <gtest/gtest.h>

#include "core/data/dataset.h"
#include "core/scenarios/scenarios.h"

namespace dropscope {
namespace {

TEST(UseFiles, TakesAllRowsAndFlipsNoLabelsWhenTheRunComesFromAGenerator) {
  RunSpec spec = scenario_or_throw("moons", "test");
  ASSERT_GT(spec.data.label_noise, 0);
  use_files(spec, file_source(true), "points.csv");
  EXPECT_EQ(spec.data.dataset, "csv");
  EXPECT_EQ(spec.data.path, "points.csv");
  EXPECT_EQ(spec.data.label_noise, 0);
  EXPECT_EQ(spec.data.train, 0);
  EXPECT_EQ(spec.data.validation, 0);
  EXPECT_EQ(spec.scenario, "") << "it is no longer the scenario it came from";
}

TEST(UseFiles, KeepsWhatWasAskedForWhenTheRunReadsFilesAlready) {
  RunSpec spec = scenario_or_throw("mnist", "test");
  spec.data.train = 500;
  spec.data.label_noise = 0.2;
  use_files(spec, file_source(false), "digits");
  EXPECT_EQ(spec.data.train, 500);
  EXPECT_EQ(spec.data.label_noise, 0.2);
  EXPECT_EQ(spec.scenario, "mnist");
}

}  // namespace
}  // namespace dropscope
