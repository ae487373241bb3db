// Keys and the table of actions.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "app/state/actions.h"

namespace dropscope {
namespace {

std::vector<std::string> words(const char* text) {
  std::vector<std::string> list(1);
  for (; *text; ++text)
    if (*text == ' ')
      list.emplace_back();
    else
      list.back() += *text;
  if (list.back().empty()) list.pop_back();
  return list;
}

TEST(Actions, NamesAreUniqueAndFound) {
  std::set<std::string> names;
  for (const Action& a : all_actions()) {
    EXPECT_TRUE(names.insert(a.name).second) << a.name;
    EXPECT_EQ(find_action(a.name), &a);
    EXPECT_EQ(&action(a.id), &a);
  }
  EXPECT_EQ(find_action("no such action"), nullptr);
}

TEST(Actions, EveryKeyIsReadableAndMeansOneThing) {
  for (Mode mode : {Mode::Explore, Mode::Step, Mode::Compare, Mode::Ensemble}) {
    std::map<std::string, std::string> owner;
    for (const Action& a : all_actions())
      for (const std::string& key : words(a.keys)) {
        ASSERT_TRUE(parse_key(key)) << key;
        if (!means_something(a.modes, mode)) continue;
        EXPECT_TRUE(owner.emplace(key, a.name).second) << key << " is " << owner[key] << " and " << a.name;
      }
  }
}

TEST(Actions, EveryKeyLeadsToItsAction) {
  for (Mode mode : {Mode::Explore, Mode::Step, Mode::Compare, Mode::Ensemble})
    for (const Action& a : all_actions())
      for (const std::string& key : words(a.keys)) {
        ASSERT_TRUE(parse_key(key)) << key;
        const auto intent = intent_of_key(*parse_key(key), mode, false);
        if (!means_something(a.modes, mode)) {
          EXPECT_FALSE(intent && intent->action == a.id) << key << " means " << a.name << " in the wrong mode";
          continue;
        }
        ASSERT_TRUE(intent) << key;
        EXPECT_EQ(intent->action, a.id) << key;
      }
}

TEST(Actions, WhateverHasAKeyIsInTheHelp) {
  for (const Action& a : all_actions()) {
    const bool has_key = a.keys[0] != '\0', has_title = a.title[0] != '\0';
    EXPECT_TRUE(!has_key || has_title) << a.name;
    EXPECT_NE(a.help[0], '\0') << a.name;
  }
}

TEST(Actions, KeysThatTheProductPromisesAreBound) {
  const std::pair<const char*, ActionId> promised[] = {{"space", ActionId::Toggle},
                                                       {"right", ActionId::NextPhase},
                                                       {"pgdn", ActionId::NextPhase},
                                                       {"shift+right", ActionId::Step},
                                                       {"ctrl+right", ActionId::Epoch},
                                                       {"t", ActionId::ToggleEval},
                                                       {"r", ActionId::Push},
                                                       {"shift+r", ActionId::Reset},
                                                       {"n", ActionId::NewSeed},
                                                       {"[", ActionId::RateDown},
                                                       {"]", ActionId::RateUp},
                                                       {"5", ActionId::Rate},
                                                       {"v", ActionId::VariantNext},
                                                       {"shift+v", ActionId::VariantPrevious},
                                                       {"i", ActionId::Inspect},
                                                       {"f", ActionId::Fit},
                                                       {"s", ActionId::SmoothingNext},
                                                       {"h", ActionId::HidePanels},
                                                       {"alt+m", ActionId::ThemeNext},
                                                       {"ctrl+=", ActionId::TextLarger},
                                                       {"ctrl+-", ActionId::TextSmaller},
                                                       {"ctrl+0", ActionId::TextNormal},
                                                       {"f11", ActionId::Fullscreen},
                                                       {"f1", ActionId::Help},
                                                       {"ctrl+q", ActionId::Quit},
                                                       {"f6", ActionId::NextRegion},
                                                       {"esc", ActionId::Back}};
  for (const auto& [key, wanted] : promised) {
    ASSERT_TRUE(parse_key(key)) << key;
    const auto intent = intent_of_key(*parse_key(key), Mode::Explore, false);
    ASSERT_TRUE(intent) << key;
    EXPECT_EQ(intent->action, wanted) << key;
  }
}

TEST(Actions, StepModeBindsWhatALecturerAndAClickerPress) {
  const std::pair<const char*, ActionId> promised[] = {{"pgdn", ActionId::NextPhase},
                                                       {"pgup", ActionId::PreviousPhase},
                                                       {"right", ActionId::NextPhase},
                                                       {"left", ActionId::PreviousPhase},
                                                       {"shift+pgdn", ActionId::SubBeatNext},
                                                       {"shift+pgup", ActionId::SubBeatPrevious},
                                                       {"shift+right", ActionId::Step},
                                                       {"shift+left", ActionId::StepBack},
                                                       {"ctrl+right", ActionId::Epoch},
                                                       {"ctrl+left", ActionId::EpochBack},
                                                       {"home", ActionId::First},
                                                       {"end", ActionId::Newest},
                                                       {"d", ActionId::ToggleGate},
                                                       {"l", ActionId::Lock},
                                                       {"r", ActionId::Redraw},
                                                       {"g", ActionId::GateNext},
                                                       {"ctrl+d", ActionId::Bookmark},
                                                       {"ctrl+b", ActionId::BranchNext},
                                                       {"ctrl+down", ActionId::ExampleNext},
                                                       {"m", ActionId::MaskScope},
                                                       {"space", ActionId::Toggle},
                                                       {"t", ActionId::ToggleEval},
                                                       {"esc", ActionId::Back}};
  for (const auto& [key, wanted] : promised) {
    const auto intent = intent_of_key(*parse_key(key), Mode::Step, false);
    ASSERT_TRUE(intent) << key;
    EXPECT_EQ(intent->action, wanted) << key;
  }
}

TEST(Actions, OneKeyMayMeanAnotherThingInAnotherMode) {
  EXPECT_EQ(intent_of_key(*parse_key("l"), Mode::Explore, false)->action, ActionId::LogLoss);
  EXPECT_EQ(intent_of_key(*parse_key("l"), Mode::Step, false)->action, ActionId::Lock);
  EXPECT_EQ(intent_of_key(*parse_key("r"), Mode::Explore, false)->action, ActionId::Push);
  EXPECT_FALSE(intent_of_key(*parse_key("d"), Mode::Explore, false));
}

TEST(Actions, ControlAndANumberNameTheMode) {
  EXPECT_EQ(*intent_of_key(*parse_key("ctrl+1"), Mode::Step, false), (Intent{ActionId::SetMode, {"explore"}}));
  EXPECT_EQ(*intent_of_key(*parse_key("ctrl+2"), Mode::Explore, true), (Intent{ActionId::SetMode, {"step"}}));
}

TEST(Actions, AClickerWalksOnWhileInspecting) {
  EXPECT_EQ(intent_of_key(*parse_key("pgup"), Mode::Step, true)->action, ActionId::PreviousPhase);
  EXPECT_EQ(intent_of_key(*parse_key("left"), Mode::Step, true)->action, ActionId::Move);
}

TEST(Actions, DigitsAreTenths) {
  const auto intent = intent_of_key(*parse_key("7"), Mode::Explore, false);
  ASSERT_TRUE(intent);
  EXPECT_EQ(*intent, (Intent{ActionId::Rate, {"0.7"}}));
}

// Keys say p; intents always have the chance of being dropped.
TEST(Actions, KeysForRatesFollowWhatPStandsFor) {
  const auto pressed = [](const char* key, RateNaming naming) {
    return *intent_of_key(*parse_key(key), Mode::Explore, false, naming);
  };
  EXPECT_EQ(pressed("8", RateNaming::Drop), (Intent{ActionId::Rate, {"0.8"}}));
  EXPECT_EQ(pressed("8", RateNaming::Keep), (Intent{ActionId::Rate, {"0.2"}}));
  EXPECT_EQ(pressed("1", RateNaming::Keep), (Intent{ActionId::Rate, {"0.9"}}));
  EXPECT_EQ(pressed("0", RateNaming::Keep), (Intent{ActionId::Rate, {"0.0"}}));  // all are kept: p = 1
  EXPECT_EQ(pressed("[", RateNaming::Drop).action, ActionId::RateDown);
  EXPECT_EQ(pressed("[", RateNaming::Keep).action, ActionId::RateUp);
  EXPECT_EQ(pressed("]", RateNaming::Keep).action, ActionId::RateDown);
}

TEST(Actions, ArrowsWalkOnlyWhileInspecting) {
  EXPECT_EQ(intent_of_key(*parse_key("right"), Mode::Explore, false)->action, ActionId::NextPhase);
  EXPECT_EQ(intent_of_key(*parse_key("right"), Mode::Explore, true)->action, ActionId::Move);
  EXPECT_EQ(intent_of_key(*parse_key("pgdn"), Mode::Explore, true)->action, ActionId::NextPhase);
  EXPECT_FALSE(intent_of_key(*parse_key("up"), Mode::Explore, false));
}

TEST(Actions, ModifiersAreExact) {
  EXPECT_FALSE(intent_of_key(*parse_key("ctrl+t"), Mode::Explore, false));
  EXPECT_FALSE(intent_of_key(*parse_key("q"), Mode::Explore, false));
}

TEST(Actions, KeysAreShownAsPeopleReadThem) {
  EXPECT_EQ(key_text(ActionId::Reset), "Shift+R");
  EXPECT_EQ(keys_text(action(ActionId::NextPhase)), "Right, PgDn");
  EXPECT_EQ(keys_text(action(ActionId::Help)), "F1, ?, Ctrl+/");
  EXPECT_EQ(key_text(ActionId::Play), "");
}

}  // namespace
}  // namespace dropscope
