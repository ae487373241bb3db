#include "app/platform/draw_calls.h"

#include <epoxy/gl.h>

#include <cmath>

namespace dropscope {
namespace {

int whole(float v) { return int(std::lround(v)); }

// What a command may touch, in pixels, for OpenGL, whose rows go upwards. Returns the height of the framebuffer.
int begin(const ImDrawCmd& command) {
  const ImDrawData& data = *ImGui::GetDrawData();
  const ImVec2 scale = data.FramebufferScale;
  const int height = whole(data.DisplaySize.y * scale.y);
  const ImVec4 clip = command.ClipRect;
  const int left = whole((clip.x - data.DisplayPos.x) * scale.x), top = whole((clip.y - data.DisplayPos.y) * scale.y);
  const int right = whole((clip.z - data.DisplayPos.x) * scale.x),
            bottom = whole((clip.w - data.DisplayPos.y) * scale.y);
  glEnable(GL_SCISSOR_TEST);
  glScissor(left, height - bottom, right - left, bottom - top);
  return height;
}

void fill(const ImDrawList*, const ImDrawCmd* command) {
  begin(*command);
  const ImVec4 color = ImGui::ColorConvertU32ToFloat4(ImU32(std::uintptr_t(command->UserCallbackData)));
  glClearColor(color.x, color.y, color.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
}

void show(const ImDrawList*, const ImDrawCmd* command) {
  const auto& picture = *static_cast<const CardPicture*>(command->UserCallbackData);
  const ImDrawData& data = *ImGui::GetDrawData();
  const ImVec2 scale = data.FramebufferScale;
  const int height = begin(*command);
  const int left = whole((picture.min.x - data.DisplayPos.x) * scale.x),
            top = height - whole((picture.min.y - data.DisplayPos.y) * scale.y);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, picture.framebuffer);
  glBlitFramebuffer(0, 0, picture.width, picture.height, left, top, left + whole(float(picture.width) * scale.x),
                    top - whole(float(picture.height) * scale.y), GL_COLOR_BUFFER_BIT,
                    scale.x == 1 && scale.y == 1 ? GL_NEAREST : GL_LINEAR);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, 0);
}

}  // namespace

void add_fill(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 color) {
  list.PushClipRect(min, max, true);
  list.AddCallback(fill, reinterpret_cast<void*>(std::uintptr_t(color)));
  list.PopClipRect();
}

void add_picture(ImDrawList& list, const CardPicture& picture) {
  list.PushClipRect(picture.min, {picture.min.x + float(picture.width), picture.min.y + float(picture.height)}, true);
  list.AddCallback(show, const_cast<CardPicture*>(&picture));
  list.PopClipRect();
}

const CardPicture* picture_of(const ImDrawCmd& command) {
  return command.UserCallback == show ? static_cast<const CardPicture*>(command.UserCallbackData) : nullptr;
}

}  // namespace dropscope
