// Whatever a person does and whenever, a run is its spec and its log of commands.
#include <gtest/gtest.h>

#include <thread>

#include "core/random/uniforms.h"
#include "tests/session/session_helpers.h"

namespace dropscope {
namespace {

using namespace sessions;

constexpr std::int64_t kTicks = 1500;

// Does one of many things; `draw` makes it the same in every test run, the clock does not.
void fidget(Session& s, const Uniforms& draw, std::uint32_t move) {
  const auto field = [&](const char* path, std::initializer_list<const char*> values) {
    s.send(command::SetField{path, values.begin()[draw.below(3 * move + 1, std::uint32_t(values.size()))]});
  };
  switch (draw.below(3 * move, 15)) {
    case 0:
      s.send(command::Pause{});
      break;
    case 1:
      s.send(command::StepBy{std::int64_t(draw.below(3 * move + 1, 5)), Granularity::Tick});
      break;
    case 2:
      s.send(command::StepBy{std::int64_t(draw.below(3 * move + 1, 14)), Granularity::Phase});
      break;
    case 3:
      s.send(command::StepBy{1, Granularity::Epoch});
      break;
    case 4:
      s.send(command::SetSpeed{draw.below(3 * move + 1, 2) ? 0.0 : 2000.0});
      break;
    case 5:
      field("dropout.hidden1.rate", {"0", "0.1", "0.3", "0.8"});
      break;
    case 6:
      field("dropout.hidden2.variant", {"inverted", "classic", "gaussian", "none"});
      break;
    case 7:
      field("optimizer.learning_rate", {"0.003", "0.01", "0.02"});
      break;
    case 8:
      field("dropout.rate", {"7", "nan", "-1"});
      break;  // refused, and must leave no trace
    case 9:
      s.send(command::SetEvalView{draw.below(3 * move + 1, 2) == 0});
      break;
    case 10:
      s.send(command::SetProbe{std::int64_t(draw.below(3 * move + 1, 100))});
      break;
    case 11:
      s.send(command::PushProbe{});
      break;
    case 12:
      s.send(command::SetProbePoint{0.3f, -0.2f});
      break;
    default:
      s.send(command::RunUntil{kTicks});
      break;
  }
  (void)s.latest();
  if (draw.below(3 * move + 2, 4) == 0)
    std::this_thread::sleep_for(std::chrono::microseconds(draw.below(3 * move + 2, 400)));
}

TEST(SessionDeterminism, AnImpatientUserGetsTheRunThatTheLogDescribes) {
  for (std::uint64_t trial = 0; trial < 4; ++trial) {
    SessionOptions options;
    options.threads = trial % 2 ? 2 : 1;
    Session s(spec(), options);
    wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
    s.send(command::SetSpeed{0});
    s.send(command::RunUntil{kTicks});
    const Uniforms draw({trial}, Stream::Test);
    for (std::uint32_t move = 0; move < 120; ++move) fidget(s, draw, move);
    s.send(command::SetSpeed{0});
    s.send(command::RunUntil{kTicks});
    wait_for(s, [](const Snapshot& x) { return x.tick >= kTicks && x.status == RunStatus::Paused; });
    // Phases taken by hand may have led past the target and into a tick: one more ends at its boundary.
    const Shown end = at_rest(s, s.send(command::StepBy{1}));
    EXPECT_EQ(end->state_hash, replay(s.log(), end->tick)) << "trial " << trial << ", tick " << end->tick;
    EXPECT_GT(s.log().size(), 3u) << "nothing was changed, so nothing was tested";
  }
}

TEST(SessionDeterminism, SettingsAreTakenInsideATickButHeededAtItsEnd) {
  Session s(spec());
  after(s, s.send(command::StepBy{3, Granularity::Phase}));
  const Shown inside = at_rest(s, s.send(command::SetField{"dropout.hidden1.rate", "0.8"}));
  EXPECT_NE(inside->phase, Phase::Update);
  EXPECT_EQ(inside->sites[1].rate, 0.3) << "the masks of this tick are drawn already";
  const Shown end = at_rest(s, s.send(command::StepBy{1, Granularity::Tick}));
  EXPECT_EQ(end->tick, 1);
  EXPECT_EQ(end->sites[1].rate, 0.8);
  ASSERT_EQ(s.log().size(), 2u);
  EXPECT_EQ(s.log()[1].tick, 1);
  const Shown later = at_rest(s, s.send(command::StepBy{50}));
  EXPECT_EQ(later->state_hash, replay(s.log(), later->tick));
}

TEST(SessionDeterminism, SpeedsAndFrameRatesDoNotShow) {
  std::vector<std::uint64_t> all;
  for (double speed : {0.0, 500.0, 1e9}) {
    Session s(spec());
    s.send(command::SetSpeed{speed});
    wait_for(s, [](const Snapshot& x) { return x.status == RunStatus::Paused; });
    s.send(command::RunUntil{120});
    std::this_thread::sleep_for(std::chrono::milliseconds(speed == 0 ? 0 : 5));
    all.push_back(wait_for(s, [](const Snapshot& x) { return x.tick == 120 && x.state_hash; })->state_hash);
  }
  EXPECT_EQ(all[0], all[1]);
  EXPECT_EQ(all[0], all[2]);
}

}  // namespace
}  // namespace dropscope
