// What panels and controls of Step mode show and select: nothing of a step before it has begun, the outputs of the pass
// that is shown, something to drop from the first moment on, messages no longer than they are true.
#include <gtest/gtest.h>

#include <cmath>

#include "app/scene/before_step.h"
#include "app/scene/gate_words.h"
#include "app/scene/outcome.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/step_cards.h"
#include "app/scene/timeline_picture.h"
#include "app/state/first_choice.h"
#include "app/state/reduce.h"
#include "app/state/window_layout.h"
#include "core/scenarios/scenarios.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_steps.h"

namespace dropscope {
namespace {

Snapshot sample(std::vector<int> widths, double rate = 0.3, double input_rate = 0) {
  SampleOptions options;
  options.widths = std::move(widths);
  options.classes = options.widths.back();
  options.rate = rate, options.input_rate = input_rate;
  Snapshot s = sample_snapshot(options);
  s.row = 6, s.rows = 16, s.example_shown = 40;
  return s;
}

TEST(StepControls, BeforeAStepNothingOfItIsShown) {
  Snapshot s = sample({2, 8, 8, 2});
  s.preview = true;
  const Snapshot shown = before_step(s);
  for (const LayerView& layer : shown.layers) EXPECT_TRUE(layer.z.empty() && layer.h.empty() && layer.y.empty());
  for (const SiteView& site : shown.sites) {
    EXPECT_TRUE(site.gate.empty()) << site.site;
    EXPECT_EQ(site.active, s.sites[std::size_t(&site - shown.sites.data())].active);
  }
  EXPECT_NE(shown.layers[1].weights, nullptr);
  // The picture has no crosses then, and no values.
  SceneStyle style;
  style.palette = &palette(ThemeId::Light);
  style.stepping = true;
  const NetworkLayout layout = layout_network(shown, {{0, 0}, {1370, 800}}, style);
  for (const draw::Disc& disc :
       all_of_kind<draw::Disc>(build_network_scene(shown, layout, style, FixedMeasure()).units))
    EXPECT_EQ(disc.fill.a, 0);
}

TEST(StepControls, MasksPaintedBeforeAStepAreShownBeforeIt) {
  Snapshot s = sample({2, 8, 8, 2});
  s.preview = true;
  s.sites[1].by_hand = {3};
  const Snapshot shown = before_step(s);
  EXPECT_EQ(shown.sites[1].gate, s.sites[1].gate);
  EXPECT_TRUE(shown.layers[1].h.empty());
}

TEST(StepControls, OnlyAPreviewIsHeldBack) {
  Snapshot s = sample({2, 8, 8, 2});
  EXPECT_EQ(before_step(s).layers[1].h, s.layers[1].h);
  s.preview = s.eval_view = true;
  EXPECT_EQ(before_step(s).layers[1].h, s.layers[1].h);
}

TEST(StepControls, TheFirstChoiceIsTheFirstHiddenUnitThatCanBeDropped) {
  Selection choice = first_choice(sample({2, 8, 8, 2}, 0.3, 0.2));
  EXPECT_EQ(choice.layer, 1);
  EXPECT_EQ(choice.unit, 0);
  ASSERT_TRUE(choice.gate);
  Snapshot s = sample({2, 8, 8, 2});
  s.sites[std::size_t(s.layers[1].site)].rate = 0;
  choice = first_choice(s);
  EXPECT_EQ(choice.layer, 2);
}

TEST(StepControls, WithoutMasksOnUnitsTheFirstChoiceIsAGateWithin) {
  Snapshot s = sample({2, 8, 8, 2}, 0);
  drop_weights(s, 2, 0.3);
  const Selection choice = first_choice(s);
  ASSERT_TRUE(choice.gate);
  EXPECT_EQ(choice.layer, 2);
  EXPECT_EQ(choice.unit, -1);
  EXPECT_GT(s.sites[std::size_t(choice.gate->site)].rate, 0);
  EXPECT_TRUE(has_effect(s, *choice.gate));
}

TEST(StepControls, TheEvalViewShowsTheOutputsOfItsOwnPass) {
  Snapshot s = at_beat(sample({2, 8, 8, 3}), Phase::Loss);
  const std::vector<float> trained = outcome_of(s).values;
  ASSERT_EQ(trained, s.trace->outputs);
  s.eval_view = true;
  s.layers.back().h = s.layers.back().y = {0.5f, -1, 2};
  const Outcome eval = outcome_of(s);
  ASSERT_EQ(eval.values.size(), 3u);
  EXPECT_TRUE(eval.probabilities);
  const double sum = std::exp(0.5) + std::exp(-1.0) + std::exp(2.0);
  EXPECT_NEAR(eval.values[0], std::exp(0.5) / sum, 1e-6);
  EXPECT_NEAR(eval.values[2], std::exp(2.0) / sum, 1e-6);
  // No loss of the training pass stands under them.
  const CardStyle style{&palette(ThemeId::Light), 1};
  EXPECT_FALSE(has_text(build_output_card(s, {{0, 0}, {460, 150}}, style, FixedMeasure()), "loss"));
  EXPECT_NE(subnetwork_sentence(s).find("example " + std::to_string(s.row + 1) + " of " + std::to_string(s.rows)),
            std::string::npos)
      << subnetwork_sentence(s);
  s.example_shown = -1;
  EXPECT_NE(subnetwork_sentence(s).find("the probe"), std::string::npos);
}

TEST(StepControls, OutputUnitsAreAsStronglyColouredAsTheirProbability) {
  Snapshot s = at_beat(sample({2, 8, 8, 2}), Phase::Loss);
  auto trace = std::make_shared<TraceView>(*s.trace);
  trace->outputs = {0.97f, 0.03f};
  s.trace = trace;
  s.layers.back().h = s.layers.back().y = {-0.1f, -3.6f};  // logits far from 0 where the probability is small
  SceneStyle style;
  style.palette = &palette(ThemeId::Light);
  style.stepping = true;
  const NetworkLayout layout = layout_network(s, {{0, 0}, {1370, 800}}, style);
  const DisplayList units = build_network_scene(s, layout, style, FixedMeasure()).units;
  const Palette& p = *style.palette;
  int found = 0;
  for (const draw::Disc& disc : all_of_kind<draw::Disc>(units))
    for (std::size_t k = 0; k < 2; ++k)
      if (disc.center == layout.columns.back().centers[k] && disc.stroke == p.unit_outline) {
        EXPECT_EQ(disc.fill, mix(p.neutral, p.data_class[k], trace->outputs[k]));
        ++found;
      }
  EXPECT_EQ(found, 2);
}

TEST(StepControls, TheTargetKeepsItsNameItsProbabilityAndItsWord) {
  for (const Palette* colours : all_palettes())
    for (float u : {0.72f, 1.0f}) {
      Snapshot s = at_beat(sample({2, 16, 16, 2}), Phase::Loss);
      auto trace = std::make_shared<TraceView>(*s.trace);
      trace->label = 1, trace->outputs = {0.6f, 0.4f};
      s.trace = trace;
      SceneStyle style;
      style.palette = colours;
      style.stepping = true;
      style.u = u;
      const Rect area{{0, 0}, {1190 * u, 650 * u}};
      const NetworkLayout layout = layout_network(s, area, style);
      const DisplayList labels = build_network_scene(s, layout, style, FixedMeasure()).labels;
      std::string said;
      for (const PlacedText& text : placed_texts(labels, FixedMeasure())) {
        if (text.rect.min.x < layout.columns.back().body.center().x ||
            text.rect.max.y > layout.columns.back().body.max.y)
          continue;
        said += text.text + "|";
        EXPECT_GE(text.size, 10) << text.text << " " << u << " " << colours->name;
      }
      const std::string name = s.data->output_names[1], letter = name.substr(name.rfind(' ') + 1);
      EXPECT_NE(said.find(letter), std::string::npos) << said << " " << u << " " << colours->name;
      EXPECT_NE(said.find("0.40"), std::string::npos) << said << " " << u << " " << colours->name;
      EXPECT_NE(said.find("target"), std::string::npos) << said << " " << u << " " << colours->name;
    }
}

TEST(StepControls, TheOutputsAreInSightBelowTheArithmetic) {
  for (const Palette* colours : all_palettes())
    for (const auto& [width, height] : {std::pair(1280.0f, 720.0f), std::pair(1920.0f, 1080.0f)})
      for (int classes : {2, 3, 10}) {
        const WindowLayout l =
            layout_window(Mode::Step, width, height, 1, colours->type_scale, false, FoldTab::Network);
        const CardStyle style{colours, l.u};
        // The example's row, the buttons, and what is between.
        const float rest = (10 + 36 + 6 + 3 * 9) * l.u + 32 * l.u * colours->type_scale;
        const float needed =
            0.78f * unit_card_height(style) + output_card_height(sample({2, 8, classes}), style) + rest;
        EXPECT_LE(needed, l.numbers.height()) << colours->name << " " << height << " " << classes;
      }
}

TEST(StepControls, AtTheMaskBeatAUnitExplainsItsGate) {
  const Snapshot s = at_beat(sample({2, 8, 8, 2}), Phase::Masks);
  for (int unit = 0; unit < 8; ++unit) {
    const std::vector<std::string> lines = unit_arithmetic(s, {1, unit});
    const bool dropped = s.sites[std::size_t(s.layers[1].site)].gate[std::size_t(unit)] == 0;
    ASSERT_GE(lines.size(), 2u);
    EXPECT_EQ(lines[1], dropped ? "dropped: m = 0" : "kept: m = 1");
  }
}

TEST(StepControls, AMessageEndsWithTheMomentItWasAbout) {
  const Snapshot s = sample({2, 8, 8, 2});
  for (const Intent& intent : {Intent{ActionId::NextPhase, {}}, Intent{ActionId::StepBack, {}},
                               Intent{ActionId::First, {}}, Intent{ActionId::Scenario, {"digits"}}}) {
    AppState state;
    state.transient.mode = Mode::Step;
    state.document().spec = scenario_or_throw("moons", "test");
    notify(state, "hidden 1: dropped");
    reduce(intent, state, s, 1);
    EXPECT_NE(state.transient.notice, "hidden 1: dropped") << action(intent.action).name;
  }
  AppState state;
  notify(state, "hidden 1: dropped");
  reduce({ActionId::Select, {"none"}}, state, s, 1);
  EXPECT_EQ(state.transient.notice, "hidden 1: dropped");
}

TEST(StepControls, TheTimelineMarksHowFarOtherBranchesReach) {
  Snapshot s = sample({2, 8, 8, 2});
  auto view = std::make_shared<TimelineView>();
  view->tick = 100, view->last_tick = 200;
  view->branches = {{"Main", 0, 200, -1}, {"Branch 2 at step 51", 50, 80, 0}};
  s.timeline = view;
  const CardStyle style{&palette(ThemeId::Light), 1};
  const Walk walk = walk_of(s);
  const TimelinePicture picture = build_timeline(s, walk, {100, 0}, {{0, 0}, {800, 60}}, style);
  const float x = picture.track.min.x + picture.track.width() * 0.4f;
  int ticks = 0;
  for (const draw::Line& line : all_of_kind<draw::Line>(picture.list)) ticks += std::fabs(line.a.x - x) < 0.5f;
  EXPECT_EQ(ticks, 1);
}

TEST(MemoryWords, SayWhatGoingBackCosts) {
  TimelineView view;
  view.checkpoint_bytes = 3 << 19;  // 1.5 MB
  view.budget_bytes = 64 << 20;
  view.oldest_gap = 1200;
  view.branch_bytes = 3 << 18;
  view.branches.resize(1);
  EXPECT_EQ(memory_words(view), (std::vector<std::string>{"Going back in time", "checkpoints: 1.5 of 64.0 MB",
                                                          "at most 1,200 steps from one to the next"}));
  // What branches hold is told where there are several, and where nothing finds room.
  view.branches.resize(2);
  view.over_budget = true;
  view.oldest_gap = -1;
  EXPECT_EQ(memory_words(view), (std::vector<std::string>{"Going back in time", "checkpoints: 1.5 of 64.0 MB",
                                                          "at most 0 steps from one to the next", "branches: 0.8 MB",
                                                          "states are too large for more: far back takes long"}));
}

}  // namespace
}  // namespace dropscope
