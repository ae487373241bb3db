#include "app/scene/painter_gl.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/export/png.h"
#include "app/render/render_target.h"
#include "app/render/texture_cache.h"
#include "tests/app/offscreen_gl.h"

namespace dropscope {
namespace {

constexpr Color kRed{255, 0, 0, 255}, kGreen{0, 255, 0, 255}, kBlue{0, 0, 255, 255};
constexpr int kSize = 100;

class GlPainting : public GlTest {
 protected:
  // On black.
  Pixels paint(const DisplayList& list, Vec2 origin = {}, float scale = 1) {
    GlPainter painter;
    RenderTarget target;
    target.resize(kSize, kSize);
    target.begin(0, 0, 0);
    painter.paint(list, kSize, kSize, origin, scale);
    target.end();
    draw_calls_ = painter.draw_calls();
    skipped_ = painter.skipped_texts();
    return {kSize, kSize, target.read_rgba()};
  }
  int draw_calls_ = 0, skipped_ = 0;
};

bool is(const Pixels& pixels, int x, int y, Color color) {
  const std::uint8_t* p = pixels.at(x, y);
  return std::abs(p[0] - color.r) <= 2 && std::abs(p[1] - color.g) <= 2 && std::abs(p[2] - color.b) <= 2;
}
constexpr Color kEmpty{0, 0, 0, 255};

TEST_F(GlPainting, RowsGoDownFromTheTop) {
  DisplayList list;
  list.add(draw::Box{{{0, 0}, {100, 10}}, kRed, {}});
  const Pixels p = paint(list);
  EXPECT_TRUE(is(p, 50, 2, kRed));
  EXPECT_TRUE(is(p, 50, 97, kEmpty));
}

TEST_F(GlPainting, ADiscIsFilledInsideOutlinedAndSmoothAtItsEdge) {
  DisplayList list;
  list.add(draw::Disc{{50, 50}, 20, kRed, kGreen, 4});
  const Pixels p = paint(list);
  EXPECT_TRUE(is(p, 50, 50, kRed));
  EXPECT_TRUE(is(p, 70, 50, kGreen));
  EXPECT_TRUE(is(p, 74, 50, kEmpty));
  EXPECT_TRUE(is(p, 50, 30, kGreen));
  int between = 0;
  for (int i = 0; i < kSize * kSize; ++i) {
    const std::uint8_t g = p.rgba[std::size_t(i) * 4 + 1];
    between += g > 20 && g < 235;
  }
  EXPECT_GT(between, 60);
}

TEST_F(GlPainting, ADroppedUnitHasGapsInItsRingAndAnXAtItsCentre) {
  DisplayList list;
  list.add(draw::Disc{{50, 50}, 30, {}, kGreen, 4, 8});
  list.add(draw::Line{{40, 40}, {60, 60}, 4, kRed});
  list.add(draw::Line{{40, 60}, {60, 40}, 4, kRed});
  const Pixels p = paint(list);
  EXPECT_TRUE(is(p, 50, 50, kRed));
  EXPECT_TRUE(is(p, 44, 44, kRed));
  EXPECT_TRUE(is(p, 50, 40, kEmpty));
  int drawn = 0, gaps = 0;
  for (int degree = 0; degree < 360; ++degree) {
    const double angle = degree * 3.14159265358979 / 180;
    const int x = int(std::floor(50 + 30 * std::cos(angle))), y = int(std::floor(50 + 30 * std::sin(angle)));
    const int green = p.at(x, y)[1];
    drawn += green > 200;
    gaps += green < 55;
  }
  EXPECT_GT(drawn, 100);
  EXPECT_GT(gaps, 100);
}

TEST_F(GlPainting, PaintingOrderIsKeptWhereThingsOverlap) {
  DisplayList list;
  list.add(draw::Disc{{50, 50}, 30, kRed, {}});
  list.add(draw::Box{{{40, 40}, {60, 60}}, kGreen, {}});
  list.add(draw::Disc{{50, 50}, 5, kBlue, {}});
  const Pixels p = paint(list);
  EXPECT_TRUE(is(p, 30, 50, kRed));
  EXPECT_TRUE(is(p, 43, 43, kGreen));
  EXPECT_TRUE(is(p, 50, 50, kBlue));
  EXPECT_EQ(draw_calls_, 3);
}

TEST_F(GlPainting, AColumnOfDroppedUnitsTakesTwoDrawCalls) {
  DisplayList list;
  for (int i = 0; i < 9; ++i) {
    const Vec2 center{50, 6 + 11.0f * float(i)};
    list.add(draw::Disc{center, 4, kBlue, kGreen, 1, 2});
    list.add(draw::Line{center - Vec2{2, 2}, center + Vec2{2, 2}, 1, kRed});
    list.add(draw::Line{center + Vec2{-2, 2}, center + Vec2{2, -2}, 1, kRed});
  }
  paint(list);
  EXPECT_EQ(draw_calls_, 2);
}

TEST_F(GlPainting, ThinLinesFadeInsteadOfBreaking) {
  DisplayList list;
  list.add(draw::Line{{0, 50.5f}, {100, 50.5f}, 0.5f, kRed});
  const Pixels p = paint(list);
  for (int x = 2; x < 98; ++x) EXPECT_NEAR(p.at(x, 50)[0], 128, 8) << x;
}

TEST_F(GlPainting, HalfTransparentColoursMixOnce) {
  DisplayList list;
  list.add(draw::Box{{{0, 0}, {100, 100}}, kBlue, {}});
  list.add(draw::Box{{{20, 20}, {80, 80}}, kRed.with_alpha(0.5f), {}});
  const Pixels p = paint(list);
  EXPECT_TRUE(is(p, 50, 50, {128, 0, 127, 255}));
  EXPECT_EQ(p.at(50, 50)[3], 255);
}

TEST_F(GlPainting, ClipsNestAndEnd) {
  DisplayList list;
  list.add(draw::PushClip{{{10, 10}, {60, 60}}});
  list.add(draw::PushClip{{{40, 0}, {90, 50}}});
  list.add(draw::Box{{{0, 0}, {100, 100}}, kRed, {}});
  list.add(draw::PopClip{});
  list.add(draw::PopClip{});
  list.add(draw::Box{{{0, 90}, {100, 100}}, kGreen, {}});
  const Pixels p = paint(list);
  EXPECT_TRUE(is(p, 50, 30, kRed));
  EXPECT_TRUE(is(p, 30, 30, kEmpty));
  EXPECT_TRUE(is(p, 50, 55, kEmpty));
  EXPECT_TRUE(is(p, 50, 5, kEmpty));
  EXPECT_TRUE(is(p, 95, 95, kGreen));
}

TEST_F(GlPainting, ImagesShowRowZeroOnTopWithHardCells) {
  draw::Image image{{{0, 0}, {100, 100}}, 2, 2, {kRed, kGreen, kBlue, kEmpty}, false};
  DisplayList list;
  list.add(image);
  const Pixels p = paint(list);
  EXPECT_TRUE(is(p, 48, 48, kRed));
  EXPECT_TRUE(is(p, 52, 48, kGreen));
  EXPECT_TRUE(is(p, 48, 52, kBlue));
  EXPECT_TRUE(is(p, 52, 52, kEmpty));
}

TEST_F(GlPainting, ArcsTurnClockwiseFromTheRight) {
  DisplayList list;
  list.add(draw::Arc{{50, 50}, 30, 0, 90, 6, kRed});
  const Pixels p = paint(list);
  EXPECT_TRUE(is(p, 71, 71, kRed));
  EXPECT_TRUE(is(p, 71, 29, kEmpty));
  EXPECT_TRUE(is(p, 29, 71, kEmpty));
}

TEST_F(GlPainting, PolygonsAreFilledAndTextsCounted) {
  DisplayList list;
  list.add(draw::Polygon{{{20, 20}, {80, 20}, {50, 80}}, kRed});
  list.add(draw::Text{{0, 0}, "p", 12, kGreen});
  const Pixels p = paint(list);
  EXPECT_TRUE(is(p, 50, 40, kRed));
  EXPECT_TRUE(is(p, 22, 60, kEmpty));
  EXPECT_EQ(skipped_, 1);
}

TEST_F(GlPainting, OriginAndScaleMoveTheList) {
  DisplayList list;
  list.add(draw::Box{{{110, 210}, {120, 220}}, kRed, {}});
  const Pixels p = paint(list, {100, 200}, 2);
  EXPECT_TRUE(is(p, 30, 30, kRed));
  EXPECT_TRUE(is(p, 18, 30, kEmpty));
  EXPECT_TRUE(is(p, 42, 30, kEmpty));
}

TEST_F(GlPainting, NumbersThatAreNoneAreLeftOut) {
  const float nan = std::nanf("");
  DisplayList list;
  list.add(draw::Disc{{nan, 50}, 20, kRed, {}});
  list.add(draw::Line{{0, nan}, {100, 50}, 3, kRed});
  list.add(draw::Box{{{0, 0}, {nan, 50}}, kRed, {}});
  list.add(draw::Polygon{{{0, 0}, {nan, 50}, {50, 50}}, kRed});
  const Pixels p = paint(list);
  for (int i = 0; i < kSize; ++i) EXPECT_TRUE(is(p, i, i, kEmpty));
}

// Lines of all directions, widths and ends, some of them leaving the target.
DisplayList many_lines() {
  DisplayList list;
  for (int n = 0; n < 420; ++n) {
    const int i = n % 60;
    const float angle = float(n) * 0.37f, reach = 20 + float(i);
    const Vec2 out{std::cos(angle) * reach, std::sin(angle) * reach};
    const Color color{std::uint8_t(40 + 3 * i), std::uint8_t(255 - 4 * i), 120, std::uint8_t(i % 9 == 0 ? 255 : 60)};
    list.add(draw::Line{Vec2{50, 50} - out * 0.3f, Vec2{50, 50} + out, 0.4f + 0.05f * float(i), color});
  }
  list.add(draw::Polyline{{{10, 10}, {90, 20}, {30, 90}}, 7, kRed});
  return list;
}

TEST_F(GlPainting, LinesByTheProcessorLookLikeLinesByTheShader) {
  RenderTarget target;
  target.resize(kSize, kSize);
  std::vector<std::uint8_t> pictures[2];
  for (const auto lines : {GlPainter::Lines::Shader, GlPainter::Lines::Processor}) {
    GlPainter painter(lines);
    target.begin(0.1f, 0.1f, 0.1f);
    painter.paint(many_lines(), kSize, kSize);
    target.end();
    pictures[lines == GlPainter::Lines::Processor] = target.read_rgba();
  }
  int worst = 0, lit = 0;
  for (std::size_t i = 0; i < pictures[0].size(); ++i) {
    worst = std::max(worst, std::abs(int(pictures[0][i]) - int(pictures[1][i])));
    lit += pictures[0][i] > 60 && pictures[0][i] < 255;
  }
  EXPECT_LE(worst, 8);
  EXPECT_GT(lit, 3000);
}

TEST_F(GlPainting, ATargetIsDirtyUntilItIsDrawn) {
  RenderTarget target;
  EXPECT_TRUE(target.resize(8, 8));
  EXPECT_TRUE(target.dirty());
  target.begin(1, 0, 0);
  target.end();
  EXPECT_FALSE(target.dirty());
  EXPECT_FALSE(target.resize(8, 8));
  EXPECT_TRUE(target.resize(9, 8));
  EXPECT_TRUE(target.dirty());
}

TEST_F(GlPainting, EqualPicturesShareOneTextureAndUnusedOnesGo) {
  TextureCache cache;
  const Color a[] = {kRed, kGreen}, b[] = {kGreen, kRed};
  EXPECT_EQ(cache.texture(a, 2, 1, false), cache.texture(a, 2, 1, false));
  EXPECT_NE(cache.texture(a, 2, 1, false), cache.texture(b, 2, 1, false));
  EXPECT_NE(cache.texture(a, 2, 1, false), cache.texture(a, 1, 2, false));
  for (int i = 0; i < 200; ++i) cache.end_frame();
  EXPECT_EQ(cache.size(), 0u);
}

TEST_F(GlPainting, PicturesThatOnlyOneFrameShowsGoSoonerThanOthers) {
  TextureCache cache;
  const Color lasting[] = {kRed, kGreen};
  for (int i = 0; i < 60; ++i) {
    const Color passing[] = {kRed, Color{std::uint8_t(i), 0, 0, 255}};
    cache.texture(lasting, 2, 1, false);
    cache.texture(passing, 2, 1, false);
    cache.end_frame();
    EXPECT_LE(cache.size(), 10u);
  }
  for (int i = 0; i < 40; ++i) cache.end_frame();
  EXPECT_EQ(cache.size(), 1u);
}

}  // namespace
}  // namespace dropscope
