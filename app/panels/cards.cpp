// Cards over the network: how far loading is; and, when numbers have run away, why and three ways on.
#include <imgui.h>

#include <algorithm>

#include "app/panels/panel.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"
#include "app/widgets/card.h"

namespace dropscope {
namespace {

class CardsPanel : public Panel {
 public:
  void draw(const FrameInput& in, Rect window, IntentSink& sink) override {
    const RunStatus status = in.snapshot.status;
    loading_ = status == RunStatus::Loading || in.reloading.has_value();
    if (loading_) {
      if (since_ < 0) since_ = in.now;
      // What is there at once needs no card.
      if (in.now - since_ > 0.3) loading(in, window);
      return;
    }
    since_ = -1;
    // Beside others its pane says what became of a run.
    if (in.state.transient.mode == Mode::Compare && in.state.documents.size() > 1) return;
    if (status == RunStatus::Diverged) diverged(in, window, sink);
    if (status == RunStatus::Failed) failed(in, window, sink);
  }
  bool animating() const override { return loading_; }

 private:
  static Rect place(const FrameInput& in, Rect window, float height) {
    const bool canvas = in.layout.network.width() > in.ui.px(300);
    const Rect over = canvas ? in.layout.network : window;
    const float width = std::min(in.ui.px(620), over.width() - in.ui.px(32));
    height = std::min(height, over.height() - in.ui.px(16));
    const Vec2 c = over.center();
    return {{c.x - width / 2, c.y - height / 2}, {c.x + width / 2, c.y + height / 2}};
  }

  // A card of our own over everything else; it takes the height that its texts need.
  template <class Content>
  void card(const FrameInput& in, Rect window, const char* name, Color edge, const Content& content) {
    const Ui& ui = in.ui;
    const Rect area = place(in, window, std::max(height_, ui.px(120)));
    ImGui::PushStyleColor(ImGuiCol_Border, im_vec4(edge));
    ImGui::SetNextWindowPos({area.min.x, area.min.y});
    ImGui::SetNextWindowSize({area.width(), area.height()});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(24), ui.px(20)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.px(10));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, std::max(1.0f, ui.px(2)));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, im_vec4(ui.palette->card));
    ImGui::Begin(name, nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing);
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar(3);
    if (ui.focus) ui.focus->begin_region(name);
    content();
    height_ = ImGui::GetCursorScreenPos().y - area.min.y + ImGui::GetScrollY() + ui.px(20);
    if (ui.items) ui.items->track(name, area, in.snapshot.message);
    ImGui::End();
  }

  void loading(const FrameInput& in, Rect window) {
    card(in, window, "card.loading", in.ui.palette->border, [&] {
      text(in.ui, TextRole::Title, in.ui.palette->text, "Loading");
      gap(in.ui, 10);
      const bool first = in.snapshot.status == RunStatus::Loading;
      const std::string_view what =
          first && !in.snapshot.message.empty() ? std::string_view(in.snapshot.message) : "preparing the examples";
      progress_bar(in.ui, first ? in.snapshot.loading : *in.reloading, what);
    });
  }

  void diverged(const FrameInput& in, Rect window, IntentSink& sink) {
    const Ui& ui = in.ui;
    card(in, window, "card.diverged", ui.palette->error, [&] {
      text(ui, TextRole::Title, ui.palette->error, "The numbers have run away");
      gap(ui, 8);
      paragraph(ui, TextRole::Body, ui.palette->text, in.snapshot.message);
      gap(ui, 14);
      action_row(in,
                 {{"card.lower_rate", "Learning rate / 10", ActionId::RetryLowerRate},
                  {"card.clip", "Clip gradients", ActionId::RetryClip},
                  {"card.reset", "Start over", ActionId::Reset}},
                 sink);
    });
  }

  void failed(const FrameInput& in, Rect window, IntentSink& sink) {
    const Ui& ui = in.ui;
    card(in, window, "card.failed", ui.palette->error, [&] {
      text(ui, TextRole::Title, ui.palette->error, "This run cannot start");
      gap(ui, 8);
      paragraph(ui, TextRole::Body, ui.palette->text, in.snapshot.message);
      gap(ui, 14);
      action_row(in, {{"card.reset", "Try again", ActionId::Reset}}, sink);
    });
  }

  struct Way {
    const char* name;
    const char* label;
    ActionId action;
  };
  static void action_row(const FrameInput& in, std::initializer_list<Way> ways, IntentSink& sink) {
    const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
    bool first = true;
    for (const Way& way : ways) {
      const std::string tip = with_key(action(way.action).help, way.action);
      const float width = in.ui.fonts->width(TextRole::Body, way.label) + in.ui.px(36);
      if (!first && ImGui::GetItemRectMax().x + in.ui.px(10) + width <= right) ImGui::SameLine(0, in.ui.px(10));
      if (button(in.ui, {way.name, tip.c_str()}, way.label, first, width)) sink.add(way.action);
      first = false;
    }
  }

  bool loading_ = false;
  double since_ = -1;
  float height_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_cards_panel() { return std::make_unique<CardsPanel>(); }

}  // namespace dropscope
