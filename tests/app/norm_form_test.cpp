// Batch normalisation as two histograms with the shift of variance.
#include <gtest/gtest.h>

#include <cmath>

#include "app/scene/columns/form.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_maps.h"
#include "tests/app/scene_look.h"

namespace dropscope {
namespace {

constexpr std::size_t kNorm = 2;

DisplayList paint(const Snapshot& s, const NetworkLayout& layout, const SceneStyle& style, std::size_t l = kNorm) {
  DisplayList list;
  layout.columns[l].form->paint({s, l, style, layout.u, nullptr}, layout.columns[l], list);
  const FixedMeasure measure;
  DisplayList with_texts;
  layout.columns[l].form->paint({s, l, style, layout.u, &measure}, layout.columns[l], with_texts);
  EXPECT_TRUE(list.items.empty());  // without a measure there is nothing to lay texts out with
  return with_texts;
}

const Rect kArea{{0, 0}, {1250, 920}};

TEST(NormForm, FitsLayersWithMeasuredNormsOnly) {
  Snapshot s = sample_norms();
  for (std::size_t l = 0; l < s.layers.size(); ++l)
    EXPECT_EQ(form_of(s, l) != nullptr, l == 2 || l == 4) << s.layers[l].name;
  s.norms.clear();
  for (std::size_t l = 0; l < s.layers.size(); ++l) EXPECT_EQ(form_of(s, l), nullptr);
}

TEST(NormForm, SaysTheRatioOfVariancesAndThatDropoutStandsBefore) {
  Snapshot s = sample_norms();
  const SceneStyle style = plain_style();
  const NetworkLayout layout = layout_network(s, kArea, style);
  const DisplayList first = paint(s, layout, style, 2), second = paint(s, layout, style, 4);
  EXPECT_TRUE(has_text(first, "0.71"));
  EXPECT_TRUE(has_text(second, "0.38"));
  for (const char* word : {"in", "out", "train", "eval", "dropout"}) EXPECT_TRUE(has_text(first, word)) << word;
  for (SiteView& site : s.sites) site.rate = 0;
  EXPECT_FALSE(has_text(paint(s, layout, style, 2), "dropout"));
}

TEST(NormForm, TrainIsFilledAndEvalIsALineOfTheCountsGiven) {
  Snapshot s = sample_norms();
  NormView& norm = s.norms[0];
  norm.in_train.fill(0), norm.in_eval.fill(0), norm.out_train.fill(0), norm.out_eval.fill(0);
  norm.in_train[10] = 30, norm.in_train[30] = 10, norm.in_eval[20] = 7;
  const SceneStyle style = plain_style();
  const NetworkLayout layout = layout_network(s, kArea, style);
  const DisplayList list = paint(s, layout, style);
  const std::vector<draw::Polyline> lines = all_of_kind<draw::Polyline>(list);
  ASSERT_EQ(lines.size(), 1u);  // nothing left the layer yet
  float top = 1e9f, bottom = -1e9f;
  for (const Vec2 at : lines[0].points) top = std::min(top, at.y), bottom = std::max(bottom, at.y);
  // All eval values are in one bin, three quarters of the train ones: bars stand in the ratio of the shares.
  std::vector<float> heights;
  for (const draw::Box& box : all_of_kind<draw::Box>(list))
    if (std::fabs(box.rect.max.y - bottom) < 0.01f && box.rect.width() < 20) heights.push_back(box.rect.height());
  ASSERT_EQ(heights.size(), 2u);
  EXPECT_NEAR(heights[0] / (bottom - top), 0.75, 0.01);
  EXPECT_NEAR(heights[1] / (bottom - top), 0.25, 0.01);
}

TEST(NormForm, UnitsAtItsEdgeKeepTheWeightsOutOfIt) {
  const Snapshot s = sample_norms();
  const SceneStyle style = plain_style();
  const NetworkLayout layout = layout_network(s, kArea, style);
  const ColumnLayout& column = layout.columns[kNorm];
  ASSERT_EQ(column.centers.size(), 16u);
  for (int i = 0; i < 16; ++i) {
    EXPECT_TRUE(column.body.contains(column.centers[std::size_t(i)]));
    EXPECT_EQ(hit_unit(layout, s, column.centers[std::size_t(i)]), (UnitRef{int(kNorm), i}));
  }
}

TEST(NormForm, TextsStayInTheColumnAndApart) {
  for (const auto& [size, u] : {std::pair{Vec2{680, 600}, 0.667f}, {Vec2{1250, 920}, 1.0f}, {Vec2{420, 360}, 0.4f}})
    for (ThemeId theme : {ThemeId::Light, ThemeId::Dark, ThemeId::Projector}) {
      const Snapshot s = sample_norms();
      const SceneStyle style = plain_style(theme, u);
      const Rect area{{0, 0}, size};
      const NetworkLayout layout = layout_network(s, area, style);
      const FixedMeasure measure;
      const NetworkScene scene = build_network_scene(s, layout, style, measure);
      std::vector<PlacedText> texts = placed_texts(scene.labels, measure);
      for (const PlacedText& text : placed_texts(scene.units, measure)) {
        texts.push_back(text);
        bool in_a_column = false;
        for (std::size_t l : {std::size_t(2), std::size_t(4)})
          in_a_column = in_a_column || inside(text.rect, layout.columns[l].body, 2);
        EXPECT_TRUE(in_a_column) << text.text << " at " << size.x;
      }
      EXPECT_EQ(first_collision(texts), "") << size.x;
    }
}

}  // namespace
}  // namespace dropscope
