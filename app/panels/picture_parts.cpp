#include "app/panels/picture_parts.h"

#include <imgui.h>

#include <cmath>

#include "app/scene/painter_imgui.h"

namespace dropscope {

DisplayList texts_of(const DisplayList& all) {
  DisplayList texts;
  for (const draw::Item& item : all.items)
    if (std::holds_alternative<draw::Text>(item)) texts.add(item);
  return texts;
}

void paint_picture(const FrameInput& in, int slot, Rect area, Color background, bool changed, const DisplayList& list) {
  ImDrawList& window = *ImGui::GetWindowDrawList();
  if (!in.pictures) return paint_imgui(list, window, *in.ui.fonts, in.textures);
  // Whole pixels, with room for the half of a frame that lies outside.
  const Rect whole{{std::floor(area.min.x) - 2, std::floor(area.min.y) - 2},
                   {std::ceil(area.max.x) + 2, std::ceil(area.max.y) + 2}};
  in.pictures->show(window, slot, whole, background, changed, {&list});
  paint_imgui(texts_of(list), window, *in.ui.fonts, in.textures);
}

}  // namespace dropscope
