// Rows of a settings panel: label on the left, control, value on the right. All take the width that is left, can be
// reached with Tab and the arrow keys, and elide labels that do not fit, with the full text as tooltip.
// A row never changes the program's state itself: it changes the value given and says so.
#pragma once
#include <span>
#include <string>

#include "app/widgets/ui.h"

namespace dropscope {

struct RowText {
  const char* name = "";  // in the item registry; also the widget's identity: unique on screen
  const char* label = "";
  const char* tooltip = "";  // a sentence of at most 20 words
  const char* formula = "";  // below it, in mono
  bool enabled = true;
};

struct SliderSpec {
  RowText text;
  double lo = 0, hi = 1;
  double initial = 0;        // marked on the track; double click goes back to it
  double step = 0.05;        // arrow keys; with Shift a tenth of it. Logarithmic: per twentieth of the range
  bool logarithmic = false;  // lo > 0
  bool integer = false;
  const char* format = "%.2f";  // of the value, one double
  bool strong = false;          // white fill as for rates in force, instead of the accent
  bool value_shown = true;
};

enum class Edit : std::uint8_t {
  None,
  Changing,  // while the knob is dragged: show it, do not record it
  Done,      // released, typed, reset or stepped by a key: final
};

// Drag, click on the track, arrows, Home and End; double click or Delete resets; Ctrl+click or
// Enter types a number, which is clamped to the range.
Edit slider_row(const Ui& ui, const SliderSpec& spec, double& value);
// Without a label, `width` pixels wide: for the transport bar's speed and time line.
Edit slider(const Ui& ui, const SliderSpec& spec, double& value, float width);
float slider_height(const Ui& ui);

// True if another one was chosen. `index` outside the choices shows nothing chosen.
bool combo_row(const Ui& ui, const RowText& text, std::span<const std::string> choices, int& index);
// Typed text, accepted with Enter or when the field is left; Escape gives it up. True if accepted and different.
bool text_row(const Ui& ui, const RowText& text, std::string& value);
// A value with a button at the right end (a new seed). True if the button was pressed.
enum class Icon : std::uint8_t;
bool value_row(const Ui& ui, const RowText& text, const std::string& value, const Icon* button = nullptr);

}  // namespace dropscope
