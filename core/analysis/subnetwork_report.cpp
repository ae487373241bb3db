#include "core/analysis/subnetwork_report.h"

#include <cmath>
#include <limits>
#include <utility>

#include "core/analysis/affine.h"
#include "core/analysis/answers.h"
#include "core/analysis/enumerate.h"
#include "core/analysis/mask_sequences.h"
#include "core/analysis/monte_carlo.h"
#include "core/analysis/probability.h"
#include "core/base/check.h"
#include "core/base/moments.h"
#include "core/spec/gate_name.h"

namespace dropscope {
namespace {

constexpr int kMostSamples = 10000;
constexpr int kRound = 128;              // passes between two questions whether to give up
constexpr std::size_t kKept = 1u << 14;  // numbers of a convergence's answers that are kept at once

void check_plan(const SubnetworkPlan& plan) {
  if (plan.samples < 1 || plan.samples > kMostSamples)
    throw InputError("samples", "1 to " + std::to_string(kMostSamples), std::to_string(plan.samples));
}

// 1, 2, 3, 5, 7, 10, 20, ... and `most` itself.
std::vector<int> listed_samples(int most) {
  std::vector<int> listed;
  for (int decade = 1; decade <= most; decade *= 10)
    for (int t : {1, 2, 3, 5, 7})
      if (t * decade < most) listed.push_back(t * decade);
  listed.push_back(most);
  return listed;
}

// Of each of the numbers that a pass gives, over the passes.
class RunningMean {
 public:
  void add(std::span<const double> values) {
    values_.resize(values.size());
    for (std::size_t k = 0; k < values.size(); ++k) values_[k].add(values[k]);
    ++count_;
  }
  int count() const { return count_; }
  std::vector<double> mean() const {
    std::vector<double> m;
    for (const Moments& value : values_) m.push_back(value.mean());
    return m;
  }
  // Of the mean, largest over the values; NaN below two passes.
  double standard_error() const {
    double most = count_ < 2 ? std::numeric_limits<double>::quiet_NaN() : 0;
    for (const Moments& value : values_) most = std::max(most, value.standard_error());
    return most;
  }

 private:
  int count_ = 0;
  std::vector<Moments> values_;
};

// How the logs of probabilities move together over the passes, softmax by softmax.
class LogSpread {
 public:
  explicit LogSpread(std::size_t classes) : classes_(classes) {}
  void add(std::span<const double> logs) {
    if (count_++ == 0) {
      first_.assign(logs.begin(), logs.end());
      off_.assign(logs.size(), 0.0);
      products_.assign(logs.size() * classes_, 0.0);
    }
    std::vector<double> d(logs.size());
    for (std::size_t i = 0; i < d.size(); ++i) off_[i] += d[i] = logs[i] - first_[i];
    for (std::size_t i = 0; i < d.size(); ++i)
      for (std::size_t k = 0; k < classes_; ++k) products_[i * classes_ + k] += d[i] * d[i - i % classes_ + k];
  }
  // Of the normalised geometric mean, largest over the classes; NaN below two passes. To first order log g_k moves with
  // the mean of l_k - sum_j g_j l_j, and g_k by g_k times that.
  double standard_error(std::span<const double> geometric) const {
    if (count_ < 2) return std::numeric_limits<double>::quiet_NaN();
    double most = 0;
    for (std::size_t row = 0; row < geometric.size(); row += classes_) {
      std::vector<double> with_mean(classes_, 0.0);  // covariance of l_k and sum_j g_j l_j
      double of_mean = 0;
      for (std::size_t k = 0; k < classes_; ++k) {
        for (std::size_t j = 0; j < classes_; ++j) with_mean[k] += geometric[row + j] * covariance(row, k, j);
        of_mean += geometric[row + k] * with_mean[k];
      }
      for (std::size_t k = 0; k < classes_; ++k) {
        const double variance = std::max(0.0, covariance(row, k, k) - 2 * with_mean[k] + of_mean);
        most = std::max(most, geometric[row + k] * std::sqrt(variance / count_));
      }
    }
    return most;
  }

 private:
  double covariance(std::size_t row, std::size_t i, std::size_t k) const {
    const double sum = products_[(row + i) * classes_ + k];
    return (sum - off_[row + i] * off_[row + k] / count_) / (count_ - 1);
  }
  std::size_t classes_;
  int count_ = 0;
  std::vector<double> first_, off_, products_;
};

// The least of rising numbers of passes from which on all errors are at most `least`; 0: none.
template <class Passes, class Error>
int meets_from(std::size_t listed, double least, Passes passes, Error error) {
  int from = 0;
  for (std::size_t i = listed; i-- > 0;) {
    if (!(error(i) <= least)) break;
    from = passes(i);
  }
  return from;
}

double largest_difference(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || a.size() != b.size()) return std::numeric_limits<double>::quiet_NaN();
  double most = 0;
  for (std::size_t k = 0; k < a.size(); ++k) most = larger_or_none(most, std::abs(a[k] - b[k]));
  return most;
}

// Logs of probabilities, softmax by softmax.
std::vector<double> logs_of(std::span<const float> logits, std::size_t classes) {
  std::vector<double> logs(logits.size());
  for (std::size_t row = 0; row < logits.size(); row += classes)
    log_softmax<float>(logits.subspan(row, classes), std::span(logs).subspan(row, classes));
  return logs;
}

// Probabilities that are proportional to exp(logs), softmax by softmax.
std::vector<double> normalised(std::span<const double> logs, std::size_t classes) {
  std::vector<double> p;
  for (std::size_t row = 0; row < logs.size(); row += classes) {
    const std::vector<double> one = softmax_of<double>(logs.subspan(row, classes));
    p.insert(p.end(), one.begin(), one.end());
  }
  return p;
}

std::vector<double> exp_of(std::vector<double> logs) {
  for (double& v : logs) v = std::exp(v);
  return logs;
}

std::string why_not_all(const Model<float>& model, int gates) {
  if (const int s = first_without_coins(model); s >= 0)
    return std::string(model.plans[std::size_t(s)].variant->name) + " at " +
           model.network.sites()[std::size_t(s)].name + ": its gates are not independent coins";
  if (gates <= kMostEnumeratedUnits) return {};
  const std::string n = std::to_string(gates);
  return n + " gates: 2^" + n + " sub-networks are too many to run";
}

std::vector<GatePlace> places_of(const Model<float>& model) {
  std::vector<GatePlace> places;
  for (std::size_t s = 0; s < model.plans.size(); ++s) {
    if (!has_effect(model.plans[s])) continue;
    const SiteInfo& site = model.network.sites()[s];
    const Shape whole = model.network.site_shape(int(s), 1), gates = gate_shape(model, int(s));
    std::vector<std::string> names(gates.count());
    for (std::size_t i = whole.count(); i-- > 0;)  // of the first element that a gate acts on
      names[broadcast_index(whole, gates, i)] = site.name + gate_name(site.kind, whole, model.plans[s].tie, i);
    for (std::size_t c = 0; c < names.size(); ++c) places.push_back({int(s), std::uint32_t(c), names[c]});
  }
  return places;
}

void run_all(const Model<float>& model, std::span<const float> x, SubnetworkReport& report) {
  Tape<float> tape = model.network.make_tape();
  const Subnetworks<float> all = enumerate_subnetworks<float>(model, x, tape);
  const EnsembleMeans means = ensemble_means(all);
  report.enumerated = true;
  report.places = places_of(model);
  report.probability = all.probability;
  if (report.classes) {
    report.predictions = exp_of(logs_of(all.values, std::size_t(report.classes)));
    report.arithmetic = means.arithmetic;
    report.geometric = means.normalised;
  } else {
    report.predictions.assign(all.values.begin(), all.values.end());
    report.arithmetic = means.mean;
  }
}

// Fills samples and estimate; without an exact mean, the averages too. What each pass gave, [pass, output].
std::vector<double> sample(const Model<float>& model, std::span<const float> x, const SubnetworkPlan& plan,
                           const Watch& watch, Parallel* parallel, SubnetworkReport& report) {
  const std::vector<int> listed = listed_samples(plan.samples);
  const std::size_t outputs = std::size_t(report.outputs), classes = std::size_t(report.classes);
  RunningMean mean, logs;
  LogSpread spread(classes);
  std::vector<double> given;
  std::size_t next = 0;
  for (int first = 0; first < plan.samples && !watch.gives_up(); first += kRound) {
    const int count = std::min(kRound, plan.samples - first);
    const std::vector<float> answers = ask_with_masks(model, x, plan.seed, first, count, false, parallel);
    for (std::size_t k = 0; k < std::size_t(count); ++k) {
      const std::span<const float> row = std::span(answers).subspan(k * outputs, outputs);
      if (classes) {
        const std::vector<double> log_p = logs_of(row, classes);
        logs.add(log_p);
        if (!report.enumerated) spread.add(log_p);
        const std::vector<double> p = exp_of(log_p);
        given.insert(given.end(), p.begin(), p.end());
      } else {
        given.insert(given.end(), row.begin(), row.end());
      }
      mean.add(std::span(given).last(outputs));
      if (mean.count() != listed[next]) continue;
      report.samples.push_back(listed[next++]);
      const std::vector<double> estimate = mean.mean();
      report.estimate.insert(report.estimate.end(), estimate.begin(), estimate.end());
    }
    watch.done(double(first + count) / plan.samples);
  }
  if (report.enumerated) return given;
  report.standard_error = mean.standard_error();
  if (mean.count() > 0) report.arithmetic = mean.mean();
  if (!classes) return given;
  if (mean.count() > 0) report.geometric = normalised(logs.mean(), classes);
  report.geometric_standard_error = spread.standard_error(report.geometric);
  return given;
}

// `given`: what each pass gave.
void compare(std::span<const double> given, const SubnetworkPlan& plan, const Watch& watch, SubnetworkReport& report) {
  report.arithmetic_off = largest_difference(report.arithmetic, report.scaled);
  report.geometric_off = largest_difference(report.geometric, report.scaled);
  report.scaled_error = report.arithmetic_off;
  if (given.empty() || report.samples.empty()) return;
  const int most = report.samples.back();
  const SequenceErrors errors = report.enumerated
                                    ? sequence_errors(report.predictions, report.probability, report.arithmetic, most,
                                                      kSequences, plan.seed, watch)
                                    : sequence_errors(given, {}, report.arithmetic, most, kSequences, plan.seed, watch);
  if (errors.mean.empty()) return;
  report.sequences = kSequences;
  for (int t : report.samples) {
    report.error.push_back(errors.mean[std::size_t(t) - 1]);
    report.error_deviation.push_back(errors.deviation[std::size_t(t) - 1]);
  }
  report.meets_within = report.enumerated ? most : most / 4;
  report.meets_scaling_at = meets_from(
      std::size_t(report.meets_within), report.scaled_error, [](std::size_t i) { return int(i) + 1; },
      [&](std::size_t i) { return errors.mean[i]; });
}

}  // namespace

SubnetworkReport subnetwork_report(const Model<float>& model, std::span<const float> x, const SubnetworkPlan& plan,
                                   const Watch& watch, Parallel* parallel) {
  check_plan(plan);
  DROPSCOPE_CHECK(x.size() == std::size_t(model.network.inputs()));
  SubnetworkReport report;
  report.x.assign(x.begin(), x.end());
  report.silent = first_noisy_layer(model) == model.network.layer_count();
  report.classes = plan.classify ? model.network.outputs() : 0;
  report.gates = droppable_units(model);
  report.equal_by_theory = scaling_is_exact(model);
  const std::vector<float> scaled = ask_scaled(model, x, 1, false);
  report.outputs = int(scaled.size());
  if (plan.classify)
    report.scaled = exp_of(logs_of(scaled, std::size_t(report.classes)));
  else
    report.scaled.assign(scaled.begin(), scaled.end());
  report.why_sampled = why_not_all(model, report.gates);
  if (report.why_sampled.empty() && !watch.gives_up()) run_all(model, x, report);
  std::vector<double> given = sample(model, x, plan, watch, parallel, report);
  compare(given, plan, watch, report);
  if (!report.enumerated) report.drawn = std::move(given);
  return report;
}

Convergence convergence_of(const Model<float>& model, const Split& split, std::size_t most, const SubnetworkPlan& plan,
                           const Watch& watch, Parallel* parallel) {
  check_plan(plan);
  const std::size_t n = most == 0 ? split.count : std::min(most, split.count);
  const std::size_t classes = std::size_t(model.network.outputs());
  const auto score = [&](std::span<const double> answers) {
    return score_answers(answers, split, classes, plan.classify);
  };
  const auto error_of = [&](const AnswerScore& s) {
    return split.label.empty() ? std::numeric_limits<double>::quiet_NaN() : s.error();
  };
  Convergence result;
  const std::span<const float> x = std::span(split.x).first(n * std::size_t(model.network.inputs()));
  const std::vector<float> whole = ask_scaled(model, x, n, plan.classify);
  const AnswerScore scaled = score(std::vector<double>(whole.begin(), whole.end()));
  result.scaled_loss = scaled.loss();
  result.scaled_error = error_of(scaled);
  if (n == 0) return result;
  const std::vector<int> listed = listed_samples(plan.samples);
  MonteCarloPlan passes;
  passes.seed = plan.seed;
  passes.classify = plan.classify;
  passes.keep = true;
  std::vector<BlockMeans> blocks(listed.begin(), listed.end());
  std::vector<Moments> losses(listed.size()), errors(listed.size());
  int done = 0;
  const int block = int(std::clamp<std::size_t>(kKept / whole.size(), 1, 64));
  while (done < plan.samples && !watch.gives_up()) {
    passes.first_pass = done;
    passes.passes = std::min(block, plan.samples - done);
    const MonteCarlo<float> some = monte_carlo<float>(model, x, n, passes, parallel);
    for (int k = 0; k < passes.passes; ++k) {
      const auto begin = some.kept.begin() + std::ptrdiff_t(k) * std::ptrdiff_t(whole.size());
      const std::vector<double> row(begin, begin + std::ptrdiff_t(whole.size()));
      for (std::size_t i = 0; i < blocks.size(); ++i)
        blocks[i].add(row, [&](std::span<const double> mean) {
          const AnswerScore s = score(mean);
          losses[i].add(s.loss());
          errors[i].add(error_of(s));
        });
    }
    done += passes.passes;
    watch.done(double(done) / plan.samples);
  }
  for (std::size_t i = 0; i < listed.size() && losses[i].count() > 0; ++i)
    result.points.push_back({listed[i], int(losses[i].count()), losses[i].mean(), errors[i].mean(),
                             losses[i].count() > 1 ? losses[i].deviation() : std::numeric_limits<double>::quiet_NaN()});
  result.meets_scaling_at = meets_from(
      result.points.size(), result.scaled_loss, [&](std::size_t i) { return result.points[i].samples; },
      [&](std::size_t i) { return result.points[i].loss; });
  return result;
}

}  // namespace dropscope
