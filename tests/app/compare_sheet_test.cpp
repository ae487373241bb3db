// What Compare mode says of all runs together: differences, curves, the table, and the whole as a picture.
#include <gtest/gtest.h>

#include <cmath>

#include "app/export/cairo_painter.h"
#include "app/export/compare_picture.h"
#include "app/scene/compare/curves.h"
#include "app/scene/compare/difference.h"
#include "app/scene/compare/sheet.h"
#include "app/scene/compare/table.h"
#include "app/scene/dashes.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "tests/app/golden_picture.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_runs.h"

namespace dropscope {
namespace {

const std::vector<SampleRun> kFour = {{"none"}, {"inverted", 0.5}, {"dropconnect", 0.5}, {"l2"}};
const std::vector<SampleRun> kTwoRates = {{"inverted", 0.2}, {"inverted", 0.6}};

TEST(WeightDifference, IsTheOneArrayMinusTheOtherBitForBit) {
  const std::vector<RunView> runs = sample_runs("moons", kTwoRates, 60);
  const Snapshot &a = *runs[0].snapshot, &b = *runs[1].snapshot;
  const WeightDifference difference = weight_difference(b, a, "B", "A");
  ASSERT_TRUE(difference.snapshot);
  float limit = 0;
  std::size_t weights = 0;
  for (std::size_t l = 1; l < a.layers.size(); ++l) {
    const LayerView& layer = difference.snapshot->layers[l];
    ASSERT_TRUE(layer.weights);
    for (std::size_t i = 0; i < layer.weights->size(); ++i) {
      ASSERT_EQ((*layer.weights)[i], (*b.layers[l].weights)[i] - (*a.layers[l].weights)[i]);
      limit = std::max(limit, std::fabs((*layer.weights)[i]));
      ++weights;
    }
    for (std::size_t i = 0; i < layer.bias.size(); ++i)
      ASSERT_EQ(layer.bias[i], b.layers[l].bias[i] - a.layers[l].bias[i]);
  }
  EXPECT_GT(weights, 300u);
  EXPECT_EQ(difference.limit, limit);
  EXPECT_EQ(weight_limit(*difference.snapshot), limit);
  for (const SiteView& site : difference.snapshot->sites) EXPECT_FALSE(site.active);
  const FixedMeasure measure;
  const CardStyle style{&palette(ThemeId::Light), 1};
  const DisplayList legend =
      build_weight_difference_legend(difference, "B \u2212 A", {{0, 0}, {400, 24}}, style, measure);
  EXPECT_TRUE(has_text(legend, "B \u2212 A"));
  EXPECT_TRUE(has_text(legend, "+" + value_text(double(limit))));
  EXPECT_TRUE(has_text(legend, value_text(-double(limit))));
}

TEST(WeightDifference, OfKernelsIsThatOfTheKernelsDrawn) {
  const std::vector<RunView> runs = sample_runs("conv-spatial", {{"none"}, {"spatial", 0.4}}, 12);
  const WeightDifference difference = weight_difference(*runs[1].snapshot, *runs[0].snapshot, "B", "A");
  ASSERT_TRUE(difference.snapshot);
  std::size_t kernels = 0;
  for (std::size_t l = 0; l < difference.snapshot->layers.size(); ++l)
    for (std::size_t k = 0; k < difference.snapshot->layers[l].parts.size(); ++k) {
      const InnerView* view = difference.snapshot->layers[l].parts[k].find("kernels");
      if (!view) continue;
      const InnerView *b = runs[1].snapshot->layers[l].parts[k].find("kernels"),
                      *a = runs[0].snapshot->layers[l].parts[k].find("kernels");
      for (std::size_t i = 0; i < view->values.size(); ++i) ASSERT_EQ(view->values[i], b->values[i] - a->values[i]);
      kernels += view->values.size();
    }
  EXPECT_GT(kernels, 0u);
}

TEST(WeightDifference, OfEqualRunsIsNothingAndOfOtherShapesASentence) {
  const FixedMeasure measure;
  const CardStyle style{&palette(ThemeId::Light), 1};
  const std::vector<RunView> runs = sample_runs("moons", {{"none"}, {"batchnorm"}}, 5);
  const WeightDifference same = weight_difference(*runs[0].snapshot, *runs[0].snapshot, "B", "A");
  EXPECT_EQ(same.limit, 0);
  EXPECT_TRUE(has_text(build_weight_difference_legend(same, "B \u2212 A", {{0, 0}, {500, 24}}, style, measure),
                       "all weights shown are equal"));
  const WeightDifference none = weight_difference(*runs[1].snapshot, *runs[0].snapshot, "B", "A");
  EXPECT_FALSE(none.snapshot);
  EXPECT_EQ(none.why_not.find("B has other layers than A"), 0u);
  const DisplayList sentence = build_weight_difference_legend(none, "B \u2212 A", {{0, 0}, {300, 90}}, style, measure);
  EXPECT_TRUE(has_text(sentence, "B has other layers"));
  EXPECT_EQ(first_outside(placed_texts(sentence, measure), {{0, 0}, {300, 90}}), "");
}

TEST(SurfaceDifference, IsThatOfTheProbabilitiesShown) {
  const std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  const std::vector<float> value = surface_difference(*runs[1].snapshot, *runs[0].snapshot);
  ASSERT_EQ(value.size(), runs[0].snapshot->surface->value.size());
  float most = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    ASSERT_EQ(value[i], runs[1].snapshot->surface->value[i] - runs[0].snapshot->surface->value[i]);
    ASSERT_LE(std::fabs(value[i]), 1);
    most = std::max(most, std::fabs(value[i]));
  }
  EXPECT_GT(most, 0.05f);
  const FixedMeasure measure;
  const Rect area{{0, 0}, {260, 200}};
  for (const Palette* colours : all_palettes()) {
    const DisplayList list =
        build_surface_difference(*runs[1].snapshot, *runs[0].snapshot, "B \u2212 A", area, {colours, 1}, measure);
    EXPECT_TRUE(has_text(list, "+1.00")) << colours->name;
    EXPECT_TRUE(has_text(list, "B \u2212 A"));
    const std::vector<draw::Image> images = all_of_kind<draw::Image>(list);
    ASSERT_EQ(images.size(), 2u);
    for (std::size_t i = 0; i < value.size(); ++i)
      ASSERT_EQ(images[0].rgba[i], weight_color(*colours, value[i], 1)) << i;
    EXPECT_EQ(first_collision(placed_texts(list, measure)), "");
    EXPECT_EQ(first_outside(placed_texts(list, measure), area), "");
  }
}

TEST(SurfaceDifference, OfImagesCountsWhereAnswersDiffer) {
  const std::vector<RunView> runs = sample_runs("digits", {{"none"}, {"inverted", 0.5}}, 40);
  const auto answers = [](const Snapshot& s) {
    std::vector<int> all;
    const std::vector<float>& p = s.surface->tile_probability;
    for (std::size_t i = 0; i < p.size(); i += std::size_t(s.data->outputs))
      all.push_back(
          int(std::max_element(p.begin() + std::ptrdiff_t(i), p.begin() + std::ptrdiff_t(i) + s.data->outputs) -
              p.begin() - std::ptrdiff_t(i)));
    return all;
  };
  const std::vector<int> a = answers(*runs[0].snapshot), b = answers(*runs[1].snapshot);
  std::size_t different = 0;
  for (std::size_t i = 0; i < a.size(); ++i) different += a[i] != b[i];
  const FixedMeasure measure;
  const DisplayList list = build_surface_difference(*runs[1].snapshot, *runs[0].snapshot, "B \u2212 A",
                                                    {{0, 0}, {700, 300}}, {&palette(ThemeId::Light), 1}, measure);
  EXPECT_TRUE(has_text(list, "other answers for " + std::to_string(different) + " of " + std::to_string(a.size())));
}

TEST(SurfaceDifference, OfAFitIsACurveAroundZeroAndOfOtherDataASentence) {
  const FixedMeasure measure;
  const CardStyle style{&palette(ThemeId::Light), 1};
  const std::vector<RunView> lines = sample_runs("regression", {{"none"}, {"inverted", 0.2}}, 60);
  EXPECT_EQ(surface_difference(*lines[1].snapshot, *lines[0].snapshot).size(), 256u);
  const DisplayList list = build_surface_difference(*lines[1].snapshot, *lines[0].snapshot, "B \u2212 A",
                                                    {{0, 0}, {300, 200}}, style, measure);
  EXPECT_TRUE(has_text(list, "B \u2212 A"));
  EXPECT_FALSE(all_of_kind<draw::Polyline>(list).empty());
  const std::vector<RunView> moons = sample_runs("moons", kFour, 60);
  EXPECT_TRUE(surface_difference(*moons[0].snapshot, *lines[0].snapshot).empty());
  EXPECT_TRUE(has_text(build_surface_difference(*moons[0].snapshot, *lines[0].snapshot, "B \u2212 A",
                                                {{0, 0}, {500, 200}}, style, measure),
                       "do not answer the same question"));
}

TEST(Dashes, FollowAPatternOfDashesAndGaps) {
  const float pattern[] = {10, 4, 2, 4};
  const auto pieces = dashed_pieces({{0, 0}, {40, 0}}, pattern, false);
  ASSERT_EQ(pieces.size(), 4u);
  const float begin[] = {0, 14, 20, 34}, end[] = {10, 16, 30, 36};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(pieces[i].front().x, begin[i], 1e-4f);
    EXPECT_NEAR(pieces[i].back().x, end[i], 1e-4f);
  }
}

TEST(RunCurves, AreTheHistoriesOfTheirRuns) {
  const std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  for (CurveKind kind : {CurveKind::Loss, CurveKind::Accuracy}) {
    const std::vector<Series> series = run_series(runs, kind, palette(ThemeId::Light));
    ASSERT_EQ(series.size(), 8u);
    for (std::size_t i = 0; i < 8; ++i) {
      const History& history = runs[i / 2].snapshot->history;
      const bool validation = i % 2 == 1, loss = kind == CurveKind::Loss;
      ASSERT_EQ(series[i].points.size(), history.count);
      for (std::size_t k = 0; k < history.count; ++k) {
        const MetricPoint& p = history[k];
        EXPECT_EQ(series[i].points[k].x, float(p.tick));
        EXPECT_EQ(series[i].points[k].y, loss ? (validation ? p.validation_loss : p.train_loss)
                                              : (validation ? p.validation_accuracy : p.train_accuracy));
      }
      EXPECT_EQ(series[i].width, validation ? 4 : 2);
      EXPECT_EQ(series[i].dashes.empty(), validation);
      EXPECT_EQ(series[i].mark, validation ? int(i / 2) : -1);
    }
  }
}

// Four runs whose losses end at one value, so that the labels have to make way.
TEST(RunCurves, HaveLettersAtTheirEndsThatDoNotCoverEachOther) {
  const CairoTextMeasure measure;
  const std::vector<RunView> one = sample_runs("moons", kFour, 60);
  const std::vector<RunView> runs = {one[1], one[1], one[1], one[1]};
  for (const Palette* colours : all_palettes())
    for (float scale : {0.667f, 1.0f, 2.0f}) {
      const Rect area{{0, 0}, {520 * scale, 300 * scale}};
      const Plot plot = build_compare_plot(runs, nullptr, CurveKind::Loss, area, {}, {colours, scale}, measure, {});
      const std::vector<PlacedText> texts = placed_texts(plot.list, measure);
      EXPECT_EQ(first_collision(texts), "") << colours->name << scale;
      EXPECT_EQ(first_outside(texts, area), "") << colours->name << scale;
      for (const char* letter : {"A ", "B ", "C ", "D "}) EXPECT_TRUE(has_text(plot.list, letter)) << letter;
    }
}

TEST(StudyBands, LieOneDeviationToEitherSideOfTheMean) {
  const std::vector<RunView> runs = sample_runs("moons", {{"none"}, {"inverted", 0.5}}, 60);
  const StudyView study = sample_study(runs, 7);
  const std::vector<Series> series = study_series(study, CurveKind::Loss, palette(ThemeId::Dark));
  ASSERT_EQ(series.size(), 2u);
  for (std::size_t run = 0; run < 2; ++run)
    for (std::size_t k = 0; k < series[run].points.size(); ++k) {
      EXPECT_EQ(series[run].points[k].y, float(study.loss[run].mean[k]));
      EXPECT_EQ(series[run].spread[k], float(study.loss[run].deviation[k]));
      EXPECT_GT(series[run].spread[k], 0);
    }
  const FixedMeasure measure;
  const Plot plot = build_compare_plot(runs, &study, CurveKind::Loss, {{0, 0}, {500, 300}}, {},
                                       {&palette(ThemeId::Dark), 1}, measure, {});
  const std::vector<draw::Ribbon> bands = all_of_kind<draw::Ribbon>(plot.list);
  ASSERT_EQ(bands.size(), 2u);
  const double per_unit = double(plot.inner.height()) / (plot.y_hi - plot.y_lo);
  for (std::size_t run = 0; run < 2; ++run)
    for (std::size_t k = 0; k < bands[run].upper.size(); ++k) {
      EXPECT_NEAR(double(bands[run].lower[k].y - bands[run].upper[k].y), 2 * study.loss[run].deviation[k] * per_unit,
                  0.02);
      EXPECT_GE(bands[run].upper[k].y, plot.inner.min.y - 0.5f);
      EXPECT_LE(bands[run].lower[k].y, plot.inner.max.y + 0.5f);
    }
}

TEST(CompareTable, HasTheNumbersOfTheHistories) {
  const std::vector<RunView> runs = sample_runs("moons", kFour, 120);
  const auto rows = table_rows(runs);
  ASSERT_EQ(rows.size(), 4u);
  double target = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const History& history = runs[i].snapshot->history;
    std::size_t best = 0;
    for (std::size_t k = 1; k < history.count; ++k)
      if (history[k].validation_loss < history[best].validation_loss) best = k;
    if (i == 0) target = double(history[best].validation_loss);
    EXPECT_EQ(rows[i]->train, double(history.back().train_accuracy));
    EXPECT_EQ(rows[i]->validation, double(history.back().validation_accuracy));
    EXPECT_EQ(rows[i]->gap, double(history.back().validation_loss) - double(history.back().train_loss));
    EXPECT_EQ(rows[i]->best, double(history[best].validation_loss));
    EXPECT_EQ(rows[i]->best_tick, history[best].tick);
    std::optional<std::int64_t> reached;
    for (std::size_t k = 0; k < history.count && !reached; ++k)
      if (double(history[k].validation_loss) <= target) reached = history[k].tick;
    EXPECT_EQ(rows[i]->to_target, reached) << i;
    EXPECT_EQ(rows[i]->active_weights, runs[i].snapshot->active_weights);
    EXPECT_TRUE(std::isnan(rows[i]->seconds_per_1000));
  }
  EXPECT_EQ(rows[0]->active_weights, 1);
  EXPECT_LT(rows[1]->active_weights, 0.9);
  EXPECT_EQ(rows[0]->to_target, rows[0]->best_tick);
}

TEST(CompareTable, OfNoRunsHasItsHeadAlone) {
  const CardStyle style{&palette(ThemeId::Light), 1};
  const CompareTable table =
      build_compare_table({}, nullptr, std::nullopt, {{0, 0}, {1100, 300}}, style, FixedMeasure());
  EXPECT_TRUE(table.rows.empty());
  EXPECT_FALSE(table.heads.empty());
}

TEST(CompareTable, KnowsWhichWayIsBetterAndDoesNotChooseAmongEquals) {
  std::vector<std::optional<TableRow>> rows(3);
  rows[0] = TableRow{.train = 0.9,
                     .validation = 0.8,
                     .gap = 0.5,
                     .best = 0.3,
                     .best_tick = 10,
                     .to_target = 10,
                     .active_weights = 1,
                     .seconds_per_1000 = 2};
  rows[2] = TableRow{.train = 0.8,
                     .validation = 0.9,
                     .gap = 0.1,
                     .best = 0.2,
                     .best_tick = 40,
                     .to_target = {},
                     .active_weights = 0.4,
                     .seconds_per_1000 = 2};
  EXPECT_EQ(winner_of(rows, TableColumn::Train, true), 0u);
  EXPECT_EQ(winner_of(rows, TableColumn::Validation, true), 2u);
  EXPECT_EQ(winner_of(rows, TableColumn::Validation, false), 0u);
  // Neither a small gap nor a negative one is a merit: a run that learns nothing has it, too.
  EXPECT_EQ(winner_of(rows, TableColumn::Gap, true), std::nullopt);
  EXPECT_EQ(winner_of(rows, TableColumn::Best, true), 2u);
  EXPECT_EQ(winner_of(rows, TableColumn::ToTarget, true), std::nullopt);
  EXPECT_EQ(winner_of(rows, TableColumn::ActiveWeights, true), std::nullopt);
  EXPECT_EQ(winner_of(rows, TableColumn::Seconds, true), std::nullopt);
}

// A copy of a run that has been measured at these ticks, with these validation losses, and stands at `tick`.
RunView measured(const RunView& run, std::int64_t tick, const std::vector<std::pair<std::int64_t, float>>& losses) {
  auto copy = std::make_shared<Snapshot>(*run.snapshot);
  HistoryBuilder history;
  for (const auto& [at, loss] : losses) {
    MetricPoint point = run.snapshot->history.back();
    point.tick = at, point.validation_loss = loss;
    history.add(point);
  }
  copy->history = history.view();
  copy->tick = tick;
  copy->tick_seconds = 0.0123;
  RunView view = run;
  view.snapshot = copy;
  return view;
}

TEST(CompareTable, HasAllItsColumnsAndWholeNamesInASmallWindow) {
  const CairoTextMeasure measure;
  std::vector<RunView> runs = sample_runs("moons", {{"none"}, {"inverted", 0.35}, {"dropconnect", 0.5}, {"l2"}}, 120);
  for (RunView& run : runs) run = measured(run, 1790, {{1200, 0.4213f}, {1790, 0.5f}});
  runs[3].name = "spatial 0.2 on conv 1, conv 2";
  for (const Palette* colours : {&palette(ThemeId::Light), &palette(ThemeId::Dark)})
    for (std::size_t count = 2; count <= runs.size(); ++count) {
      const float u = 720.0f / 1080;
      const CompareTable table =
          build_compare_table(RunViews(runs.data(), count), nullptr, 1, {{0, 0}, {586, 200}}, {colours, u}, measure);
      EXPECT_EQ(table.columns.size(), std::size_t(kTableColumns)) << count;
      EXPECT_EQ(table.heads.size(), table.columns.size());
      for (const TableHelp& head : table.heads) EXPECT_FALSE(head.help.empty());
      const std::vector<PlacedText> texts = placed_texts(table.list, measure);
      EXPECT_EQ(first_collision(texts), "") << count;
      for (const PlacedText& text : texts) EXPECT_EQ(text.text.find("\u2026"), std::string::npos) << text.text;
    }
}

TEST(CompareTable, TellsARunThatJustMissedTheTargetFromOneThatMetIt) {
  const FixedMeasure measure;
  const std::vector<RunView> all = sample_runs("moons", kFour, 120);
  const std::vector<RunView> runs = {measured(all[0], 200, {{100, 0.42133f}, {200, 0.5f}}),
                                     measured(all[1], 200, {{200, 0.42141f}})};
  const CompareTable table =
      build_compare_table(runs, nullptr, 0, {{0, 0}, {1200, 300}}, {&palette(ThemeId::Light), 1}, measure);
  EXPECT_TRUE(has_text(table.list, "0.4213 at 100"));
  EXPECT_TRUE(has_text(table.list, "0.4214 at 200"));
  EXPECT_TRUE(has_text(table.list, "best, 0.4213"));
  EXPECT_TRUE(has_text(table.list, "not yet"));
}

TEST(CompareTable, SaysAtWhichStepItsNumbersWereMeasured) {
  const FixedMeasure measure;
  const std::vector<RunView> all = sample_runs("moons", kFour, 120);
  const CardStyle style{&palette(ThemeId::Light), 1};
  const Rect area{{0, 0}, {1400, 300}};
  std::vector<RunView> runs = {measured(all[0], 207, {{200, 0.4f}}), measured(all[1], 207, {{200, 0.5f}})};
  EXPECT_TRUE(has_text(build_compare_table(runs, nullptr, 0, area, style, measure).list, "Measured after 200 steps"));
  runs[1] = measured(all[1], 150, {{148, 0.5f}});
  const DisplayList list = build_compare_table(runs, nullptr, 0, area, style, measure).list;
  EXPECT_TRUE(has_text(list, "at step 148"));
  EXPECT_FALSE(has_text(list, "at step 200"));
  runs = {measured(all[0], 200, {{200, 0.4f}}), measured(all[1], 200, {{200, 0.5f}})};
  EXPECT_TRUE(has_text(build_compare_table(runs, nullptr, 0, area, style, measure).list, "After 200 steps"));
}

TEST(CompareTable, MarksItsWinnersInBoldWithABar) {
  const FixedMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kFour, 120);
  const CompareTable table =
      build_compare_table(runs, nullptr, 0, {{0, 0}, {900, 300}}, {&palette(ThemeId::Light), 1}, measure);
  const auto rows = table_rows(runs);
  std::size_t winners = 0;
  for (TableColumn column : table.columns) winners += winner_of(rows, column, true).has_value();
  EXPECT_GE(winners, 3u);
  std::size_t bars = 0;  // the mark of a run may be a square
  for (const auto& box : all_of_kind<draw::Box>(table.list)) bars += box.rect.width() > 2 * box.rect.height();
  EXPECT_EQ(bars, winners);
}

TEST(CompareTable, FitsItsRoomAndLetsColumnsGoInOrder) {
  const CairoTextMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kFour, 120);
  const StudyView study = sample_study(runs, 20);
  for (const Palette* colours : all_palettes())
    for (const StudyView* over : {static_cast<const StudyView*>(nullptr), &study}) {
      std::size_t columns = 99;
      for (float width : {1200.0f, 760.0f, 620.0f, 500.0f, 380.0f, 300.0f}) {
        const float u = 0.8f;
        const Rect area{{0, 0}, {width * colours->type_scale, 330 * colours->type_scale}};
        const CompareTable table = build_compare_table(runs, over, 1, area, {colours, u}, measure);
        const std::vector<PlacedText> texts = placed_texts(table.list, measure);
        const std::string where =
            std::string(colours->name) + " " + std::to_string(int(width)) + (over ? " study" : "");
        EXPECT_EQ(first_collision(texts), "") << where;
        EXPECT_EQ(first_outside(texts, area), "") << where;
        EXPECT_TRUE(inside(table.rest, area)) << where;
        for (const PlacedText& text : texts) EXPECT_GE(text.size, 13.0f) << where << text.text;
        if (table.rows.empty()) continue;
        EXPECT_LE(table.columns.size(), columns) << where;
        columns = table.columns.size();
        EXPECT_TRUE(std::find(table.columns.begin(), table.columns.end(), TableColumn::Validation) !=
                    table.columns.end());
        const bool gap = std::find(table.columns.begin(), table.columns.end(), TableColumn::Gap) != table.columns.end(),
                   active = std::find(table.columns.begin(), table.columns.end(), TableColumn::ActiveWeights) !=
                            table.columns.end();
        EXPECT_TRUE(gap || !active) << where;
      }
    }
}

TEST(CompareTable, ShowsMeansWithSpreadAndVerdictsOfAStudy) {
  const FixedMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kFour, 120);
  const StudyView study = sample_study(runs, 20);
  const CompareTable table =
      build_compare_table(runs, &study, 0, {{0, 0}, {1100, 700}}, {&palette(ThemeId::Light), 1}, measure);
  EXPECT_TRUE(has_text(table.list, "Over 20 seeds"));
  for (const SeedRow& row : study.table.rows) {
    const Spread& loss = row.measures[std::size_t(Measure::ValidationLoss)];
    EXPECT_TRUE(has_text(table.list, fixed_text(loss.mean, 3) + " \u00b1 " + fixed_text(loss.deviation, 3)));
    if (row.against.empty()) continue;
    std::string verdict =
        verdict_words(row.against[std::size_t(Measure::ValidationLoss)], Measure::ValidationLoss, "A");
    // With the minus of all other numbers on the screen.
    for (std::size_t at; (at = verdict.find(" -")) != std::string::npos;) verdict.replace(at + 1, 1, "\u2212");
    EXPECT_TRUE(has_text(table.list, verdict)) << verdict;
  }
  StudyView old = study;
  old.outdated = true;
  EXPECT_TRUE(
      has_text(build_compare_table(runs, &old, 0, {{0, 0}, {1100, 700}}, {&palette(ThemeId::Light), 1}, measure).list,
               "as they were"));
}

TEST(CompareTable, HasTheHeadOfTheStudyAloneWhereThereIsNoRoomForBoth) {
  const FixedMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kFour, 120);
  const StudyView study = sample_study(runs, 20);
  const CardStyle style{&palette(ThemeId::Light), 1};
  for (const float height : {330.0f, 700.0f}) {
    const CompareTable table = build_compare_table(runs, &study, 0, {{0, 0}, {900, height}}, style, measure);
    EXPECT_EQ(has_text(table.list, "After 120 steps"), height > 600) << height;
    EXPECT_EQ(table.rows.empty(), height < 600) << height;
    EXPECT_TRUE(has_text(table.list, "Over 20 seeds after")) << height;
  }
}

TEST(StudyProgress, SaysHowMuchIsDoneAndWhatIsLeft) {
  StudyView study;
  study.done = 23, study.total = 80, study.share = 0.31;
  EXPECT_EQ(study_progress_words(study), "23 of 80 trainings");
  study.seconds_left = 80;
  EXPECT_EQ(study_progress_words(study), "23 of 80 trainings, 1 min 20 s left");
  study.seconds_left = 3725;
  EXPECT_EQ(study_progress_words(study), "23 of 80 trainings, 1 h 2 min left");
  study.cancelled = study.finished = true;
  EXPECT_EQ(study_progress_words(study), "cancelled after 23 of 80 trainings");
  const DisplayList narrow =
      build_study_progress(study, {{0, 0}, {200, 40}}, {&palette(ThemeId::Dark), 1}, CairoTextMeasure());
  EXPECT_TRUE(has_text(narrow, "cancelled after 23 of 80"));
  EXPECT_FALSE(has_text(narrow, "train") || has_text(narrow, "\u2026"));
  study.failed = "no data";
  EXPECT_EQ(study_progress_words(study), "stopped: no data");
  const FixedMeasure measure;
  const DisplayList list = build_study_progress(study, {{0, 0}, {300, 40}}, {&palette(ThemeId::Dark), 1}, measure);
  const std::vector<draw::Box> boxes = all_of_kind<draw::Box>(list);
  ASSERT_EQ(boxes.size(), 2u);
  EXPECT_NEAR(boxes[1].rect.width() / boxes[0].rect.width(), 0.31, 0.001);
}

TEST(ComparePicture, HasNoTextThatIsCutOffOrCoversAnother) {
  const CairoTextMeasure measure;
  const std::vector<RunView> moons = sample_runs("moons", kFour, 120);
  const std::vector<RunView> others[] = {
      moons, sample_runs("conv-spatial", {{"none"}, {"spatial", 0.2}, {"spatial", 0.5}}, 12),
      sample_runs("regression", {{"none"}, {"inverted", 0.2}}, 60)};
  const StudyView study = sample_study(moons, 20);
  for (const std::vector<RunView>& runs : others)
    for (ThemeId theme : {ThemeId::Light, ThemeId::Dark, ThemeId::Projector})
      for (auto [w, h] : {std::pair{1280, 720}, std::pair{1920, 1080}, std::pair{3840, 2160}, std::pair{960, 540}}) {
        const StudyView* over = &runs == &others[0] && theme == ThemeId::Dark ? &study : nullptr;
        const std::vector<PlacedText> texts =
            placed_texts(build_compare_picture(runs, over, theme, w, h, measure), measure);
        const std::string where =
            runs[0].snapshot->spec.scenario + " " + std::to_string(w) + " theme " + std::to_string(int(theme));
        EXPECT_EQ(first_collision(texts), "") << where;
        EXPECT_EQ(first_outside(texts, {{0, 0}, {float(w), float(h)}}), "") << where;
      }
}

TEST(ComparePicture, SaysWhatRunsShareAndAtWhichStepTheyAre) {
  const CairoTextMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kFour, 120);
  const DisplayList list = build_compare_picture(runs, nullptr, ThemeId::Light, 1920, 1080, measure);
  for (const char* text : {"Compare", "TRAIN", "same data", "same initial weights", "step 120", "After 120 steps"})
    EXPECT_TRUE(has_text(list, text)) << text;
  for (const RunView& run : runs) EXPECT_TRUE(has_text(list, run.name)) << run.name;
}

// Without words no font matters. Trained weights agree among machines to a tolerance only.
TEST(ComparePicture, IsTheGoldenOne) {
  const CairoTextMeasure measure;
  const auto share = [&](const std::vector<RunView>& runs, ThemeId theme, const std::string& name) {
    DisplayList list = build_compare_picture(runs, nullptr, theme, 1280, 720, measure);
    std::erase_if(list.items, [](const draw::Item& item) { return std::holds_alternative<draw::Text>(item); });
    return share_off_golden(paint_bitmap(list, 1280, 720, palette(theme).background, measure), name);
  };
  EXPECT_LT(share(sample_runs("moons", kFour, 120), ThemeId::Dark, "compare_moons_dark"), 0.003);
  EXPECT_LT(
      share(sample_runs("digits", {{"inverted", 0.2}, {"inverted", 0.6}}, 40), ThemeId::Light, "compare_digits_light"),
      0.003);
}

}  // namespace
}  // namespace dropscope
