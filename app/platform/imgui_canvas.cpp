#include "app/platform/imgui_canvas.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <utility>

#include "app/platform/compat.h"
#include "app/platform/draw_calls.h"
#include "app/render/content_hash.h"

namespace dropscope {
namespace {

// Of an area in the coordinates of Dear ImGui; whatever touches a pixel has it.
PixelRect pixels(const ImDrawData& data, float left, float top, float right, float bottom) {
  const auto bounded = [](float v) { return int(std::clamp(v, -1e6f, 1e6f)); };
  const ImVec2 p = data.DisplayPos, s = data.FramebufferScale;
  return {bounded(std::floor((left - p.x) * s.x)), bounded(std::floor((top - p.y) * s.y)),
          bounded(std::ceil((right - p.x) * s.x)), bounded(std::ceil((bottom - p.y) * s.y))};
}

// What a command may touch: whole pixels, so that it stays the same when it is cut. The backend would keep fractions,
// and what is left of them would depend on the cut.
PixelRect clip_of(const ImDrawData& data, const ImDrawCmd& command) {
  const auto bounded = [](float v) { return int(std::lround(std::clamp(v, -1e6f, 1e6f))); };
  const ImVec2 p = data.DisplayPos, s = data.FramebufferScale;
  const ImVec4 c = command.ClipRect;
  return {bounded((c.x - p.x) * s.x), bounded((c.y - p.y) * s.y), bounded((c.z - p.x) * s.x),
          bounded((c.w - p.y) * s.y)};
}

ImVec4 to_imgui(const ImDrawData& data, const PixelRect& r) {
  const ImVec2 p = data.DisplayPos, s = data.FramebufferScale;
  return {float(r.left) / s.x + p.x, float(r.top) / s.y + p.y, float(r.right) / s.x + p.x, float(r.bottom) / s.y + p.y};
}

// The triangles of a command: where they are, and what they are made of.
DrawnPiece piece_of(const ImDrawData& data, const ImDrawList& list, const ImDrawCmd& command, Fnv1a hash) {
  const ImDrawIdx* index = list.IdxBuffer.Data + command.IdxOffset;
  unsigned first = ~0u, last = 0;
  for (unsigned i = 0; i < command.ElemCount; ++i) {
    first = std::min(first, unsigned(index[i]));
    last = std::max(last, unsigned(index[i]));
  }
  // The same triangles after something else in the list are still the same.
  for (unsigned i = 0; i < command.ElemCount; ++i) hash.word(index[i] - first);
  const ImDrawVert* vertices = list.VtxBuffer.Data + command.VtxOffset + first;
  hash_bytes(hash, vertices, (last - first + 1) * sizeof(ImDrawVert));
  ImVec2 min{FLT_MAX, FLT_MAX}, max{-FLT_MAX, -FLT_MAX};
  for (unsigned i = 0; i <= last - first; ++i) {
    const ImVec2 at = vertices[i].pos;
    min = {std::min(min.x, at.x), std::min(min.y, at.y)};
    max = {std::max(max.x, at.x), std::max(max.y, at.y)};
  }
  return {hash.digest(), pixels(data, min.x, min.y, max.x, max.y)};
}

// One for each command of each list; nothing of it is seen where the area is empty.
std::vector<DrawnPiece> pieces_of(const ImDrawData& data, Color clear, std::uint64_t textures) {
  std::vector<DrawnPiece> pieces;
  for (int l = 0; l < data.CmdListsCount; ++l) {
    const ImDrawList& list = *data.CmdLists[l];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      const PixelRect clip = clip_of(data, command);
      Fnv1a hash;
      hash_bytes(hash, &command.ClipRect, sizeof command.ClipRect);
      hash.word(std::uint64_t(clear.r) << 16 | std::uint64_t(clear.g) << 8 | clear.b);
      if (command.UserCallback) {
        if (const CardPicture* picture = picture_of(command)) {
          hash.word(picture->framebuffer);
          hash.word(picture->version);
          hash_bytes(hash, &picture->min, sizeof picture->min);
        } else {
          hash.word(std::uint64_t(std::uintptr_t(command.UserCallbackData)));
        }
        pieces.push_back({hash.digest(), clip});
      } else if (command.ElemCount > 0) {
        if (!compat::is_of_fonts(command)) hash.word(textures);
        hash.word(compat::texture_key(command));
        pieces.push_back(piece_of(data, list, command, hash));
        pieces.back().area = intersection(pieces.back().area, clip);
      } else {
        pieces.emplace_back();
      }
    }
  }
  return pieces;
}

}  // namespace

std::vector<PixelRect> ImguiCanvas::draw(ImDrawData& data, Color clear, bool kept, std::uint64_t textures) {
  const int width = int(std::lround(data.DisplaySize.x * data.FramebufferScale.x)),
            height = int(std::lround(data.DisplaySize.y * data.FramebufferScale.y));
  std::vector<DrawnPiece> pieces;
  std::vector<PixelRect> changed{{0, 0, width, height}};
  if (kept && !compat::textures_to_update(data)) {
    pieces = pieces_of(data, clear, textures);
    changed = damage_.update(pieces, width, height);
  } else {
    damage_.forget();  // and what the picture is made of need not be known
  }
  if (changed.empty()) return changed;

  glEnable(GL_SCISSOR_TEST);
  glClearColor(float(clear.r) / 255.0f, float(clear.g) / 255.0f, float(clear.b) / 255.0f, 1.0f);
  for (const PixelRect& r : changed) {
    if (r == PixelRect{0, 0, width, height}) glDisable(GL_SCISSOR_TEST);
    glScissor(r.left, height - r.bottom, r.right - r.left, r.bottom - r.top);
    glClear(GL_COLOR_BUFFER_BIT);
  }
  glDisable(GL_SCISSOR_TEST);

  // The same lists with each command once for every part of the picture that it meets.
  std::vector<ImVector<ImDrawCmd>> commands(std::size_t(data.CmdListsCount));
  std::vector<ImDrawList*> lists;
  std::size_t number = 0;
  for (int l = 0; l < data.CmdListsCount; ++l) {
    ImDrawList& list = *data.CmdLists[l];
    ImVector<ImDrawCmd>& here = commands[std::size_t(l)];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      const DrawnPiece* piece = pieces.empty() ? nullptr : &pieces[number];
      ++number;
      if (!command.UserCallback && command.ElemCount == 0) continue;
      const PixelRect own = clip_of(data, command);
      for (const PixelRect& r : changed) {
        const PixelRect part = intersection(own, r);
        if (part.empty() || (piece && intersection(piece->area, r).empty())) continue;
        here.push_back(command);
        here.back().ClipRect = to_imgui(data, part);
      }
    }
    if (!here.empty()) lists.push_back(&list);
    here.swap(list.CmdBuffer);
  }
  ImDrawData cut = data;
  compat::set_lists(cut, lists);
  ImGui_ImplOpenGL3_RenderDrawData(&cut);
  for (int l = 0; l < data.CmdListsCount; ++l) commands[std::size_t(l)].swap(data.CmdLists[l]->CmdBuffer);
  return changed;
}

}  // namespace dropscope
