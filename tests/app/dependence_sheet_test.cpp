// The Dependence topic: bars, matrices and curves are the reports', both runs on one scale, and a missing twin is said.
#include <gtest/gtest.h>

#include <cmath>

#include "app/export/cairo_painter.h"
#include "app/scene/answers/dependence_parts.h"
#include "app/scene/scene_text.h"
#include "tests/app/golden_picture.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_answers.h"

namespace dropscope {
namespace {

using namespace answers;

const FixedMeasure kMeasure;
constexpr Rect kCard{{10, 20}, {610, 320}};

CardStyle light() { return {&palette(ThemeId::Light), 1}; }

TEST(DependenceSheet, KeepsItsWordsApartAndInsideAtEverySizeAndInEveryTheme) {
  const AnswerSheet& sheet = *sheet_of(EnsembleTopic::Dependence);
  for (const SampleAnswer* sample : {&sample_dependence("moons", 60, true), &sample_dependence("digits", 10, true),
                                     &sample_dependence("regression", 40, false)})
    for (const Palette* colours : all_palettes())
      for (const float width : {420.0f, 740.0f, 1100.0f})
        for (const float u : {0.667f, 1.0f}) {
          const AnswerInput in = input_of(*sample);
          const CardStyle style{colours, u};
          const Rect room{{30, 40}, {30 + width, 40 + sheet.least_height(in, width, style)}};
          const AnswerPicture picture = sheet.build(in, room, style, kMeasure);
          const std::vector<PlacedText> texts = placed_texts(picture.list, kMeasure);
          const std::string where = in.data.id + " " + colours->name + " " + fixed_text(double(width), 0);
          EXPECT_EQ(first_collision(texts), "") << where << " " << u;
          EXPECT_EQ(first_outside(texts, room), "") << where << " " << u;
        }
}

TEST(Correlations, AreDrawnAsTheReportsOrderThem) {
  const AnswerInput in = input_of(sample_dependence("moons", 60, true));
  const AnswerPicture picture = correlation_card(in, kCard, light(), kMeasure);
  const std::vector<draw::Image> images = all_of_kind<draw::Image>(picture.list);
  ASSERT_EQ(images.size(), 2u);
  const DependenceReport* reports[] = {in.answer.dependence.get(), in.answer.twin.get()};
  for (int k = 0; k < 2; ++k) {
    const std::size_t n = reports[k]->order.size();
    ASSERT_EQ(images[std::size_t(k)].rgba.size(), n * n);
    for (std::size_t i = 0; i < n * n; ++i)
      ASSERT_EQ(images[std::size_t(k)].rgba[i],
                weight_color(palette(ThemeId::Light), float(reports[k]->correlation[i]), 1));
  }
  EXPECT_TRUE(has_text(picture.list, "mean |r| " + value_text(reports[0]->mean_correlation)));
  EXPECT_TRUE(has_text(picture.list, "mean |r| " + value_text(reports[1]->mean_correlation)));
}

TEST(Correlations, SayWhichUnitsNeverVary) {
  SampleAnswer sample = sample_dependence("moons", 60, true);
  DependenceReport still = *sample.answer.dependence;
  const std::size_t n = still.order.size();
  for (std::size_t i = 0; i < n; ++i)
    for (const std::size_t last : {n - 1, n - 2}) still.correlation[i * n + last] = still.correlation[last * n + i] = 0;
  sample.answer.dependence = std::make_shared<DependenceReport>(still);
  const AnswerInput in = input_of(sample);
  const std::string mean = "|r| " + value_text(still.mean_correlation);
  for (const auto& [wide, words] : {std::pair{1000.0f, "mean " + mean + ", 2 units (blank) never vary"},
                                    {620.0f, "mean " + mean + ", 2 never vary"},
                                    {500.0f, mean + ", 2 never vary"},
                                    {330.0f, "mean " + mean}}) {
    const AnswerPicture picture = correlation_card(in, {{0, 0}, {wide, 300}}, light(), kMeasure);
    EXPECT_TRUE(has_text(picture.list, words)) << wide;
    const AnswerArea& matrix = area_named(picture, "matrix.run");
    const auto lines = [&](float x, float y) {
      return matrix.at(matrix.rect.min + Vec2{x * matrix.rect.width(), y * matrix.rect.height()}).tip;
    };
    EXPECT_EQ(lines(0.01f, 0.01f).size(), 2u) << "a unit with itself";
    EXPECT_EQ(lines(0.01f, 0.01f)[0], "r = 1.000");
    EXPECT_EQ(lines(0.99f, 0.01f)[0], "no r");
    EXPECT_EQ(lines(0.99f, 0.01f)[2], "hidden 1, unit " + std::to_string(still.order[n - 1] + 1) + ": never varies");
  }
}

// The room of the window at 1920x1080 and at 1280x720.
TEST(Correlations, Of64UnitsHaveCellsThatCanBeToldApart) {
  const AnswerInput in = input_of(sample_dependence("digits", 10, true));
  for (const auto& [room, u] : {std::pair{Rect{{0, 0}, {1080, 750}}, 1.0f}, {Rect{{0, 0}, {715, 480}}, 0.667f}}) {
    const CardStyle style{&palette(ThemeId::Light), u};
    const AnswerSheet& sheet = *sheet_of(EnsembleTopic::Dependence);
    const float high = std::max(room.height(), sheet.least_height(in, room.width(), style));
    const AnswerPicture picture = sheet.build(in, {{0, 0}, {room.width(), high}}, style, kMeasure);
    EXPECT_GT(area_named(picture, "matrix.run").rect.width(), (u < 1 ? 1.5f : 2.5f) * 64);
  }
}

TEST(Features, ThatHaveNoRoomAreCounted) {
  const AnswerInput in = input_of(sample_dependence("digits", 10, true));
  for (const float high : {200.0f, 700.0f}) {
    const AnswerPicture picture = features_card(in, {{0, 0}, {500, high}}, light(), kMeasure);
    const int shown = std::stoi(area_named(picture, "features.run").value);
    EXPECT_EQ(shown < 64, high < 300);
    EXPECT_EQ(has_text(picture.list, std::to_string(shown) + " of 64 units"), shown < 64);
  }
}

TEST(KnockOuts, StandOnOneScaleForBothRuns) {
  const AnswerInput in = input_of(sample_dependence("moons", 60, true));
  const AnswerPicture picture = knock_out_card(in, kCard, light(), kMeasure);
  double scale = 0;  // pixels for each nat
  int bars = 0;
  for (const auto& [report, id] : {std::pair{in.answer.dependence, "run"}, std::pair{in.answer.twin, "twin"}})
    for (std::size_t i = 0; i < report->rises.size(); ++i) {
      const Rect bar = area_named(picture, "rise." + std::string(id) + "." + std::to_string(report->order[i])).rect;
      EXPECT_TRUE(inside(bar, kCard));
      if (std::fabs(report->rises[i]) < 0.2 * in.answer.twin->worst_rise) continue;
      const double here = double(bar.height()) / std::fabs(report->rises[i]);
      if (scale == 0) scale = here;
      EXPECT_NEAR(here / scale, 1, 0.01);
      ++bars;
    }
  EXPECT_GT(bars, 1);
  EXPECT_EQ(area_named(picture, "worst.twin").value, fixed_text(in.answer.twin->worst_rise, 6));
}

TEST(Activations, HaveAColumnAsHighAsTheShareOfExactZeros) {
  const AnswerInput in = input_of(sample_dependence("moons", 60, true));
  const AnswerPicture picture = activity_card(in, kCard, light(), kMeasure);
  const Rect run = area_named(picture, "zero_bar.run").rect, twin = area_named(picture, "zero_bar.twin").rect;
  const double a = in.answer.dependence->sparsity.zero_share, b = in.answer.twin->sparsity.zero_share;
  ASSERT_GT(b, 0.05);
  EXPECT_NEAR(double(run.height() / twin.height()), a / b, 1e-3);
  EXPECT_TRUE(has_text(picture.list, fixed_text(100 * a, 1) + " %"));
}

TEST(Pruning, TellsTheNumbersOfTheMeasuredPointNearestToTheSlider) {
  AnswerInput in = input_of(sample_dependence("moons", 60, true));
  for (const double share : {0.0, 0.3, 0.52, 0.95}) {
    in.pruned = share;
    const PrunedPoint* point = pruned_at(in.answer.twin->by_unit, share);
    ASSERT_TRUE(point);
    EXPECT_NEAR(point->fraction, share, 0.0501);
    const AnswerPicture picture = pruning_card(in, {{0, 0}, {600, 420}}, light(), kMeasure);
    EXPECT_EQ(area_named(picture, "pruned.twin.units").value, fixed_text(1 - point->error, 6));
    EXPECT_TRUE(has_text(picture.list, "units " + fixed_text(1 - point->error, 3)));
    const AnswerArea& plane = area_named(picture, "pruning");
    const AnswerHit hit = plane.at({plane.rect.min.x, plane.rect.center().y});
    EXPECT_EQ(hit.words, (std::vector<std::string>{"pruned", "0.0"}));
  }
}

TEST(DependenceSheet, SaysHowToHaveTheTwinUntilItIsThere) {
  const AnswerInput in = input_of(sample_dependence("moons", 60, false));
  const AnswerPicture picture = correlation_card(in, kCard, light(), kMeasure);
  EXPECT_TRUE(has_text(picture.list, "Press B"));
  EXPECT_EQ(twin_words(in), "Press B to train the same run without dropout to step 60.");
  EXPECT_EQ(all_of_kind<draw::Image>(picture.list).size(), 1u);
}

TEST(DependencePicture, IsTheGoldenOne) {
  const CairoTextMeasure measure;
  const AnswerInput in = input_of(sample_dependence("moons", 60, true));
  DisplayList list = correlation_card(in, {{0, 0}, {500, 280}}, {&palette(ThemeId::Dark), 1}, measure).list;
  list.append(knock_out_card(in, {{500, 0}, {1000, 280}}, {&palette(ThemeId::Dark), 1}, measure).list);
  std::erase_if(list.items, [](const draw::Item& item) { return std::holds_alternative<draw::Text>(item); });
  EXPECT_LT(
      share_off_golden(paint_bitmap(list, 1000, 280, palette(ThemeId::Dark).background, measure), "dependence_units"),
      0.01);
}

}  // namespace
}  // namespace dropscope
