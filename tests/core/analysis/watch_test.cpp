// What a long analysis is watched by.
#include "core/analysis/watch.h"

#include <gtest/gtest.h>

#include <vector>

namespace dropscope {
namespace {

TEST(Watch, PartsTellTheirShareOfTheWhole) {
  std::vector<double> told;
  const Watch whole({}, [&](double share) { told.push_back(share); });
  whole.part(0.5, 1).part(0, 0.5).done(0.5);
  whole.part(0.25, 0.5).done(1);
  whole.done(0);
  EXPECT_EQ(told, (std::vector<double>{0.625, 0.5, 0}));
  EXPECT_FALSE(whole.gives_up());
  EXPECT_TRUE(Watch([] { return true; }).gives_up());
  EXPECT_FALSE(Watch(std::function<bool()>{}).gives_up());
}

}  // namespace
}  // namespace dropscope
