// Compare mode: the numbers of all runs, and the study of many seeds: begin it, see how far it is, cancel it.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "app/panels/compare_runs.h"
#include "app/scene/compare/pane.h"
#include "app/scene/compare/table.h"
#include "app/scene/painter_imgui.h"
#include "app/scene/scene_text.h"
#include "app/widgets/buttons.h"
#include "app/widgets/parts.h"
#include "app/widgets/rows.h"

namespace dropscope {
namespace {

constexpr double kMostSeeds = 100;  // of the knob; scripts may ask for more

class CompareTablePanel : public Panel {
 public:
  InModes modes() const override { return InModes::Compare; }
  std::optional<Region> region() const override { return Region::Table; }
  bool animating() const override { return training_; }

  void draw(const FrameInput& in, Rect area, IntentSink& sink) override {
    const Ui& ui = in.ui;
    AreaWindow window(ui, "table", area, ui.palette->background, AreaWindow::Scroll::No, 0, 0);
    const RunViews runs = runs_.of(in);
    const CardStyle style{ui.palette, ui.u};
    const float space = ui.px(12);
    const bool beside = area.min.x > in.layout.curves.min.x;  // the curves
    const Rect card{{area.min.x + (beside ? space / 2 : space), area.min.y + (in.layout.folded ? space : 0)},
                    {area.max.x - space, area.max.y - space}};
    const float row = std::max(26.0f, ui.px(40));
    RunsKey key = runs_.key(in, card);
    if (kept_.key != key) {
      kept_.frame = {};
      const Rect inner = add_card(kept_.frame, card, style);
      kept_.controls = {{inner.min.x, inner.max.y - row}, inner.max};
      const float above =
          add_by_hand_words(kept_.frame, runs, {inner.min, {inner.max.x, kept_.controls.min.y}}, style, in.measure);
      kept_.table =
          build_compare_table(runs, shown_study(in), runs.size() > 1 ? std::optional(in.state.active) : std::nullopt,
                              {inner.min, {inner.max.x, above - ui.px(6)}}, style, in.measure);
      add_shared_words(kept_.table, runs, style, in.measure);
      kept_.key = std::move(key);
    }
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    paint_imgui(kept_.frame, draw, *ui.fonts, in.textures);
    paint_imgui(kept_.table.list, draw, *ui.fonts, in.textures);
    choose(in, kept_.table, sink);
    if (ui.items) ui.items->track("study.by_hand", Rect{}, by_hand_words(runs));
    track_times(in, kept_.table);
    explain(ui, "head", kept_.table.heads);
    explain(ui, "verdict", kept_.table.verdicts);
    study(in, kept_.controls, sink);
  }

 private:
  // Where the numbers are that differ from machine to machine: pictures are compared without them.
  static void track_times(const FrameInput& in, const CompareTable& table) {
    if (!in.ui.items || table.rows.empty()) return;
    for (std::size_t c = 0; c < std::min(table.columns.size(), table.heads.size()); ++c) {
      const Rect& head = table.heads[c].rect;
      if (table.columns[c] == TableColumn::Seconds)
        in.ui.items->track("table.seconds", {{head.min.x, head.max.y}, {head.max.x, table.rows.back().max.y}});
    }
  }

  // The table and what it was made of.
  struct Kept {
    RunsKey key;
    DisplayList frame;
    CompareTable table;
    Rect controls;
  };

  // What is said where the pointer rests.
  static void explain(const Ui& ui, const char* what, const std::vector<TableHelp>& places) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Rect& r = places[i].rect;
      if (r.width() <= 0 || r.height() <= 0) continue;
      ImGui::SetCursorScreenPos({r.min.x, r.min.y});
      ImGui::InvisibleButton((std::string(what) + std::to_string(i)).c_str(), {r.width(), r.height()});
      tooltip(ui, places[i].help);
      if (ui.items) ui.items->track("table." + std::string(what) + "." + std::to_string(i), r, places[i].help);
    }
  }

  // A click on a row picks its run.
  static void choose(const FrameInput& in, const CompareTable& table, IntentSink& sink) {
    for (std::size_t run = 0; run < table.rows.size(); ++run) {
      const Rect& row = table.rows[run];
      if (row.width() <= 0 || row.height() <= 0) continue;
      ImGui::SetCursorScreenPos({row.min.x, row.min.y});
      const std::string name = run_item("table", run);
      if (ImGui::InvisibleButton(name.c_str(), {row.width(), row.height()}))
        sink.add(ActionId::PickRun, {std::to_string(run + 1)});
      if (in.ui.items) in.ui.items->track(name, row, run == in.state.active ? "at hand" : "");
    }
  }

  // Of a study that runs its progress and the way to end it; else the number of seeds and the button.
  void study(const FrameInput& in, Rect row, IntentSink& sink) {
    const Ui& ui = in.ui;
    const StudyView* s = in.study;
    training_ = s && !s->finished;
    if (ui.items) {
      ui.items->track("study.state", Rect{},
                      !s                   ? "none"
                      : training_          ? "training"
                      : !s->failed.empty() ? "failed"
                      : s->cancelled       ? "cancelled"
                                           : "done");
      ui.items->track("study.done", Rect{}, s ? std::to_string(s->done) + "/" + std::to_string(s->total) : "");
      ui.items->track("study.verdicts", Rect{}, s ? std::to_string(s->table.rows.size()) : "0");
    }
    if (s && s->table.trials > 0) row.max.x = seeds_switch(in, row, sink) - ui.px(12);
    const float wide = ui.fonts->width(TextRole::Body, "Train 100 seeds") + ui.px(36), gap = ui.px(12);
    const float button_top = row.center().y - parts::row_height(ui) / 2;
    if (training_) {
      const float button_width = ui.fonts->width(TextRole::Body, "Cancel") + ui.px(36);
      progress(in, *s, {row.min, {row.max.x - button_width - gap, row.max.y}});
      ImGui::SetCursorScreenPos({row.max.x - button_width, button_top});
      const std::string tip = with_key("What has been trained by then stays", ActionId::CancelStudy);
      if (button(ui, {"study.cancel", tip.c_str()}, "Cancel", false, button_width)) sink.add(ActionId::CancelStudy);
      return;
    }
    if (chosen_ <= 0) chosen_ = in.state.comparison.seeds;
    const int seeds = int(std::lround(chosen_));
    ImGui::SetCursorScreenPos({row.min.x, button_top});
    const std::string label = "Train " + std::to_string(seeds) + (seeds == 1 ? " seed" : " seeds");
    const std::string tip =
        with_key("Every run with each of so many seeds, in the background: data, weights, order and masks vary",
                 ActionId::Study);
    if (button(ui, {"study.begin", tip.c_str()}, label.c_str(), false, wide))
      sink.add(ActionId::Study, {std::to_string(seeds)});
    SliderSpec spec;
    spec.text = {"study.seeds", "", "How many seeds. Ctrl+click types a number.", "", true};
    spec.lo = 2;
    spec.hi = kMostSeeds;
    spec.initial = 20;
    spec.step = 1;
    spec.logarithmic = true;
    spec.integer = true;
    spec.format = "%.0f";
    spec.value_shown = false;
    const float knob = std::min(ui.px(150), row.width() - wide - gap);
    if (knob > ui.px(60)) {
      ImGui::SetCursorScreenPos({row.min.x + wide + gap, row.center().y - slider_height(ui) / 2});
      slider(ui, spec, chosen_, knob);
    }
    const float left = row.min.x + wide + knob + 2 * gap;
    // Of one that has come to its end the table says all there is.
    if (s && (!s->finished || s->cancelled || !s->failed.empty()) && row.max.x - left > ui.px(120))
      progress(in, *s, {{left, row.min.y}, row.max});
  }

  // Where the runs stand, or what many seeds say; at the right end of the row. Returns where it begins.
  static float seeds_switch(const FrameInput& in, Rect row, IntentSink& sink) {
    const std::string tip =
        with_key("Plots and table of where the runs stand, or of what many seeds say", ActionId::SeedsShown);
    const bool there = !in.study->outdated;
    const Segment segments[] = {{"Runs", "", "seeds_shown.runs", tip.c_str(), true},
                                {"Seeds", "", "seeds_shown.seeds",
                                 there ? tip.c_str() : "These are other runs than those of the seeds", there}};
    const float height = std::min(row.height(), parts::row_height(in.ui)),
                width = segmented_width(in.ui, segments, height) + 1;
    ImGui::SetCursorScreenPos({row.max.x - width, row.center().y - height / 2});
    const int now = shown_study(in) ? 1 : 0, chosen = segmented(in.ui, "seeds_shown", segments, now, height, width);
    if (chosen >= 0 && chosen != now) sink.add(ActionId::SeedsShown, {chosen == 1 ? "on" : "off"});
    return row.max.x - width;
  }

  // At the bottom of `area`, over the button that begins a study: what seeds are trained with where a run was changed
  // by hand. Returns where that begins.
  static float add_by_hand_words(DisplayList& list, RunViews runs, Rect area, const CardStyle& style,
                                 const TextMeasure& measure) {
    const std::string words = by_hand_words(runs);
    if (words.empty()) return area.max.y;
    const float size = std::max(13.0f, type_px(*style.palette, style.u, 14));
    const std::vector<std::string> lines = wrap_text(words, area.width(), size, Face::Bold, measure, 2);
    const float top = area.max.y - size * (1.3f * float(lines.size()) + 0.4f);
    float y = top + size * 0.65f;
    for (const std::string& line : lines) {
      list.add(draw::Text{{area.min.x, y}, line, size, style.palette->error, Face::Bold, HAlign::Left, VAlign::Middle});
      y += size * 1.3f;
    }
    return top;
  }

  // At the foot of the table, where there is room: what makes every difference that of the settings.
  static void add_shared_words(CompareTable& table, RunViews runs, const CardStyle& style, const TextMeasure& measure) {
    const float size = std::max(13.0f, type_px(*style.palette, style.u, 14));
    if (runs.size() < 2 || table.rest.height() < size * 1.5f) return;
    const std::string words = fit_text(shared_words(runs), table.rest.width(), size, Face::Regular, measure);
    table.list.add(draw::Text{{table.rest.min.x, table.rest.max.y - size * 0.75f},
                              words,
                              size,
                              style.palette->secondary,
                              Face::Regular,
                              HAlign::Left,
                              VAlign::Middle});
  }

  static void progress(const FrameInput& in, const StudyView& study, Rect row) {
    paint_imgui(build_study_progress(study, row, {in.ui.palette, in.ui.u}, in.measure), *ImGui::GetWindowDrawList(),
                *in.ui.fonts, in.textures);
    if (in.ui.items) in.ui.items->track("study.progress", row, study_progress_words(study));
  }

  CompareRuns runs_;
  Kept kept_;
  double chosen_ = 0;  // seeds, before a study is begun with them
  bool training_ = false;
};

}  // namespace

std::unique_ptr<Panel> make_compare_table_panel() { return std::make_unique<CompareTablePanel>(); }

}  // namespace dropscope
