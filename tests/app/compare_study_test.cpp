// What pictures say of a study of many seeds: how many are behind a number, and what may be called best.
#include <gtest/gtest.h>

#include "app/export/cairo_painter.h"
#include "app/scene/compare/curves.h"
#include "app/scene/compare/seed_words.h"
#include "app/scene/compare/table.h"
#include "app/scene/scene_text.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_runs.h"

namespace dropscope {
namespace {

const std::vector<SampleRun> kThree = {{"none"}, {"inverted", 0.5}, {"dropconnect", 0.5}};
const Rect kRoom{{0, 0}, {1100, 700}};
const CardStyle kLight{&palette(ThemeId::Light), 1};

// The study with so many seeds of each run at hand.
StudyView unfinished(const std::vector<RunView>& runs, int seeds, const std::vector<int>& at_hand) {
  StudyView view = sample_study(runs, seeds);
  std::vector<Trial> trials = sample_trials(view.study);
  std::erase_if(trials, [&](const Trial& t) { return int(t.seed) >= at_hand[t.run]; });
  view.finished = view.cancelled = true;
  view.done = trials.size();
  set_trials(view, trials);
  return view;
}

DisplayList table_of(const std::vector<RunView>& runs, const StudyView& study) {
  return build_compare_table(runs, &study, 0, kRoom, kLight, FixedMeasure()).list;
}

DisplayList loss_of(const std::vector<RunView>& runs, const StudyView& study) {
  return build_compare_plot(runs, &study, CurveKind::Loss, kRoom, {}, kLight, FixedMeasure(), {}).list;
}

TEST(SeedsPhrase, SaysHowManyThereAreOfHowMany) {
  const auto phrase = [](std::vector<int> counts, int asked) { return seeds_phrase(counts, asked); };
  EXPECT_EQ(phrase({20, 20}, 20), "20 seeds");
  EXPECT_EQ(phrase({1, 1}, 1), "1 seed");
  EXPECT_EQ(phrase({2, 2}, 20), "2 of 20 seeds");
  EXPECT_EQ(phrase({2, 1}, 20), "1 to 2 of 20 seeds");
  EXPECT_EQ(phrase({1, 0}, 20), "up to 1 of 20 seeds");
}

TEST(UnfinishedStudy, CountsTheSeedsThatAreThere) {
  const std::vector<RunView> runs = sample_runs("moons", kThree, 60);
  const StudyView study = unfinished(runs, 20, {5, 5, 4});
  for (const DisplayList& picture : {table_of(runs, study), loss_of(runs, study)}) {
    EXPECT_TRUE(has_text(picture, "4 to 5 of 20 seeds"));
    EXPECT_FALSE(has_text(picture, "ver 20 seeds"));
  }
  EXPECT_TRUE(has_text(table_of(runs, study), "5 of 20 seeds"));
  EXPECT_TRUE(has_text(table_of(runs, study), "4 of 20 seeds"));
  const StudyView one = unfinished(runs, 20, {1, 1, 0});
  EXPECT_TRUE(has_text(table_of(runs, one), "Over up to 1 of 20 seeds"));
  EXPECT_FALSE(has_text(table_of(runs, one), "standard deviation"));
  EXPECT_TRUE(has_text(loss_of(runs, one), "up to 1 of 20 seeds"));
}

TEST(UnfinishedStudy, CallsNoMeanTheBestOfUnequallyManySeeds) {
  const std::vector<RunView> runs = sample_runs("moons", kThree, 60);
  const StudyView whole = unfinished(runs, 20, {9, 9, 9}), part = unfinished(runs, 20, {9, 9, 8});
  EXPECT_EQ(best_mean(whole.table, Measure::ValidationLoss, -1), 2u);
  EXPECT_EQ(best_mean(part.table, Measure::ValidationLoss, -1), std::nullopt);
  // Bars below the best numbers: those of where the runs stand stay.
  const auto bars = [&](const StudyView& study) { return all_of_kind<draw::Box>(table_of(runs, study)).size(); };
  EXPECT_EQ(bars(whole), bars(part) + 2);
}

TEST(UnfinishedStudy, SaysWhatIsSoFarAndJudgesNothingBeforeItsEnd) {
  const std::vector<RunView> runs = sample_runs("moons", kThree, 60);
  StudyView running = unfinished(runs, 20, {9, 9, 9});
  running.finished = running.cancelled = false;
  const std::vector<std::string> words = verdict_wordings(running, 2);
  ASSERT_FALSE(words.empty());
  EXPECT_EQ(words[0].find("so far, after 9 of 20 seeds: val loss "), 0u) << words[0];
  EXPECT_NE(words[0].find(" in 9 of 9 seeds (95 %: \u2212"), std::string::npos) << words[0];
  for (const std::string& one : words) EXPECT_EQ(one.find("seeds alone"), std::string::npos) << one;
  EXPECT_TRUE(verdict_wordings(running, 0).empty()) << "the first run is held against nothing";
  const auto bars = [&](const StudyView& study) { return all_of_kind<draw::Box>(table_of(runs, study)).size(); };
  StudyView ended = running;
  ended.finished = ended.cancelled = true;
  EXPECT_EQ(bars(ended), bars(running) + 2) << "nothing is called best before the end";
  EXPECT_EQ(verdict_wordings(ended, 2)[0].find("after 9 of 20 seeds: val loss "), 0u);
  EXPECT_NE(verdict_wordings(ended, 2)[0].find("; more than seeds alone do (95 %"), std::string::npos);
  // Two seeds have no interval; none at all have no words. All of them are what the study found.
  const auto while_running = [&](int b) {
    StudyView study = unfinished(runs, 20, {b, b, b});
    study.finished = study.cancelled = false;
    const std::vector<std::string> lines = verdict_wordings(study, 1);
    return lines.empty() ? "" : lines[0];
  };
  EXPECT_EQ(while_running(2).find("95 %"), std::string::npos);
  EXPECT_EQ(while_running(2).find("so far, after 2 of 20 seeds: "), 0u);
  EXPECT_EQ(while_running(1).find("average"), std::string::npos);
  EXPECT_EQ(while_running(0), "");
  EXPECT_EQ(while_running(20).find("so far"), std::string::npos);
}

// Rather the interval than how many of the seeds agree.
TEST(StudyTable, KeepsTheIntervalsWhereRoomIsShort) {
  const CairoTextMeasure measure;
  const std::vector<RunView> runs =
      sample_runs("moons", {{"none"}, {"inverted", 0.5}, {"dropconnect", 0.5}, {"gaussian", 0.5}}, 60);
  StudyView study = sample_study(runs, 20);
  // The table of a window of 1280 x 720, with a line for each verdict.
  const Rect area{{674, 396}, {1261, 606}};
  for (int round : {0, 1, 2}) {  // all seeds; cancelled; still to come
    study.finished = round < 2;
    if (round > 0) {
      std::vector<Trial> trials = sample_trials(study.study);
      std::erase_if(trials, [](const Trial& t) { return t.seed >= 14; });
      set_trials(study, trials);
    }
    const CompareTable table =
        build_compare_table(runs, &study, 0, area, {&palette(ThemeId::Light), 720.0f / 1080}, measure);
    int intervals = 0;
    for (const draw::Text& text : all_of_kind<draw::Text>(table.list))
      intervals += text.text.find("(95 %: ") != std::string::npos && text.text.ends_with(")");
    EXPECT_EQ(intervals, 3);
    // All of it where the pointer rests.
    ASSERT_EQ(table.verdicts.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string &help = table.verdicts[i].help, whole = verdict_wordings(study, i + 1)[0];
      EXPECT_EQ(help, run_letter(i + 1) + ": " + whole + ".\n" + tested_words());
      EXPECT_TRUE(inside(table.verdicts[i].rect, area));
      EXPECT_GT(table.verdicts[i].rect.height(), 30) << "the row and its verdict";
    }
  }
}

TEST(StudyOfOneSeed, HasNoSpread) {
  const std::vector<RunView> runs = sample_runs("moons", kThree, 60);
  const StudyView study = sample_study(runs, 1);
  for (const DisplayList& picture : {table_of(runs, study), loss_of(runs, study)}) {
    EXPECT_FALSE(has_text(picture, "1 seeds"));
    EXPECT_FALSE(has_text(picture, "\u00b1"));
    EXPECT_TRUE(has_text(picture, "1 seed"));
  }
}

TEST(StudyTable, SaysHowManyRunsDiverged) {
  const std::vector<RunView> runs = sample_runs("moons", kThree, 60);
  StudyView study = sample_study(runs, 20);
  EXPECT_FALSE(has_text(table_of(runs, study), "diverged"));
  std::vector<Trial> trials = sample_trials(study.study);
  for (Trial& t : trials)
    if (t.run == 2 && t.seed < 3) t.diverged = "Not a number";
  set_trials(study, trials);
  EXPECT_TRUE(has_text(table_of(runs, study), "3 diverged of 20 seeds"));
  EXPECT_TRUE(has_text(loss_of(runs, study), "17 to 20 of 20 seeds"));
  EXPECT_EQ(best_mean(study.table, Measure::ValidationLoss, -1), std::nullopt);
}

TEST(StudyTable, CallsBestWhatIsMoreThanSeedsAlone) {
  const std::vector<RunView> runs = sample_runs("moons", kThree, 60);
  StudyView study = sample_study(runs, 20);
  EXPECT_EQ(best_mean(study.table, Measure::ValidationLoss, -1), 2u);
  EXPECT_EQ(best_mean(study.table, Measure::ValidationLoss, 1), 0u);
  EXPECT_EQ(best_mean(study.table, Measure::ValidationAccuracy, 1), 2u);
  EXPECT_EQ(best_mean(study.table, Measure::Gap, 0), std::nullopt);
  // All equal but for seeds: the lowest mean is chance.
  std::vector<Trial> trials = sample_trials(study.study);
  for (Trial& t : trials) t.score.last.validation_loss += 0.05f * float(t.run);
  set_trials(study, trials);
  ASSERT_FALSE(study.table.rows[2].against[std::size_t(Measure::ValidationLoss)].exceeds());
  EXPECT_EQ(best_mean(study.table, Measure::ValidationLoss, -1), std::nullopt);
}

TEST(StudyTable, SaysWhichQuestionIsAskedWhereThereIsRoom) {
  const std::vector<RunView> runs = sample_runs("moons", kThree, 60);
  EXPECT_TRUE(has_text(table_of(runs, sample_study(runs, 20)), "The question is asked of val loss."));
}

TEST(StudyTable, FitsWithCountsBehindItsNames) {
  const CairoTextMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kThree, 60);
  StudyView study = unfinished(runs, 20, {12, 11, 11});
  study.table.rows[1].diverged = 3;
  for (const Palette* colours : all_palettes())
    for (float width : {1200.0f, 620.0f, 500.0f, 380.0f, 300.0f})
      for (bool outdated : {false, true}) {
        study.outdated = outdated;
        const Rect area{{0, 0}, {width * colours->type_scale, 330 * colours->type_scale}};
        const std::vector<PlacedText> texts =
            placed_texts(build_compare_table(runs, &study, 1, area, {colours, 0.8f}, measure).list, measure);
        const std::string where = std::string(colours->name) + " " + std::to_string(int(width));
        EXPECT_EQ(first_collision(texts), "") << where;
        EXPECT_EQ(first_outside(texts, area), "") << where;
      }
}

// Counts become short, and rows two lines high, before a name is cut.
TEST(StudyTable, HasWholeNamesBesideItsCounts) {
  const CairoTextMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kThree, 60);
  StudyView study = unfinished(runs, 6, {3, 3, 3});
  study.table.rows[1].name = "dropout 0.5, L2 0.01 and batch norm";
  for (const float width : {900.0f, 620.0f, 560.0f}) {
    const Rect area{{0, 0}, {width, 500}};
    const CompareTable table = build_compare_table(runs, &study, std::nullopt, area, {kLight.palette, 0.75f}, measure);
    const std::vector<PlacedText> texts = placed_texts(table.list, measure);
    EXPECT_EQ(first_collision(texts), "") << width;
    EXPECT_TRUE(has_text(table.list, "batch norm")) << width;
    EXPECT_TRUE(has_text(table.list, "3 of 6")) << width;
  }
}

}  // namespace
}  // namespace dropscope
