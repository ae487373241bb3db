// One input in all detail: what each pass says, and what the disagreement of the passes amounts to. Beside it the same
// in averages, near the examples and away from them.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/scene/answers/uncertainty_parts.h"
#include "app/scene/scene_text.h"

namespace dropscope::answers {
namespace {

constexpr int kMostDots = 300;         // passes drawn in a row
constexpr std::size_t kLeastRows = 5;  // that have room in any case; the others where there is more

// The outputs of a row of the answer that are shown: all, or those of the last step.
struct Shown {
  std::size_t first = 0, count = 0;
};
Shown shown_outputs(const UncertaintyReport& r) {
  const std::size_t all = r.probe.mean.size();
  const std::size_t count = r.classes > 0 ? std::min(all, std::size_t(r.classes)) : all;
  return {all - count, count};
}

std::vector<Fact> facts_of(const UncertaintyReport& r) {
  const ProbeDoubt& d = r.probe;
  std::vector<Fact> facts;
  if (r.classes > 0) {
    const std::string of = shown_outputs(r).first > 0 ? ", all steps" : "";
    facts.push_back({"predictive entropy" + of, number_or_dash(d.predictive_entropy) + " nats"});
    facts.push_back({"entropy of one mask" + of, number_or_dash(d.expected_entropy) + " nats"});
    facts.push_back({"mutual information" + of, number_or_dash(d.mutual_information) + " nats"});
    facts.push_back({"variation ratio", number_or_dash(d.variation_ratio)});
  }
  facts.push_back({"nearest training example", number_or_dash(d.distance) + " \u00d7 usual"});
  facts.push_back({"training examples' range", d.outside ? "outside" : "inside"});
  return facts;
}

// The rows that have room: the likeliest outputs, in their own order.
std::vector<std::size_t> rows_of(const UncertaintyReport& r, Shown shown, std::size_t most) {
  std::vector<std::size_t> rows(shown.count);
  std::iota(rows.begin(), rows.end(), shown.first);
  if (rows.size() <= most) return rows;
  std::stable_sort(rows.begin(), rows.end(),
                   [&](std::size_t a, std::size_t b) { return r.probe.mean[a] > r.probe.mean[b]; });
  rows.resize(most);
  std::sort(rows.begin(), rows.end());
  return rows;
}

struct Axis {
  double lo = 0, hi = 1;
  Rect room;
  float x(double v) const { return room.min.x + room.width() * float(std::clamp((v - lo) / (hi - lo), 0.0, 1.0)); }
};

Axis axis_of(const UncertaintyReport& r, Rect room) {
  Axis axis{0, 1, room};
  if (r.classes > 0) return axis;
  axis.lo = 1e300, axis.hi = -1e300;
  for (float v : r.probe.passes)
    if (std::isfinite(v)) axis.lo = std::min(axis.lo, double(v)), axis.hi = std::max(axis.hi, double(v));
  if (!(axis.lo <= axis.hi)) axis.lo = -1, axis.hi = 1;
  const double pad = std::max(0.08 * (axis.hi - axis.lo), 1e-6);
  axis.lo -= pad, axis.hi += pad;
  return axis;
}

// Passes as dots, a little apart from each other, over the bar of mean and deviation.
void add_row(DisplayList& list, const UncertaintyReport& r, std::size_t output, const Axis& axis, float y, float high,
             const CardStyle& style) {
  const Palette& p = *style.palette;
  const double mean = r.probe.mean[output], by = r.probe.deviation[output];
  const Color color = class_color(p, r.classes > 0 ? output % std::size_t(r.classes) : output);
  list.add(draw::Line{{axis.room.min.x, y}, {axis.room.max.x, y}, std::max(1.0f, style.u), p.border.with_alpha(0.6f)});
  if (!std::isfinite(mean)) return;
  list.add(draw::Box{{{axis.x(mean - by), y - high * 0.36f}, {axis.x(mean + by), y + high * 0.36f}},
                     color.with_alpha(p.id == ThemeId::Dark ? 0.4f : 0.28f),
                     color,
                     std::max(1.0f, style.u),
                     0,
                     0});
  const std::size_t outputs = r.probe.mean.size();
  const int count = std::min({r.passes, kMostDots, int(r.probe.passes.size() / outputs)});
  const float radius = std::max(1.6f, 2.6f * style.u);
  for (int t = 0; t < count; ++t) {
    const float up = (float((t * 7) % 16) / 15 - 0.5f) * high * 0.5f;
    const float v = r.probe.passes[std::size_t(t) * outputs + output];
    if (std::isfinite(v)) list.add(draw::Disc{{axis.x(double(v)), y + up}, radius, p.text, p.card, 0.5f, 0});
  }
  const float half = high * 0.44f, width = std::max(2.0f, 3 * style.u * p.line_scale);
  list.add(draw::Line{{axis.x(mean), y - half}, {axis.x(mean), y + half}, width * 2, p.card});
  list.add(draw::Line{{axis.x(mean), y - half}, {axis.x(mean), y + half}, width, p.text});
}

std::string mean_text(double mean, double by, bool probability) {
  return probability ? fixed_text(mean, 3) + " \u00b1 " + fixed_text(by, 3)
                     : number_or_dash(mean) + " \u00b1 " + number_or_dash(by);
}

float row_px(const CardStyle& style) { return body_px(style) * 1.7f; }

// What the rows show, in as many words as the title leaves room for.
std::string note_beside(const std::string& title, float room, const CardStyle& style, const TextMeasure& measure) {
  const float left = room - measure.width(title, type_px(*style.palette, style.u, 16), Face::Bold) - 12 * style.u;
  std::string note = "a dot for each mask \u00b7 bar: mean \u00b1 sd";
  if (measure.width(note, type_px(*style.palette, style.u, 13), Face::Regular) > left) note = "bar: mean \u00b1 sd";
  return note;
}

}  // namespace

float probe_height(const AnswerInput& in, const CardStyle& style) {
  const UncertaintyReport& r = *in.answer.uncertainty;
  const std::size_t rows = std::min(shown_outputs(r).count, kLeastRows);
  return card_height(float(rows) * row_px(style) + facts_height(facts_of(r).size(), style) + 0.6f * body_px(style),
                     style);
}

AnswerPicture probe_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  DisplayList& list = picture.list;
  const Palette& p = *style.palette;
  const UncertaintyReport& r = *in.answer.uncertainty;
  const Shown shown = shown_outputs(r);
  const float size = body_px(style);
  std::string title = "This input";
  if (in.probe.label >= 0 && r.classes > 0) title += ": " + output_name(in.data, std::size_t(in.probe.label));
  if (shown.first > 0) title += ", last step";
  Rect room = add_titled_card(list, card, title, note_beside(title, card.width() - 28 * style.u, style, measure), style,
                              measure);
  const std::vector<Fact> facts = facts_of(r);
  const float high = facts_height(facts.size(), style);
  const float above = std::max(0.0f, room.height() - high - 0.4f * size);
  const std::vector<std::size_t> rows = rows_of(r, shown, std::size_t(above / row_px(style)));
  // Room that is left makes the rows higher, up to twice.
  const float row = std::clamp(above / float(std::max<std::size_t>(rows.size(), 1)), row_px(style), 2 * row_px(style));

  float names = 0, numbers = 0;
  for (std::size_t k : rows) {
    names = std::max(names, measure.width(output_name(in.data, k - shown.first), size, Face::Regular));
    numbers = std::max(
        numbers, measure.width(mean_text(r.probe.mean[k], r.probe.deviation[k], r.classes > 0), size, Face::Mono));
  }
  names = std::min(names, room.width() * 0.3f);
  const Rect strip{{room.min.x + names + 0.8f * size, room.min.y},
                   {std::max(room.min.x + names + 0.8f * size + 4, room.max.x - numbers - 0.8f * size), room.max.y}};
  const Axis axis = axis_of(r, strip);
  float y = room.min.y + row / 2;
  for (std::size_t k : rows) {
    add_row(list, r, k, axis, y, row, style);
    add_label(list, {room.min.x, y}, output_name(in.data, k - shown.first), names + 1, size, p.text, HAlign::Left,
              measure);
    add_label(list, {room.max.x, y}, mean_text(r.probe.mean[k], r.probe.deviation[k], r.classes > 0), numbers + 1, size,
              p.text, HAlign::Right, measure, Face::Mono);
    picture.areas.push_back({"probe.mean." + std::to_string(k - shown.first),
                             {{axis.x(r.probe.mean[k] - r.probe.deviation[k]), y - row / 2},
                              {axis.x(r.probe.mean[k] + r.probe.deviation[k]), y + row / 2}},
                             fixed_text(r.probe.mean[k], 6)});
    y += row;
  }
  add_facts(list, {{room.min.x, y - row / 2 + 0.4f * size}, room.max}, facts, style, measure);
  picture.areas.push_back({"probe.information", card, fixed_text(r.probe.mutual_information, 6)});
  picture.areas.push_back({"probe.entropy", card, fixed_text(r.probe.predictive_entropy, 6)});
  picture.areas.push_back({"probe.distance", card, fixed_text(r.probe.distance, 4)});
  return picture;
}

namespace {

std::vector<Fact> averages_of(const UncertaintyReport& r) {
  const auto nats = [](double v) { return std::isfinite(v) ? value_text(v) + " nats" : "\u2013"; };
  switch (r.kind) {
    case UncertaintyKind::Band:
      return {{"sd where there are examples", number_or_dash(r.deviation_inside)},
              {r.gaps.size() > 1 ? "sd in the gaps" : "sd in the gap", number_or_dash(r.deviation_gap)},
              {"sd beyond all examples", number_or_dash(r.deviation_outside)},
              {"error where there are examples", number_or_dash(r.error_inside)},
              {r.gaps.size() > 1 ? "error in the gaps" : "error in the gap", number_or_dash(r.error_gap)}};
    case UncertaintyKind::Map:
      return {{"information near examples", nats(r.information_near)},
              {"information away from them", nats(r.information_far)},
              {"entropy near examples", nats(r.entropy_near)},
              {"entropy at the map's edge", nats(r.entropy_edge)}};
    default:
      break;
  }
  if (r.classes > 0) {
    const auto wrong = std::count(r.example_wrong.begin(), r.example_wrong.end(), std::uint8_t(1));
    const auto right = std::ptrdiff_t(r.example_wrong.size()) - wrong;
    const std::string where = shown_outputs(r).first > 0 ? " wrong at some step: information" : " wrong: information";
    return {{count_text(std::uint64_t(right)) + " right: information", nats(r.information_right)},
            {count_text(std::uint64_t(wrong)) + where, nats(r.information_wrong)}};
  }
  double squares = 0;
  for (float d : r.example_deviation) squares += double(d) * double(d);
  return {{"sd of " + count_text(std::uint64_t(r.example_deviation.size())) + " examples (rms)",
           number_or_dash(std::sqrt(squares / double(r.example_deviation.size())))},
          {"error of their mean (rms)", number_or_dash(r.example_error)}};
}

}  // namespace

float averages_of_doubt_height(const AnswerInput& in, const CardStyle& style) {
  return card_height(facts_height(averages_of(*in.answer.uncertainty).size(), style), style);
}

AnswerPicture averages_of_doubt_card(const AnswerInput& in, Rect card, const CardStyle& style,
                                     const TextMeasure& measure) {
  AnswerPicture picture;
  const UncertaintyReport& r = *in.answer.uncertainty;
  const std::vector<Fact> facts = averages_of(r);
  const Rect room =
      add_titled_card(picture.list, card, "On average",
                      count_text(std::uint64_t(r.passes)) + (r.passes == 1 ? " mask" : " masks"), style, measure);
  add_facts(picture.list, room, facts, style, measure);
  for (std::size_t i = 0; i < facts.size(); ++i)
    picture.areas.push_back({"average." + std::to_string(i), card, facts[i].value});
  return picture;
}

}  // namespace dropscope::answers
