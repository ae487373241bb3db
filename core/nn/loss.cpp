#include "core/nn/loss.h"

#include <utility>

#include "core/base/check.h"
#include "core/tensor/math.h"

namespace dropscope {
namespace {

// Largest entry and its place; NaN is never larger, so it reaches the result through the sum instead.
template <class T>
std::pair<T, int> largest(const T* row, int n) {
  int at = 0;
  for (int k = 1; k < n; ++k)
    if (row[k] > row[at]) at = k;
  return {row[at], at};
}

}  // namespace

template <class T>
LossResult softmax_cross_entropy(const Tensor<T>& logits, std::span<const std::int32_t> labels, Tensor<T>* d) {
  const int batch = logits.shape[0].extent, classes = logits.shape[1].extent;
  DROPSCOPE_CHECK(int(labels.size()) == batch);
  Tensor<T> own;
  Tensor<T>& e = d ? *d : own;
  e.resize(logits.shape);
  LossResult result;
  for (int b = 0; b < batch; ++b) {
    const T* row = logits.data() + std::ptrdiff_t(b) * classes;
    const auto [top, at] = largest(row, classes);
    const int label = labels[std::size_t(b)];
    result.correct += at == label ? 1 : 0;
    result.total += double(top) - double(row[label]);
    for (int k = 0; k < classes; ++k) e[std::size_t(b * classes + k)] = row[k] - top;
  }
  // One loop over all rows: narrow rows would leave most of a vector empty.
  for (std::size_t i = 0; i < e.size(); ++i) e[i] = exp_of(e[i]);
  for (int b = 0; b < batch; ++b) {
    T* row = e.data() + std::ptrdiff_t(b) * classes;
    T sum = T(0);
    for (int k = 0; k < classes; ++k) sum += row[k];
    result.total += double(log_of(sum));
    if (!d) continue;
    const T factor = T(1) / (sum * T(batch));
    for (int k = 0; k < classes; ++k) row[k] *= factor;
    row[labels[std::size_t(b)]] -= T(1) / T(batch);
  }
  return result;
}

template <class T>
LossResult mean_squared_error(const Tensor<T>& prediction, std::span<const float> targets, Tensor<T>* d) {
  const int batch = prediction.shape[0].extent, outputs = prediction.shape[1].extent;
  DROPSCOPE_CHECK(targets.size() == prediction.size());
  if (d) d->resize(prediction.shape);
  LossResult result;
  for (std::size_t i = 0; i < prediction.size(); ++i) {
    const T error = prediction[i] - T(targets[i]);
    result.total += double(error) * double(error) / outputs;
    if (d) (*d)[i] = T(2) * error / T(batch * outputs);
  }
  return result;
}

template <class T>
void softmax_rows(Tensor<T>& logits) {
  const int batch = logits.shape[0].extent, classes = logits.shape[1].extent;
  for (int b = 0; b < batch; ++b) {
    T* row = logits.data() + std::ptrdiff_t(b) * classes;
    const T top = largest(row, classes).first;
    T sum = T(0);
    for (int k = 0; k < classes; ++k) sum += row[k] = exp_of(row[k] - top);
    for (int k = 0; k < classes; ++k) row[k] /= sum;
  }
}

#define DROPSCOPE_INSTANTIATE(T)                                                                              \
  template LossResult softmax_cross_entropy<T>(const Tensor<T>&, std::span<const std::int32_t>, Tensor<T>*);  \
  template LossResult mean_squared_error<T>(const Tensor<T>&, std::span<const float>, Tensor<T>*);            \
  template void softmax_rows<T>(Tensor<T>&);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
