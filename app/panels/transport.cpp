// The bar at the bottom: start over, run, one step; where inside a step the run stands; speed; tick and epoch.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/panels/panel.h"
#include "app/panels/transport_parts.h"
#include "app/scene/scene_text.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"

namespace dropscope {
namespace {

class TransportPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Running; }
  std::optional<Region> region() const override { return Region::Transport; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    const Ui& ui = in.ui;
    AreaWindow window(ui, "transport", area, ui.palette->panel, AreaWindow::Scroll::No, 0, 0);
    hairline(ui, area.min, {area.max.x, area.min.y});
    const float left = draw_buttons(in, area, sink);
    const float right = draw_counters(in, area, in.snapshot.tick);
    const float room = right - left - ui.px(20);
    const float chips = chips_width(in, area), least_speed = ui.px(190);
    float x = left + ui.px(10);
    if (chips + ui.px(20) + least_speed <= room) {
      draw_chips(in, {{x, area.min.y}, {x + chips, area.max.y}}, sink);
      x += chips + ui.px(26);
    } else if (const float word = phase_word_width(in); word + least_speed <= room) {
      draw_phase_word(in, {{x, area.min.y}, {x + word, area.max.y}}, sink);
      x += word + ui.px(20);
    }
    if (right - x > ui.px(110))
      draw_speed(in, {{x, area.min.y}, {std::min(right - ui.px(20), x + ui.px(560)), area.max.y}}, sink);
  }

 private:
  float draw_buttons(const FrameInput& in, Rect area, IntentSink& sink) {
    const Ui& ui = in.ui;
    const float big = std::min(ui.px(58), area.height() * 0.84f), small = big * 0.78f, y = area.center().y;
    float x = area.min.x + ui.px(18);
    const auto place = [&](float size) {
      ImGui::SetCursorScreenPos({x, y - size / 2});
      x += size + ui.px(12);
    };
    const bool several = in.state.transient.mode == Mode::Compare;
    const bool loading = in.snapshot.status == RunStatus::Loading;
    // Of several runs the others go on.
    const auto is_broken = [](const Snapshot& s) {
      return s.status == RunStatus::Diverged || s.status == RunStatus::Failed;
    };
    const bool broken = several
                            ? std::all_of(in.runs.begin(), in.runs.end(), [&](const auto& r) { return is_broken(*r); })
                            : is_broken(in.snapshot);
    const bool playing = is_playing(in.state);
    place(small);
    const std::string reset = with_key("Start over with the same seed", ActionId::Reset);
    if (round_button(ui, {"transport.reset", reset.c_str(), !loading}, Icon::Reset, small)) sink.add(ActionId::Reset);
    if (several) {
      place(small);
      const std::string back = with_key("One training step back, in all runs", ActionId::StepBack);
      if (round_button(ui, {"transport.back", back.c_str(), !loading && in.snapshot.tick > 0}, Icon::StepBack, small))
        sink.add(ActionId::StepBack);
    }
    place(big);
    const std::string play = with_key(playing ? "Pause" : "Train", ActionId::Toggle);
    if (round_button(ui, {"transport.play", play.c_str(), !broken}, playing ? Icon::Pause : Icon::Play, big, true))
      sink.add(ActionId::Toggle);
    if (ui.items) ui.items->track("transport.state", {{x, y}, {x + 1, y + 1}}, playing ? "running" : "paused");
    place(small);
    const std::string step = with_key("One training step", ActionId::Step);
    if (round_button(ui, {"transport.step", step.c_str(), !loading && !broken}, Icon::StepForward, small))
      sink.add(ActionId::Step);
    return x;
  }

  // The stations of a tick; the one just done is filled.
  static constexpr const char* kPhases[] = {"Batch", "Mask", "Forward", "Loss", "Backward", "Update"};

  static std::array<Segment, kPhaseCount> segments(const char* tip) {
    static constexpr const char* kNames[] = {"phase.batch", "phase.mask",     "phase.forward",
                                             "phase.loss",  "phase.backward", "phase.update"};
    std::array<Segment, kPhaseCount> list;
    for (std::size_t i = 0; i < list.size(); ++i) list[i] = {kPhases[i], "", kNames[i], tip, true};
    return list;
  }
  static float chip_height(const FrameInput& in, Rect area) { return std::min(in.ui.px(38), area.height() * 0.6f); }
  float chips_width(const FrameInput& in, Rect area) const {
    return segmented_width(in.ui, segments(""), chip_height(in, area)) + 1;
  }
  // Nothing has been done yet of a step that is only shown in advance.
  bool stepping(const FrameInput& in) const { return in.snapshot.status == RunStatus::Paused && !in.snapshot.preview; }

  void draw_chips(const FrameInput& in, Rect area, IntentSink& sink) {
    const Ui& ui = in.ui;
    const std::string tip = with_key("Goes on to the next phase of this step", ActionId::NextPhase);
    const float height = chip_height(in, area);
    ImGui::SetCursorScreenPos({area.min.x, area.center().y - height / 2});
    // While running the phases pass too fast to be seen: none is marked.
    const int now = stepping(in) ? int(in.snapshot.phase) : -1;
    if (segmented(ui, "transport.phase", segments(tip.c_str()), now, height, area.width()) >= 0)
      sink.add(ActionId::NextPhase);
    if (ui.items) ui.items->track("transport.phase.now", area, name_of(in.snapshot.phase));
  }

  std::string phase_word(const FrameInput& in) const {
    return std::string(kPhases[int(in.snapshot.phase)]) +
           (has_layer(in.snapshot.phase) ? " " + std::to_string(in.snapshot.phase_layer + 1) : "");
  }
  static bool has_layer(Phase phase) { return phase == Phase::Forward || phase == Phase::Backward; }
  float phase_word_width(const FrameInput& in) const {
    return in.ui.fonts->width(TextRole::BodyBold, "Backward 9") + in.ui.px(30);
  }
  void draw_phase_word(const FrameInput& in, Rect area, IntentSink& sink) {
    const float height = std::min(in.ui.px(38), area.height() * 0.6f);
    ImGui::SetCursorScreenPos({area.min.x, area.center().y - height / 2});
    const std::string tip = with_key("Goes on to the next phase of this step", ActionId::NextPhase);
    const std::string word = stepping(in) ? phase_word(in) : "Phase";
    if (button(in.ui, {"transport.phase", tip.c_str()}, word.c_str(), false, area.width()))
      sink.add(ActionId::NextPhase);
    if (in.ui.items) in.ui.items->track("transport.phase.now", area, name_of(in.snapshot.phase));
  }
};

}  // namespace

std::unique_ptr<Panel> make_transport_panel() { return std::make_unique<TransportPanel>(); }

}  // namespace dropscope
