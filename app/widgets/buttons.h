// Buttons: round ones with icons drawn as shapes (no font has all of them), plain ones, segmented switches, tabs,
// picture tiles. All reachable with Tab and pressed with Space or Enter.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "app/widgets/ui.h"

struct ImDrawList;

namespace dropscope {

enum class Icon : std::uint8_t {
  Reset,
  Play,
  Pause,
  StepForward,
  StepBack,
  First,
  Last,
  Previous,
  Next,
  Flag,
  Reroll,
  Help,
  Theme,
  TextLarger,
  Close,
  Plus,
  Menu,
  Camera,
  Folder,
};

// Draws the shape centred in a square of side `size`.
void draw_icon(ImDrawList& list, Icon icon, Vec2 center, float size, Color color);

struct ButtonText {
  const char* name = "";     // in the item registry and as identity
  const char* tooltip = "";  // what it does and its key
  bool enabled = true;
};

// `primary` is filled with the text colour (play); others are outlined. Diameter in pixels.
bool round_button(const Ui& ui, const ButtonText& text, Icon icon, float diameter, bool primary = false);
// Icon alone, without a border, for bars.
bool icon_button(const Ui& ui, const ButtonText& text, Icon icon, float size);
// With a label. Width 0: as the label needs.
bool button(const Ui& ui, const ButtonText& text, const char* label, bool primary = false, float width = 0);

struct Segment {
  std::string label;
  std::string note;       // regular weight after the label: "masks on"
  const char* name = "";  // in the registry
  const char* tooltip = "";
  bool enabled = true;
  std::string widest = {};  // the widest label it may have: keeps its width while the label changes
};
// One of several, side by side. Returns the index clicked, or -1. Left and Right move when focused.
// Too narrow (`max_width` > 0): notes go first, then labels are elided.
int segmented(const Ui& ui, const char* name, std::span<const Segment> segments, int current, float height,
              float max_width = 0);
float segmented_width(const Ui& ui, std::span<const Segment> segments, float height);

// Tabs of the top bar, elided if wider than `max_width` > 0. Returns the index clicked, or -1.
int tab_row(const Ui& ui, const char* name, std::span<const Segment> tabs, int current, float height,
            float max_width = 0);

// A square to choose by its picture; `paint` draws inside the rectangle given. True if clicked.
bool tile(const Ui& ui, const ButtonText& text, float size, bool selected,
          const std::function<void(ImDrawList&, Rect)>& paint);

}  // namespace dropscope
