#include "app/scene/sequence_sheet.h"

#include <algorithm>
#include <cmath>

#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

// "A" of "symbol A".
std::string letter_of(const std::string& name) {
  const std::size_t space = name.rfind(' ');
  return space == std::string::npos ? name : name.substr(space + 1);
}

std::string class_letter(const DataView& data, int label) {
  return label >= 0 && std::size_t(label) < data.output_names.size() ? letter_of(data.output_names[std::size_t(label)])
                                                                     : std::to_string(label);
}

struct Sheet {
  DisplayList& list;
  const Snapshot& snapshot;
  const CardStyle& style;
  const TextMeasure& measure;
  const DataView& data;
  const SequenceShape& shape;
  const Palette& p;
  float size = 0;

  std::size_t rows_each() const { return shape.label_each_step ? std::size_t(shape.steps) : 1; }
  float input(std::size_t example, int step, int feature) const {
    const std::size_t at = example * std::size_t(data.inputs) + std::size_t(step * shape.features + feature);
    return at < data.validation_x.size() ? data.validation_x[at] : 0;
  }
  std::int32_t label(std::size_t row) const {
    return row < data.validation_label.size() ? data.validation_label[row] : -1;
  }
  // Outputs for a row; null before the first is known.
  const float* outputs(std::size_t row) const {
    const std::size_t n = std::size_t(data.outputs);
    const bool known = snapshot.surface && snapshot.surface->tile_probability.size() >= (row + 1) * n;
    return known ? snapshot.surface->tile_probability.data() + row * n : nullptr;
  }
  int guess(std::size_t row) const {
    const float* out = outputs(row);
    return out ? int(std::max_element(out, out + data.outputs) - out) : -1;
  }
  void text(Vec2 at, const std::string& words, Color color, Face face, HAlign align) const {
    list.add(draw::Text{at, words, size, color, face, align, VAlign::Middle});
  }
};

// A wrong letter is bold and underlined: told by more than its colour.
void add_guess(const Sheet& sheet, Vec2 at, std::size_t row) {
  const int said = sheet.guess(row);
  if (said < 0 || sheet.label(row) < 0) return;
  const bool wrong = said != sheet.label(row);
  const Color color = wrong ? sheet.p.error : sheet.p.text;
  const std::string letter = class_letter(sheet.data, said);
  sheet.text(at, letter, color, wrong ? Face::Bold : Face::Regular, HAlign::Center);
  const float half = sheet.size * 0.32f, y = at.y + sheet.size * 0.58f;
  if (wrong) sheet.list.add(draw::Line{{at.x - half, y}, {at.x + half, y}, std::max(1.0f, sheet.style.u), color});
}

void add_bars(const Sheet& sheet, std::size_t example, Rect room, int steps) {
  float lo = 0, hi = 1e-6f;
  for (int t = 0; t < steps; ++t)
    lo = std::min(lo, sheet.input(example, t, 0)), hi = std::max(hi, sheet.input(example, t, 0));
  const float cell = room.width() / float(steps);
  for (int t = 0; t < steps; ++t) {
    const float x = room.min.x + cell * float(t), share = (sheet.input(example, t, 0) - lo) / (hi - lo);
    const bool marked = sheet.shape.features > 1 && sheet.input(example, t, 1) > 0;
    sheet.list.add(draw::Box{
        {{x + cell * 0.12f, room.max.y - std::max(1.0f, share * room.height())}, {x + cell * 0.88f, room.max.y}},
        marked ? sheet.p.accent : sheet.p.border.with_alpha(0.45f),
        marked ? sheet.p.text : sheet.p.border,
        marked ? std::max(1.0f, sheet.style.u) : 0,
        0,
        0});
  }
}

std::string verdict(const Sheet& sheet, std::size_t example) {
  const float* out = sheet.outputs(example);
  if (!out) return {};
  if (sheet.data.task == Task::Regression) {
    const bool known = example < sheet.data.validation_target.size();
    return fixed_text(double(*out), 2) +
           (known ? " for " + fixed_text(double(sheet.data.validation_target[example]), 2) : "");
  }
  const int said = sheet.guess(example);
  const std::string percent = std::to_string(int(std::lround(double(out[said]) * 100))) + "%";
  return class_letter(sheet.data, said) + " " + percent + (said == sheet.label(example) ? " \u2713" : " wrong");
}

std::string sentence(const DataView& data) {
  const SequenceShape& shape = *data.sequence;
  return "sequences of " + std::to_string(shape.steps) + (shape.tokens ? " letters; " : " steps; ") +
         (shape.label_each_step ? "every step has a label" : "one answer for each");
}

}  // namespace

std::string token_text(const DataView& data, int token) {
  const int vocabulary = data.sequence ? data.sequence->vocabulary : 0;
  if (vocabulary == data.outputs && data.sequence->label_each_step) return class_letter(data, token);
  // A blank before the classes and a mark after them.
  if (vocabulary == data.outputs + 2) {
    if (token == 0) return "\u00b7";
    return token <= data.outputs ? class_letter(data, token - 1) : ">";
  }
  return std::to_string(token);
}

DisplayList build_sequence_sheet(const Snapshot& snapshot, Rect area, const CardStyle& style,
                                 const TextMeasure& measure) {
  const DataView& data = *snapshot.data;
  const SequenceShape& shape = *data.sequence;
  const Palette& p = *style.palette;
  DisplayList list;
  Sheet sheet{list, snapshot, style, measure, data, shape, p, type_px(p, style.u, 14)};
  const float size = sheet.size, line = size * 1.3f, pair = shape.label_each_step ? 2 * line + size * 0.5f : 2 * line;
  Rect rest{{area.min.x, area.min.y + type_px(p, style.u, 16) * 1.6f}, area.max};
  const std::size_t stored = data.inputs > 0 ? data.validation_x.size() / std::size_t(data.inputs) : 0;
  const auto fitting = std::size_t(std::max(0.0f, (rest.height() - line) / pair));
  const std::size_t shown = std::min(stored, fitting);
  const float left = rest.min.x + (shape.label_each_step ? measure.width("reads ", size, Face::Regular) : 0);
  const float right = rest.max.x - (shape.label_each_step ? 0 : measure.width("00.00 for 00.00", size, Face::Regular));
  const float least = shape.tokens ? size * 0.85f : 2;
  const int steps = std::clamp(int((right - left) / least), 1, std::max(1, shape.steps));
  const float cell = std::min((right - left) / float(steps), size * 2);
  std::size_t scored = 0, correct = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    const float y = rest.min.y + pair * float(i) + line / 2;
    if (shape.tokens)
      for (int t = 0; t < steps; ++t)
        sheet.text({left + cell * (float(t) + 0.5f), y}, token_text(data, int(std::lround(sheet.input(i, t, 0)))),
                   p.secondary, Face::Regular, HAlign::Center);
    else
      add_bars(sheet, i, {{left, y - line / 2}, {left + cell * float(steps), y + line}}, steps);
    if (shape.label_each_step) {
      sheet.text({rest.min.x, y}, "reads", p.secondary, Face::Regular, HAlign::Left);
      sheet.text({rest.min.x, y + line}, "says", p.secondary, Face::Regular, HAlign::Left);
    } else {
      sheet.text({rest.max.x, y}, verdict(sheet, i), p.text, Face::Regular, HAlign::Right);
    }
    for (std::size_t k = 0; k < sheet.rows_each(); ++k) {
      const std::size_t row = i * sheet.rows_each() + k;
      if (shape.label_each_step && int(k) < steps) add_guess(sheet, {left + cell * (float(k) + 0.5f), y + line}, row);
      if (sheet.label(row) < 0 || sheet.guess(row) < 0) continue;
      ++scored;
      correct += sheet.guess(row) == sheet.label(row) ? 1 : 0;
    }
  }
  sheet.size = type_px(p, style.u, 13);
  if (shown > 0 || rest.height() > line)
    sheet.text({rest.min.x, rest.max.y - line / 2},
               fit_text(sentence(data), rest.width(), sheet.size, Face::Regular, measure), p.secondary, Face::Regular,
               HAlign::Left);
  const std::string value =
      scored > 0 ? std::to_string(correct) + " of " + std::to_string(scored) + " right" : std::string();
  add_card_head(list, area, "Validation sequences", value, style, measure);
  return list;
}

}  // namespace dropscope
