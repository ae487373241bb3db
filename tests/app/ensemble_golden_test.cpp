// Whole sheets of the Ensemble mode, of runs that really trained, against pictures that were looked at.
#include <gtest/gtest.h>

#include "app/export/cairo_painter.h"
#include "tests/app/golden_picture.h"
#include "tests/app/sample_answers.h"

namespace dropscope {
namespace {

// Letters differ between font versions; places, colours and shapes do not.
double share_off(const SampleAnswer& sample, EnsembleTopic topic, ThemeId theme, const std::string& name) {
  const CairoTextMeasure measure;
  const AnswerInput in = input_of(sample);
  const AnswerSheet& sheet = *sheet_of(topic);
  EXPECT_TRUE(sheet.ready(sample.answer));
  const float least = sheet.least_height(in, 960, {&palette(theme), 1});
  const int height = int(std::max(least, 640.0f));
  DisplayList list = sheet.build(in, {{0, 0}, {960, float(height)}}, {&palette(theme), 1}, measure).list;
  std::erase_if(list.items, [](const draw::Item& item) { return std::holds_alternative<draw::Text>(item); });
  return share_off_golden(paint_bitmap(list, 960, height, palette(theme).background, measure), name);
}

TEST(EnsembleGolden, TheWallOfAllSubnetworksAndItsAverages) {
  EXPECT_LT(
      share_off(sample_subnetworks("subnetworks", 200), EnsembleTopic::Subnetworks, ThemeId::Light, "subnetworks_wall"),
      0.01);
}

TEST(EnsembleGolden, FourNetworksBesideTheRun) {
  EXPECT_LT(share_off(sample_members("moons", 200, 4), EnsembleTopic::Members, ThemeId::Dark, "real_ensemble"), 0.01);
}

}  // namespace
}  // namespace dropscope
