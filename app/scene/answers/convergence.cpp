// How many masks a Monte Carlo mean takes until it is as good as weight scaling: for one input, and on the validation
// examples.
#include <algorithm>
#include <cmath>

#include "app/scene/answers/subnetwork_parts.h"
#include "app/scene/plot.h"
#include "app/scene/scene_text.h"

namespace dropscope::answers {
namespace {

struct Meeting {
  std::string title;
  std::string value_title;
  std::string y_name, scaled_name;
  std::vector<Vec2> points;             // (T, error)
  std::vector<float> spread;            // of sequences around each
  std::string words;                    // below the plot
  std::string none = "being computed";  // where there are no points
  double scaled = 0;
  int at = 0;  // T; 0: not within
  bool log_y = false;
};

void add_meeting(DisplayList& list, const Meeting& m, Rect room, const CardStyle& style, const TextMeasure& measure,
                 std::optional<Vec2> pointer) {
  const Palette& p = *style.palette;
  std::vector<Series> series(2);
  series[0] = {m.y_name, p.run[0], 3, 0, true, m.points};
  series[0].spread = m.spread;
  series[1] = {m.scaled_name, p.text, 2, 6, true, {}};
  const bool one = m.points.size() == 1;  // no line to see, but a point
  if (one) series[0].mark = 0;
  if (!m.points.empty())
    for (const float t : {m.points.front().x, one ? 10.0f : m.points.back().x})
      series[1].points.push_back({t, float(m.scaled)});
  PlotView view;
  view.log_x = true;
  view.log_y = m.log_y;
  PlotStyle look{.palette = &p,
                 .u = style.u,
                 .title = m.title,
                 .value_title = m.value_title,
                 .x_label = "masks T",
                 .y_floor = {},
                 .y_ceiling = {},
                 .empty_text = m.none,
                 .show_legend = true,
                 .end_labels = true};
  const float size = type_px(p, style.u, 14), lines = words_height(m.words, room.width(), size, measure);
  if (!m.words.empty() && room.height() > 3.2f * lines) {
    add_words(list, {{room.min.x, room.max.y - lines}, room.max}, m.words, size, p.secondary, style, measure);
    room.max.y -= lines + 2 * style.u;
  }
  Plot plot = build_plot(series, room, view, look, measure, pointer);
  list.append(std::move(plot.list));
  if (m.at <= 0 || m.points.empty() || m.points.back().x <= m.points.front().x) return;
  const float share = std::log(float(m.at) / float(plot.x_lo)) / std::log(float(plot.x_hi / plot.x_lo));
  const float x = plot.inner.min.x + plot.inner.width() * std::clamp(share, 0.0f, 1.0f);
  list.add(draw::Polyline{
      {{x, plot.inner.min.y}, {x, plot.inner.max.y}}, std::max(1.0f, 2 * style.u), p.secondary, 3 * style.u, false});
}

}  // namespace

AnswerPicture error_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const SubnetworkReport& r = *in.answer.subnetworks;
  Meeting m;
  m.title = "This input";
  m.y_name = r.enumerated ? "error of the mean of T" : "distance to the mean of all";
  m.scaled_name = "weight scaling";
  for (std::size_t i = 0; i < r.samples.size() && i < r.error.size(); ++i) {
    if (!(r.error[i] > 0) || !std::isfinite(r.error[i])) continue;
    m.points.push_back({float(r.samples[i]), float(r.error[i])});
    m.spread.push_back(float(r.error_deviation[i]));
  }
  m.scaled = r.scaled_error;
  m.at = r.meets_scaling_at;
  m.log_y = true;
  if (r.silent)
    m.none = "no dropout: masks change nothing";
  else if (!r.enumerated && !r.samples.empty() && r.samples.back() == 1)
    m.none = "one mask says nothing of how far off it is";
  else if (r.sequences > 0)
    m.none = has_numbers(r) ? "all masks say the same" : kNoNumbers;
  if (r.sequences > 0 && !m.points.empty()) {
    const auto within = count_text(std::uint64_t(r.meets_within));
    if (m.at > 0)
      m.value_title = "as near as scaling at T = " + count_text(std::uint64_t(m.at));
    else if (r.meets_within > 0)
      m.value_title = "not as near within T = " + within;
    m.words = "Mean and sd over " + std::to_string(r.sequences) + " sequences of masks";
    if (!r.enumerated) m.words += ", from " + count_text(std::uint64_t(r.samples.back())) + " that were drawn";
    m.words += ".";
  }
  add_meeting(picture.list, m, add_card(picture.list, card, style), style, measure, pointer_over(picture, in, card));
  for (std::size_t i = 0; i < r.error.size(); ++i)
    picture.areas.push_back({"error." + std::to_string(r.samples[i]), card, value_text(r.error[i])});
  picture.areas.push_back({"meets", card, std::to_string(m.at)});
  picture.areas.push_back({"scaled_error", card, value_text(m.scaled)});
  return picture;
}

AnswerPicture validation_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  Meeting m;
  const bool classify = in.answer.run->classify;
  m.title = "Validation";
  if (const auto tick = in.answer.convergence_tick) m.title += ", step " + count_text(std::uint64_t(*tick));
  m.y_name = classify ? "loss of the mean of T" : "squared error of the mean of T";
  m.scaled_name = "weight scaling";
  if (const Convergence* c = in.answer.convergence.get()) {
    for (const ConvergencePoint& point : c->points) {
      if (!std::isfinite(point.loss)) continue;
      m.points.push_back({float(point.samples), float(point.loss)});
      m.spread.push_back(float(point.loss_deviation));
    }
    m.scaled = c->scaled_loss;
    m.at = c->meets_scaling_at;
    if (m.points.empty() && !c->points.empty()) m.none = kNoNumbers;
    if (!m.points.empty()) {
      const int most = c->points.back().samples;
      m.value_title = (m.at > 0 ? "as good from T = " : "not as good within T = ") +
                      count_text(std::uint64_t(m.at > 0 ? m.at : most));
      const int sequences = c->points.front().sequences;
      m.words = sequences > 1
                    ? "Mean and sd over " + std::to_string(sequences) + " sequences of masks, fewer for large T."
                    : "Of one drawn mask; more of them give a mean and its spread.";
    }
    picture.areas.push_back({"validation.meets", card, std::to_string(m.at)});
    picture.areas.push_back({"validation.scaled_loss", card, fixed_text(m.scaled, 6)});
  }
  add_meeting(picture.list, m, add_card(picture.list, card, style), style, measure, pointer_over(picture, in, card));
  return picture;
}

}  // namespace dropscope::answers
