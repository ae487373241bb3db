// The network picture in Step mode: each beat shows what it does, with the numbers of the snapshot and nothing else.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "app/scene/network_scene.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"
#include "app/scene/step_beat.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_steps.h"

namespace dropscope {
namespace {

const Rect kArea{{0, 0}, {1370, 800}};

SceneStyle stepping(ThemeId theme = ThemeId::Light) {
  SceneStyle style;
  style.palette = &palette(theme);
  style.stepping = true;
  return style;
}

Snapshot small(double rate = 0.4) {
  SampleOptions options;
  options.widths = {2, 8, 7, 3};
  options.classes = 3, options.rate = rate;
  return sample_snapshot(options);
}

NetworkScene scene_of(const Snapshot& snapshot, const SceneStyle& style, Rect area = kArea) {
  return build_network_scene(snapshot, layout_network(snapshot, area, style), style, FixedMeasure());
}

// Of the whole column, with a ring and X.
int crossed(const Snapshot& snapshot, const SceneStyle& style, std::size_t layer) {
  const NetworkLayout layout = layout_network(snapshot, kArea, style);
  int count = 0;
  for (const draw::Disc& disc : all_of_kind<draw::Disc>(scene_of(snapshot, style).units))
    count += disc.stroke == style.palette->dropped && disc.dash > 0 &&
             std::fabs(disc.center.x - layout.columns[layer].centers[0].x) < 1;
  return count;
}

int dropped(const Snapshot& snapshot, std::size_t site) {
  return snapshot.sites[site].total - snapshot.sites[site].kept;
}

std::vector<Snapshot> all_beats(const Snapshot& whole) {
  std::vector<Snapshot> beats = {at_beat(whole, Phase::Batch), at_beat(whole, Phase::Masks)};
  const int last = int(whole.layers.size()) - 1;
  for (int l = 1; l <= last; ++l) beats.push_back(at_beat(whole, Phase::Forward, l));
  beats.push_back(at_beat(whole, Phase::Loss));
  for (int l = last; l >= 1; --l) beats.push_back(at_beat(whole, Phase::Backward, l));
  beats.push_back(at_beat(whole, Phase::Update));
  return beats;
}

TEST(StepScene, TheBatchBringsTheInputAndAllElseWaits) {
  const Snapshot snapshot = at_beat(small(), Phase::Batch);
  const NetworkScene scene = scene_of(snapshot, stepping());
  int filled = 0, thin = 0;
  for (const draw::Disc& disc : all_of_kind<draw::Disc>(scene.units)) {
    filled += disc.fill.a > 0;
    thin += disc.fill.a == 0 && disc.stroke_width <= 1.5f;
  }
  EXPECT_EQ(filled, 2);
  EXPECT_EQ(thin, 8 + 7 + 3);
  EXPECT_TRUE(has_text(scene.labels, "Batch"));
  EXPECT_TRUE(has_text(scene.labels, "example 7 of 32"));
}

TEST(StepScene, MasksFallOneAfterTheOtherAndAreAllThereAtTheEnd) {
  const Snapshot snapshot = at_beat(small(), Phase::Masks);
  ASSERT_GT(dropped(snapshot, 1), 2);
  SceneStyle style = stepping();
  int before = -1;
  for (float progress : {0.0f, 0.2f, 0.4f, 1.0f}) {
    style.progress = progress;
    const int now = crossed(snapshot, style, 1);
    EXPECT_GE(now, before);
    before = now;
  }
  EXPECT_EQ(before, dropped(snapshot, 1));
  style.progress = 0.05f;
  EXPECT_LT(crossed(snapshot, style, 1), before);
  // Units that are kept have no value yet.
  EXPECT_TRUE(snapshot.layers[1].h.empty());
}

TEST(StepScene, EveryMaskHasFallenWithinTheBeatWhateverTheWidth) {
  StepBeat beat;
  beat.on = true, beat.phase = Phase::Masks;
  for (int units : {1, 16, 300, 100000})
    for (int unit : {0, units / 2, units - 1}) EXPECT_TRUE(mask_has_fallen(beat, unit, units));
  beat.progress = 0;
  EXPECT_TRUE(mask_has_fallen(beat, 0, 16));
  EXPECT_FALSE(mask_has_fallen(beat, 1, 16));
  beat.progress = 20.0f / 300;
  EXPECT_FALSE(mask_has_fallen(beat, 2, 16));
}

// The largest alpha of the lines between columns l - 1 and l.
int strength(const Snapshot& snapshot, const SceneStyle& style, std::size_t l) {
  const NetworkLayout layout = layout_network(snapshot, kArea, style);
  const float left = layout.columns[l - 1].centers[0].x, right = layout.columns[l].centers[0].x;
  int most = 0;
  for (const draw::Line& line : all_of_kind<draw::Line>(build_edges(snapshot, layout, style)))
    if (std::min(line.a.x, line.b.x) >= left && std::max(line.a.x, line.b.x) <= right)
      most = std::max<int>(most, line.color.a);
  return most;
}

TEST(StepScene, LinesIntoTheColumnAtWorkStandOut) {
  for (std::size_t at : {1u, 2u, 3u}) {
    const Snapshot forward = at_beat(small(), Phase::Forward, int(at));
    const Snapshot back = at_beat(small(), Phase::Backward, int(at));
    for (std::size_t l : {1u, 2u, 3u}) {
      if (l == at) continue;
      EXPECT_GT(strength(forward, stepping(), at), 1.5 * strength(forward, stepping(), l)) << at << " " << l;
      EXPECT_EQ(edge_show(back, step_beat(back, stepping()), l).at_work, false);
    }
    EXPECT_TRUE(edge_show(back, step_beat(back, stepping()), at).at_work);
  }
}

TEST(StepScene, ValuesTravelAlongTheLinesForwardsAndGradientsBackwards) {
  SceneStyle style = stepping();
  style.progress = 0.25f;
  const auto reach = [&](const Snapshot& snapshot) {
    const NetworkLayout layout = layout_network(snapshot, kArea, style);
    const float from = layout.columns[1].centers[0].x, to = layout.columns[2].centers[0].x;
    float least = 1, most = 0;
    // Lines that stop on their way.
    for (const draw::Line& line : all_of_kind<draw::Line>(build_edges(snapshot, layout, style))) {
      const float a = (line.a.x - from) / (to - from), b = (line.b.x - from) / (to - from);
      if (a < 0 || b > 1 || b - a < 0.1f || b - a > 0.5f) continue;
      least = std::min(least, a), most = std::max(most, b);
    }
    return std::pair{least, most};
  };
  const auto [forward_from, forward_to] = reach(at_beat(small(), Phase::Forward, 2));
  EXPECT_LT(forward_from, 0.15f);
  EXPECT_LT(forward_to, 0.5f);
  const auto [back_from, back_to] = reach(at_beat(small(), Phase::Backward, 2));
  EXPECT_GT(back_from, 0.5f);
  EXPECT_GT(back_to, 0.85f);
}

TEST(StepScene, AnArrowSaysTheWayWithoutAnyMotion) {
  const auto tip = [](Phase phase, int column) {
    const NetworkScene scene = scene_of(at_beat(small(), phase, column), stepping());
    for (const draw::Polygon& polygon : all_of_kind<draw::Polygon>(scene.labels))
      if (polygon.fill == stepping().palette->accent) return polygon.points[0].x - polygon.points[1].x;
    return 0.0f;
  };
  EXPECT_GT(tip(Phase::Forward, 2), 0);
  EXPECT_LT(tip(Phase::Backward, 2), 0);
  EXPECT_EQ(tip(Phase::Masks, -1), 0);
}

TEST(StepScene, SubBeatsShowTheEnginesNumbersOneAfterTheOther) {
  const Snapshot snapshot = at_beat(small(), Phase::Forward, 1);
  SceneStyle style = stepping();
  const auto texts = [&](int sub) {
    style.sub_beat = sub;
    return scene_of(snapshot, style).labels;
  };
  const LayerView& layer = snapshot.layers[1];
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_TRUE(has_text(texts(0), value_text(double(layer.z[i])))) << i;
    EXPECT_TRUE(has_text(texts(1), value_text(double(layer.h[i])))) << i;
    EXPECT_TRUE(has_text(texts(3), value_text(double(layer.y[i])))) << i;
    if (snapshot.sites[1].gate[i] == 1) {
      EXPECT_TRUE(has_text(texts(2), value_text(double(layer.h[i])))) << i;
    }
  }
  // The mask comes third: before it nothing is crossed out.
  for (int sub : {0, 1, 2, 3}) {
    style.sub_beat = sub;
    EXPECT_EQ(crossed(snapshot, style, 1), sub < 2 ? 0 : dropped(snapshot, 1)) << sub;
  }
  EXPECT_TRUE(has_text(texts(2), "Forward: hidden 1, times mask"));
  EXPECT_EQ(shown_values(snapshot, 1, Shown::PreActivation), layer.z);
  EXPECT_EQ(shown_values(snapshot, 1, Shown::Activation), layer.h);
  EXPECT_EQ(shown_values(snapshot, 1, Shown::Value), layer.y);
}

TEST(StepScene, TheLossNamesTargetOutputsAndItself) {
  const Snapshot snapshot = at_beat(small(), Phase::Loss);
  const NetworkScene scene = scene_of(snapshot, stepping());
  EXPECT_TRUE(has_text(scene.labels, "Loss: " + fixed_text(snapshot.trace->example_loss, 3)));
  for (float p : snapshot.trace->outputs) EXPECT_TRUE(has_text(scene.labels, fixed_text(double(p), 2)));
  int targets = 0;
  for (const draw::Text& text : all_of_kind<draw::Text>(scene.labels)) targets += text.text == "target";
  EXPECT_EQ(targets, 1);
  EXPECT_FALSE(has_text(scene_of(at_beat(small(), Phase::Forward, 3), stepping()).labels, "target"));
}

TEST(StepScene, ADroppedUnitHasAStruckZeroOnTheWayBackAndOthersTheirGradient) {
  for (double rate : {0.4, 0.7}) {
    const Snapshot snapshot = at_beat(small(rate), Phase::Backward, 2);
    const NetworkScene scene = scene_of(snapshot, stepping());
    int zeros = 0;
    for (const draw::Text& text : all_of_kind<draw::Text>(scene.labels)) zeros += text.text == "0";
    EXPECT_EQ(zeros, dropped(snapshot, 2));
    const TraceView::Layer& trace = snapshot.trace->layers[2];
    EXPECT_EQ(shown_values(snapshot, 2, Shown::Gradient), trace.dh);
    for (std::size_t i = 0; i < 7; ++i) {
      if (snapshot.sites[2].gate[i] == 0)
        EXPECT_EQ(trace.dh[i], 0);
      else
        EXPECT_TRUE(has_text(scene.labels, value_text(double(trace.dh[i])))) << i;
    }
  }
}

TEST(StepScene, ColumnsTheGradientHasNotReachedKeepTheirValues) {
  const Snapshot snapshot = at_beat(small(), Phase::Backward, 2);
  const StepBeat beat = step_beat(snapshot, stepping());
  EXPECT_EQ(shown_at(snapshot, beat, 3), Shown::Gradient);
  EXPECT_EQ(shown_at(snapshot, beat, 2), Shown::Gradient);
  EXPECT_EQ(shown_at(snapshot, beat, 1), Shown::Value);
  EXPECT_EQ(shown_at(snapshot, beat, 0), Shown::Value);
}

TEST(StepScene, TheUpdateDotsExactlyTheWeightsWithoutGradient) {
  for (double rate : {0.25, 0.6}) {
    const Snapshot snapshot = at_beat(small(rate), Phase::Update);
    const NetworkScene scene = scene_of(snapshot, stepping());
    std::int64_t still = 0, all = 0;
    for (std::size_t l = 1; l < 4; ++l) {
      all += std::int64_t(snapshot.layers[l].weights->size());
      for (float g : *snapshot.trace->layers[l].weight_gradient) still += g == 0;
    }
    ASSERT_GT(still, 5);
    std::int64_t dotted = 0;
    for (const draw::Polyline& line : all_of_kind<draw::Polyline>(scene.edges)) dotted += line.dash > 0;
    EXPECT_EQ(dotted, still);
    EXPECT_TRUE(has_text(scene.labels, "no gradient in this step, " + count_text(std::uint64_t(still)) + " of " +
                                           count_text(std::uint64_t(all)) + " weights"));
  }
}

TEST(StepScene, NothingMovesFromBeatToBeat) {
  const Snapshot whole = small();
  const NetworkLayout first = layout_network(at_beat(whole, Phase::Batch), kArea, stepping());
  for (const Snapshot& snapshot : all_beats(whole)) {
    const NetworkLayout layout = layout_network(snapshot, kArea, stepping());
    EXPECT_EQ(layout.title.max, first.title.max);
    for (std::size_t l = 0; l < 4; ++l) {
      EXPECT_EQ(layout.columns[l].centers, first.columns[l].centers);
      EXPECT_EQ(layout.columns[l].header.min, first.columns[l].header.min);
    }
    // The title begins where it began.
    const auto texts = all_of_kind<draw::Text>(scene_of(snapshot, stepping()).labels);
    EXPECT_EQ(texts[0].at, (all_of_kind<draw::Text>(scene_of(whole, stepping()).labels)[0].at));
  }
}

TEST(StepScene, TextsStayInsideAndApartInEveryBeatSizeAndTheme) {
  SampleOptions wide;
  wide.widths = {2, 24, 40, 10}, wide.classes = 10;
  for (const Snapshot& whole : {small(), sample_snapshot(wide), sample_snapshot()})
    for (const Snapshot& snapshot : all_beats(whole))
      for (const auto& size : {std::array{700.0f, 420.0f, 0.5f}, {830, 520, 0.67f}, {1370, 800, 1}, {2740, 1600, 2}})
        for (const Palette* colours : all_palettes())
          for (int sub : {-1, 0, 3}) {
            if (sub >= 0 && snapshot.phase != Phase::Forward) continue;
            SceneStyle style = stepping(colours->id);
            style.u = size[2], style.sub_beat = sub;
            const Rect area{{0, 0}, {size[0], size[1]}};
            const std::vector<PlacedText> texts = placed_texts(scene_of(snapshot, style, area).labels, FixedMeasure());
            EXPECT_EQ(first_collision(texts), "")
                << size[0] << " " << colours->name << " " << int(snapshot.phase) << " " << snapshot.phase_layer;
            EXPECT_EQ(first_outside(texts, area), "") << size[0] << " " << colours->name << " " << int(snapshot.phase);
          }
}

TEST(StepScene, OutputsHaveRoomForTheirNumbersAndTheTargetInNetworksOfManyColumns) {
  SampleOptions many;
  many.widths = {2, 24, 24, 40, 24, 16, 10}, many.classes = 10;
  for (const Snapshot& snapshot : all_beats(sample_snapshot(many)))
    for (const auto& size : {std::array{850.0f, 520.0f, 0.67f}, {1400, 800, 1}})
      for (const Palette* colours : all_palettes()) {
        SceneStyle style = stepping(colours->id);
        style.u = size[2];
        const Rect area{{0, 0}, {size[0], size[1]}};
        const NetworkLayout layout = layout_network(snapshot, area, style);
        const NetworkScene scene = build_network_scene(snapshot, layout, style, FixedMeasure());
        const std::string where = std::string(colours->name) + " " + std::to_string(int(snapshot.phase));
        std::vector<std::string> beside;
        for (const draw::Text& text : all_of_kind<draw::Text>(scene.labels))
          if (text.h == HAlign::Left && text.at.x > layout.columns.back().body.center().x) beside.push_back(text.text);
        for (const std::string& text : beside) EXPECT_EQ(text.find("\u2026"), std::string::npos) << where << text;
        if (snapshot.phase == Phase::Loss) {
          for (float p : snapshot.trace->outputs)
            EXPECT_NE(std::find(beside.begin(), beside.end(), fixed_text(double(p), 2)), beside.end()) << where;
        }
        // Small windows, and type for the last row of a hall, leave one line to each output.
        const bool lines = size[2] >= 1 && colours->id != ThemeId::Projector;
        if (snapshot.phase == Phase::Backward && snapshot.phase_layer < 4 && lines) {
          EXPECT_EQ(std::count(beside.begin(), beside.end(), "target"), 1) << where;
        }
      }
}

TEST(StepScene, NarrowHeadersHaveAShorterWordingNotACutOne) {
  SampleOptions many;
  many.widths = {2, 16, 24, 40, 24, 16, 16, 16, 24, 16, 10}, many.classes = 10;
  const Snapshot snapshot = at_beat(sample_snapshot(many), Phase::Batch);
  SceneStyle style = stepping();
  style.u = 0.5f;
  for (float width : {480.0f, 560.0f, 700.0f, 900.0f})
    for (const draw::Text& text : all_of_kind<draw::Text>(scene_of(snapshot, style, {{0, 0}, {width, 420}}).labels))
      if (text.text.find("unit") == 0 || std::isdigit(static_cast<unsigned char>(text.text[0]))) {
        EXPECT_EQ(text.text.find("\u2026"), std::string::npos) << width << " " << text.text;
      }
}

TEST(StepScene, WithoutATraceBeatsAreStillToldApart) {
  Snapshot snapshot = at_beat(small(), Phase::Backward, 2);
  snapshot.trace = nullptr;
  const NetworkScene scene = scene_of(snapshot, stepping());
  EXPECT_TRUE(has_text(scene.labels, "Backward: hidden 2"));
  EXPECT_FALSE(has_text(scene.labels, "weight gradient"));
  snapshot.phase = Phase::Update;
  EXPECT_FALSE(has_text(scene_of(snapshot, stepping()).labels, "no gradient"));
}

TEST(StepScene, EvaluationAndWhatIsToComeHaveNoBeats) {
  Snapshot eval = at_beat(small(), Phase::Forward, 1);
  eval.eval_view = true;
  EXPECT_FALSE(step_beat(eval, stepping()).on);
  EXPECT_TRUE(has_text(scene_of(eval, stepping()).labels, "The whole network"));
  Snapshot preview = small();
  preview.preview = true;
  EXPECT_FALSE(step_beat(preview, stepping()).on);
  EXPECT_TRUE(has_text(scene_of(preview, stepping()).labels, "Before step 1,801"));
  SceneStyle explore = stepping();
  explore.stepping = false;
  EXPECT_FALSE(step_beat(small(), explore).on);
}

TEST(StepScene, GatesSetByHandHaveAPinAndLockedOnesASquare) {
  Snapshot snapshot = small();
  const auto marks = [&] {
    const NetworkScene scene = scene_of(snapshot, stepping());
    int squares = 0, pins = 0;
    for (const draw::Box& box : all_of_kind<draw::Box>(scene.units)) squares += box.fill == stepping().palette->text;
    for (const draw::Disc& disc : all_of_kind<draw::Disc>(scene.units))
      pins += disc.fill == stepping().palette->accent && disc.radius < 8;
    return std::pair{squares, pins};
  };
  EXPECT_EQ(marks(), (std::pair{0, 0}));
  snapshot.sites[1].locked = {0, 5}, snapshot.sites[1].by_hand = {5}, snapshot.sites[2].by_hand = {1, 2};
  EXPECT_EQ(marks(), (std::pair{2, 3}));
  snapshot.eval_view = true;
  EXPECT_EQ(marks(), (std::pair{0, 0}));
}

TEST(StepScene, TheSelectedGateHasARingOfFiveUnits) {
  const Snapshot snapshot = small();
  SceneStyle style = stepping();
  style.selected_gate = GateRef{1, 3};
  const NetworkLayout layout = layout_network(snapshot, kArea, style);
  int rings = 0;
  for (const draw::Disc& disc : all_of_kind<draw::Disc>(scene_of(snapshot, style).units))
    if (disc.stroke == style.palette->focus) {
      ++rings;
      EXPECT_EQ(disc.center, layout.columns[1].centers[3]);
      EXPECT_FLOAT_EQ(disc.stroke_width, 5 * layout.u);
    }
  EXPECT_EQ(rings, 1);
  Snapshot weights = small();
  drop_weights(weights, 2, 0.3);
  style.selected_gate = GateRef{int(weights.sites.size()) - 1, 10};
  int boxes = 0;
  for (const draw::Box& box : all_of_kind<draw::Box>(scene_of(weights, style).units))
    boxes += box.stroke == style.palette->focus;
  EXPECT_EQ(boxes, 1);
}

TEST(StepScene, ADroppedWeightThatIsSelectedOrUnderThePointerKeepsItsGap) {
  Snapshot weights = small();
  drop_weights(weights, 2, 0.3);
  const int site = int(weights.sites.size()) - 1;
  for (const bool selected : {true, false})
    for (std::uint32_t element = 0; element < 20; ++element) {
      SceneStyle style = stepping();
      (selected ? style.selected_gate : style.hovered_gate) = GateRef{site, element};
      const NetworkLayout layout = layout_network(weights, kArea, style);
      const auto edge = weight_edge(weights, layout, {site, element});
      ASSERT_TRUE(edge);
      const Vec2 middle = (edge->a + edge->b) * 0.5f, d = edge->b - edge->a;
      const float length = std::hypot(d.x, d.y);
      int parts = 0;
      bool covered = false;
      for (const draw::Line& line : all_of_kind<draw::Line>(scene_of(weights, style).units)) {
        if (line.color != style.palette->focus.with_alpha(0.3f)) continue;
        ++parts;
        // Which stretch of the edge it lies along.
        const auto along = [&](Vec2 at) { return ((at.x - edge->a.x) * d.x + (at.y - edge->a.y) * d.y) / length; };
        covered = covered || (along(line.a) < along(middle) && along(line.b) > along(middle));
      }
      const bool dropped = weights.sites.back().gate[element] == 0;
      EXPECT_EQ(parts, dropped ? 2 : 1) << element;
      EXPECT_EQ(covered, !dropped) << element;
    }
}

}  // namespace
}  // namespace dropscope
