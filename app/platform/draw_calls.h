// What a list of Dear ImGui can hold besides triangles: areas of one colour and pictures on the graphics card. Software
// OpenGL fills and copies them several times faster than it draws triangles with a texture.
#pragma once
#include <imgui.h>

#include <cstdint>

namespace dropscope {

// A picture kept in a framebuffer with rows downwards, and where it is shown. Must stay where it is until the frame is
// rendered.
struct CardPicture {
  unsigned framebuffer = 0;
  int width = 0, height = 0;  // pixels
  std::uint64_t version = 0;  // another one whenever its pixels change
  ImVec2 min;                 // of the area it is shown in, which has its size
};

// Opaque; `color` as IM_COL32.
void add_fill(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 color);
void add_picture(ImDrawList& list, const CardPicture& picture);

// The picture that a command shows; null: another command.
const CardPicture* picture_of(const ImDrawCmd& command);

}  // namespace dropscope
