// Cards and timeline of Step mode: no word leaves its card, whatever the size and the theme; marks are where they
// belong.
#include <gtest/gtest.h>

#include "app/scene/scene_parts.h"
#include "app/scene/step_cards.h"
#include "app/scene/timeline_picture.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_snapshot.h"

namespace dropscope {
namespace {

Snapshot traced(int classes, Phase phase) {
  SampleOptions options;
  options.widths = {2, 8, 8, classes};
  options.classes = classes;
  options.rate = 0.3;
  Snapshot s = sample_snapshot(options);
  s.row = 6, s.rows = 16;
  auto timeline = std::make_shared<TimelineView>();
  timeline->beats = {{Phase::Batch, -1},   {Phase::Masks, -1}, {Phase::Forward, 1},  {Phase::Forward, 2},
                     {Phase::Forward, 3},  {Phase::Loss, -1},  {Phase::Backward, 3}, {Phase::Backward, 2},
                     {Phase::Backward, 1}, {Phase::Update, -1}};
  timeline->tick = 100, timeline->last_tick = 200, timeline->at_tip = false;
  for (std::size_t i = 0; i < timeline->beats.size(); ++i)
    if (timeline->beats[i].phase == phase) timeline->beat = int(i) + 1;
  timeline->history = s.history;
  timeline->pins = {
      {20, "hidden 1, unit 3 dropped", true}, {20, "hidden 1, unit 4 dropped", true}, {150, "rate", false}};
  timeline->bookmarks = {{100, 2, "here"}};
  timeline->branches = {{"Main", 0, 200, -1}, {"Branch 2 at step 50", 50, 80, 0}};
  s.timeline = timeline;
  auto trace = std::make_shared<TraceView>();
  trace->layers.resize(4);
  for (std::size_t l = 1; l < 4; ++l) {
    const auto units = std::size_t(s.layers[l].units);
    for (std::size_t u = 0; u < units; ++u) {
      const float dy = 0.01f * float(u + 1);
      const bool open = s.layers[l].site < 0 || s.sites[std::size_t(s.layers[l].site)].gate[u] != 0;
      trace->layers[l].dy.push_back(dy);
      trace->layers[l].dh.push_back(open ? dy / 0.7f : 0);
      trace->layers[l].dz.push_back(open && s.layers[l].z[u] > 0 ? dy / 0.7f : 0);
    }
  }
  trace->label = 1;
  trace->outputs.assign(std::size_t(classes), 1 / float(classes));
  trace->example_loss = 1.234, trace->batch_loss = 0.987;
  trace->study.layer = 1, trace->study.unit = 2, trace->study.eval = 0.731, trace->study.deviation = 0.4;
  for (int i = 0; i < 200; ++i) trace->study.running_mean.push_back(0.7f + 0.3f / float(i + 1));
  s.trace = trace;
  return s;
}

TEST(StepCards, WordsStayInsideAtEverySizeAndTheme) {
  for (int classes : {2, 3, 10})
    for (Phase phase : {Phase::Batch, Phase::Forward, Phase::Backward, Phase::Update})
      for (const Palette* colours : all_palettes())
        for (float u : {0.72f, 1.0f, 2.0f})
          for (float wide : {340.0f, 460.0f}) {
            const Snapshot s = traced(classes, phase);
            const CardStyle style{colours, u};
            const float width = wide * u * colours->type_scale;
            for (int unit = 0; unit < 8; ++unit) {
              const CardText text = unit_card_text(s, walk_of(s), UnitRef{1, unit}, std::nullopt, -1);
              const Rect area{{0, 0}, {width, unit_card_height(style) - 2 * 14 * 0.8f * u}};
              const auto texts = placed_texts(build_unit_card(text, area, style, FixedMeasure()), FixedMeasure());
              EXPECT_EQ(texts.size(), text.lines.size() + (text.note.empty() ? 1 : 2)) << text.title;
              EXPECT_EQ(first_outside(texts, area), "") << u << " " << colours->name;
              EXPECT_EQ(first_collision(texts), "") << u << " " << colours->name;
            }
            const Rect out{{0, 0}, {width, output_card_height(s, style) - 2 * 14 * 0.8f * u}};
            const auto texts = placed_texts(build_output_card(s, out, style, FixedMeasure()), FixedMeasure());
            EXPECT_EQ(first_outside(texts, out), "") << classes << " " << u << " " << colours->name;
            EXPECT_EQ(first_collision(texts), "") << classes << " " << u << " " << colours->name;
            const Rect eval{{0, 0}, {width, eval_card_height(style) - 2 * 14 * 0.8f * u}};
            const CardText study = eval_card_text(s, UnitRef{1, 2});
            const auto words = placed_texts(build_eval_card(s, study, eval, style, FixedMeasure()), FixedMeasure());
            EXPECT_EQ(first_outside(words, eval), "") << u << " " << colours->name;
          }
}

TEST(StepCards, ADroppedUnitIsStruckOnTheWayForwardAndBack) {
  for (Phase phase : {Phase::Forward, Phase::Backward}) {
    const Snapshot s = traced(2, phase);
    for (int unit = 0; unit < 8; ++unit) {
      const bool dropped = s.sites[1].gate[std::size_t(unit)] == 0;
      const CardText text = unit_card_text(s, walk_of(s), UnitRef{1, unit}, std::nullopt, -1);
      const auto struck = std::count_if(text.lines.begin(), text.lines.end(),
                                        [](const CardLine& l) { return l.look == CardLine::Look::Struck; });
      const auto result = std::find_if(text.lines.begin(), text.lines.end(),
                                       [](const CardLine& l) { return l.look == CardLine::Look::Result; });
      ASSERT_NE(result, text.lines.end());
      EXPECT_EQ(struck, dropped ? 1 : 0);
      EXPECT_EQ(text.title.ends_with(dropped ? ": dropped" : ": kept"), true) << text.title;
      EXPECT_TRUE(!dropped || result->text == "   = 0") << result->text;
    }
  }
}

TEST(StepCards, TheFrameOfTheTargetHidesNothing) {
  const Snapshot s = traced(10, Phase::Update);
  const DisplayList list = build_output_card(s, {{0, 0}, {400, 150}}, {&palette(ThemeId::Light), 1}, FixedMeasure());
  int frames = 0;
  for (const draw::Box& box : all_of_kind<draw::Box>(list)) {
    if (box.dash <= 0) continue;
    EXPECT_EQ(box.fill.a, 0);
    ++frames;
  }
  EXPECT_EQ(frames, 1);
}

TEST(StepCards, TheMeanOverMasksComesWithItsStandardError) {
  const CardText text = eval_card_text(traced(2, Phase::Update), UnitRef{1, 2});
  ASSERT_EQ(text.lines.size(), 2u);
  EXPECT_EQ(text.lines[0].text, "h = 0.731");
  // 0.4 / sqrt(200)
  EXPECT_NE(text.lines[1].text.find("\u00b1 0.0283"), std::string::npos) << text.lines[1].text;
  EXPECT_EQ(text.note, "200 masks");
}

TEST(StepCards, BehindOtherMasksTheMeanNeedNotBeTheEvalValue) {
  Snapshot s = traced(2, Phase::Update);
  auto trace = std::make_shared<TraceView>(*s.trace);
  const auto lines = [&](int layer) {
    trace->study.layer = layer;
    s.trace = trace;
    return eval_card_text(s, UnitRef{layer, 2}).lines;
  };
  ASSERT_FALSE(is_at_work(site_of(s, 0)));
  EXPECT_EQ(lines(1).size(), 2u);
  const std::vector<CardLine> second = lines(2);
  ASSERT_EQ(second.size(), 3u);
  EXPECT_NE(second[2].text.find("need not be equal"), std::string::npos);
  // Without the noise of the column before only its own is left; noise on its weights is not its own.
  s.sites[std::size_t(s.layers[1].site)].rate = 0;
  EXPECT_EQ(lines(2).size(), 2u);
  SiteView weights = s.sites[std::size_t(s.layers[2].site)];
  weights.kind = SiteKind::Weight, weights.rate = 0.2;
  s.layers[2].inner_sites = {int(s.sites.size())};
  s.sites.push_back(weights);
  EXPECT_EQ(lines(2).size(), 3u);
}

TEST(StepCards, WithoutATraceEveryCardStillHasSomethingToSay) {
  Snapshot s = traced(2, Phase::Backward);
  s.trace = nullptr;
  EXPECT_FALSE(unit_card_text(s, walk_of(s), UnitRef{1, 0}, std::nullopt, -1).lines.empty());
  EXPECT_FALSE(eval_card_text(s, UnitRef{1, 0}).lines.empty());
  EXPECT_FALSE(build_output_card(s, {{0, 0}, {300, 120}}, {&palette(ThemeId::Dark), 1}, FixedMeasure()).items.empty());
}

TEST(Timeline, MarksLieWhereTheirTicksAreAndNearPinsAreOne) {
  const Snapshot s = traced(2, Phase::Update);
  const Walk walk = walk_of(s);
  const TimelinePicture picture =
      build_timeline(s, walk, {100, 0}, {{100, 0}, {1100, 60}}, {&palette(ThemeId::Light), 1});
  std::vector<const TimelineMark*> pins, others;
  for (const TimelineMark& mark : picture.marks)
    (mark.kind == TimelineMark::Kind::Pin ? pins : others).push_back(&mark);
  ASSERT_EQ(pins.size(), 2u);
  EXPECT_NEAR(pins[0]->rect.center().x, 100 + 1000 * 20.5f / 200, 1);
  EXPECT_EQ(pins[0]->text, "Step 21: hidden 1, unit 3 dropped\nStep 21: hidden 1, unit 4 dropped");
  EXPECT_NEAR(pins[1]->rect.center().x, 100 + 1000 * 150.5f / 200, 1);
  EXPECT_EQ(others.size(), 2u);
  EXPECT_EQ(tick_at(walk, picture.track, 600), 100);
  EXPECT_EQ(tick_at(walk, picture.track, -50), 0);
  EXPECT_EQ(tick_at(walk, picture.track, 5000), 200);
  EXPECT_EQ(timeline_words(walk), "100 steps back in time");
}

TEST(Timeline, WithoutOneTheStripIsStillDrawn) {
  Snapshot s = traced(2, Phase::Update);
  s.timeline = nullptr;
  const TimelinePicture picture =
      build_timeline(s, walk_of(s), {0, 0}, {{0, 0}, {300, 40}}, {&palette(ThemeId::Dark), 1});
  EXPECT_FALSE(picture.list.items.empty());
  EXPECT_TRUE(picture.marks.empty());
}

}  // namespace
}  // namespace dropscope
