// Step mode: the time of the run. The loss of the whole branch with a cursor to drag, pins of edits, bookmarks, and the
// branches that edits of the past have begun.
#include <imgui.h>

#include <algorithm>

#include "app/panels/panel.h"
#include "app/scene/painter_imgui.h"
#include "app/scene/scene_text.h"
#include "app/scene/timeline_picture.h"
#include "app/theme/style.h"
#include "app/widgets/buttons.h"
#include "app/widgets/rows.h"

namespace dropscope {
namespace {

class TimelinePanel : public Panel {
 public:
  InModes modes() const override { return InModes::Step; }
  std::optional<Region> region() const override { return Region::Timeline; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    const Ui& ui = in.ui;
    AreaWindow window(ui, "timeline", area, ui.palette->panel, AreaWindow::Scroll::No, 18, 0);
    hairline(ui, area.min, {area.max.x, area.min.y});
    const float left = draw_words(in, area);
    const float right = draw_controls(in, area, sink);
    const float pad = std::min(ui.px(8), area.height() * 0.1f);
    const Rect room{{left + ui.px(20), area.min.y + pad}, {right - ui.px(20), area.max.y - pad}};
    if (room.width() > ui.px(60)) draw_track(in, room, sink);
  }

 private:
  // Where in time the walk is; its width does not depend on it.
  static float draw_words(const FrameInput& in, Rect area) {
    const Ui& ui = in.ui;
    const float x = area.min.x + ui.px(18);
    const float width =
        std::min(ui.fonts->width(TextRole::BodyBold, "10,000 steps back in time"), area.width() * 0.24f);
    const std::string words = timeline_words(in.walk);
    const bool past = !in.walk.at_tip;
    const float bold = ui.fonts->height(TextRole::BodyBold), small = ui.fonts->height(TextRole::Caption);
    const bool low = area.height() < bold + small + ui.px(6);
    float y = area.center().y - (low ? bold : bold + small) / 2;
    ImGui::SetCursorScreenPos({x, y});
    text(ui, TextRole::BodyBold, past ? ui.palette->focus : ui.palette->text, words, width);
    if (ui.items) ui.items->track("timeline.where", {{x, y}, {x + width, y + bold}}, words);
    const Rect rect{{x, area.min.y}, {x + width, area.max.y}};
    if (const auto& t = in.snapshot.timeline; t && pointer_in(rect)) tooltip_lines(ui, memory_words(*t));
    if (!low) {
      y += bold;
      ImGui::SetCursorScreenPos({x, y});
      const std::string of = count_text(std::uint64_t(std::max<std::int64_t>(in.walk.tick, 0))) + " of " +
                             count_text(std::uint64_t(std::max<std::int64_t>(in.walk.last, 0))) + " steps done";
      text(ui, TextRole::Caption, ui.palette->secondary, of, width);
    }
    return x + width;
  }

  // Newest, bookmarks, branches. Returns where they begin.
  static float draw_controls(const FrameInput& in, Rect area, IntentSink& sink) {
    const Ui& ui = in.ui;
    const TimelineView* view = in.snapshot.timeline.get();
    const float size = std::min(ui.px(38), area.height() * 0.62f), space = ui.px(6);
    const float branch =
        std::min(ui.fonts->width(TextRole::Body, "Branch 2 at step 10,000") + ui.px(44), area.width() * 0.2f);
    float x = area.max.x - ui.px(18) - branch;
    const float start = x - 4 * (size + space);
    ImGui::SetCursorScreenPos({x, area.center().y - ImGui::GetFrameHeight() / 2});
    std::vector<std::string> names;
    if (view)
      for (const TimelineView::Branch& b : view->branches) names.push_back(b.name);
    if (names.empty()) names.emplace_back("Main");
    int index = view ? view->branch : 0;
    const std::string tip =
        with_key("Branches: an edit of the past begins one, and the old one stays", ActionId::BranchNext);
    if (combo_row(ui, {"timeline.branch", "", tip.c_str(), "", names.size() > 1}, names, index))
      sink.add(ActionId::Branch, {std::to_string(index)});
    x = start;
    const auto icon = [&](const char* name, ActionId id, Icon shape, const std::string& sentence, bool enabled) {
      ImGui::SetCursorScreenPos({x, area.center().y - size / 2});
      const std::string words = with_key(sentence, id);
      if (icon_button(ui, {name, words.c_str(), enabled}, shape, size)) sink.add(id);
      x += size + space;
    };
    const bool marks = view && !view->bookmarks.empty();
    icon("timeline.bookmark.previous", ActionId::BookmarkPrevious, Icon::Previous, "Previous bookmark", marks);
    icon("timeline.bookmark", ActionId::Bookmark, Icon::Flag, "Set or remove a bookmark here", view != nullptr);
    icon("timeline.bookmark.next", ActionId::BookmarkNext, Icon::Next, "Next bookmark", marks);
    icon("timeline.newest", ActionId::Newest, Icon::Last, "To the newest step", !in.walk.at_tip);
    return start;
  }

  static Moment cursor(const FrameInput& in) {
    Moment at = in.state.document().seeking.value_or(Moment{in.walk.tick, in.walk.beat});
    at.tick = std::min(at.tick, in.walk.last);
    return at;
  }

  void draw_track(const FrameInput& in, Rect room, IntentSink& sink) {
    const Ui& ui = in.ui;
    const TimelinePicture picture = build_timeline(in.snapshot, in.walk, cursor(in), room, CardStyle{ui.palette, ui.u});
    paint_imgui(picture.list, *ImGui::GetWindowDrawList(), *ui.fonts, in.textures);
    ImGui::SetCursorScreenPos({room.min.x, room.min.y});
    ImGui::InvisibleButton("track", {room.width(), std::max(room.height(), 1.0f)});
    if (ui.items) ui.items->track("timeline.track", picture.track, std::to_string(in.walk.tick));
    const TimelineMark* mark = marks(in, picture);
    drag(in, picture, mark, sink);
    keys(in, picture, sink);
  }

  // Tells tests and scripts of the marks; the one under the pointer explains itself.
  static const TimelineMark* marks(const FrameInput& in, const TimelinePicture& picture) {
    static constexpr const char* kNames[] = {"timeline.pin.", "timeline.mark.", "timeline.fork."};
    const std::optional<Vec2> at =
        pointer_in({{picture.track.min.x - 20, picture.track.min.y - 40}, picture.track.max});
    const TimelineMark* under = nullptr;
    int counts[3] = {};
    for (const TimelineMark& mark : picture.marks) {
      const int kind = int(mark.kind), number = counts[kind]++;
      if (in.ui.items && number < 64) in.ui.items->track(kNames[kind] + std::to_string(number), mark.rect, mark.text);
      if (at && mark.rect.contains(*at)) under = &mark;
    }
    if (under && !ImGui::IsMouseDown(0)) tooltip_lines(in.ui, {under->text});
    return under;
  }

  // A press goes there at once; while the knob is dragged, the next wish waits until the last is fulfilled.
  void drag(const FrameInput& in, const TimelinePicture& picture, const TimelineMark* mark, IntentSink& sink) {
    const bool pressed = ImGui::IsItemActivated();
    if (pressed && in.ui.focus) in.ui.focus->clear();
    if (pressed && mark) {
      on_mark_ = true;
      if (mark->kind == TimelineMark::Kind::Fork) return sink.add(ActionId::Branch, {std::to_string(mark->index)});
      return sink.add(ActionId::Seek, {std::to_string(mark->at.tick), std::to_string(mark->at.beat)});
    }
    if (pressed) on_mark_ = false;
    const bool released = ImGui::IsItemDeactivated();
    if (on_mark_ || (!ImGui::IsItemActive() && !released)) return;
    const std::int64_t tick = tick_at(in.walk, picture.track, ImGui::GetMousePos().x);
    const bool answered = !in.state.document().seeking;
    if ((pressed || answered || released) && (tick != asked_ || pressed)) {
      asked_ = tick;
      sink.add(ActionId::Seek, {std::to_string(tick)});
    }
  }

  // With the keyboard's focus the arrows walk step by step.
  static void keys(const FrameInput& in, const TimelinePicture& picture, IntentSink& sink) {
    Focus* focus = in.ui.focus;
    if (!focus || !focus->item("timeline.track") || !focus->ring_visible()) return;
    const Rect& r = picture.track;
    const float reach = in.ui.px(3);
    ImGui::GetWindowDrawList()->AddRect({r.min.x - reach, r.min.y - reach}, {r.max.x + reach, r.max.y + reach},
                                        im_color(in.ui.palette->focus), reach, 0, std::max(2.0f, in.ui.px(2.5f)));
    if (focus->take(Key::Left, kNoModifiers, true)) sink.add(ActionId::StepBack);
    if (focus->take(Key::Right, kNoModifiers, true)) sink.add(ActionId::Step);
  }

  std::int64_t asked_ = -1;
  bool on_mark_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_step_timeline_panel() { return std::make_unique<TimelinePanel>(); }

}  // namespace dropscope
