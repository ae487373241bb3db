// Three ways to average all sub-networks as needles on one scale, over the distribution of what they say.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/scene/answers/subnetwork_parts.h"
#include "app/scene/plot.h"
#include "app/scene/scene_text.h"

namespace dropscope::answers {
namespace {

constexpr int kBins = 40;

struct Needle {
  const char* name;
  const char* id;
  double value;
  double off;  // to weight scaling; NaN for itself
  int shape;   // add_class_mark
  float dash;  // design units; 0: solid
  Color color;
};

std::vector<Needle> needles_of(const SubnetworkReport& r, const ShownOutput& shown, const Palette& p) {
  const double scaled = r.scaled[shown.index];
  std::vector<Needle> needles;
  const auto add = [&](const char* name, const char* id, const std::vector<double>& mean, int shape, float dash,
                       Color color) {
    if (shown.index < mean.size())
      needles.push_back({name, id, mean[shown.index], mean[shown.index] - scaled, shape, dash, color});
  };
  add("arithmetic mean", "arithmetic", r.arithmetic, 2, 7, p.run[0]);
  add("geometric mean", "geometric", r.geometric, 3, 3, p.run[1]);
  add("weight scaling", "scaled", r.scaled, 0, 0, p.text);
  needles.back().off = std::nan("");
  return needles;
}

// What a sub-network says, and how likely it is.
struct Saying {
  double value, chance;
};
// Of all sub-networks, or of those that were drawn.
std::vector<Saying> sayings_of(const SubnetworkReport& r, const ShownOutput& shown) {
  const std::vector<double>& rows = r.enumerated ? r.predictions : r.drawn;
  const std::size_t outputs = std::size_t(std::max(1, r.outputs)), count = rows.size() / outputs;
  std::vector<Saying> sayings;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = rows[i * outputs + shown.index];
    if (std::isfinite(value)) sayings.push_back({value, r.enumerated ? r.probability[i] : 1 / double(count)});
  }
  return sayings;
}

// What the scale shows: everything that sub-networks say, and their means.
std::pair<double, double> scale_range(const SubnetworkReport& r, const std::vector<Saying>& sayings,
                                      const std::vector<Needle>& needles) {
  double lo = 1e300, hi = -1e300;
  for (const Saying& saying : sayings) lo = std::min(lo, saying.value), hi = std::max(hi, saying.value);
  for (const Needle& needle : needles)
    if (std::isfinite(needle.value)) lo = std::min(lo, needle.value), hi = std::max(hi, needle.value);
  if (!(lo <= hi)) return {0, 1};
  const double pad = std::max(0.06 * (hi - lo), r.classes ? 0.005 : 0.005 * std::max(std::fabs(hi), 1e-6));
  lo -= pad, hi += pad;
  if (r.classes) lo = std::max(lo, 0.0), hi = std::min(hi, 1.0);
  return {lo, hi};
}

// Of the probability with which each is drawn.
void add_histogram(DisplayList& list, const std::vector<Saying>& sayings, Rect plane, std::pair<double, double> range,
                   const Palette& p) {
  std::array<double, kBins> weight{};
  for (const Saying& saying : sayings) {
    const double at = (saying.value - range.first) / (range.second - range.first);
    weight[std::size_t(std::clamp(int(at * kBins), 0, kBins - 1))] += saying.chance;
  }
  const double most = *std::max_element(weight.begin(), weight.end());
  if (!(most > 0)) return;
  const float wide = plane.width() / float(kBins);
  for (int i = 0; i < kBins; ++i) {
    const float high = plane.height() * float(weight[std::size_t(i)] / most);
    if (high <= 0) continue;
    const float x = plane.min.x + wide * float(i);
    list.add(draw::Box{{{x + 0.5f, plane.max.y - std::max(high, 1.0f)}, {x + wide - 0.5f, plane.max.y}},
                       p.accent.with_alpha(p.id == ThemeId::Dark ? 0.5f : 0.35f),
                       p.accent,
                       0,
                       0,
                       0});
  }
}

// The line below the bars, and its numbers at `y`.
void add_axis(DisplayList& list, Rect plane, float y, std::pair<double, double> range, const CardStyle& style,
              const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const float size = type_px(p, style.u, 13);
  list.add(draw::Line{{plane.min.x, plane.max.y}, plane.max, std::max(1.0f, style.u), p.border});
  // As many as have room for their numbers.
  std::vector<double> ticks;
  float widest = 0;
  for (int count = int(plane.width() / (size * 3)); count > 0; --count) {
    ticks = nice_ticks(range.first, range.second, count);
    widest = 0;
    for (double tick : ticks)
      widest = std::max(widest, measure.width(tick_text(tick, tick_step(ticks)), size, Face::Regular));
    const double apart = double(plane.width()) * tick_step(ticks) / (range.second - range.first);
    if (ticks.size() < 2 || apart > double(widest + size * 0.6f)) break;
  }
  for (double tick : ticks) {
    const float x = plane.min.x + plane.width() * float((tick - range.first) / (range.second - range.first));
    list.add(draw::Line{{x, plane.max.y}, {x, plane.max.y + 3 * style.u}, std::max(1.0f, style.u), p.border});
    list.add(draw::Text{
        {x, y}, tick_text(tick, tick_step(ticks)), size, p.secondary, Face::Regular, HAlign::Center, VAlign::Middle});
  }
}

// Enough digits to tell 0.99999 from 1.
std::string number_text(double value, bool probability) {
  return probability ? fixed_text(value, 5) : value_text(value);
}

std::string off_text(double off) {
  if (std::isnan(off)) return "";
  if (off == 0) return "\u00b10";
  return (off > 0 ? "+" : "") + value_text(off);
}

// With 2^32 as it is written.
std::string why_words(const SubnetworkReport& r) {
  std::string words = r.why_sampled;
  const std::string plain = "2^" + std::to_string(r.gates);
  if (const std::size_t at = words.find(plain); at != std::string::npos)
    words.replace(at, plain.size(), power_of_two(r.gates));
  return words;
}

// Of means that are estimates.
std::string drawn_words(const SubnetworkReport& r) {
  const int drawn = r.samples.empty() ? 0 : r.samples.back();
  if (drawn == 1) return "The means are of one drawn mask, which says nothing of how far off they are.";
  std::string words = "The means are those of " + count_text(std::uint64_t(drawn)) + " drawn masks";
  if (!(r.standard_error > 0)) return words + ".";
  words += " (standard error " + value_text(r.standard_error);
  if (r.classes) words += ", of the geometric one " + value_text(r.geometric_standard_error);
  return words + ").";
}

}  // namespace

std::string theory_words(const AnswerInput& in) {
  const SubnetworkReport& r = *in.answer.subnetworks;
  if (!has_numbers(r)) return "What the network says of this input is no number: it has diverged.";
  if (r.silent) return "This network has no dropout: masks change nothing, and all averages are equal.";
  const std::string which = r.classes ? "normalised geometric" : "arithmetic";
  const double off = r.classes ? r.geometric_off : r.arithmetic_off;
  std::string words;
  if (!r.enumerated) words = why_words(r) + ". " + drawn_words(r) + " ";
  const std::string linear = r.classes ? "linear maps and the softmax" : "linear maps";
  if (r.equal_by_theory)
    words += "Nothing but " + linear + " follow the masks, so weight scaling is the " + which +
             " mean of all sub-networks exactly: " + (r.enumerated ? "they differ by " : "what is left is chance, ") +
             (off == 0 ? "0" : value_text(off)) + (r.enumerated && off > 0 ? ", which is rounding." : ".");
  else
    words += "After a mask comes more than " + linear + ", so weight scaling only comes near the " + which +
             " mean: they differ by " + value_text(off) + ".";
  if (r.classes) words += " From the arithmetic mean it is " + value_text(r.arithmetic_off) + " away.";
  return words;
}

AnswerPicture averages_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  DisplayList& list = picture.list;
  const Palette& p = *style.palette;
  const SubnetworkReport& r = *in.answer.subnetworks;
  const ShownOutput shown = shown_output(r, in.data);
  const std::string value = r.enumerated ? "bars: how often sub-networks say so" : "bars: how often drawn masks say so";
  Rect room = add_titled_card(list, card, shown.name + " for this input", value, style, measure);
  const float size = type_px(p, style.u, 15), small = type_px(p, style.u, 14);
  const std::string words = theory_words(in);
  const float lane = size * 1.55f, wanted = words_height(words, room.width(), small, measure);
  const std::vector<Needle> needles = needles_of(r, shown, p);
  // The words give way last, the bars first.
  const float lanes = lane * float(needles.size()), axis = type_px(p, style.u, 13) * 1.7f;
  const Rect text{{room.min.x, std::max(room.min.y + axis + lanes, room.max.y - wanted)}, room.max};
  add_words(list, text, words, small, p.text, style, measure);
  room.max.y = text.min.y - 6 * style.u;

  float names = 0, numbers = 0, offs = 0;
  for (const Needle& needle : needles) {
    names = std::max(names, measure.width(needle.name, size, Face::Regular));
    numbers = std::max(numbers, measure.width(number_text(needle.value, r.classes > 0), size, Face::Mono));
    offs = std::max(offs, measure.width(off_text(needle.off), small, Face::Mono));
  }
  const float space = 12 * style.u, radius = size * 0.36f;
  const Rect plane{
      {room.min.x + names + space + radius, room.min.y + 2 * style.u},
      {std::max(room.min.x + names + space + radius + 10, room.max.x - numbers - offs - 2 * space - radius),
       std::max(room.min.y + 2 * style.u, room.max.y - lanes - axis)}};
  const std::vector<Saying> sayings = sayings_of(r, shown);
  const std::pair<double, double> range = scale_range(r, sayings, needles);
  const auto x_of = [&](double v) {
    return plane.min.x + plane.width() * float(std::clamp((v - range.first) / (range.second - range.first), 0.0, 1.0));
  };
  if (plane.height() > 6) add_histogram(list, sayings, plane, range, p);
  if (!r.enumerated && r.standard_error > 0 && !needles.empty()) {  // of the arithmetic mean
    const double mean = needles.front().value;
    list.add(draw::Box{{{x_of(mean - r.standard_error), plane.min.y}, {x_of(mean + r.standard_error), plane.max.y}},
                       needles.front().color.with_alpha(0.2f),
                       needles.front().color,
                       0,
                       0,
                       0});
  }
  add_axis(list, plane, plane.max.y + lanes + axis * 0.55f, range, style, measure);
  for (std::size_t i = 0; i < needles.size(); ++i) {
    const Needle& needle = needles[i];
    const float y = plane.max.y + lane * (float(i) + 0.6f), x = x_of(needle.value);
    list.add(draw::Line{{plane.min.x, y}, {plane.max.x, y}, std::max(1.0f, style.u), p.border.with_alpha(0.5f)});
    list.add(draw::Polyline{{{x, plane.min.y}, {x, y}},
                            std::max(1.5f, 2.5f * style.u * p.line_scale),
                            needle.color,
                            needle.dash * style.u,
                            false});
    add_class_mark(list, needle.shape, {x, y}, radius, needle.color, p.card, std::max(1.0f, 1.5f * style.u));
    list.add(draw::Text{{room.min.x, y}, needle.name, size, p.text, Face::Regular, HAlign::Left, VAlign::Middle});
    const std::string number = number_text(needle.value, r.classes > 0);
    list.add(
        draw::Text{{room.max.x - offs - space, y}, number, size, p.text, Face::Mono, HAlign::Right, VAlign::Middle});
    list.add(draw::Text{
        {room.max.x, y}, off_text(needle.off), small, p.secondary, Face::Mono, HAlign::Right, VAlign::Middle});
    picture.areas.push_back({std::string("needle.") + needle.id,
                             {{x - radius, y - radius}, {x + radius, y + radius}},
                             fixed_text(needle.value, 6)});
  }
  picture.areas.push_back({"theory", text, words});
  picture.areas.push_back({"arithmetic_off", card, value_text(r.arithmetic_off)});
  picture.areas.push_back({"geometric_off", card, r.classes ? value_text(r.geometric_off) : ""});
  return picture;
}

}  // namespace dropscope::answers
