#include "core/train/objective.h"

#include <cmath>
#include <vector>

#include "core/base/check.h"
#include "core/data/augment.h"
#include "core/spec/fields.h"
#include "core/tensor/math.h"

namespace dropscope {
namespace {

template <class T>
Tensor<T> half_of(const Tensor<T>& t, int which) {
  Tensor<T> half;
  for (const Dim& d : t.shape) half.shape.push({d.axis, d.axis == Axis::Sample ? d.extent / 2 : d.extent});
  const std::ptrdiff_t n = std::ptrdiff_t(t.size() / 2);
  half.v.assign(t.v.begin() + which * n, t.v.begin() + (which + 1) * n);
  return half;
}

// log softmax of a row.
template <class T>
void log_softmax(const T* z, int n, T* out) {
  T top = z[0], sum = 0;
  for (int k = 1; k < n; ++k) top = z[k] > top ? z[k] : top;
  for (int k = 0; k < n; ++k) sum += exp_of(z[k] - top);
  const T log_sum = log_of(sum);
  for (int k = 0; k < n; ++k) out[k] = z[k] - top - log_sum;
}

}  // namespace

template <class T>
PairLoss r_drop_loss(const Tensor<T>& logits, std::span<const std::int32_t> labels, const ObjectiveSpec& spec,
                     Tensor<T>* d) {
  DROPSCOPE_CHECK(logits.shape.extent(Axis::Sample) % 2 == 0);
  const int width = logits.shape[logits.shape.rank() - 1].extent;
  const Tensor<T> z[2] = {half_of(logits, 0), half_of(logits, 1)};
  Tensor<T> d_ce[2];
  PairLoss result;
  result.first = softmax_cross_entropy<T>(z[0], labels, d ? &d_ce[0] : nullptr, spec.label_smoothing);
  result.second = softmax_cross_entropy<T>(z[1], labels, d ? &d_ce[1] : nullptr, spec.label_smoothing);
  const double share = spec.r_drop_mean ? 0.5 : 1;
  const std::size_t half = z[0].size();
  if (d) {
    d->resize(logits.shape);
    for (std::size_t i = 0; i < 2 * half; ++i) (*d)[i] = T(share) * d_ce[i / half][i % half];
  }
  const int scored = result.first.scored;
  if (scored == 0) return result;
  const T per = T(spec.r_drop / scored);
  std::vector<T> log_p(static_cast<std::size_t>(width)), log_q(log_p.size());
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < 0) continue;
    const std::size_t at = row * std::size_t(width);
    log_softmax(z[0].data() + at, width, log_p.data());
    log_softmax(z[1].data() + at, width, log_q.data());
    T forward = 0, backward = 0;  // KL(p|q), KL(q|p)
    for (std::size_t k = 0; k < log_p.size(); ++k) {
      forward += exp_of(log_p[k]) * (log_p[k] - log_q[k]);
      backward += exp_of(log_q[k]) * (log_q[k] - log_p[k]);
    }
    result.disagreement += 0.5 * (double(forward) + double(backward));
    if (!d) continue;
    for (std::size_t k = 0; k < log_p.size(); ++k) {
      const T p = exp_of(log_p[k]), q = exp_of(log_q[k]), ratio = log_p[k] - log_q[k];
      (*d)[at + k] += per * T(0.5) * (p * (ratio - forward) + p - q);
      (*d)[half + at + k] += per * T(0.5) * (q * (-ratio - backward) + q - p);
    }
  }
  result.disagreement /= scored;
  result.value = share * (result.first.mean() + result.second.mean()) + spec.r_drop * result.disagreement;
  return result;
}

template <class T>
double add_penalties(const Network<T>& network, std::span<const NoisePlan> plans, std::span<const T> params,
                     std::size_t train_examples, bool classifies, std::span<T> gradients) {
  double total = 0;
  for (std::size_t s = 0; s < plans.size(); ++s) {
    const Variant* variant = plans[s].variant;
    if (!variant || !variant->penalty || !has_effect(plans[s])) continue;
    const SiteInfo& site = network.sites()[s];
    const std::vector<double> learned(params.begin() + std::ptrdiff_t(site.learned),
                                      params.begin() + std::ptrdiff_t(site.learned + variant->learned.size()));
    std::vector<double> d_learned(learned.size(), 0.0);
    PenaltyContext context{.params = plans[s].params,
                           .learned = learned,
                           .inputs = int(network.site_shape(int(s), 1).count()),
                           .examples = train_examples,
                           .classifies = classifies,
                           .d_learned = d_learned};
    const ParamBlock* readers = site.readers >= 0 ? &network.blocks()[std::size_t(site.readers)] : nullptr;
    if (readers)
      for (T w : params.subspan(readers->offset, readers->size)) context.weight_squares += double(w) * double(w);
    const Penalty penalty = variant->penalty(context);
    total += penalty.value;
    if (gradients.empty()) continue;
    for (std::size_t i = 0; i < learned.size(); ++i) gradients[site.learned + i] += T(d_learned[i]);
    if (readers)
      for (std::size_t i = readers->offset; i < readers->offset + readers->size; ++i)
        gradients[i] += T(penalty.weight_gain) * params[i];
  }
  return total;
}

void check_training(const RunSpec& spec, const Dataset& data, bool classifies) {
  if (!classifies && spec.objective.label_smoothing > 0)
    throw InputError("objective.label_smoothing", "0 where squared errors are minimised",
                     real_text(spec.objective.label_smoothing));
  if (!classifies && spec.objective.r_drop > 0)
    throw InputError("objective.r_drop", "0 where squared errors are minimised", real_text(spec.objective.r_drop));
  check_augment(spec.augment, data.form());
  if (spec.stopping.patience > 0 && data.validation.count == 0)
    throw InputError("stopping.patience", "0 without validation examples", std::to_string(spec.stopping.patience));
}

#define DROPSCOPE_INSTANTIATE(T)                                                                                       \
  template PairLoss r_drop_loss<T>(const Tensor<T>&, std::span<const std::int32_t>, const ObjectiveSpec&, Tensor<T>*); \
  template double add_penalties<T>(const Network<T>&, std::span<const NoisePlan>, std::span<const T>, std::size_t,     \
                                   bool, std::span<T>);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
