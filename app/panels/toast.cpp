// The newest message, for some seconds over the bottom of the network, in Step mode over its top right, in Compare mode
// over the curves.
#include <imgui.h>

#include <algorithm>

#include "app/panels/panel.h"
#include "app/theme/style.h"

namespace dropscope {
namespace {

class ToastPanel : public Panel {
 public:
  void draw(const FrameInput& in, Rect window, IntentSink&) override {
    const Transient& t = in.state.transient;
    if (t.notices != shown_) {
      shown_ = t.notices;
      until_ = in.now + (t.notice_is_error ? 8.0 : 1.5 + 0.05 * double(t.notice.size()));
    }
    visible_ = in.now < until_ && !t.notice.empty();
    if (!visible_) return;
    const Ui& ui = in.ui;
    const float pad = ui.px(16), most = std::min(window.width() - ui.px(40), ui.px(760));
    const float wanted = ui.fonts->width(TextRole::Body, t.notice.c_str()) + 2 * pad + ui.px(4);
    // Over what has no buttons.
    const Rect over = in.layout.network.width() > 0  ? in.layout.network
                      : in.layout.curves.width() > 0 ? in.layout.curves
                                                     : window;
    const bool beside = t.mode == Mode::Step && in.layout.network.width() > 0;
    const float room = beside ? over.width() * 0.48f : t.mode == Mode::Compare ? over.width() - ui.px(40) : most;
    const float width = std::min({wanted, most, room});
    const float x =
        std::clamp(over.center().x - width / 2, ui.px(20), std::max(ui.px(20), window.max.x - width - ui.px(20)));
    // In Step mode beside the head line, where there is room: below are the masks and what the lines mean.
    if (beside)
      ImGui::SetNextWindowPos({over.max.x - ui.px(14), over.min.y + ui.px(12)}, ImGuiCond_Always, {1, 0});
    else
      ImGui::SetNextWindowPos({x, std::min(over.max.y, in.layout.bottom()) - ui.px(14)}, ImGuiCond_Always, {0, 1});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {pad, ui.px(10)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.px(8));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, {1.0f, 1.0f});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, std::max(1.0f, ui.px(2)));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, im_vec4(ui.palette->card));
    ImGui::PushStyleColor(ImGuiCol_Border, im_vec4(t.notice_is_error ? ui.palette->error : ui.palette->border));
    ImGui::Begin("toast", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoInputs |
                     ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoScrollbar);
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar(4);
    paragraph(ui, TextRole::Body, t.notice_is_error ? ui.palette->error : ui.palette->text, t.notice);
    if (ui.items) {
      const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
      ui.items->track("toast", Rect{{at.x, at.y}, {at.x + size.x, at.y + size.y}}, t.notice);
    }
    ImGui::End();
  }
  bool animating() const override { return visible_; }

 private:
  std::uint64_t shown_ = 0;
  double until_ = 0;
  bool visible_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_toast_panel() { return std::make_unique<ToastPanel>(); }

}  // namespace dropscope
