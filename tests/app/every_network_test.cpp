// The window's words and pictures for networks of every kind, made from snapshots of the ready-made runs.
#include <gtest/gtest.h>

#include <set>

#include "app/scene/network_scene.h"
#include "app/scene/scene_parts.h"
#include "app/scene/sequence_sheet.h"
#include "app/scene/surface_view.h"
#include "app/state/phrases.h"
#include "app/state/places.h"
#include "app/state/reduce.h"
#include "core/dropout/registry.h"
#include "core/scenarios/scenarios.h"
#include "core/session/snapshot_builder.h"
#include "core/spec/fields.h"
#include "tests/app/picture_checks.h"
#include "tests/app/scene_look.h"

namespace dropscope {
namespace {

struct Watched {
  explicit Watched(const std::string& scenario)
      : spec(scenario_or_throw(scenario, "test")),
        trainer(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr))),
        builder(trainer) {}
  Snapshot after(int ticks, bool eval = false) {
    for (int i = 0; i < ticks; ++i) trainer.advance(Granularity::Tick);
    if (trainer.tick() == 0 && trainer.at_boundary()) trainer.preview();
    ViewState view;
    view.eval = eval;
    Snapshot s = builder.build(trainer, view);
    s.surface = std::make_shared<const SurfaceView>(
        compute_surface(trainer.network(), trainer.params(), trainer.plans(), *s.data, trainer.classifies(), 0));
    return s;
  }
  RunSpec spec;
  Trainer trainer;
  SnapshotBuilder builder;
};

// All that need no files.
std::vector<std::string> ready_runs() {
  std::vector<std::string> ids;
  for (const Scenario* scenario : all_scenarios())
    if (scenario->spec().data.dataset != "mnist") ids.emplace_back(scenario->id);
  return ids;
}

RunSpec spec_of(const char* scenario) { return scenario_or_throw(scenario, "test"); }

class EveryNetwork : public testing::TestWithParam<std::string> {};

TEST_P(EveryNetwork, WordsNeitherCollideNorLeaveTheCanvas) {
  Watched run(GetParam());
  for (bool eval : {false, true}) {
    const Snapshot snapshot = run.after(eval ? 0 : 2, eval);
    for (const auto& size : {Vec2{680, 600}, Vec2{1020, 900}, Vec2{480, 400}})
      for (const Palette* colours : all_palettes())
        for (bool averaging : {false, true}) {
          SceneStyle style = plain_style(colours->id, size.x / 1020);
          style.averaging = averaging;
          const Rect area{{0, 0}, size};
          const NetworkScene scene =
              build_network_scene(snapshot, layout_network(snapshot, area, style), style, FixedMeasure());
          const std::vector<PlacedText> texts = placed_texts(scene.labels, FixedMeasure());
          EXPECT_EQ(first_collision(texts), "") << GetParam() << " " << size.x << " " << colours->name;
          EXPECT_EQ(first_outside(texts, area), "") << GetParam() << " " << size.x << " " << colours->name;
        }
  }
}

TEST_P(EveryNetwork, ColumnsAreNeverThreads) {
  Watched run(GetParam());
  const Snapshot snapshot = run.after(0);
  const NetworkLayout layout = layout_network(snapshot, {{0, 0}, {640, 560}}, plain_style(ThemeId::Light, 0.67f));
  ASSERT_EQ(layout.columns.size(), snapshot.layers.size());
  for (std::size_t l = 0; l < layout.columns.size(); ++l) {
    EXPECT_GE(layout.columns[l].body.height(), 12) << snapshot.layers[l].name;
    EXPECT_GE(layout.columns[l].body.width(), 4) << snapshot.layers[l].name;
  }
}

TEST_P(EveryNetwork, EveryUnitExplainsItselfAndTheDataAreShown) {
  Watched run(GetParam());
  for (bool eval : {false, true}) {
    const Snapshot snapshot = run.after(eval ? 0 : 1, eval);
    for (std::size_t l = 0; l < snapshot.layers.size(); ++l)
      for (int unit = 0; unit < snapshot.layers[l].units; unit += 1 + snapshot.layers[l].units / 40) {
        const std::vector<std::string> lines = unit_arithmetic(snapshot, {int(l), unit});
        ASSERT_GE(lines.size(), 2u) << snapshot.layers[l].name;
        for (const std::string& line : lines) EXPECT_FALSE(line.empty()) << snapshot.layers[l].name;
      }
    const CardStyle style{&palette(ThemeId::Light), 0.67f};
    EXPECT_GT(build_surface_view(snapshot, {{0, 0}, {300, 170}}, style, FixedMeasure()).items.size(), 3u);
  }
}

// No key may lead to an error, whatever the network is.
TEST_P(EveryNetwork, KeysForRatesAndVariantsAlwaysWork) {
  Watched run(GetParam());
  const Snapshot snapshot = run.after(0);
  for (int column = -1; column < int(std::min<std::size_t>(snapshot.layers.size(), 6)); ++column) {
    AppState state;
    state.document().spec = run.spec;
    state.selection.layer = column;
    const auto press = [&](ActionId id) { reduce({id, {}}, state, snapshot, 1); };
    for (int i = 0; i < 25; ++i) {
      ASSERT_NO_THROW(press(i % 3 == 2 ? ActionId::VariantPrevious : ActionId::VariantNext)) << i;
      ASSERT_NO_THROW(press(ActionId::RateUp)) << i;
    }
    EXPECT_FALSE(acting_sites(state.document().spec).empty());
    for (int i = 0; i < 30; ++i) ASSERT_NO_THROW(press(ActionId::RateDown)) << i;
    EXPECT_NO_THROW(validate(state.document().spec, "test"));
    EXPECT_NO_THROW(Trainer(state.document().spec, std::make_shared<const Dataset>(run.trainer.data())));
  }
}

TEST_P(EveryNetwork, ThePanelOffersEachSiteOnceAndItsPathsCanBeSet) {
  const RunSpec spec = spec_of(GetParam().c_str());
  std::set<std::string> seen;
  for (const Place& place : noise_places(spec, {})) {
    for (const std::string& site : place.sites) EXPECT_TRUE(seen.insert(site).second) << site;
    RunSpec next = spec;
    for (const std::string& path : place.paths) ASSERT_NO_THROW(set_field(next, path + "rate", "0.15", "test")) << path;
    for (const std::string& site : place.sites) EXPECT_DOUBLE_EQ(shown_plan(next, site).rate, 0.15) << site;
  }
  for (const SiteName& site : acting_sites(spec)) EXPECT_TRUE(seen.contains(site.name)) << site.name;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, EveryNetwork, testing::ValuesIn(ready_runs()), [](const auto& scenario) {
  std::string name = scenario.param;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
});

TEST(Phrases, NameTheNoiseThatActsWhereverItActs) {
  const auto phrase = [](const char* scenario) {
    const RunSpec spec = spec_of(scenario);
    return variant_phrase(spec) + ", " + rates_phrase(spec);
  };
  EXPECT_EQ(phrase("moons"), "Dropout (inverted), 0.50");
  EXPECT_EQ(phrase("moons-plain"), "Dropout (inverted), 0.00");
  EXPECT_EQ(phrase("digits28"), "Dropout (inverted), 0.50 \u00b7 input 0.20");
  EXPECT_EQ(phrase("conv-spatial"), "Spatial dropout, 0.20");
  EXPECT_EQ(phrase("cutout"), "Cutout, 0.80");
  EXPECT_EQ(phrase("residual-depth"), "Stochastic depth, 0.03 to 0.50");
  EXPECT_EQ(phrase("lstm-zoneout"), "Zoneout, 0.50 / 0.30");
  EXPECT_EQ(phrase("lstm-plain"), "no dropout, ");
  RunSpec mixed = spec_of("conv-spatial");
  set_field(mixed, "dropout.hidden1.rate", "0.5", "test");
  EXPECT_EQ(variant_phrase(mixed), "mixed variants");
  EXPECT_EQ(rates_phrase(mixed), "0.20 / 0.20 / 0.50");
}

TEST(Places, OneForAllBlocksAndTheKindAtWorkFirst) {
  const std::vector<Place> places = noise_places(spec_of("residual-depth"), {});
  ASSERT_EQ(places.size(), 3u);
  EXPECT_EQ(places[0].title, "blocks");
  EXPECT_EQ(places[0].sites.size(), 16u);
  EXPECT_EQ(places[0].paths, (std::vector<std::string>{"dropout.residual_branch."}));
  EXPECT_EQ(places[1].title, "input");
  EXPECT_EQ(places[2].title, "hidden 1");
}

TEST(Places, KeepWhatWasTouched) {
  RunSpec spec = spec_of("lstm-copy-naive");
  set_field(spec, "dropout.lstm1.recurrent.rate", "0", "test");
  const auto has = [](const std::vector<Place>& places) {
    for (const Place& place : places)
      if (place.title == "lstm 1 recurrent") return true;
    return false;
  };
  EXPECT_FALSE(has(noise_places(spec, {})));
  EXPECT_TRUE(has(noise_places(spec, {"lstm1.recurrent"})));
}

TEST(Sentences, CountGatesInTheirOwnWords) {
  EXPECT_NE(subnetwork_sentence(Watched("conv-spatial").after(1))
                .find(" of 24 feature maps kept \u00b7 one of 2\u00b2\u2074"),
            std::string::npos);
  EXPECT_NE(
      subnetwork_sentence(Watched("residual-depth").after(1)).find(" of 16 branches kept \u00b7 one of 2\u00b9\u2076"),
      std::string::npos);
  EXPECT_NE(subnetwork_sentence(Watched("dropconnect").after(1)).find(" of 288 weights kept"), std::string::npos);
  EXPECT_NE(subnetwork_sentence(Watched("rnn-weight-drop").after(1)).find(" of 4,096 weights kept"), std::string::npos);
  // Patches overlap: their elements are no coins, so no number of sub-networks follows.
  const std::string patches = subnetwork_sentence(Watched("conv-dropblock").after(1));
  EXPECT_EQ(patches.find("one of"), std::string::npos) << patches;
}

TEST(Blocks, ADroppedBranchCrossesNoUnitOut) {
  Watched run("residual-depth");
  for (int tick = 0; tick < 8; ++tick) {
    const Snapshot s = run.after(1);
    for (std::size_t l = 2; l < 18; ++l)
      for (int unit = 0; unit < s.layers[l].units; ++unit)
        ASSERT_FALSE(is_silent(site_of(s, l), unit, s.layers[l].units));
  }
}

TEST(Blocks, OfANarrowRunAreNumberedAndCountedTogether) {
  const Snapshot s = Watched("residual-depth").after(1);
  const SceneStyle style = plain_style(ThemeId::Light, 0.67f);
  const NetworkScene scene =
      build_network_scene(s, layout_network(s, {{0, 0}, {640, 560}}, style), style, FixedMeasure());
  int together = 0;
  for (const draw::Text& text : all_of_kind<draw::Text>(scene.labels))
    together += text.text.starts_with("blocks 1 to 16 \u00b7 ") ? 1 : 0;
  EXPECT_EQ(together, 1);
}

TEST(Sequences, TokensReadAsTheLettersOfTheirClasses) {
  DataView data;
  data.outputs = 2;
  data.output_names = {"symbol A", "symbol B"};
  data.sequence = SequenceShape{.steps = 8, .features = 1, .tokens = true, .vocabulary = 4, .label_each_step = true};
  EXPECT_EQ(token_text(data, 0), "\u00b7");
  EXPECT_EQ(token_text(data, 2), "B");
  EXPECT_EQ(token_text(data, 3), ">");
  data.sequence->vocabulary = 2;
  EXPECT_EQ(token_text(data, 1), "B");
}

}  // namespace
}  // namespace dropscope
