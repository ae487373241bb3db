// What a snapshot says of gates that a person has set or holds.
#include <gtest/gtest.h>

#include "tests/core/train/run_helpers.h"
#include "tests/session/watched.h"

namespace dropscope {
namespace {

using sessions::site_named;
using sessions::Watched;
using Elements = std::vector<std::uint32_t>;

Snapshot look(Watched& run, int row) {
  ViewState view;
  view.row = row;
  view.trace = true;
  return run.look(view);
}

TEST(Hands, AGateSetByHandIsMarkedThroughItsUpdateAndNoLonger) {
  Watched run(runs::spec(0.3), runs::classes());
  run.after(2);
  const int site = run.trainer.network().find_site("hidden1");
  run.trainer.set_gate({site, 4, 1, false});
  run.trainer.preview();
  const auto marked = [&](int row) { return site_named(look(run, row), "hidden1").by_hand; };
  EXPECT_EQ(marked(1), Elements{4});
  EXPECT_EQ(marked(0), Elements{});
  for (const Beat& beat : beats_of(run.trainer.network())) {
    for (int i = 0; i < beat.stations; ++i) run.trainer.advance(Granularity::Phase);
    EXPECT_EQ(marked(1), Elements{4}) << name_of(beat.phase);
    EXPECT_EQ(marked(0), Elements{}) << name_of(beat.phase);
  }
  const Snapshot s = look(run, 1);
  EXPECT_EQ(site_named(s, "hidden1").gate[4], 0);
  EXPECT_EQ(s.layers[1].y[4], 0);
  EXPECT_EQ(s.trace->layers[1].dh[4], 0);
  run.trainer.advance(Granularity::Phase);
  EXPECT_EQ(marked(1), Elements{});
}

TEST(Hands, ALockedGateIsMarkedInEveryExampleUntilReleased) {
  Watched run(runs::spec(0.3), runs::classes());
  const int site = run.trainer.network().find_site("hidden2");
  run.trainer.lock_gate(site, 11, false);
  for (int tick = 0; tick < 3; ++tick) {
    run.after(1);
    for (int row : {0, 7}) {
      const SiteView view = site_named(look(run, row), "hidden2");
      EXPECT_EQ(view.locked, Elements{11});
      EXPECT_EQ(view.by_hand, Elements{});
      EXPECT_EQ(view.gate[11], 0);
    }
  }
  run.trainer.release_gate(site, 11);
  run.trainer.preview();
  EXPECT_EQ(site_named(look(run, 0), "hidden2").locked, Elements{});
}

// Whoever drops a unit of a layer without dropout sees it dropped, and the layer says so.
TEST(Hands, ASiteWithoutDropoutIsShownWithTheGatesSetThere) {
  Watched run(runs::spec(0.0), runs::classes());
  const Network<float>& network = run.trainer.network();
  run.trainer.set_gate({network.find_site("hidden1"), 2, -1, false});
  run.trainer.set_gate({network.find_site("hidden2.weight"), 5, -1, false});
  run.trainer.preview();
  const Snapshot s = look(run, 3);
  const SiteView units = site_named(s, "hidden1"), weights = site_named(s, "hidden2.weight");
  for (const SiteView& site : {units, weights}) {
    EXPECT_TRUE(site.active) << site.site;
    EXPECT_EQ(site.kept, site.total - 1) << site.site;
    EXPECT_EQ(site.scale, 1) << site.site;
  }
  EXPECT_EQ(units.gate[2], 0);
  EXPECT_EQ(weights.gate[5], 0);
  EXPECT_EQ(s.droppable_units, 0);
  EXPECT_EQ(s.layers[1].y[2], 0);
  bool linked = false;
  for (int i : s.layers[2].inner_sites) linked = linked || s.sites[std::size_t(i)].site == "hidden2.weight";
  EXPECT_TRUE(linked);
  run.after(1);
  run.trainer.preview();
  EXPECT_EQ(look(run, 3).sites.size(), s.sites.size() - 1);
}

}  // namespace
}  // namespace dropscope
