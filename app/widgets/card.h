// Cards: rounded boxes with a head line inside panels; and banners for what the user should know.
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

enum class Tone : std::uint8_t { Note, Warning, Error };
// A bar over the full width with one sentence, and a button if `action` is not empty. True if pressed.
bool banner(const Ui& ui, const char* name, Tone tone, std::string_view sentence, std::string_view action = {});

// A bar between -limit and limit with its value at the end: the gap between validation and training loss.
void gap_bar(const Ui& ui, const char* name, float value, float limit, const char* format, float height);

// A determinate progress bar, 0 to 1.
void progress_bar(const Ui& ui, float fraction, std::string_view text);

}  // namespace dropscope
