// The words and numbers that Step mode adds to the network picture: what the beat is, the numbers of the column at
// work, zeros where no gradient passes, the target, and an arrow that says which way the beat goes.
#include <algorithm>
#include <cmath>

#include "app/scene/glyphs/forms.h"
#include "app/scene/noise_words.h"
#include "app/scene/pen.h"
#include "app/scene/scene_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr const char* kSubBeats[] = {"weighted sum", "activation", "times mask", "times scale"};

// Numbers of the column at work are named where the units show them one by one.
bool names_numbers(const StepBeat& beat, std::size_t layer) {
  return beat.on && int(layer) == beat.column && (beat.phase == Phase::Backward || beat.sub >= 0);
}

bool is_crossed(const Snapshot& snapshot, const StepBeat& beat, std::size_t layer, int unit) {
  return is_silent(site_of(snapshot, layer), unit, snapshot.layers[layer].units) && !before_mask(beat, layer);
}

// A number beside a unit on a plate from the unit's rim on: the stub of a line would be read as a minus sign.
void put_plate(Pen& pen, float rim, Vec2 at, const std::string& text, float size, Color color, Face face) {
  const float width = pen.measure.width(text, size, face), air = 2 * pen.u;
  pen.list.add(draw::Box{{{rim, at.y - size * 0.62f}, {at.x + width + air, at.y + size * 0.62f}},
                         pen.p.background,
                         pen.p.border,
                         0,
                         0,
                         0});
  pen.list.add(draw::Text{at, text, size, color, face, HAlign::Left, VAlign::Middle});
}

std::string share_text(double value) { return fixed_text(value, 2); }

// The probability or value that an output ended with; empty before the loss.
std::string outcome(const Snapshot& snapshot, const StepBeat& beat, int unit, int units) {
  if (!beat.on || !snapshot.trace || (beat.phase != Phase::Loss && beat.phase != Phase::Update)) return {};
  const std::vector<float>& outputs = snapshot.trace->outputs;
  return outputs.size() == std::size_t(units) ? share_text(double(outputs[std::size_t(unit)])) : std::string();
}

bool knows_target(const Snapshot& snapshot, const StepBeat& beat) {
  return beat.on && snapshot.trace && beat.phase >= Phase::Loss;
}

// "target" at the right class, "target 0.31" at a value; empty elsewhere.
std::string target_word(const Snapshot& snapshot, const StepBeat& beat, int unit, int units) {
  if (!knows_target(snapshot, beat)) return {};
  const TraceView& trace = *snapshot.trace;
  if (trace.label == unit && trace.output_step < 0) return "target";
  return trace.target.size() == std::size_t(units) ? "target " + share_text(double(trace.target[std::size_t(unit)]))
                                                   : std::string();
}

// "class A", or "A" where only that fits.
std::string short_name(const std::string& name, float room, float size, const TextMeasure& measure) {
  const std::size_t space = name.rfind(' ');
  const bool fits = measure.width(name, size, Face::Regular) <= room;
  return fit_text(fits || space == std::string::npos ? name : name.substr(space + 1), room, size, Face::Regular,
                  measure);
}

}  // namespace

float title_type(const Palette& palette, bool stepping) {
  if (!stepping) return 24;
  // 46 with the projector's larger type: what the last row can read.
  return palette.id == ThemeId::Projector ? 32 : 27;
}

std::string step_title(const Snapshot& snapshot, const SceneStyle& style) {
  if (snapshot.eval_view) return "The whole network";
  const std::string next = "step " + count_text(std::uint64_t(snapshot.tick + 1));
  if (snapshot.preview) return "Before " + next;
  const StepBeat beat = step_beat(snapshot, style);
  const auto at = [&] { return layer_title(snapshot.layers[std::size_t(beat.column)].name); };
  switch (snapshot.phase) {
    case Phase::Batch:
      return "Batch";
    case Phase::Masks:
      return "Mask";
    case Phase::Forward:
      if (beat.column < 0) return "Forward";
      return "Forward: " + at() +
             (beat.sub == 0 && is_norm(snapshot, std::size_t(beat.column)) ? ", normalised"
              : beat.sub >= 0 && beat.sub < 4                              ? std::string(", ") + kSubBeats[beat.sub]
                                                                           : "");
    case Phase::Loss: {
      const double loss = snapshot.trace ? snapshot.trace->example_loss : NAN;
      const bool steps = snapshot.trace && snapshot.trace->output_step >= 0;
      return std::isfinite(loss) ? (steps ? "Loss, mean of steps: " : "Loss: ") + fixed_text(loss, 3) : "Loss";
    }
    case Phase::Backward:
      return beat.column < 0 ? "Backward" : "Backward: " + at();
    case Phase::Update:
      return "Update";
  }
  return {};
}

std::string step_sentence(const Snapshot& snapshot) {
  if (snapshot.eval_view) return subnetwork_sentence(snapshot);
  bool any = false, shared = true;
  for (const SiteView& site : snapshot.sites)
    if (site.rate > 0) any = true, shared = shared && site.shared;
  std::string text = snapshot.rows > 0 ? "example " + std::to_string(snapshot.row + 1) + " of " +
                                             std::to_string(snapshot.rows) + " in the batch"
                                       : "";
  if (!any) return text.empty() ? "no dropout" : text + " \u00b7 no dropout";
  const std::string whose = shared ? "one mask for the whole batch" : "a mask of its own";
  return text.empty() ? (shared ? whose : "each example has " + whose) : text + " \u00b7 " + whose;
}

void add_unit_numbers(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style) {
  const StepBeat beat = step_beat(snapshot, style);
  if (beat.column < 0 || !names_numbers(beat, std::size_t(beat.column))) return;
  const std::size_t l = std::size_t(beat.column);
  const ColumnLayout& column = layout.columns[l];
  const LayerView& layer = snapshot.layers[l];
  const std::vector<float> values = shown_values(snapshot, l, shown_at(snapshot, beat, l));
  if (column.style != ColumnLayout::Style::Units || column.form || values.size() != column.centers.size()) return;
  const bool back = beat.phase == Phase::Backward;
  const MarkStyle marks{style.palette, layout.u};
  const float pitch = column.body.height() / float(column.grid_rows);
  // Output units have their numbers beside their names.
  const bool last = l + 1 == layout.columns.size();
  const float beside = std::min(type_px(pen.p, pen.u, 14), pitch * 0.86f), inside = column.radius * 0.62f;
  const float gap = last ? column.header.max.x - column.body.center().x - column.radius
                         : layout.columns[l + 1].body.min.x - column.body.center().x - column.radius;
  const float room = last ? gap - 6 * pen.u : gap * 0.55f;
  for (int i = 0; i < layer.units; ++i) {
    const Vec2 c = column.centers[std::size_t(i)];
    const float value = values[std::size_t(i)];
    const bool crossed = is_crossed(snapshot, beat, l, i);
    if (column.grid_cols > 1) {
      const std::string text = fixed_text(double(value), 2);
      const Color fill = value == 0 ? pen.p.background : value_color(pen.p, value, limit_of(values));
      if (!crossed && inside >= 9 && pen.measure.width(text, inside, Face::Bold) <= column.radius * 1.75f)
        pen.list.add(draw::Text{c, text, inside, ink_on(fill), Face::Bold, HAlign::Center, VAlign::Middle});
      else if (crossed && back)
        paint_struck_zero(pen.list, c + Vec2{column.radius * 0.45f, -column.radius * 0.5f}, column.radius * 0.9f,
                          marks);
      continue;
    }
    if (beside < 8 || last) continue;
    // A dropped unit has its stub where the number would be, except on the way back.
    const Vec2 at{c.x + column.radius + (crossed && !back ? 21 : 10) * pen.u, c.y};
    if (crossed && back) {
      paint_struck_zero(pen.list, at, beside * 1.15f, marks);
      continue;
    }
    const UnitRef ref{int(l), i};
    const bool ringed = style.selected == ref || style.hovered == ref;
    const std::string text = value_text(double(value));
    if (pen.measure.width(text, beside, Face::Mono) > room) continue;
    put_plate(pen, crossed || ringed ? at.x - 2.5f * pen.u : c.x + column.radius + pen.u, at, text, beside,
              crossed ? pen.p.secondary : pen.p.text, Face::Mono);
  }
}

void add_output_names(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style) {
  const ColumnLayout& column = layout.columns.back();
  const LayerView& layer = snapshot.layers.back();
  const std::size_t l = layout.columns.size() - 1;
  if (!snapshot.data || column.style != ColumnLayout::Style::Units || column.grid_cols != 1) return;
  const std::vector<std::string>& names = snapshot.data->output_names;
  if (names.size() != std::size_t(layer.units)) return;
  const StepBeat beat = step_beat(snapshot, style);
  const std::vector<float> values =
      names_numbers(beat, l) ? shown_values(snapshot, l, shown_at(snapshot, beat, l)) : std::vector<float>{};
  const float pitch = column.body.height() / float(column.grid_rows);
  const float size = std::min(type_px(pen.p, pen.u, 14), pitch * 0.8f);
  // Step mode leaves room for the ring around the target.
  const float x = column.body.center().x + column.radius + (style.stepping ? 15 : 8) * pen.u,
              room = column.header.max.x - x;
  if (size < 8) return;
  const auto put = [&](const std::string& text, float y, Color color, Face face) {
    if (!text.empty()) pen.list.add(draw::Text{{x, y}, text, size, color, face, HAlign::Left, VAlign::Middle});
  };
  // A number cut off would be another number: smaller type, or nothing.
  const auto put_whole = [&](const std::string& text, float y, float type, Color color, Face face) {
    const float small = fit_size(text, room, type, 0, face, pen.measure);
    if (small >= 8) pen.list.add(draw::Text{{x, y}, text, small, color, face, HAlign::Left, VAlign::Middle});
  };
  constexpr float kLeastType = 11;  // pixels
  struct Said {
    std::string text;
    Color color;
    Face face;
  };
  // Some names alone, as those that are narrow, would say less than none.
  const bool all_named = std::none_of(names.begin(), names.end(), [&](const std::string& name) {
    return !name.empty() && short_name(name, room, size, pen.measure).empty();
  });
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Vec2 c = column.centers[i];
    const std::string number =
        values.size() == names.size() ? value_text(double(values[i])) : outcome(snapshot, beat, int(i), layer.units);
    const std::string target = target_word(snapshot, beat, int(i), layer.units);
    if (!target.empty()) {
      const float ring = std::max(2.0f, 3 * pen.u * pen.p.line_scale), reach = column.radius + ring * 1.8f;
      pen.list.add(draw::Disc{c, reach, pen.p.text.with_alpha(0), pen.p.text, ring, 0});
    }
    if (!all_named && number.empty() && target.empty()) continue;
    std::vector<Said> said{{short_name(names[i], room, size, pen.measure), pen.p.secondary, Face::Regular}};
    if (!number.empty()) said.push_back({number, pen.p.text, Face::Mono});
    if (!target.empty()) said.push_back({target, pen.p.text, Face::Bold});
    // "target 0.31" on two lines where one is too narrow.
    if (const std::size_t space = target.find(' ');
        space != std::string::npos && pen.measure.width(target, std::min(size, kLeastType), Face::Bold) > room) {
      said.back().text = target.substr(0, space);
      said.push_back({target.substr(space + 1), pen.p.text, Face::Bold});
    }
    const std::size_t most = knows_target(snapshot, beat) ? std::max<std::size_t>(said.size(), 3) : said.size();
    float type = std::min(size, pitch / (1.2f * float(most)));
    if (type < std::min(size, kLeastType) && said.size() > 2) {
      // No room for a line each: the name gives way to its number, and that to the word.
      said[1].text = said[0].text + " " + said[1].text;
      said[1].face = Face::Regular;
      said.erase(said.begin());
      type = std::min(size, pitch / (1.2f * float(said.size())));
    }
    if (type < std::min(size, kLeastType)) {
      // A single line: the number where there is one, and the right class bold.
      const Face face = target.empty() ? Face::Regular : Face::Bold;
      const Color color = target.empty() ? pen.p.secondary : pen.p.text;
      if (number.empty())
        put(short_name(names[i], room, size, pen.measure), c.y, color, face);
      else
        put_whole(number, c.y, size, color, face);
      continue;
    }
    const float line = type * 1.2f;
    float y = c.y - float(said.size() - 1) * line / 2;
    for (const Said& words : said) {
      put_whole(words.text, y, type, words.color, words.face);
      y += line;
    }
  }
}

void add_step_arrow(Pen& pen, const Snapshot& snapshot, const NetworkLayout& layout, const SceneStyle& style) {
  const StepBeat beat = step_beat(snapshot, style);
  if (beat.column < 1 || std::size_t(beat.column) >= layout.columns.size()) return;
  const std::size_t l = std::size_t(beat.column);
  const float body = type_px(pen.p, pen.u, 18);
  const auto half = [&](std::size_t i) {
    const float width = pen.measure.width(layer_title(snapshot.layers[i].name), body, Face::Bold);
    return std::min(width, layout.columns[i].header.width()) / 2 + 14 * pen.u;
  };
  const Rect &from = layout.columns[l - 1].header, &to = layout.columns[l].header;
  const float left = from.center().x + half(l - 1), right = to.center().x - half(l);
  const float head = 7 * pen.u * pen.p.line_scale, thick = std::max(1.5f, 3 * pen.u * pen.p.line_scale);
  const float length = std::min(right - left, 110 * pen.u);
  if (length < 2.5f * head) return;
  const bool back = beat.phase == Phase::Backward;
  const float middle = (left + right) / 2, y = to.min.y + body * 0.675f, way = back ? -1.0f : 1.0f;
  const Vec2 tail{middle - way * length / 2, y}, tip{middle + way * length / 2, y};
  pen.list.add(draw::Line{tail, tip - Vec2{way * head, 0}, thick, pen.p.accent});
  pen.list.add(
      draw::Polygon{{tip, tip - Vec2{way * 1.7f * head, -head}, tip - Vec2{way * 1.7f * head, head}}, pen.p.accent});
}

}  // namespace dropscope
