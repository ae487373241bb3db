// What still pictures of whole views share: the bars at the top and the bottom, texts that give way, the network.
#pragma once
#include <string>

#include "app/scene/card.h"
#include "app/scene/network_scene.h"

namespace dropscope {

struct PictureSheet {
  DisplayList& list;
  const Palette& p;
  float u;
  const TextMeasure& measure;
  RateNaming naming = RateNaming::Drop;
  CardStyle card() const { return {&p, u}; }
};

// Cut at `right`; returns where the text ends, `x` where nothing fits.
float put_text(PictureSheet& s, float x, float y, const std::string& text, float size, Color color, Face face,
               float right);

// What a bar leaves free.
struct BarRoom {
  float left = 0, right = 0;
};
// The program's name at the left, whether masks are on at the right.
BarRoom add_top_bar(PictureSheet& s, Rect bar, bool eval);
// Step and epoch of a run at the right.
BarRoom add_bottom_bar(PictureSheet& s, Rect bar, const Snapshot& snapshot);

// The ground, and both bars with a title and words of their own; gives the room between them.
Rect add_frame(PictureSheet& s, Vec2 size, const Snapshot& snapshot, const std::string& title,
               const std::string& words);

// Lays a network out and draws all of it.
NetworkLayout add_network(PictureSheet& s, const Snapshot& snapshot, Rect area, const SceneStyle& style);

}  // namespace dropscope
