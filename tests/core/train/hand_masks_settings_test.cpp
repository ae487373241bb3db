// Masks by hand where settings change under them: what was locked is released, and a failure finds what was set.
#include <gtest/gtest.h>

#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

using runs::ticks;

int site_of(const Trainer& t, const char* name) { return t.network().find_site(name); }

// What was locked when every pixel had its gate, and what when a map had one, is released under either plan.
TEST(MasksByHand, ALockIsReleasedThoughTheTieHasChanged) {
  RunSpec spec;
  spec.data.dataset = "digits";
  spec.data.train = 24;
  spec.data.validation = 8;
  spec.batch_size = 8;
  spec.network.hidden = parse_layers("conv3,4", {}, "test");
  const auto data = std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr));
  std::string name;
  for (const SiteName& s : site_names(spec.network))
    if (s.kind == SiteKind::FeatureMap && name.empty()) name = s.name;
  spec.dropout.at(name).rate = 0.3;
  const std::string field = "dropout." + name + ".variant";
  for (bool by_release : {true, false}) {
    spec.dropout.at(name).variant = "inverted";
    Trainer t(spec, data);
    const int site = site_of(t, name.c_str());
    const std::uint32_t pixels = std::uint32_t(t.network().site_shape(site, 1).count() / 3);
    t.lock_gate(site, pixels + 7, false);
    t.lock_gate(site, pixels + 9, true);
    t.lock_gate(site, 2 * pixels + 9, true);
    t.set_field(field, "spatial", "test");
    if (by_release)
      t.release_gate(site, pixels + 30);
    else
      t.lock_gate(site, pixels + 30, false);
    ASSERT_EQ(t.by_hand().locks().size(), by_release ? 1u : 2u) << "of the map, and the other map's stays";
    EXPECT_EQ(t.by_hand().locks().front(), (GateByHand{site, 2 * pixels + 9, -1, true}));
    t.release_gate(site, 2 * pixels);
    t.release_gate(site, pixels);
    EXPECT_TRUE(t.by_hand().empty());
    t.lock_gate(site, pixels + 5, false);
    t.set_field(field, "inverted", "test");
    ASSERT_EQ(t.by_hand().locks().size(), 1u);
    t.release_gate(site, t.by_hand().locks().front().element);
    EXPECT_TRUE(t.by_hand().empty());
  }
}

// Settings and masks of one tick change what a failure comes back to, without a copy of all weights for each.
TEST(MasksByHand, AFailureComesBackToTheSettingsAndLearnedValuesOfItsTick) {
  RunSpec s = runs::spec(0.1);
  s.evaluate_every = 1000;
  s.optimizer.kind = OptimizerKind::Sgd;
  s.optimizer.learning_rate = 0.01;
  for (LayerSpec& layer : s.network.hidden) layer.activation = Activation::Identity;
  Trainer t(s, runs::numbers());
  ticks(t, 5);
  t.lock_gate(site_of(t, "hidden1"), 2, false);
  t.set_field("dropout.hidden1.variant", "concrete", "test");
  t.set_field("optimizer.learning_rate", "1e6", "test");
  t.set_gate({site_of(t, "hidden2"), 3, -1, false});
  t.redraw_masks();
  const HandMasks hands = t.by_hand();
  const std::uint64_t hash = t.state_hash();
  // The first update of such size may still be a number.
  std::uint64_t last = hash;
  std::int64_t tick = t.tick();
  while (t.tick() < 200 && t.advance(Granularity::Tick)) last = t.state_hash(), tick = t.tick();
  ASSERT_TRUE(t.divergence());
  EXPECT_EQ(t.tick(), tick);
  EXPECT_EQ(t.state_hash(), last);
  EXPECT_EQ(t.by_hand().locks(), hands.locks());
  if (tick == 5) {
    EXPECT_EQ(t.by_hand(), hands);
  }
}

}  // namespace
}  // namespace dropscope
