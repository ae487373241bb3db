#include "app/scene/compare/curves.h"

#include <algorithm>
#include <cmath>

#include "app/scene/compare/seed_words.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

Series curve(const History& history, float MetricPoint::*value) {
  Series series;
  series.points.reserve(history.count);
  for (std::size_t i = 0; i < history.count; ++i) series.points.push_back({float(history[i].tick), history[i].*value});
  return series;
}

// "spatial 0.2" of "spatial 0.2 on conv 1, conv 2".
std::string brief_name(const std::string& name) {
  const std::size_t place = name.find(" on ");
  return name.substr(0, place);
}

// Thick, with the run's letter and marker, and its name where there is room.
void dress(Series& series, std::size_t run, const std::string& name, const Palette& palette) {
  series.color = run_color(palette, run);
  series.width = 4;
  series.mark = run_marker(run);
  const std::string letter = run_letter(run);
  if (!name.empty()) series.end_names = {letter + " " + name, letter + " " + brief_name(name)};
  series.end_names.push_back(letter);
}

// So wide a range that the end of the curves would be a line on the axis.
constexpr double kWideRange = 30;

bool spans_decades(const std::vector<Series>& series) {
  double low = 1e300, high = 0;
  for (const Series& one : series)
    for (const Vec2& p : one.points)
      if (std::isfinite(p.y)) low = std::min(low, double(p.y)), high = std::max(high, double(p.y));
  return low > 0 && high > kWideRange * low;
}

bool has_trials(const StudyView* study) { return study && study->table.trials > 0; }

}  // namespace

std::vector<Series> run_series(RunViews runs, CurveKind kind, const Palette& palette) {
  const bool loss = kind == CurveKind::Loss;
  std::vector<Series> all;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].snapshot) continue;
    const History& history = runs[i].snapshot->history;
    Series train = curve(history, loss ? &MetricPoint::train_loss : &MetricPoint::train_accuracy);
    train.label = run_letter(i) + " train";
    train.color = run_color(palette, i);
    const std::span<const float> dashes = run_train_dashes(i);
    train.dashes.assign(dashes.begin(), dashes.end());
    train.has_end_label = false;
    Series validation = curve(history, loss ? &MetricPoint::validation_loss : &MetricPoint::validation_accuracy);
    validation.label = run_letter(i) + " validation";
    dress(validation, i, runs[i].name, palette);
    all.push_back(std::move(train));
    all.push_back(std::move(validation));
  }
  return all;
}

std::vector<Series> study_series(const StudyView& study, CurveKind kind, const Palette& palette) {
  const std::vector<Band>& bands = kind == CurveKind::Loss ? study.loss : study.accuracy;
  std::vector<Series> all;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const Band& band = bands[i];
    Series series;
    const std::string name = i < study.study.runs.size() ? study.study.runs[i].name : "";
    series.label = run_letter(i) + " " + name;
    dress(series, i, name, palette);
    const std::span<const float> dashes = run_dashes(i);
    series.dashes.assign(dashes.begin(), dashes.end());
    for (std::size_t k = 0; k < band.tick.size(); ++k) {
      series.points.push_back({float(band.tick[k]), float(band.mean[k])});
      series.spread.push_back(float(band.deviation[k]));
    }
    all.push_back(std::move(series));
  }
  return all;
}

Plot build_compare_plot(RunViews runs, const StudyView* study, CurveKind kind, Rect area, const PlotView& view,
                        const CardStyle& style, const TextMeasure& measure, std::optional<Vec2> hover) {
  const bool loss = kind == CurveKind::Loss, seeds = has_trials(study);
  const std::vector<Series> series =
      seeds ? study_series(*study, kind, *style.palette) : run_series(runs, kind, *style.palette);
  std::string title = loss ? "Loss" : "Accuracy";
  std::vector<std::string> values = {"thick: validation \u00b7 thin, dashed: train", "thin, dashed: train"};
  if (seeds) {
    const std::vector<int> counts = curve_seeds(*study);
    const std::string n = seeds_phrase(counts, study->table.seeds);
    title = loss ? "Validation loss" : "Validation accuracy";
    if (has_spread(counts))
      values = {"mean \u00b1 standard deviation over " + n, "mean \u00b1 sd, " + n, n};
    else
      values = {n};
  }
  const Palette& p = *style.palette;
  const float room = area.width() - measure.width(title, type_px(p, style.u, 16), Face::Bold) - 14 * style.u;
  PlotStyle look{.palette = &p,
                 .u = style.u,
                 .title = title,
                 .value_title = first_fitting(values, room, type_px(p, style.u, 13), Face::Regular, measure),
                 .x_label = "step",
                 .y_floor = 0.0,
                 .y_ceiling = {},
                 .show_legend = false};
  if (!loss) look.y_ceiling = 1.0;
  return build_plot(series, area, view, look, measure, hover);
}

bool wants_log(RunViews runs, const StudyView* study) {
  const Palette& any = palette(ThemeId::Light);
  return spans_decades(has_trials(study) ? study_series(*study, CurveKind::Loss, any)
                                         : run_series(runs, CurveKind::Loss, any));
}

}  // namespace dropscope
