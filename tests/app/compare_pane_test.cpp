// Panes of Compare mode: where things are, what is said of a run, and what its masks have in common with A's.
#include "app/scene/compare/pane.h"

#include <gtest/gtest.h>

#include <set>

#include "app/export/cairo_painter.h"
#include "app/scene/compare/nested_masks.h"
#include "app/scene/compare/sheet.h"
#include "app/scene/scene_text.h"
#include "tests/app/backrow.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_runs.h"

namespace dropscope {
namespace {

const std::vector<SampleRun> kFour = {{"none"}, {"inverted", 0.5}, {"dropconnect", 0.5}, {"l2"}};

std::string joined_notes(RunViews runs, std::size_t run, bool averaging = false) {
  std::string all;
  for (const PaneNote& note : pane_notes(runs, run, averaging)) all += note.wordings.front() + "\n";
  return all;
}

// A copy of a run's snapshot that a test may change.
std::shared_ptr<Snapshot> changed(RunView& run) {
  auto copy = std::make_shared<Snapshot>(*run.snapshot);
  run.snapshot = copy;
  return copy;
}

TEST(RunMarks, TellFourRunsApartWithoutColour) {
  std::set<std::string> letters;
  std::set<int> markers;
  std::set<std::vector<float>> lines, train;
  for (std::size_t run = 0; run < kMostMarkedRuns; ++run) {
    letters.insert(run_letter(run));
    markers.insert(run_marker(run));
    lines.insert({run_dashes(run).begin(), run_dashes(run).end()});
    train.insert({run_train_dashes(run).begin(), run_train_dashes(run).end()});
    EXPECT_FALSE(run_train_dashes(run).empty());
    EXPECT_EQ(run_dashes(run).size() % 2, 0u);
  }
  EXPECT_EQ(letters.size(), 4u);
  EXPECT_EQ(markers.size(), 4u);
  EXPECT_EQ(lines.size(), 4u);
  EXPECT_EQ(train.size(), 4u);
  EXPECT_TRUE(run_dashes(0).empty());
}

TEST(Panes, LieSideBySideWithinTheirRoom) {
  const Rect area{{10, 20}, {1310, 420}};
  for (std::size_t runs = 1; runs <= 4; ++runs) {
    const std::vector<Rect> panes = place_panes(area, runs, 12);
    ASSERT_EQ(panes.size(), runs);
    for (std::size_t i = 0; i < runs; ++i) {
      EXPECT_TRUE(inside(panes[i], area));
      EXPECT_NEAR(panes[i].width(), panes[0].width(), 0.01f);
      if (i > 0) {
        EXPECT_NEAR(panes[i].min.x - panes[i - 1].max.x, 12, 0.01f);
      }
    }
    EXPECT_NEAR(panes.back().max.x, area.max.x, 0.01f);
  }
}

TEST(Panes, KeepTheirPartsApartAndTheirTextsInside) {
  const CairoTextMeasure measure;
  const std::vector<RunView> moons = sample_runs("moons", kFour, 60);
  const std::vector<RunView> lines = sample_runs("regression", {{"none"}, {"inverted", 0.2}}, 60);
  struct Window {
    float width, height;
  };
  for (const std::vector<RunView>* all : {&moons, &lines})
    for (std::size_t count = 1; count <= all->size(); ++count)
      for (Window window : {Window{1280, 720}, {1920, 1080}, {3840, 2160}})
        for (const Palette* colours : all_palettes()) {
          const CardStyle style{colours, window.height / 1080};
          const RunViews runs(all->data(), count);
          const Rect area{{0, 0}, {window.width, window.height * 0.5f}};
          const std::vector<Rect> panes = place_panes(area, count, 12 * style.u);
          for (std::size_t i = 0; i < count; ++i) {
            const std::string where = std::string(colours->name) + " " + std::to_string(count) + " runs, " +
                                      run_letter(i) + ", " + std::to_string(int(window.width));
            const PaneLayout layout = layout_pane(runs, panes[i], 30 * style.u, style, measure);
            const Rect parts[] = {layout.head,  layout.notes,   layout.network,
                                  layout.marks, layout.surface, layout.numbers};
            for (const Rect& part : parts) EXPECT_TRUE(inside(part, layout.frame)) << where;
            for (std::size_t a = 0; a < std::size(parts); ++a)
              for (std::size_t b = a + 1; b < std::size(parts); ++b)
                EXPECT_FALSE(overlap(parts[a], parts[b], 0.5f)) << where << " parts " << a << " and " << b;
            EXPECT_GT(layout.network.height(), 0.25f * area.height()) << where;
            DisplayList list = build_pane(runs, i, i == 0, layout, style, measure);
            list.append(build_pane_surface(runs[i], layout, style, measure));
            if (i > 0)
              list.append(
                  build_meeting_legend(*runs[i].snapshot, *runs[0].snapshot, "A", layout.marks, style, measure));
            SceneStyle scene;
            scene.palette = colours, scene.u = style.u, scene.bare = true;
            const NetworkLayout network = layout_network(*runs[i].snapshot, layout.network, scene);
            list.append(build_network_scene(*runs[i].snapshot, network, scene, measure).labels);
            const std::vector<PlacedText> texts = placed_texts(list, measure);
            EXPECT_EQ(first_collision(texts), "") << where;
            EXPECT_EQ(first_outside(texts, layout.frame), "") << where;
          }
        }
}

// Sixteen units below each other would be dots in the panes of a small window.
TEST(Panes, HaveUnitsThatCanBeSeenInTheSmallestWindow) {
  const CairoTextMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  const CardStyle style{&palette(ThemeId::Light), 720.0f / 1080};
  for (std::size_t count = 1; count <= runs.size(); ++count) {
    const RunViews shown(runs.data(), count);
    const std::vector<Rect> panes = place_panes({{8, 56}, {1240, 380}}, count, 12 * style.u);
    const PaneLayout layout = layout_pane(shown, panes[0], 30 * style.u, style, measure);
    SceneStyle scene;
    scene.palette = style.palette, scene.u = style.u, scene.bare = true;
    for (const ColumnLayout& column : layout_network(*runs[0].snapshot, layout.network, scene).columns) {
      EXPECT_EQ(column.style, ColumnLayout::Style::Units);
      EXPECT_GT(2 * column.radius, 8.5f) << count << " runs";
    }
  }
}

TEST(Panes, HaveNotesAndNumbersOfReadableSize) {
  const CairoTextMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  const CardStyle style{&palette(ThemeId::Light), 720.0f / 1080};
  const PaneLayout layout = layout_pane(runs, {{0, 0}, {310, 380}}, 0, style, measure);
  for (const PlacedText& text : placed_texts(build_pane(runs, 1, false, layout, style, measure), measure))
    EXPECT_GE(text.size, 13) << text.text;
}

TEST(Panes, ShowTheLastEvaluationOfTheirRun) {
  const FixedMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  const CardStyle style{&palette(ThemeId::Dark), 1};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const PaneLayout layout = layout_pane(runs, {{0, 0}, {480, 520}}, 0, style, measure);
    const DisplayList list = build_pane(runs, i, false, layout, style, measure);
    const MetricPoint& last = runs[i].snapshot->history.back();
    char text[32];
    for (float value : {last.train_accuracy, last.validation_accuracy}) {
      std::snprintf(text, sizeof text, "%.3f", double(value));
      EXPECT_TRUE(has_text(list, text)) << run_letter(i);
    }
    EXPECT_TRUE(has_text(list, run_letter(i)));
    EXPECT_TRUE(has_text(list, runs[i].name));
  }
}

TEST(Panes, SayWhatDiffersAndWhatBecameOfTheRun) {
  std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  EXPECT_NE(joined_notes(runs, 1).find(runs[1].differences[0]), std::string::npos);
  EXPECT_NE(joined_notes(runs, 3).find("L2"), std::string::npos);
  EXPECT_EQ(joined_notes(runs, 1).find("catching up"), std::string::npos);
  runs[1].catching_up = true;
  EXPECT_NE(joined_notes(runs, 1).find("catching up: step 60"), std::string::npos);
  const auto over = changed(runs[1]);
  over->over = true;
  EXPECT_NE(joined_notes(runs, 1).find("stopped early at step 60"), std::string::npos);
  over->status = RunStatus::Diverged, over->message = "the loss is not a number";
  EXPECT_NE(joined_notes(runs, 1).find("the loss is not a number"), std::string::npos);
  EXPECT_EQ(joined_notes(runs, 1).find("stopped early"), std::string::npos);
  EXPECT_TRUE(pane_notes(runs, 1).front().warning);
  runs[1].snapshot = nullptr;
  EXPECT_EQ(joined_notes(runs, 1), "");
}

TEST(Panes, SayOfWhichStepTheirNumbersAreAndKeepTheirPlaces) {
  const CairoTextMeasure measure;
  std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  const CardStyle style{&palette(ThemeId::Light), 720.0f / 1080};
  const Rect rect{{0, 0}, {302, 322}};
  EXPECT_EQ(joined_notes(runs, 0).find("step"), std::string::npos) << joined_notes(runs, 0);
  const PaneLayout before = layout_pane(runs, rect, 20, style, measure);
  for (RunView& run : runs) changed(run)->tick = 63;
  const PaneLayout after = layout_pane(runs, rect, 20, style, measure);
  EXPECT_EQ(after.network.min, before.network.min);
  EXPECT_EQ(after.surface.max, before.surface.max);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    EXPECT_NE(joined_notes(runs, i).find("train, val and gap are of step 60"), std::string::npos) << i;
    EXPECT_TRUE(has_text(build_pane(runs, i, false, after, style, measure), "of step 60")) << i;
  }
  // Where the names say what differs, that alone gives way; a setting that no name tells stays.
  runs[1].differences.push_back("evaluate every 0 \u2192 7");
  EXPECT_EQ(pane_notes(runs, 1).size(), 2u);
  EXPECT_NE(pane_notes(runs, 1)[0].wordings.front().find("evaluate every"), std::string::npos);
  EXPECT_EQ(pane_notes(runs, 1)[1].wordings.front(), "train, val and gap are of step 60");
}

TEST(Panes, SayWhatDiffersBeforeTheMasksAndOnlyThenOfWhichStepTheirNumbersAre) {
  const CairoTextMeasure measure;
  std::vector<RunView> runs = sample_runs("moons", {{"inverted", 0.3}, {"inverted", 0.7}}, 60);
  for (RunView& run : runs) {
    const auto copy = changed(run);
    copy->history = sample_runs("moons", {{"inverted", 0.3}}, 40)[0].snapshot->history;
  }
  runs[1].differences = {"evaluate every 0 \u2192 7"};
  const std::vector<PaneNote> notes = pane_notes(runs, 1);
  ASSERT_EQ(notes.size(), 3u);
  EXPECT_EQ(notes[0].wordings.front(), "evaluate every 0 \u2192 7");
  EXPECT_NE(notes[1].wordings.front().find("that A drops"), std::string::npos);
  EXPECT_EQ(notes[2].wordings.front(), "train, val and gap are of step 40");
  const CardStyle style{&palette(ThemeId::Light), 720.0f / 1080};
  PaneLayout layout = layout_pane(runs, {{0, 0}, {420, 240}}, 20, style, measure);
  ASSERT_LT(layout.notes.height(), 3 * 13 * 1.3f) << "two lines";
  const DisplayList list = build_pane(runs, 1, false, layout, style, measure);
  EXPECT_TRUE(has_text(list, "evaluate every"));
  EXPECT_TRUE(has_text(list, "that A drops") || has_text(list, "units")) << "nested masks";
  EXPECT_FALSE(has_text(list, "of step 40"));
  // No sentence ends in its middle without a sign of it.
  runs[1].differences = {"a difference of so many words that it can by no means be told in one line of this pane"};
  layout.notes.max.y = layout.notes.min.y + 13 * 1.3f;
  EXPECT_TRUE(has_text(build_pane(runs, 1, false, layout, style, measure), "\u2026"));
}

TEST(Panes, SayBesideAStudyThatARunWasChangedByHand) {
  std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  EXPECT_EQ(by_hand_words(runs), "");
  TimelineView line;
  line.pins.push_back({40, "dropout.rate = 0.1", false});
  changed(runs[1])->timeline = std::make_shared<const TimelineView>(line);
  EXPECT_EQ(by_hand_words(runs),
            "B was changed by hand on the way: seeds are trained from step 0 with the settings of now");
  changed(runs[3])->timeline = std::make_shared<const TimelineView>(line);
  EXPECT_EQ(by_hand_words(runs).find("B, D were changed by hand"), 0u);
}

TEST(Panes, SayWhatWasChangedByHandOnTheWay) {
  std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  const auto with = [&](TimelineView::Pin pin) {
    const auto s = changed(runs[1]);
    TimelineView line;
    line.pins.push_back(std::move(pin));
    s->timeline = std::make_shared<const TimelineView>(std::move(line));
    return joined_notes(runs, 1);
  };
  EXPECT_NE(with({40, "dropout.rate = 0.1", false}).find("changed by hand after step 40: dropout.rate = 0.1"),
            std::string::npos);
  EXPECT_NE(with({0, "hidden1, unit 3 dropped", true}).find("changed by hand"), std::string::npos);
  // Before training began it is a setting as any other; what lies ahead has not happened.
  EXPECT_EQ(with({0, "dropout.rate = 0.1", false}).find("by hand"), std::string::npos);
  EXPECT_EQ(with({61, "dropout.rate = 0.1", false}).find("by hand"), std::string::npos);
}

TEST(Panes, ShowAllThreeNumbersAtEverySizeOfALecture) {
  const CairoTextMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  for (const auto& [width, height] : {std::pair{960.0f, 600.0f}, {1280, 720}, {1600, 900}, {1920, 1080}})
    for (std::size_t count = 1; count <= (width < 1000 ? 3 : runs.size()); ++count) {
      const CardStyle style{&palette(ThemeId::Dark), std::max(height / 1080, 0.722f)};
      const RunViews shown(runs.data(), count);
      const std::vector<Rect> panes = place_panes({{0, 0}, {width, height * 0.48f}}, count, 12 * style.u);
      const PaneLayout layout = layout_pane(shown, panes[0], 30 * style.u, style, measure);
      const DisplayList list = build_pane(shown, 0, false, layout, style, measure);
      for (const char* name : {"train acc", "val acc", "loss gap"})
        EXPECT_TRUE(has_text(list, name)) << name << ", " << count << " runs at " << width;
    }
}

TEST(Panes, HaveNumbersNoSmallerThanTheirNames) {
  const CairoTextMeasure measure;
  const std::vector<RunView> runs = sample_runs("moons", kFour, 60);
  const std::string number = fixed_text(double(runs[0].snapshot->history.back().validation_accuracy), 3);
  for (const Palette* colours : all_palettes())
    for (const auto& [width, height] : {std::pair{1280.0f, 720.0f}, {1600.0f, 900.0f}, {1920.0f, 1080.0f}})
      for (std::size_t count = 1; count <= runs.size(); ++count) {
        const CardStyle style{colours, height / 1080};
        const std::vector<Rect> panes = place_panes({{0, 0}, {width, height * 0.46f}}, count, 12 * style.u);
        const PaneLayout layout = layout_pane({runs.data(), count}, panes[0], 30 * style.u, style, measure);
        float of_name = 0, of_number = 0;
        for (const draw::Text& text :
             all_of_kind<draw::Text>(build_pane({runs.data(), count}, 0, false, layout, style, measure))) {
          if (text.text == "val acc") of_name = text.size;
          if (text.text == number) of_number = text.size;
        }
        EXPECT_GE(of_name, 13);
        EXPECT_GE(of_number, of_name) << colours->name << ", " << count << " runs at " << width;
      }
}

TEST(Panes, KeepNumbersAndWarningsOfARunawayInside) {
  const CairoTextMeasure measure;
  std::vector<RunView> runs = sample_runs("moons", {{"none"}, {"inverted", 0.5}}, 20);
  const auto wild = changed(runs[1]);
  MetricPoint point = wild->history.back();
  point.tick = 21;
  point.train_loss = 1e19f, point.validation_loss = 3.5e19f;
  HistoryBuilder history;
  history.add(point);
  wild->history = history.view();
  wild->status = RunStatus::Diverged;
  wild->message = "Not a number in output, unit 1 at step 3. The weights are kept as they were before it. Try less.";
  for (const float width : {220.0f, 300.0f, 420.0f, 600.0f}) {
    const CardStyle style{&palette(ThemeId::Projector), 720.0f / 1080};
    const PaneLayout layout = layout_pane(runs, {{0, 0}, {width, 330}}, 20, style, measure);
    const std::vector<PlacedText> texts = placed_texts(build_pane(runs, 1, true, layout, style, measure), measure);
    EXPECT_EQ(first_collision(texts), "") << width;
    EXPECT_EQ(first_outside(texts, layout.frame), "") << width;
  }
  EXPECT_EQ(gap_text(2.5e19), "+2.50e+19");
  EXPECT_EQ(gap_text(0.25), "+0.250");
  EXPECT_EQ(gap_text(-0.25), "\u22120.250");
}

TEST(Panes, SayWhereLayersDiffer) {
  const std::vector<RunView> runs = sample_runs("moons", {{"none"}, {"batchnorm"}, {"inverted", 0.5}}, 5);
  EXPECT_NE(joined_notes(runs, 1).find("other layers than A"), std::string::npos);
  EXPECT_EQ(joined_notes(runs, 2).find("other layers"), std::string::npos);
  EXPECT_NE(shared_words(runs).find("same data"), std::string::npos);
  EXPECT_EQ(shared_words(runs).find("same initial weights"), std::string::npos);
  const std::vector<RunView> alike = {runs[0], runs[2]};
  EXPECT_EQ(shared_words(alike),
            "same data \u00b7 same initial weights \u00b7 same batches \u00b7 same random numbers \u00b7 seed " +
                std::to_string(runs[0].snapshot->spec.seed));
}

TEST(Panes, SayThatOnlyTheOrderOfBatchesIsTheSameWhereOneRunChangesItsImages) {
  const std::vector<RunView> runs = sample_runs("digits", {{"none"}, {"augmentation"}}, 2);
  EXPECT_NE(shared_words(runs).find("same order of batches"), std::string::npos) << shared_words(runs);
  EXPECT_EQ(shared_words(runs).find("same batches"), std::string::npos) << shared_words(runs);
}

TEST(Panes, DoNotMoveWhenCountsOfMasksChange) {
  const CairoTextMeasure measure;
  const CardStyle style{&palette(ThemeId::Light), 0.8f};
  const Rect rect{{0, 0}, {430, 420}};
  std::optional<PaneLayout> first;
  for (std::int64_t ticks : {20, 21, 22, 23, 40}) {
    const std::vector<RunView> runs = sample_runs("moons", {{"inverted", 0.2}, {"inverted", 0.6}}, ticks);
    const PaneLayout layout = layout_pane(runs, rect, 0, style, measure);
    if (!first) first = layout;
    EXPECT_EQ(layout.network.min, first->network.min);
    EXPECT_EQ(layout.network.max, first->network.max);
    EXPECT_GT(layout.marks.height(), 0);
  }
}

// Dropped gates of both, counted here.
MaskMeeting counted(const Snapshot& run, const Snapshot& reference) {
  MaskMeeting meeting;
  for (std::size_t s = 0; s < run.sites.size(); ++s) {
    const std::vector<float>&mine = run.sites[s].gate, &theirs = reference.sites[s].gate;
    for (std::size_t i = 0; i < mine.size() && i < theirs.size(); ++i) {
      meeting.both += mine[i] == 0 && theirs[i] == 0;
      meeting.here += mine[i] == 0 && theirs[i] != 0;
      meeting.reference += mine[i] != 0 && theirs[i] == 0;
    }
  }
  return meeting;
}

TEST(NestedMasks, OfTheHigherRateHoldAllThatTheLowerDrops) {
  for (auto [low, high] : {std::pair{0.2, 0.5}, std::pair{0.1, 0.8}, std::pair{0.35, 0.4}})
    for (std::int64_t ticks : {3, 20, 41}) {
      const std::vector<RunView> runs = sample_runs("moons", {{"inverted", low}, {"inverted", high}}, ticks);
      const auto meeting = meet(*runs[1].snapshot, *runs[0].snapshot);
      ASSERT_TRUE(meeting);
      const MaskMeeting expected = counted(*runs[1].snapshot, *runs[0].snapshot);
      EXPECT_EQ(meeting->both, expected.both);
      EXPECT_EQ(meeting->here, expected.here);
      EXPECT_EQ(meeting->reference, 0u);
      EXPECT_FALSE(meeting->same_rates);
      if (meeting->both > 0 && meeting->here > 0) {
        EXPECT_EQ(meeting_words(*meeting, "A").front(), "drops all " + std::to_string(expected.both) +
                                                            " units that A drops, and " +
                                                            std::to_string(expected.here) + " more");
      }
      const auto back = meet(*runs[0].snapshot, *runs[1].snapshot);
      EXPECT_EQ(back->here, 0u);
      EXPECT_EQ(back->reference, expected.here);
    }
}

TEST(NestedMasks, AreHeldAgainstTheNearestLowerRateOfTheSameVariant) {
  const std::vector<RunView> runs =
      sample_runs("moons", {{"none"}, {"inverted", 0.6}, {"inverted", 0.2}, {"inverted", 0.45}}, 20);
  EXPECT_EQ(mask_partner(runs, 0), std::nullopt);
  EXPECT_EQ(mask_partner(runs, 1), 3u);
  EXPECT_EQ(mask_partner(runs, 2), std::nullopt);
  EXPECT_EQ(mask_partner(runs, 3), 2u);
  for (const auto& [run, other] : {std::pair<std::size_t, std::size_t>{1, 3}, {3, 2}}) {
    const auto meeting = meet(*runs[run].snapshot, *runs[other].snapshot);
    ASSERT_TRUE(meeting);
    const MaskMeeting expected = counted(*runs[run].snapshot, *runs[other].snapshot);
    EXPECT_EQ(meeting->here, expected.here);
    EXPECT_EQ(meeting->reference, 0u);
    EXPECT_NE(joined_notes(runs, run).find("that " + run_letter(other) + " drops, and "), std::string::npos)
        << joined_notes(runs, run);
  }
  // The first run, too, where another has the lower rate; and that other one is still held against the first.
  const std::vector<RunView> turned = sample_runs("moons", {{"inverted", 0.7}, {"inverted", 0.3}}, 20);
  EXPECT_EQ(mask_partner(turned, 0), 1u);
  EXPECT_EQ(mask_partner(turned, 1), 0u);
  // Another variant of the same rate drops otherwise.
  const std::vector<RunView> others = sample_runs("moons", {{"none"}, {"inverted", 0.3}, {"classic", 0.6}}, 20);
  EXPECT_EQ(mask_partner(others, 2), std::nullopt);
}

TEST(NestedMasks, AreCountedAndNotAssumed) {
  std::vector<RunView> runs = sample_runs("moons", {{"inverted", 0.5}, {"inverted", 0.7}}, 20);
  const auto copy = changed(runs[1]);
  for (SiteView& site : copy->sites)
    for (std::size_t i = 0; i < site.gate.size(); ++i)
      if (runs[0].snapshot->sites[std::size_t(&site - copy->sites.data())].gate[i] == 0) {
        site.gate[i] = 1;  // kept by hand
        const auto meeting = meet(*copy, *runs[0].snapshot);
        EXPECT_EQ(meeting->reference, 1u);
        EXPECT_EQ(meeting_words(*meeting, "A").front().find("not nested: drops "), 0u);
        return;
      }
  FAIL() << "A drops nothing";
}

TEST(NestedMasks, CountMapsWhereMapsFallOutWhole) {
  const std::vector<RunView> runs = sample_runs("conv-spatial", {{"spatial", 0.2}, {"spatial", 0.6}}, 6);
  const auto meeting = meet(*runs[1].snapshot, *runs[0].snapshot);
  ASSERT_TRUE(meeting);
  std::uint64_t coins = 0, kept = 0;
  for (const SiteView& site : runs[1].snapshot->sites)
    if (site.rate > 0) coins += std::uint64_t(site.coins), kept += std::uint64_t(site.coins_kept);
  ASSERT_GT(coins, 0u);
  EXPECT_EQ(meeting->both + meeting->here, coins - kept);
  EXPECT_EQ(meeting->reference, 0u);
  EXPECT_NE(std::string(meeting->of).find("map"), std::string::npos);
}

TEST(NestedMasks, AreNotComparedAcrossStepsVariantsOrViews) {
  const std::vector<RunView> runs = sample_runs("moons", {{"inverted", 0.2}, {"inverted", 0.5}}, 20);
  const std::vector<RunView> later = sample_runs("moons", {{"inverted", 0.2}, {"inverted", 0.5}}, 21);
  EXPECT_FALSE(meet(*later[1].snapshot, *runs[0].snapshot));
  const std::vector<RunView> eval = sample_runs("moons", {{"inverted", 0.2}, {"inverted", 0.5}}, 20, true);
  EXPECT_FALSE(meet(*eval[1].snapshot, *eval[0].snapshot));
  const std::vector<RunView> others = sample_runs("moons", {{"none"}, {"inverted", 0.5}, {"gaussian", 0.5}}, 20);
  EXPECT_FALSE(can_meet(*others[1].snapshot, *others[0].snapshot));
  EXPECT_FALSE(can_meet(*others[2].snapshot, *others[1].snapshot));
  EXPECT_TRUE(meeting_words({.both = 3, .here = 2, .reference = 1, .same_variant = false}, "A").empty());
}

TEST(NestedMasks, AreWordedForEachCase) {
  const auto words = [](std::uint64_t both, std::uint64_t here, std::uint64_t reference) {
    return meeting_words({.both = both, .here = here, .reference = reference}, "A").front();
  };
  EXPECT_EQ(words(7, 3, 0), "drops all 7 units that A drops, and 3 more");
  EXPECT_EQ(words(5, 0, 4), "drops 5 of the 9 units that A drops, and no other");
  EXPECT_EQ(words(5, 0, 0), "drops exactly the 5 units that A drops");
  EXPECT_EQ(words(5, 2, 4), "not nested: drops 5 of the 9 units that A drops, and 2 others");
  EXPECT_EQ(words(0, 3, 0), "drops 3 units in this step, A none");
  EXPECT_EQ(words(0, 0, 0), "drops no units in this step, as A");
  EXPECT_EQ(words(0, 0, 2), "drops 0 of the 2 units that A drops, and no other");
}

TEST(NestedMasks, HaveAMarkWhereverTheyDiffer) {
  const std::vector<RunView> runs = sample_runs("moons", {{"inverted", 0.3}, {"inverted", 0.7}}, 20);
  SceneStyle style;
  style.palette = &palette(ThemeId::Light), style.u = 1, style.bare = true;
  const Rect area{{0, 0}, {700, 500}};
  const NetworkLayout layout = layout_network(*runs[1].snapshot, area, style);
  const MaskMeeting expected = counted(*runs[1].snapshot, *runs[0].snapshot);
  ASSERT_GT(expected.here, 0u);
  const DisplayList list = build_meeting_marks(*runs[1].snapshot, *runs[0].snapshot, layout, style);
  EXPECT_EQ(all_of_kind<draw::Polyline>(list).size(), expected.here + expected.reference);
  style.averaging = true;
  EXPECT_TRUE(build_meeting_marks(*runs[1].snapshot, *runs[0].snapshot, layout, style).items.empty());
}

// A filled mark against a hollow one, as the last row sees them in grey.
TEST(NestedMasks, TellBothKindsApartInGrey) {
  const CairoTextMeasure measure;
  std::vector<RunView> runs = sample_runs("moons", {{"inverted", 0.3}, {"inverted", 0.7}}, 20);
  for (const Palette* colours : all_palettes()) {
    double light[2] = {};
    for (const bool here : {true, false}) {
      SceneStyle style;
      style.palette = colours, style.u = 2, style.bare = true;
      const Snapshot &run = *runs[here ? 1 : 0].snapshot, &reference = *runs[here ? 0 : 1].snapshot;
      const NetworkLayout layout = layout_network(run, {{0, 0}, {1400, 1000}}, style);
      const DisplayList list = build_meeting_marks(run, reference, layout, style);
      const auto outlines = all_of_kind<draw::Polyline>(list);
      ASSERT_FALSE(outlines.empty());
      const BackRow back(paint_bitmap(list, 1400, 1000, colours->card, measure));
      const std::vector<Vec2>& corners = outlines[0].points;
      light[here] = back.in_disc((corners[0] + corners[1] + corners[2]) * (1.0f / 3), 2);
    }
    EXPECT_GE(light_ratio(light[0], light[1]), 1.5) << colours->name;
  }
}

}  // namespace
}  // namespace dropscope
