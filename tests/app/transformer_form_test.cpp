// The picture of a transformer block says of its attention what the engine's buffers hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/scene/columns/transformer.h"
#include "app/scene/scene_text.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_sequence.h"
#include "tests/app/scene_look.h"

namespace dropscope {
namespace {

const Rect kLarge{{0, 0}, {2600, 1500}};

struct Drawn {
  explicit Drawn(Snapshot s, Rect area = kLarge, SceneStyle how = plain_style())
      : snapshot(std::move(s)),
        style(how),
        layout(layout_network(snapshot, area, style)),
        scene(build_network_scene(snapshot, layout, style, FixedMeasure())),
        column(column_named(snapshot, "block1")),
        block(transformer_block(snapshot, column)) {}
  const ColumnLayout& place() const { return layout.columns[column]; }
  Rect cell(int head, int query, int key) const {
    return CellGrid{head_tile(place(), head, kMatrix), block.steps, block.steps}.cell(key, query);
  }
  const SiteView& site(const char* name) const { return snapshot.sites[std::size_t(site_named(snapshot, name))]; }
  Snapshot snapshot;
  SceneStyle style;
  NetworkLayout layout;
  NetworkScene scene;
  std::size_t column;
  TransformerBlock block;
};

// Blank boxes with this middle, and strokes in the colour of what is dropped.
int blanks_at(const Drawn& drawn, Rect cell) {
  int count = 0;
  for (const draw::Box& box : all_of_kind<draw::Box>(drawn.scene.units))
    count += box.fill == drawn.style.palette->dropped_fill &&
             std::hypot(box.rect.center().x - cell.center().x, box.rect.center().y - cell.center().y) < 0.1f;
  return count;
}
int strokes_at(const Drawn& drawn, Rect cell) {
  int count = 0;
  for (const draw::Line& line : all_of_kind<draw::Line>(drawn.scene.units)) {
    const Vec2 middle = (line.a + line.b) * 0.5f - cell.center();
    count += line.color == drawn.style.palette->dropped && std::hypot(middle.x, middle.y) < 0.1f;
  }
  return count;
}

TEST(TransformerForm, ACellIsBlankExactlyWhereItsGateIsZero) {
  for (bool causal : {true, false}) {
    const Drawn drawn(
        sequence_snapshot({.steps = 9, .causal = causal, .noise = {{"block1.attention", "attention", 0.3}}}));
    const SiteView& site = drawn.site("block1.attention");
    ASSERT_TRUE(shows_cells({head_tile(drawn.place(), 0, kMatrix), 9, 9}, drawn.layout.u));
    int blanks = 0;
    for (int head = 0; head < 2; ++head)
      for (int query = 0; query < 9; ++query)
        for (int key = 0; key < 9; ++key) {
          const bool seen = !causal || key <= query;
          const bool dropped = seen && site.gate[drawn.block.cell(head, query, key)] == 0;
          EXPECT_EQ(blanks_at(drawn, drawn.cell(head, query, key)), dropped ? 1 : 0) << head << query << key;
          EXPECT_EQ(strokes_at(drawn, drawn.cell(head, query, key)), dropped ? 2 : 0) << head << query << key;
          blanks += dropped;
        }
    EXPECT_GT(blanks, 10);
    EXPECT_EQ(blanks, site.total - site.kept);
  }
}

TEST(TransformerForm, WhatAQueryMayNotSeeIsRuledNeverCrossedAndNeverHit) {
  const Drawn drawn(sequence_snapshot({.steps = 8, .noise = {{"block1.attention", "attention", 0.9}}}));
  const auto lines = all_of_kind<draw::Line>(drawn.scene.units);
  for (int query = 0; query < 8; ++query)
    for (int key = 0; key < 8; ++key) {
      const Rect cell = drawn.cell(1, query, key);
      const auto rules = std::count_if(lines.begin(), lines.end(), [&](const draw::Line& line) {
        return line.a.y == line.b.y && line.a.y > cell.min.y + 1 && line.a.y < cell.max.y - 1 &&
               line.a.x < cell.center().x && line.b.x > cell.center().x && line.b.x - line.a.x > cell.width() * 0.8f;
      });
      const auto gate = hit_gate(drawn.layout, drawn.snapshot, cell.center(), false);
      EXPECT_EQ(gate.has_value(), key <= query) << query << key;
      EXPECT_EQ(rules > 0, key > query) << query << key;
      if (key > query) {
        EXPECT_EQ(strokes_at(drawn, cell), 0);
        const GateRef hidden{site_named(drawn.snapshot, "block1.attention"), drawn.block.cell(1, query, key)};
        EXPECT_FALSE(gate_rect(drawn.layout, drawn.snapshot, hidden));
      }
    }
}

TEST(TransformerForm, RowSumsAreThoseOfTheWeightsUsedAndNoLongerOne) {
  const Drawn drawn(sequence_snapshot({.steps = 10, .noise = {{"block1.attention", "attention", 0.35}}}));
  const PartView& part = *drawn.block.attention;
  ASSERT_TRUE(part.find("weights") && part.find("weights_used"));
  const auto texts = all_of_kind<draw::Text>(drawn.scene.units);
  int unlike_one = 0;
  for (int head = 0; head < 2; ++head) {
    const Rect sums = head_tile(drawn.place(), head, kSums);
    for (int query = 0; query < 10; ++query) {
      float before = 0, after = 0;
      for (int key = 0; key <= query; ++key) {
        before += part.find("weights")->values[drawn.block.cell(head, query, key)];
        after += part.find("weights_used")->values[drawn.block.cell(head, query, key)];
      }
      EXPECT_NEAR(before, 1, 1e-5);
      unlike_one += std::fabs(after - 1) > 0.05f;
      const float y = drawn.cell(head, query, 0).center().y;
      std::vector<std::string> said;
      for (const draw::Text& text : texts)
        if (std::fabs(text.at.y - y) < 1 && text.at.x >= sums.min.x - 1 && text.at.x <= sums.max.x + 1)
          said.push_back(text.text);
      EXPECT_NE(std::find(said.begin(), said.end(), fixed_text(double(after), 2)), said.end()) << head << query;
    }
  }
  EXPECT_GT(unlike_one, 8);
}

TEST(TransformerForm, WhereNumbersHaveNoRoomBarsAreAsLongAsTheSums) {
  const Drawn drawn(sequence_snapshot({.steps = 24, .noise = {{"block1.attention", "attention", 0.35}}}),
                    {{0, 0}, {680, 574}}, plain_style(ThemeId::Light, 0.67f));
  const Rect sums = head_tile(drawn.place(), 1, kSums);
  const std::vector<float>& used = drawn.block.attention->find("weights_used")->values;
  std::vector<float> lengths, sum(24, 0.0f);
  for (int query = 0; query < 24; ++query)
    for (int key = 0; key <= query; ++key) sum[std::size_t(query)] += used[drawn.block.cell(1, query, key)];
  float scale = 0;
  for (const draw::Box& box : all_of_kind<draw::Box>(drawn.scene.units)) {
    if (!inside(box.rect, sums, 1) || box.rect.min.x != sums.min.x) continue;
    const int query = int((box.rect.center().y - sums.min.y) / (sums.height() / 24));
    ASSERT_GT(sum[std::size_t(query)], 0);
    const float one = box.rect.width() / sum[std::size_t(query)];
    if (scale > 0) {
      EXPECT_NEAR(one, scale, 1e-3f * scale);
    }
    scale = one;
    lengths.push_back(box.rect.width());
  }
  EXPECT_EQ(lengths.size(), std::size_t(24 - std::count(sum.begin(), sum.end(), 0.0f)));
}

SequenceOptions all_noise(int heads, int steps) {
  return {.heads = heads,
          .steps = steps,
          .noise = {{"embedding1", "inverted", 0.2},
                    {"block1.attention", "attention", 0.3},
                    {"block1.attention_branch", "inverted", 0.2},
                    {"block1.feed_forward", "inverted", 0.4},
                    {"block1.feed_forward_branch", "inverted", 0.2}}};
}

TEST(TransformerForm, HitAndRectAreInversesForEveryGate) {
  for (int heads : {1, 3, 8})
    for (int steps : {4, 20}) {
      SequenceOptions o = all_noise(heads, steps);
      o.width = 24;
      for (const Rect& area : {Rect{{0, 0}, {1020, 860}}, Rect{{30, 10}, {2630, 1510}}}) {
        const Drawn drawn(sequence_snapshot(o), area);
        int found = 0;
        for (std::size_t s = 0; s < drawn.snapshot.sites.size(); ++s)
          for (std::uint32_t e = 0; e < drawn.snapshot.sites[s].shape.count(); e += 1 + e % 3) {
            const GateRef gate{int(s), e};
            const auto rect = gate_rect(drawn.layout, drawn.snapshot, gate);
            if (!rect) continue;
            ASSERT_TRUE(inside(*rect, area));
            const auto hit = hit_gate(drawn.layout, drawn.snapshot, rect->center(), false);
            ASSERT_TRUE(hit) << drawn.snapshot.sites[s].site << " " << e;
            EXPECT_TRUE(*hit == gate) << drawn.snapshot.sites[s].site << " " << e;
            ++found;
          }
        EXPECT_GT(found, 60) << heads << " " << steps;
      }
    }
}

TEST(TransformerForm, ADroppedHeadIsDimmedAndCrossedFromCornerToCorner) {
  Drawn drawn(sequence_snapshot({.heads = 4, .steps = 12, .noise = {{"block1.heads", "head", 0.5}}, .ticks = 3}));
  const SiteView& site = drawn.site("block1.heads");
  int dropped = 0;
  for (int head = 0; head < 4; ++head) {
    const Rect matrix = head_tile(drawn.place(), head, kMatrix);
    const std::uint32_t first = std::uint32_t(head * 12 * 4);
    const bool gone = site.gate[first] == 0;
    dropped += gone;
    const auto lines = all_of_kind<draw::Line>(drawn.scene.units);
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                            [&](const draw::Line& l) { return l.a == matrix.min && l.b == matrix.max; }),
              gone ? 1 : 0);
    EXPECT_EQ(hit_gate(drawn.layout, drawn.snapshot, matrix.center(), false),
              (GateRef{site_named(drawn.snapshot, "block1.heads"), first}));
  }
  EXPECT_GT(dropped, 0);
  EXPECT_LT(dropped, 4);
}

TEST(TransformerForm, AClosedBranchIsCrossedOutAndItsBypassFat) {
  const auto widest = [](const Drawn& drawn) {
    float width = 0;
    for (const draw::Polyline& line : all_of_kind<draw::Polyline>(drawn.scene.units))
      width = std::max(width, line.width);
    return width;
  };
  for (const char* branch : {"block1.attention_branch", "block1.feed_forward_branch"}) {
    const Drawn closed(sequence_snapshot({.noise = {{branch, "droppath", 1.0}}}));
    const Drawn open(sequence_snapshot({.noise = {{branch, "droppath", 1e-6}}}));
    EXPECT_GT(widest(closed), 3 * widest(open)) << branch;
    const Rect box =
        closed.place().tiles[std::string(branch).find("feed") == std::string::npos ? kAttentionBox : kFeedForwardBox];
    const auto crossed = [&](const Drawn& drawn) {
      const auto lines = all_of_kind<draw::Line>(drawn.scene.units);
      return std::any_of(lines.begin(), lines.end(),
                         [&](const draw::Line& l) { return l.a == box.min && l.b == box.max; });
    };
    EXPECT_TRUE(crossed(closed)) << branch;
    EXPECT_FALSE(crossed(open)) << branch;
  }
}

TEST(TransformerForm, TheSelectedHeadGrowsWithoutMovingTheRest) {
  const Snapshot snapshot = sequence_snapshot({.heads = 8, .steps = 20});
  for (int head : {0, 7}) {
    const Drawn plain(snapshot, {{0, 0}, {1020, 860}});
    SceneStyle style = plain_style();
    style.selected_gate = GateRef{site_named(snapshot, "block1.attention"), plain.block.cell(head, 15, 3)};
    const Drawn drawn(snapshot, {{0, 0}, {1020, 860}}, style);
    const Rect large = drawn.place().tiles[kEnlarged], small = head_tile(drawn.place(), head, kMatrix);
    EXPECT_GT(large.width(), 1.3f * small.width());
    EXPECT_FALSE(overlap(large, small));
    EXPECT_TRUE(inside(large, drawn.place().body));
    for (int h = 0; h < 8; ++h)
      EXPECT_EQ(head_tile(drawn.place(), h, kMatrix).min, head_tile(plain.place(), h, kMatrix).min);
    EXPECT_EQ(drawn.place().tiles[kLeaves].min, plain.place().tiles[kLeaves].min);
    const CellGrid grid{large, 20, 20};
    for (int query : {0, 4, 19}) {
      const auto gate = hit_gate(drawn.layout, snapshot, grid.cell(query / 2, query).center(), false);
      ASSERT_TRUE(gate);
      EXPECT_EQ(gate->element, drawn.block.cell(head, query, query / 2));
    }
    EXPECT_EQ(first_collision(placed_texts(drawn.scene.units, FixedMeasure())), "");
  }
}

TEST(TransformerForm, AveragesAreGreyLevelsAndNoCellIsCrossed) {
  SceneStyle style = plain_style();
  style.averaging = true;
  const Snapshot snapshot = sequence_snapshot({.steps = 8});
  const int site = site_named(snapshot, "block1.attention");
  style.frequency.resize(snapshot.sites.size());
  style.frequency[std::size_t(site)].assign(snapshot.sites[std::size_t(site)].shape.count(), 0.25f);
  const Drawn plain(snapshot, kLarge, style);
  style.frequency[std::size_t(site)][plain.block.cell(1, 6, 2)] = 1;
  const Drawn drawn(snapshot, kLarge, style);
  EXPECT_EQ(strokes_at(drawn, drawn.cell(1, 6, 2)), 0);
  const Rect matrix = head_tile(drawn.place(), 1, kMatrix);
  int pictures = 0;
  for (const draw::Image& image : all_of_kind<draw::Image>(drawn.scene.units)) {
    if (image.rect.min != matrix.min) continue;
    ++pictures;
    const Color often = image.rgba[6 * 8 + 1], never = image.rgba[6 * 8 + 2];
    EXPECT_GT(contrast(often, drawn.style.palette->background), 3.0);
    EXPECT_LT(contrast(never, drawn.style.palette->background), 1.3);
    EXPECT_EQ(image.rgba[7 * 8 + 0], often);
  }
  EXPECT_EQ(pictures, 1);
}

TEST(TransformerForm, LockedCellsHaveASquareAndWhatIsNoNumberHasStripes) {
  Snapshot snapshot = sequence_snapshot({.steps = 8, .noise = {{"block1.attention", "attention", 0.05}}});
  const auto squares = [](const Drawn& drawn, Color fill) {
    int count = 0;
    for (const draw::Box& box : all_of_kind<draw::Box>(drawn.scene.units)) count += box.fill == fill;
    return count;
  };
  const Drawn before(snapshot);
  const std::uint32_t at = before.block.cell(0, 5, 5);
  const Color ink = before.style.palette->unit_outline;
  snapshot.sites[std::size_t(site_named(snapshot, "block1.attention"))].locked = {at};
  EXPECT_EQ(squares(Drawn(snapshot), ink), squares(before, ink) + 1);
  const std::size_t stripes = all_of_kind<draw::Polygon>(before.scene.units).size();
  for (PartView& part : snapshot.layers[before.column].parts)
    for (InnerView& view : part.inner)
      if (view.name == "weights_used") view.values[before.block.cell(0, 6, 1)] = NAN;
  EXPECT_GT(all_of_kind<draw::Polygon>(Drawn(snapshot).scene.units).size(), stripes);
}

TEST(TransformerForm, BeforeThePassComesThereCellsAreEmptyButTheMaskIsThere) {
  // After the batch and the masks of the second update.
  const Drawn drawn(sequence_snapshot({.steps = 8, .ticks = 1, .stations = 2}));
  ASSERT_TRUE(drawn.snapshot.layers[drawn.column].h.empty());
  const SiteView& site = drawn.site("block1.attention");
  int dropped = 0;
  for (int query = 0; query < 8; ++query)
    for (int key = 0; key <= query; ++key) {
      const bool gone = site.gate[drawn.block.cell(0, query, key)] == 0;
      EXPECT_EQ(strokes_at(drawn, drawn.cell(0, query, key)), gone ? 2 : 0);
      dropped += gone;
    }
  EXPECT_GT(dropped, 3);
  const Drawn after(sequence_snapshot({.steps = 8, .ticks = 2}));
  EXPECT_EQ(head_tile(after.place(), 1, kMatrix).min, head_tile(drawn.place(), 1, kMatrix).min);  // nothing jumps
}

TEST(TransformerForm, BeforeThePassWhatIsKeptStandsOutFromWhatIsDropped) {
  for (const Palette* colours : all_palettes())
    for (const Rect& area : {kLarge, Rect{{0, 0}, {560, 400}}}) {
      const Drawn drawn(sequence_snapshot({.ticks = 1, .stations = 2}), area,
                        plain_style(colours->id, area.max.x < 600 ? 0.5f : 1));
      const Rect matrix = head_tile(drawn.place(), 1, kMatrix);
      const SiteView& site = drawn.site("block1.attention");
      const bool cells = shows_cells({matrix, 20, 20}, drawn.layout.u);
      EXPECT_EQ(cells, area.max.x > 600);
      for (const draw::Image& image : all_of_kind<draw::Image>(drawn.scene.units)) {
        if (image.rect.min != matrix.min) continue;
        for (int query = 0; query < 20; ++query)
          for (int key = 0; key <= query; ++key) {
            const bool kept = site.gate[drawn.block.cell(1, query, key)] != 0;
            const double seen = contrast(image.rgba[std::size_t(query * 20 + key)],
                                         cells ? colours->dropped_fill : colours->background);
            EXPECT_EQ(seen > 2.0, kept) << colours->name << query << " " << key;
          }
      }
    }
}

TEST(TransformerForm, NothingTellsCellsApartBeforeTheMaskIsDrawn) {
  const Drawn drawn(sequence_snapshot({.ticks = 1, .stations = 1}), {{0, 0}, {560, 400}},
                    plain_style(ThemeId::Light, 0.5f));
  const Rect matrix = head_tile(drawn.place(), 0, kMatrix);
  for (const draw::Image& image : all_of_kind<draw::Image>(drawn.scene.units)) {
    if (image.rect.min != matrix.min) continue;
    for (int query = 0; query < 20; ++query)
      for (int key = 0; key <= query; ++key)
        EXPECT_EQ(image.rgba[std::size_t(query * 20 + key)], image.rgba[0]) << query << " " << key;
  }
}

// The discs of pins, in the middle of nothing else.
int pins(const Drawn& drawn) {
  int count = 0;
  for (const draw::Disc& disc : all_of_kind<draw::Disc>(drawn.scene.units))
    count += disc.fill == drawn.style.palette->accent;
  return count;
}

TEST(TransformerForm, WhatWasSetByHandHasAPinWhereverItIsDrawn) {
  SequenceOptions o{.steps = 8,
                    .noise = {{"embedding1", "inverted", 0.2},
                              {"block1.attention", "attention", 0.3},
                              {"block1.attention_branch", "inverted", 0.2},
                              {"block1.feed_forward", "inverted", 0.4}}};
  for (const SequenceOptions::Noise& noise : o.noise) {
    Snapshot snapshot = sequence_snapshot(o);
    const int before = pins(Drawn(snapshot));
    SiteView& site = snapshot.sites[std::size_t(site_named(snapshot, noise.site))];
    site.by_hand = {9, 16};
    EXPECT_EQ(pins(Drawn(snapshot)), before + 2) << noise.site;
    snapshot.eval_view = true;
    EXPECT_EQ(pins(Drawn(snapshot)), before) << noise.site;
  }
  Snapshot heads = sequence_snapshot({.heads = 4, .steps = 12, .noise = {{"block1.heads", "head", 0.5}}});
  const int before = pins(Drawn(heads));
  heads.sites[std::size_t(site_named(heads, "block1.heads"))].by_hand = {2 * 12 * 4};
  EXPECT_EQ(pins(Drawn(heads)), before + 1);
}

TEST(TransformerForm, TheLegendSaysThatColourIsTheRootOfTheWeight) {
  const auto says = [](const Drawn& drawn) {
    for (const draw::Text& text : all_of_kind<draw::Text>(drawn.scene.labels))
      if (text.text.find("\u221aweight") != std::string::npos) return true;
    return false;
  };
  const Snapshot snapshot = sequence_snapshot();
  EXPECT_TRUE(says(Drawn(snapshot)));
  EXPECT_TRUE(says(Drawn(snapshot, {{0, 0}, {900, 520}}, plain_style(ThemeId::Light, 0.67f))));
  SceneStyle average = plain_style();
  average.averaging = true;
  EXPECT_FALSE(says(Drawn(snapshot, kLarge, average)));
}

TEST(TransformerForm, TheMaskIsSeenBeforeThePassEvenWhereCellsAreTiny) {
  const Drawn drawn(sequence_snapshot({.ticks = 1, .stations = 2}), {{0, 0}, {560, 400}},
                    plain_style(ThemeId::Dark, 0.5f));
  const Rect matrix = head_tile(drawn.place(), 0, kMatrix);
  ASSERT_FALSE(shows_cells({matrix, 20, 20}, drawn.layout.u));
  const SiteView& site = drawn.site("block1.attention");
  int pictures = 0;
  for (const draw::Image& image : all_of_kind<draw::Image>(drawn.scene.units)) {
    if (image.rect.min != matrix.min) continue;
    ++pictures;
    for (int query = 0; query < 20; ++query)
      for (int key = 0; key <= query; ++key)
        EXPECT_EQ(image.rgba[std::size_t(query * 20 + key)] == drawn.style.palette->background,
                  site.gate[drawn.block.cell(0, query, key)] == 0);
  }
  EXPECT_EQ(pictures, 1);
}

TEST(TransformerForm, EvalHasNoBlanksAndTheSameLayout) {
  const Drawn train(sequence_snapshot({.steps = 8})), eval(sequence_snapshot({.steps = 8, .eval = true}));
  EXPECT_EQ(head_tile(train.place(), 1, kMatrix).min, head_tile(eval.place(), 1, kMatrix).min);
  for (int query = 0; query < 8; ++query)
    for (int key = 0; key <= query; ++key) EXPECT_EQ(strokes_at(eval, eval.cell(0, query, key)), 0);
}

TEST(TransformerForm, TextsStayInsideAndApartForAnyHeadsStepsAndWindow) {
  const Vec2 sizes[] = {{480, 330}, {640, 574}, {1020, 860}, {1370, 620}, {2740, 1300}};
  for (int heads : {1, 2, 5, 8})
    for (int steps : {4, 20, 40, 64}) {
      SequenceOptions o = all_noise(heads, steps);
      o.width = heads == 5 ? 20 : 16, o.blocks = heads == 2 ? 2 : 1;
      for (bool noisy : {true, false}) {
        if (!noisy) o.noise = {{"block1.attention", "attention", 0.3}};
        const Snapshot snapshot = sequence_snapshot(o);
        for (const Vec2& size : sizes)
          for (const Palette* colours : all_palettes()) {
            const Rect area{{0, 0}, size};
            const Drawn drawn(snapshot, area, plain_style(colours->id, size.x / (size.x > 1200 ? 1370 : 1020)));
            DisplayList all = drawn.scene.units;
            all.append(drawn.scene.labels);
            const std::vector<PlacedText> texts = placed_texts(all, FixedMeasure());
            const std::string where = std::to_string(heads) + " heads, " + std::to_string(steps) + " steps, " +
                                      std::to_string(int(size.x)) + " " + colours->name;
            EXPECT_EQ(first_collision(texts), "") << where;
            EXPECT_EQ(first_outside(texts, area), "") << where;
            for (const PlacedText& text : texts) EXPECT_GE(text.size, 7) << where << " " << text.text;
            for (std::size_t l = 1; l < drawn.layout.columns.size(); ++l)
              EXPECT_FALSE(overlap(drawn.layout.columns[l - 1].body, drawn.layout.columns[l].body)) << where;
          }
      }
    }
}

TEST(TransformerForm, LongSequencesAreDrawnInAFrame) {
  // Eight heads of 22 steps are the most values that a snapshot holds.
  SequenceOptions o = all_noise(8, 22);
  o.blocks = 2;
  const Snapshot snapshot = sequence_snapshot(o);
  const Rect area{{0, 0}, {2740, 1300}};
  double best = 1e9;
  std::size_t items = 0;
  for (int i = 0; i < 5; ++i) {
    const auto from = std::chrono::steady_clock::now();
    const Drawn drawn(snapshot, area, plain_style(ThemeId::Light, 2));
    best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - from).count());
    items = drawn.scene.units.items.size();
  }
  EXPECT_LT(items, 9000u);
  EXPECT_LT(best, 60);
  RecordProperty("ms", std::to_string(best));
}

}  // namespace
}  // namespace dropscope
