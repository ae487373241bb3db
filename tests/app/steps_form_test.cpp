// Units by steps: locked masks strike rows, fresh ones scatter, what is held is not crossed out, and each mask that
// acts has its place.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <set>

#include "app/scene/columns/form.h"
#include "app/scene/columns/steps.h"
#include "app/scene/scene_parts.h"
#include "core/scenarios/scenarios.h"
#include "core/session/snapshot_builder.h"
#include "tests/app/picture_checks.h"
#include "tests/app/scene_look.h"

namespace dropscope {
namespace {

Snapshot look_at(const RunSpec& spec, int ticks = 2, bool eval = false) {
  Trainer trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  SnapshotBuilder builder(trainer);
  for (int i = 0; i < ticks; ++i) trainer.advance(Granularity::Tick);
  ViewState view;
  view.eval = eval;
  return builder.build(trainer, view);
}
Snapshot look_at(const char* scenario, int ticks = 2, bool eval = false) {
  return look_at(scenario_or_throw(scenario, "test"), ticks, eval);
}

constexpr const char* kRecurrent[] = {"lstm-locked",  "lstm-copy-naive", "lstm-copy-locked",
                                      "lstm-zoneout", "gru-update",      "rnn-weight-drop"};

// The recurrent layer.
std::size_t recurrent_layer(const Snapshot& s) {
  for (std::size_t l = 0; l < s.layers.size(); ++l)
    for (const char* kind : {"lstm", "gru", "rnn"})
      if (s.layers[l].name.starts_with(kind)) return l;
  ADD_FAILURE() << "no recurrent layer";
  return 0;
}

struct Picture {
  Picture(const Snapshot& snapshot, const ColumnSize& size, ThemeId theme = ThemeId::Light)
      : s(snapshot),
        style(plain_style(theme, size.u)),
        layout(layout_network(s, {{0, 0}, {size.width, size.height}}, style)),
        layer(recurrent_layer(s)),
        panels(step_panels(s, layer)) {}
  const ColumnLayout& column() const { return layout.columns[layer]; }
  Rect grid(std::size_t panel) const { return column().tiles[2 * panel]; }
  DisplayList paint() const {
    DisplayList list;
    column().form->paint({s, layer, style, layout.u, &measure}, column(), list);
    return list;
  }
  std::size_t panel_of(const std::string& site) const {
    for (std::size_t i = 0; i < panels.size(); ++i)
      if (panels[i].site >= 0 && s.sites[std::size_t(panels[i].site)].site == site) return i;
    ADD_FAILURE() << site;
    return 0;
  }
  Snapshot s;
  SceneStyle style;
  NetworkLayout layout;
  std::size_t layer;
  std::vector<StepPanel> panels;
  FixedMeasure measure;
};

bool across(const draw::Line& line, Rect grid, float y) {
  return std::fabs(line.a.y - y) < 0.01f && std::fabs(line.b.y - y) < 0.01f && line.a.x < grid.min.x &&
         line.b.x > grid.max.x;
}

TEST(StepsForm, LockedMasksStrikeExactlyTheDroppedRows) {
  for (const ColumnSize& size : kColumnSizes) {
    const Picture picture(look_at("lstm-locked"), size);
    const std::vector<draw::Line> lines = all_of_kind<draw::Line>(picture.paint());
    for (const char* name : {"lstm1", "lstm1.input", "lstm1.recurrent"}) {
      const std::size_t i = picture.panel_of(name);
      const SiteView& site = picture.s.sites[std::size_t(picture.panels[i].site)];
      ASSERT_EQ(step_tie(site, picture.panels[i].cols), StepTie::Steps);
      const CellGrid grid{picture.grid(i), picture.panels[i].cols, picture.panels[i].rows};
      int struck = 0;
      for (int row = 0; row < grid.rows; ++row) {
        const float y = grid.cell(0, row).center().y;
        const bool line =
            std::any_of(lines.begin(), lines.end(), [&](const draw::Line& l) { return across(l, grid.rect, y); });
        EXPECT_EQ(line, site.gate[std::size_t(row)] == 0) << name << " row " << row << " " << size.width;
        struck += line;
      }
      EXPECT_GT(struck, 0) << name;
      EXPECT_LT(struck, grid.rows) << name;
    }
  }
}

// Counts of coins tell units from steps only where there are not as many of one as of the other.
TEST(StepsForm, LockedMasksAreToldFromWholeStepsWhereThereAreAsManyUnitsAsSteps) {
  RunSpec spec = scenario_or_throw("lstm-locked", "test");
  spec.data.steps = 8;  // as the embedding is wide
  const Picture picture(look_at(spec), kColumnSizes[2]);
  const std::size_t i = picture.panel_of("lstm1.input");
  ASSERT_EQ(picture.panels[i].rows, picture.panels[i].cols);
  EXPECT_EQ(step_tie(picture.s.sites[std::size_t(picture.panels[i].site)], 8), StepTie::Steps);
}

TEST(StepsForm, AMaskThatIsCopiedToEveryStepStrikesRowsToo) {
  RunSpec spec = scenario_or_throw("gru-update", "test");
  const Picture fresh(look_at(spec), kColumnSizes[3]);
  const auto caption = [](const Picture& p) {
    return step_captions(p.s, p.panels[p.panel_of("gru1.update")], false)[0];
  };
  EXPECT_EQ(caption(fresh), "on the update \u00b7 a new mask each step");
  spec.dropout.at("gru1.update").params["fixed"] = 1;
  const Picture picture(look_at(spec), kColumnSizes[3]);
  EXPECT_EQ(caption(picture), "on the update \u00b7 one mask for all steps");
  const std::size_t i = picture.panel_of("gru1.update");
  const SiteView& site = picture.s.sites[std::size_t(picture.panels[i].site)];
  const CellGrid grid{picture.grid(i), picture.panels[i].cols, picture.panels[i].rows};
  int struck = 0, dropped = 0;
  for (const draw::Line& line : all_of_kind<draw::Line>(picture.paint())) struck += across(line, grid.rect, line.a.y);
  for (int row = 0; row < grid.rows; ++row) dropped += site.gate[std::size_t(row)] == 0;
  EXPECT_EQ(struck, dropped);
  EXPECT_GT(dropped, 0);
}

TEST(StepsForm, FreshMasksScatterAndStrikeNoRow) {
  for (const ColumnSize& size : kColumnSizes) {
    const Picture picture(look_at("lstm-copy-naive"), size);
    const std::size_t i = picture.panel_of("lstm1.recurrent");
    const SiteView& site = picture.s.sites[std::size_t(picture.panels[i].site)];
    EXPECT_EQ(step_tie(site, picture.panels[i].cols), StepTie::None);
    const CellGrid grid{picture.grid(i), picture.panels[i].cols, picture.panels[i].rows};
    std::set<std::pair<int, int>> marked;  // cells with a stroke whose middle is theirs
    for (const draw::Line& line : all_of_kind<draw::Line>(picture.paint())) {
      EXPECT_FALSE(across(line, grid.rect, line.a.y));
      if (line.a.x == line.b.x || line.a.y == line.b.y) continue;
      if (const auto cell = grid.at((line.a + line.b) * 0.5f)) marked.insert({*cell % grid.cols, *cell / grid.cols});
    }
    int dropped = 0;
    for (int col = 0; col < grid.cols; ++col)
      for (int row = 0; row < grid.rows; ++row) {
        const bool off = site.gate[picture.panels[i].element(col, row)] == 0;
        dropped += off;
        if (std::min(grid.cell_width(), grid.cell_height()) >= 3) {
          EXPECT_EQ(marked.contains({col, row}), off) << col << " " << row << " " << size.width;
        }
      }
    EXPECT_GT(dropped, 0);
  }
}

TEST(StepsForm, ZoneoutHasBarsAndNoCross) {
  for (const ColumnSize& size : kColumnSizes) {
    const Picture picture(look_at("lstm-zoneout"), size);
    for (const char* name : {"lstm1.cell", "lstm1.state"}) {
      const std::size_t i = picture.panel_of(name);
      const SiteView& site = picture.s.sites[std::size_t(picture.panels[i].site)];
      const CellGrid grid{picture.grid(i), picture.panels[i].cols, picture.panels[i].rows};
      std::vector<float> covered(site.gate.size(), 0.0f);
      for (const draw::Line& line : all_of_kind<draw::Line>(picture.paint())) {
        const Vec2 middle = (line.a + line.b) * 0.5f;
        if (!grid.rect.contains(middle)) continue;
        EXPECT_TRUE(line.a.x == line.b.x || line.a.y == line.b.y) << "no stroke is slanted: nothing is crossed out";
        if (line.a.y != line.b.y || line.color != picture.style.palette->unit_outline) continue;
        const int row = int((line.a.y - grid.rect.min.y) / grid.cell_height());
        for (int col = 0; col < grid.cols; ++col) {
          const float x = grid.cell(col, row).center().x;
          if (line.a.x < x - 0.4f * grid.cell_width() && line.b.x >= x - 0.01f)
            covered[picture.panels[i].element(col, row)] = 1;
        }
      }
      for (std::size_t e = 0; e < covered.size(); ++e) EXPECT_EQ(covered[e] == 1, site.gate[e] == 0) << name << e;
    }
  }
}

TEST(StepsForm, EverySiteThatActsHasOnePanelAndPanelsDoNotOverlap) {
  for (const char* scenario : kRecurrent) {
    const Snapshot s = look_at(scenario);
    for (const ColumnSize& size : kColumnSizes)
      for (const Palette* p : all_palettes()) {
        const Picture picture(s, size, p->id);
        std::set<int> sites;
        for (const StepPanel& panel : picture.panels)
          if (panel.site >= 0) {
            EXPECT_TRUE(sites.insert(panel.site).second);
          }
        for (int i : s.layers[picture.layer].inner_sites)
          EXPECT_TRUE(sites.contains(i)) << s.sites[std::size_t(i)].site;
        for (std::size_t i = 0; i < picture.panels.size(); ++i) {
          EXPECT_GT(picture.grid(i).width(), 8) << scenario << " " << size.width;
          EXPECT_GT(picture.grid(i).height(), 4) << scenario << " " << size.width;
          EXPECT_TRUE(inside(picture.grid(i), picture.column().tiles[2 * i + 1], 1)) << scenario << " " << size.width;
          for (std::size_t k = i + 1; k < picture.panels.size(); ++k)
            EXPECT_FALSE(overlap(picture.column().tiles[2 * i + 1], picture.column().tiles[2 * k + 1], 0.1f))
                << scenario;
        }
        const NetworkScene scene = build_network_scene(s, picture.layout, picture.style, picture.measure);
        DisplayList all = scene.units;
        all.append(scene.labels);
        const std::vector<PlacedText> texts = placed_texts(all, picture.measure);
        EXPECT_EQ(first_collision(texts), "") << scenario << " " << size.width << " " << p->name;
        EXPECT_EQ(first_outside(texts, {{0, 0}, {size.width, size.height}}), "") << scenario << " " << size.width;
      }
  }
}

TEST(StepsForm, TheLayoutIsTheSameInEvalAndAfterOtherMasks) {
  for (const char* scenario : kRecurrent) {
    const Picture first(look_at(scenario, 1), kColumnSizes[1]), later(look_at(scenario, 3), kColumnSizes[1]),
        eval(look_at(scenario, 1, true), kColumnSizes[1]);
    ASSERT_EQ(first.column().tiles.size(), later.column().tiles.size());
    ASSERT_EQ(first.column().tiles.size(), eval.column().tiles.size()) << scenario;
    for (std::size_t i = 0; i < first.column().tiles.size(); ++i) {
      EXPECT_EQ(first.column().tiles[i].min, later.column().tiles[i].min) << scenario;
      EXPECT_EQ(first.column().tiles[i].max, eval.column().tiles[i].max) << scenario;
    }
  }
}

TEST(StepsForm, GatesAreFoundWhereTheyAreDrawn) {
  for (const char* scenario : kRecurrent) {
    const Snapshot s = look_at(scenario);
    for (const ColumnSize& size : kColumnSizes) {
      const Picture picture(s, size);
      for (const StepPanel& panel : picture.panels) {
        if (panel.site < 0) continue;
        const SiteView& site = s.sites[std::size_t(panel.site)];
        for (std::uint32_t element = 0; element < std::uint32_t(site.total); element += 1 + site.total / 97) {
          const auto rect = gate_rect(picture.layout, s, {panel.site, element});
          ASSERT_TRUE(rect) << scenario << " " << site.site << " " << element;
          const auto gate = hit_gate(picture.layout, s, rect->center(), false);
          ASSERT_TRUE(gate) << scenario << " " << site.site << " " << element << " " << size.width;
          EXPECT_EQ(gate->site, panel.site);
          // What shares a gate is one: the element found has the same rectangle.
          const auto again = gate_rect(picture.layout, s, *gate);
          ASSERT_TRUE(again);
          EXPECT_EQ(again->min, rect->min) << scenario << " " << site.site << " " << element;
          EXPECT_EQ(again->max, rect->max) << scenario << " " << site.site << " " << element;
          if (!site.gate.empty()) {
            EXPECT_EQ(site.gate[gate->element], site.gate[element]);
          }
        }
      }
    }
  }
}

TEST(StepsForm, UnitsAreFoundWhereTheyAreDrawn) {
  for (const char* scenario : kRecurrent) {
    const Picture picture(look_at(scenario), kColumnSizes[1]);
    for (int unit = 0; unit < picture.s.layers[picture.layer].units; unit += 13) {
      const auto hit = hit_unit(picture.layout, picture.s, unit_center(picture.column(), unit));
      ASSERT_TRUE(hit) << scenario << " " << unit;
      EXPECT_EQ(*hit, (UnitRef{int(picture.layer), unit}));
    }
  }
}

TEST(StepsForm, WordsSayWhereAMaskActsAndWhetherItChanges) {
  const ColumnSize wide{2300, 1900, 2};
  EXPECT_TRUE(has_text(Picture(look_at("lstm-copy-naive"), wide).paint(), "h(t\u22121)"));
  EXPECT_TRUE(has_text(Picture(look_at("lstm-locked"), wide).paint(), "one mask for all steps"));
  EXPECT_TRUE(has_text(Picture(look_at("lstm-zoneout"), wide).paint(), "old value"));
  EXPECT_TRUE(has_text(Picture(look_at("gru-update"), wide).paint(), "update"));
  EXPECT_TRUE(has_text(Picture(look_at("rnn-weight-drop"), wide).paint(), "weights"));
  EXPECT_FALSE(has_text(Picture(look_at("lstm-locked", 1, true), wide).paint(), "one mask"));
}

TEST(StepsForm, AveragesSayWhatTheyAreOfAndShowNoSingleMask) {
  Picture picture(look_at("lstm-zoneout"), {2300, 1900, 2});
  picture.style.averaging = true;
  const DisplayList list = picture.paint();
  EXPECT_TRUE(has_text(list, "how often renewed"));
  EXPECT_FALSE(has_text(list, "old value"));
  Picture locked(look_at("lstm-locked"), {2300, 1900, 2});
  locked.style.averaging = true;
  const Rect grid = locked.grid(0);
  for (const draw::Line& line : all_of_kind<draw::Line>(locked.paint())) EXPECT_FALSE(across(line, grid, line.a.y));
}

TEST(StepsForm, EvalShowsNoMask) {
  for (const char* scenario : kRecurrent) {
    const Picture picture(look_at(scenario, 2, true), kColumnSizes[2]);
    for (const draw::Line& line : all_of_kind<draw::Line>(picture.paint()))
      EXPECT_TRUE(line.a.x == line.b.x || line.a.y == line.b.y) << scenario;
  }
}

// Units of a wide layer are colours of one picture: what is painted does not grow with them.
TEST(StepsForm, LongSequencesOfWideLayersStayFluid) {
  RunSpec spec = scenario_or_throw("lstm-locked", "test");
  spec.network.hidden[1].units = 128;
  Snapshot s = look_at(spec);
  const Picture picture(s, kColumnSizes[2]);
  double best = 1e9;
  std::size_t items = 0;
  for (int i = 0; i < 10; ++i) {
    const auto start = std::chrono::steady_clock::now();
    items = picture.paint().items.size();
    best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  EXPECT_LT(items, 6000u);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(best, 20);  // a frame, with much to spare for slow machines
#endif
  RecordProperty("best_ms", std::to_string(best));
}

}  // namespace
}  // namespace dropscope
