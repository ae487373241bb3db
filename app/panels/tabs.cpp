// In a window too narrow for everything: which part is shown. Has no room otherwise.
#include <imgui.h>

#include "app/panels/panel.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"

namespace dropscope {
namespace {

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
    const Segment three[] = {{"Setup", "", "tab.setup", "Data, dropout, network, training"},
                             {"Network", "", "tab.network", "The network at work"},
                             {"Results", "", "tab.results", "Decision surface and curves"}};
    const Segment two[] = {three[0], three[2]};
    const bool all = in.layout.folded;
    const int now = all ? int(tab) : tab == FoldTab::Setup ? 0 : 1;
    const int chosen = tab_row(in.ui, "tabs", all ? std::span<const Segment>(three) : std::span<const Segment>(two),
                               now, area.height() - 2);
    if (chosen >= 0 && chosen != now) sink.add(ActionId::Tab, {kNames[all ? chosen : chosen * 2]});
  }
};

}  // namespace

std::unique_ptr<Panel> make_tabs_panel() { return std::make_unique<TabsPanel>(); }

}  // namespace dropscope
