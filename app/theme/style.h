// Dear ImGui's style from a palette: flat, rounded, with our spacing. Nothing else writes ImGuiStyle.
#pragma once
#include <imgui.h>

#include "app/theme/palette.h"

namespace dropscope {

// `u` = one design unit in pixels. Call when palette or u change, between frames.
void apply_style(const Palette& palette, float u);

inline ImU32 im_color(Color c) { return IM_COL32(c.r, c.g, c.b, c.a); }
inline ImVec4 im_vec4(Color c) {
  return {float(c.r) / 255.0f, float(c.g) / 255.0f, float(c.b) / 255.0f, float(c.a) / 255.0f};
}
// Between two colours, t in [0, 1], in sRGB: for hover and fades, not for data.
Color blend(Color a, Color b, float t);

}  // namespace dropscope
