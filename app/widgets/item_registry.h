// Where each named control is on screen, so that tests and scripts find it by name instead of by pixel.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "app/scene/display_list.h"

namespace dropscope {

struct TrackedItem {
  Rect rect;             // in window pixels; of a slider: its track, not its label
  bool visible = false;  // not clipped away entirely
  bool enabled = true;
  int frame = -1;
  std::string value;  // what it shows, if it shows a value: "0.50", "Two moons", "on"
};

class ItemRegistry {
 public:
  // Call once per frame before drawing; items not tracked again in it no longer exist.
  void begin_frame() { ++frame_; }
  // Records the last Dear ImGui item, or the rectangle given. Names are stable and dotted: "setup.rate.hidden1".
  void track(std::string_view name, std::string_view value = {});
  void track(std::string_view name, Rect rect, std::string_view value = {}, bool enabled = true);
  // Null if it was not drawn in this frame or the one before.
  const TrackedItem* find(std::string_view name) const;
  // {"name": {"x0":..,"y0":..,"x1":..,"y1":..,"visible":true,"enabled":true,"value":".."}, ...}
  std::string to_json() const;

 private:
  std::map<std::string, TrackedItem, std::less<>> items_;
  int frame_ = 0;
};

}  // namespace dropscope
