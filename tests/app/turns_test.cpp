#include "app/turns.h"

#include <gtest/gtest.h>

#include "app/panels/picture_parts.h"
#include "app/theme/palette.h"

namespace dropscope {
namespace {

Turns::Shown at(std::int64_t tick) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->tick = tick;
  return snapshot;
}

std::int64_t picture(const Turns& turns) { return turns.of(Region::Network).snapshot->tick; }
std::int64_t figures(const Turns& turns) { return turns.of(Region::Results).snapshot->tick; }

TEST(Turns, ShowTheNewestEverywhereWhileTrainingRests) {
  Turns turns;
  for (std::int64_t tick = 0; tick < 3; ++tick) {
    const std::vector<Turns::Shown> runs{at(tick)};
    turns.begin_frame(runs[0], runs, 1);
    EXPECT_EQ(picture(turns), tick);
    EXPECT_EQ(figures(turns), tick);
    EXPECT_EQ(turns.of(std::nullopt).snapshot->tick, tick) << "overlays";
  }
}

TEST(Turns, LetOneOfTwoPartsKeepWhatItShowsAndNeitherForLongerThanAFrame) {
  Turns turns;
  const std::vector<Turns::Shown> first{at(0), at(0)};
  turns.begin_frame(first[0], first, 2);
  for (std::int64_t tick = 1; tick < 9; ++tick) {
    const std::vector<Turns::Shown> runs{at(tick), at(tick)};
    turns.begin_frame(runs[0], runs, 2);
    EXPECT_NE(picture(turns), figures(turns)) << "one of them takes its turn";
    EXPECT_EQ(std::max(picture(turns), figures(turns)), tick);
    EXPECT_GE(std::min(picture(turns), figures(turns)), tick - 1);
    EXPECT_EQ(turns.of(Region::Curves).runs[1]->tick, figures(turns)) << "a part shows all runs at one step";
    EXPECT_EQ(turns.of(Region::Panes).runs[1]->tick, picture(turns));
  }
  const std::vector<Turns::Shown> last{at(9), at(9)};
  turns.begin_frame(last[0], last, 1);
  EXPECT_EQ(picture(turns), 9);
  EXPECT_EQ(figures(turns), 9);
}

TEST(Turns, GiveTheCurvesOfManyRunsOneOfTheirOwn) {
  Turns turns;
  const std::vector<Turns::Shown> first{at(0), at(0), at(0)};
  turns.begin_frame(first[0], first, 1);
  EXPECT_FALSE(turns.surfaces_wait());
  int waited = 0;
  for (std::int64_t tick = 1; tick < 13; ++tick) {
    const std::vector<Turns::Shown> runs{at(tick), at(tick), at(tick)};
    turns.begin_frame(runs[0], runs, 3);
    int fresh = 0;
    for (const Region region : {Region::Panes, Region::Table, Region::Curves}) {
      const Turns::View& view = turns.of(region);
      fresh += view.snapshot->tick == tick ? 1 : 0;
      EXPECT_GE(view.snapshot->tick, tick - 2) << "none rests for longer than two frames";
      for (const Turns::Shown& run : view.runs) EXPECT_EQ(run->tick, view.snapshot->tick);
    }
    EXPECT_EQ(fresh, 1) << "one of three takes its turn";
    EXPECT_EQ(turns.surfaces_wait(), turns.of(Region::Panes).snapshot->tick == tick);
    waited += turns.surfaces_wait() ? 1 : 0;
  }
  EXPECT_EQ(waited, 4) << "surfaces wait in one frame of three";
  const std::vector<Turns::Shown> last{at(13), at(13), at(13)};
  turns.begin_frame(last[0], last, 1);
  for (const Region region : {Region::Panes, Region::Table, Region::Curves})
    EXPECT_EQ(turns.of(region).snapshot->tick, 13);
  EXPECT_FALSE(turns.surfaces_wait()) << "at rest all is drawn at once";
}

TEST(Turns, NeverShowRunsThatAreGoneOrLackOneThatCame) {
  Turns turns;
  const std::vector<Turns::Shown> two{at(0), at(0)}, three{at(1), at(1), at(1)};
  turns.begin_frame(two[0], two, 3);
  turns.begin_frame(three[0], three, 3);
  for (const Region region : {Region::Panes, Region::Table, Region::Curves})
    EXPECT_EQ(turns.of(region).runs.size(), 3u);
}

TEST(Surfaces, WaitForTheirTurnWhereTheyStandInPlaceAndElseNot) {
  SurfaceKey shown;
  shown.surface = std::make_shared<SurfaceView>();
  shown.max = {100, 50};
  EXPECT_FALSE(shown.is_due(shown, false)) << "nothing is new";
  SurfaceKey next = shown;
  next.surface = std::make_shared<SurfaceView>();
  EXPECT_TRUE(next.is_due(shown, false));
  EXPECT_FALSE(next.is_due(shown, true));
  SurfaceKey moved = next, other = next, difference = next, coloured = next, larger = next;
  moved.min = {1, 0};
  other.data = std::make_shared<DataView>();
  difference.reference = shown.surface;
  coloured.palette = &palette(ThemeId::Dark);
  larger.u = 2;
  for (const SurfaceKey* key : {&moved, &other, &difference, &coloured, &larger}) EXPECT_TRUE(key->is_due(shown, true));
}

}  // namespace
}  // namespace dropscope
