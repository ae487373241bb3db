#include "app/scene/step_cards.h"

#include <algorithm>
#include <cmath>

#include "app/scene/outcome.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

constexpr float kLine = 17, kResult = 24, kLeading = 1.5f, kHead = 16 * 1.5f;  // type and heads in design units
constexpr std::size_t kMostRows = kMostClassColors;                            // classes with a row of their own

float px(const CardStyle& style, float design) { return type_px(*style.palette, style.u, design); }
// The frame's padding above and below (add_card), and the head line.
float frame_height(const CardStyle& style) { return 2 * 14 * 0.8f * style.u + px(style, kHead); }

// Lines from the top; gives where the next one would be.
float add_lines(DisplayList& list, const std::vector<CardLine>& lines, Rect room, const CardStyle& style,
                const TextMeasure& measure) {
  const Palette& p = *style.palette;
  float y = room.min.y, all = 0;
  const auto step_of = [&](const CardLine& line) {
    return line.look == CardLine::Look::Result ? px(style, kResult) * 1.35f : px(style, kLine) * kLeading;
  };
  for (const CardLine& line : lines) all += step_of(line);
  // Closer together where the card is lower than they would like.
  const float squeeze = std::clamp(room.height() / std::max(all, 1.0f), 0.72f, 1.0f);
  for (const CardLine& line : lines) {
    const bool result = line.look == CardLine::Look::Result;
    const float wanted = px(style, result ? kResult : kLine), step = step_of(line) * squeeze;
    const Face face = Face::Mono;
    // Larger lines begin where those above do.
    const std::size_t blanks = std::min(line.text.find_first_not_of(' '), line.text.size());
    const float indent = measure.width(line.text.substr(0, blanks), px(style, kLine), face);
    const std::string words = line.text.substr(blanks);
    const float size = fit_size(words, room.width() - indent, wanted, wanted * 0.72f, face, measure);
    const std::string text = fit_text(words, room.width() - indent, size, face, measure);
    const Color ink = line.look == CardLine::Look::Quiet ? p.secondary : p.text;
    if (y + size > room.max.y + 1) break;
    list.add(draw::Text{{room.min.x + indent, y + step / 2}, text, size, ink, face, HAlign::Left, VAlign::Middle});
    if (line.look == CardLine::Look::Struck) {
      const float width = measure.width(text, size, face);
      list.add(draw::Line{{room.min.x + indent, y + step / 2},
                          {room.min.x + indent + width, y + step / 2},
                          std::max(1.5f, 2 * style.u * p.line_scale),
                          p.text});
    }
    y += step;
  }
  return y;
}

std::string class_name(const Snapshot& snapshot, std::size_t k) {
  if (snapshot.data && k < snapshot.data->output_names.size()) return snapshot.data->output_names[k];
  return "output " + std::to_string(k + 1);
}

std::size_t class_count(const Snapshot& snapshot) {
  if (snapshot.data) return std::size_t(std::max(snapshot.data->outputs, 1));
  return snapshot.layers.empty() ? 1 : std::size_t(snapshot.layers.back().units);
}

void add_rows(DisplayList& list, const Snapshot& snapshot, const Outcome& outputs, Rect room, const CardStyle& style,
              const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const float size = px(style, 15), row = room.height() / float(std::max<std::size_t>(class_count(snapshot), 1));
  const float names = room.width() * 0.32f, numbers = measure.width("0.000", size, Face::Mono) + 8 * style.u;
  const int label = snapshot.trace ? snapshot.trace->label : -1;
  for (std::size_t k = 0; k < class_count(snapshot); ++k) {
    const float y = room.min.y + row * (float(k) + 0.5f), high = std::min(row * 0.62f, 20 * style.u);
    const bool right = int(k) == label;
    const std::string name = class_name(snapshot, k) + (right ? " (target)" : "");
    list.add(draw::Text{{room.min.x, y},
                        fit_text(name, names - 8 * style.u, size, right ? Face::Bold : Face::Regular, measure),
                        size,
                        p.text,
                        right ? Face::Bold : Face::Regular,
                        HAlign::Left,
                        VAlign::Middle});
    const Rect track{{room.min.x + names, y - high / 2}, {room.max.x - numbers, y + high / 2}};
    list.add(draw::Box{track, p.background, p.border.with_alpha(0.5f), 1, 3 * style.u, 0});
    if (k >= outputs.values.size()) continue;
    const float value = outputs.values[k];
    const float share = outputs.probabilities && std::isfinite(value) ? std::clamp(value, 0.0f, 1.0f) : 0;
    if (share * track.width() >= 1)
      list.add(draw::Box{{track.min, {track.min.x + share * track.width(), track.max.y}},
                         class_color(snapshot, int(k), p),
                         p.border,
                         0,
                         3 * style.u,
                         0});
    list.add(draw::Text{{room.max.x, y},
                        outputs.probabilities ? fixed_text(double(value), 3) : value_text(double(value)),
                        size,
                        p.text,
                        Face::Mono,
                        HAlign::Right,
                        VAlign::Middle});
  }
}

// Many classes: columns with their names below and the likeliest one's number above.
void add_columns(DisplayList& list, const Snapshot& snapshot, const Outcome& outputs, Rect room, const CardStyle& style,
                 const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const std::size_t n = class_count(snapshot);
  const float size = px(style, 13), pitch = room.width() / float(n);
  const float top = room.min.y + size * 1.4f, bottom = room.max.y - size * 1.5f;
  const int label = snapshot.trace ? snapshot.trace->label : -1;
  const auto best = outputs.values.empty()
                        ? -1
                        : int(std::max_element(outputs.values.begin(), outputs.values.end()) - outputs.values.begin());
  list.add(draw::Line{{room.min.x, bottom}, {room.max.x, bottom}, 1, p.border});
  for (std::size_t k = 0; k < n; ++k) {
    const float x = room.min.x + pitch * (float(k) + 0.5f), half = std::min(pitch * 0.36f, 16 * style.u);
    const bool right = int(k) == label;
    const std::string name = class_name(snapshot, k);
    if (measure.width(name, size, Face::Bold) <= pitch)
      list.add(draw::Text{{x, bottom + size * 0.8f},
                          name,
                          size,
                          right ? p.text : p.secondary,
                          right ? Face::Bold : Face::Regular,
                          HAlign::Center,
                          VAlign::Middle});
    if (right)
      list.add(draw::Box{{{x - half, top}, {x + half, bottom}},
                         p.card.with_alpha(0),
                         p.border,
                         std::max(1.0f, style.u),
                         2 * style.u,
                         4 * style.u});
    if (k >= outputs.values.size() || !outputs.probabilities) continue;
    const float share = std::isfinite(outputs.values[k]) ? std::clamp(outputs.values[k], 0.0f, 1.0f) : 0;
    const float y = bottom - share * (bottom - top);
    if (bottom - y >= 1) list.add(draw::Box{{{x - half, y}, {x + half, bottom}}, p.accent, p.border, 0, 0, 0});
    if (int(k) == best)
      list.add(draw::Text{{std::clamp(x, room.min.x + 2 * size, room.max.x - 2 * size), y - size * 0.65f},
                          fixed_text(double(outputs.values[k]), 2),
                          size,
                          p.text,
                          Face::Bold,
                          HAlign::Center,
                          VAlign::Middle});
  }
}

}  // namespace

float unit_card_height(const CardStyle& style) {
  return frame_height(style) + px(style, kLine) * kLeading * float(kUnitCardLines - 1) + px(style, kResult) * 1.35f;
}
float eval_card_height(const CardStyle& style) {
  return frame_height(style) + px(style, kLine) * kLeading * 3 + 19 * style.u;
}
float output_card_height(const Snapshot& snapshot, const CardStyle& style) {
  const std::size_t n = class_count(snapshot);
  const float body = n <= kMostRows ? px(style, 15) * 1.75f * float(n) : px(style, 13) * 3 + 60 * style.u;
  return frame_height(style) + body + px(style, 15) * 1.7f;
}

DisplayList build_unit_card(const CardText& card, Rect area, const CardStyle& style, const TextMeasure& measure) {
  DisplayList list;
  const Rect room = add_card_head(list, area, card.title, card.note, style, measure);
  add_lines(list, card.lines, room, style, measure);
  return list;
}

DisplayList build_eval_card(const Snapshot& snapshot, const CardText& card, Rect area, const CardStyle& style,
                            const TextMeasure& measure) {
  DisplayList list;
  const Palette& p = *style.palette;
  const Rect room = add_card_head(list, area, card.title, card.note, style, measure);
  const float y = add_lines(list, card.lines, room, style, measure);
  if (card.note.empty() || !snapshot.trace) return list;
  const TraceView::Study& study = snapshot.trace->study;
  const Rect plane{{room.min.x, y + 4 * style.u}, {room.max.x, room.max.y}};
  if (plane.height() < 12 * style.u || study.passes() < 2) return list;
  double lo = study.eval, hi = study.eval;
  for (float mean : study.running_mean) {
    lo = std::min(lo, double(mean));
    hi = std::max(hi, double(mean));
  }
  if (!(hi > lo) || !std::isfinite(hi - lo)) return list;
  const auto height = [&](double value) {
    return plane.max.y - float((value - lo) / (hi - lo)) * (plane.height() - 4 * style.u) - 2 * style.u;
  };
  list.add(draw::Polyline{{{plane.min.x, height(study.eval)}, {plane.max.x, height(study.eval)}},
                          std::max(1.0f, style.u),
                          p.secondary,
                          5 * style.u,
                          false});
  std::vector<Vec2> points;
  for (std::size_t i = 0; i < study.running_mean.size(); ++i)
    points.push_back(
        {plane.min.x + plane.width() * float(i) / float(study.passes() - 1), height(double(study.running_mean[i]))});
  list.add(draw::Polyline{std::move(points), std::max(1.5f, 2 * style.u), p.accent, 0, false});
  return list;
}

DisplayList build_output_card(const Snapshot& snapshot, Rect area, const CardStyle& style, const TextMeasure& measure) {
  DisplayList list;
  const Palette& p = *style.palette;
  const TraceView* trace = snapshot.trace.get();
  const Outcome outputs = outcome_of(snapshot);
  std::string note;
  if (trace && trace->output_step >= 0) note = "step " + std::to_string(trace->output_step + 1);
  Rect room = add_card_head(list, area, "Output for this example", note, style, measure);
  const float size = px(style, 15), line = size * 1.7f;
  std::string words = outputs.values.empty() ? "after the forward pass" : "";
  // The losses are of the update, made with masks.
  const bool eval = snapshot.eval_view;
  if (eval && !outputs.values.empty()) words = "without masks";
  if (trace && !eval && std::isfinite(trace->example_loss))
    words = (trace->output_step >= 0 ? "loss of all steps " : "loss ") + fixed_text(trace->example_loss, 3);
  if (trace && !eval && std::isfinite(trace->batch_loss)) words += " \u00b7 batch " + fixed_text(trace->batch_loss, 3);
  room.max.y -= line;
  const bool many = class_count(snapshot) > kMostRows;
  if (room.height() > size) {
    if (many)
      add_columns(list, snapshot, outputs, room, style, measure);
    else
      add_rows(list, snapshot, outputs, room, style, measure);
  }
  if (trace && !trace->target.empty() && !outputs.probabilities)
    words = "target " + value_text(double(trace->target.front())) + (words.empty() ? "" : " \u00b7 " + words);
  list.add(draw::Text{{area.min.x, area.max.y - line * 0.4f},
                      fit_text(words, area.width(), size, Face::Regular, measure),
                      size,
                      p.secondary,
                      Face::Regular,
                      HAlign::Left,
                      VAlign::Middle});
  return list;
}

}  // namespace dropscope
