// On OpenGL: what the painter clears instead of drawing it as triangles has the pixels of Dear ImGui's own.
#include "app/scene/painter_imgui.h"

#include <imgui.h>

#include <functional>
#include <vector>

#include "app/platform/compat.h"
#include "app/platform/imgui_canvas.h"
#include "app/platform/imgui_host.h"
#include "app/render/render_target.h"
#include "tests/app/offscreen_gl.h"

namespace dropscope {
namespace {

constexpr int kSize = 240;

class ImguiPainting : public GlTest {
 protected:
  void SetUp() override {
    GlTest::SetUp();
    if (!gl_) return;
    imgui_ = std::make_unique<HeadlessImgui>(float(kSize), float(kSize));
    ASSERT_TRUE(ImGui_ImplOpenGL3_Init("#version 330 core"));
    fonts_ = std::make_unique<Fonts>(FontPaths{});
    fonts_->rebuild(1, 1);
  }
  void TearDown() override {
    if (imgui_) ImGui_ImplOpenGL3_Shutdown();
    imgui_.reset();
    GlTest::TearDown();
  }
  // All that `draw` adds, over a dark ground, as the window shows it.
  std::vector<std::uint8_t> pixels_of(const std::function<void(ImDrawList&)>& draw) {
    ImGui_ImplOpenGL3_NewFrame();
    imgui_->new_frame();
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    draw(list);
    imgui_->end_frame();
    cleared_ = 0;
    for (const ImDrawCmd& command : list.CmdBuffer) cleared_ += command.UserCallback != nullptr;
    RenderTarget target;
    target.resize(kSize, kSize);
    target.begin(0, 0, 0);
    ImguiCanvas().draw(*ImGui::GetDrawData(), {40, 50, 60, 255}, false, 0);
    target.end();
    return target.read_rgba();
  }
  void expect_same(const draw::Box& box, bool cleared, Vec2 offset = {}) {
    const auto painted = pixels_of([&](ImDrawList& list) {
      DisplayList boxes;
      boxes.add(box);
      paint_imgui(boxes, list, *fonts_, nullptr, offset);
    });
    EXPECT_EQ(cleared_ > 0, cleared);
    const auto theirs = pixels_of([&](ImDrawList& list) {
      const Vec2 min = box.rect.min + offset, max = box.rect.max + offset;
      const Color c = box.fill;
      list.AddRectFilled({min.x, min.y}, {max.x, max.y}, IM_COL32(c.r, c.g, c.b, c.a), box.rounding);
    });
    EXPECT_EQ(cleared_, 0);
    std::size_t inside = 0, differ = 0;
    for (std::size_t i = 0; i < theirs.size(); ++i) {
      differ += painted[i] != theirs[i];
      inside += i % 4 == 0 && theirs[i] == box.fill.r;
    }
    EXPECT_EQ(differ, 0u) << "of " << box.rect.min.x << ", " << box.rect.min.y << " rounded by " << box.rounding;
    if (box.fill.a == 255) {
      EXPECT_GT(inside, 38000u) << "there is a box at all";
    }
  }
  std::unique_ptr<HeadlessImgui> imgui_;
  std::unique_ptr<Fonts> fonts_;
  int cleared_ = 0;  // commands that are no triangles
};

TEST_F(ImguiPainting, ALargeOpaqueBoxHasThePixelsOfDearImguiWhereverItLies) {
  for (const float rounding : {0.0f, 3.5f, 8.0f, 20.0f})
    for (const Vec2 at : {Vec2{20, 20}, Vec2{20.3f, 20.7f}, Vec2{20.7f, 20.3f}, Vec2{20.5f, 20.5f}})
      expect_same({{at, at + Vec2{200, 200}}, {200, 120, 30, 255}, {}, 0, rounding, 0}, true);
}

TEST_F(ImguiPainting, ABoxMovedByTheCanvasCornerToo) {
  expect_same({{{-10, 3}, {190, 203}}, {200, 120, 30, 255}, {}, 0, 9, 0}, true, {30.3f, 17.7f});
}

TEST_F(ImguiPainting, WhatIsSeenThroughIsMixed) {
  expect_same({{{20.3f, 20.7f}, {220.3f, 220.7f}}, {200, 120, 30, 128}, {}, 0, 8, 0}, false);
}

}  // namespace
}  // namespace dropscope
