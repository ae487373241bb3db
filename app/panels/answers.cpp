// Ensemble mode: the topics as tabs, what is asked of the run and how far it is, and the topic's picture
// (app/scene/answers). What is clicked in the picture is a line of a script.
#include "app/panels/answer_controls.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/scene/answers/sheet.h"
#include "app/scene/painter_imgui.h"
#include "app/scene/scene_text.h"
#include "app/widgets/buttons.h"
#include "app/widgets/card.h"

namespace dropscope {
namespace {

// What a picture was made of. Parts of answers and surfaces never change, and they are kept as long as this is.
struct PictureKey {
  const AnswerSheet* sheet = nullptr;
  std::shared_ptr<const FrozenRun> run;
  std::shared_ptr<const SubnetworkReport> subnetworks;
  std::shared_ptr<const Convergence> convergence;
  std::optional<std::int64_t> convergence_tick;
  std::shared_ptr<const UncertaintyReport> uncertainty;
  std::shared_ptr<const DependenceReport> dependence, twin;
  std::int64_t twin_tick = 0;
  std::shared_ptr<const MembersReport> members;
  std::shared_ptr<const DataView> data;
  std::shared_ptr<const SurfaceView> surface;
  std::vector<float> probe;
  std::int32_t label = -1;
  std::optional<std::uint32_t> subnetwork;
  bool by_prediction = false;
  double pruned = 0;
  RateNaming naming = RateNaming::Drop;
  std::optional<Vec2> pointer;
  const Palette* palette = nullptr;
  Vec2 min, max;
  float u = 0, type = 0;  // type: how wide letters are; fonts may follow the unit later
  bool operator==(const PictureKey&) const = default;
};

PictureKey key_of(const FrameInput& in, const AnswerSheet& sheet, Rect room, std::optional<Vec2> pointer) {
  const EnsembleAnswer& a = *in.answer;
  const Inquiry& q = in.state.inquiry;
  return {.sheet = &sheet,
          .run = a.run,
          .subnetworks = a.subnetworks,
          .convergence = a.convergence,
          .convergence_tick = a.convergence_tick,
          .uncertainty = a.uncertainty,
          .dependence = a.dependence,
          .twin = a.twin,
          .twin_tick = a.twin_tick,
          .members = a.members,
          .data = in.snapshot.data,
          .surface = in.snapshot.surface,
          .probe = in.snapshot.probe.input,
          .label = in.snapshot.probe.label,
          .subnetwork = q.subnetwork,
          .by_prediction = q.by_prediction,
          .pruned = q.pruned,
          .naming = in.state.persisted.naming,
          .pointer = pointer,
          .palette = in.ui.palette,
          .min = room.min,
          .max = room.max,
          .u = in.ui.u,
          .type = in.ui.fonts->width(TextRole::Body, "0123456789")};
}

class AnswersPanel : public Panel {
 public:
  InModes modes() const override { return InModes::Ensemble; }
  std::optional<Region> region() const override { return Region::Answers; }
  bool animating() const override { return waiting_; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    AreaWindow window(in.ui, "answers", area, in.ui.palette->panel, AreaWindow::Scroll::Vertical, 14, 6);
    const AnswerSheet* sheet = sheet_of(in.state.inquiry.topic);
    if (!sheet) sheet = all_sheets().front();
    tabs(in, *sheet, sink);
    gap(in.ui, 6);
    draw_answer_controls(in, *sheet, sink);
    state_line(in, *sheet);
    gap(in.ui, 6);
    picture(in, *sheet, area, sink);
  }

 private:
  static void tabs(const FrameInput& in, const AnswerSheet& shown, IntentSink& sink) {
    std::vector<Segment> row;
    std::vector<std::string> names, tips;
    int now = 0;
    for (const AnswerSheet* sheet : all_sheets()) {
      if (sheet == &shown) now = int(names.size());
      names.push_back(std::string("answers.topic.") + kTopicNames[std::size_t(sheet->topic)]);
      tips.push_back(with_key(sheet->tip, ActionId::TopicNext));
    }
    for (std::size_t i = 0; i < names.size(); ++i)
      row.push_back({all_sheets()[i]->title, "", names[i].c_str(), tips[i].c_str(), true, {}});
    if (in.ui.items) in.ui.items->track("answers.topic", Rect{}, kTopicNames[std::size_t(shown.topic)]);
    const int chosen = tab_row(in.ui, "answers.topics", row, now, in.ui.px(44), ImGui::GetContentRegionAvail().x);
    if (chosen >= 0 && chosen != now)
      sink.add(ActionId::Topic, {kTopicNames[std::size_t(all_sheets()[std::size_t(chosen)]->topic)]});
  }

  // The newest question has its answer.
  static bool settled(const FrameInput& in) {
    return in.answer && in.answer->number == in.asked && in.answer->complete;
  }

  // How far what is being computed is, where that has been said.
  static std::string percent(const EnsembleAnswer* a) {
    if (!a || a->complete || a->share <= 0) return "";
    return ", " + std::to_string(int(std::floor(100 * a->share))) + " %";
  }

  // For which step the answer is, and what is being computed. One line high, whatever it says.
  void state_line(const FrameInput& in, const AnswerSheet& sheet) {
    const Ui& ui = in.ui;
    const Palette& p = *ui.palette;
    const EnsembleAnswer* a = in.answer;
    const bool failed = a && !a->failed.empty();
    const bool training = trains_beside(in);
    const std::int64_t tick = a ? a->run->tick : -1;
    waiting_ = false;
    std::string words;
    if (failed)
      words = a->failed;
    else if (!a || !sheet.ready(*a))
      words = in.snapshot.status == RunStatus::Loading ? "Waiting for the data" : "Being computed" + percent(a);
    else
      words = "For step " + count_text(std::uint64_t(std::max<std::int64_t>(tick, 0)));
    if (!failed && a && tick != in.snapshot.tick && in.snapshot.status != RunStatus::Loading)
      words += ", while the run is at " + count_text(std::uint64_t(in.snapshot.tick));
    // Of what was asked before only what it shows; a topic that is new has nothing to say of the old one.
    if (!failed && a && !a->doing.empty() && (a->number == in.asked || sheet.ready(*a))) {
      words += " \u00b7 " + a->doing + percent(a);
    } else if (!failed && a && sheet.ready(*a) && !settled(in)) {
      words += " \u00b7 being computed anew" + percent(a);
    }
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (training) {
      progress_bar(ui, float(a->share), words);
    } else {
      const float line = std::round(ui.fonts->height(TextRole::Caption)) + 2 + std::max(4.0f, ui.px(6));
      text(ui, TextRole::Caption, failed ? p.error : p.secondary, words);
      ImGui::SetCursorScreenPos(at);
      ImGui::Dummy({ImGui::GetContentRegionAvail().x, line});
    }
    if (!ui.items) return;
    ui.items->track("answers.words", words);
    ui.items->track("answers.tick", Rect{}, a ? std::to_string(tick) : "");
    ui.items->track("answers.state", Rect{}, failed ? "failed" : settled(in) ? "complete" : "computing");
    ui.items->track("answers.share", Rect{}, percent(a).empty() ? "" : fixed_text(a->share, 3));
  }

  void picture(const FrameInput& in, const AnswerSheet& sheet, Rect area, IntentSink& sink) {
    const Ui& ui = in.ui;
    if (!in.answer || !in.snapshot.data || !sheet.ready(*in.answer)) return;
    const CardStyle style{ui.palette, ui.u};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Inquiry& q = in.state.inquiry;
    AnswerInput input{*in.answer,   *in.snapshot.data, in.snapshot.probe, in.state.persisted.naming,
                      q.subnetwork, q.by_prediction,   q.pruned,          std::nullopt};
    const float width = ImGui::GetContentRegionAvail().x;
    const float left = area.max.y - ui.px(10) - at.y - ImGui::GetScrollY();
    const float height = std::floor(std::max(left, sheet.least_height(input, width, style)));
    const Rect room{{at.x, at.y}, {at.x + width, at.y + height}};
    const Rect seen{{room.min.x, std::max(room.min.y, area.min.y)}, {room.max.x, std::min(room.max.y, area.max.y)}};
    const std::optional<Vec2> pointer = pointer_in(seen);
    input.pointer = picture_.read(pointer);
    input.snapshot = &in.snapshot;
    // A wall of 4,096 sub-networks is not built anew for every frame, nor for a pointer that changes nothing.
    PictureKey key = key_of(in, sheet, room, input.pointer);
    if (!(key == key_)) {
      picture_ = sheet.build(input, room, style, in.measure);
      key_ = std::move(key);
    }
    const AnswerPicture& picture = picture_;
    paint_imgui(picture.list, *ImGui::GetWindowDrawList(), *ui.fonts, in.textures);
    if (ui.items)
      for (const AnswerArea& one : picture.areas)
        if (!one.name.empty()) ui.items->track("answers." + one.name, one.rect, one.value);
    ImGui::SetCursorScreenPos(at);
    ImGui::InvisibleButton("picture", {std::max(width, 1.0f), std::max(height, 1.0f)});
    pass_on(in, picture, pointer, sink);
  }

  // Clicks, drags and tooltips.
  void pass_on(const FrameInput& in, const AnswerPicture& picture, std::optional<Vec2> pointer, IntentSink& sink) {
    const bool pressed = ImGui::IsItemActivated(), held = ImGui::IsItemActive();
    if (pressed && in.ui.focus) in.ui.focus->clear();
    if (!held) dragged_.clear();
    if (held && !dragged_.empty()) {
      for (const AnswerArea& area : picture.areas) {
        if (area.name != dragged_) continue;
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const Vec2 inside{std::clamp(mouse.x, area.rect.min.x, area.rect.max.x - 0.01f),
                          std::clamp(mouse.y, area.rect.min.y, area.rect.max.y - 0.01f)};
        say(area.at(inside).words, sink);
      }
      return;
    }
    if (!pointer) return;
    const auto hit = std::find_if(picture.areas.rbegin(), picture.areas.rend(),
                                  [&](const AnswerArea& area) { return area.at && area.rect.contains(*pointer); });
    if (hit == picture.areas.rend()) return;
    const AnswerHit there = hit->at(*pointer);
    if (pressed) {
      said_.clear();
      say(there.words, sink);
      if (hit->drags) dragged_ = hit->name;
    }
    if (!there.tip.empty() && !held) tooltip_lines(in.ui, there.tip);
  }

  // Not the same again and again while the pointer rests.
  void say(const std::vector<std::string>& words, IntentSink& sink) {
    if (words.empty() || words == said_) return;
    said_ = words;
    if (const Action* action = find_action(words.front())) sink.add(action->id, {words.begin() + 1, words.end()});
  }

  PictureKey key_;  // what the picture is of
  AnswerPicture picture_;
  std::string dragged_;            // the area that is being dragged
  std::vector<std::string> said_;  // last
  bool waiting_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_answers_panel() { return std::make_unique<AnswersPanel>(); }

}  // namespace dropscope
