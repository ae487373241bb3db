// A real ensemble beside the dropout network: what the mean of k independently trained networks is worth, what each is
// worth alone, what the run itself is worth, and what all of it costs.
#include <algorithm>
#include <cmath>

#include "app/scene/acting.h"
#include "app/scene/answers/parts.h"
#include "app/scene/plot.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

using namespace answers;

bool is_ready(const EnsembleAnswer& answer) { return answer.members != nullptr; }

// One of the two numbers of a Quality.
struct Measure {
  const char* title;
  double Quality::*value;
  int decimals;
};
constexpr Measure kLoss{"Validation loss", &Quality::loss, 3}, kAccuracy{"Validation accuracy", &Quality::accuracy, 3};

std::string seconds_text(double seconds) {
  if (seconds >= 100) return count_text(std::uint64_t(std::llround(seconds))) + " s";
  return fixed_text(seconds, seconds >= 10 ? 1 : seconds >= 1 ? 2 : 3) + " s";
}

double sum(const std::vector<double>& values) {
  double total = 0;
  for (double v : values) total += v;
  return total;
}

std::string masks_text(int masks) { return std::to_string(masks) + (masks == 1 ? " mask" : " masks"); }

// The first member has the run's own seed: where nothing was ever dropped it has learned the same.
bool is_first_member(const FrozenRun& run) {
  return !has_dropout(run.spec) && !has_dropout(run.course.start) &&
         std::none_of(run.course.settings.begin(), run.course.settings.end(),
                      [](const SettingAt& setting) { return setting.path.starts_with("dropout."); });
}

// How the run was timed, where that is not all of it.
std::string timed(const MembersReport& r, const FrozenRun& run) {
  if (r.timed_ticks == 0 || r.timed_ticks >= run.tick) return "";
  return " (its first " + count_text(std::uint64_t(r.timed_ticks)) + " steps trained alone, as the networks are, " +
         "count for all)";
}

// "The mean of 5 networks without dropout: loss 0.312. This run: 0.336 without masks, 0.331 as the mean of 30 masks."
std::string verdict(const MembersReport& r, const FrozenRun& run) {
  const std::string alone =
      has_dropout(run.spec) ? "This run: loss " + fixed_text(r.scaled.loss, 3) + " without masks, " +
                                  fixed_text(r.monte_carlo.loss, 3) + " as the mean of " + masks_text(r.passes) + "."
                            : "This run, which has no dropout: loss " + fixed_text(r.scaled.loss, 3) + ".";
  if (r.trained == 0)
    return alone +
           " No network has been trained beside it yet: the button, or B, trains independent ones without dropout.";
  const Quality& mean = r.quality.first.back();
  const Quality& best = std::min(r.scaled.loss, r.monte_carlo.loss) == r.scaled.loss ? r.scaled : r.monte_carlo;
  double single = 0;
  for (const Quality& one : r.quality.alone) single += one.loss / double(r.quality.alone.size());
  const std::string who = r.trained == 1 ? "One network without dropout"
                                         : "The mean of " + std::to_string(r.trained) + " networks without dropout";
  std::string words = who + ": loss " + fixed_text(mean.loss, 3);
  if (r.trained > 1) words += " (each alone: " + fixed_text(single, 3) + " on average)";
  if (run.classify) words += ", accuracy " + fixed_text(mean.accuracy, 3);
  words += ". " + alone;
  if (is_first_member(run)) {
    words += " Network 1 is this run itself, trained once more from the same seed.";
    if (r.trained == 1) return words;
  }
  const double difference = mean.loss - best.loss;
  words += std::fabs(difference) < 0.0005 ? " They differ by less than 0.0005."
                                          : std::string(difference < 0 ? " The ensemble" : " This run") +
                                                " is better by " + fixed_text(std::fabs(difference), 3) + ".";
  if (r.run_seconds > 0)
    words += " Training takes " + seconds_text(sum(r.seconds)) + " of a processor core for " +
             std::to_string(r.trained) + " and " + seconds_text(r.run_seconds) + " for this run" + timed(r, run) +
             ": " + fixed_text(sum(r.seconds) / r.run_seconds, 1) + " times.";
  return words;
}

// How far the members are trained, where that is not as far as the run.
std::string behind(const MembersReport& r, const FrozenRun& run) {
  if (r.ticks.empty()) return "";
  const auto [least, most] = std::minmax_element(r.ticks.begin(), r.ticks.end());
  if (*least == run.tick) return "";
  const std::string until = *least == *most
                                ? count_text(std::uint64_t(*least))
                                : count_text(std::uint64_t(*least)) + " to " + count_text(std::uint64_t(*most));
  return "trained for " + until + " steps";
}

void quality_card(AnswerPicture& picture, const AnswerInput& in, const Measure& m, Rect card, const CardStyle& style,
                  const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const MembersReport& r = *in.answer.members;
  DisplayList& list = picture.list;
  const Rect room = add_card(list, card, style);
  // Room for the name of the axis right of the last number.
  const int networks = std::max(r.wanted, 2);
  const float first = 0.7f, last = float(networks) + std::max(0.3f, 0.1f * float(networks));
  const bool masked = has_dropout(in.spec());  // else all masks are one
  std::vector<Series> series(masked ? 3 : 2);
  series[0] = {"mean of k networks", p.run[0], 4, 0, true, {}};
  for (std::size_t k = 0; k < r.quality.first.size(); ++k)
    series[0].points.push_back({float(k + 1), float(r.quality.first[k].*m.value)});
  series[1] = {masked ? "this run, no masks" : "this run", p.run[1], 3, 0, true, {}};
  if (masked) series[2] = {"this run, " + masks_text(r.passes), p.run[1], 2, 6, true, {}};
  // Level lines; the pointer reads them at whole numbers.
  const auto level = [&](double value) {
    std::vector<Vec2> points{{first, float(value)}};
    for (int k = 1; k <= networks; ++k) points.push_back({float(k), float(value)});
    points.push_back({last, float(value)});
    return points;
  };
  series[1].points = level(r.scaled.*m.value);
  if (masked) series[2].points = level(r.monte_carlo.*m.value);
  Series alone{"each alone", p.run[0], 0, 0, true, {}};
  alone.mark = 2;
  alone.scatter = true;
  alone.has_end_label = false;
  for (std::size_t k = 0; k < r.quality.alone.size(); ++k)
    alone.points.push_back({float(k + 1), float(r.quality.alone[k].*m.value)});
  if (!alone.points.empty()) series.push_back(std::move(alone));
  double lo = 1e300, hi = -1e300;
  const auto span = [&](const Series& one) {
    for (const Vec2& point : one.points)
      if (std::isfinite(point.y)) lo = std::min(lo, double(point.y)), hi = std::max(hi, double(point.y));
  };
  for (const Series& one : series) span(one);
  if (!(lo <= hi)) lo = 0, hi = 1;
  const double pad = std::max({0.12 * (hi - lo), 0.004 * std::fabs(hi), 1e-6});
  PlotView view;
  view.fit = false;
  view.x_lo = double(first), view.x_hi = double(last);
  view.y_lo = std::max(lo - pad, 0.0), view.y_hi = hi + pad;
  // No accuracy is above 1, but marks at 1 are to be whole.
  if (m.value == &Quality::accuracy) view.y_hi = std::min(view.y_hi, 1 + 0.05 * (1 - view.y_lo));
  PlotStyle look{.palette = &p,
                 .u = style.u,
                 .title = m.title,
                 .value_title = "",
                 .x_label = "k",
                 .whole_x = true,
                 .y_floor = {},
                 .y_ceiling = {},
                 .empty_text = "",
                 .show_legend = true,
                 .end_labels = true};
  Plot plot = build_plot(series, room, view, look, measure, pointer_over(picture, in, card));
  list.append(std::move(plot.list));
}

struct CostBar {
  std::string name;
  double seconds;
  Color color;
};

// Where times are left out, of pictures that are to be the same again, there is no card of them.
bool has_times(const MembersReport& r) { return r.run_seconds > 0 || !r.seconds.empty(); }

// Time as bars: the run, and each member behind the other.
void cost_card(DisplayList& list, const AnswerInput& in, Rect card, const CardStyle& style,
               const TextMeasure& measure) {
  const Palette& p = *style.palette;
  const MembersReport& r = *in.answer.members;
  const double total = sum(r.seconds), most = std::max({total, r.run_seconds, 1e-9});
  const Rect room = add_titled_card(list, card, "Training cost: seconds of one processor core",
                                    behind(r, *in.answer.run), style, measure);
  const float size = type_px(p, style.u, 14), row = std::min(room.height() / 2, size * 2.2f);
  const std::string names[2] = {
      "this run", std::to_string(r.trained) + (r.trained == 1 ? " network" : " networks") + " without dropout"};
  const float name_room = std::min(room.width() * 0.4f, std::max(measure.width(names[0], size, Face::Regular),
                                                                 measure.width(names[1], size, Face::Regular)) +
                                                            12 * style.u);
  const float number_room = measure.width("000.0 s", size, Face::Mono) + 10 * style.u;
  const float from = room.min.x + name_room, width = std::max(1.0f, room.width() - name_room - number_room);
  for (int i = 0; i < 2; ++i) {
    const float y = room.min.y + row * (float(i) + 0.5f), high = row * 0.52f;
    const double seconds = i == 0 ? r.run_seconds : total;
    list.add(draw::Text{{room.min.x, y},
                        fit_text(names[i], name_room - 6 * style.u, size, Face::Regular, measure),
                        size,
                        p.text,
                        Face::Regular,
                        HAlign::Left,
                        VAlign::Middle});
    float x = from;
    const std::vector<double> parts = i == 0 ? std::vector<double>{seconds} : r.seconds;
    for (double part : parts) {
      const float wide = width * float(part / most);
      list.add(draw::Box{{{x, y - high / 2}, {x + std::max(wide, 1.0f), y + high / 2}},
                         i == 0 ? p.run[1] : p.run[0],
                         p.card,
                         std::max(1.0f, style.u),
                         0,
                         0});
      x += wide;
    }
    const std::string text = i == 1 && r.trained == 0 ? "\u2013" : seconds_text(seconds);
    list.add(
        draw::Text{{std::max(x, from) + 8 * style.u, y}, text, size, p.text, Face::Mono, HAlign::Left, VAlign::Middle});
  }
}

float cost_height(const MembersReport& r, const CardStyle& style) {
  if (!has_times(r)) return 0;
  return type_px(*style.palette, style.u, 16) * 1.5f + type_px(*style.palette, style.u, 14) * 4.4f + 24 * style.u;
}

constexpr float kWordSize = 16;

float least_height(const AnswerInput& in, float width, const CardStyle& style) {
  const float plot = type_px(*style.palette, style.u, 250);
  const bool stacked = width < type_px(*style.palette, style.u, 700);
  return (stacked ? 2 : 1) * plot + cost_height(*in.answer.members, style) +
         type_px(*style.palette, style.u, stacked ? 230 : 170);
}

AnswerPicture build(const AnswerInput& in, Rect room, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  DisplayList& list = picture.list;
  const Palette& p = *style.palette;
  const MembersReport& r = *in.answer.members;
  const bool classify = in.answer.run->classify;
  const float space = 10 * style.u, size = type_px(p, style.u, kWordSize), pad = 14 * style.u;
  const std::string words = verdict(r, *in.answer.run);
  const float words_card = words_height(words, room.width() - 2 * pad, size, measure) + 1.6f * pad + 4 * style.u;
  const Rect bottom{{room.min.x, room.max.y - words_card}, room.max};
  const Rect cost{{room.min.x, bottom.min.y - space - cost_height(r, style)}, {room.max.x, bottom.min.y - space}};
  Rect plots{room.min, {room.max.x, cost.min.y - (has_times(r) ? space : 0)}};
  Rect second = plots;
  if (!classify) {
    quality_card(picture, in, kLoss, plots, style, measure);
  } else {
    if (room.width() < type_px(p, style.u, 700)) {
      plots.max.y = plots.min.y + (plots.height() - space) / 2;
      second.min.y = plots.max.y + space;
    } else {
      plots.max.x = plots.min.x + (plots.width() - space) / 2;
      second.min.x = plots.max.x + space;
    }
    quality_card(picture, in, kLoss, plots, style, measure);
    quality_card(picture, in, kAccuracy, second, style, measure);
  }
  if (has_times(r)) cost_card(list, in, cost, style, measure);
  add_words(list, add_card(list, bottom, style), words, size, p.text, style, measure);

  picture.areas.push_back({"members.trained", plots, std::to_string(r.trained)});
  picture.areas.push_back({"members.words", bottom, words});
  picture.areas.push_back({"members.scaled", plots, fixed_text(r.scaled.loss, 6)});
  picture.areas.push_back({"members.monte_carlo", plots, fixed_text(r.monte_carlo.loss, 6)});
  picture.areas.push_back({"members.mean", plots, r.trained > 0 ? fixed_text(r.quality.first.back().loss, 6) : ""});
  return picture;
}

}  // namespace

extern const AnswerSheet kMembersSheet;
const AnswerSheet kMembersSheet = {
    .topic = EnsembleTopic::Members,
    .title = "Real ensemble",
    .tip = "Independently trained networks without dropout beside this run: what each is worth, and what it costs",
    .controls = AnswerControl::Members | AnswerControl::Passes | AnswerControl::Train,
    .ready = is_ready,
    .least_height = least_height,
    .build = build,
};

}  // namespace dropscope
