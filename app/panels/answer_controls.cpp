#include "app/panels/answer_controls.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/scene/scene_text.h"
#include "app/widgets/buttons.h"
#include "app/widgets/rows.h"
#include "core/session/ensemble_answer.h"

namespace dropscope {
namespace {

bool has(const AnswerSheet& sheet, AnswerControl control) { return (sheet.controls & unsigned(control)) != 0; }

// A whole number as a row of its own; what is chosen goes out as an action.
void count_row(const FrameInput& in, const SliderSpec& spec, int now, ActionId id, IntentSink& sink) {
  double value = now;
  if (slider_row(in.ui, spec, value) != Edit::None && int(std::lround(value)) != now)
    sink.add(id, {std::to_string(std::lround(value))});
}

SliderSpec count_spec(const char* name, const char* label, const char* tip, double most, double initial) {
  SliderSpec spec;
  spec.text = {name, label, tip, "", true};
  spec.lo = 1;
  spec.hi = most;
  spec.initial = initial;
  spec.logarithmic = most > 100;
  spec.integer = true;
  spec.step = 1;
  spec.format = "%.0f";
  return spec;
}

// "Input 12 of 500" between two arrows.
void probe_row(const FrameInput& in, IntentSink& sink) {
  const Ui& ui = in.ui;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, height = ui.px(30), size = ui.px(28);
  const std::size_t count = in.snapshot.data ? in.snapshot.data->validation_count : 0;
  const std::string shown = probe_words(in.snapshot.probe, count);
  const std::string earlier = with_key("The example before, of the validation split", ActionId::ProbePrevious);
  const std::string later = with_key("The next example of the validation split", ActionId::ProbeNext);
  const auto arrow = [&](float x, const char* name, const std::string& tip, Icon icon, ActionId id) {
    ImGui::SetCursorScreenPos({x, at.y + (height - size) / 2});
    if (icon_button(ui, {name, tip.c_str(), count > 1}, icon, size)) sink.add(id);
  };
  arrow(at.x, "answers.probe.previous", earlier, Icon::Previous, ActionId::ProbePrevious);
  const float width = room - 2 * size - ui.px(12);
  ImGui::SetCursorScreenPos({at.x + size + ui.px(6), at.y + (height - ui.fonts->height(TextRole::Body)) / 2});
  text(ui, TextRole::Body, ui.palette->text, "Input " + shown, width);
  if (ui.items) ui.items->track("answers.probe", shown);
  const float words = std::min(ui.fonts->width(TextRole::Body, "Input " + shown), width);
  arrow(at.x + size + ui.px(12) + words, "answers.probe.next", later, Icon::Next, ActionId::ProbeNext);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({room, height});
}

void column_row(const FrameInput& in, IntentSink& sink) {
  const DependenceReport* report = in.answer ? in.answer->dependence.get() : nullptr;
  std::vector<std::string> choices;
  if (report)
    for (const std::string& site : report->sites) choices.push_back(layer_title(site));
  int index = in.state.inquiry.column;
  const RowText words{"answers.column", "Units of", "The hidden layer whose units are asked about", "",
                      choices.size() > 1};
  if (combo_row(in.ui, words, choices, index)) sink.add(ActionId::Column, {std::to_string(index)});
}

void pruned_row(const FrameInput& in, IntentSink& sink) {
  SliderSpec spec;
  spec.text = {"answers.pruned", "Pruned", "The share of the weights that is taken away, the smallest first", "", true};
  spec.hi = 0.9;  // the curve is measured at tenths
  spec.step = 0.1;
  spec.format = "%.1f";
  double value = in.state.inquiry.pruned;
  if (slider_row(in.ui, spec, value) == Edit::None) return;
  value = std::round(value * 10) / 10;
  if (value != in.state.inquiry.pruned) sink.add(ActionId::Pruned, {std::to_string(value)});
}

void order_row(const FrameInput& in, IntentSink& sink) {
  const Ui& ui = in.ui;
  const std::string tip = with_key("How the wall is sorted", ActionId::WallOrder);
  const std::array row = {Segment{"by mask", "", "answers.order.mask", tip.c_str(), true, {}},
                          Segment{"by prediction", "", "answers.order.prediction", tip.c_str(), true, {}}};
  const int now = in.state.inquiry.by_prediction ? 1 : 0;
  const int chosen = segmented(ui, "answers.order", row, now, ui.px(30), ImGui::GetContentRegionAvail().x);
  if (chosen >= 0 && chosen != now) sink.add(ActionId::WallOrder);
}

// All that would be trained has been, up to the run's step.
bool has_trained(const FrameInput& in, EnsembleTopic topic) {
  if (!in.answer || !in.snapshot.frozen) return false;
  const std::int64_t tick = in.snapshot.frozen->tick;
  const MembersReport* members = in.answer->members.get();
  if (topic != EnsembleTopic::Members) return in.answer->twin && in.answer->twin_tick >= tick;
  return members && members->trained >= in.state.inquiry.members &&
         std::all_of(members->ticks.begin(), members->ticks.end(), [&](std::int64_t at) { return at >= tick; });
}

void train_row(const FrameInput& in, EnsembleTopic topic, IntentSink& sink) {
  const Ui& ui = in.ui;
  const float width = ImGui::GetContentRegionAvail().x;
  if (trains_beside(in)) {
    const std::string tip = with_key("What has been trained by then stays", ActionId::CancelBeside);
    if (button(ui, {"answers.cancel", tip.c_str()}, "Stop training", false, width)) sink.add(ActionId::CancelBeside);
    return;
  }
  const int members = in.state.inquiry.members;
  const bool done = has_trained(in, topic), can = in.snapshot.tick > 0 && in.snapshot.frozen && !done;
  const std::string count = std::to_string(members) + (members == 1 ? " network" : " networks");
  const std::string label = topic == EnsembleTopic::Members ? (done ? count + " trained" : "Train " + count)
                            : done                          ? "Trained without dropout"
                                                            : "Train it without dropout";
  const std::string tip =
      with_key("Beside the run, on its data, up to this step, without dropout", ActionId::TrainBeside);
  const std::string none = done ? "Trained up to the run's step" : "Train the run itself first";
  if (button(ui, {"answers.train", can ? tip.c_str() : none.c_str(), can}, label.c_str(), can, width))
    sink.add(ActionId::TrainBeside);
}

}  // namespace

std::string probe_words(const ProbeView& probe, std::size_t count) {
  if (probe.example < 0) return "at a chosen point";
  return count_text(std::uint64_t(probe.example) + 1) + " of " + count_text(count);
}

bool trains_beside(const FrameInput& in) {
  return in.state.inquiry.train_at && in.answer && !in.answer->complete && !in.answer->doing.empty();
}

void draw_answer_controls(const FrameInput& in, const AnswerSheet& sheet, IntentSink& sink) {
  const Inquiry& q = in.state.inquiry;
  int rows = 0;
  for (unsigned rest = sheet.controls; rest != 0; rest &= rest - 1) ++rows;
  if (rows == 0) return;
  const float least = type_px(*in.ui.palette, in.ui.u, 17) * 17;
  const int beside = std::clamp(int(ImGui::GetContentRegionAvail().x / least), 1, std::min(rows, 4));
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, ImVec2(in.ui.px(16), in.ui.px(3)));
  if (ImGui::BeginTable("controls", beside, ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_NoPadOuterX)) {
    const auto next = [&](AnswerControl control) { return has(sheet, control) && ImGui::TableNextColumn(); };
    if (next(AnswerControl::Probe)) probe_row(in, sink);
    if (next(AnswerControl::Passes))
      count_row(in,
                count_spec("answers.passes", "Masks T", "Masks drawn for each prediction, each a network of its own",
                           1000, 30),
                q.passes, ActionId::Passes, sink);
    if (next(AnswerControl::Samples))
      count_row(in,
                count_spec("answers.samples", "Largest T", "Masks drawn for the Monte Carlo mean: where the curves end",
                           1000, 1000),
                q.samples, ActionId::Samples, sink);
    if (next(AnswerControl::Column)) column_row(in, sink);
    if (next(AnswerControl::Pruned)) pruned_row(in, sink);
    if (next(AnswerControl::Members))
      count_row(in,
                count_spec("answers.members", "Networks", "Trained independently, each from a seed of its own", 20, 5),
                q.members, ActionId::Members, sink);
    const SubnetworkReport* report = in.answer ? in.answer->subnetworks.get() : nullptr;
    const bool wall = report && report->enumerated && report->gates > 0 && !report->silent;
    if (wall && next(AnswerControl::Order)) order_row(in, sink);
    if (next(AnswerControl::Train)) train_row(in, sheet.topic, sink);
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
}

}  // namespace dropscope
