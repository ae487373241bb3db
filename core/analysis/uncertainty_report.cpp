#include "core/analysis/uncertainty_report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analysis/answers.h"
#include "core/analysis/nearness.h"
#include "core/analysis/uncertainty_words.h"
#include "core/base/check.h"
#include "core/base/moments.h"

namespace dropscope {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kChunk = 256;  // points that pass together; a multiple of monte_carlo's own number changes no bit

void check_range(const char* what, int value, int least, int most) {
  if (value < least || value > most)
    throw InputError(what, std::to_string(least) + " to " + std::to_string(most), std::to_string(value));
}
void check_plan(const UncertaintyPlan& plan) {
  check_range("passes", plan.passes, 1, 1000);
  check_range("columns", plan.columns, 2, 1024);
  check_range("rows", plan.rows, 2, 1024);
  if (!(plan.margin >= 0 && plan.margin <= 10)) throw InputError("margin", "0 to 10", std::to_string(plan.margin));
}

// Mean of what is added; NaN of nothing.
struct Mean {
  double sum = 0;
  std::size_t count = 0;
  void add(double value) { sum += value, ++count; }
  double value() const { return count ? sum / double(count) : kNaN; }
  double root() const { return std::sqrt(value()); }
};

bool has_classes(const Dataset& data, const UncertaintyPlan& plan) {
  return data.task == Task::Classification && plan.classify;
}

UncertaintyKind kind_of(const Dataset& data, const UncertaintyPlan& plan) {
  if (data.sequence) return UncertaintyKind::Examples;
  if (data.task == Task::Regression && data.inputs == 1 && data.outputs == 1) return UncertaintyKind::Band;
  if (has_classes(data, plan) && data.inputs == 2) return UncertaintyKind::Map;
  return UncertaintyKind::Examples;
}

// What monte_carlo gives for points first .. first + count - 1, chunk by chunk; `note` is told after each. False where
// it was given up.
template <class Note>
bool ask_points(const Model<float>& model, std::span<const float> x, std::size_t points, const MonteCarloPlan& plan,
                const Watch& watch, Parallel* parallel, Note note) {
  const std::size_t inputs = std::size_t(model.network.inputs());
  const std::size_t chunk = kChunk * std::size_t(parallel ? parallel->parts() : 1);
  for (std::size_t first = 0; first < points; first += chunk) {
    if (watch.gives_up()) return false;
    const std::size_t count = std::min(chunk, points - first);
    note(first, monte_carlo<float>(model, x.subspan(first * inputs, count * inputs), count, plan, parallel));
    watch.done(double(first + count) / double(points));
  }
  return !watch.gives_up();
}

// ---- Band

std::vector<std::pair<double, double>> gaps_of(std::vector<float> x) {
  std::vector<std::pair<double, double>> gaps;
  if (x.size() < 3) return gaps;
  std::sort(x.begin(), x.end());
  std::vector<double> apart;
  for (std::size_t i = 1; i < x.size(); ++i) apart.push_back(double(x[i]) - double(x[i - 1]));
  std::vector<double> sorted = apart;
  std::sort(sorted.begin(), sorted.end());
  // Between n inputs dropped at random, distances are exponential: the median is log 2 of their mean, and the widest is
  // beyond log(n / 0.05) means once in twenty times.
  double mean = sorted[sorted.size() / 2] / std::log(2.0);
  if (mean == 0) mean = (double(x.back()) - double(x.front())) / double(apart.size());
  const double wide = mean * std::log(double(apart.size()) / 0.05);
  for (std::size_t i = 0; i < apart.size(); ++i)
    if (apart[i] > wide) gaps.emplace_back(x[i], x[i + 1]);
  std::stable_sort(gaps.begin(), gaps.end(),
                   [](const auto& a, const auto& b) { return a.second - a.first > b.second - b.first; });
  return gaps;
}

bool in_gap(const UncertaintyReport& report, double x) {
  return std::any_of(report.gaps.begin(), report.gaps.end(),
                     [x](const auto& gap) { return x > gap.first && x < gap.second; });
}

// The band's mean between its points.
double mean_at(const UncertaintyReport& report, double x) {
  const double step = report.x[1] - report.x[0];
  const double at = std::clamp((x - report.x[0]) / step, 0.0, double(report.x.size() - 1));
  const std::size_t left = std::min(std::size_t(at), report.x.size() - 2);
  const double share = at - double(left);
  return (1 - share) * report.mean[left] + share * report.mean[left + 1];
}

void fill_band(const Model<float>& model, const Dataset& data, const Nearness& near, const UncertaintyPlan& plan,
               const MonteCarloPlan& passes, Parallel* parallel, UncertaintyReport& report) {
  report.train_lo = near.lo()[0];
  report.train_hi = near.hi()[0];
  const double extent = report.train_hi > report.train_lo ? report.train_hi - report.train_lo : 1;
  RegressionBand band =
      regression_band(model, report.train_lo - plan.margin * extent, report.train_hi + plan.margin * extent,
                      plan.columns, std::numeric_limits<double>::infinity(), passes, parallel);
  report.x = std::move(band.x);
  report.mean = std::move(band.mean);
  report.deviation = std::move(band.model_deviation);
  report.functions = std::move(band.functions);
  report.gaps = gaps_of(data.train.x);
  Mean inside, gap, outside, error_inside, error_gap;
  for (std::size_t i = 0; i < report.x.size(); ++i) {
    const double x = report.x[i];
    const bool beyond = x < report.train_lo || x > report.train_hi;
    (beyond ? outside : in_gap(report, x) ? gap : inside).add(report.deviation[i]);
  }
  for (std::size_t i = 0; i < data.validation.count; ++i) {
    const double x = data.validation.x[i], off = mean_at(report, x) - double(data.validation.target[i]);
    if (x < report.train_lo || x > report.train_hi) continue;
    (in_gap(report, x) ? error_gap : error_inside).add(off * off);
  }
  report.deviation_inside = inside.value();
  report.deviation_gap = gap.value();
  report.deviation_outside = outside.value();
  report.error_inside = error_inside.root();
  report.error_gap = error_gap.root();
}

// ---- Map

// Beyond the box by the margin; a box without extent gets one.
PlaneGrid grid_of(const Nearness& near, const UncertaintyPlan& plan) {
  double lo[2], hi[2];
  for (std::size_t k = 0; k < 2; ++k) {
    const double extent = near.hi()[k] > near.lo()[k] ? double(near.hi()[k]) - double(near.lo()[k]) : 1;
    lo[k] = double(near.lo()[k]) - plan.margin * extent;
    hi[k] = double(near.hi()[k]) + plan.margin * extent;
    if (!(hi[k] > lo[k])) hi[k] = lo[k] + 1;
  }
  return {lo[0], hi[0], lo[1], hi[1], plan.columns, plan.rows};
}

void note_point(const MonteCarlo<float>& some, std::size_t i, UncertaintyReport& report) {
  const std::size_t classes = std::size_t(report.classes);
  const double* mean = some.mean.data() + i * classes;
  const std::size_t winner = std::size_t(std::max_element(mean, mean + classes) - mean);
  report.entropy.push_back(float(some.predictive_entropy[i]));
  report.mutual_information.push_back(float(some.mutual_information[i]));
  if (classes == 2) report.p1.push_back(float(mean[1]));
  report.deviation_p.push_back(float(std::sqrt(some.variance[i * classes + (classes == 2 ? 1 : winner)])));
  report.winner.push_back(std::uint8_t(std::min<std::size_t>(winner, 255)));
}

bool fill_map(const Model<float>& model, const Nearness& near, const UncertaintyPlan& plan,
              const MonteCarloPlan& passes, const Watch& watch, Parallel* parallel, UncertaintyReport& report) {
  report.grid = grid_of(near, plan);
  PlaneGrid from_top = report.grid;
  std::swap(from_top.y0, from_top.y1);
  const std::vector<float> x = plane_points(from_top);
  Mean information_near, information_far, entropy_near, entropy_edge;
  const auto rows = std::size_t(report.grid.rows), columns = std::size_t(report.grid.columns);
  const bool whole =
      ask_points(model, x, x.size() / 2, passes, watch, parallel, [&](std::size_t first, const auto& some) {
        for (std::size_t i = 0; i < std::size_t(some.points); ++i) {
          note_point(some, i, report);
          const std::size_t at = first + i, row = at / columns, column = at % columns;
          if (near.distance(std::span(x).subspan(2 * at, 2)) <= kNear) {
            information_near.add(some.mutual_information[i]);
            entropy_near.add(some.predictive_entropy[i]);
            continue;
          }
          information_far.add(some.mutual_information[i]);
          if (row == 0 || row + 1 == rows || column == 0 || column + 1 == columns)
            entropy_edge.add(some.predictive_entropy[i]);
        }
      });
  report.information_near = information_near.value();
  report.information_far = information_far.value();
  report.entropy_near = entropy_near.value();
  report.entropy_edge = entropy_edge.value();
  return whole;
}

// ---- Examples

bool fill_examples(const Model<float>& model, const Dataset& data, const UncertaintyPlan& plan,
                   const MonteCarloPlan& passes, const Watch& watch, Parallel* parallel, UncertaintyReport& report) {
  const Split& split = data.validation;
  const std::size_t n = plan.most == 0 ? split.count : std::min(plan.most, split.count);
  Mean right, wrong, squares;
  const bool whole = ask_points(model, split.x, n, passes, watch, parallel, [&](std::size_t first, const auto& some) {
    const std::size_t outputs = std::size_t(some.outputs);
    for (std::size_t i = 0; i < std::size_t(some.points); ++i) {
      const std::size_t at = first + i;
      const std::span<const double> mean = std::span(some.mean).subspan(i * outputs, outputs);
      if (!report.classes) {
        Mean variance;
        for (std::size_t k = 0; k < outputs; ++k) {
          const double target = split.target.empty() ? double(std::size_t(split.label[at]) == k)  // one-hot
                                                     : double(split.target[at * outputs + k]);
          const double off = mean[k] - target;
          squares.add(off * off);
          variance.add(some.variance[i * outputs + k]);
        }
        report.example_deviation.push_back(float(variance.root()));
        continue;
      }
      bool any_wrong = false;
      const std::size_t classes = std::size_t(report.classes), steps = outputs / classes;
      for (std::size_t s = 0; s < steps; ++s) {
        const auto row = mean.subspan(s * classes, classes);
        const std::int32_t label = split.label[at * steps + s];
        any_wrong = any_wrong || (label >= 0 && std::max_element(row.begin(), row.end()) - row.begin() != label);
      }
      report.example_entropy.push_back(float(some.predictive_entropy[i]));
      report.example_information.push_back(float(some.mutual_information[i]));
      report.example_wrong.push_back(any_wrong);
      (any_wrong ? wrong : right).add(some.mutual_information[i]);
    }
  });
  report.information_right = right.value();
  report.information_wrong = wrong.value();
  report.example_error = squares.root();
  return whole;
}

ProbeDoubt doubt_at(const Model<float>& model, const Dataset& data, const Nearness& near, std::span<const float> probe,
                    const UncertaintyPlan& plan, Parallel* parallel) {
  if (probe.size() != std::size_t(data.inputs))
    throw InputError("the probe", std::to_string(data.inputs) + " numbers", std::to_string(probe.size()));
  const bool classify = has_classes(data, plan);
  ProbeDoubt doubt;
  doubt.x.assign(probe.begin(), probe.end());
  doubt.passes = ask_with_masks(model, probe, plan.seed, 0, plan.passes, classify, parallel);
  const std::size_t passes = std::size_t(plan.passes), outputs = doubt.passes.size() / passes;
  for (std::size_t k = 0; k < outputs; ++k) {
    Moments moments;
    for (std::size_t t = 0; t < passes; ++t) moments.add(double(doubt.passes[t * outputs + k]));
    doubt.mean.push_back(moments.mean());
    doubt.deviation.push_back(moments.deviation());
  }
  const std::size_t classes = std::size_t(data.outputs), steps = outputs / classes;
  for (std::size_t s = 0; s < steps && classify; ++s) {  // of a sequence with labels at each step: sums over the steps
    std::vector<double> rows;
    for (std::size_t t = 0; t < passes; ++t)
      for (std::size_t k = 0; k < classes; ++k) rows.push_back(double(doubt.passes[t * outputs + s * classes + k]));
    const Disagreement d = disagreement(rows, plan.passes, int(classes));
    doubt.predictive_entropy += d.predictive_entropy;
    doubt.expected_entropy += d.expected_entropy;
    doubt.mutual_information += d.mutual_information;
    doubt.variation_ratio += d.variation_ratio / double(steps);
  }
  doubt.distance = near.distance(probe);
  doubt.outside = near.outside(probe);
  return doubt;
}

}  // namespace

UncertaintyReport uncertainty_report(const Model<float>& model, const Dataset& data, std::span<const float> probe,
                                     const UncertaintyPlan& plan, const Watch& watch, Parallel* parallel) {
  check_plan(plan);
  UncertaintyReport report;
  report.kind = kind_of(data, plan);
  report.silent = first_noisy_layer(model) == model.network.layer_count();
  report.passes = plan.passes;
  report.classes = has_classes(data, plan) ? data.outputs : 0;
  const Nearness near(data);
  report.probe = doubt_at(model, data, near, probe, plan, parallel);
  if (watch.gives_up()) return report;
  MonteCarloPlan passes;
  passes.passes = plan.passes;
  passes.seed = plan.seed;
  passes.classify = report.classes > 0;
  bool whole = true;
  switch (report.kind) {
    case UncertaintyKind::Band:
      fill_band(model, data, near, plan, passes, parallel, report);
      break;
    case UncertaintyKind::Map:
      whole = fill_map(model, near, plan, passes, watch, parallel, report);
      break;
    case UncertaintyKind::Examples:
      whole = fill_examples(model, data, plan, passes, watch, parallel, report);
      break;
  }
  if (whole) report.caveat = uncertainty_caveat(report);
  return report;
}

ProbeDoubt probe_doubt(const Model<float>& model, const Dataset& data, const Nearness& near,
                       std::span<const float> probe, const UncertaintyPlan& plan, Parallel* parallel) {
  check_plan(plan);
  return doubt_at(model, data, near, probe, plan, parallel);
}

}  // namespace dropscope
