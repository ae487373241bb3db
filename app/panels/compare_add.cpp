// Compare mode: the list of what can be laid beside the runs, over the panes. Its rows say what each does to the run.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "app/panels/panel.h"
#include "app/scene/rate_naming.h"
#include "app/state/neighbours.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"
#include "app/widgets/parts.h"
#include "app/widgets/rows.h"
#include "core/spec/fields.h"

namespace dropscope {
namespace {

class CompareAddPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Compare; }

  void draw(const FrameInput& in, Rect window, IntentSink& sink) override {
    if (!in.state.comparison.adding) {
      open_ = false;
      return;
    }
    const Ui& ui = in.ui;
    refresh(in);
    const Rect over = in.layout.panes.width() > 0 ? in.layout.panes : window;
    const float width = std::min(ui.px(620), window.width() - ui.px(40));
    const float right = over.max.x - ui.px(64), top = over.min.y + ui.px(12);
    const Rect area{{std::max(ui.px(20), right - width), top},
                    {std::max(ui.px(20) + width, right), in.layout.bottom() - ui.px(12)}};
    ImGui::SetNextWindowPos({area.min.x, area.min.y});
    ImGui::SetNextWindowSize({area.width(), area.height()});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(18), ui.px(14)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.px(10));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, std::max(1.0f, ui.px(2)));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, im_vec4(ui.palette->card));
    ImGui::PushStyleColor(ImGuiCol_Border, im_vec4(ui.palette->border));
    if (!open_) ImGui::SetNextWindowFocus();
    ImGui::Begin("add run", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav);
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar(3);
    if (ui.focus) ui.focus->begin_region("add run");
    if (ui.items) ui.items->track("add", area, "open");
    head(in, sink);
    rows(in, sink);
    ImGui::End();
    if (!open_ && ui.focus) ui.focus->set("add." + all_.front().id, true);
    open_ = true;
  }

 private:
  void refresh(const FrameInput& in) {
    const RunSpec base = base_beside(in.state.documents[0].spec, in.state.document().spec);
    if (!all_.empty() && base == base_) return;
    base_ = base;
    all_ = all_neighbours(base);
    all_.push_back({"copy", std::string("A copy of run ") + char('A' + int(in.state.active)),
                    "the same once more, to change one of its settings (E)", false, false, 1});
  }

  void head(const FrameInput& in, IntentSink& sink) {
    const Ui& ui = in.ui;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x, close = std::max(20.0f, ui.px(32));
    text(ui, TextRole::Title, ui.palette->text, "Add a run", room - close);
    ImGui::SetCursorScreenPos({at.x + room - close, at.y});
    const std::string tip = with_key("Close", ActionId::Back);
    if (icon_button(ui, {"add.close", tip.c_str()}, Icon::Close, close)) sink.add(ActionId::AddRun);
    ImGui::SetCursorScreenPos({at.x, at.y + std::max(close, ui.fonts->height(TextRole::Title)) + ui.px(6)});
    SliderSpec spec;
    const RateNaming naming = in.state.persisted.naming;
    spec.text = {"add.rate", naming == RateNaming::Keep ? "Kept" : "Rate",
                 naming == RateNaming::Keep
                     ? "Chance of being kept, for what has one; more where a variant allows no less."
                     : "Chance of being dropped, for what has one; less where a variant allows less.",
                 "", true};
    spec.initial = 0.5;
    spec.strong = true;
    double value = letter_value(naming, rate_);
    slider_row(ui, spec, value);
    rate_ = letter_value(naming, value);
    gap(ui, 6);
  }

  void rows(const FrameInput& in, IntentSink& sink) {
    const Ui& ui = in.ui;
    walk(in);
    const RateNaming naming = in.state.persisted.naming;
    for (const Neighbour& one : all_) {
      const std::string name = "add." + one.id;
      const double rate = std::min(rate_, one.largest_rate);
      char shown[32];
      std::snprintf(shown, sizeof shown, "%.2g", letter_value(naming, rate));
      const double rounded = letter_value(naming, std::strtod(shown, nullptr));
      const std::string title = one.name + (one.has_rate ? rate_name_words(naming, {&rounded, 1}) : "");
      const float width = ImGui::GetContentRegionAvail().x, bold = ui.fonts->height(TextRole::BodyBold);
      const float height = bold + ui.fonts->height(TextRole::Caption) + ui.px(14), pad = ui.px(10);
      const parts::Press press = parts::press_area(ui, name.c_str(), {width, height}, true, title);
      if (ui.focus && ui.focus->arrived(name)) ImGui::SetScrollHereY(0.5f);
      if (press.hovered || press.focused) parts::fill(press.rect, ui.palette->control_hovered, ui.px(6));
      if (press.focused) parts::focus_ring(ui, press.rect, ui.px(6));
      const Rect& r = press.rect;
      const float middle = r.min.y + ui.px(6) + bold;
      parts::text_in(ui, TextRole::BodyBold, {{r.min.x + pad, r.min.y + ui.px(6)}, {r.max.x - pad, middle}},
                     ui.palette->text, title);
      parts::text_in(ui, TextRole::Caption, {{r.min.x + pad, middle}, {r.max.x - pad, r.max.y - ui.px(6)}},
                     ui.palette->secondary, one.one_line);
      if (press.hovered && ui.fonts->width(TextRole::Caption, one.one_line.c_str()) > width - 2 * pad)
        tooltip(ui, one.one_line);
      if (!press.clicked) continue;
      std::vector<std::string> arguments{one.id};
      if (one.has_rate) arguments.push_back(real_text(rounded));
      sink.add(ActionId::AddRun, std::move(arguments));
      if (ui.focus) ui.focus->clear();
    }
  }

  // Up and down walk the rows, as in any list.
  void walk(const FrameInput& in) const {
    Focus* focus = in.ui.focus;
    if (!focus) return;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (focus->focused() != "add." + all_[i].id) continue;
      if (i + 1 < all_.size() && focus->take(Key::Down, kNoModifiers, true))
        focus->set("add." + all_[i + 1].id, true);
      else if (i > 0 && focus->take(Key::Up, kNoModifiers, true))
        focus->set("add." + all_[i - 1].id, true);
      return;
    }
  }

  RunSpec base_;
  std::vector<Neighbour> all_;
  double rate_ = 0.5;
  bool open_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_compare_add_panel() { return std::make_unique<CompareAddPanel>(); }

}  // namespace dropscope
