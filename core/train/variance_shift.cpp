#include "core/train/variance_shift.h"

#include <algorithm>
#include <limits>

#include "core/base/check.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

// Mean and variance of each unit or channel, gathered tensor by tensor.
class UnitMoments {
 public:
  void add(const Tensor<float>& x) {
    const bool maps = x.shape.rank() == 4;
    const std::size_t inner =
        maps ? std::size_t(x.shape.extent(Axis::Row)) * std::size_t(x.shape.extent(Axis::Col)) : 1;
    const std::size_t features = std::size_t(maps ? x.shape.extent(Axis::Channel) : x.shape.extent(Axis::Unit));
    sum_.resize(features, 0.0);
    square_.resize(features, 0.0);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t f = i / inner % features;
      sum_[f] += double(x[i]);
      square_[f] += double(x[i]) * double(x[i]);
    }
    count_ += double(x.size() / features);
  }
  bool empty() const { return count_ == 0; }
  std::size_t units() const { return sum_.size(); }
  double mean(std::size_t f) const { return sum_[f] / count_; }
  double variance(std::size_t f) const { return std::max(0.0, square_[f] / count_ - mean(f) * mean(f)); }
  double mean_variance() const {
    double total = 0;
    for (std::size_t f = 0; f < units(); ++f) total += variance(f);
    return units() > 0 ? total / double(units()) : 0;
  }

 private:
  std::vector<double> sum_, square_;
  double count_ = 0;
};

bool is_batch_norm(const Layer<float>& layer) {
  for (const ParamBlock& block : layer.blocks())
    if (block.statistic) return true;
  return false;
}

// Whether every element has a coin of its own that keeps or drops it: what formula (a) is about.
bool has_own_coins(const NoisePlan& plan) {
  return plan.variant && plan.variant->gates == Gates::Binary && plan.variant->fill == Fill::Zero &&
         plan.variant->rate_is == RateIs::Exact && plan.variant->reads == Reads::Nothing && plan.tie.empty() &&
         (plan.variant->rescale == Rescale::None || plan.variant->rescale == Rescale::InverseKeep);
}

}  // namespace

double dropped_variance_ratio(double mean, double variance, double rate) {
  if (rate >= 1) return 0;
  const double train = (mean * mean + variance) / (1 - rate) - mean * mean;
  return train > 0 ? variance / train : 1;
}

double uniform_variance_ratio(double mean, double variance, double b) {
  const double train = (3 + b * b) * variance + b * b * mean * mean;
  return train > 0 ? 3 * variance / train : 1;
}

VariancePair dropped_sum_variance(std::span<const double> w, std::span<const double> mean,
                                  std::span<const double> covariance, double rate) {
  DROPSCOPE_CHECK(mean.size() == w.size() && covariance.size() == w.size() * w.size() && rate < 1);
  VariancePair z;
  for (std::size_t i = 0; i < w.size(); ++i)
    for (std::size_t j = 0; j < w.size(); ++j) {
      const double term = w[i] * w[j] * covariance[i * w.size() + j];
      z.eval += term;
      z.train += term;
      if (i == j) z.train += w[i] * w[i] * (mean[i] * mean[i] + covariance[i * w.size() + i]) * rate / (1 - rate);
    }
  return z;
}

std::vector<NormShift> measure_variance_shift(const Network<float>& network, std::span<const float> params,
                                              std::span<const NoisePlan> plans, std::span<const std::uint32_t> places,
                                              std::uint64_t seed, const Split& split, int batch, int passes,
                                              std::size_t most, Parallel* parallel) {
  DROPSCOPE_CHECK(batch >= 1 && passes >= 1 && plans.size() == network.sites().size());
  std::vector<NormShift> shifts;
  for (int l = 1; l < network.layer_count(); ++l)
    if (is_batch_norm(network.layer(l))) shifts.push_back({l, network.layer(l).name(), {}, 0, false});
  const std::size_t n = most == 0 ? split.count : std::min(most, split.count);
  const std::size_t inputs = std::size_t(network.inputs());
  // In training, in passes as inference makes them, and there before the noise of the layer that is read.
  std::vector<UnitMoments> train(shifts.size()), eval(shifts.size()), clean(shifts.size());
  Tape<float> tape = network.make_tape();
  for (int pass = 0; pass <= passes; ++pass) {
    const bool training = pass < passes;
    std::uint32_t age = 0;
    for (std::size_t first = 0; first < n; first += std::size_t(batch), ++age) {
      const std::size_t count = std::min(std::size_t(batch), n - first);
      std::copy_n(split.x.data() + first * inputs, count * inputs, network.begin(tape, int(count)).data());
      if (training) {
        tape.training = true;
        for (std::size_t s = 0; s < plans.size(); ++s) {
          const Uniforms draw({seed, places[s], age, std::uint32_t(pass)}, Stream::Probe);
          network.draw_noise_at(params, plans[s], int(s), {&draw, 1}, tape);
        }
      } else {
        set_inference_noise(network, params, plans, tape);
      }
      network.forward(params, tape, parallel);
      for (std::size_t k = 0; k < shifts.size(); ++k) {
        const LayerTape<float>& before = tape.layers[std::size_t(network.inputs_of(shifts[k].layer)[0])];
        if (tape.layers[std::size_t(shifts[k].layer)].skipped) continue;
        (training ? train : eval)[k].add(before.out());
        if (!training) clean[k].add(before.h);
      }
    }
  }
  for (std::size_t k = 0; k < shifts.size(); ++k) {
    NormShift& shift = shifts[k];
    shift.skipped = train[k].empty();
    shift.measured = {train[k].mean_variance(), eval[k].mean_variance()};
    shift.predicted = std::numeric_limits<double>::quiet_NaN();
    const int before = network.inputs_of(shift.layer)[0];
    for (std::size_t s = 0; s < plans.size(); ++s) {
      const SiteInfo& site = network.sites()[s];
      if (site.layer != before || site.kind == SiteKind::Weight || !has_effect(plans[s])) continue;
      if (!has_own_coins(plans[s]) || site.kind == SiteKind::ResidualBranch || plans[s].rate >= 1) break;
      // Of the averages over units, as measured.
      double kept = 0, dropped = 0;
      for (std::size_t f = 0; f < clean[k].units(); ++f) {
        const double c = clean[k].mean(f), v = clean[k].variance(f);
        kept += v;
        dropped += (c * c + v) / (1 - plans[s].rate) - c * c;
      }
      shift.predicted = dropped > 0 ? kept / dropped : 1;
    }
  }
  return shifts;
}

}  // namespace dropscope
