// The bar at the bottom: start over, run, one step; where inside a step the run stands; speed; tick and epoch.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/panels/panel.h"
#include "app/scene/scene_text.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"
#include "app/widgets/rows.h"
#include "core/base/hash.h"

namespace dropscope {
namespace {

// Where a speed is on the slider, 0 .. 1; the very end is "as fast as possible".
double speed_to_share(double speed) {
  if (speed == 0 || speed > kMostSpeed) return 1;
  return 0.95 * std::log(std::max(speed, kLeastSpeed) / kLeastSpeed) / std::log(kMostSpeed / kLeastSpeed);
}

double share_to_speed(double share) {
  if (share > 0.975) return 0;
  const double speed = kLeastSpeed * std::pow(kMostSpeed / kLeastSpeed, std::min(share / 0.95, 1.0));
  // Round figures: 60, not 59.7.
  const double unit = std::pow(10, std::floor(std::log10(speed)) - 1);
  return std::max(kLeastSpeed, std::round(speed / unit) * unit);
}

std::string speed_text(double speed) {
  return speed == 0 ? "max" : short_text(speed) + (speed == 1 ? " step/s" : " steps/s");
}

class TransportPanel : public Panel {
 public:
  std::optional<Region> region() const override { return Region::Transport; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    const Ui& ui = in.ui;
    AreaWindow window(ui, "transport", area, ui.palette->panel, AreaWindow::Scroll::No, 0, 0);
    hairline(ui, area.min, {area.max.x, area.min.y});
    const float left = draw_buttons(in, area, sink);
    const float right = draw_counters(in, area);
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
    const bool loading = in.snapshot.status == RunStatus::Loading;
    const bool broken = in.snapshot.status == RunStatus::Diverged || in.snapshot.status == RunStatus::Failed;
    const bool playing = in.state.document.playing;
    place(small);
    const std::string reset = with_key("Start over with the same seed", ActionId::Reset);
    if (round_button(ui, {"transport.reset", reset.c_str(), !loading}, Icon::Reset, small)) sink.add(ActionId::Reset);
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

  void draw_speed(const FrameInput& in, Rect area, IntentSink& sink) {
    const Ui& ui = in.ui;
    const double speed = in.state.document.speed;
    std::string shown = speed_text(speed);
    // What the machine really does, where it is not what was asked.
    const double real = in.snapshot.ticks_per_second;
    if (in.snapshot.status == RunStatus::Running && real > 0 && (speed == 0 || real < 0.8 * speed))
      shown += " · " + count_text(std::uint64_t(std::llround(real))) + "/s";
    const float line = ui.fonts->size(TextRole::Caption), slider_height = ImGui::GetFrameHeight();
    const float top = area.center().y - (line + slider_height) / 2;
    ImGui::SetCursorScreenPos({area.min.x, top});
    const float label = ui.fonts->width(TextRole::Caption, "Speed ") + ui.px(4);
    const bool low = area.height() < line + slider_height + ui.px(8);  // huge type: the knob alone
    if (!low) {
      text(ui, TextRole::Caption, ui.palette->secondary, "Speed", label);
      ImGui::SetCursorScreenPos({area.min.x + label, top});
      text(ui, TextRole::CaptionBold, ui.palette->text, shown, area.width() - label);
    }
    ImGui::SetCursorScreenPos({area.min.x, low ? area.center().y - slider_height / 2 : top + line + ui.px(2)});
    double share = speed_to_share(speed);
    SliderSpec spec;
    spec.text = {"transport.speed", "", "Steps per second; at the right end as fast as the machine can.", ""};
    spec.initial = speed_to_share(60);
    spec.step = 0.05;
    spec.value_shown = false;
    if (slider(ui, spec, share, area.width()) != Edit::None) {
      const double wanted = share_to_speed(share);
      sink.add(ActionId::Speed, {wanted == 0 ? "max" : short_text(wanted)});
    }
    if (ui.items) ui.items->track("transport.speed.value", area, speed == 0 ? "max" : short_text(speed));
  }

  // Returns where it begins.
  float draw_counters(const FrameInput& in, Rect area) {
    const Ui& ui = in.ui;
    char epoch[64];
    std::snprintf(epoch, sizeof epoch, "epoch %.1f", in.snapshot.epoch);
    const std::string hash = in.snapshot.state_hash ? hash_text(in.snapshot.state_hash) : "";
    const std::string tick = "step " + count_text(std::uint64_t(std::max<std::int64_t>(in.snapshot.tick, 0)));
    const float width =
        std::max({ui.fonts->width(TextRole::MonoBold, tick.c_str()), ui.fonts->width(TextRole::Mono, epoch),
                  ui.fonts->width(TextRole::MonoBold, "step 10,000")});
    const float right = area.max.x - ui.px(20), bold = ui.fonts->size(TextRole::MonoBold);
    const bool low = area.height() < 2 * bold + ui.px(12);  // huge type: the step alone
    const float top = area.center().y - (low ? bold * 0.55f : bold + ui.px(1));
    const auto line = [&](TextRole role, Color color, const std::string& words, float y) {
      const float w = ui.fonts->width(role, words.c_str()) + 1;
      ImGui::SetCursorScreenPos({right - w, y});
      text(ui, role, color, words, w);
    };
    line(TextRole::MonoBold, ui.palette->text, tick, top);
    if (!low) line(TextRole::Mono, ui.palette->secondary, epoch, top + bold + ui.px(4));
    if (ui.items) {
      const Rect rect{{right - width, top}, {right, top + 2 * bold}};
      ui.items->track("transport.tick", rect, std::to_string(in.snapshot.tick));
      ui.items->track("transport.epoch", rect, epoch + 6);
      ui.items->track("transport.state_hash", rect, hash);
    }
    if (!hash.empty() && ImGui::IsMouseHoveringRect({right - width, top}, {right, top + 2 * bold}))
      tooltip(ui, "State " + hash + ": two runs that show the same are equal to the last bit of every weight.");
    return right - width;
  }
};

}  // namespace

std::unique_ptr<Panel> make_transport_panel() { return std::make_unique<TransportPanel>(); }

}  // namespace dropscope
