// What widgets share among themselves: placed text, the focus ring, an area that can be pressed.
// Panels use the widgets, not these.
#pragma once
#include <imgui.h>

#include <string_view>

#include "app/theme/style.h"
#include "app/widgets/ui.h"

namespace dropscope::parts {

inline ImVec2 im(Vec2 v) { return {v.x, v.y}; }
inline Vec2 vec(ImVec2 v) { return {v.x, v.y}; }

// Disabled things keep their colour but lose half of their contrast.
Color shade(Color color, bool enabled);

// Centred on the height of `box`; elided to its width. True if something was cut off.
bool text_in(const Ui& ui, TextRole role, Rect box, Color color, std::string_view text, HAlign align = HAlign::Left);

void fill(Rect rect, Color color, float rounding);
void frame(Rect rect, Color color, float rounding, float width = 1);
// Around the control that has the keyboard.
void focus_ring(const Ui& ui, Rect rect, float rounding);

struct Press {
  Rect rect;
  bool clicked = false;  // by mouse, Space or Enter
  bool hovered = false;
  bool held = false;
  bool focused = false;  // has the keyboard and shows it
};

// An invisible control at the cursor, known to focus, tests and scripts by its name. `keys`: Space and Enter press it.
Press press_area(const Ui& ui, const char* name, Vec2 size, bool enabled, std::string_view value = {},
                 bool keys = true);

// The colour of a control's face in its present state.
Color face(const Ui& ui, const Press& press);

// A row of a panel: the label drawn and elided, and what is left for the control.
struct RowBox {
  Rect whole, control;
};
RowBox begin_row(const Ui& ui, const char* label, bool enabled, float height);
float row_height(const Ui& ui);

// Typing in place of a value. Returns true in the frame the text was accepted; it is in `ui.focus->edit.text`.
enum class Typing { No, Yes, Accepted };
Typing typed_value(const Ui& ui, const char* name, Rect box);

}  // namespace dropscope::parts
