// What is left of a network when units are removed at random, or when its smallest weights or units are pruned.
#include <algorithm>
#include <cmath>

#include "app/scene/answers/dependence_parts.h"
#include "app/scene/plot.h"
#include "app/scene/scene_text.h"

namespace dropscope::answers {
namespace {

std::string percent_text(double share) { return short_text(std::round(1000 * share) / 10) + " %"; }

// Accuracy of classes, else the loss.
std::string quality_text(const PrunedPoint* point, bool classify) {
  if (!point) return "\u2013";
  return classify ? fixed_text(1 - point->error, 3) : number_or_dash(point->loss);
}

}  // namespace

AnswerPicture removal_card(const AnswerInput& in, bool accuracy, Rect card, const CardStyle& style,
                           const TextMeasure& measure) {
  AnswerPicture picture;
  const Palette& p = *style.palette;
  const Rect room = add_card(picture.list, card, style);
  std::vector<Series> series;
  std::size_t points = 0;
  for (const Twin& twin : twins_of(in, p)) {
    if (!twin.report) continue;
    Series one{twin.name, twin.color, 3, 0, true, {}};
    one.mark = twin.mark;
    for (const RemovedPoint& at : twin.report->removal) {
      one.points.push_back({float(at.fraction), float(accuracy ? at.accuracy : at.loss)});
      one.spread.push_back(float(accuracy ? at.accuracy_deviation : at.loss_deviation));
    }
    points = std::max(points, one.points.size());
    series.push_back(std::move(one));
  }
  PlotStyle look{.palette = &p,
                 .u = style.u,
                 .title = accuracy ? "Accuracy with units removed" : "Loss with units removed",
                 .value_title = "mean and sd of draws",
                 .x_label = "share removed",
                 .y_floor = 0.0,
                 .y_ceiling = {},
                 .empty_text = "being computed",
                 .show_legend = true,
                 .end_labels = true};
  if (accuracy) look.y_ceiling = 1.0;
  Plot plot = build_plot(series, room, PlotView{}, look, measure, pointer_over(picture, in, card));
  picture.list.append(std::move(plot.list));
  picture.areas.push_back({accuracy ? "removal.accuracy" : "removal.loss", plot.inner, std::to_string(points)});
  return picture;
}

const PrunedPoint* pruned_at(const std::vector<PrunedPoint>& curve, double share) {
  const PrunedPoint* best = nullptr;
  for (const PrunedPoint& point : curve)
    if (!best || std::fabs(point.fraction - share) < std::fabs(best->fraction - share) - 1e-9) best = &point;
  return best;
}

AnswerPicture pruning_card(const AnswerInput& in, Rect card, const CardStyle& style, const TextMeasure& measure) {
  AnswerPicture picture;
  const Palette& p = *style.palette;
  const bool classify = in.answer.run->classify;
  Rect room = add_card(picture.list, card, style);
  std::vector<Series> series;
  std::vector<Fact> facts;
  const PrunedPoint* at = nullptr;
  for (const Twin& twin : twins_of(in, p)) {
    if (!twin.report) continue;
    facts.push_back({twin.name, ""});
    for (const bool units : {false, true}) {
      const std::vector<PrunedPoint>& curve = units ? twin.report->by_unit : twin.report->by_weight;
      const std::string name = twin.name + (units ? ", units" : ", weights");
      Series one{name, twin.color, 3, units ? 6.0f : 0.0f, true, {}};
      one.mark = twin.mark;
      for (const PrunedPoint& point : curve)
        one.points.push_back({float(point.fraction), float(classify ? 1 - point.error : point.loss)});
      series.push_back(std::move(one));
      const PrunedPoint* here = pruned_at(curve, in.pruned);
      if (here) at = here;
      std::string& words = facts.back().value;
      words += (units ? " \u00b7 units " : "weights ") + quality_text(here, classify);
      picture.areas.push_back({"pruned." + twin.id + (units ? ".units" : ".weights"), card,
                               here ? fixed_text(classify ? 1 - here->error : here->loss, 6) : ""});
    }
  }
  // The numbers at the slider's place, below; the plot takes the rest.
  const float numbers = std::min(facts_height(facts.size(), style), 0.5f * room.height());
  const auto shown = std::size_t(numbers / facts_height(1, style));
  facts.resize(std::min(facts.size(), shown));
  const float high = facts_height(facts.size(), style);
  add_facts(picture.list, {{room.min.x, room.max.y - high}, room.max}, facts, style, measure);
  room.max.y -= high + 4 * style.u;
  PlotStyle look{.palette = &p,
                 .u = style.u,
                 .title = classify ? "Accuracy when pruned" : "Loss when pruned",
                 .value_title = at ? "numbers at " + percent_text(at->fraction) : "",
                 .x_label = "share pruned",
                 .y_floor = 0.0,
                 .y_ceiling = {},
                 .empty_text = "being computed",
                 .show_legend = true,
                 .end_labels = false};
  if (classify) look.y_ceiling = 1.0;
  Plot plot = build_plot(series, room, PlotView{}, look, measure, pointer_over(picture, in, card));
  picture.list.append(std::move(plot.list));
  const auto x_of = [&](double share) {
    return plot.inner.min.x +
           plot.inner.width() * float(std::clamp((share - plot.x_lo) / (plot.x_hi - plot.x_lo), 0.0, 1.0));
  };
  const float x = x_of(at ? at->fraction : in.pruned), radius = std::max(4.0f, 6 * style.u);
  picture.list.add(draw::Line{{x, plot.inner.min.y}, {x, plot.inner.max.y}, std::max(1.5f, 2.5f * style.u), p.text});
  picture.list.add(draw::Polygon{
      {{x - radius, plot.inner.min.y - radius}, {x + radius, plot.inner.min.y - radius}, {x, plot.inner.min.y}},
      p.text});
  AnswerArea area{"pruning", plot.inner, fixed_text(at ? at->fraction : in.pruned, 3)};
  area.drags = true;
  area.at = [inner = plot.inner, lo = plot.x_lo, hi = plot.x_hi](Vec2 point) {
    const double share = lo + (hi - lo) * double((point.x - inner.min.x) / inner.width());
    return AnswerHit{{"pruned", fixed_text(std::clamp(std::round(share * 10) / 10, 0.0, 0.9), 1)}, {}};
  };
  picture.areas.push_back(std::move(area));
  return picture;
}

}  // namespace dropscope::answers
