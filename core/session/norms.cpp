#include <algorithm>
#include <cmath>

#include "core/nn/norm.h"
#include "core/session/snapshot_parts.h"
#include "core/train/evaluator.h"
#include "core/train/unit_study.h"

namespace dropscope {
namespace {

// Numbers of a tensor lie as [group][feature][inner]: inner are the pixels of a map.
struct Features {
  std::size_t count, inner;
  explicit Features(const Shape& shape)
      : count(std::size_t(shape.rank() == 4 ? shape.extent(Axis::Channel) : shape.extent(Axis::Unit))),
        inner(shape.rank() == 4 ? std::size_t(shape.extent(Axis::Row)) * std::size_t(shape.extent(Axis::Col)) : 1) {}
  std::size_t of(std::size_t i) const { return i / inner % count; }
};

int bin_of(float value, float lo, float hi) {
  const float at = (value - lo) / (hi - lo) * float(NormView::kBins);
  return at >= 0 ? int(std::min(at, float(NormView::kBins - 1))) : 0;  // NaN too
}

// What enters and what leaves in one pass, with the mean and the deviation that the pass itself used.
void count(const NormView& view, const Tensor<float>& x, const Tensor<float>& moments, NormView::Counts& in,
           NormView::Counts& out) {
  const Features features(x.shape);
  const float *mean = moments.data(), *inverse = mean + features.count;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t f = features.of(i);
    ++in[std::size_t(bin_of(x[i], view.in_lo, view.in_hi))];
    ++out[std::size_t(bin_of((x[i] - mean[f]) * inverse[f], view.out_lo, view.out_hi))];
  }
}

// Per feature, averaged over them.
double mean_variance(const Tensor<float>& x) {
  const Features features(x.shape);
  std::vector<double> sum(features.count, 0.0), square(features.count, 0.0);
  for (std::size_t i = 0; i < x.size(); ++i) sum[features.of(i)] += double(x[i]);
  const double n = double(x.size()) / double(features.count);
  for (double& s : sum) s /= n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double d = double(x[i]) - sum[features.of(i)];
    square[features.of(i)] += d * d;
  }
  double total = 0;
  for (double s : square) total += s / n;
  return total / double(features.count);
}

// Three deviations around the running means, out to sixteenths of a power of two, so that the picture stands still
// while they move.
void set_range(const float* params, std::size_t features, NormView& view) {
  constexpr float kOut = 4;
  const float *mean = params + 2 * features, *variance = mean + features;  // behind gamma and beta
  float lo = INFINITY, hi = -INFINITY;
  for (std::size_t f = 0; f < features; ++f) {
    const float reach = 3 * std::sqrt(std::max(variance[f], 0.0f));
    lo = std::min(lo, mean[f] - reach);
    hi = std::max(hi, mean[f] + reach);
  }
  if (!(hi - lo > 1e-6f) || !std::isfinite(hi - lo)) lo = -1, hi = 1;
  const float step = std::exp2(std::floor(std::log2(hi - lo))) / 16;
  view.in_lo = std::floor(lo / step) * step;
  view.in_hi = std::ceil(hi / step) * step;
  view.out_lo = -kOut;
  view.out_hi = kOut;
}

// The examples of the batch without masks. Under R-Drop the tape holds them twice.
void infer_batch(const ShownPass& pass, Tape<float>& tape) {
  const Trainer& trainer = pass.trainer;
  const std::size_t examples = trainer.batch_examples().size();
  Tensor<float>& x = trainer.network().begin(tape, int(examples));
  std::copy_n(pass.tape.layers[0].h.data(), x.size(), x.data());
  set_inference_noise(trainer.network(), trainer.params(), trainer.plans(), tape);
  trainer.network().forward(trainer.params(), tape, nullptr);
}

}  // namespace

void add_norms(const ShownPass& pass, bool wanted, Tape<float>& tape, Snapshot& s) {
  constexpr double kMostProducts = 2e6;  // about half a millisecond
  const Network<float>& network = pass.network();
  const std::vector<Column> columns = columns_of(network);
  const double cost = pass_cost(network, {}, network.layer_count() - 1) * double(pass.tape.batch);
  const bool measures = pass.tape.batch > 0 && (wanted || cost <= kMostProducts);
  bool inferred = false;
  for (int l = 1; l < network.layer_count(); ++l) {
    if (network.layer(l).part() != PartKind::Norm) continue;
    NormView view;
    view.name = network.layer(l).name();
    view.layer = column_at(columns, l);
    const Features features(network.layer(l).output_shape(1));
    set_range(pass.trainer.params().data() + network.layer(l).offset, features.count, view);
    const std::size_t before = std::size_t(network.inputs_of(l)[0]);
    const LayerTape<float>& here = pass.tape.layers[std::size_t(l)];
    if (measures && pass.reached(l)) {
      if (!inferred) infer_batch(pass, tape);
      inferred = true;
      const LayerTape<float>& plain = tape.layers[std::size_t(l)];
      if (!here.skipped) {
        const Tensor<float>& moments = here.work[kNormMomentsWork];
        count(view, pass.tape.layers[before].out(), moments, view.in_train, view.out_train);
        for (std::size_t f = 0; f < features.count; ++f)
          view.train_variance += double(moments[2 * features.count + f]) / double(features.count);
      }
      if (!plain.skipped) {
        count(view, tape.layers[before].out(), plain.work[kNormMomentsWork], view.in_eval, view.out_eval);
        view.eval_variance = mean_variance(tape.layers[before].out());
      }
    }
    s.norms.push_back(std::move(view));
  }
}

}  // namespace dropscope
