// In a window too narrow for everything: which part is shown. Has no room otherwise.
#include <imgui.h>

#include "app/panels/panel.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"

namespace dropscope {
namespace {

Segment results_tab(Mode mode) {
  switch (mode) {
    case Mode::Step:
      return {"Numbers", "", "tab.results", "Arithmetic, outputs, losses", true, {}};
    case Mode::Compare:
      return {"Curves", "", "tab.results", "The curves of all runs and their table", true, {}};
    case Mode::Ensemble:
      return {"Answers", "", "tab.results", "What its sub-networks say", true, {}};
    default:
      return {"Results", "", "tab.results", "Decision surface and curves", true, {}};
  }
}

class TabsPanel : public Panel {
 public:
  void draw(const FrameInput& in, Rect, IntentSink& sink) override {
    const Rect area = in.layout.tabs;
    if (area.height() <= 0 || in.state.transient.panels_hidden) return;
    AreaWindow window(in.ui, "tabs", area, in.ui.palette->panel, AreaWindow::Scroll::No, 0, 0);
    hairline(in.ui, {area.min.x, area.max.y - 1}, {area.max.x, area.max.y - 1});
    const FoldTab tab = in.state.transient.tab;
    ImGui::SetCursorScreenPos({area.min.x + in.ui.px(12), area.min.y + 1});
    static constexpr const char* kNames[] = {"setup", "network", "results"};
    const Mode mode = in.state.transient.mode;
    const bool two = mode != Mode::Explore;  // the settings are no tab
    const Segment all[] = {{"Setup", "", "tab.setup", "Data, dropout, network, training", true, {}},
                           mode == Mode::Compare
                               ? Segment{"Runs", "", "tab.network", "The runs side by side", true, {}}
                               : Segment{"Network", "", "tab.network", "The network at work", true, {}},
                           results_tab(mode)};
    std::vector<int> shown = {0, 1, 2};
    if (two)
      shown = {1, 2};
    else if (!in.layout.folded)
      shown = {0, 2};
    std::vector<Segment> row;
    int now = -1;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      row.push_back(all[shown[i]]);
      if (shown[i] == int(tab)) now = int(i);
    }
    // What is not among them shows the one it stands beside.
    if (now < 0) now = two ? 0 : 1;
    const int chosen = tab_row(in.ui, "tabs", row, now, area.height() - 2);
    if (chosen >= 0 && chosen != now) sink.add(ActionId::Tab, {kNames[shown[std::size_t(chosen)]]});
  }
};

}  // namespace

std::unique_ptr<Panel> make_tabs_panel() { return std::make_unique<TabsPanel>(); }

}  // namespace dropscope
