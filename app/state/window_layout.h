// Where the regions of the window are, from its size and the user's text scale. A pure function: from 960 x 540 to 4K
// and 75 to 300 %, nothing overlaps and nothing is lost; what has no room beside the network becomes a tab.
#pragma once
#include "app/scene/display_list.h"
#include "app/state/app_state.h"

namespace dropscope {

// In the order F6 walks through them.
enum class Region : std::uint8_t {
  TopBar, Setup, Panes, Network, Curves, Table, Answers, Results, Transport, Numbers, Narration, Phases, Timeline
};
inline constexpr int kRegionCount = 13;

struct WindowLayout {
  float u = 1;  // one design unit in pixels
  Rect top_bar, setup, network, results, transport;
  // Step mode: the column of numbers beside the network; below them, from top to bottom, over the whole width. Their
  // places depend on nothing but the window, so that nothing jumps when the phase changes.
  Rect numbers, narration, phases, timeline;
  // Compare mode: a pane for each run; below them their curves and the table.
  Rect panes, curves, table;
  Rect answers;              // Ensemble mode: beside the network
  Rect tabs;                 // has no height unless folded
  bool folded = false;       // one at a time of setup, network, results (Step: network, numbers); others have no width
  bool side_folded = false;  // network beside one panel: setup or results
  bool too_small = false;    // only a sentence fits

  bool shows(Region region) const;
  const Rect& area(Region region) const;
  // Where the bars at the bottom begin.
  float bottom() const { return transport.height() > 0 ? transport.min.y : narration.min.y; }
};

// One design unit: window height / 1080 times the user's scale, narrower windows accordingly, but body text never
// below 13 pixels at 100 %.
float design_unit(float width, float height, float text_scale);
inline constexpr float kBodyUnits = 18, kLeastBodyPixels = 13;

// `type_scale` is the theme's: larger type needs wider panels. `editing`: the settings have room in Compare mode, too.
WindowLayout layout_window(Mode mode, float width, float height, float text_scale, float type_scale, bool panels_hidden,
                           FoldTab tab, bool editing = false);

}  // namespace dropscope
