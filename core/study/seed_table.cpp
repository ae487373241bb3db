#include "core/study/seed_table.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <map>

#include "core/base/check.h"
#include "core/base/moments.h"

namespace dropscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct MeasureFacts {
  const char *id, *title;
  bool lower_is_better;
};
constexpr MeasureFacts kMeasures[kMeasureCount] = {
    {"validation_loss", "val loss", true},
    {"train_loss", "train loss", true},
    {"gap", "gap", true},
    {"validation_accuracy", "val accuracy", false},
    {"train_accuracy", "train accuracy", false},
    {"best_validation", "best val", true},
    {"best_tick", "best at tick", true},
    {"ticks_to_target", "ticks to target", true},
    {"active_weights", "active weights", true},
    {"seconds_per_1000", "s per 1000 ticks", true},
};

double value_of(const MetricPoint& point, Curve curve) {
  switch (curve) {
    case Curve::TrainLoss:
      return double(point.train_loss);
    case Curve::ValidationLoss:
      return double(point.validation_loss);
    case Curve::TrainAccuracy:
      return double(point.train_accuracy);
    case Curve::ValidationAccuracy:
      return double(point.validation_accuracy);
  }
  return kNone;
}

// A run's trials by seed, null where one is missing.
std::vector<const Trial*> by_seed(const Study& study, std::span<const Trial> trials, std::size_t run) {
  std::vector<const Trial*> of_run(study.seeds.size(), nullptr);
  for (const Trial& trial : trials)
    if (trial.run == run) of_run[trial.seed] = &trial;
  return of_run;
}

Spread spread_in(const std::vector<const Trial*>& trials, Measure measure) {
  std::vector<double> values;
  for (const Trial* trial : trials)
    if (trial) values.push_back(value_of(*trial, measure));
  return spread_of(values);
}

PairedDifference difference_of(const std::vector<const Trial*>& first, const std::vector<const Trial*>& run,
                               Measure measure) {
  std::vector<double> a, b;
  for (std::size_t seed = 0; seed < run.size() && is_compared(measure); ++seed) {
    if (!first[seed] || !run[seed]) continue;
    a.push_back(value_of(*first[seed], measure));
    b.push_back(value_of(*run[seed], measure));
  }
  return paired_difference(a, b);
}

bool is_share(Measure measure) {
  return measure == Measure::ValidationAccuracy || measure == Measure::TrainAccuracy ||
         measure == Measure::ActiveWeights;
}

// "1.2", "0.125", "350": percentage points of shares, else the units of a table.
std::string number_text(double value, Measure measure) {
  char text[48];
  std::snprintf(text, sizeof text, "%.3g", is_share(measure) ? 100 * value : value);
  return text;
}

// "; this run never got there in 16, A in 1", of pairs that are not whole.
std::string missing_words(const PairedDifference& d, Measure measure, const std::string& first) {
  const char* fate = measure == Measure::TicksToTarget ? " never got there in " : " has none in ";
  std::string words;
  if (d.only_a) words += "; this run" + (fate + std::to_string(d.only_a));
  if (d.only_b) words += "; " + first + fate + std::to_string(d.only_b);
  if (d.none) words += "; neither has one in " + std::to_string(d.none);
  return words;
}

}  // namespace

Spread spread_of(std::span<const double> values) {
  Moments finite;
  for (double v : values)
    if (std::isfinite(v)) finite.add(v);
  return {int(finite.count()), finite.mean(), finite.sample_deviation()};
}

PairedDifference paired_difference(std::span<const double> a, std::span<const double> b) {
  DROPSCOPE_CHECK(a.size() == b.size());
  PairedDifference result;
  Moments differences;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool has_a = std::isfinite(a[i]), has_b = std::isfinite(b[i]);
    if (!has_a || !has_b) {
      ++(has_a ? result.only_a : has_b ? result.only_b : result.none);
      continue;
    }
    differences.add(b[i] - a[i]);
    result.lower += b[i] < a[i] ? 1 : 0;
    result.higher += b[i] > a[i] ? 1 : 0;
  }
  result.count = int(differences.count());
  result.mean = differences.mean();
  result.deviation = differences.sample_deviation();
  result.half_width = result.count < 2 ? kNone : student_t975(result.count - 1) * differences.standard_error();
  return result;
}

// With t = sqrt(n) tan(a), P(|T| <= t) is a finite sum of powers of cos(a) (Abramowitz and Stegun, 26.7.3 and 26.7.4),
// solved for 0.95 by halving. For many degrees of freedom the expansion at the normal quantile (26.7.5) is exact to
// more digits than anybody reads.
double student_t975(int degrees) {
  DROPSCOPE_CHECK(degrees >= 1);
  const double n = degrees;
  if (degrees > 200) {
    const double z = 1.959963984540054, z3 = z * z * z, z5 = z3 * z * z;
    return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n);
  }
  const double half_pi = 1.5707963267948966;
  const auto within = [degrees, half_pi](double angle) {
    const double c = std::cos(angle), s = std::sin(angle);
    double term = degrees % 2 ? c : 1, sum = 0;
    for (int k = degrees % 2 ? 1 : 0; k <= degrees - 2; k += 2) {
      sum += term;
      term *= c * c * (k + 1) / (k + 2);
    }
    return degrees % 2 ? (angle + s * sum) / half_pi : s * sum;
  };
  double low = 0, high = half_pi;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (within(middle) < 0.95 ? low : high) = middle;
  }
  return std::sqrt(n) * std::tan((low + high) / 2);
}

const char* measure_id(Measure measure) { return kMeasures[std::size_t(measure)].id; }
const char* measure_title(Measure measure) { return kMeasures[std::size_t(measure)].title; }
bool lower_is_better(Measure measure) { return kMeasures[std::size_t(measure)].lower_is_better; }
bool is_compared(Measure measure) { return measure != Measure::SecondsPer1000; }

double value_of(const Trial& trial, Measure measure) {
  const Score& score = trial.score;
  switch (measure) {
    case Measure::ActiveWeights:
      return trial.active_weights;
    case Measure::SecondsPer1000:
      return trial.ticks > 0 ? 1000 * trial.seconds / double(trial.ticks) : kNone;
    default:
      break;
  }
  if (!trial.diverged.empty()) return kNone;
  switch (measure) {
    case Measure::ValidationLoss:
      return double(score.last.validation_loss);
    case Measure::TrainLoss:
      return double(score.last.train_loss);
    case Measure::Gap:
      return score.gap;
    case Measure::ValidationAccuracy:
      return double(score.last.validation_accuracy);
    case Measure::TrainAccuracy:
      return double(score.last.train_accuracy);
    case Measure::BestValidation:
      return score.best_validation;
    case Measure::BestTick:
      return score.records.empty() ? kNone : double(score.best_tick);
    case Measure::TicksToTarget:
      return score.ticks_to_target ? double(*score.ticks_to_target) : kNone;
    default:
      return kNone;
  }
}

SeedTable seed_table(const Study& study, std::span<const Trial> trials) {
  std::vector<Trial> completed(trials.begin(), trials.end());
  complete_targets(study, completed);
  SeedTable table;
  table.seeds = int(study.seeds.size());
  table.trials = int(trials.size());
  table.expected = int(study.seeds.size() * study.runs.size());
  const std::vector<const Trial*> first = by_seed(study, completed, 0);
  for (std::size_t run = 0; run < study.runs.size(); ++run) {
    SeedRow row;
    row.name = study.runs[run].name;
    const std::vector<const Trial*> of_run = by_seed(study, completed, run);
    for (int m = 0; m < kMeasureCount; ++m) {
      row.measures.push_back(spread_in(of_run, Measure(m)));
      if (run > 0) row.against.push_back(difference_of(first, of_run, Measure(m)));
    }
    for (const Trial& trial : trials) row.diverged += trial.run == run && !trial.diverged.empty() ? 1 : 0;
    table.rows.push_back(std::move(row));
  }
  return table;
}

Band band_of(const Study& study, std::span<const Trial> trials, std::size_t run, Curve curve) {
  DROPSCOPE_CHECK(run < study.runs.size());
  std::map<std::int64_t, std::vector<double>> at;
  std::size_t seeds = 0;
  // In the order of the seeds, so that sums do not depend on which trial was done first.
  for (std::size_t seed = 0; seed < study.seeds.size(); ++seed)
    for (const Trial& trial : trials) {
      if (trial.run != run || trial.seed != seed || trial.curve.empty() || !trial.diverged.empty()) continue;
      ++seeds;
      for (std::size_t i = 0; i < trial.curve.count; ++i) {
        const MetricPoint& point = trial.curve[i];
        // A second point of a tick is of weights that were restored.
        if (i > 0 && point.tick == trial.curve[i - 1].tick) continue;
        if (const double value = value_of(point, curve); std::isfinite(value)) at[point.tick].push_back(value);
      }
    }
  Band band;
  for (const auto& [tick, values] : at) {
    if (values.size() != seeds) continue;
    const Spread spread = spread_of(values);
    band.tick.push_back(tick);
    band.mean.push_back(spread.mean);
    band.deviation.push_back(seeds < 2 ? 0 : spread.deviation);
  }
  return band;
}

Verdict verdict_of(const PairedDifference& difference, Measure measure, const std::string& first) {
  const std::string title = measure_title(measure);
  const std::string missing = missing_words(difference, measure, first);
  if (difference.count == 0) return {title + ": no seed in which both have one", "", "", missing, ""};
  const std::string of = " of " + std::to_string(difference.pairs()) + (difference.pairs() == 1 ? " seed" : " seeds");
  if (difference.lower == 0 && difference.higher == 0)
    return {title + " equal to that of " + first, "", " in " + std::to_string(difference.count) + of, missing, ""};
  const bool lower = difference.mean < 0;
  const std::string direction = lower ? "lower" : "higher";
  Verdict v;
  v.difference = title + " " + number_text(std::abs(difference.mean), measure) +
                 (is_share(measure) ? " percentage points " : " ") + direction + " than " + first;
  v.average = std::string(" on average") + (difference.whole() ? "" : " where both have one");
  v.count = ", " + direction + " in " + std::to_string(lower ? difference.lower : difference.higher) + of;
  if (!difference.whole()) {
    v.judgement = missing + ", so this says nothing of all seeds";
  } else if (difference.count < 3) {
    v.judgement = "; too few seeds to say whether that is chance";
  } else {
    v.judgement = difference.exceeds() ? "; more than seeds alone do" : "; no more than seeds alone do";
    v.interval = " (95 %: " + number_text(difference.mean - difference.half_width, measure) + " to " +
                 number_text(difference.mean + difference.half_width, measure) + ")";
  }
  return v;
}

std::string verdict_words(const PairedDifference& difference, Measure measure, const std::string& first) {
  const Verdict v = verdict_of(difference, measure, first);
  return v.difference + v.average + v.count + v.judgement + v.interval;
}

std::string tested_words() {
  return "The question is asked of " + std::string(measure_title(kTested)) +
         ". Each 95 % interval stands by itself: of twenty between equals, about one leaves out 0 by chance.";
}

}  // namespace dropscope
