// Residual blocks: what a dropped branch looks like, how deep the network is, where blocks stand and what is hit.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "app/scene/columns/form.h"
#include "app/scene/columns/residual.h"
#include "app/scene/scene_parts.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "core/session/snapshot_builder.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_blocks.h"
#include "tests/app/scene_look.h"

namespace dropscope {
namespace {

// A row of blocks with every third branch dropped.
Snapshot blocks_of(int blocks, int units = 16) {
  Snapshot s;
  add_sample_layer(s, "input", 2);
  add_sample_layer(s, "hidden1", units);
  for (int b = 1; b <= blocks; ++b) {
    add_sample_layer(s, "block" + std::to_string(b), units, true);
    add_sample_branch(s, 0.3 * b / blocks, b % 3 != 0);
  }
  add_sample_layer(s, "output", 2);
  return s;
}

DisplayList painted(const Snapshot& s, const NetworkLayout& layout, std::size_t l, const SceneStyle& style) {
  const FixedMeasure measure;
  DisplayList list;
  layout.columns[l].form->paint({s, l, style, layout.u, &measure}, layout.columns[l], list);
  return list;
}

const draw::Polyline* arc_of(const DisplayList& list) {
  for (const draw::Item& item : list.items)
    if (const auto* line = std::get_if<draw::Polyline>(&item)) return line;
  return nullptr;
}

bool has_dashed_box(const DisplayList& list, Rect rect) {
  for (const draw::Box& box : all_of_kind<draw::Box>(list))
    if (box.dash > 0 && box.rect.min == rect.min && box.rect.max == rect.max) return true;
  return false;
}

TEST(ResidualForm, ADroppedBlockIsDashedAndItsArcIsFat) {
  const Snapshot s = blocks_of(9);
  for (const Palette* p : all_palettes())
    for (const ColumnSize& size : kColumnSizes) {
      const SceneStyle style = plain_style(p->id, size.u);
      const NetworkLayout layout = layout_network(s, {{0, 0}, {size.width, size.height}}, style);
      const std::size_t kept = 3, dropped = 4;  // blocks 2 and 3
      ASSERT_TRUE(layout.columns[kept].form);
      const DisplayList open = painted(s, layout, kept, style), shut = painted(s, layout, dropped, style);
      EXPECT_TRUE(has_dashed_box(shut, layout.columns[dropped].tiles[kBlockBox]));
      EXPECT_FALSE(has_dashed_box(open, layout.columns[kept].tiles[kBlockBox]));
      ASSERT_TRUE(arc_of(open) && arc_of(shut));
      EXPECT_GE(arc_of(shut)->width, 2.5f * arc_of(open)->width) << p->name << " " << size.width;
      // Hollow: nothing is filled inside the frame but with the background.
      for (const draw::Box& box : all_of_kind<draw::Box>(shut))
        if (inside(box.rect, layout.columns[dropped].tiles[kBlockBox]) && box.fill.a > 0) {
          EXPECT_EQ(box.fill, p->background);
        }
    }
}

TEST(ResidualForm, TheWayIntoADroppedBranchIsCut) {
  const Snapshot s = blocks_of(4);
  const SceneStyle style = plain_style(ThemeId::Light, 1);
  const NetworkLayout layout = layout_network(s, {{0, 0}, {1150, 940}}, style);
  const auto reaches_box = [&](std::size_t l) {
    const Rect box = layout.columns[l].tiles[kBlockBox];
    for (const draw::Polygon& head : all_of_kind<draw::Polygon>(painted(s, layout, l, style)))
      if (std::fabs(head.points[0].x - box.min.x) < 0.5f) return true;
    return false;
  };
  EXPECT_TRUE(reaches_box(2));
  EXPECT_FALSE(reaches_box(4));
}

TEST(ResidualForm, TwoTo64BlocksFitWithoutOverlap) {
  for (int blocks : {2, 3, 5, 9, 16, 33, 64})
    for (const ColumnSize& size : kColumnSizes)
      for (const Palette* p : all_palettes()) {
        const Snapshot s = blocks_of(blocks);
        const SceneStyle style = plain_style(p->id, size.u);
        const Rect area{{0, 0}, {size.width, size.height}};
        const NetworkLayout layout = layout_network(s, area, style);
        for (std::size_t l = 2; l + 1 < s.layers.size(); ++l) {
          const ColumnLayout& here = layout.columns[l];
          const Rect box = here.tiles[kBlockBox], strip = here.tiles[kBlockStrip], arc = here.tiles[kBlockArc];
          EXPECT_GT(box.width(), 1.5f) << blocks << " " << size.width;
          EXPECT_GT(box.height(), 10) << blocks << " " << size.width;
          EXPECT_LE(box.max.x, strip.min.x) << blocks << " " << size.width;
          for (const Rect& r : {box, strip, arc}) EXPECT_TRUE(inside(r, area)) << blocks << " " << size.width;
          if (l + 2 == s.layers.size()) continue;
          const ColumnLayout& next = layout.columns[l + 1];
          EXPECT_LE(strip.max.x, next.tiles[kBlockBox].min.x + 0.01f) << blocks << " " << size.width;
          // An arc begins where the one before it ended.
          EXPECT_NEAR(arc.max.x, next.tiles[kBlockArc].min.x, 0.05f) << blocks << " " << size.width;
        }
        const FixedMeasure measure;
        const NetworkScene scene = build_network_scene(s, layout, style, measure);
        DisplayList all = scene.units;
        all.append(scene.labels);
        EXPECT_EQ(first_collision(placed_texts(all, measure)), "") << blocks << " " << size.width << " " << p->name;
        EXPECT_EQ(first_outside(placed_texts(all, measure), area), "") << blocks << " " << size.width << " " << p->name;
      }
}

TEST(ResidualForm, EffectiveDepthCountsTheOpenGates) {
  const Snapshot nine = blocks_of(9);
  const EffectiveDepth depth = effective_depth(nine);
  EXPECT_EQ(depth.now, 6);
  EXPECT_EQ(depth.of, 9);
  EXPECT_NEAR(depth.expected, 9 - 0.3 * 45 / 9, 1e-12);
  EXPECT_TRUE(depth.varies && depth.known);

  for (const char* scenario : {"residual-depth", "residual-droppath"}) {
    const RunSpec spec = scenario_or_throw(scenario, "test");
    Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
    SnapshotBuilder builder(trainer);
    for (int tick = 0; tick < 20; ++tick) {
      trainer.advance(Granularity::Tick);
      const Snapshot s = builder.build(trainer, ViewState{});
      int open = 0, all = 0;
      for (const LayerView& layer : s.layers) {
        if (!layer.is_block) continue;
        ++all, ++open;
        for (const SiteView& site : s.sites)
          if (site.site == layer.name && !site.gate.empty() && site.gate.front() == 0) --open;
      }
      EXPECT_EQ(effective_depth(s).now, open) << scenario << " " << tick;
      EXPECT_EQ(effective_depth(s).of, all);
      EXPECT_EQ(all, 16);
    }
  }
}

TEST(ResidualForm, TheDepthAndTheChanceToBeKeptAreSaid) {
  const Snapshot s = blocks_of(9);
  const SceneStyle style = plain_style(ThemeId::Light, 1);
  const NetworkLayout layout = layout_network(s, {{0, 0}, {1150, 940}}, style);
  const DisplayList first = painted(s, layout, 2, style);
  EXPECT_TRUE(has_text(first, "depth now 6/9"));
  EXPECT_TRUE(has_text(first, "chance of each block to be kept"));
  EXPECT_TRUE(has_text(first, "0.97"));                               // 1 - 0.3 / 9
  EXPECT_TRUE(has_text(painted(s, layout, 10, style), "0.70"));       // 1 - 0.3
  EXPECT_FALSE(has_text(painted(s, layout, 5, style), "depth now"));  // once for the row
  SceneStyle average = style;
  average.averaging = true;
  EXPECT_FALSE(has_text(painted(s, layout, 2, average), "depth now"));
}

// Where room is short the chances go first, then what they are; the depth is said as long as the picture can spare it.
TEST(ResidualForm, TheDepthIsTheLastOfTheWordsToGo) {
  const Snapshot s = blocks_of(9);
  bool said_alone = false;
  for (float height = 200; height < 900; height += 20) {
    const SceneStyle style = plain_style(ThemeId::Projector, 0.67f);
    const NetworkLayout layout = layout_network(s, {{0, 0}, {600, height}}, style);
    const DisplayList first = painted(s, layout, 2, style);
    const bool depth = has_text(first, "depth now"), chance = has_text(first, "chance of each");
    EXPECT_TRUE(depth || !chance) << height;
    said_alone = said_alone || (depth && !chance);
  }
  EXPECT_TRUE(said_alone);
}

TEST(ResidualForm, GatesAndUnitsAreFoundWhereTheyAreDrawn) {
  for (int blocks : {2, 16, 64})
    for (const ColumnSize& size : kColumnSizes) {
      const Snapshot s = blocks_of(blocks);
      const NetworkLayout layout =
          layout_network(s, {{0, 0}, {size.width, size.height}}, plain_style(ThemeId::Light, size.u));
      for (int b = 0; b < blocks; ++b) {
        const auto rect = gate_rect(layout, s, {b, 0});
        ASSERT_TRUE(rect) << blocks;
        const auto gate = hit_gate(layout, s, rect->center(), false);
        ASSERT_TRUE(gate) << blocks << " " << size.width;
        EXPECT_EQ(*gate, (GateRef{b, 0}));
        // The arc is the block's too.
        const Rect arc = layout.columns[std::size_t(b) + 2].tiles[kBlockArc];
        const auto over = hit_gate(layout, s, {arc.center().x, arc.min.y + 1}, false);
        ASSERT_TRUE(over);
        EXPECT_EQ(over->site, b);
        for (int unit : {0, 7, 15}) {
          const auto hit = hit_unit(layout, s, layout.columns[std::size_t(b) + 2].centers[std::size_t(unit)]);
          ASSERT_TRUE(hit) << blocks << " " << size.width << " " << unit;
          EXPECT_EQ(*hit, (UnitRef{b + 2, unit}));
        }
      }
    }
}

TEST(ResidualForm, BlocksWithAttentionAreNoResidualBlocks) {
  const RunSpec spec = scenario_or_throw("transformer-residual", "test");
  Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  SnapshotBuilder builder(trainer);
  trainer.advance(Granularity::Tick);
  const Snapshot s = builder.build(trainer, ViewState{});
  int blocks = 0;
  for (std::size_t l = 0; l < s.layers.size(); ++l) {
    blocks += s.layers[l].is_block;
    EXPECT_FALSE(is_residual_block(s, l)) << s.layers[l].name;
  }
  EXPECT_GT(blocks, 0);
}

TEST(ResidualForm, AveragesShowNoSingleMask) {
  Snapshot s = blocks_of(6);
  SceneStyle style = plain_style(ThemeId::Light, 1);
  style.averaging = true;
  style.frequency.assign(s.sites.size(), {0.25f});
  const NetworkLayout layout = layout_network(s, {{0, 0}, {1150, 940}}, style);
  for (std::size_t l = 2; l < 8; ++l) {
    const DisplayList list = painted(s, layout, l, style);
    EXPECT_FALSE(has_dashed_box(list, layout.columns[l].tiles[kBlockBox])) << l;
    EXPECT_TRUE(has_text(list, "75")) << l;
  }
}

TEST(ResidualForm, SixtyFourBlocksArePaintedInAMillisecondOrSo) {
  const Snapshot s = blocks_of(64);
  const SceneStyle style = plain_style(ThemeId::Light, 1);
  const FixedMeasure measure;
  double best = 1e9;
  for (int i = 0; i < 10; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const NetworkLayout layout = layout_network(s, {{0, 0}, {1150, 940}}, style);
    EXPECT_GT(build_units(s, layout, style, measure).items.size(), 64u);
    best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  RecordProperty("best_ms", std::to_string(best));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(best, 20);  // a frame, with much to spare for slow machines
#endif
}

}  // namespace
}  // namespace dropscope
