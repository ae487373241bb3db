// Cards: rounded boxes with a head line inside panels.
#pragma once
#include <string_view>

#include "app/widgets/ui.h"

namespace dropscope {

// Draws background and head line, then leaves room for content until it dies. `height` in pixels for the whole card.
//   Card card(ui, "loss", "Loss", "gap 0.06", h);  paint_imgui(plot(card.content()), ...);
class Card {
 public:
  Card(const Ui& ui, const char* name, std::string_view title, std::string_view right, float height);
  ~Card();
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;
  // Inside the padding, below the head line, in screen pixels.
  Rect content() const { return content_; }
  bool visible() const { return visible_; }

 private:
  Rect content_;
  bool visible_ = true;
};

// A determinate progress bar, 0 to 1.
void progress_bar(const Ui& ui, float fraction, std::string_view text);

}  // namespace dropscope
