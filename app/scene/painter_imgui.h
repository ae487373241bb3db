// Draws a DisplayList with Dear ImGui: texts, plots, everything of up to some thousand primitives.
// (Edges of large networks go to GlPainter: ImDrawList's lines are slow to fill in software.)
#pragma once
#include "app/scene/display_list.h"
#include "app/theme/fonts.h"

struct ImDrawList;

namespace dropscope {

class TextureCache;

// `offset` is added to every coordinate (usually the canvas' top left corner on screen, or zero). `textures` shows
// images as textures; without (tests, no OpenGL) they become one filled rectangle per cell, never smoothed.
void paint_imgui(const DisplayList& list, ImDrawList& target, const Fonts& fonts, TextureCache* textures,
                 Vec2 offset = {});

// Asks the fonts that paint_imgui draws with, so layouts agree with the screen to the pixel.
class ImguiTextMeasure : public TextMeasure {
 public:
  explicit ImguiTextMeasure(const Fonts& fonts) : fonts_(fonts) {}
  float width(const std::string& text, float size, Face face) const override;

 private:
  const Fonts& fonts_;
};

}  // namespace dropscope
