// Which control has the keyboard. Tab and Shift+Tab go through the controls of a region in the order drawn, F6 through
// the regions, Escape gives the keyboard back to the canvas (nothing focused). Dear ImGui's own navigation is off: it
// reaches text fields only in 1.86 and takes Space and the arrows away from the program's shortcuts.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/platform/keys.h"

namespace dropscope {

class Focus {
 public:
  // Before any widget of the frame. `typing`: a text field has the keys, nothing moves.
  void begin_frame(const KeyQueue& keys, bool typing);
  // The controls that follow belong to this region.
  void begin_region(std::string_view name);

  // Called by each widget when it is drawn: true if it has the keyboard.
  bool item(std::string_view name, bool enabled = true);
  // True once, in the first frame after the keyboard brought the focus here: scroll it into view.
  bool arrived(std::string_view name) const { return arrived_ && focused_ == name; }
  // The ring is drawn only if the keyboard, not the mouse, brought the focus.
  bool ring_visible() const { return by_keyboard_; }

  void set(std::string_view name, bool by_keyboard);
  void clear();
  bool any() const { return !focused_.empty(); }
  const std::string& focused() const { return focused_; }

  // A key press of this frame that nobody took yet; taking it hides it from everyone after. Widgets call it only
  // while focused, the program's shortcuts after all widgets.
  bool take(Key key, Modifiers modifiers = kNoModifiers, bool with_repeat = false);
  // Hides all presses of this frame: a popup or dialog swallows them.
  void take_all() { presses_.clear(); }

 private:
  struct Stop {
    std::string name;
    std::string region;
  };
  void move_within_region(int step);
  void move_region(int step);

  std::vector<KeyPress> presses_;
  std::vector<Stop> stops_, last_stops_;  // of this frame, of the frame before
  std::string region_, focused_;
  bool by_keyboard_ = false;
  bool arrived_ = false;
};

}  // namespace dropscope
