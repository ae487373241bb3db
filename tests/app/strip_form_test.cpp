// Letters and the strips they become: what is struck out is what the engine left out.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "app/scene/columns/form.h"
#include "app/scene/columns/parts.h"
#include "app/scene/columns/strip.h"
#include "app/scene/sequence_sheet.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_sequence.h"

namespace dropscope {
namespace {

struct Drawn {
  explicit Drawn(Snapshot s, Rect where = {{0, 0}, {2200, 1400}}, bool averaging = false,
                 ThemeId theme = ThemeId::Light)
      : snapshot(std::move(s)), area(where) {
    style.palette = &palette(theme);
    style.u = area.width() / 1020;
    style.averaging = averaging;
    layout = layout_network(snapshot, area, style);
    scene = build_network_scene(snapshot, layout, style, FixedMeasure());
    embedding = column_named(snapshot, "embedding1");
  }
  Vec2 center(std::size_t column, int unit) const { return unit_center(layout.columns[column], unit); }
  int width() const { return snapshot.layers[embedding].shape.extent(Axis::Unit); }
  int word(int step) const { return int(snapshot.layers[0].h[std::size_t(step)]); }
  const SiteView* words() const {
    const int site = site_named(snapshot, "embedding1.words");
    return site < 0 ? nullptr : &snapshot.sites[std::size_t(site)];
  }
  // Strokes along the whole strip of a step.
  int strokes_along(std::size_t column, int step) const {
    const Rect body = layout.columns[column].body;
    int count = 0;
    for (const draw::Line& line : all_of_kind<draw::Line>(scene.units))
      count += line.a.x < body.min.x && line.b.x > body.max.x && line.a.y == line.b.y &&
               std::fabs(line.a.y - center(column, step * width()).y) < 0.5f;
    return count;
  }
  int slashes_at(std::size_t column, int unit) const {
    int count = 0;
    for (const draw::Line& line : all_of_kind<draw::Line>(scene.units)) {
      const Vec2 off = (line.a + line.b) * 0.5f - center(column, unit);
      count += line.color == style.palette->dropped && std::hypot(off.x, off.y) < 0.2f && line.a.y != line.b.y;
    }
    return count;
  }
  Snapshot snapshot;
  Rect area;
  SceneStyle style;
  NetworkLayout layout;
  NetworkScene scene;
  std::size_t embedding = 0;
};

Snapshot with_noise(const char* site, const char* variant, double rate, int steps = 20) {
  return sequence_snapshot({.steps = steps, .noise = {{site, variant, rate}}, .ticks = 2});
}

TEST(StripForm, ADroppedWordIsStruckWhereverItStandsAndNoOther) {
  const Drawn drawn(with_noise("embedding1.words", "word", 0.4));
  ASSERT_TRUE(drawn.words());
  std::set<int> struck, read;
  for (int step = 0; step < 20; ++step) {
    const int word = drawn.word(step);
    const bool dropped = drawn.words()->gate[std::size_t(word * drawn.width())] == 0;
    EXPECT_EQ(drawn.strokes_along(drawn.embedding, step), dropped ? 1 : 0) << step;
    (dropped ? struck : read).insert(word);
    // Its letter, too.
    const Vec2 at = drawn.center(0, step);
    int through = 0;
    for (const draw::Line& l : all_of_kind<draw::Line>(drawn.scene.units))
      through += l.a.y == l.b.y && std::fabs(l.a.y - at.y) < 0.5f && l.a.x < at.x && l.b.x > at.x && l.b.x - l.a.x < 60;
    EXPECT_EQ(through, dropped ? 1 : 0) << step;
  }
  EXPECT_FALSE(struck.empty());
  EXPECT_FALSE(read.empty());
}

TEST(StripForm, WhatLeavesTheNetworkIsNeverStruck) {
  const Drawn drawn(with_noise("embedding1.words", "word", 0.9));
  const std::size_t output = drawn.snapshot.layers.size() - 1;
  const Rect body = drawn.layout.columns[output].body;
  for (const draw::Line& line : all_of_kind<draw::Line>(drawn.scene.units))
    EXPECT_FALSE(line.a.x < body.min.x && line.b.x > body.max.x);
}

TEST(StripForm, CellsAreSlashedExactlyWhereTheirGateIsZero) {
  for (double rate : {0.1, 0.6}) {
    const Drawn drawn(with_noise("embedding1", "inverted", rate, 9));
    const SiteView& site = drawn.snapshot.sites[std::size_t(drawn.snapshot.layers[drawn.embedding].site)];
    int dropped = 0;
    for (int unit = 0; unit < drawn.snapshot.layers[drawn.embedding].units; ++unit) {
      const bool gone = site.gate[std::size_t(unit)] == 0;
      EXPECT_EQ(drawn.slashes_at(drawn.embedding, unit) > 0, gone) << unit;
      dropped += gone;
    }
    EXPECT_EQ(dropped, site.total - site.kept);
    EXPECT_GT(dropped, 0);
  }
}

TEST(StripForm, ADroppedTokenIsStruckWithItsWholeStrip) {
  const Drawn drawn(with_noise("embedding1", "token", 0.4));
  const SiteView& site = drawn.snapshot.sites[std::size_t(drawn.snapshot.layers[drawn.embedding].site)];
  int struck = 0;
  for (int step = 0; step < 20; ++step) {
    const bool gone = site.gate[std::size_t(step * drawn.width())] == 0;
    EXPECT_EQ(drawn.strokes_along(drawn.embedding, step), gone ? 1 : 0) << step;
    struck += gone;
  }
  EXPECT_GT(struck, 2);
  EXPECT_LT(struck, 18);
}

TEST(StripForm, LettersAreThoseOfTheExampleShown) {
  const Drawn drawn(with_noise("embedding1", "inverted", 0.2));
  for (int step = 0; step < 20; ++step) {
    std::string said;
    for (const draw::Text& text : all_of_kind<draw::Text>(drawn.scene.units))
      if (std::hypot(text.at.x - drawn.center(0, step).x, text.at.y - drawn.center(0, step).y) < 1) said = text.text;
    EXPECT_EQ(said, token_text(*drawn.snapshot.data, drawn.word(step))) << step;
  }
}

TEST(StripForm, StepsLineUpFromTheLettersToTheAnswers) {
  for (const Rect& area : {Rect{{0, 0}, {640, 574}}, Rect{{0, 0}, {1370, 640}}, Rect{{0, 0}, {2040, 1720}}}) {
    const Drawn drawn(with_noise("embedding1", "inverted", 0.2), area);
    ASSERT_TRUE(steps_run_down(drawn.snapshot));
    const std::size_t output = drawn.snapshot.layers.size() - 1;
    const int classes = drawn.snapshot.data->outputs;
    for (int step = 0; step < 20; ++step) {
      EXPECT_NEAR(drawn.center(0, step).y, drawn.center(drawn.embedding, step * drawn.width()).y, 0.5f);
      EXPECT_NEAR(drawn.center(0, step).y, drawn.center(output, step * classes).y, 0.5f);
    }
  }
}

TEST(StripForm, HitAndRectAreInverses) {
  struct Case {
    const char *site, *variant;
    std::size_t least;
  };
  for (const Case& c :
       {Case{"embedding1", "inverted", 320}, Case{"embedding1", "token", 20}, Case{"embedding1.words", "word", 4}}) {
    const Drawn drawn(with_noise(c.site, c.variant, 0.3), {{10, 20}, {1030, 880}});
    const int site = site_named(drawn.snapshot, c.site);
    std::set<std::uint32_t> found;
    for (std::uint32_t e = 0; e < drawn.snapshot.sites[std::size_t(site)].shape.count(); ++e) {
      const auto rect = gate_rect(drawn.layout, drawn.snapshot, {site, e});
      if (!rect) continue;
      const auto hit = hit_gate(drawn.layout, drawn.snapshot, rect->center(), false);
      ASSERT_TRUE(hit) << c.variant << e;
      EXPECT_EQ(hit->site, site);
      // Elements that share a coin share a place: the first stands for them.
      const auto back = gate_rect(drawn.layout, drawn.snapshot, *hit);
      ASSERT_TRUE(back);
      EXPECT_EQ(back->min, rect->min);
      found.insert(hit->element);
    }
    EXPECT_GE(found.size(), c.least) << c.variant;
  }
  // A letter stands for its word.
  const Drawn drawn(with_noise("embedding1.words", "word", 0.3));
  const auto gate = hit_gate(drawn.layout, drawn.snapshot, drawn.center(0, 7), false);
  ASSERT_TRUE(gate);
  EXPECT_EQ(gate->element, std::uint32_t(drawn.word(7) * drawn.width()));
}

TEST(StripForm, UnitsAreHitWhereTheyAreDrawn) {
  const Drawn drawn(with_noise("embedding1", "inverted", 0.3), {{0, 0}, {1020, 860}});
  for (std::size_t l : {std::size_t(0), drawn.embedding, drawn.snapshot.layers.size() - 1})
    for (int unit = 0; unit < drawn.snapshot.layers[l].units; ++unit) {
      const auto hit = hit_unit(drawn.layout, drawn.snapshot, drawn.center(l, unit));
      ASSERT_TRUE(hit);
      EXPECT_EQ(hit->layer, int(l));
      EXPECT_EQ(hit->unit, unit);
    }
}

TEST(StripForm, AveragesStrikeNothing) {
  for (const char* variant : {"word", "token"}) {
    const char* site = std::string(variant) == "word" ? "embedding1.words" : "embedding1";
    const Drawn drawn(with_noise(site, variant, 0.5), {{0, 0}, {1020, 860}}, true);
    for (int step = 0; step < 20; ++step) EXPECT_EQ(drawn.strokes_along(drawn.embedding, step), 0) << variant << step;
  }
}

TEST(StripForm, LockedCellsHaveASquareAndEvalHasNoMask) {
  Snapshot snapshot = with_noise("embedding1", "inverted", 0.3, 9);
  const auto squares = [](const Drawn& drawn) {
    const auto boxes = all_of_kind<draw::Box>(drawn.scene.units);
    return std::count_if(boxes.begin(), boxes.end(),
                         [&](const draw::Box& box) { return box.fill == drawn.style.palette->unit_outline; });
  };
  const auto before = squares(Drawn(snapshot));
  snapshot.sites[std::size_t(snapshot.layers[1].site)].locked = {5, 17};
  EXPECT_EQ(squares(Drawn(snapshot)), before + 2);
  const Drawn eval(sequence_snapshot({.steps = 9, .noise = {{"embedding1", "inverted", 0.6}}, .eval = true}));
  for (int unit = 0; unit < 9 * 16; ++unit) EXPECT_EQ(eval.slashes_at(eval.embedding, unit), 0);
}

TEST(StripForm, AWordSetByHandHasAPinWhereverItStands) {
  const auto pins = [](const Drawn& drawn) {
    int count = 0;
    for (const draw::Disc& disc : all_of_kind<draw::Disc>(drawn.scene.units))
      count += disc.fill == drawn.style.palette->accent;
    return count;
  };
  Snapshot snapshot = sequence_snapshot({.noise = {{"embedding1.words", "word", 0.3}}});
  const int index = site_named(snapshot, "embedding1.words");
  ASSERT_GE(index, 0);
  SiteView& site = snapshot.sites[std::size_t(index)];
  const int before = pins(Drawn(snapshot));
  const int word = int(std::lround(snapshot.layers[0].h[0])), units = site.shape.extent(Axis::Out);
  const auto times = std::count(snapshot.layers[0].h.begin(), snapshot.layers[0].h.end(), snapshot.layers[0].h[0]);
  site.by_hand = {std::uint32_t(word * units)};
  EXPECT_EQ(pins(Drawn(snapshot)), before + int(times));
}

TEST(StripForm, WordsSayWhatIsLeftOfAStruckLetter) {
  const Drawn drawn(with_noise("embedding1.words", "word", 0.5));
  EXPECT_TRUE(has_text(drawn.scene.units, "only its place is left"));
  const Drawn kept(with_noise("embedding1", "inverted", 0.2));
  EXPECT_TRUE(has_text(kept.scene.units, "letter + its place"));
}

TEST(StripForm, BeforeAnyBatchThereAreNoLettersAndNothingMoves) {
  Snapshot snapshot = with_noise("embedding1", "inverted", 0.2);
  const Drawn full(snapshot);
  for (LayerView& layer : snapshot.layers) layer.h.clear(), layer.y.clear(), layer.z.clear();
  const Drawn empty(snapshot);
  EXPECT_EQ(empty.center(0, 5), full.center(0, 5));
  EXPECT_EQ(empty.layout.columns[1].body.min, full.layout.columns[1].body.min);
  for (const draw::Text& text : all_of_kind<draw::Text>(empty.scene.units))
    EXPECT_FALSE(empty.layout.columns[0].body.contains(text.at)) << text.text;
}

// Recurrent networks show time from left to right, and so do their embeddings.
TEST(StripForm, WithoutAttentionStepsRunAcross) {
  Snapshot snapshot = with_noise("embedding1", "inverted", 0.3);
  snapshot.layers[2].parts.clear();
  ASSERT_FALSE(steps_run_down(snapshot));
  const Drawn drawn(std::move(snapshot));
  EXPECT_GT(drawn.center(drawn.embedding, drawn.width()).x, drawn.center(drawn.embedding, 0).x + 3);
  EXPECT_EQ(drawn.center(drawn.embedding, drawn.width()).y, drawn.center(drawn.embedding, 0).y);
  const auto hit = hit_unit(drawn.layout, drawn.snapshot, drawn.center(drawn.embedding, 37));
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->unit, 37);
}

}  // namespace
}  // namespace dropscope
