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
  std::vector<Vec2> points;  // (T, error)
  double scaled = 0;
  int at = 0;  // T; 0: not within
  bool log_y = false;
};

void add_meeting(DisplayList& list, const Meeting& m, Rect room, const CardStyle& style, const TextMeasure& measure,
                 std::optional<Vec2> pointer) {
  const Palette& p = *style.palette;
  std::vector<Series> series(2);
  series[0] = {m.y_name, p.run[0], 3, 0, true, m.points};
  series[1] = {m.scaled_name, p.text, 2, 6, true, {}};
  if (!m.points.empty())
    for (const float t : {m.points.front().x, m.points.back().x}) series[1].points.push_back({t, float(m.scaled)});
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
                 .empty_text = "being computed",
                 .show_legend = true,
                 .end_labels = true};
  Plot plot = build_plot(series, room, view, look, measure, pointer);
  list.append(std::move(plot.list));
  if (m.at <= 0 || m.points.empty() || m.points.back().x <= m.points.front().x) return;
  const float share = std::log(float(m.at) / float(plot.x_lo)) / std::log(float(plot.x_hi / plot.x_lo));
  const float x = plot.inner.min.x + plot.inner.width() * std::clamp(share, 0.0f, 1.0f);
  list.add(draw::Polyline{
      {{x, plot.inner.min.y}, {x, plot.inner.max.y}}, std::max(1.0f, 2 * style.u), p.secondary, 3 * style.u, false});
}

std::string meeting_words(int at, int most) {
  if (at > 0) return "as near as scaling from T = " + count_text(std::uint64_t(at));
  return "not lastingly as near within T = " + count_text(std::uint64_t(most));
}

}  // namespace

AnswerPicture error_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const SubnetworkReport& r = *in.answer.subnetworks;
  Meeting m;
  m.title = "This input";
  m.y_name = r.enumerated ? "error of the Monte Carlo mean" : "distance to the mean of all T";
  m.scaled_name = "weight scaling";
  for (std::size_t i = 0; i < r.samples.size() && i < r.error.size(); ++i) {
    // Where all T are the yardstick, means over nearly all of them are close to it whatever they say.
    if (r.error[i] > 0 && (r.enumerated || 2 * r.samples[i] <= r.samples.back()))
      m.points.push_back({float(r.samples[i]), float(r.error[i])});
  }
  m.scaled = r.scaled_error;
  m.at = r.meets_scaling_at;
  m.log_y = true;
  m.value_title = r.samples.empty() ? "" : meeting_words(m.at, r.samples.back());
  add_meeting(picture.list, m, add_card(picture.list, card, style), style, measure, pointer_over(picture, in, card));
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
  m.y_name = classify ? "loss of the Monte Carlo mean" : "squared error of the Monte Carlo mean";
  m.scaled_name = "weight scaling";
  if (const Convergence* c = in.answer.convergence.get()) {
    for (const ConvergencePoint& point : c->points) m.points.push_back({float(point.samples), float(point.loss)});
    m.scaled = c->scaled_loss;
    m.at = c->meets_scaling_at;
    if (!c->points.empty()) {
      const int most = c->points.back().samples;
      m.value_title = (m.at > 0 ? "as good from T = " : "not lastingly as good within T = ") +
                      count_text(std::uint64_t(m.at > 0 ? m.at : most));
    }
    picture.areas.push_back({"validation.meets", card, std::to_string(m.at)});
    picture.areas.push_back({"validation.scaled_loss", card, fixed_text(m.scaled, 6)});
  }
  add_meeting(picture.list, m, add_card(picture.list, card, style), style, measure, pointer_over(picture, in, card));
  return picture;
}

}  // namespace dropscope::answers
