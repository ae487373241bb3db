// Step mode: back, run, on; the phases of an update as a row of chips, each of which can be gone to; speed; counters.
#include <imgui.h>

#include <algorithm>

#include "app/panels/panel.h"
#include "app/panels/transport_parts.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"

namespace dropscope {
namespace {

// How much the row says of each phase, by the room there is.
enum class Wording : std::uint8_t { Names, Numbers, Folded, One };

// One chip: a beat, or all forward or backward beats together.
struct Chip {
  int first = 0, count = 1;
  std::string label, widest, name, tip;
  bool holds(int beat) const { return beat >= first && beat < first + count; }
};

class PhasesPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Step; }
  std::optional<Region> region() const override { return Region::Phases; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    const Ui& ui = in.ui;
    AreaWindow window(ui, "phases", area, ui.palette->panel, AreaWindow::Scroll::No, 0, 0);
    hairline(ui, area.min, {area.max.x, area.min.y});
    const std::int64_t step = in.walk.now() ? in.walk.shown + 1 : in.walk.shown;
    const float left = draw_buttons(in, area, sink) + ui.px(10);
    const float right = draw_counters(in, area, step) - ui.px(20);
    const float height = std::min(ui.px(40), area.height() * 0.56f), least_speed = ui.px(150);
    float x = left;
    for (Wording wording : {Wording::Names, Wording::Numbers, Wording::Folded, Wording::One}) {
      const std::vector<Chip> chips = chips_of(in, wording);
      const float width = segmented_width(ui, segments(chips), height) + 1;
      const bool last = wording == Wording::One;
      const float speed = wording < Wording::Folded ? least_speed + ui.px(26) : 0;
      if (left + width + speed > right && !last) continue;
      if (last) {
        draw_one(in, {{left, area.min.y}, {right, area.max.y}}, height, sink);
        return;
      }
      const Rect row{{left, area.min.y}, {std::min(left + width, right), area.max.y}};
      draw_chips(in, row, chips, height, sink);
      x = row.max.x + ui.px(26);
      break;
    }
    if (right - x > ui.px(110)) draw_speed(in, {{x, area.min.y}, {std::min(right, x + ui.px(420)), area.max.y}}, sink);
  }

 private:
  static float draw_buttons(const FrameInput& in, Rect area, IntentSink& sink) {
    const Ui& ui = in.ui;
    const float big = std::min(ui.px(56), area.height() * 0.84f), small = big * 0.76f, y = area.center().y;
    float x = area.min.x + ui.px(18);
    const auto place = [&](float size) {
      ImGui::SetCursorScreenPos({x, y - size / 2});
      x += size + ui.px(10);
    };
    const bool loading = in.snapshot.status == RunStatus::Loading;
    const bool broken = in.snapshot.status == RunStatus::Diverged || in.snapshot.status == RunStatus::Failed;
    const bool start = in.walk.tick == 0 && in.walk.beat == 0, playing = in.state.document().playing;
    place(small);
    const std::string first = with_key("To the start of the run", ActionId::First);
    if (round_button(ui, {"step.first", first.c_str(), !loading && !start}, Icon::First, small))
      sink.add(ActionId::First);
    place(small);
    const std::string back = with_key("Previous phase", ActionId::PreviousPhase);
    if (round_button(ui, {"step.back", back.c_str(), !loading && !start}, Icon::Previous, small))
      sink.add(ActionId::PreviousPhase);
    place(big);
    const std::string play = with_key(playing ? "Pause" : "Train on", ActionId::Toggle);
    if (round_button(ui, {"step.play", play.c_str(), !broken}, playing ? Icon::Pause : Icon::Play, big, true))
      sink.add(ActionId::Toggle);
    place(small);
    const std::string next = with_key("Next phase", ActionId::NextPhase);
    if (round_button(ui, {"step.next", next.c_str(), !loading && !broken}, Icon::Next, small))
      sink.add(ActionId::NextPhase);
    if (ui.items) ui.items->track("transport.state", {{x, y}, {x + 1, y + 1}}, playing ? "running" : "paused");
    return x;
  }

  static std::vector<Chip> chips_of(const FrameInput& in, Wording wording) {
    std::vector<Chip> chips;
    const auto& beats = in.walk.beats;
    static constexpr const char* kNames[] = {"batch", "mask", "forward", "loss", "backward", "update"};
    for (int i = 0; i < int(beats.size()); ++i) {
      const TimelineView::BeatView& beat = beats[std::size_t(i)];
      const std::string name = std::string("phase.") + kNames[int(beat.phase)];
      const bool layered = beat.column >= 0;
      if (layered && wording >= Wording::Folded && !chips.empty() && chips.back().name == name) {
        ++chips.back().count;
        continue;
      }
      Chip chip{i, 1, wording == Wording::Names ? beat_short(in.snapshot, beat) : beat_numbered(beat), "", name, ""};
      if (layered && wording < Wording::Folded) chip.name += "." + std::to_string(beat.column);
      chip.tip = with_key("Goes to: " + beat_title(in.snapshot, beat), ActionId::NextPhase);
      chips.push_back(std::move(chip));
    }
    for (Chip& chip : chips) {
      if (chip.count == 1) continue;
      const std::string word = beats[std::size_t(chip.first)].phase == Phase::Forward ? "fwd" : "bwd";
      const std::string of = std::to_string(chip.count);
      // As many are done as the walk has come to.
      const int done = std::clamp(in.walk.current - chip.first + 1, 0, chip.count);
      chip.label = word + " " + std::to_string(done) + "/" + of;
      chip.widest = word + " " + of + "/" + of;
      chip.tip = "The columns one by one; the strip below goes to each";
    }
    return chips;
  }

  static std::vector<Segment> segments(const std::vector<Chip>& chips) {
    std::vector<Segment> list;
    for (const Chip& chip : chips)
      list.push_back({chip.label, "", chip.name.c_str(), chip.tip.c_str(), true, chip.widest});
    return list;
  }

  // No room for a row: what is shown now, and a press goes on.
  static void draw_one(const FrameInput& in, Rect area, float height, IntentSink& sink) {
    const TimelineView::BeatView* beat = in.walk.now();
    const bool marked = in.snapshot.status != RunStatus::Running && beat;
    const std::string tip = with_key("Next phase", ActionId::NextPhase);
    const Segment one[] = {{marked ? beat_numbered(*beat) : "phase", "", "phase.next", tip.c_str(), true, "update 99"}};
    ImGui::SetCursorScreenPos({area.min.x, area.center().y - height / 2});
    if (segmented(in.ui, "step.phases", one, marked ? 0 : -1, height, area.width()) >= 0) sink.add(ActionId::NextPhase);
    if (!in.ui.items) return;
    in.ui.items->track("phase.now", area, marked ? beat_title(in.snapshot, *beat) : "none");
    in.ui.items->track("phase.index", area, std::to_string(in.walk.current));
  }

  static void go_to(const FrameInput& in, int beat, IntentSink& sink) {
    const Moment to = moment_of(in.walk, in.walk.shown, beat);
    sink.add(ActionId::Seek, {std::to_string(to.tick), std::to_string(to.beat)});
  }

  static void draw_chips(const FrameInput& in, Rect row, const std::vector<Chip>& chips, float height,
                         IntentSink& sink) {
    const Ui& ui = in.ui;
    ImGui::SetCursorScreenPos({row.min.x, row.center().y - height / 2});
    // While running the phases pass too fast to be seen: none is marked.
    const bool marked = in.snapshot.status != RunStatus::Running;
    int now = -1;
    for (std::size_t i = 0; i < chips.size(); ++i)
      if (marked && chips[i].holds(in.walk.current)) now = int(i);
    const int chosen = segmented(ui, "step.phases", segments(chips), now, height, row.width());
    if (chosen >= 0) go_to(in, chips[std::size_t(chosen)].first, sink);
    if (ui.items) {
      const TimelineView::BeatView* beat = in.walk.now();
      ui.items->track("phase.now", row, marked && beat ? beat_title(in.snapshot, *beat) : "none");
      ui.items->track("phase.index", row, std::to_string(in.walk.current));
    }
    for (const Chip& chip : chips)
      if (chip.count > 1) draw_strip(in, row, chip, height, marked, sink);
  }

  // Below a chip of many columns: a cell for each, to see how far it is and to go there.
  static void draw_strip(const FrameInput& in, Rect row, const Chip& chip, float height, bool marked,
                         IntentSink& sink) {
    const Ui& ui = in.ui;
    const TrackedItem* box = ui.items ? ui.items->find(chip.name) : nullptr;
    if (!box) return;
    const float y = row.center().y + height / 2 + ui.px(2), high = std::max(7.0f, ui.px(10));
    const float x0 = box->rect.min.x + ui.px(4), width = box->rect.width() - ui.px(8);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (int i = 0; i < chip.count; ++i) {
      const Rect cell{{x0 + width * float(i) / float(chip.count), y},
                      {x0 + width * float(i + 1) / float(chip.count) - 1, y + high}};
      const int beat = chip.first + i;
      const bool here = marked && beat == in.walk.current, done = marked && beat < in.walk.current;
      list.AddRectFilled({cell.min.x, cell.min.y}, {cell.max.x, cell.max.y},
                         im_color(here   ? ui.palette->text
                                  : done ? ui.palette->secondary
                                         : ui.palette->control_active));
      if (ui.items)
        ui.items->track(chip.name + "." + std::to_string(in.walk.beats[std::size_t(beat)].column), cell,
                        here ? "on" : "off");
    }
    ImGui::SetCursorScreenPos({x0, y});
    const bool pressed = ImGui::InvisibleButton(chip.name.c_str(), {std::max(width, 1.0f), high});
    const int at =
        std::clamp(int((ImGui::GetMousePos().x - x0) / std::max(width, 1.0f) * float(chip.count)), 0, chip.count - 1);
    tooltip(ui, "Goes to: " + beat_title(in.snapshot, in.walk.beats[std::size_t(chip.first + at)]));
    if (pressed) go_to(in, chip.first + at, sink);
  }
};

}  // namespace

std::unique_ptr<Panel> make_step_phases_panel() { return std::make_unique<PhasesPanel>(); }

}  // namespace dropscope
