// One run's pane: its letter and name, what it does otherwise, its network, what it makes of the data, its numbers.
// Pure functions; the panel adds the buttons and caches the network.
#pragma once
#include "app/scene/compare/run_view.h"
#include "app/scene/network_scene.h"

namespace dropscope {

struct PaneLayout {
  Rect frame;    // the whole card
  Rect head;     // letter and name; its right end stays free for buttons
  Rect notes;    // what differs, what became of the run, what its masks have in common with another's
  Rect network;  // for layout_network with SceneStyle::bare
  Rect marks;    // for build_meeting_legend, below the network; without height where no masks can be compared
  Rect surface;  // for build_surface_view or the difference; without width where there is no room
  Rect numbers;  // train, validation, gap
};
// `head_right`: pixels at the right of the head that are to stay free. Equal for all panes of one row, whatever they
// show, so that pictures can be compared: notes have room for the longest of `runs`.
PaneLayout layout_pane(RunViews runs, Rect rect, float head_right, const CardStyle& style, const TextMeasure& measure);

// Card, head, notes and numbers; `at_hand` marks the run that keys and settings are for. A pane without a snapshot says
// that it loads. While averages are shown (SceneStyle::averaging) nothing is said of single masks.
DisplayList build_pane(RunViews runs, std::size_t run, bool at_hand, const PaneLayout& layout, const CardStyle& style,
                       const TextMeasure& measure, bool averaging = false);

// The lines of the notes, most important first: diverged or failed, stopped early, catching up, changed by hand on the
// way, other shape, an earlier step that the numbers are of, what differs, nested masks.
struct PaneNote {
  std::vector<std::string> wordings;  // longest first
  bool warning = false;
  bool one_line = false;  // changes with every step, so that it must not take more or less room
};
std::vector<PaneNote> pane_notes(RunViews runs, std::size_t run, bool averaging = false);

// Beside a study of many seeds: that it trains runs which were changed by hand on the way by the settings they have now,
// from the beginning. Empty where none was.
std::string by_hand_words(RunViews runs);

// Surface, fit or tiles of the run, as build_surface_view draws them.
DisplayList build_pane_surface(const RunView& run, const PaneLayout& layout, const CardStyle& style,
                               const TextMeasure& measure);

}  // namespace dropscope
