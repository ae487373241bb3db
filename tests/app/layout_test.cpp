#include <gtest/gtest.h>

#include <cmath>

#include "app/scene/network_scene.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_snapshot.h"

namespace dropscope {
namespace {

struct Shape {
  const char* name;
  std::vector<int> widths;
  bool image = false;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kShapes = {
      {"default", {2, 16, 16, 2}},
      {"one", {1, 1, 1}},
      {"eighteen", {2, 18, 18, 18, 3}},
      {"digits", {256, 64, 10}, true},
      {"mnist", {784, 256, 128, 10}, true},
      {"wide", {20, 4000, 200, 10}},
      {"huge", {2, 60000, 2}},
      {"deep", {2, 8, 8, 8, 8, 8, 8, 8, 8, 2}},
  };
  return kShapes;
}

Snapshot snapshot_of(const Shape& shape) {
  SampleOptions options;
  options.widths = shape.widths, options.image = shape.image, options.classes = shape.widths.back(), options.points = 2;
  return sample_snapshot(options);
}

constexpr float kSizes[][3] = {{480, 360, 0.5f}, {480, 360, 1},   {620, 420, 0.5f},   {830, 520, 0.67f},
                               {1240, 900, 1},   {1240, 900, 3},  {700, 1200, 1},     {1900, 500, 1},
                               {2480, 1800, 2},  {3840, 2160, 2}, {1240, 900, 0.75f}, {300, 200, 0.4f}};

std::vector<Rect> solid_rects(const NetworkLayout& layout) {
  std::vector<Rect> rects;
  const auto add = [&](const Rect& r) {
    if (r.height() > 0 && r.width() > 0) rects.push_back(r);
  };
  add(layout.title);
  add(layout.legend);
  for (const ColumnLayout& c : layout.columns) add(c.body), add(c.header), add(c.strip);
  return rects;
}

TEST(Layout, FitsItsAreaWithoutOverlapAtEverySize) {
  for (const Shape& shape : shapes()) {
    const Snapshot snapshot = snapshot_of(shape);
    for (const auto& size : kSizes)
      for (const Palette* palette : all_palettes()) {
        SCOPED_TRACE(std::string(shape.name) + " " + std::to_string(size[0]) + "x" + std::to_string(size[1]) + " u " +
                     std::to_string(size[2]) + " " + palette->name);
        SceneStyle style;
        style.palette = palette, style.u = size[2];
        const Rect area{{37, 11}, {37 + size[0], 11 + size[1]}};
        const NetworkLayout layout = layout_network(snapshot, area, style);
        ASSERT_EQ(layout.columns.size(), snapshot.layers.size());
        const std::vector<Rect> rects = solid_rects(layout);
        for (std::size_t i = 0; i < rects.size(); ++i) {
          ASSERT_TRUE(inside(rects[i], area)) << i;
          for (std::size_t k = i + 1; k < rects.size(); ++k)
            ASSERT_FALSE(overlap(rects[i], rects[k], 0.1f)) << i << " " << k;
        }
      }
  }
}

TEST(Layout, UnitsLieInTheirBodyAndApartFromEachOther) {
  for (const Shape& shape : shapes()) {
    const Snapshot snapshot = snapshot_of(shape);
    for (const auto& size : kSizes) {
      SceneStyle style;
      style.palette = &palette(ThemeId::Light), style.u = size[2];
      const NetworkLayout layout = layout_network(snapshot, {{0, 0}, {size[0], size[1]}}, style);
      for (std::size_t l = 0; l < layout.columns.size(); ++l) {
        const ColumnLayout& column = layout.columns[l];
        SCOPED_TRACE(std::string(shape.name) + " layer " + std::to_string(l) + " at " + std::to_string(size[0]));
        ASSERT_GT(column.radius, 0);
        const int units = snapshot.layers[l].units;
        const bool listed = column.style == ColumnLayout::Style::Units || column.style == ColumnLayout::Style::Boxes;
        if (listed)
          ASSERT_EQ(int(column.centers.size()), units);
        else if (column.style == ColumnLayout::Style::Image)
          ASSERT_EQ(column.grid_cols * column.grid_rows, units);
        else
          ASSERT_GE(column.grid_cols * column.grid_rows * 64, units);
        const float reach = column.radius;
        for (int i = 0; i < units; ++i) {
          const Vec2 c = unit_center(column, i);
          ASSERT_TRUE(inside({c - Vec2{reach, reach}, c + Vec2{reach, reach}}, column.body)) << i;
          if (i > 0 && listed) {
            const Vec2 d = c - unit_center(column, i - 1);
            ASSERT_GE(std::hypot(d.x, d.y), 2 * reach * 0.999f);
          }
        }
      }
    }
  }
}

TEST(Layout, TheDefaultNetworkHasWholeGlyphsOnACommonScreen) {
  const Snapshot snapshot = sample_snapshot();
  SceneStyle style;
  style.palette = &palette(ThemeId::Light);
  const NetworkLayout layout = layout_network(snapshot, {{0, 0}, {1240, 900}}, style);
  for (const ColumnLayout& column : layout.columns) {
    EXPECT_EQ(column.style, ColumnLayout::Style::Units);
    EXPECT_EQ(column.grid_cols, 1);
    EXPECT_GE(2 * column.radius, 26);
  }
  EXPECT_GT(layout.title.height(), 0);
  EXPECT_GT(layout.legend.height(), 0);
  EXPECT_GT(layout.columns[1].strip.height(), 0);
}

TEST(Layout, WiderLayersGetSmallerMarks) {
  using Style = ColumnLayout::Style;
  const auto style_of = [](int units) {
    SampleOptions options;
    options.widths = {2, units, 2}, options.points = 2;
    SceneStyle style;
    style.palette = &palette(ThemeId::Light);
    return layout_network(sample_snapshot(options), {{0, 0}, {1240, 900}}, style).columns[1];
  };
  EXPECT_EQ(style_of(18).grid_cols, 1);
  EXPECT_GT(style_of(40).grid_cols, 1);
  EXPECT_EQ(style_of(40).style, Style::Units);
  EXPECT_EQ(style_of(1200).style, Style::Boxes);
  EXPECT_EQ(style_of(50000).style, Style::Density);
}

TEST(Layout, TheColumnsDoNotMoveBetweenTrainAndEval) {
  SampleOptions eval;
  eval.eval = true;
  SceneStyle style;
  style.palette = &palette(ThemeId::Light);
  const Rect area{{0, 0}, {1240, 900}};
  const NetworkLayout a = layout_network(sample_snapshot(), area, style),
                      b = layout_network(sample_snapshot(eval), area, style);
  for (std::size_t l = 0; l < a.columns.size(); ++l) EXPECT_EQ(a.columns[l].centers, b.columns[l].centers);
}

}  // namespace
}  // namespace dropscope
