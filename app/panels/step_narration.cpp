// Step mode: what happens in the phase shown, in one line as large as fits; at its right the parts of a forward phase.
#include <imgui.h>

#include <array>

#include "app/panels/panel.h"
#include "app/scene/narration.h"
#include "app/widgets/buttons.h"

namespace dropscope {
namespace {

class NarrationPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Step; }
  std::optional<Region> region() const override { return Region::Narration; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    const Ui& ui = in.ui;
    AreaWindow window(ui, "narration", area, ui.palette->background, AreaWindow::Scroll::No, 0, 0);
    hairline(ui, area.min, {area.max.x, area.min.y});
    const float margin = ui.px(24), parts = parts_width(in, area);
    const float room = area.width() - 2 * margin - (parts > 0 ? parts + margin : 0);
    sentence(in, {{area.min.x + margin, area.min.y}, {area.min.x + margin + room, area.max.y}});
    if (parts > 0) draw_parts(in, {{area.max.x - margin - parts, area.min.y}, {area.max.x - margin, area.max.y}}, sink);
  }

 private:
  // The longest wording that fits in the largest type that the line has room for.
  static void sentence(const FrameInput& in, Rect room) {
    const Ui& ui = in.ui;
    const std::vector<std::string> wordings =
        narration(in.snapshot, in.walk, sub_beat_shown(in.state, in.walk), in.state.persisted.naming);
    TextRole role = TextRole::BodyBold;
    std::string words = wordings.back();
    const auto fits = [&](TextRole with, const std::string& text) {
      return ui.fonts->height(with) <= room.height() && ui.fonts->width(with, text) <= room.width();
    };
    bool found = false;
    for (TextRole with : {TextRole::Big, TextRole::Title, TextRole::BodyBold})
      for (const std::string& text : wordings)
        if (!found && fits(with, text)) {
          role = with;
          words = text;
          found = true;
        }
    ImGui::SetCursorScreenPos({room.min.x, room.center().y - ui.fonts->height(role) / 2});
    text(ui, role, ui.palette->text, words, room.width());
    if (ui.items) ui.items->track("narration", room, wordings.front());
  }

  static constexpr const char* kParts[] = {"z", "h", "\u00d7 m", "\u00d7 s"};
  static std::array<Segment, 4> segments(const std::vector<int>& parts) {
    static constexpr const char* kNames[] = {"part.sum", "part.activation", "part.mask", "part.scale"};
    static constexpr const char* kTips[] = {"The weighted sum z", "The activation h of z", "Times the mask m",
                                            "Times the scale of what is kept"};
    std::array<Segment, 4> list;
    for (int i = 0; i < 4; ++i) {
      const bool there = std::find(parts.begin(), parts.end(), i) != parts.end();
      list[std::size_t(i)] = {kParts[i], "", kNames[i], kTips[i], there, {}};
    }
    return list;
  }
  // Their room is kept in every phase, so that the sentence never jumps; 0 where the line is too narrow for them.
  static float parts_width(const FrameInput& in, Rect area) {
    const float width = segmented_width(in.ui, segments({}), area.height());
    return width * 4 < area.width() ? width : 0;
  }
  static void draw_parts(const FrameInput& in, Rect area, IntentSink& sink) {
    const std::vector<int> parts = parts_of_beat(in.snapshot, in.walk);
    if (parts.empty()) return;
    const float height = std::min(in.ui.px(36), area.height() * 0.7f);
    ImGui::SetCursorScreenPos({area.min.x, area.center().y - height / 2});
    const int now = sub_beat_shown(in.state, in.walk);
    const int chosen = segmented(in.ui, "narration.parts", segments(parts), now, height, area.width());
    if (chosen >= 0) sink.add(ActionId::SubBeatNext, {std::to_string(chosen == now ? -1 : chosen)});
  }
};

}  // namespace

std::unique_ptr<Panel> make_step_narration_panel() { return std::make_unique<NarrationPanel>(); }

}  // namespace dropscope
