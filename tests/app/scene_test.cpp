#include <gtest/gtest.h>

#include <cmath>

#include "app/scene/network_scene.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "core/dropout/registry.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_snapshot.h"

namespace dropscope {
namespace {

const Rect kArea{{0, 0}, {1240, 900}};

SceneStyle plain_style(ThemeId theme = ThemeId::Light) {
  SceneStyle style;
  style.palette = &palette(theme);
  return style;
}

NetworkScene scene_of(const Snapshot& snapshot, const SceneStyle& style = plain_style(), Rect area = kArea) {
  return build_network_scene(snapshot, layout_network(snapshot, area, style), style, FixedMeasure());
}

int dropped_units(const Snapshot& snapshot) {
  int count = 0;
  for (const SiteView& site : snapshot.sites)
    for (float gate : site.gate) count += gate == 0;
  return count;
}

int dashed_rings(const NetworkScene& scene) {
  int count = 0;
  for (const draw::Disc& disc : all_of_kind<draw::Disc>(scene.units)) count += disc.dash > 0;
  return count;
}

// The lines that join two columns, without the bars at their ends.
std::vector<draw::Line> joining_lines(const NetworkScene& scene) {
  std::vector<draw::Line> lines;
  for (const draw::Line& line : all_of_kind<draw::Line>(scene.edges))
    if (std::fabs(line.b.x - line.a.x) > 40) lines.push_back(line);
  return lines;
}

TEST(Scene, DashedRingAndXStandExactlyAtGatesOfZero) {
  const Snapshot snapshot = sample_snapshot();
  const SceneStyle style = plain_style();
  const NetworkLayout layout = layout_network(snapshot, kArea, style);
  const NetworkScene scene = scene_of(snapshot);
  ASSERT_GT(dropped_units(snapshot), 5);
  EXPECT_EQ(dashed_rings(scene), dropped_units(snapshot));
  for (std::size_t l = 0; l < snapshot.layers.size(); ++l)
    for (int i = 0; i < snapshot.layers[l].units; ++i) {
      const Vec2 c = layout.columns[l].centers[std::size_t(i)];
      int rings = 0, strokes = 0, fills = 0;
      for (const draw::Disc& disc : all_of_kind<draw::Disc>(scene.units)) {
        if (disc.center != c) continue;
        rings += disc.dash > 0;
        fills += disc.fill == style.palette->dropped_fill &&
                 std::fabs(disc.radius - 0.9f * layout.columns[l].radius) < 1e-3f;
      }
      for (const draw::Line& line : all_of_kind<draw::Line>(scene.units)) {
        const Vec2 off = (line.a + line.b) * 0.5f - c;
        strokes += std::hypot(off.x, off.y) < 0.01f && line.color == style.palette->dropped;
      }
      const bool dropped = is_silent(site_of(snapshot, l), i, snapshot.layers[l].units);
      EXPECT_EQ(rings, dropped ? 1 : 0);
      EXPECT_EQ(fills, dropped ? 1 : 0);
      EXPECT_EQ(strokes, dropped ? 2 : 0);
    }
}

TEST(Scene, NoEdgeStartsOrEndsAtADroppedUnitAndAllOthersAreThere) {
  const Snapshot snapshot = sample_snapshot();
  const NetworkLayout layout = layout_network(snapshot, kArea, plain_style());
  const NetworkScene scene = scene_of(snapshot);
  for (std::size_t l = 0; l < snapshot.layers.size(); ++l)
    for (int i = 0; i < snapshot.layers[l].units; ++i) {
      if (!is_silent(site_of(snapshot, l), i, snapshot.layers[l].units)) continue;
      const Vec2 c = layout.columns[l].centers[std::size_t(i)];
      for (const draw::Line& line : all_of_kind<draw::Line>(scene.edges))
        for (const Vec2& end : {line.a, line.b})
          ASSERT_GT(std::hypot(end.x - c.x, end.y - c.y), layout.columns[l].radius * 1.3f);
    }
  const int first = snapshot.sites[1].kept, second = snapshot.sites[2].kept;
  EXPECT_EQ(int(joining_lines(scene).size()), 2 * first + first * second + second * 2);
}

TEST(Scene, OutgoingEdgesOfSurvivorsAreThickerByTheScale) {
  Snapshot snapshot = sample_snapshot();
  const float scale = snapshot.sites[1].scale;
  ASSERT_EQ(scale, 2);
  const std::vector<draw::Line> scaled = joining_lines(scene_of(snapshot));
  snapshot.sites[1].scale = 1;
  const std::vector<draw::Line> plain = joining_lines(scene_of(snapshot));
  ASSERT_EQ(scaled.size(), plain.size());
  const std::size_t inputs = 2 * std::size_t(snapshot.sites[1].kept);
  int compared = 0;
  for (std::size_t i = 0; i < scaled.size(); ++i) {
    const bool from_hidden1 =
        i >= inputs && i < inputs + std::size_t(snapshot.sites[1].kept) * std::size_t(snapshot.sites[2].kept);
    if (!from_hidden1) {
      EXPECT_FLOAT_EQ(scaled[i].width, plain[i].width);
    } else if (plain[i].width > 0.6f && scaled[i].width < 8) {
      EXPECT_NEAR(scaled[i].width / plain[i].width, scale, 1e-3);
      ++compared;
    }
  }
  EXPECT_GT(compared, 10);
}

TEST(Scene, NegativeWeightsEndInABarAndPositiveOnesDoNot) {
  Snapshot snapshot = sample_snapshot({.widths = {1, 1, 1}, .rate = 0});
  const auto bars = [&](float weight) {
    for (std::size_t l = 1; l < 3; ++l) {
      snapshot.layers[l].weights = std::make_shared<const std::vector<float>>(1, weight);
      snapshot.layers[l].max_abs_weight = 1;
    }
    const NetworkScene scene = scene_of(snapshot);
    return all_of_kind<draw::Line>(scene.edges).size() - joining_lines(scene).size();
  };
  EXPECT_EQ(bars(0.8f), 0u);
  EXPECT_EQ(bars(-0.8f), 2u);
}

TEST(Scene, EvalShowsNoMaskAtAll) {
  SampleOptions options;
  options.eval = true;
  const NetworkScene scene = scene_of(sample_snapshot(options));
  EXPECT_EQ(dashed_rings(scene), 0);
  EXPECT_EQ(joining_lines(scene).size(), 2u * 16 + 16 * 16 + 16 * 2);
  EXPECT_TRUE(has_text(scene.labels, "no mask, no scaling"));
  EXPECT_FALSE(has_text(scene.labels, "kept"));
  EXPECT_FALSE(has_text(scene.labels, "mask, last"));
  options.variant = "classic";
  EXPECT_TRUE(has_text(scene_of(sample_snapshot(options)).labels, "\u00d7 0.50"));
}

TEST(Scene, HeadersSayKeptCountScaleAndRate) {
  const Snapshot snapshot = sample_snapshot();
  const NetworkScene scene = scene_of(snapshot);
  EXPECT_TRUE(has_text(scene.labels, "hidden 1"));
  EXPECT_TRUE(has_text(scene.labels, std::to_string(snapshot.sites[1].kept) + "/16 kept \u00b7 \u00d7 2.00"));
  EXPECT_TRUE(has_text(scene.labels, "p = 0.5"));
  EXPECT_TRUE(has_text(scene.labels, "mask, last 10 steps"));
}

TEST(Scene, AveragingShowsNoSingleMask) {
  SceneStyle style = plain_style();
  style.averaging = true;
  const Snapshot snapshot = sample_snapshot();
  const NetworkScene scene = scene_of(snapshot, style);
  EXPECT_EQ(dashed_rings(scene), 0);
  EXPECT_TRUE(has_text(scene.labels, "showing average"));
  EXPECT_EQ(joining_lines(scene).size(), 2u * 16 + 16 * 16 + 16 * 2);
  EXPECT_EQ(all_of_kind<draw::Arc>(scene.units).size(), 32u);
  style.frequency = {{}, std::vector<float>(16, 0.25f), std::vector<float>(16, 1.0f)};
  const std::vector<draw::Arc> arcs = all_of_kind<draw::Arc>(scene_of(snapshot, style).units);
  ASSERT_EQ(arcs.size(), 16u);  // units that are always dropped have none
  EXPECT_FLOAT_EQ(arcs[0].to - arcs[0].from, 270);
}

TEST(Scene, NotANumberIsAStripedSquareAndZeroIsAMinusSign) {
  SampleOptions options;
  options.rate = 0;
  Snapshot snapshot = sample_snapshot(options);
  for (LayerView& layer : snapshot.layers)
    for (float& value : layer.y) value = 1;
  EXPECT_TRUE(all_of_kind<draw::Polygon>(scene_of(snapshot).units).empty());
  EXPECT_TRUE(all_of_kind<draw::Line>(scene_of(snapshot).units).empty());
  snapshot.layers[1].y[3] = 0;
  EXPECT_EQ(all_of_kind<draw::Line>(scene_of(snapshot).units).size(), 1u);
  snapshot.layers[1].y[4] = NAN;
  EXPECT_EQ(all_of_kind<draw::Polygon>(scene_of(snapshot).units).size(), 4u);
}

TEST(Scene, LayersWithoutAListOfWeightsAreABundleWithItsCount) {
  SampleOptions options;
  options.widths = {2, 300, 200, 2};
  const Snapshot snapshot = sample_snapshot(options);
  ASSERT_FALSE(snapshot.layers[2].weights);
  const NetworkScene scene = scene_of(snapshot);
  EXPECT_TRUE(has_text(scene.labels, "60,000 weights"));
  EXPECT_EQ(all_of_kind<draw::Polygon>(scene.edges).size(), 1u);
}

TEST(Scene, NeverDrawsMoreThanTwentyThousandEdges) {
  SampleOptions options;
  options.widths = std::vector<int>(40, 100);
  options.rate = 0;
  const NetworkScene scene = scene_of(sample_snapshot(options), plain_style(), {{0, 0}, {8000, 2000}});
  EXPECT_LE(joining_lines(scene).size(), kMostEdges);
  EXPECT_GT(joining_lines(scene).size(), kMostEdges / 2);
}

TEST(Scene, TextsStayInsideAndApartAtEverySizeAndTheme) {
  const float sizes[][3] = {{480, 360, 0.5f}, {620, 420, 0.5f}, {830, 520, 0.67f}, {1240, 900, 1},
                            {2480, 1800, 2},  {1240, 900, 3},   {1240, 900, 0.75f}};
  SampleOptions eval, gaussian, deep;
  eval.eval = true, gaussian.variant = "gaussian", deep.widths = {2, 24, 64, 128, 24, 8, 2}, deep.input_rate = 0.2;
  const Snapshot snapshots[] = {sample_snapshot(), sample_snapshot(eval), sample_snapshot(gaussian),
                                sample_snapshot(deep), sample_digits()};
  for (const Snapshot& snapshot : snapshots)
    for (const auto& size : sizes)
      for (const Palette* colours : all_palettes())
        for (bool averaging : {false, true}) {
          SceneStyle style = plain_style(colours->id);
          style.u = size[2], style.averaging = averaging;
          const Rect area{{0, 0}, {size[0], size[1]}};
          const NetworkScene scene = scene_of(snapshot, style, area);
          const std::vector<PlacedText> texts = placed_texts(scene.labels, FixedMeasure());
          EXPECT_EQ(first_collision(texts), "")
              << size[0] << " " << size[2] << " " << colours->name << " layers " << snapshot.layers.size();
          EXPECT_EQ(first_outside(texts, area), "") << size[0] << " " << size[2] << " " << colours->name;
        }
}

TEST(Scene, ChecksOfTextsNoticeCollisionsAndClipping) {
  DisplayList list;
  list.add(draw::Text{{10, 10}, "one", 12, {}});
  list.add(draw::Text{{25, 12}, "two", 12, {}});
  EXPECT_EQ(first_collision(placed_texts(list, FixedMeasure())), "\"one\" and \"two\"");
  EXPECT_EQ(first_outside(placed_texts(list, FixedMeasure()), {{0, 0}, {40, 40}}), "two");
}

TEST(Scene, SentenceCountsExactlyUpToSixtyUnits) {
  Snapshot snapshot = sample_snapshot();
  snapshot.sites[1].kept = 4, snapshot.sites[2].kept = 5, snapshot.sites[1].total = snapshot.sites[2].total = 12;
  snapshot.droppable_units = 24;
  EXPECT_EQ(subnetwork_sentence(snapshot),
            "9 of 24 hidden units kept \u00b7 one of 2\u00b2\u2074 = 16,777,216 sub-networks \u00b7 18,409 different "
            "so far");
  snapshot.droppable_units = 60;
  EXPECT_NE(subnetwork_sentence(snapshot).find("= 1,152,921,504,606,846,976 sub-networks"), std::string::npos);
  snapshot.droppable_units = 61, snapshot.subnetworks_capped = true;
  EXPECT_EQ(subnetwork_sentence(snapshot),
            "9 of 24 hidden units kept \u00b7 one of 2\u2076\u00b9 sub-networks \u00b7 more than 18,409 different "
            "so far");
}

// One input unit, one hidden unit, one output: every number chosen by hand.
Snapshot tiny(const char* variant, float gate, float scale) {
  Snapshot s = sample_snapshot({.widths = {2, 2, 1}});
  s.layers[0].h = s.layers[0].y = {0.5f, -1.25f};
  LayerView& hidden = s.layers[1];
  hidden.weights = std::make_shared<const std::vector<float>>(std::vector<float>{0.8f, -0.4f, -0.3f, 0.2f});
  hidden.bias = {-0.59f, 0.1f};
  hidden.z = {0.31f, -0.3f}, hidden.h = {0.31f, 0};
  SiteView& site = s.sites[1];
  site.variant = find_variant(variant);
  site.gate = {gate, 1}, site.scale = scale, site.dropped_lately = {47, 50}, site.lately = 100;
  hidden.y = {0.31f * gate * scale, 0};
  return s;
}

using Lines = std::vector<std::string>;

TEST(Arithmetic, OfAKeptUnit) {
  EXPECT_EQ(
      unit_arithmetic(tiny("inverted", 1, 2), {1, 0}),
      (Lines{"hidden 1, unit 1 of 2", "z = 0.800 \u00d7 0.500 \u2212 0.400 \u00d7 \u22121.25 \u2212 0.590 = 0.310",
             "h = relu(0.310) = 0.310", "kept: m = 1", "out = 0.310 \u00d7 1 / (1 \u2212 0.5) = 0.620",
             "gradient \u00d7 2.00 on the way back", "dropped in 47 of the last 100 steps"}));
}

TEST(Arithmetic, OfADroppedUnit) {
  const Lines lines = unit_arithmetic(tiny("inverted", 0, 2), {1, 0});
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[3], "dropped: m = 0");
  EXPECT_EQ(lines[4], "out = 0.310 \u00d7 0 = 0");
  EXPECT_EQ(lines[5], "gradient 0: this example teaches it nothing this step");
}

TEST(Arithmetic, OfGaussianNoise) {
  const Lines lines = unit_arithmetic(tiny("gaussian", 1.43f, 1), {1, 0});
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[3], "m = 1.43  (random factor, 1 on average)");
  EXPECT_EQ(lines[4], "out = 0.310 \u00d7 1.43 = 0.443");
}

TEST(Arithmetic, SaysOneOnAverageOnlyWhereTheMeanIsKept) {
  EXPECT_EQ(unit_arithmetic(tiny("concrete", 0.9f, 1), {1, 0})[3], "m = 0.900  (random factor)");
  SampleOptions options;
  options.variant = "gaussian", options.rate = 0.3;
  EXPECT_NE(subnetwork_sentence(sample_snapshot(options)).find("1 on average"), std::string::npos);
  options.variant = "concrete";
  EXPECT_EQ(subnetwork_sentence(sample_snapshot(options)).find("on average"), std::string::npos);
}

TEST(Arithmetic, OnTheWayBackSaysWhatCameAndWhatTheMaskLetThrough) {
  Snapshot s = tiny("inverted", 1, 2);
  auto trace = std::make_shared<TraceView>();
  trace->layers.resize(3);
  trace->layers[1].dy = {0.25f, -0.5f}, trace->layers[1].dh = {0.5f, -1}, trace->layers[1].dz = {0.5f, 0};
  s.trace = trace;
  Lines lines = unit_arithmetic(s, {1, 0});
  ASSERT_EQ(lines.size(), 9u);
  EXPECT_EQ(lines[5], "gradient in: 0.250");
  EXPECT_EQ(lines[6], "through the mask: 0.250 \u00d7 1.00 \u00d7 2.00 = 0.500");
  EXPECT_EQ(lines[7], "through relu: 0.500");
  s = tiny("inverted", 0, 2);
  trace = std::make_shared<TraceView>(*trace);
  trace->layers[1].dh[0] = trace->layers[1].dz[0] = 0;
  s.trace = trace;
  lines = unit_arithmetic(s, {1, 0});
  EXPECT_EQ(lines[6], "stopped by the mask: 0.250 \u00d7 0 = 0");
  // Before the backward pass has come to it, nothing is said of numbers it does not have.
  trace = std::make_shared<TraceView>();
  trace->layers.resize(3);
  s.trace = trace;
  EXPECT_EQ(unit_arithmetic(s, {1, 0})[5], "gradient 0: this example teaches it nothing this step");
}

TEST(Arithmetic, OfEvaluation) {
  Snapshot s = tiny("inverted", 1, 1);
  s.eval_view = true, s.sites[1].active = false, s.sites[1].gate.clear();
  EXPECT_EQ(unit_arithmetic(s, {1, 0})[3], "out = 0.310  (no mask, no scaling)");
  s.sites[1].variant = find_variant("classic"), s.sites[1].scale = 0.5f, s.layers[1].y[0] = 0.155f;
  EXPECT_EQ(unit_arithmetic(s, {1, 0})[3],
            "out = 0.310 \u00d7 0.500 = 0.155  (no mask, scaled by the mean of the mask)");
}

TEST(Arithmetic, OfInputsOutputsAndNothing) {
  const Snapshot s = tiny("inverted", 1, 2);
  EXPECT_EQ(unit_arithmetic(s, {0, 1}), (Lines{"input, unit 2 of 2", "x = \u22121.25"}));
  EXPECT_EQ(unit_arithmetic(s, {2, 0})[0], "output, unit 1 of 1");
  EXPECT_EQ(unit_arithmetic(s, {2, 0})[2].rfind("h = z = ", 0), 0u);
  EXPECT_TRUE(unit_arithmetic(s, {7, 0}).empty());
  EXPECT_TRUE(unit_arithmetic(s, {1, 99}).empty());
}

TEST(SceneText, NumbersHaveTrueMinusSignsAndNoNegativeZero) {
  EXPECT_EQ(value_text(0), "0");
  EXPECT_EQ(value_text(-0.0), "0");
  EXPECT_EQ(value_text(0.31), "0.310");
  EXPECT_EQ(value_text(-12.34), "\u221212.3");
  EXPECT_EQ(value_text(0.9996), "1.00");
  EXPECT_EQ(value_text(1234), "1234");
  EXPECT_EQ(value_text(0.0000213), "2.13e-05");
  EXPECT_EQ(value_text(NAN), "NaN");
  EXPECT_EQ(fixed_text(-0.001, 2), "0.00");
  EXPECT_EQ(count_text(16777216), "16,777,216");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(power_of_two(307), "2\u00b3\u2070\u2077");
}

TEST(SceneText, CutTextsFitAndWrappedTextsLoseNothing) {
  const FixedMeasure measure;
  const std::string text = "one of 2\u00b2\u2074 sub-networks \u00b7 18,409 different ones";
  for (float room : {20.0f, 60.0f, 150.0f, 300.0f}) {
    const std::string cut = fit_text(text, room, 12, Face::Regular, measure);
    EXPECT_LE(measure.width(cut, 12, Face::Regular), room);
    for (const std::string& line : wrap_text(text, room, 12, Face::Regular, measure, 3))
      EXPECT_LE(measure.width(line, 12, Face::Regular), room);
  }
  EXPECT_EQ(wrap_text(text, 200, 12, Face::Regular, measure, 3),
            (Lines{"one of 2\u00b2\u2074 sub-networks", "18,409 different ones"}));
  // A number keeps its unit.
  const std::string share = "an interval of 95 % here";
  for (float room = 100; room < 160; ++room)
    for (const std::string& line : wrap_text(share, room, 12, Face::Regular, measure, 9)) EXPECT_NE(line.front(), '%');
}

}  // namespace
}  // namespace dropscope
