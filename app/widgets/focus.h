// Which control has the keyboard. Tab and Shift+Tab go through the controls of a region in the order drawn, F6 through
// the regions, Escape gives the keyboard back to the canvas (nothing focused). Dear ImGui's own navigation is off: it
// reaches text fields only in 1.86 and takes Space and the arrows away from the program's shortcuts.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/platform/keys.h"

namespace dropscope {

// A value being typed: at most one at a time, so its text lives here and not in a widget.
struct TextEdit {
  std::string name;  // of the control; empty = none
  char text[256] = "";
  bool opened = false;  // in this frame: take the keyboard and select all
  bool ending = false;  // Tab was pressed: accept and let go
};

class Focus {
 public:
  TextEdit edit;

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
  // Starts typing into a control; `text` is what stands there now.
  void begin_edit(std::string_view name, std::string_view text);

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
