// What every widget needs to draw itself. Passed by reference; owned by the application.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/theme/fonts.h"
#include "app/theme/palette.h"
#include "app/widgets/focus.h"
#include "app/widgets/item_registry.h"

namespace dropscope {

struct Ui {
  const Palette* palette = nullptr;
  const Fonts* fonts = nullptr;
  ItemRegistry* items = nullptr;  // may be null
  Focus* focus = nullptr;         // may be null: then the mouse only
  float u = 1;                    // one design unit in pixels
  // Design units to whole pixels, at least 1.
  float px(float units) const;
};

// Shortened with an ellipsis to at most `width` pixels; unchanged if it fits. Cuts between characters, not bytes.
std::string elide(const Ui& ui, TextRole role, std::string_view text, float width);

// One line of text, elided to `width` pixels (0 = what is left of the row); the whole text is then the tooltip.
void text(const Ui& ui, TextRole role, Color color, std::string_view text, float width = 0);
// Lines broken between words.
void paragraph(const Ui& ui, TextRole role, Color color, std::string_view text);
// Small spaced capitals over a group of controls.
void section(const Ui& ui, std::string_view title);
// Empty room of so many design units.
void gap(const Ui& ui, float units);

// Shown over the last item after a short delay: a sentence, and a formula below it in mono if not empty.
void tooltip(const Ui& ui, std::string_view sentence, std::string_view formula = {});
// Shown at once at the pointer: lines of arithmetic, the first one bold.
void tooltip_lines(const Ui& ui, const std::vector<std::string>& lines);

}  // namespace dropscope
