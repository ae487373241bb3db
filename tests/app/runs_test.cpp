// The window's runs obey what the reducer makes of actions, with sessions that train.
#include "app/runs.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/scenarios/scenarios.h"
#include "tests/session/session_helpers.h"

namespace dropscope {
namespace {

using namespace std::chrono_literals;

// Three runs of Compare mode, without a window.
struct RunsInCompare : testing::Test {
  AppState state;
  Runs runs{SessionOptions{}, [] {}};

  RunsInCompare() {
    state.document().spec = scenario_or_throw("moons", "test");
    runs.insert(0, state.document().spec);
    wait([&](const Snapshot& s) { return s.status == RunStatus::Paused; });
    act(ActionId::SetMode, {"compare"});
    act(ActionId::AddRun, {"gaussian", "0.3"});
    act(ActionId::Speed, {"max"});
  }
  void look() {
    runs.refresh(state);
    for (std::size_t run = 0; run < runs.size(); ++run) reconcile(state, run, *runs.shown()[run]);
  }
  void act(ActionId id, std::vector<std::string> arguments = {}) {
    Effects effects = reduce({id, std::move(arguments)}, state, *runs.shown()[state.active], 4711);
    runs.obey(effects, state);
    look();
  }
  // Until it holds of all.
  void wait(const std::function<bool(const Snapshot&)>& good) {
    for (const auto end = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(1ms)) {
      look();
      if (std::all_of(runs.shown().begin(), runs.shown().end(), [&](const auto& s) { return s && good(*s); })) return;
    }
    ADD_FAILURE() << "waited in vain; tick " << runs.shown()[0]->tick;
  }
  void play_past(std::int64_t tick) {
    act(ActionId::Play);
    wait([tick](const Snapshot& s) { return s.tick > tick; });
  }
};

TEST_F(RunsInCompare, AnotherSeedOrSettingWhilePlayingBeginsAtTheBeginning) {
  for (const auto& [id, arguments] : {std::pair{ActionId::NewSeed, std::vector<std::string>{}},
                                      std::pair{ActionId::Set, std::vector<std::string>{"data.noise", "0.15"}}}) {
    play_past(1000);
    act(ActionId::Speed, {"20"});
    act(id, arguments);
    const RunSpec& asked = state.documents[0].spec;
    wait([&](const Snapshot& s) { return s.spec.seed == asked.seed && s.spec.data == asked.data && s.tick > 0; });
    for (const auto& s : runs.shown()) EXPECT_LT(s->tick, 1000) << action(id).name;
    EXPECT_TRUE(is_playing(state));
    act(ActionId::Speed, {"max"});
  }
}

TEST_F(RunsInCompare, AWalkToATickEndsThere) {
  play_past(100);
  act(ActionId::Pause);
  wait([&](const Snapshot& s) { return s.status == RunStatus::Paused && runs.at_rest(); });
  const std::int64_t there = runs.shown()[0]->tick + 2000;
  act(ActionId::Speed, {"200"});
  act(ActionId::Play);
  act(ActionId::RunUntil, {std::to_string(there)});
  act(ActionId::Speed, {"max"});
  wait([&](const Snapshot& s) { return s.status == RunStatus::Paused && runs.at_rest() && s.tick >= there; });
  std::this_thread::sleep_for(50ms);
  look();
  for (const auto& s : runs.shown()) EXPECT_EQ(s->tick, there);
  EXPECT_FALSE(is_playing(state));
}

}  // namespace
}  // namespace dropscope
