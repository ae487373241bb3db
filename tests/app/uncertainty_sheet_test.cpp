// The Uncertainty topic: what is drawn is the report, its words fit, the caveat is always there.
#include <gtest/gtest.h>

#include <cmath>

#include "app/export/cairo_painter.h"
#include "app/scene/answers/uncertainty_parts.h"
#include "app/scene/scene_text.h"
#include "tests/app/golden_picture.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_answers.h"

namespace dropscope {
namespace {

using namespace answers;

const FixedMeasure kMeasure;

const SampleAnswer* all_kinds(int i) {
  switch (i) {
    case 0:
      return &sample_uncertainty("moons", 60);
    case 1:
      return &sample_uncertainty("regression", 60);
    case 2:
      return &sample_uncertainty("digits", 20);
    default:
      return &sample_uncertainty("lstm-locked", 3);
  }
}

class UncertaintySheet : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Kinds, UncertaintySheet, testing::Range(0, 4));

TEST_P(UncertaintySheet, KeepsItsWordsApartAndInsideAtEverySizeAndInEveryTheme) {
  const AnswerInput in = input_of(*all_kinds(GetParam()));
  const AnswerSheet& sheet = *sheet_of(EnsembleTopic::Uncertainty);
  for (const Palette* colours : all_palettes())
    for (const float width : {420.0f, 740.0f, 1100.0f})
      for (const float u : {0.667f, 1.0f}) {
        const CardStyle style{colours, u};
        const Rect room{{30, 40}, {30 + width, 40 + sheet.least_height(in, width, style)}};
        const AnswerPicture picture = sheet.build(in, room, style, kMeasure);
        const std::vector<PlacedText> texts = placed_texts(picture.list, kMeasure);
        EXPECT_EQ(first_collision(texts), "") << colours->name << " " << width << " " << u;
        EXPECT_EQ(first_outside(texts, room), "") << colours->name << " " << width << " " << u;
        EXPECT_EQ(area_named(picture, "caveat").value, in.answer.uncertainty->caveat);
      }
}

TEST(UncertaintyMap, IsTheReportInCividisWithTheProbeWhereItIs) {
  const AnswerInput in = input_of(sample_uncertainty("moons", 60));
  const UncertaintyReport& r = *in.answer.uncertainty;
  const Rect card{{10, 20}, {510, 420}};
  for (const Doubt doubt : {Doubt::Entropy, Doubt::Information}) {
    const AnswerPicture picture = map_card(in, doubt, card, {&palette(ThemeId::Light), 1}, kMeasure);
    const std::vector<draw::Image> images = all_of_kind<draw::Image>(picture.list);
    ASSERT_EQ(images.size(), 2u);
    const std::vector<float>& values = doubt == Doubt::Entropy ? r.entropy : r.mutual_information;
    for (std::size_t i = 0; i < values.size(); ++i)
      ASSERT_EQ(images[0].rgba[i], uncertainty_color(float(double(values[i]) / map_limit(r)))) << i;
    const AnswerArea& area = area_named(picture, doubt == Doubt::Entropy ? "map.entropy" : "map.information");
    EXPECT_TRUE(inside(area.rect, card));
    // A click says the inputs of the place, and that place is where these inputs are drawn.
    const Vec2 at = area.rect.min + Vec2{0.3f * area.rect.width(), 0.7f * area.rect.height()};
    const AnswerHit hit = area.at(at);
    ASSERT_EQ(hit.words.size(), 3u);
    EXPECT_EQ(hit.words[0], "probe_point");
    const Vec2 back = place_on_map(r.grid, area.rect, std::stod(hit.words[1]), std::stod(hit.words[2]));
    EXPECT_NEAR(double(back.x), double(at.x), 0.05);
    EXPECT_NEAR(double(back.y), double(at.y), 0.05);
    EXPECT_TRUE(area.drags);
  }
  EXPECT_NEAR(map_limit(r), std::log(2.0), 1e-12);
}

TEST(UncertaintyMap, HasTheMiddleOfEachCellAtItsPointOfTheGrid) {
  const PlaneGrid grid{-2, 3, -1, 4, 6, 11};
  const Rect plane{{100, 50}, {700, 600}};
  for (int c = 0; c < grid.columns; ++c)
    EXPECT_NEAR(double(place_on_map(grid, plane, -2 + c, 0).x), 100 + 600.0 * (c + 0.5) / 6, 1e-3);
  for (int r = 0; r < grid.rows; ++r)  // from the top
    EXPECT_NEAR(double(place_on_map(grid, plane, 0, 4 - 0.5 * r).y), 50 + 550.0 * (r + 0.5) / 11, 1e-3);
}

TEST(UncertaintyBand, ShowsTheGapWhereTheReportHasItAndTwoBandsAroundTheMean) {
  const AnswerInput in = input_of(sample_uncertainty("regression", 60));
  const UncertaintyReport& r = *in.answer.uncertainty;
  ASSERT_FALSE(r.gaps.empty());
  const AnswerPicture picture = band_card(in, {{10, 20}, {710, 420}}, {&palette(ThemeId::Dark), 1}, kMeasure);
  const std::vector<draw::Ribbon> bands = all_of_kind<draw::Ribbon>(picture.list);
  ASSERT_EQ(bands.size(), 2u);
  for (std::size_t i = 0; i < r.x.size(); ++i) {
    const float wide = bands[0].lower[i].y - bands[0].upper[i].y, narrow = bands[1].lower[i].y - bands[1].upper[i].y;
    EXPECT_NEAR(double(wide), 2 * double(narrow), 0.05);
  }
  const AnswerArea &plane = area_named(picture, "band"), &gap = area_named(picture, "gap.0");
  const double share = (r.gaps[0].first - r.x.front()) / (r.x.back() - r.x.front());
  EXPECT_NEAR(double(gap.rect.min.x), double(plane.rect.min.x) + share * double(plane.rect.width()), 0.1);
  const AnswerHit hit = plane.at({(gap.rect.min.x + gap.rect.max.x) / 2, plane.rect.center().y});
  ASSERT_EQ(hit.words.size(), 3u);
  EXPECT_GT(std::stod(hit.words[1]), r.gaps[0].first);
  EXPECT_LT(std::stod(hit.words[1]), r.gaps[0].second);
}

TEST(UncertaintyExamples, AreInTheOrderOfTheirDoubtAndAClickProbesThem) {
  for (const SampleAnswer* sample : {&sample_uncertainty("digits", 20), &sample_uncertainty("lstm-locked", 3)}) {
    const AnswerInput in = input_of(*sample);
    const UncertaintyReport& r = *in.answer.uncertainty;
    const std::vector<float>& doubt = r.classes > 0 ? r.example_information : r.example_deviation;
    const std::vector<std::size_t> order = examples_by_doubt(in);
    ASSERT_GT(order.size(), 10u);
    for (std::size_t i = 1; i < order.size(); ++i) EXPECT_GE(doubt[order[i - 1]], doubt[order[i]]);
    const AnswerPicture picture = examples_card(in, {{0, 0}, {620, 460}}, {&palette(ThemeId::Light), 1}, kMeasure);
    for (const std::size_t i : {order.front(), order.back()}) {
      const AnswerArea& area = area_named(picture, "example." + std::to_string(i));
      EXPECT_EQ(area.value, fixed_text(double(doubt[i]), 6));
      EXPECT_EQ(area.at(area.rect.center()).words, (std::vector<std::string>{"probe", std::to_string(i)}));
    }
  }
}

TEST(UncertaintyExamples, HaveTheLargestTilesThatFit) {
  const AnswerInput in = input_of(sample_uncertainty("digits", 10));
  for (const auto& [size, share] : {std::pair{Vec2{600, 540}, 0.55f}, {Vec2{398, 320}, 0.25f}}) {
    const AnswerPicture picture = examples_card(in, {{0, 0}, size}, {&palette(ThemeId::Light), 1}, kMeasure);
    float covered = 0;
    for (const draw::Image& image : all_of_kind<draw::Image>(picture.list))
      covered += image.rect.width() * image.rect.height();
    EXPECT_GT(covered, share * size.x * size.y) << size.x;
  }
}

TEST(UncertaintyInput, OfLettersIsRead) {
  const AnswerInput in = input_of(sample_uncertainty("lstm-locked", 3));
  const std::string letters = tokens_read(in.data, in.probe.input);
  ASSERT_EQ(letters.size(), 2u * std::size_t(in.data.sequence->steps) - 1) << letters;
  EXPECT_TRUE(has_text(input_card(in, {{0, 0}, {600, 200}}, {&palette(ThemeId::Light), 1}, kMeasure).list, letters));
}

TEST(UncertaintyProbe, HasABarFromMeanMinusToMeanPlusDeviation) {
  const AnswerInput in = input_of(sample_uncertainty("moons", 60));
  const ProbeDoubt& d = in.answer.uncertainty->probe;
  const AnswerPicture picture = probe_card(in, {{0, 0}, {600, 300}}, {&palette(ThemeId::Light), 1}, kMeasure);
  const Rect a = area_named(picture, "probe.mean.0").rect, b = area_named(picture, "probe.mean.1").rect;
  // Two classes: mirror images of one another.
  EXPECT_NEAR(double(a.width()), double(b.width()), 0.01);
  const double mean[] = {d.mean[0], d.mean[1]};
  const double apart = double(b.center().x - a.center().x), scale = apart / (mean[1] - mean[0]);
  if (mean[0] - d.deviation[0] > 0 && mean[0] + d.deviation[0] < 1) {
    EXPECT_NEAR(double(a.width()), 2 * d.deviation[0] * scale, 0.2);
  }
  EXPECT_EQ(area_named(picture, "probe.information").value, fixed_text(d.mutual_information, 6));
}

TEST(UncertaintyWords, SayThatWithoutDropoutMasksChangeNothing) {
  const SampleAnswer& a = sample_uncertainty("moons-plain", 20);
  ASSERT_TRUE(a.answer.uncertainty->silent);
  EXPECT_EQ(caveat_words(*a.answer.uncertainty).find("This network has no dropout: masks change nothing."), 0u);
}

TEST(UncertaintyPicture, IsTheGoldenOne) {
  const CairoTextMeasure measure;
  const AnswerInput in = input_of(sample_uncertainty("moons", 60));
  DisplayList list =
      map_card(in, Doubt::Information, {{0, 0}, {400, 320}}, {&palette(ThemeId::Light), 1}, measure).list;
  list.append(map_card(in, Doubt::Entropy, {{400, 0}, {800, 320}}, {&palette(ThemeId::Light), 1}, measure).list);
  std::erase_if(list.items, [](const draw::Item& item) { return std::holds_alternative<draw::Text>(item); });
  EXPECT_LT(
      share_off_golden(paint_bitmap(list, 800, 320, palette(ThemeId::Light).background, measure), "uncertainty_map"),
      0.01);
}

}  // namespace
}  // namespace dropscope
