#include "app/scene/plot.h"

#include <gtest/gtest.h>

#include <cmath>

#include "app/scene/plot_scale.h"
#include "tests/app/picture_checks.h"

namespace dropscope {
namespace {

const FixedMeasure kMeasure;
const Rect kArea{{10, 20}, {470, 320}};

PlotStyle plain_style() {
  PlotStyle style;
  style.palette = &palette(ThemeId::Light);
  style.title = "Loss", style.value_title = "validation 0.312", style.x_label = "epoch", style.y_floor = 0.0;
  return style;
}

Series line(const char* name, int count, double (*f)(double)) {
  Series series{name, palette(ThemeId::Light).train, 2, 0, true, {}};
  for (int i = 0; i < count; ++i) series.points.push_back({float(i), float(f(double(i)))});
  return series;
}

TEST(Ticks, AreOneTwoOrFiveTimesAPowerOfTen) {
  EXPECT_EQ(nice_ticks(0, 1, 5), (std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}));
  EXPECT_EQ(nice_ticks(0, 450, 4), (std::vector<double>{0, 100, 200, 300, 400}));
  EXPECT_EQ(nice_ticks(-3, 3, 3), (std::vector<double>{-2, 0, 2}));
  for (double lo : {-1e6, -3.3, 0.0, 1e-9, 12345.0})
    for (double span : {1e-7, 0.3, 7.0, 1e8}) {
      const std::vector<double> ticks = nice_ticks(lo, lo + span, 5);
      ASSERT_GE(ticks.size(), 2u);
      ASSERT_LE(ticks.size(), 12u);
      EXPECT_GE(ticks.front(), lo - 1e-6 * span);
      EXPECT_LE(ticks.back(), lo + span * (1 + 1e-6));
    }
}

TEST(Ticks, OfAnEmptyOrImpossibleRangeAreNone) {
  EXPECT_TRUE(nice_ticks(1, 1, 5).empty());
  EXPECT_TRUE(nice_ticks(2, 1, 5).empty());
  EXPECT_TRUE(nice_ticks(NAN, 1, 5).empty());
  EXPECT_TRUE(nice_ticks(0, INFINITY, 5).empty());
  EXPECT_EQ(nice_ticks(1e16, 1e16 + 4, 5).size(), 1u);
}

TEST(Ticks, TextsHaveTheDigitsOfTheStepAndThousands) {
  EXPECT_EQ(tick_text(0.25, 0.25), "0.25");
  EXPECT_EQ(tick_text(0.6000000000000001, 0.2), "0.6");
  EXPECT_EQ(tick_text(10000, 5000), "10,000");
  EXPECT_EQ(tick_text(-1500, 500), "\u22121,500");
  EXPECT_EQ(tick_text(0, 0.001), "0");
}

TEST(Ticks, OfALogScaleHaveMinorOnesWithoutText) {
  const std::vector<Tick> ticks = y_ticks({kArea, 0, 1, 0.001, 10, true}, 5);
  std::vector<std::string> texts;
  int minor = 0;
  for (const Tick& tick : ticks) {
    if (tick.text.empty())
      ++minor;
    else
      texts.push_back(tick.text);
  }
  EXPECT_EQ(texts, (std::vector<std::string>{"0.001", "0.01", "0.1", "1", "10"}));
  EXPECT_EQ(minor, 4 * 8);
}

TEST(Smoothing, IsTheBiasCorrectedMean) {
  const std::vector<Vec2> out = smoothed({{0, 1}, {1, 2}, {2, NAN}, {3, 3}}, 0.5f);
  EXPECT_FLOAT_EQ(out[0].y, 1);
  EXPECT_FLOAT_EQ(out[1].y, 5.0f / 3);
  EXPECT_TRUE(std::isnan(out[2].y));
  EXPECT_FLOAT_EQ(out[3].y, 17.0f / 7);
  EXPECT_EQ(smoothed({{0, 1}, {1, 2}}, 0)[1].y, 2);
  for (const Vec2& p : smoothed(std::vector<Vec2>(50, Vec2{0, 0.7f}), 0.999f)) EXPECT_NEAR(p.y, 0.7f, 1e-5f);
}

TEST(Curves, OfManyPointsKeepTheExtremesOfEachPixel) {
  Series series = line("noise", 100000, [](double x) { return std::sin(x * 12.9898) * 0.5 + 0.5; });
  series.points[77777].y = 3;  // one spike must survive
  const PlotScale scale{kArea, 0, 99999, 0, 4, false};
  const std::vector<std::vector<Vec2>> runs = pixel_runs(series.points, scale);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_LE(runs[0].size(), 2 * std::size_t(kArea.width()) + 4);
  float top = 1e9f;
  for (const Vec2& p : runs[0]) top = std::min(top, p.y);
  EXPECT_NEAR(top, scale.py(3), 1e-3f);
  for (std::size_t i = 1; i < runs[0].size(); ++i) EXPECT_GE(runs[0][i].x, runs[0][i - 1].x - 1.001f);
}

TEST(Curves, BreakAtNotANumberAndAtNonPositiveValuesOfALogScale) {
  const std::vector<Vec2> points = {{0, 1}, {1, 2}, {2, NAN}, {3, 3}, {4, 0}, {5, 4}};
  EXPECT_EQ(pixel_runs(points, {kArea, 0, 5, 0.1, 5, false}).size(), 2u);
  EXPECT_EQ(pixel_runs(points, {kArea, 0, 5, 0.1, 5, true}).size(), 3u);
}

TEST(PlotPicture, TextsStayInsideAndApart) {
  const std::vector<Series> series = {
      line("train, masks on", 400, [](double x) { return 0.3 + 0.5 * std::exp(-x / 50); }),
      line("train", 400, [](double x) { return 0.301 + 0.5 * std::exp(-x / 60); }),
      line("validation", 400, [](double x) { return 0.302 + 0.5 * std::exp(-x / 40); })};
  for (bool log_y : {false, true})
    for (float u : {0.5f, 0.67f, 1.0f, 2.0f, 3.0f})
      for (const Palette* colours : all_palettes())
        for (const Vec2& size : {Vec2{230, 150}, Vec2{460, 300}, Vec2{1200, 700}}) {
          PlotStyle style = plain_style();
          style.palette = colours, style.u = u;
          if (size.y < 130 * u * colours->type_scale || size.x < 200 * u * colours->type_scale)
            continue;  // a card is never so small
          PlotView view;
          view.log_y = log_y;
          const Rect area{{5, 5}, {5 + size.x, 5 + size.y}};
          const Plot plot = build_plot(series, area, view, style, kMeasure, std::nullopt);
          const std::vector<PlacedText> texts = placed_texts(plot.list, kMeasure);
          EXPECT_EQ(first_collision(texts), "") << u << " " << size.x << colours->name;
          EXPECT_EQ(first_outside(texts, area), "") << u << " " << size.x << colours->name;
          ASSERT_EQ(plot.legend.size(), 3u);
          for (const Rect& rect : plot.legend) EXPECT_TRUE(inside(rect, area));
        }
}

TEST(PlotPicture, HoverShowsTheNearestValuesOfEverySeriesInside) {
  const std::vector<Series> series = {line("a", 11, [](double x) { return x; }),
                                      line("b", 11, [](double x) { return 10 - x; })};
  const Plot plain = build_plot(series, kArea, {}, plain_style(), kMeasure, std::nullopt);
  for (float share : {0.02f, 0.5f, 0.99f}) {
    const Vec2 at{plain.inner.min.x + share * plain.inner.width(), plain.inner.center().y};
    const Plot plot = build_plot(series, kArea, {}, plain_style(), kMeasure, at);
    EXPECT_GT(plot.list.items.size(), plain.list.items.size());
    EXPECT_EQ(first_outside(placed_texts(plot.list, kMeasure), kArea), "");
    if (share == 0.5f) {
      EXPECT_TRUE(has_text(plot.list, "a  5.00"));
      EXPECT_TRUE(has_text(plot.list, "b  5.00"));
      EXPECT_TRUE(has_text(plot.list, "epoch 5"));
    }
  }
}

TEST(PlotPicture, HoverStaysAtWholeNumbersWhereOnlyTheyMeanSomething) {
  const std::vector<Series> series = {
      {"level", {}, 3, 0, true, {{0.7f, 1}, {1, 1}, {2, 1}, {3, 1}, {3.72f, 1}}},
      {"short", {}, 3, 0, true, {{1, 5}, {2, 6}}},
  };
  PlotStyle style = plain_style();
  style.x_label = "k";
  style.whole_x = true;
  const Plot plain = build_plot(series, kArea, {}, style, kMeasure, std::nullopt);
  for (const auto& [share, k] : {std::pair{0.01f, 1}, {0.2f, 1}, {0.45f, 2}, {0.7f, 3}, {0.99f, 3}}) {
    const Vec2 at{plain.inner.min.x + share * plain.inner.width(), plain.inner.center().y};
    const DisplayList list = build_plot(series, kArea, {}, style, kMeasure, at).list;
    EXPECT_TRUE(has_text(list, "k " + std::to_string(k))) << share;
    EXPECT_TRUE(has_text(list, "level  1.00")) << share;
    EXPECT_EQ(has_text(list, "short  5.00"), k == 1) << share;
    EXPECT_EQ(has_text(list, "short  6.00"), k == 2) << "it says nothing of 3";
  }
}

TEST(PlotPicture, AHiddenSeriesIsNeitherDrawnNorFitted) {
  std::vector<Series> series = {line("a", 11, [](double) { return 1.0; }), line("b", 11, [](double) { return 100.0; })};
  series[1].visible = false;
  const Plot plot = build_plot(series, kArea, {}, plain_style(), kMeasure, std::nullopt);
  EXPECT_LT(plot.y_hi, 2);
  EXPECT_EQ(plot.legend.size(), 2u);
}

TEST(PlotPicture, RareSpikesOfATrimmedSeriesDoNotStretchTheRange) {
  std::vector<Series> series = {line("a", 100, [](double x) { return x == 50 ? 1000.0 : 1.0 + 0.001 * x; })};
  EXPECT_GT(build_plot(series, kArea, {}, plain_style(), kMeasure, std::nullopt).y_hi, 999);
  series[0].trim = true;
  EXPECT_LT(build_plot(series, kArea, {}, plain_style(), kMeasure, std::nullopt).y_hi, 2);
}

TEST(PlotPicture, FittedRangesRespectFloorAndCeiling) {
  PlotStyle style = plain_style();
  style.y_ceiling = 1.0;
  const Plot plot = build_plot({line("a", 50, [](double x) { return std::min(1.0, x / 20); })}, kArea, {}, style,
                               kMeasure, std::nullopt);
  EXPECT_GE(plot.y_lo, 0);
  EXPECT_LE(plot.y_hi, 1);
}

TEST(PlotPicture, WithoutValuesSaysSo) {
  PlotStyle style = plain_style();
  style.empty_text = "Press Space";
  EXPECT_TRUE(has_text(build_plot({}, kArea, {}, style, kMeasure, std::nullopt).list, "Press Space"));
  const Series nan{"n", {}, 2, 0, true, {{0, NAN}}};
  EXPECT_TRUE(has_text(build_plot({nan}, kArea, {}, style, kMeasure, Vec2{100, 100}).list, "Press Space"));
}

TEST(PlotPicture, SmoothingLeavesTheRawLineVisible) {
  PlotView view;
  const std::vector<Series> series = {line("a", 50, [](double x) { return std::sin(x); })};
  const std::size_t plain =
      all_of_kind<draw::Polyline>(build_plot(series, kArea, view, plain_style(), kMeasure, std::nullopt).list).size();
  view.smoothing = 0.9f;
  EXPECT_EQ(
      all_of_kind<draw::Polyline>(build_plot(series, kArea, view, plain_style(), kMeasure, std::nullopt).list).size(),
      plain + 1);
}

TEST(Zoom, KeepsTheValueUnderThePointer) {
  const std::vector<Series> series = {line("a", 100, [](double x) { return 1 + x; })};
  for (bool log_y : {false, true}) {
    PlotView view;
    view.log_y = log_y;
    const Plot before = build_plot(series, kArea, view, plain_style(), kMeasure, std::nullopt);
    const Vec2 at{before.inner.min.x + 0.3f * before.inner.width(), before.inner.min.y + 0.6f * before.inner.height()};
    const PlotScale old_scale{before.inner, before.x_lo, before.x_hi, before.y_lo, before.y_hi, log_y};
    zoom_plot(view, before, at, 0.5f, false);
    EXPECT_FALSE(view.fit);
    const PlotScale now{before.inner, view.x_lo, view.x_hi, view.y_lo, view.y_hi, log_y};
    EXPECT_NEAR(now.x_at(at.x), old_scale.x_at(at.x), 1e-3);
    EXPECT_NEAR(now.y_at(at.y), old_scale.y_at(at.y), 1e-2 * old_scale.y_at(at.y));
    EXPECT_NEAR(view.x_hi - view.x_lo, 0.5 * (before.x_hi - before.x_lo), 1e-6);
  }
}

TEST(Zoom, OfTheXAxisAloneKeepsTheYRange) {
  PlotView view;
  const Plot plot =
      build_plot({line("a", 100, [](double x) { return 1 + x; })}, kArea, view, plain_style(), kMeasure, std::nullopt);
  zoom_plot(view, plot, plot.inner.center(), 2, true);
  EXPECT_EQ(view.y_lo, plot.y_lo);
  EXPECT_EQ(view.y_hi, plot.y_hi);
}

TEST(Zoom, InAndInAgainNeverBreaksThePlot) {
  PlotView view;
  const std::vector<Series> series = {line("a", 100, [](double x) { return 1 + x; })};
  for (float factor : {0.1f, 10.0f})
    for (int i = 0; i < 60; ++i) {
      const Plot plot = build_plot(series, kArea, view, plain_style(), kMeasure, std::nullopt);
      ASSERT_TRUE(std::isfinite(plot.x_lo) && plot.x_hi > plot.x_lo && plot.y_hi > plot.y_lo);
      zoom_plot(view, plot, plot.inner.center(), factor, false);
    }
}

TEST(Pan, MovesThePlaneWithThePointer) {
  PlotView view;
  const std::vector<Series> series = {line("a", 100, [](double x) { return 1 + x; })};
  const Plot before = build_plot(series, kArea, view, plain_style(), kMeasure, std::nullopt);
  pan_plot(view, before, {before.inner.width() / 4, 0});
  EXPECT_NEAR(view.x_lo, before.x_lo - (before.x_hi - before.x_lo) / 4, 1e-3);
  EXPECT_NEAR(view.y_lo, before.y_lo, 1e-3);
}

TEST(Ticks, ALoneTickIsNotRoundedAway) {
  EXPECT_EQ(tick_text(0.5, tick_step({0.5})), "0.5");
  EXPECT_EQ(tick_text(0.25, tick_step({0.25})), "0.25");
  EXPECT_EQ(tick_text(20, tick_step({20})), "20");
  EXPECT_EQ(tick_text(0, tick_step({0})), "0");
  EXPECT_EQ(tick_text(0.4, tick_step({0.4, 0.6})), "0.4");
}

}  // namespace
}  // namespace dropscope
