#include "core/analysis/diagnosis.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "core/dropout/registry.h"
#include "core/spec/fields.h"
#include "core/spec/site.h"

namespace dropscope {
namespace {

constexpr std::size_t kFewestPoints = 10;
constexpr double kRisen = 1.05;     // overfitting: validation loss this many times its best
constexpr double kGapShare = 0.15;  // and this much of it is gap
constexpr double kRateStep = 0.2;   // what a suggestion adds to the highest rate
constexpr double kMostSuggested = 0.8;
constexpr double kStillHigh = 0.6;  // underfitting: train loss above this share of what knowing nothing costs
constexpr double kSmallGap = 0.1;   // with a gap below this share of it
constexpr double kSlow = 0.1;       // and a fall of less than this share of it in the last half
constexpr double kFlat = 0.01;      // plateau: the last half improved the best by less than this share
constexpr double kJump = 1.2;       // rate too high: train loss jumps by this factor
constexpr double kRebound = 0.1;    // or ends this share of its first value above its least
constexpr double kJumpShare = 0.2;  // in this share of the evaluations of the last half

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}
std::string whole(double value) { return std::to_string(std::int64_t(value)); }

// The curves as the rules read them.
struct Curves {
  std::vector<MetricPoint> points;
  std::size_t half = 0;              // the first point of the last half of the ticks
  double train = 0, validation = 0;  // means over the last tenth of the points
  double first_train = 0;
  double best_validation = 0;
  double best_tick = 0;

  double mean(std::size_t from, std::size_t to, float MetricPoint::*loss) const {
    double sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += double(points[i].*loss);
    return sum / double(to - from);
  }
  double least(std::size_t from, std::size_t to, float MetricPoint::*loss) const {
    double best = double(points[from].*loss);
    for (std::size_t i = from; i < to; ++i) best = std::min(best, double(points[i].*loss));
    return best;
  }
};

std::optional<Curves> read_curves(const History& history) {
  Curves c;
  for (std::size_t i = 0; i < history.count; ++i)
    if (std::isfinite(history[i].train_loss) && std::isfinite(history[i].validation_loss))
      c.points.push_back(history[i]);
  const std::size_t n = c.points.size();
  if (n < kFewestPoints) return std::nullopt;
  const std::int64_t middle = c.points.back().tick / 2;
  while (c.points[c.half].tick < middle) ++c.half;
  if (c.half == 0 || c.half + 2 > n) return std::nullopt;
  const std::size_t last = n - std::max<std::size_t>(1, n / 10);
  c.train = c.mean(last, n, &MetricPoint::train_loss);
  c.validation = c.mean(last, n, &MetricPoint::validation_loss);
  c.first_train = double(c.points[0].train_loss);
  c.best_validation = c.least(0, n, &MetricPoint::validation_loss);
  for (const MetricPoint& p : c.points)
    if (double(p.validation_loss) == c.best_validation) {
      c.best_tick = double(p.tick);
      break;
    }
  return c;
}

bool overfits(const Curves& c) {
  return c.train < c.first_train && c.validation > kRisen * c.best_validation &&
         c.validation - c.train > kGapShare * c.validation;
}

double highest_rate(const RunSpec& spec) {
  double rate = 0;
  for (const SitePlan& site : spec.dropout.sites) {
    const Variant* variant = find_variant(site.variant);
    if (variant && variant->rate_is != RateIs::Ignored && variant->rate_is != RateIs::Learned)
      rate = std::max(rate, site.rate);
  }
  return rate;
}

void find_overfitting(const RunFacts& run, const Curves& c, std::vector<Finding>& found) {
  if (!overfits(c)) return;
  const double gap = c.validation - c.train, rate = highest_rate(run.spec);
  const double suggested = std::max(rate, std::min(kMostSuggested, rate + kRateStep));
  // A network that overfits at the highest rates needs something else.
  const std::string more =
      suggested > rate ? "a drop rate of " + number(suggested) + " instead of " + number(rate) + ", " : "";
  found.push_back({"overfitting",
                   "Overfitting: the validation loss is " + number(c.validation) + ", " + number(gap) +
                       " above the train loss of " + number(c.train) + " (both without masks), and has risen from " +
                       number(c.best_validation) + " at step " + whole(c.best_tick) + ". Try " + more +
                       "weight decay, more examples, or stopping early.",
                   {{"train_loss", c.train},
                    {"validation_loss", c.validation},
                    {"gap", gap},
                    {"best_validation_loss", c.best_validation},
                    {"best_tick", c.best_tick},
                    {"suggested_rate", suggested}}});
}

void find_underfitting(const RunFacts& run, const Curves& c, std::vector<Finding>& found) {
  // What it costs to say the same of every example.
  const double knowing_nothing = run.classes > 1 ? std::min(std::log(run.classes), c.first_train) : c.first_train;
  const double before = c.mean(c.half, c.half + 1, &MetricPoint::train_loss), gap = c.validation - c.train;
  if (c.train < kStillHigh * knowing_nothing || gap > kSmallGap * c.train || before - c.train > kSlow * c.train) return;
  const double rate = highest_rate(run.spec);
  const std::string advice = rate > 0 ? "Try a drop rate of " + number(rate / 2) + " instead of " + number(rate) +
                                            ", more units, or another learning rate."
                                      : "Try more units or layers, or another learning rate.";
  found.push_back({"underfitting",
                   "Underfitting: the train loss without masks still is " + number(c.train) + ", " +
                       number(100 * c.train / knowing_nothing) + " % of the " + number(knowing_nothing) +
                       " that knowing nothing costs, and hardly falls; the validation loss is " + number(c.validation) +
                       ". " + advice,
                   {{"train_loss", c.train},
                    {"validation_loss", c.validation},
                    {"knowing_nothing", knowing_nothing},
                    {"rate", rate},
                    {"suggested_rate", rate / 2}}});
}

void find_plateau(const Curves& c, std::vector<Finding>& found) {
  if (overfits(c)) return;
  const double before = c.least(0, c.half + 1, &MetricPoint::validation_loss);
  const double since = c.least(c.half, c.points.size(), &MetricPoint::validation_loss);
  if (before - since > kFlat * before) return;
  const double from = double(c.points[c.half].tick), to = double(c.points.back().tick);
  found.push_back({"plateau",
                   "Plateau: the best validation loss went from " + number(before) + " to " +
                       number(std::min(before, since)) + " between steps " + whole(from) + " and " + whole(to) +
                       ", less than " + number(100 * kFlat) +
                       " %. Stop here, lower the learning rate, or change the drop rate.",
                   {{"best_before", before}, {"best_since", since}, {"from_tick", from}, {"to_tick", to}}});
}

void find_rate_too_high(const RunFacts& run, const std::optional<Curves>& curves, std::vector<Finding>& found) {
  const double rate = run.spec.optimizer.learning_rate;
  if (run.diverged) {
    found.push_back({"rate_too_high",
                     "Learning rate too high: with " + number(rate) +
                         " the run ended at a number that is not finite. Try " + number(rate / 10) + ".",
                     {{"learning_rate", rate}}});
    return;
  }
  if (!curves) return;
  const Curves& c = *curves;
  const std::size_t n = c.points.size();
  std::size_t jumps = 0;
  for (std::size_t i = c.half + 1; i < n; ++i)
    jumps += double(c.points[i].train_loss) > kJump * double(c.points[i - 1].train_loss) ? 1 : 0;
  const double steps = double(n - c.half - 1), share = double(jumps) / steps;
  const double least = c.least(0, n, &MetricPoint::train_loss);
  // Of two small losses one may well be much larger.
  const double much = kRebound * c.first_train;
  const bool rebounds = c.train > kJump * least && c.train - least > much;
  if (!rebounds && !(share >= kJumpShare && c.train > much)) return;
  found.push_back({"rate_too_high",
                   "Learning rate too high: with " + number(rate) + " the train loss without masks jumped up by " +
                       number(100 * (kJump - 1)) + " % or more in " + std::to_string(jumps) + " of the last " +
                       whole(steps) + " evaluations and is " + number(c.train) + " after having been " + number(least) +
                       ". Try " + number(rate / 3) + ".",
                   {{"learning_rate", rate},
                    {"jumps", double(jumps)},
                    {"evaluations", steps},
                    {"least_train_loss", least},
                    {"train_loss", c.train}}});
}

// The rate at a site whose noise scales what later layers see; 0 where there is none.
double rate_at(const RunSpec& spec, const SiteName& site) {
  switch (site.kind) {
    case SiteKind::Input:
    case SiteKind::Hidden:
    case SiteKind::FeatureMap:
    case SiteKind::Sequence:
      break;
    default:
      return 0;
  }
  const SitePlan* plan = spec.dropout.find(site.name);
  const Variant* variant = plan ? find_variant(plan->variant) : nullptr;
  return variant && variant->rate_is != RateIs::Ignored && variant->rate_is != RateIs::Learned ? plan->rate : 0;
}

// Where batch normalisation reads, as places in the list of sites: the number of sites before it.
std::vector<std::size_t> batch_norms(const ArchSpec& network, const std::vector<SiteName>& sites) {
  std::vector<std::size_t> places;
  const std::vector<std::string> names = layer_names(network);
  const auto place_of = [&sites](const std::string& name) {
    for (std::size_t s = 0; s < sites.size(); ++s)
      if (sites[s].name == name) return s;
    return std::size_t{0};
  };
  int block = 0;
  for (std::size_t i = 0; i < network.hidden.size(); ++i) {
    const LayerSpec& layer = network.hidden[i];
    if (layer.kind == LayerKind::BatchNorm) places.push_back(place_of(names[i]));
    if (layer.kind == LayerKind::Transformer) block += layer.count;
    if (layer.kind != LayerKind::Residual && layer.kind != LayerKind::ConvResidual) continue;
    for (int b = 0; b < layer.count; ++b) {
      const std::string at = "block" + std::to_string(++block);
      if (layer.norm != Norm::Batch) continue;
      places.push_back(place_of(at + ".inner"));  // the first of the branch
      places.push_back(place_of(at));             // the second, after the inner site
    }
  }
  return places;
}

}  // namespace

std::vector<Finding> diagnose_spec(const RunSpec& spec) {
  std::vector<Finding> found;
  const std::vector<SiteName> sites = site_names(spec.network);
  const std::vector<std::size_t> norms = batch_norms(spec.network, sites);
  // The site of the highest rate is the one to tell of.
  const SiteName* worst = nullptr;
  double worst_rate = 0;
  for (std::size_t s = 0; s < sites.size(); ++s) {
    const double rate = rate_at(spec, sites[s]);
    const bool before = std::any_of(norms.begin(), norms.end(), [s](std::size_t place) { return s < place; });
    if (before && rate > worst_rate) {
      worst = &sites[s];
      worst_rate = rate;
    }
  }
  if (worst) {
    const double ratio = 1 - worst_rate;
    found.push_back({"dropout_before_batch_norm",
                     "Dropout before batch normalisation: " + worst->name + " drops " + number(worst_rate) +
                         ", so units of mean 0 have 1/" + number(ratio) +
                         " times the variance in training that they have in evaluation, and leave the normalisation "
                         "with a deviation of " +
                         number(std::sqrt(ratio)) + " instead of 1. Move the dropout behind the last normalisation.",
                     {{"rate", worst_rate}, {"variance_ratio", ratio}, {"deviation", std::sqrt(ratio)}}});
  }
  if (!sites.empty()) {
    const double rate = rate_at(spec, sites.back());
    if (rate > 0)
      found.push_back({"dropout_on_output",
                       "Dropout on the output layer: each output is dropped with probability " + number(rate) +
                           ", so the right answer itself is missing in that share of the examples. Set " +
                           sites.back().name + " to 0.",
                       {{"rate", rate}}});
  }
  return found;
}

std::vector<Finding> diagnose(const RunFacts& run) {
  std::vector<Finding> found;
  const std::optional<Curves> curves = read_curves(run.history);
  if (curves && !run.diverged) find_overfitting(run, *curves, found);
  const std::size_t before = found.size();
  find_rate_too_high(run, curves, found);
  // A rate that is too high explains a loss that stays high or no longer falls.
  if (curves && found.size() == before) {
    find_underfitting(run, *curves, found);
    find_plateau(*curves, found);
  }
  for (Finding& finding : diagnose_spec(run.spec)) found.push_back(std::move(finding));
  return found;
}

}  // namespace dropscope
