#include <gtest/gtest.h>

#include "app/scene/network_scene.h"
#include "tests/app/sample_snapshot.h"

namespace dropscope {
namespace {

NetworkLayout layout_of(const Snapshot& snapshot, float w = 1240, float h = 900) {
  SceneStyle style;
  style.palette = &palette(ThemeId::Light);
  return layout_network(snapshot, {{100, 50}, {100 + w, 50 + h}}, style);
}

TEST(Hit, TheMiddleOfEveryUnitIsThatUnit) {
  SampleOptions boxes;
  boxes.widths = {2, 1200, 40, 2};
  for (const Snapshot& snapshot : {sample_snapshot(), sample_digits(), sample_snapshot(boxes)}) {
    const NetworkLayout layout = layout_of(snapshot);
    for (int l = 0; l < int(snapshot.layers.size()); ++l)
      for (int i = 0; i < snapshot.layers[std::size_t(l)].units; ++i)
        ASSERT_EQ(hit_unit(layout, snapshot, unit_center(layout.columns[std::size_t(l)], i)), (UnitRef{l, i}));
  }
}

TEST(Hit, TheSpaceBetweenUnitsIsNoUnit) {
  const Snapshot snapshot = sample_snapshot();
  const NetworkLayout layout = layout_of(snapshot);
  const ColumnLayout& hidden = layout.columns[1];
  EXPECT_FALSE(hit_unit(layout, snapshot, (hidden.centers[0] + hidden.centers[1]) * 0.5f));
  EXPECT_FALSE(hit_unit(layout, snapshot, (hidden.centers[3] + layout.columns[2].centers[3]) * 0.5f));
  EXPECT_FALSE(hit_unit(layout, snapshot, {-1000, -1000}));
}

TEST(Hit, TheTilesOfADensityColumnAreNoUnits) {
  SampleOptions options;
  options.widths = {2, 60000, 2};
  const Snapshot snapshot = sample_snapshot(options);
  const NetworkLayout layout = layout_of(snapshot);
  ASSERT_EQ(layout.columns[1].style, ColumnLayout::Style::Density);
  EXPECT_FALSE(hit_unit(layout, snapshot, unit_center(layout.columns[1], 64)));
}

}  // namespace
}  // namespace dropscope
