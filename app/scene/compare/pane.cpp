#include "app/scene/compare/pane.h"

#include <algorithm>
#include <cmath>

#include "app/scene/compare/nested_masks.h"
#include "app/scene/scene_text.h"
#include "app/scene/surface_view.h"

namespace dropscope {
namespace {

constexpr std::size_t kMostNoteLines = 4;
constexpr float kWide = 1.45f;  // of width to height, from which on network and results stand side by side

float note_px(const CardStyle& style) { return std::max(13.0f, type_px(*style.palette, style.u, 15)); }
float head_px(const CardStyle& style) { return std::max(15.0f, type_px(*style.palette, style.u, 19)); }
float value_px(const CardStyle& style) { return std::max(17.0f, type_px(*style.palette, style.u, 25)); }

bool known(const RunViews& runs, std::size_t run) { return run < runs.size() && runs[run].snapshot != nullptr; }

bool may_meet(RunViews runs, std::size_t run) { return mask_partner(runs, run).has_value(); }

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : " \u00b7 ") + part;
  return all;
}

Face note_face(const PaneNote& note) { return note.warning ? Face::Bold : Face::Regular; }

// At most so many lines, of which there is one.
std::vector<std::string> note_lines(const PaneNote& note, float room, float size, const TextMeasure& measure,
                                    std::size_t most = 2) {
  if (note.one_line) return {first_fitting(note.wordings, room, size, note_face(note), measure)};
  return wrap_text(note.wordings.front(), room, size, note_face(note), measure, most);
}

std::size_t lines_needed(RunViews runs, std::size_t run, float room, float size, const TextMeasure& measure) {
  // Whether the numbers are of this very step and masks are compared changes from step to step: their lines stay.
  std::size_t lines = 1 + (may_meet(runs, run) ? 1 : 0) + (run < runs.size() && runs[run].catching_up ? 1 : 0);
  for (const PaneNote& note : pane_notes(runs, run))
    if (!note.one_line) lines += note_lines(note, room, size, measure).size();
  return lines;
}

struct Number {
  std::string name, value;
};
std::vector<Number> numbers_of(const Snapshot& snapshot) {
  if (snapshot.history.empty()) return {};
  const MetricPoint& last = snapshot.history.back();
  const bool classes = std::isfinite(last.validation_accuracy);
  const double gap = double(last.validation_loss) - double(last.train_loss);
  const auto text = [&](float accuracy, float loss) {
    return classes ? fixed_text(double(accuracy), 3) : value_text(double(loss));
  };
  return {{classes ? "train acc" : "train loss", text(last.train_accuracy, last.train_loss)},
          {classes ? "val acc" : "val loss", text(last.validation_accuracy, last.validation_loss)},
          {classes ? "loss gap" : "gap", gap_text(gap)}};
}

// How the three numbers lie: beside each other; below their names; or each on one line with its name, which needs the
// least room.
enum class NumberForm : std::uint8_t { Row, Stack, Lines };

float name_width(const CardStyle& style, const TextMeasure& measure) {
  return measure.width("train loss", note_px(style), Face::Regular) + note_px(style) * 0.6f;
}
float numbers_width(const CardStyle& style, const TextMeasure& measure) {
  return std::max(measure.width("+0.000", value_px(style), Face::Bold), name_width(style, measure)) + 6 * style.u;
}
float number_height(const CardStyle& style) { return note_px(style) * 1.3f + value_px(style) * 1.35f; }
constexpr float kLeastNumber = 13 * 1.3f + 16;  // the same in the smallest type
float line_height(const CardStyle& style) { return note_px(style) * 1.5f; }

// In a column of this width.
NumberForm form_in(float width, const CardStyle& style, const TextMeasure& measure) {
  if (width >= 3 * numbers_width(style, measure)) return NumberForm::Row;
  const float line = name_width(style, measure) + measure.width("+0.000", note_px(style), Face::Bold);
  return width >= line ? NumberForm::Lines : NumberForm::Stack;
}
float height_in(float width, const CardStyle& style, const TextMeasure& measure) {
  switch (form_in(width, style, measure)) {
    case NumberForm::Row:
      return number_height(style);
    case NumberForm::Lines:
      return 3 * line_height(style);
    case NumberForm::Stack:
      break;
  }
  return 3 * kLeastNumber;
}

void add_numbers(DisplayList& list, const Snapshot& snapshot, Rect area, std::size_t run, const CardStyle& style,
                 const TextMeasure& measure) {
  const Palette& p = *style.palette;
  std::vector<Number> numbers = numbers_of(snapshot);
  if (numbers.empty() || area.width() <= 0) return;
  const NumberForm form = form_in(area.width(), style, measure);
  const bool row = form == NumberForm::Row, lines = form == NumberForm::Lines;
  const float air = 6 * style.u;
  const float least = row ? 0 : lines ? note_px(style) * 1.25f : kLeastNumber;
  const auto fitting = std::size_t(std::max(0.0f, (area.height() + 1) / std::max(least, 1.0f)));
  if (!row && fitting < numbers.size()) numbers.resize(fitting);
  if (numbers.empty()) return;
  const auto count = float(numbers.size());
  const float wide = row ? area.width() / count : area.width();
  const float most = lines ? line_height(style) * 1.3f : number_height(style);
  const float each = row ? number_height(style) : std::min(most, area.height() / count);
  // Where names stand above their numbers, they are the smaller of the two.
  const float small = row || lines ? note_px(style) : std::clamp(each / 2.75f, 13.0f, note_px(style));
  const float room = lines ? wide - name_width(style, measure) : wide - air;
  // One size for all three, so that the digits can be held against each other.
  const float wanted = lines ? std::min(each * 0.85f, value_px(style)) : (each - small * 1.3f) / 1.25f;
  float big = std::clamp(wanted, 13.0f, value_px(style));
  for (const Number& number : numbers) big = fit_size(number.value, room, big, 13, Face::Bold, measure);
  float x = area.min.x, y = area.min.y;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::string name = fit_text(numbers[i].name, wide - air, small, Face::Regular, measure);
    const std::string value = fit_text(numbers[i].value, room, big, Face::Bold, measure);
    const float middle = lines ? y + each / 2 : y + small * 0.65f;
    list.add(draw::Text{{x, middle}, name, small, p.secondary, Face::Regular, HAlign::Left, VAlign::Middle});
    // The thick curve's number carries the curve's marker.
    if (i == 1)
      add_run_marker(list, run, {x + measure.width(name, small, Face::Regular) + small * 0.6f, middle}, small * 0.34f,
                     style);
    const Vec2 at = lines ? Vec2{area.max.x, middle} : Vec2{x, y + small * 1.3f + big * 0.6f};
    list.add(draw::Text{at, value, big, p.text, Face::Bold, lines ? HAlign::Right : HAlign::Left, VAlign::Middle});
    (row ? x : y) += row ? wide : each;
  }
}

void add_frame(DisplayList& list, Rect frame, std::size_t run, bool at_hand, const CardStyle& style) {
  const Palette& p = *style.palette;
  const float rounding = 8 * style.u, band = std::max(3.0f, 5 * style.u), hair = std::max(1.0f, style.u);
  list.add(
      draw::Box{frame, p.card, at_hand ? p.text : p.border.with_alpha(0.45f), at_hand ? 2 * hair : hair, rounding, 0});
  const float y = frame.min.y + band / 2;
  add_run_line(list, run, {frame.min.x + rounding, y}, {frame.max.x - rounding, y}, band, style);
}

}  // namespace

namespace {

// What was set or painted on the way up to the step shown: its settings alone would give another run. None where
// nothing was.
std::optional<PaneNote> by_hand_note(const Snapshot& s) {
  if (!s.timeline) return std::nullopt;
  for (const TimelineView::Pin& pin : s.timeline->pins) {
    if (pin.tick > s.tick || (pin.tick == 0 && !pin.mask)) continue;
    const std::string text = "changed by hand after step " + count_text(std::uint64_t(pin.tick));
    return PaneNote{{text + ": " + pin.text, text}, true};
  }
  return std::nullopt;
}

// Evaluations are further apart than steps: of which one the numbers are where it is not of the step shown.
std::vector<std::string> measured_words(const Snapshot& s) {
  if (s.history.empty() || s.history.back().tick >= s.tick) return {};
  const std::string step = "of step " + count_text(std::uint64_t(s.history.back().tick));
  return {"train, val and gap are " + step, "numbers " + step};
}

// The names of the two runs say what differs.
bool told_by_names(const RunView& run, const RunView& reference) {
  return std::all_of(run.differences.begin(), run.differences.end(), [&](const std::string& one) {
    const std::string arrow = " \u2192 ";
    const std::size_t at = one.find(arrow);
    if (at == std::string::npos) return run.name.find(one) != std::string::npos;
    return reference.name.find(one.substr(0, at)) != std::string::npos &&
           run.name.find(one.substr(at + arrow.size())) != std::string::npos;
  });
}
bool is_told(RunViews runs, std::size_t run) { return run == 0 || told_by_names(runs[run], runs[0]); }

// What differs; where the heads of the panes say that as well, in one line with the step that the numbers are of.
void add_difference_note(std::vector<PaneNote>& notes, RunViews runs, std::size_t run) {
  const std::string a = run_letter(0);
  const RunView& view = runs[run];
  if (!is_told(runs, run)) {
    notes.push_back({{joined(view.differences)}});
    return;
  }
  const std::vector<std::string> measured = measured_words(*view.snapshot);
  std::vector<std::string> said;
  if (run == 0 && runs.size() > 1) said = {"the others are held against this run", "the others against this run"};
  if (run > 0 && view.differences.empty()) said = {"no difference to " + a};
  if (run > 0 && !view.differences.empty()) said = {joined(view.differences)};
  if (said.empty() || measured.empty()) {
    said.insert(said.end(), measured.begin(), measured.end());
    if (run > 0 && !view.differences.empty() && measured.empty())
      said.push_back("");  // rather than half of what the names say
  } else {
    const std::string longest = joined({said[0], measured[0]}), shorter = joined({said[0], measured[1]});
    const bool equal = run > 0 && view.differences.empty();  // which no name says
    said = {longest, shorter, joined({said.back(), measured[1]}), equal ? said.back() : measured[0]};
    if (!equal) said.push_back(measured[1]);
  }
  if (!said.empty()) notes.push_back({std::move(said), false, true});
}

}  // namespace

std::vector<PaneNote> pane_notes(RunViews runs, std::size_t run, bool averaging) {
  std::vector<PaneNote> notes;
  if (!known(runs, run)) return notes;
  const RunView& view = runs[run];
  const Snapshot& s = *view.snapshot;
  if (s.status == RunStatus::Diverged || s.status == RunStatus::Failed)
    notes.push_back({{s.message.empty() ? "the run failed" : s.message}, true});
  else if (s.over)
    notes.push_back({{"stopped early at step " + count_text(std::uint64_t(s.tick))}});
  if (view.catching_up)
    notes.push_back({{"catching up: step " + count_text(std::uint64_t(s.tick)), "catching up"}, false, true});
  if (std::optional<PaneNote> note = by_hand_note(s)) notes.push_back(std::move(*note));
  if (run > 0 && known(runs, 0) && !same_shape(s, *runs[0].snapshot))
    notes.push_back({{"other layers than " + run_letter(0) + ": their initial weights cannot all be the same"}, true});
  add_difference_note(notes, runs, run);
  const std::optional<std::size_t> other = averaging ? std::nullopt : mask_partner(runs, run);
  const std::optional<MaskMeeting> meeting = other ? meet(s, *runs[*other].snapshot) : std::nullopt;
  const auto add_line = [&](std::vector<std::string> words) {
    if (!words.empty()) notes.push_back({std::move(words), false, true});
  };
  if (meeting) add_line(meeting_words(*meeting, run_letter(*other)));
  // The first to go where lines are few: the table says it, too.
  if (!is_told(runs, run)) add_line(measured_words(s));
  return notes;
}

std::string by_hand_words(RunViews runs) {
  std::string letters;
  int count = 0;
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (known(runs, i) && by_hand_note(*runs[i].snapshot))
      letters += (letters.empty() ? "" : ", ") + run_letter(i), ++count;
  if (count == 0) return "";
  return letters + (count == 1 ? " was" : " were") +
         " changed by hand on the way: seeds are trained from step 0 with the settings of now";
}

PaneLayout layout_pane(RunViews runs, Rect rect, float head_right, const CardStyle& style, const TextMeasure& measure) {
  PaneLayout layout;
  layout.frame = rect;
  const float pad = 14 * style.u, gap = 8 * style.u, note = note_px(style), head = head_px(style) * 1.5f;
  const float left = rect.min.x + pad, right = rect.max.x - pad, top = rect.min.y + 5 * style.u + pad * 0.5f;
  layout.head = {{left, top}, {right - head_right, std::min(rect.max.y, top + head)}};
  std::size_t lines = 1;
  bool meets = false;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    lines = std::max(lines, lines_needed(runs, i, right - left, note, measure));
    meets = meets || may_meet(runs, i);
  }
  const std::size_t most = rect.height() < 20 * note ? 2 : kMostNoteLines;
  const float notes = float(std::min(lines, most)) * note * 1.3f;
  layout.notes = {{left, layout.head.max.y}, {right, std::min(rect.max.y, layout.head.max.y + notes)}};
  const Rect body{{left, layout.notes.max.y + gap * 0.5f}, {right, rect.max.y - pad * 0.8f}};
  const float marks = meets ? note * 1.5f : 0;
  const bool wide = body.width() > kWide * body.height();
  const float number = numbers_width(style, measure);
  if (wide) {
    const float middle = body.min.x + body.width() * 0.56f;
    const float each = height_in(body.max.x - middle - gap, style, measure);
    layout.network = {body.min, {middle - gap, body.max.y - marks}};
    layout.surface = {{middle + gap, body.min.y}, {body.max.x, body.max.y - each - gap}};
    layout.numbers = {{middle + gap, body.max.y - each}, body.max};
  } else {
    const float all = std::min(3 * number_height(style), body.height() * 0.42f);
    const float below = std::max({all, body.height() * 0.38f, std::min(3 * kLeastNumber, body.height() * 0.5f)});
    const float middle = body.max.y - below;
    layout.network = {body.min, {body.max.x, middle - gap - marks}};
    layout.surface = {{body.min.x, middle}, {body.max.x - number - 2 * gap, body.max.y}};
    layout.numbers = {{body.max.x - number, middle}, body.max};
    if (layout.surface.width() < 4 * note) {  // numbers alone
      layout.surface = {body.max, body.max};
      layout.numbers.min.x = body.min.x;
    }
  }
  layout.marks = {{layout.network.min.x, layout.network.max.y}, {layout.network.max.x, layout.network.max.y + marks}};
  return layout;
}

DisplayList build_pane(RunViews runs, std::size_t run, bool at_hand, const PaneLayout& layout, const CardStyle& style,
                       const TextMeasure& measure, bool averaging) {
  const Palette& p = *style.palette;
  DisplayList list;
  add_frame(list, layout.frame, run, at_hand, style);
  const float head = head_px(style), note = note_px(style), y = layout.head.center().y;
  const float name_left =
      add_run_badge(list, run, {layout.head.min.x, y}, head, style, measure) + std::max(6.0f, 9 * style.u);
  const float room = layout.head.max.x - name_left;
  const float size = fit_size(runs[run].name, room, head, std::max(13.0f, head * 0.75f), Face::Bold, measure);
  list.add(draw::Text{{name_left, y},
                      fit_text(runs[run].name, room, size, Face::Bold, measure),
                      size,
                      p.text,
                      Face::Bold,
                      HAlign::Left,
                      VAlign::Middle});
  if (!known(runs, run)) {
    const Rect middle{{layout.notes.min.x, layout.notes.min.y}, {layout.notes.max.x, layout.frame.max.y}};
    list.add(draw::Text{middle.center(),
                        fit_text("the data is being loaded", middle.width(), note, Face::Regular, measure), note,
                        p.secondary, Face::Regular, HAlign::Center, VAlign::Middle});
    return list;
  }
  float line_y = layout.notes.min.y;
  for (const PaneNote& one : pane_notes(runs, run, averaging)) {
    const float left = (layout.notes.max.y + 1 - line_y - note * 1.2f) / (note * 1.3f);
    if (left < 0) break;
    for (const std::string& line :
         note_lines(one, layout.notes.width(), note, measure, std::min<std::size_t>(2, 1 + std::size_t(left)))) {
      list.add(draw::Text{{layout.notes.min.x, line_y + note * 0.65f},
                          line,
                          note,
                          one.warning ? p.error : p.secondary,
                          note_face(one),
                          HAlign::Left,
                          VAlign::Middle});
      line_y += note * 1.3f;
    }
  }
  add_numbers(list, *runs[run].snapshot, layout.numbers, run, style, measure);
  return list;
}

DisplayList build_pane_surface(const RunView& run, const PaneLayout& layout, const CardStyle& style,
                               const TextMeasure& measure) {
  if (!run.snapshot || layout.surface.width() <= 0) return {};
  return build_surface_view(*run.snapshot, layout.surface, style, measure, SurfaceWords::None);
}

}  // namespace dropscope
