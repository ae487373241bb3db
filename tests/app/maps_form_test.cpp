// Feature maps as tiles: where they are, how dropped ones look, what lies under the pointer.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <set>

#include "app/scene/columns/maps.h"
#include "app/scene/columns/patches.h"
#include "app/scene/glyphs/forms.h"
#include "core/dropout/registry.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_maps.h"
#include "tests/app/scene_look.h"

namespace dropscope {
namespace {

constexpr std::size_t kConv = 1, kPool = 2;
const Rect kArea{{0, 0}, {900, 700}};

struct Picture {
  explicit Picture(const Snapshot& s, const SceneStyle& style = plain_style(), Rect area = kArea)
      : snapshot(s), layout(layout_network(s, area, style)), look(style) {}
  const ColumnLayout& column(std::size_t l = kConv) const { return layout.columns[l]; }
  DisplayList paint(std::size_t l = kConv) const {
    DisplayList list;
    column(l).form->paint({snapshot, l, look, layout.u, &measure}, column(l), list);
    return list;
  }
  NetworkScene scene() const { return build_network_scene(snapshot, layout, look, measure); }
  const Snapshot& snapshot;
  NetworkLayout layout;
  SceneStyle look;
  FixedMeasure measure;
};

int site_index(const Snapshot& s) { return s.layers[kConv].site; }
SiteView& site_of_maps(Snapshot& s) { return s.sites[std::size_t(site_index(s))]; }
bool is_dropped(const Snapshot& s, int map) {
  const MapShape maps = *map_shape(s.layers[kConv]);
  return s.sites[std::size_t(site_index(s))].gate[std::size_t(map * maps.pixels())] == 0;
}

int images_in(const DisplayList& list, Rect rect) {
  int count = 0;
  for (const draw::Image& image : all_of_kind<draw::Image>(list)) count += overlap(image.rect, rect, 0.5f);
  return count;
}

// Lines from corner to corner of the tile.
int diagonals_of(const DisplayList& list, Rect tile) {
  int count = 0;
  const float reach = 0.9f * tile.width();
  for (const draw::Line& line : all_of_kind<draw::Line>(list)) {
    const Vec2 middle = (line.a + line.b) * 0.5f - tile.center();
    count += std::hypot(middle.x, middle.y) < 0.5f && std::fabs(line.b.x - line.a.x) > reach &&
             std::fabs(line.b.y - line.a.y) > reach;
  }
  return count;
}

TEST(MapsForm, DrawsConvolutionsAndPoolsButNotTheirInputOrPlainLayers) {
  const Snapshot s = sample_maps();
  for (std::size_t l = 0; l < s.layers.size(); ++l) {
    const ColumnForm* form = form_of(s, l);
    EXPECT_EQ(form && std::string(form->id) == "maps", l == kConv || l == kPool) << s.layers[l].name;
  }
  // One pixel a map is a number, not a picture.
  Snapshot dots = s;
  dots.layers[kPool].shape = {{Axis::Sample, 1}, {Axis::Channel, 512}, {Axis::Row, 1}, {Axis::Col, 1}};
  EXPECT_EQ(form_of(dots, kPool), nullptr);
}

TEST(MapsForm, TilesLieInTheColumnAndDoNotOverlap) {
  for (int channels : {1, 3, 8, 13, 16, 64, 200, 512, 4096})
    for (Rect area : {Rect{{0, 0}, {640, 480}}, Rect{{20, 60}, {1300, 800}}, Rect{{0, 0}, {300, 900}}}) {
      const Snapshot s = sample_maps({.channels = channels, .side = 8});
      for (std::size_t l : {kConv, kPool}) {
        const Picture picture(s, plain_style(), area);
        const ColumnLayout& column = picture.column(l);
        SCOPED_TRACE(std::to_string(channels) + " maps in " + std::to_string(area.width()));
        ASSERT_FALSE(column.tiles.empty());
        const bool folded = int(column.tiles.size()) < channels;
        EXPECT_EQ(column.tiles.size(), std::size_t(folded ? (channels + 63) / 64 : channels));
        EXPECT_TRUE(inside(column.body, area));
        EXPECT_LE(column.body.max.y, column.header.min.y);
        EXPECT_GE(column.body.min.x, column.header.min.x - 1);
        EXPECT_LE(column.body.max.x, column.header.max.x + 1);
        for (std::size_t i = 0; i < column.tiles.size(); ++i) {
          EXPECT_TRUE(inside(column.tiles[i], column.body, 0.01f));
          EXPECT_GT(column.tiles[i].width(), 0);
          for (std::size_t k = i + 1; k < std::min(column.tiles.size(), i + 80); ++k)
            ASSERT_FALSE(overlap(column.tiles[i], column.tiles[k], 0.01f));
        }
      }
    }
}

TEST(MapsForm, MapsKeepTheirProportions) {
  Snapshot s = sample_maps({.channels = 4, .side = 8});
  s.layers[kConv].shape = {{Axis::Sample, 1}, {Axis::Channel, 4}, {Axis::Row, 4}, {Axis::Col, 16}};
  const Rect tile = Picture(s).column().tiles[0];
  EXPECT_NEAR(tile.width() / tile.height(), 4, 0.01);
}

TEST(MapsForm, DroppedMapsHaveNoPictureButAnXAndADashedFrame) {
  for (ThemeId theme : {ThemeId::Light, ThemeId::Dark, ThemeId::Projector}) {
    const Snapshot s = sample_maps({.rate = 0.4});
    const Picture picture(s, plain_style(theme));
    const DisplayList list = picture.paint();
    int dropped = 0;
    for (int map = 0; map < 8; ++map) {
      const Rect tile = picture.column().tiles[std::size_t(map)];
      dropped += is_dropped(s, map);
      EXPECT_EQ(images_in(list, tile), is_dropped(s, map) ? 0 : 1);
      EXPECT_EQ(diagonals_of(list, tile), is_dropped(s, map) ? 2 : 0);
      int dashed = 0;
      for (const draw::Box& box : all_of_kind<draw::Box>(list))
        dashed += box.dash > 0 && box.rect.contains(tile.center());
      EXPECT_EQ(dashed, is_dropped(s, map) ? 1 : 0);
    }
    EXPECT_GT(dropped, 0);
    EXPECT_LT(dropped, 8);
  }
}

TEST(MapsForm, EvalShowsEveryMap) {
  const Snapshot s = sample_maps({.rate = 0.4, .eval = true});
  const DisplayList list = Picture(s).paint();
  EXPECT_EQ(all_of_kind<draw::Image>(list).size(), 8u);
}

TEST(MapsForm, HitsInvertGateRects) {
  for (const char* variant : {"spatial", "inverted", "dropblock"})
    for (int channels : {5, 40}) {
      const Snapshot s = sample_maps({.channels = channels, .side = 8, .variant = variant, .rate = 0.3});
      const Picture picture(s);
      std::set<std::uint32_t> gates;
      for (int unit = 0; unit < s.layers[kConv].units; ++unit) {
        const Vec2 at = unit_center(picture.column(), unit);
        ASSERT_EQ(hit_unit(picture.layout, s, at), (UnitRef{int(kConv), unit}));
        const auto gate = hit_gate(picture.layout, s, at, false);
        ASSERT_TRUE(gate);
        EXPECT_EQ(gate->site, site_index(s));
        gates.insert(gate->element);
        const auto rect = gate_rect(picture.layout, s, *gate);
        ASSERT_TRUE(rect);
        EXPECT_TRUE(rect->contains(at));
        EXPECT_EQ(hit_gate(picture.layout, s, rect->center(), false), gate);
      }
      // Pixels that share a coin are one gate.
      EXPECT_EQ(gates.size(), std::size_t(std::string(variant) == "spatial" ? channels : s.layers[kConv].units));
    }
}

TEST(MapsForm, NothingIsHitBetweenTilesOrWhereManyMapsAreOneTile) {
  const Snapshot few = sample_maps({.channels = 6, .side = 8});
  const Picture picture(few);
  const Rect a = picture.column().tiles[0], b = picture.column().tiles[1];
  EXPECT_FALSE(hit_unit(picture.layout, few, (a.center() + b.center()) * 0.5f));
  const Snapshot many = sample_maps({.channels = 1024, .side = 4});
  const Picture folded(many, plain_style(), {{0, 0}, {640, 480}});
  EXPECT_FALSE(hit_unit(folded.layout, many, folded.column().tiles[0].center()));
  EXPECT_FALSE(gate_rect(folded.layout, many, {site_index(many), 0}));
  EXPECT_TRUE(has_text(folded.paint(), "%"));
}

TEST(MapsForm, HatchCoversDroppedPixelsAndNothingElse) {
  const Snapshot s = sample_maps({.variant = "dropblock", .rate = 0.1});
  const Picture picture(s, plain_style(), {{0, 0}, {1800, 1300}});
  const DisplayList list = picture.paint();
  const Palette& p = *picture.look.palette;
  std::size_t strokes = 0;
  for (const draw::Line& line : all_of_kind<draw::Line>(list)) {
    if (line.color != p.dropped) continue;
    ++strokes;
    EXPECT_NEAR(line.b.x - line.a.x, line.a.y - line.b.y, 0.01);  // at 45 degrees
    const auto gate = hit_gate(picture.layout, s, (line.a + line.b) * 0.5f, false);
    ASSERT_TRUE(gate);
    EXPECT_EQ(s.sites[std::size_t(gate->site)].gate[gate->element], 0);
  }
  EXPECT_GT(strokes, 8u * 3u);
  // One square of 3 in each map: a frame of four lines around it, and its seed.
  EXPECT_EQ(all_of_kind<draw::Disc>(list).size(), 8u);
  std::size_t frames = 0;
  for (const draw::Line& line : all_of_kind<draw::Line>(list)) frames += line.color == p.unit_outline;
  EXPECT_EQ(frames, 8u * 4u);
  EXPECT_EQ(all_of_kind<draw::Image>(list).size(), 8u);  // the tiles stay
}

PixelMask mask_of(const std::vector<std::string>& rows) {
  PixelMask mask{int(rows.size()), int(rows[0].size()), {}};
  for (const std::string& row : rows)
    for (char c : row) mask.dropped.push_back(c == '#');
  return mask;
}

TEST(Patches, RectanglesCoverExactlyTheDroppedPixels) {
  const PixelMask mask = mask_of({"##..#", "##.##", ".###.", "#...#"});
  std::vector<int> covered(20);
  for (const Rect& r : patch_rects(mask))
    for (int row = int(r.min.y); row < int(r.max.y); ++row)
      for (int col = int(r.min.x); col < int(r.max.x); ++col) ++covered[std::size_t(row * 5 + col)];
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(covered[i], mask.dropped[i]);
  EXPECT_EQ(patch_rects(mask_of({"###", "###"})).size(), 1u);
  EXPECT_TRUE(patch_rects(mask_of({"...", "..."})).empty());
}

TEST(Patches, OnlySquaresThatMustBeThereHaveASeed) {
  EXPECT_EQ(sure_squares(mask_of({".....", ".###.", ".###.", ".###."}), 3), (std::vector<Vec2>{{2.5f, 2.5f}}));
  // Two that overlap in a corner can be told apart; three in a row cannot all be.
  EXPECT_EQ(sure_squares(mask_of({"##..", "###.", ".##."}), 2).size(), 2u);
  EXPECT_EQ(sure_squares(mask_of({"####", "####"}), 2).size(), 2u);
  // Single pixels are no squares, and one that fits no square has no seed.
  EXPECT_TRUE(sure_squares(mask_of({"#..", "...", "..#"}), 1).empty());
  EXPECT_TRUE(sure_squares(mask_of({"....", ".#..", "...."}), 2).empty());
  // Cut off by the border: the middle is where it was set.
  EXPECT_EQ(sure_squares(mask_of({"##...", "##...", "##...", "....."}), 4), (std::vector<Vec2>{{0, 1}}));
}

TEST(MapsForm, SinglePixelsAreStruckThrough) {
  const Snapshot s = sample_maps({.channels = 2, .side = 8, .variant = "inverted", .rate = 0.3});
  const Picture picture(s);
  std::size_t strokes = 0;
  for (const draw::Line& line : all_of_kind<draw::Line>(picture.paint()))
    strokes += line.color == picture.look.palette->dropped;
  const SiteView& site = s.sites[std::size_t(site_index(s))];
  EXPECT_EQ(strokes, std::size_t(site.total - site.kept));
}

TEST(MapsForm, AveragesShowHowOftenEachMapWasKept) {
  Snapshot s = sample_maps({.rate = 0.4});
  SceneStyle style = plain_style();
  style.averaging = true;
  style.frequency.assign(s.sites.size(), {});
  const std::size_t pixels = std::size_t(map_shape(s.layers[kConv])->pixels());
  for (int map = 0; map < 8; ++map)
    style.frequency[std::size_t(site_index(s))].insert(style.frequency[std::size_t(site_index(s))].end(), pixels,
                                                       float(map) / 10);
  const Picture picture(s, style);
  const DisplayList list = picture.paint();
  EXPECT_TRUE(all_of_kind<draw::Image>(list).empty());
  for (int map = 0; map < 8; ++map) EXPECT_TRUE(has_text(list, std::to_string(100 - 10 * map)));
  for (const Rect& tile : picture.column().tiles) EXPECT_EQ(diagonals_of(list, tile), 0);
}

TEST(MapsForm, PendingMapsAreEmptyFrames) {
  Snapshot s = sample_maps({.rate = 0});
  s.layers[kConv].h.clear(), s.layers[kConv].y.clear(), s.layers[kConv].z.clear();
  const DisplayList list = Picture(s).paint();
  EXPECT_TRUE(all_of_kind<draw::Image>(list).empty());
  EXPECT_EQ(all_of_kind<draw::Box>(list).size(), 8u);
  for (const draw::Box& box : all_of_kind<draw::Box>(list)) EXPECT_EQ(box.fill.a, 0);
}

TEST(MapsForm, WhatIsNotANumberHasStripes) {
  Snapshot s = sample_maps({.rate = 0.2});
  s.layers[kConv].y[5 * 256 + 77] = std::numeric_limits<float>::quiet_NaN();
  const Picture picture(s);
  std::set<int> striped;
  for (const draw::Polygon& polygon : all_of_kind<draw::Polygon>(picture.paint()))
    for (int map = 0; map < 8; ++map)
      if (picture.column().tiles[std::size_t(map)].contains(polygon.points[0] * 0.5f + polygon.points[1] * 0.5f))
        striped.insert(map);
  EXPECT_EQ(striped, std::set<int>{5});
}

TEST(MapsForm, MapsThatAreZeroButKeptHaveAMinus) {
  Snapshot s = sample_maps({.rate = 0});
  for (int i = 0; i < 256; ++i) s.layers[kConv].y[std::size_t(3 * 256 + i)] = 0;
  const Picture picture(s);
  const DisplayList list = picture.paint();
  const std::vector<draw::Line> lines = all_of_kind<draw::Line>(list);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].a.y, lines[0].b.y);
  EXPECT_TRUE(picture.column().tiles[3].contains(lines[0].a));
}

TEST(MapsForm, SharedFactorsAreFramesOfTheirWidth) {
  Snapshot s = sample_maps({.rate = 0.3});
  // The same sharing with factors instead of coins.
  Variant gaussian_maps = *find_variant("gaussian");
  gaussian_maps.tie = {Axis::Row, Axis::Col};
  SiteView& site = site_of_maps(s);
  site.variant = &gaussian_maps;
  for (int i = 0; i < site.total; ++i) site.gate[std::size_t(i)] = i / 256 == 2 ? 2.0f : i / 256 == 4 ? 0.5f : 1.2f;
  const Picture picture(s);
  const auto width_of = [&](int map) {
    float width = 0;
    for (const draw::Box& box : all_of_kind<draw::Box>(picture.paint()))
      if (box.rect.contains(picture.column().tiles[std::size_t(map)].center())) width = box.stroke_width;
    return width;
  };
  EXPECT_GT(width_of(2), 1.5f * width_of(0));
  EXPECT_GT(width_of(0), 1.5f * width_of(4));
}

TEST(MapsForm, LocksAndSelectionAreDrawnAtTheTile) {
  Snapshot s = sample_maps({.rate = 0.4});
  const DisplayList before = Picture(s).paint();
  site_of_maps(s).locked = {3 * 256};
  const Picture locked(s);
  EXPECT_GT(locked.paint().items.size(), before.items.size());
  s = sample_maps({.rate = 0.4});
  SceneStyle style = plain_style();
  style.selected = UnitRef{int(kConv), 2 * 256 + 40};
  const Picture picture(s, style);
  int rings = 0;
  for (const draw::Box& box : all_of_kind<draw::Box>(picture.scene().units))
    rings += box.stroke == style.palette->focus && box.rect.contains(picture.column().tiles[2].min);
  EXPECT_EQ(rings, 1);
}

TEST(MapsForm, KernelsAppearWithoutMovingAnything) {
  const Snapshot s = sample_maps();
  SceneStyle style = plain_style();
  const Picture plain(s, style);
  EXPECT_FALSE(has_text(plain.paint(), "kernel"));
  style.hovered = UnitRef{int(kConv), 2 * 256 + 9};
  const Picture picture(s, style);
  EXPECT_EQ(plain.column().tiles[7].min, picture.column().tiles[7].min);
  const DisplayList list = picture.paint();
  EXPECT_TRUE(has_text(list, "kernels of map 3"));
  const Rect band = kernel_band(picture.column());
  std::vector<draw::Image> kernels;
  for (const draw::Image& image : all_of_kind<draw::Image>(list))
    if (overlap(image.rect, band, 0.5f)) kernels.push_back(image);
  ASSERT_EQ(kernels.size(), 4u);
  const Palette& p = *style.palette;
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(inside(kernels[i].rect, band));
    for (std::size_t k = i + 1; k < 4; ++k) EXPECT_FALSE(overlap(kernels[i].rect, kernels[k].rect));
    ASSERT_EQ(kernels[i].rgba.size(), 9u);
  }
  // The very weights: of map 3, from its second input, the middle one.
  const std::vector<float>& values = s.layers[kConv].parts[0].inner[0].values;
  float limit = 0;
  for (float value : values) limit = std::max(limit, std::fabs(value));
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t w = 0; w < 9; ++w)
      EXPECT_EQ(kernels[i].rgba[w], value_color(p, values[(2 * 4 + i) * 9 + w], limit));
}

TEST(MapsForm, TextsStayInTheirColumnsAndApart) {
  for (int channels : {8, 16, 64})
    for (const auto& [size, u] : {std::pair{Vec2{680, 600}, 0.667f}, {Vec2{1250, 920}, 1.0f}})
      for (ThemeId theme : {ThemeId::Light, ThemeId::Projector}) {
        const Snapshot s = sample_maps({.channels = channels, .rate = 0.3});
        SceneStyle style = plain_style(theme, u);
        style.selected = UnitRef{int(kConv), (channels - 1) * 256};
        const Rect area{{0, 0}, size};
        const Picture picture(s, style, area);
        const NetworkScene scene = picture.scene();
        std::vector<PlacedText> texts = placed_texts(scene.labels, picture.measure);
        for (const PlacedText& text : placed_texts(scene.units, picture.measure)) texts.push_back(text);
        EXPECT_EQ(first_collision(texts), "");
        EXPECT_EQ(first_outside(texts, area), "");
      }
}

TEST(MapsForm, FiveHundredMapsAreBuiltInAFewMilliseconds) {
  const Snapshot s = sample_maps({.channels = 512, .side = 28, .rate = 0.3});
  for (const Rect area : {Rect{{0, 0}, {1250, 920}}, Rect{{0, 0}, {10000, 7400}}}) {  // whole, and zoomed to 8
    const Picture picture(s, plain_style(ThemeId::Light, area.width() / 1250), area);
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
      const auto start = std::chrono::steady_clock::now();
      const DisplayList list = picture.paint();
      best =
          std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
      EXPECT_GT(list.items.size(), 500u);
    }
    std::printf("512 maps of 28 x 28: %.2f ms\n", best);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LT(best, 8);
#endif
  }
}

}  // namespace
}  // namespace dropscope
