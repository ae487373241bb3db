// Widgets driven without a window: pointer and keys as a user would, effects read back.
#include <gtest/gtest.h>
#include <imgui.h>

#include <functional>
#include <string>

#include "app/platform/compat.h"
#include "app/platform/imgui_host.h"
#include "app/scene/painter_imgui.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"
#include "app/widgets/card.h"
#include "app/widgets/rows.h"

namespace dropscope {
namespace {

class Widgets : public testing::Test {
 protected:
  void SetUp() override { scale(1); }

  void scale(float u) {
    fonts_.rebuild(u, 1);
    compat::build_fonts_headless();
    ui_.u = u;
    apply_style(palette(ThemeId::Dark), u);
  }

  // One frame of one window with `draw_` inside.
  void frame() {
    imgui_.new_frame();
    items_.begin_frame();
    focus_.begin_frame(imgui_.keys(), ImguiHost::wants_text());
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({width_, 700});
    ImGui::Begin("panel", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove);
    draw_();
    ImGui::End();
    imgui_.end_frame();
  }
  void frames(int count) {
    for (int i = 0; i < count; ++i) frame();
  }
  Vec2 place(const char* name, float fraction) {
    const TrackedItem* item = items_.find(name);
    if (!item) return ADD_FAILURE() << "not on screen: " << name, Vec2{};
    return {item->rect.min.x + item->rect.width() * fraction, item->rect.center().y};
  }
  void click(const char* name, float fraction = 0.5f) {
    frame();
    const Vec2 at = place(name, fraction);
    imgui_.mouse_move(at.x, at.y);
    frames(2);
    imgui_.mouse_button(true);
    frame();
    imgui_.mouse_button(false);
    frames(2);
  }
  void tap(Key key, Modifiers modifiers = kNoModifiers) {
    frame();  // a person presses keys on a screen that is there
    imgui_.tap({key, modifiers, false});
    frames(3);
  }

  HeadlessImgui imgui_{900, 700};
  Fonts fonts_{find_fonts()};
  ItemRegistry items_;
  Focus focus_;
  Ui ui_{.palette = &palette(ThemeId::Dark), .fonts = &fonts_, .items = &items_, .focus = &focus_, .u = 1};
  float width_ = 340;
  std::function<void()> draw_ = [] {};
};

class SliderWidget : public Widgets {
 protected:
  void SetUp() override {
    Widgets::SetUp();
    draw_ = [this] {
      const Edit now = slider_row(ui_, spec_, value_);
      if (now == Edit::Changing) ++changing_;
      if (now == Edit::Done) ++done_;
    };
  }
  SliderSpec spec_{.text = {.name = "rate", .label = "p hidden 1"}, .lo = 0, .hi = 1, .initial = 0.5};
  double value_ = 0.5;
  int changing_ = 0, done_ = 0;
};

TEST_F(SliderWidget, AClickOnTheTrackSetsTheValueThatIsShown) {
  click("rate", 0.25f);
  EXPECT_NEAR(value_, 0.2, 0.06);
  EXPECT_DOUBLE_EQ(value_ * 100, double(int(value_ * 100 + 0.5)));
  EXPECT_GE(changing_, 1);
  EXPECT_EQ(done_, 1);
}

TEST_F(SliderWidget, ADragChangesUntilReleasedAndStaysInRange) {
  frame();
  const Vec2 from = place("rate", 0.5f);
  imgui_.mouse_move(from.x, from.y);
  frames(2);
  imgui_.mouse_button(true);
  frame();
  imgui_.mouse_move(from.x + 4000, from.y);
  frames(2);
  EXPECT_DOUBLE_EQ(value_, 1);
  EXPECT_EQ(done_, 0);
  imgui_.mouse_button(false);
  frames(2);
  EXPECT_EQ(done_, 1);
}

TEST_F(SliderWidget, ADoubleClickGoesBackToTheDefault) {
  value_ = 0.9;
  frame();
  const Vec2 at = place("rate", 0.1f);
  imgui_.mouse_move(at.x, at.y);
  frames(2);
  for (int i = 0; i < 2; ++i) {
    imgui_.mouse_button(true);
    frame();
    imgui_.mouse_button(false);
    frame();
  }
  EXPECT_DOUBLE_EQ(value_, 0.5);
}

TEST_F(SliderWidget, ArrowsStepItOnceTabHasReachedIt) {
  tap(Key::Right);
  EXPECT_DOUBLE_EQ(value_, 0.5);
  tap(Key::Tab);
  EXPECT_EQ(focus_.focused(), "rate");
  tap(Key::Right);
  EXPECT_NEAR(value_, 0.55, 1e-9);
  tap(Key::Left);
  tap(Key::Left);
  EXPECT_NEAR(value_, 0.45, 1e-9);
  tap(Key::Home);
  EXPECT_DOUBLE_EQ(value_, 0);
  tap(Key::Delete);
  EXPECT_DOUBLE_EQ(value_, 0.5);
  tap(Key::Escape);
  EXPECT_FALSE(focus_.any());
}

TEST_F(SliderWidget, ATypedNumberIsTakenAndClamped) {
  tap(Key::Tab);
  tap(Key::Enter);
  imgui_.type("0.333");
  frames(4);
  tap(Key::Enter);
  EXPECT_DOUBLE_EQ(value_, 0.333);
  tap(Key::Enter);
  imgui_.type("7");
  frames(4);
  tap(Key::Enter);
  EXPECT_DOUBLE_EQ(value_, 1);
  tap(Key::Enter);
  imgui_.type("rabbit");
  frames(4);
  tap(Key::Enter);
  EXPECT_DOUBLE_EQ(value_, 1);
}

TEST_F(SliderWidget, EscapeGivesTypingUp) {
  tap(Key::Tab);
  tap(Key::Enter);
  imgui_.type("0.25");
  frames(4);
  tap(Key::Escape);
  EXPECT_DOUBLE_EQ(value_, 0.5);
  EXPECT_TRUE(focus_.edit.name.empty());
}

TEST_F(SliderWidget, ADisabledOneStandsStill) {
  spec_.text.enabled = false;
  click("rate", 0.9f);
  tap(Key::Tab);
  tap(Key::Right);
  EXPECT_DOUBLE_EQ(value_, 0.5);
}

TEST_F(SliderWidget, ALogarithmicOneHasItsGeometricMeanInTheMiddle) {
  spec_.lo = 1e-4;
  spec_.hi = 1;
  spec_.logarithmic = true;
  spec_.format = "%.3g";
  click("rate", 0.5f);
  EXPECT_NEAR(value_, 0.01, 0.001);
}

class ComboWidget : public Widgets {
 protected:
  void SetUp() override {
    Widgets::SetUp();
    draw_ = [this] {
      if (combo_row(ui_, {.name = "variant", .label = "Variant"}, choices_, index_)) ++changes_;
    };
  }
  std::vector<std::string> choices_{"None", "Inverted", "Classic 2012", "Gaussian"};
  int index_ = 1, changes_ = 0;
};

TEST_F(ComboWidget, AChoiceIsMadeByMouse) {
  click("variant");
  ASSERT_NE(items_.find("variant.choice3"), nullptr);
  click("variant.choice3");
  EXPECT_EQ(index_, 3);
  EXPECT_EQ(changes_, 1);
  frames(3);
  EXPECT_EQ(items_.find("variant.choice3"), nullptr);
  EXPECT_EQ(items_.find("variant")->value, "Gaussian");
}

TEST_F(ComboWidget, AChoiceIsMadeByKeys) {
  tap(Key::Tab);
  tap(Key::Space);
  ASSERT_NE(items_.find("variant.choice0"), nullptr);
  tap(Key::Down);
  tap(Key::Enter);
  EXPECT_EQ(index_, 2);
  tap(Key::Up);
  EXPECT_EQ(index_, 1);
  EXPECT_EQ(changes_, 2);
}

TEST_F(ComboWidget, EscapeClosesTheListWithoutAChoice) {
  click("variant");
  tap(Key::Down);
  tap(Key::Escape);
  frames(2);
  EXPECT_EQ(items_.find("variant.choice0"), nullptr);
  EXPECT_EQ(index_, 1);
}

TEST_F(Widgets, AButtonIsPressedByMouseSpaceAndEnter) {
  int pressed = 0;
  draw_ = [&] { pressed += round_button(ui_, {.name = "play"}, Icon::Play, 52, true); };
  click("play");
  tap(Key::Tab);
  tap(Key::Space);
  tap(Key::Enter);
  EXPECT_EQ(pressed, 3);
}

TEST_F(Widgets, SpaceIsLeftToTheProgramAfterAMouseClick) {
  int pressed = 0;
  bool space_left = false;
  draw_ = [&] {
    pressed += button(ui_, {.name = "go"}, "Go");
    space_left = space_left || focus_.take(Key::Space);
  };
  click("go");
  tap(Key::Space);
  EXPECT_EQ(pressed, 1);
  EXPECT_TRUE(space_left);
}

TEST_F(Widgets, ASegmentedSwitchTakesClicksAndArrows) {
  const Segment segments[] = {{.label = "TRAIN", .note = "masks on", .name = "mode.train"},
                              {.label = "EVAL", .note = "full net", .name = "mode.eval"}};
  int mode = 0;
  draw_ = [&] {
    if (const int clicked = segmented(ui_, "mode", segments, mode, 38); clicked >= 0) mode = clicked;
  };
  click("mode.eval");
  EXPECT_EQ(mode, 1);
  EXPECT_EQ(items_.find("mode")->value, "EVAL");
  tap(Key::Tab);
  tap(Key::Left);
  EXPECT_EQ(mode, 0);
}

TEST_F(Widgets, TabStaysInItsRegionAndF6ChangesIt) {
  draw_ = [&] {
    focus_.begin_region("left");
    button(ui_, {.name = "a"}, "A");
    button(ui_, {.name = "b"}, "B");
    focus_.begin_region("right");
    button(ui_, {.name = "c"}, "C");
  };
  frame();
  tap(Key::Tab);
  EXPECT_EQ(focus_.focused(), "a");
  tap(Key::Tab);
  EXPECT_EQ(focus_.focused(), "b");
  tap(Key::Tab);
  EXPECT_EQ(focus_.focused(), "a");
  tap(Key::F6);
  EXPECT_EQ(focus_.focused(), "c");
  tap(Key::F6);
  EXPECT_EQ(focus_.focused(), "a");
}

TEST_F(Widgets, TypedTextIsAccepted) {
  std::string seed = "42";
  int accepted = 0;
  draw_ = [&] { accepted += text_row(ui_, {.name = "seed", .label = "Seed"}, seed); };
  click("seed");
  frames(2);
  imgui_.type("1234");
  frames(6);
  tap(Key::Enter);
  EXPECT_EQ(seed, "1234");
  EXPECT_EQ(accepted, 1);
}

TEST_F(Widgets, NothingIsWiderThanItsPanelAtAnyScale) {
  double value = 0.5;
  int index = 0;
  std::string file = "/a/very/long/path/to/a/file/with/a/name.csv";
  const std::vector<std::string> choices{"Standard dropout (inverted scaling, 2014)"};
  draw_ = [&] {
    slider_row(ui_, {.text = {.name = "a", .label = "A label that is far too long for it"}}, value);
    combo_row(ui_, {.name = "b", .label = "Another label that is too long"}, choices, index);
    text_row(ui_, {.name = "d", .label = "File"}, file);
    value_row(ui_, {.name = "e", .label = "Layers"}, "784 – 1024 – 1024 – 1024 – 10");
    button(ui_, {.name = "f"}, "A button that says too much for its panel");
  };
  for (const float u : {0.5f, 1.0f, 3.0f}) {
    scale(u);
    width_ = 340 * std::min(u, 1.0f);
    frames(3);
    for (const char* name : {"a", "b", "d", "e", "f"}) {
      const TrackedItem* item = items_.find(name);
      ASSERT_NE(item, nullptr) << name;
      EXPECT_GE(item->rect.min.x, 0) << name << " at " << u;
      EXPECT_LE(item->rect.max.x, width_) << name << " at " << u;
    }
  }
}

TEST_F(Widgets, ElidedTextFitsAndEndsWithAnEllipsis) {
  const std::string whole = "naïve Σ of weights";
  const float room = fonts_.width(TextRole::Body, whole) / 2;
  const std::string cut = elide(ui_, TextRole::Body, whole, room);
  EXPECT_LE(fonts_.width(TextRole::Body, cut), room);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_EQ(elide(ui_, TextRole::Body, whole, room * 3), whole);
  // Never half of a character.
  for (float width = 0; width < room; width += 1) {
    const std::string part = elide(ui_, TextRole::Body, "ΣΣΣΣΣΣΣΣ", width);
    EXPECT_EQ((part.size() - 3) % 2, 0u);
  }
}

TEST_F(Widgets, TheRegistryForgetsWhatIsNoLongerDrawnAndWritesJson) {
  bool shown = true;
  draw_ = [&] {
    if (shown) button(ui_, {.name = "say \"hi\""}, "Hi");
  };
  frames(2);
  EXPECT_NE(items_.to_json().find("\"say \\\"hi\\\"\": {\"x0\": "), std::string::npos) << items_.to_json();
  shown = false;
  frames(3);
  EXPECT_EQ(items_.find("say \"hi\""), nullptr);
  EXPECT_EQ(items_.to_json(), "{\n}\n");
}

TEST_F(Widgets, APolylineOfAHundredThousandPointsIsSplitForTheDrawList) {
  DisplayList list;
  draw::Polyline line{{}, 2, {255, 0, 0, 255}};
  for (int i = 0; i < 100000; ++i) line.points.push_back({float(i) * 0.008f, 100 + 50 * float(i % 2)});
  list.add(line);
  int vertices = 0;
  draw_ = [&] {
    ImDrawList& target = *ImGui::GetWindowDrawList();
    const int before = target.VtxBuffer.Size;
    paint_imgui(list, target, fonts_, nullptr);
    vertices = target.VtxBuffer.Size - before;
  };
  frames(2);
  EXPECT_GE(vertices, 200000);
}

TEST_F(Widgets, ADashedRingPaintsHalfOfTheSolidOne) {
  int solid = 0, dashed = 0;
  const auto measure = [&](float dash) {
    DisplayList list;
    list.add(draw::Disc{{100, 100}, 40, {}, {255, 0, 0, 255}, 3, dash});
    ImDrawList& target = *ImGui::GetWindowDrawList();
    const int before = target.CmdBuffer.back().ElemCount ? int(target.CmdBuffer.back().ElemCount) : 0;
    paint_imgui(list, target, fonts_, nullptr);
    return int(target.CmdBuffer.back().ElemCount) - before;
  };
  draw_ = [&] {
    solid = measure(0);
    dashed = measure(8);
  };
  frames(2);
  EXPECT_GT(solid, 0);
  EXPECT_GT(dashed, solid / 4);
}

}  // namespace
}  // namespace dropscope
