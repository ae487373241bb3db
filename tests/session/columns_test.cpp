// What a snapshot says of networks that are more than a chain of matrices: columns, gates that units share, probes of
// one step.
#include <gtest/gtest.h>

#include "core/spec/fields.h"
#include "tests/session/watched.h"

namespace dropscope {
namespace {

using sessions::site_named;
using sessions::Watched;

TEST(Columns, ABlockIsOneColumnWhateverIsInIt) {
  const Snapshot residual = Watched("residual-depth").after(1), transformer = Watched("transformer-attention").after(1);
  ASSERT_EQ(residual.layers.size(), 19u);  // input, hidden1, 16 blocks, output
  for (int b = 1; b <= 16; ++b) {
    EXPECT_EQ(residual.layers[std::size_t(b) + 1].name, "block" + std::to_string(b));
    EXPECT_TRUE(residual.layers[std::size_t(b) + 1].is_block);
    EXPECT_EQ(residual.layers[std::size_t(b) + 1].weight_count, 2 * 16 * 16);
  }
  std::vector<std::string> names;
  for (const LayerView& layer : transformer.layers) names.push_back(layer.name);
  EXPECT_EQ(names, (std::vector<std::string>{"input", "embedding1", "block1", "block2", "output"}));
}

TEST(Columns, APoolHasNoWeights) {
  const Snapshot s = Watched("conv-spatial").after(0);
  ASSERT_EQ(s.layers[2].name, "pool1");
  EXPECT_EQ(s.layers[2].weight_count, 0);
  EXPECT_EQ(s.layers[1].weight_count, 8 * 9);
}

TEST(Columns, ThePhaseNamesTheColumnAtWorkAndWhatWasReachedHasValues) {
  for (const char* scenario : {"residual-depth", "transformer-residual", "conv-spatial", "moons"}) {
    Watched run(scenario);
    int last = 0, forward = 0;
    do {
      run.trainer.advance(Granularity::Phase);
      const Snapshot s = run.after(0);
      if (s.phase != Phase::Forward) continue;
      ++forward;
      const std::size_t column = std::size_t(s.phase_layer) + 1;
      ASSERT_LT(column, s.layers.size()) << scenario;
      EXPECT_GE(s.phase_layer, last) << scenario;
      last = s.phase_layer;
      if (std::string(scenario) == "moons") {
        EXPECT_EQ(s.phase_layer, run.trainer.phase_layer());
      }
      for (std::size_t l = 0; l < s.layers.size(); ++l) {
        if (l == column) continue;  // a block is reached with its last layer
        EXPECT_EQ(s.layers[l].h.empty(), l > column) << scenario << " " << s.layers[l].name;
      }
    } while (!run.trainer.at_boundary());
    EXPECT_GT(forward, 1) << scenario;
  }
}

TEST(Columns, ABranchHasOneGateAndIsNoMaskOfUnits) {
  Watched run("residual-depth");
  int dropped = 0;
  for (int tick = 0; tick < 20; ++tick) {
    const Snapshot s = run.after(1);
    EXPECT_EQ(s.droppable_units, 16);
    for (std::size_t l = 2; l < 18; ++l) {
      EXPECT_EQ(s.layers[l].site, -1);
      ASSERT_EQ(s.layers[l].inner_sites.size(), 1u);
      const SiteView& branch = s.sites[std::size_t(s.layers[l].inner_sites[0])];
      EXPECT_EQ(branch.coins, 1);
      EXPECT_EQ(branch.coins_kept, branch.gate[0] != 0 ? 1 : 0);
      // A closed branch adds nothing: the block hands on what it got.
      if (branch.coins_kept == 0) {
        EXPECT_EQ(s.layers[l].y, s.layers[l - 1].y) << s.layers[l].name;
      }
      dropped += 1 - branch.coins_kept;
    }
  }
  // 320 branches, dropped with p = 1/32 .. 16/32: 85 on average, with a deviation below 9.
  EXPECT_NEAR(dropped, 85, 45);
}

TEST(Columns, SpatialAndLockedMasksCountCoinsNotElements) {
  const Snapshot conv = Watched("conv-spatial").after(3), lstm = Watched("lstm-locked").after(3);
  EXPECT_EQ(conv.droppable_units, 8 + 16);
  const SiteView& maps = site_named(conv, "conv1");
  EXPECT_EQ(maps.coins, 8);
  EXPECT_EQ(maps.coins_kept * maps.total, maps.kept * maps.coins);
  EXPECT_EQ(site_named(lstm, "lstm1").coins, 64);
  EXPECT_EQ(site_named(lstm, "lstm1.recurrent").coins, 64);
  EXPECT_EQ(lstm.droppable_units, 8 + 64 + 64);
}

TEST(Columns, NoiseOnWeightsIsLinkedToTheLayerButNotToItsUnits) {
  const Snapshot s = Watched("dropconnect").after(1);
  EXPECT_EQ(site_named(s, "hidden1").rate, 0);
  ASSERT_EQ(s.layers[1].inner_sites.size(), 1u);
  const SiteView& weights = s.sites[std::size_t(s.layers[1].inner_sites[0])];
  EXPECT_EQ(weights.kind, SiteKind::Weight);
  EXPECT_EQ(weights.gate.size(), s.layers[1].weights->size());
}

TEST(Columns, TablesTooLargeToCopyAreStillCounted) {
  RunSpec spec = scenario_or_throw("rnn-weight-drop", "test");
  set_field(spec, "network.rnn1.units", "150", "test");  // 22,500 weights from step to step
  Watched run(spec);
  const Snapshot s = run.after(1);
  const SiteView& site = site_named(s, "rnn1.recurrent_weight");
  EXPECT_EQ(site.total, 150 * 150);
  EXPECT_TRUE(site.gate.empty());
  // Coins of p = 0.5: within five deviations of 75.
  EXPECT_NEAR(site.kept, 11250, 5 * 75);
}

// Fifty passes without masks at the same step are fifty times the same number; other steps would differ.
TEST(Columns, TheProbeOfASequenceStaysAtOneStep) {
  for (const char* scenario : {"lstm-locked", "lstm-copy-locked", "transformer-attention"}) {
    const Snapshot s = Watched(scenario).after(20, true);
    EXPECT_EQ(s.probe.deviation, 0) << scenario;
    EXPECT_GE(s.probe.label, 0) << scenario;
    EXPECT_NE(s.probe.output_name.find(", step "), std::string::npos) << s.probe.output_name;
  }
}

TEST(Columns, SequencesComeWithLabelsAndPredictionsForEachStep) {
  Watched run("lstm-locked");
  const Snapshot s = run.after(5);
  const DataView& data = *s.data;
  ASSERT_TRUE(data.sequence);
  const std::size_t rows = data.validation_x.size();  // one token a step
  EXPECT_EQ(rows % std::size_t(data.sequence->steps), 0u);
  EXPECT_EQ(data.validation_label.size(), rows);
  const SurfaceView surface = compute_surface(run.trainer.network(), run.trainer.params(), run.trainer.plans(), data,
                                              run.trainer.classifies(), run.trainer.tick());
  ASSERT_EQ(surface.tile_probability.size(), rows * std::size_t(data.outputs));
  for (std::size_t r = 0; r < rows; ++r) {
    float sum = 0;
    for (int c = 0; c < data.outputs; ++c)
      sum += surface.tile_probability[r * std::size_t(data.outputs) + std::size_t(c)];
    EXPECT_NEAR(sum, 1, 1e-5);  // seven probabilities of single precision
  }
}

}  // namespace
}  // namespace dropscope
