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

// Rows and numbers per row: the last axis is a row.
struct Rows {
  int rows, width;
};
template <class T>
Rows rows_of(const Tensor<T>& t) {
  const int width = t.shape[t.shape.rank() - 1].extent;
  return {int(t.size()) / width, width};
}

}  // namespace

template <class T>
LossResult softmax_cross_entropy(const Tensor<T>& logits, std::span<const std::int32_t> labels, Tensor<T>* d,
                                 double smoothing) {
  const auto [rows, classes] = rows_of(logits);
  DROPSCOPE_CHECK(int(labels.size()) == rows);
  Tensor<T> own;
  Tensor<T>& e = d ? *d : own;
  e.resize(logits.shape);
  LossResult result;
  for (int b = 0; b < rows; ++b) {
    const T* row = logits.data() + std::ptrdiff_t(b) * classes;
    const auto [top, at] = largest(row, classes);
    for (int k = 0; k < classes; ++k) e[std::size_t(b * classes + k)] = row[k] - top;
    const int label = labels[std::size_t(b)];
    if (label < 0) continue;
    ++result.scored;
    result.correct += at == label ? 1 : 0;
    result.total += double(top) - double(row[label]);
    if (smoothing > 0) {
      double others = 0;
      for (int k = 0; k < classes; ++k) others += double(row[label]) - double(row[k]);
      result.total += smoothing * others / classes;
    }
  }
  // One loop over all rows: narrow rows would leave most of a vector empty.
  for (std::size_t i = 0; i < e.size(); ++i) e[i] = exp_of(e[i]);
  for (int b = 0; b < rows; ++b) {
    T* row = e.data() + std::ptrdiff_t(b) * classes;
    const int label = labels[std::size_t(b)];
    if (label < 0) {
      for (int k = 0; k < classes; ++k) row[k] = T(0);
      continue;
    }
    T sum = T(0);
    for (int k = 0; k < classes; ++k) sum += row[k];
    result.total += double(log_of(sum));
    if (!d) continue;
    const T factor = T(1) / (sum * T(result.scored));
    for (int k = 0; k < classes; ++k) row[k] *= factor;
    row[label] -= T(1) / T(result.scored) * T(1 - smoothing);
    if (smoothing > 0)
      for (int k = 0; k < classes; ++k) row[k] -= T(smoothing / (double(classes) * result.scored));
  }
  return result;
}

template <class T>
LossResult mean_squared_error(const Tensor<T>& prediction, std::span<const float> targets, Tensor<T>* d) {
  const auto [batch, outputs] = rows_of(prediction);
  DROPSCOPE_CHECK(targets.size() == prediction.size());
  if (d) d->resize(prediction.shape);
  LossResult result;
  for (std::size_t i = 0; i < prediction.size(); ++i) {
    const T error = prediction[i] - T(targets[i]);
    result.total += double(error) * double(error) / outputs;
    if (d) (*d)[i] = T(2) * error / T(batch * outputs);
  }
  result.scored = batch;
  return result;
}

template <class T>
void softmax_rows(Tensor<T>& logits) {
  const auto [rows, classes] = rows_of(logits);
  for (int b = 0; b < rows; ++b) {
    T* row = logits.data() + std::ptrdiff_t(b) * classes;
    const T top = largest(row, classes).first;
    T sum = T(0);
    for (int k = 0; k < classes; ++k) sum += row[k] = exp_of(row[k] - top);
    for (int k = 0; k < classes; ++k) row[k] /= sum;
  }
}

#define DROPSCOPE_INSTANTIATE(T)                                                                              \
  template LossResult softmax_cross_entropy<T>(const Tensor<T>&, std::span<const std::int32_t>, Tensor<T>*, double);  \
  template LossResult mean_squared_error<T>(const Tensor<T>&, std::span<const float>, Tensor<T>*);            \
  template void softmax_rows<T>(Tensor<T>&);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
