#include <gtest/gtest.h>

#include "app/scene/network_scene.h"
#include "tests/app/sample_steps.h"

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

TEST(Hit, AUnitsGateIsUnderItAndIsDrawnThere) {
  const Snapshot snapshot = sample_snapshot();
  const NetworkLayout layout = layout_of(snapshot);
  for (std::uint32_t i = 0; i < 16; ++i) {
    const Vec2 at = unit_center(layout.columns[2], int(i));
    EXPECT_EQ(hit_gate(layout, snapshot, at, false), (GateRef{2, i}));
    EXPECT_NEAR(gate_rect(layout, snapshot, {2, i})->center().y, at.y, 0.01);
    EXPECT_TRUE(gate_rect(layout, snapshot, {2, i})->contains(at));
  }
  EXPECT_FALSE(hit_gate(layout, snapshot, unit_center(layout.columns[3], 0), false));  // the output has no noise
  EXPECT_FALSE(gate_rect(layout, snapshot, {2, 16}));
  EXPECT_FALSE(gate_rect(layout, snapshot, {99, 0}));
}

TEST(Hit, AWeightsGateIsTheNearestLineWhetherLiveOrCut) {
  SampleOptions options;
  options.widths = {3, 5, 4, 2};
  Snapshot snapshot = sample_snapshot(options);
  drop_weights(snapshot, 2, 0.3);
  const int site = int(snapshot.sites.size()) - 1;
  const NetworkLayout layout = layout_of(snapshot);
  int cut = 0;
  for (std::uint32_t i = 0; i < 20; ++i) {
    const std::optional<Rect> rect = gate_rect(layout, snapshot, {site, i});
    ASSERT_TRUE(rect) << i;
    // A tenth along from the source: there no other line crosses.
    const Vec2 a = unit_center(layout.columns[1], int(i % 5)), b = unit_center(layout.columns[2], int(i / 5));
    const Vec2 near = a + (b - a) * 0.22f + Vec2{0, 0.5f};
    EXPECT_EQ(hit_gate(layout, snapshot, near, true), (GateRef{site, i})) << i;
    EXPECT_FALSE(hit_gate(layout, snapshot, near, false)) << i;
    cut += snapshot.sites[std::size_t(site)].gate[i] == 0;
  }
  EXPECT_GT(cut, 2);
  EXPECT_LT(cut, 18);
  EXPECT_FALSE(hit_gate(layout, snapshot, {-500, -500}, true));
  // Lines of weights that no dropout acts on have no gates.
  const Vec2 a = unit_center(layout.columns[0], 0), b = unit_center(layout.columns[1], 0);
  EXPECT_FALSE(hit_gate(layout, snapshot, (a + b) * 0.5f, true));
}

}  // namespace
}  // namespace dropscope
