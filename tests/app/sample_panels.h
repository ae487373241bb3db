// The panels of the glyph sheet: one for each kind of mask, at the four sizes that marks can have, drawn by the very
// functions that draw networks.
#pragma once
#include <string>
#include <vector>

#include "app/scene/network_scene.h"

namespace dropscope {

enum class Panel : int { Units, Weights, Channels, Blocks, Depth, Steps, Attention, Wide };
inline constexpr int kPanelCount = 8;
// From the largest marks to the smallest: whole glyphs, rings, boxes, tiles and colours without frames.
inline constexpr int kPanelSizes = 4;
// Pixels, at a scale of 1, where a design unit is half a pixel.
inline constexpr float kPanelWidth = 360, kPanelHeight = 340;

// What a panel shows: one network, or two beside each other.
struct PanelPart {
  Snapshot snapshot;
  int layer = 0;  // the column that is drawn; -1: all of them
  int site = 0;   // the mask it is about; -1: all of them
  NetworkLayout layout;
  SceneStyle style;
  DisplayList list;
};
struct PanelOptions {
  const Palette* colours = nullptr;
  Vec2 at;          // top left
  float scale = 1;
  // All values at 0.7 of the strongest and, at the smallest size, neighbours sharing their fate: to measure light.
  bool typical = false;
};
std::vector<PanelPart> panel_of(Panel panel, int size, const PanelOptions& options);
const char* panel_name(Panel panel);

}  // namespace dropscope
