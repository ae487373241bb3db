// The language of --exec, and the runner that does its steps in order.
#include <gtest/gtest.h>

#include "app/platform/compat.h"
#include "app/platform/imgui_host.h"
#include "app/state/script.h"
#include "core/base/check.h"

namespace dropscope {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse_script(text, "--exec");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Script, CommandsAreSeparatedBySemicolonsAndLines) {
  const auto steps =
      parse_script("play; wait tick 200 ;eval\nset dropout.hidden1.rate 0.3;; # a comment; play\nquit", "x");
  ASSERT_EQ(steps.size(), 5u);
  EXPECT_EQ(steps[1], (Intent{ActionId::Wait, {"tick", "200"}}));
  EXPECT_EQ(steps[3], (Intent{ActionId::Set, {"dropout.hidden1.rate", "0.3"}}));
  EXPECT_EQ(steps[4].action, ActionId::Quit);
}

TEST(Script, QuotesHoldSpacesAndSemicolons) {
  const auto steps = parse_script("screenshot \"a b;c.png\"; set network.hidden \"\"", "x");
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].arguments[0], "a b;c.png");
  EXPECT_EQ(steps[1].arguments[1], "");
}

TEST(Script, AnUnknownCommandNamesItsPlaceAndNearOnes) {
  const std::string why = refusal("play; screnshot x.png");
  EXPECT_NE(why.find("--exec command 2"), std::string::npos) << why;
  EXPECT_NE(why.find("screenshot"), std::string::npos) << why;
  EXPECT_NE(why.find("'screnshot'"), std::string::npos) << why;
}

TEST(Script, MistakesAreFoundBeforeAnythingRuns) {
  for (const char* text :
       {"play now", "wait", "wait tick", "wait tick x", "wait tick nan", "wait ready 3", "wait never", "set a",
        "set a b c", "key", "key no+such+key", "screenshot", "theme \"dark", "step 1 2"})
    EXPECT_NE(refusal(text), "") << text;
  EXPECT_EQ(refusal(""), "");
  EXPECT_EQ(refusal(" ; ;\n"), "");
}

TEST(Script, EveryActionCanBeWritten) {
  for (const Action& a : all_actions()) {
    if (a.id == ActionId::Wait || a.id == ActionId::PressKey) continue;
    std::string line = a.name;
    for (int i = 0; i < argument_range(a).first; ++i) line += " 1";
    EXPECT_EQ(refusal(line), "") << line;
  }
}

struct Runner : testing::Test {
  Snapshot snapshot;
  ItemRegistry items;
  ScriptRunner runner;
  double now = 0;
  std::int64_t frame = 0;
  std::uint64_t seen = 0, sent = 0;

  ScriptRunner::Step next() { return runner.next({snapshot, items, now += 0.02, frame++, seen, sent}); }
};

TEST_F(Runner, DoesOneStepAFrameInOrder) {
  runner.add(parse_script("play; eval; quit", "x"));
  EXPECT_EQ(next().intent->action, ActionId::Play);
  EXPECT_EQ(next().intent->action, ActionId::Eval);
  EXPECT_EQ(next().intent->action, ActionId::Quit);
  EXPECT_TRUE(runner.done());
}

TEST_F(Runner, WaitsForATickThatTheSnapshotReallyHas) {
  runner.add(parse_script("wait tick 10; quit", "x"));
  for (snapshot.tick = 0; snapshot.tick < 10; ++snapshot.tick) EXPECT_FALSE(next().intent);
  EXPECT_FALSE(next().intent);  // over, but one step a frame
  EXPECT_TRUE(next().intent);
}

TEST_F(Runner, DoesNotTakeTheStateBeforeACommandForTheOneAfter) {
  runner.add(parse_script("wait paused; quit", "x"));
  snapshot.status = RunStatus::Paused;
  sent = 4;
  seen = 3;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(next().intent);
  seen = 4;
  EXPECT_FALSE(next().intent);
  EXPECT_TRUE(next().intent);
}

TEST_F(Runner, GivesUpAWaitThatIsNeverOver) {
  runner.add(parse_script("wait tick 10; quit", "x"));
  next();
  now += ScriptRunner::kPatience + 1;
  next();
  EXPECT_TRUE(runner.done());
  EXPECT_NE(runner.error().find("tick"), std::string::npos);
}

TEST_F(Runner, ExpectComparesWhatTheControlShows) {
  HeadlessImgui imgui(200, 100);
  compat::build_fonts_headless();
  imgui.new_frame();
  ImGui::Begin("window");
  items.begin_frame();
  items.track("top.view", Rect{{0, 0}, {10, 10}}, "eval");
  ImGui::End();
  imgui.end_frame();
  runner.add(parse_script("expect top.view eval; expect top.view train", "x"));
  next();
  EXPECT_EQ(runner.error(), "");
  next();
  EXPECT_NE(runner.error().find("found 'eval'"), std::string::npos) << runner.error();
}

}  // namespace
}  // namespace dropscope
