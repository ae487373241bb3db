#include "app/platform/keys.h"

#include <gtest/gtest.h>

namespace dropscope {
namespace {

using Kind = KeyEvent::Kind;

TEST(KeyQueue, AKeyPressedAndReleasedBetweenTwoFramesIsSeen) {
  KeyQueue keys;
  keys.push({Kind::Press, 'T', 0, 0});
  keys.push({Kind::Release, 'T', 0, 0});
  const auto first = keys.take_frame();
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].kind, Kind::Press);
  EXPECT_TRUE(keys.pressed(Key('T')));
  EXPECT_TRUE(keys.has_waiting());
  const auto second = keys.take_frame();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].kind, Kind::Release);
  EXPECT_FALSE(keys.pressed(Key('T')));
  EXPECT_FALSE(keys.has_waiting());
}

TEST(KeyQueue, TwoFastPressesOfOneKeyAreTwoPresses) {
  KeyQueue keys;
  for (int i = 0; i < 2; ++i) {
    keys.push({Kind::Press, 'R', 0, 0});
    keys.push({Kind::Release, 'R', 0, 0});
  }
  int presses = 0;
  for (int frame = 0; frame < 8; ++frame) {
    keys.take_frame();
    presses += keys.pressed(Key('R'));
  }
  EXPECT_EQ(presses, 2);
}

TEST(KeyQueue, ModifiersAreThoseHeldWhenTheKeyWentDown) {
  KeyQueue keys;
  keys.push({Kind::Press, int(Key::LeftControl), 0, 2});
  keys.push({Kind::Press, 'S', 0, 2});
  keys.push({Kind::Release, 'S', 0, 2});
  keys.push({Kind::Release, int(Key::LeftControl), 0, 0});
  keys.take_frame();
  EXPECT_TRUE(keys.pressed(Key('S'), kControl));
  EXPECT_FALSE(keys.pressed(Key('S')));
  EXPECT_FALSE(keys.pressed(Key('S'), kControl | kShift));
}

TEST(KeyQueue, RepeatsCountOnlyWhereAskedFor) {
  KeyQueue keys;
  keys.push({Kind::Repeat, int(Key::Right), 0, 0});
  keys.take_frame();
  EXPECT_FALSE(keys.pressed(Key::Right));
  EXPECT_TRUE(keys.pressed(Key::Right, kNoModifiers, true));
}

TEST(KeyQueue, CharactersKeepTheirPlaceAmongKeys) {
  KeyQueue keys;
  keys.push({Kind::Press, 'A', 0, 0});
  keys.push({Kind::Character, 'a', 0, 0});
  keys.push({Kind::Release, 'A', 0, 0});
  keys.push({Kind::Press, int(Key::Enter), 0, 0});
  EXPECT_EQ(keys.take_frame().size(), 2u);
  const auto rest = keys.take_frame();
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[1].code, int(Key::Enter));
}

TEST(KeyNames, ParseAsTheHelpShowsThem) {
  const auto press = parse_key("Ctrl+Shift+C");
  ASSERT_TRUE(press);
  EXPECT_EQ(press->key, Key('C'));
  EXPECT_EQ(press->modifiers, kControl | kShift);
  EXPECT_EQ(parse_key("pgdn")->key, Key::PageDown);
  EXPECT_EQ(parse_key("[")->key, Key::LeftBracket);
  EXPECT_EQ(parse_key("7")->key, Key('7'));
  EXPECT_FALSE(parse_key("hyper+x"));
  EXPECT_FALSE(parse_key(""));
  EXPECT_EQ(key_name(Key('T')), "t");
}

}  // namespace
}  // namespace dropscope
