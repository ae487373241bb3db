#include "app/panels/transport_parts.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/scene/scene_text.h"
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

}  // namespace

void draw_speed(const FrameInput& in, Rect area, IntentSink& sink) {
  const Ui& ui = in.ui;
  const double speed = in.state.document().speed;
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

float draw_counters(const FrameInput& in, Rect area, std::int64_t step) {
  const Ui& ui = in.ui;
  // In Compare mode the run at hand may be over, or on its way: the step is that of the others.
  const Snapshot* newest = &in.snapshot;
  if (in.state.transient.mode == Mode::Compare)
    for (const auto& run : in.runs)
      if (run && run->status != RunStatus::Loading && run->tick > newest->tick) newest = run.get();
  if (newest != &in.snapshot) step = newest->tick;
  char epoch[64];
  std::snprintf(epoch, sizeof epoch, "epoch %.1f", newest->epoch);
  const std::string hash = in.snapshot.state_hash ? hash_text(in.snapshot.state_hash) : "";
  const std::string tick = "step " + count_text(std::uint64_t(std::max<std::int64_t>(step, 0)));
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
    ui.items->track("transport.tick", rect, std::to_string(newest->tick));
    ui.items->track("transport.epoch", rect, epoch + 6);
    ui.items->track("transport.state_hash", rect, hash);
  }
  if (!hash.empty() && ImGui::IsMouseHoveringRect({right - width, top}, {right, top + 2 * bold}))
    tooltip(ui, "State " + hash + ": two runs that show the same are equal to the last bit of every weight.");
  return right - width;
}

}  // namespace dropscope
