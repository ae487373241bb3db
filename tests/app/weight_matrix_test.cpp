// DropConnect on many weights: a matrix between two columns instead of a thicket of broken lines.
#include <gtest/gtest.h>

#include <cmath>

#include "app/scene/scene_parts.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_steps.h"
#include "tests/app/scene_look.h"

namespace dropscope {
namespace {

constexpr std::size_t kLayer = 2;

Snapshot cut(int inputs, int units, double rate) {
  SampleOptions options;
  options.widths = {2, inputs, units, 2};
  Snapshot s = sample_snapshot(options);
  drop_weights(s, kLayer, rate);
  return s;
}

TEST(WeightMatrix, StandsForMoreThanThreeHundredWeightsWithGatesAndForNoOthers) {
  const auto has_matrix = [](const Snapshot& s) {
    return is_matrix(layout_network(s, {{0, 0}, {1150, 940}}, plain_style(ThemeId::Light, 1)), kLayer);
  };
  EXPECT_FALSE(has_matrix(cut(20, 15, 0.3)));
  EXPECT_TRUE(has_matrix(cut(43, 7, 0.3)));
  Snapshot units = cut(24, 24, 0.3);
  units.layers[kLayer].inner_sites.clear();
  EXPECT_FALSE(has_matrix(units));
  // It stays where it is when masks are off, so that nothing moves.
  Snapshot eval = cut(24, 24, 0.3);
  eval.eval_view = true;
  eval.sites.back().active = false, eval.sites.back().gate.clear();
  EXPECT_TRUE(has_matrix(eval));
}

TEST(WeightMatrix, ACellIsBlankExactlyWhereTheGateIsZeroAndLiesUnderThePointer) {
  for (const auto& [inputs, units, rate] : {std::tuple{24, 24, 0.3}, {43, 7, 0.8}, {18, 30, 0.1}}) {
    const Snapshot s = cut(inputs, units, rate);
    const SceneStyle style = plain_style(ThemeId::Light, 1);
    const NetworkLayout layout = layout_network(s, {{0, 0}, {1700, 1200}}, style);
    const DisplayList list = build_edges(s, layout, style);
    const int site = int(s.sites.size()) - 1;
    int blank = 0, drawn = 0;
    for (const draw::Box& box : all_of_kind<draw::Box>(list)) drawn += box.fill == style.palette->dropped_fill;
    for (std::uint32_t e = 0; e < std::uint32_t(inputs * units); ++e) {
      const auto rect = gate_rect(layout, s, {site, e});
      ASSERT_TRUE(rect);
      EXPECT_TRUE(inside(*rect, layout.columns[kLayer].matrix, 0.1f));
      EXPECT_EQ(hit_gate(layout, s, rect->center(), false), (GateRef{site, e}));
      const bool dropped = s.sites.back().gate[e] == 0;
      bool found = false;
      for (const draw::Box& box : all_of_kind<draw::Box>(list))
        found = found || (box.fill == style.palette->dropped_fill && rect->contains(box.rect.center()));
      EXPECT_EQ(found, dropped) << e;
      blank += dropped;
    }
    EXPECT_EQ(drawn, blank);
    EXPECT_GT(blank, 0);
    EXPECT_LT(blank, inputs * units);
  }
}

TEST(WeightMatrix, LiesBetweenItsColumnsAndNoWordsCollide) {
  const FixedMeasure measure;
  for (const Palette* p : all_palettes())
    for (const ColumnSize& size : kColumnSizes)
      for (const auto& [inputs, units] : {std::pair{24, 24}, {43, 7}, {18, 30}, {128, 128}})
        for (const bool stepping : {false, true}) {
          SCOPED_TRACE(std::string(p->name) + " " + std::to_string(size.width) + " " + std::to_string(inputs));
          const Snapshot s = cut(inputs, units, 0.4);
          SceneStyle style = plain_style(p->id, size.u);
          style.stepping = stepping;
          const Rect area{{0, 0}, {size.width, size.height}};
          const NetworkLayout layout = layout_network(s, area, style);
          const ColumnLayout &before = layout.columns[kLayer - 1], &after = layout.columns[kLayer];
          ASSERT_TRUE(is_matrix(layout, kLayer));
          EXPECT_LT(before.body.max.x, after.matrix.min.x);
          EXPECT_LT(after.matrix.max.x, after.body.min.x);
          EXPECT_GE(after.matrix.min.y, layout.title.max.y);
          EXPECT_LE(after.matrix.max.y, after.header.min.y);
          EXPECT_NEAR(after.matrix.width() / float(inputs), after.matrix.height() / float(units), 0.01f);
          DisplayList all = build_edges(s, layout, style);
          all.append(build_units(s, layout, style, measure));
          all.append(build_labels(s, layout, style, measure));
          EXPECT_EQ(first_collision(placed_texts(all, measure)), "");
          for (const PlacedText& text : placed_texts(all, measure))
            EXPECT_FALSE(overlap(text.rect, after.matrix)) << text.text;
          EXPECT_EQ(first_outside(placed_texts(all, measure), area), "");
        }
}

// As in a pane beside three others.
TEST(WeightMatrix, HasShortNamesOverItWhereItIsNarrow) {
  const FixedMeasure measure;
  const Snapshot s = cut(24, 24, 0.3);
  for (const auto& [width, title] : {std::pair{1400.0f, "hidden 2"}, {420.0f, "h2 \u00d7 h1"}}) {
    const SceneStyle style = plain_style(ThemeId::Light, 1);
    const NetworkLayout layout = layout_network(s, {{0, 0}, {width, 600}}, style);
    ASSERT_TRUE(is_matrix(layout, kLayer));
    const DisplayList list = build_labels(s, layout, style, measure);
    EXPECT_TRUE(has_text(list, title)) << width << " " << layout.columns[kLayer].matrix.width();
    EXPECT_FALSE(has_text(list, "hidde\u2026")) << width;
  }
}

TEST(WeightMatrix, TheLegendSaysWhatABlankCellIsButNotWithoutMasks) {
  const FixedMeasure measure;
  Snapshot s = cut(24, 24, 0.3);
  const SceneStyle style = plain_style(ThemeId::Light, 1);
  const NetworkLayout layout = layout_network(s, {{0, 0}, {1400, 900}}, style);
  EXPECT_TRUE(has_text(build_labels(s, layout, style, measure), "blank with a stroke"));
  s.eval_view = true;
  s.sites.back().active = false, s.sites.back().gate.clear();
  EXPECT_FALSE(has_text(build_labels(s, layout, style, measure), "blank with a stroke"));
  for (const draw::Box& box : all_of_kind<draw::Box>(build_edges(s, layout, style)))
    EXPECT_NE(box.fill, style.palette->dropped_fill);
}

TEST(WeightMatrix, AtTheUpdateCellsWithoutAGradientAreEmpty) {
  const Snapshot whole = at_beat(cut(24, 24, 0.3), Phase::Update);
  SceneStyle style = plain_style(ThemeId::Light, 1);
  style.stepping = true;
  const NetworkLayout layout = layout_network(whole, {{0, 0}, {1700, 1200}}, style);
  int empty = 0, still = 0;
  for (const draw::Box& box : all_of_kind<draw::Box>(build_edges(whole, layout, style)))
    empty += box.fill == style.palette->background.with_alpha(0) &&
             box.rect.width() < 1.01f * layout.columns[kLayer].matrix.width() / 24;
  for (float g : *whole.trace->layers[kLayer].weight_gradient) still += g == 0;
  EXPECT_EQ(empty, still);
  EXPECT_GT(still, 0);
}

}  // namespace
}  // namespace dropscope
