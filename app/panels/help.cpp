// All keys, from the table of actions, in as many columns as fit; how to read the picture; where settings are kept.
#include <imgui.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "app/panels/panel.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"

namespace dropscope {
namespace {

constexpr const char* kGroups[] = {"Training", "Step mode", "Compare mode", "Ensemble mode",
                                   "Dropout",  "View",      "Window"};
constexpr int kGroupCount = 7;

// A key that means something else in another mode says where it means this; those of one mode are together.
std::string_view where_of(const Action& a) {
  const bool of_a_mode =
      a.group == ActionGroup::Step || a.group == ActionGroup::Compare || a.group == ActionGroup::Ensemble;
  if (a.modes == InModes::Walking) return "and Compare";
  if (of_a_mode || a.modes == InModes::Any) return "";
  if (a.modes == InModes::Single) return "not Compare";
  if (a.modes == InModes::Running) return "not Step";
  return a.modes == InModes::Watching ? "curves" : kModeTitles[std::countr_zero(unsigned(a.modes))];
}

class HelpPanel : public Panel {
 public:
  void draw(const FrameInput& in, Rect window, IntentSink& sink) override {
    if (!in.state.transient.help) {
      open_ = false;
      return;
    }
    const Ui& ui = in.ui;
    const float width = std::min(ui.px(1560), window.width() - ui.px(40));
    const float height = std::min(ui.px(860), window.height() - ui.px(40));
    const Vec2 c = window.center();
    // Everything else steps back, and a click on it closes the help.
    ImGui::SetNextWindowPos({window.min.x, window.min.y});
    ImGui::SetNextWindowSize({window.width(), window.height()});
    if (!open_) ImGui::SetNextWindowFocus();
    ImGui::PushStyleColor(ImGuiCol_WindowBg, im_vec4(Color{0, 0, 0, 120}));
    ImGui::Begin("help.shade", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoNav);
    ImGui::PopStyleColor();
    if (open_ && ImGui::IsWindowHovered() && ImGui::IsMouseClicked(0)) sink.add(ActionId::Help);
    ImGui::End();
    ImGui::SetNextWindowPos({c.x - width / 2, c.y - height / 2});
    ImGui::SetNextWindowSize({width, height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(30), ui.px(24)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.px(12));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, im_vec4(ui.palette->card));
    // In front of all others, once: popups and tooltips may still come before it.
    if (!open_) ImGui::SetNextWindowFocus();
    open_ = true;
    ImGui::Begin("help", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav);
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(2);
    if (ui.focus) ui.focus->begin_region("help");
    if (ui.items)
      ui.items->track("help", Rect{{c.x - width / 2, c.y - height / 2}, {c.x + width / 2, c.y + height / 2}}, "open");
    head(in, sink);
    columns(in);
    reading(in);
    ImGui::End();
  }

 private:
  void head(const FrameInput& in, IntentSink& sink) {
    const Ui& ui = in.ui;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x, close = ui.px(36);
    text(ui, TextRole::Title, ui.palette->text, "Keys", room - close);
    ImGui::SetCursorScreenPos({at.x + room - close, at.y - ui.px(4)});
    const std::string tip = with_key("Close", ActionId::Back);
    if (icon_button(ui, {"help.close", tip.c_str()}, Icon::Close, close)) sink.add(ActionId::Help);
    ImGui::SetCursorScreenPos({at.x, at.y + std::max(close, ui.fonts->size(TextRole::Title)) + ui.px(8)});
  }

  // The rows of one group; gives their height.
  float group(const FrameInput& in, int which, float x, float y, float width) {
    const Ui& ui = in.ui;
    const float key_width = std::min(ui.px(170), width * 0.38f), start = y;
    ImGui::SetCursorScreenPos({x, y});
    text(ui, TextRole::CaptionBold, ui.palette->secondary, kGroups[which], width);
    y += ui.fonts->size(TextRole::CaptionBold) + ui.px(8);
    for (const Action& a : all_actions()) {
      if (int(a.group) != which || a.title[0] == '\0') continue;
      const std::string keys = keys_text(a);
      ImGui::SetCursorScreenPos({x, y});
      text(ui, TextRole::MonoBold, ui.palette->text, keys, key_width - ui.px(8));
      const std::string_view where = where_of(a);
      const float mark = where.empty() ? 0 : ui.fonts->width(TextRole::Caption, where.data()) + ui.px(8);
      ImGui::SetCursorScreenPos({x + key_width, y});
      text(ui, TextRole::Body, ui.palette->text, a.title, width - key_width - mark);
      tooltip(ui, a.help);
      if (!where.empty()) {
        ImGui::SetCursorScreenPos({x + width - mark + ui.px(8), y + ui.px(3)});
        text(ui, TextRole::Caption, ui.palette->secondary, where, mark);
      }
      y += ui.fonts->size(TextRole::Body) + ui.px(9);
    }
    return y + ui.px(14) - start;
  }

  void columns(const FrameInput& in) {
    const Ui& ui = in.ui;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x, space = ui.px(30);
    const int count = room > ui.px(1180) ? 3 : room > ui.px(820) ? 2 : 1;
    // Of each group, where there are three columns, two, and one.
    static constexpr int kColumn[kGroupCount][3] = {{0, 0, 0}, {1, 0, 0}, {0, 0, 0}, {1, 1, 0},
                                                    {0, 1, 0}, {2, 1, 0}, {2, 1, 0}};
    const float width = (room - space * float(count - 1)) / float(count);
    float bottom = at.y;
    float y[3] = {at.y, at.y, at.y};
    for (int which = 0; which < kGroupCount; ++which) {
      const int column = kColumn[which][3 - count];
      y[column] += group(in, which, at.x + float(column) * (width + space), y[column], width);
      bottom = std::max(bottom, y[column]);
    }
    ImGui::SetCursorScreenPos({at.x, bottom});
  }

  void reading(const FrameInput& in) {
    const Ui& ui = in.ui;
    text(ui, TextRole::CaptionBold, ui.palette->secondary, "Mouse");
    gap(ui, 4);
    paragraph(
        ui, TextRole::Body, ui.palette->text,
        "Network: the wheel zooms, dragging moves, a click selects a unit or a layer, hovering shows the arithmetic. "
        "Plots: Ctrl and wheel zoom, dragging moves, a double click fits, a click on the legend hides a curve. "
        "Surface: a click probes that point. Sliders: double click resets, Ctrl+click types a number. In Step mode a "
        "click on a unit drops or keeps it, Shift+click the nearest weight, a right click locks it, Ctrl+click only "
        "selects; a click on a phase or on the timeline goes there. In Compare mode a click on a pane or on a row of "
        "the "
        "table picks the run that keys and settings are for; wheel and drag move the networks of all panes.");
    gap(ui, 12);
    text(ui, TextRole::CaptionBold, ui.palette->secondary, "Reading the picture");
    gap(ui, 4);
    paragraph(
        ui, TextRole::Body, ui.palette->text,
        "A dropped unit is a grey disc with a dashed ring and an X; its edges are gone. An empty disc with a minus "
        "sign was kept but is zero. Blue edges add, orange ones subtract; width is size. Losses on training data are "
        "shown twice: as training sees them, masks on, and masks off. In "
        "words and formulas p is the " +
            std::string(chance_words(in.state.persisted.naming)) +
            with_key("; this can be changed.", ActionId::Naming));
  }

  bool open_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_help_panel() { return std::make_unique<HelpPanel>(); }

}  // namespace dropscope
