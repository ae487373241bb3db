// Where the regions of the window are, at every size and text scale; and the drop frequency for fast runs.
#include <gtest/gtest.h>

#include <tuple>

#include "app/state/frequency.h"
#include "app/state/window_layout.h"

namespace dropscope {
namespace {

constexpr Region kAll[] = {Region::TopBar,  Region::Setup,     Region::Network, Region::Results, Region::Transport,
                           Region::Numbers, Region::Narration, Region::Phases,  Region::Timeline};

bool overlap(const Rect& a, const Rect& b) {
  return a.min.x < b.max.x && b.min.x < a.max.x && a.min.y < b.max.y && b.min.y < a.max.y;
}

TEST(WindowLayout, RegionsFillTheWindowAndNeverOverlap) {
  for (const auto& [w, h] :
       {std::pair{960, 540}, {1024, 768}, {1280, 720}, {1920, 1080}, {2560, 1080}, {1080, 1920}, {3840, 2160}})
    for (float scale : {0.75f, 1.0f, 1.5f, 2.0f, 3.0f})
      for (FoldTab tab : {FoldTab::Setup, FoldTab::Network, FoldTab::Results})
        for (const auto& [hidden, mode, type] : {std::tuple{false, Mode::Explore, 1.0f},
                                                 {true, Mode::Explore, 1.0f},
                                                 {false, Mode::Step, 1.0f},
                                                 {true, Mode::Step, 1.0f},
                                                 {false, Mode::Step, 1.44f}}) {
          const WindowLayout l = layout_window(mode, float(w), float(h), scale, type, hidden, tab);
          double area = double(l.tabs.width()) * double(l.tabs.height());
          for (Region a : kAll) {
            const Rect& r = l.area(a);
            EXPECT_GE(r.min.x, 0);
            EXPECT_LE(r.max.x, float(w));
            EXPECT_GE(r.min.y, 0);
            EXPECT_LE(r.max.y, float(h));
            if (!l.shows(a)) continue;
            area += double(r.width()) * double(r.height());
            for (Region b : kAll) {
              const bool both = a != b && l.shows(b);
              EXPECT_FALSE(both && overlap(r, l.area(b)));
            }
          }
          EXPECT_NEAR(area, double(w) * double(h), 1.0) << w << "x" << h << " at " << scale;
        }
}

TEST(WindowLayout, BodyTextIsNeverBelow13PixelsAt100Percent) {
  for (int height = 320; height < 2200; height += 20)
    EXPECT_GE(design_unit(float(height) * 16 / 9, float(height), 1) * kBodyUnits, kLeastBodyPixels - 1e-3f);
}

TEST(WindowLayout, UsualWindowsShowEverythingAtOnce) {
  for (const auto& [w, h] : {std::pair{960, 540}, {1280, 720}, {1600, 900}, {1920, 1080}, {3840, 2160}}) {
    const WindowLayout l = layout_window(Mode::Explore, float(w), float(h), 1, 1, false, FoldTab::Network);
    EXPECT_FALSE(l.folded || l.side_folded) << w;
    EXPECT_GT(l.network.width(), l.results.width() * 0.9f) << w;
  }
}

TEST(WindowLayout, At300PercentEveryPanelCanStillBeReached) {
  for (const auto& [w, h] : {std::pair{960, 540}, {1280, 720}, {1920, 1080}, {3840, 2160}})
    for (const auto& [tab, region] : {std::pair{FoldTab::Setup, Region::Setup},
                                      {FoldTab::Results, Region::Results},
                                      {FoldTab::Network, Region::Network}}) {
      const WindowLayout l = layout_window(Mode::Explore, float(w), float(h), 3, 1, false, tab);
      EXPECT_TRUE(l.shows(region)) << w;
      EXPECT_GT(l.area(region).height(), float(h) * 0.5f) << w;
    }
}

TEST(WindowLayout, StepModeIsThatOfTheDesignAt1080Lines) {
  const WindowLayout l = layout_window(Mode::Step, 1920, 1080, 1, 1, false, FoldTab::Network);
  EXPECT_FLOAT_EQ(l.u, 1);
  EXPECT_NEAR(float(1080) - l.bottom(), 212, 1);
  EXPECT_NEAR(l.network.width(), 1400, 40);
  EXPECT_NEAR(l.numbers.width(), 500, 30);
  EXPECT_FALSE(l.shows(Region::Setup) || l.shows(Region::Results) || l.shows(Region::Transport));
}

TEST(WindowLayout, StepModeShowsNumbersBesideTheNetworkInUsualWindowsAndTabsInNarrowOnes) {
  for (const auto& [w, h] : {std::pair{960, 540}, {1280, 720}, {1600, 900}, {1920, 1080}, {3840, 2160}})
    EXPECT_FALSE(layout_window(Mode::Step, float(w), float(h), 1, 1, false, FoldTab::Network).folded) << w;
  const WindowLayout narrow = layout_window(Mode::Step, 1280, 720, 3, 1, false, FoldTab::Results);
  EXPECT_TRUE(narrow.folded);
  EXPECT_TRUE(narrow.shows(Region::Numbers));
  EXPECT_FALSE(narrow.shows(Region::Network));
}

TEST(WindowLayout, InStepModeTheBarsBelowNeverTakeHalfOfTheWindow) {
  for (const auto& [w, h] : {std::pair{960, 540}, {1280, 720}, {1920, 1080}, {3840, 2160}})
    for (float scale : {0.75f, 1.0f, 1.5f, 2.0f, 3.0f})
      for (float type : {1.0f, 1.44f}) {
        const WindowLayout l = layout_window(Mode::Step, float(w), float(h), scale, type, false, FoldTab::Network);
        EXPECT_GT(l.bottom(), float(h) * 0.55f) << w << " at " << scale;
        for (Region bar : {Region::Narration, Region::Phases, Region::Timeline})
          EXPECT_GT(l.area(bar).height(), float(h) * 0.04f) << w << " at " << scale;
        EXPECT_GT(l.network.height(), float(h) * 0.3f) << w << " at " << scale;
      }
}

TEST(WindowLayout, HidingPanelsInStepModeLeavesTheBarsBelow) {
  const WindowLayout l = layout_window(Mode::Step, 1280, 720, 1, 1, true, FoldTab::Network);
  EXPECT_FALSE(l.shows(Region::Numbers));
  EXPECT_FLOAT_EQ(l.network.width(), 1280);
  EXPECT_TRUE(l.shows(Region::Phases) && l.shows(Region::Timeline) && l.shows(Region::Narration));
}

Snapshot with_masks(std::int64_t tick, std::vector<std::uint8_t> kept, int units) {
  Snapshot s;
  s.tick = tick;
  s.status = RunStatus::Running;
  SiteView site;
  site.active = true;
  site.total = units;
  site.recent_rows = int(kept.size()) / units;
  site.recent = std::move(kept);
  s.sites.push_back(site);
  return s;
}

TEST(FrequencyMeter, ComesToTheShareOfDroppedMasks) {
  FrequencyMeter meter;
  // Unit 0 never dropped, unit 1 always, unit 2 every second time.
  for (int tick = 0; tick < 300; ++tick) meter.update(with_masks(tick, {1, 0, std::uint8_t(tick % 2)}, 3), tick / 60.0);
  ASSERT_EQ(meter.sites().size(), 1u);
  EXPECT_NEAR(meter.sites()[0][0], 0, 1e-3);
  EXPECT_NEAR(meter.sites()[0][1], 1, 1e-3);
  EXPECT_NEAR(meter.sites()[0][2], 0.5, 0.05);
}

TEST(FrequencyMeter, ForgetsWithinTwoSeconds) {
  FrequencyMeter meter;
  int tick = 0;
  for (; tick < 100; ++tick) meter.update(with_masks(tick, {0}, 1), tick / 60.0);
  for (int i = 0; i < 120; ++i, ++tick) meter.update(with_masks(tick, {1}, 1), tick / 60.0);
  EXPECT_LT(meter.sites()[0][0], 0.05);
}

TEST(FrequencyMeter, StandsStillWithoutNewTicksAndStartsOverWithTheRun) {
  FrequencyMeter meter;
  meter.update(with_masks(5, {0}, 1), 0.1);
  meter.update(with_masks(5, {1}, 1), 10.1);
  EXPECT_FLOAT_EQ(meter.sites()[0][0], 1);
  // Its clock stands still as well: ten seconds and one mask later nothing of the first is left.
  meter.update(with_masks(6, {1}, 1), 10.2);
  EXPECT_LT(meter.sites()[0][0], 1e-3);
  meter.update(with_masks(0, {0}, 1), 10.3);
  EXPECT_FLOAT_EQ(meter.sites()[0][0], 1);
}

TEST(FrequencyMeter, MasksAreShownSinglyOnlyWhileTheEyeCanFollow) {
  Snapshot s;
  s.status = RunStatus::Running;
  s.speed = 60;
  EXPECT_TRUE(shows_average(s));
  s.speed = 0;
  EXPECT_TRUE(shows_average(s));
  s.speed = 4;
  EXPECT_FALSE(shows_average(s));
  s.speed = 60;
  s.status = RunStatus::Paused;
  EXPECT_FALSE(shows_average(s));
  s.status = RunStatus::Running;
  s.eval_view = true;
  EXPECT_FALSE(shows_average(s));
}

}  // namespace
}  // namespace dropscope
