#include "core/optim/optimizer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/tensor/panels.h"

namespace dropscope {
namespace {

// base^n by squaring: the C library's pow need not give the same bits everywhere.
double power(double base, std::int64_t n) {
  double result = 1;
  for (; n > 0; n >>= 1, base *= base)
    if (n & 1) result *= base;
  return result;
}

// Everything an update needs, as constants of the tick.
template <class T>
struct Step {
  T rate, l2, shrink, momentum, beta1, beta2, epsilon, root_correction, clip;
};

// A running mean of gradients that are 0 shrinks at every tick until it reaches subnormal numbers, which processors are
// many times slower with. Before that it becomes 0.
template <class T>
T unless_tiny(T x) {
  constexpr T kLeast = 16 * std::numeric_limits<T>::min();
  return std::abs(x) < kLeast ? T(0) : x;
}

template <class T>
void sgd(T* w, const T* g, std::size_t n, const Step<T>& s) {
  for (std::size_t i = 0; i < n; ++i) w[i] -= s.rate * (s.clip * g[i] + s.l2 * w[i]);
}

// v <- momentum v + g; w <- w - rate v (momentum) or w - rate (g + momentum v) (Nesterov).
template <class T>
void momentum(T* w, const T* g, T* v, std::size_t n, const Step<T>& s) {
  for (std::size_t i = 0; i < n; ++i) {
    const T gradient = s.clip * g[i] + s.l2 * w[i];
    v[i] = unless_tiny(s.momentum * v[i] + gradient);
    w[i] -= s.rate * v[i];
  }
}
template <class T>
void nesterov(T* w, const T* g, T* v, std::size_t n, const Step<T>& s) {
  for (std::size_t i = 0; i < n; ++i) {
    const T gradient = s.clip * g[i] + s.l2 * w[i];
    v[i] = unless_tiny(s.momentum * v[i] + gradient);
    w[i] -= s.rate * (gradient + s.momentum * v[i]);
  }
}

// Kingma and Ba, arXiv:1412.6980; AdamW: Loshchilov and Hutter, arXiv:1711.05101.
template <class T>
void adam(T* __restrict w, const T* __restrict g, T* __restrict m, T* __restrict v, std::size_t n, const Step<T>& s) {
  const T one_minus_1 = T(1) - s.beta1, one_minus_2 = T(1) - s.beta2;
  for (std::size_t i = 0; i < n; ++i) {
    const T gradient = s.clip * g[i] + s.l2 * w[i];
    m[i] = unless_tiny(s.beta1 * m[i] + one_minus_1 * gradient);
    v[i] = unless_tiny(s.beta2 * v[i] + one_minus_2 * gradient * gradient);
    w[i] = w[i] * s.shrink - s.rate * m[i] / (std::sqrt(v[i]) * s.root_correction + s.epsilon);
  }
}

// Parameters are worked on in chunks that stay in the first cache between the update and the sum of squares.
constexpr std::size_t kChunk = 4096;
// Fewer parameters are not worth waking a thread for.
constexpr std::size_t kWorthSharing = 16384;

// Of one chunk: sixteen lanes, then pairs of doubles; always the same order.
template <class T>
double sum_of_squares(const T* values, std::size_t n) {
  constexpr std::size_t kLanes = 16;
  const std::size_t whole = n / kLanes * kLanes;
  T lane[kLanes] = {};
  for (std::size_t i = 0; i < whole; i += kLanes)
    for (std::size_t k = 0; k < kLanes; ++k) lane[k] += values[i + k] * values[i + k];
  for (std::size_t i = whole; i < n; ++i) lane[i - whole] += values[i] * values[i];
  double sum[kLanes];
  for (std::size_t k = 0; k < kLanes; ++k) sum[k] = double(lane[k]);
  for (std::size_t half = kLanes / 2; half > 0; half /= 2)
    for (std::size_t k = 0; k < half; ++k) sum[k] += sum[k + half];
  return sum[0];
}

}  // namespace

double scheduled_rate(const OptimizerSpec& spec, std::int64_t tick) {
  switch (spec.schedule) {
    case ScheduleKind::Constant:
      break;
    case ScheduleKind::Cosine: {
      const double t = std::min(1.0, double(tick) / double(spec.schedule_ticks));
      return spec.learning_rate * 0.5 * (1 + double(std::cos(float(t * 3.14159265358979324))));
    }
    case ScheduleKind::Step:
      return spec.learning_rate * power(spec.step_factor, tick / spec.step_ticks);
  }
  return spec.learning_rate;
}

template <class T>
double l2_norm(std::span<const T> values) {
  double total = 0;
  for (std::size_t start = 0; start < values.size(); start += kChunk)
    total += sum_of_squares(values.data() + start, std::min(kChunk, values.size() - start));
  return std::sqrt(total);
}

template <class T>
void apply_max_norm(std::span<T> params, const ParamBlock& block, double c) {
  T* w = params.data() + block.offset;
  for (int o = 0; o < block.outputs; ++o) {
    double sum = 0;
    for (int i = 0; i < block.inputs; ++i) {
      const double x = double(w[panel_index(o, i, block.inputs)]);
      sum += x * x;
    }
    const double norm = std::sqrt(sum);
    // Rounding leaves a vector that was just shrunk a hair outside; it counts as inside.
    if (!(norm > c * (1 + 4 * double(std::numeric_limits<T>::epsilon())))) continue;
    const T factor = T(c / norm);
    for (int i = 0; i < block.inputs; ++i) w[panel_index(o, i, block.inputs)] *= factor;
  }
}

template <class T>
Optimizer<T>::Optimizer(OptimizerKind kind, std::vector<ParamBlock> blocks, std::size_t param_count)
    : kind_(kind), blocks_(std::move(blocks)), count_(param_count) {
  const bool two = kind == OptimizerKind::Adam || kind == OptimizerKind::AdamW;
  slots_.assign(kind == OptimizerKind::Sgd ? 0 : (two ? 2 : 1) * count_, T(0));
  squares_.assign((count_ + kChunk - 1) / kChunk, 0);
}

// Calls work(begin, end) for every chunk of the parameters and notes the sum of squares of `values` there.
template <class T>
template <class Work>
double Optimizer<T>::norm_after(std::span<const T> values, Parallel* parallel, const Work& work) {
  const int chunks = int(squares_.size());
  spread(count_ > kWorthSharing ? parallel : nullptr, [&](int part, int parts) {
    const Range range = part_of(chunks, part, parts);
    for (int c = range.begin; c < range.end; ++c) {
      const std::size_t begin = std::size_t(c) * kChunk, end = std::min(count_, begin + kChunk);
      work(begin, end);
      squares_[std::size_t(c)] = sum_of_squares(values.data() + begin, end - begin);
    }
  });
  double total = 0;
  for (double square : squares_) total += square;
  return std::sqrt(total);
}

template <class T>
double Optimizer<T>::step(const OptimizerSpec& spec, std::int64_t tick, std::span<T> params, std::span<T> gradients,
                          Parallel* parallel) {
  const double norm = norm_after(gradients, parallel, [](std::size_t, std::size_t) {});
  if (!std::isfinite(norm)) return norm;
  const double rate = scheduled_rate(spec, tick);
  const bool adaptive = kind_ == OptimizerKind::Adam || kind_ == OptimizerKind::AdamW;
  Step<T> s{};
  s.clip = spec.clip_norm > 0 && norm > spec.clip_norm ? T(spec.clip_norm / norm) : T(1);
  s.momentum = T(spec.momentum);
  s.beta1 = T(spec.beta1);
  s.beta2 = T(spec.beta2);
  s.epsilon = T(spec.epsilon);
  s.rate = T(adaptive ? rate / (1 - power(spec.beta1, tick + 1)) : rate);
  s.root_correction = T(1 / std::sqrt(1 - power(spec.beta2, tick + 1)));
  param_norm_ = norm_after(params, parallel, [&](std::size_t begin, std::size_t end) {
    for (const ParamBlock& block : blocks_) {
      const std::size_t from = std::max(begin, block.offset), to = std::min(end, block.offset + block.size);
      if (from >= to) continue;
      Step<T> here = s;
      here.l2 = T(block.is_weight() ? spec.l2 : 0);
      here.shrink = T(kind_ == OptimizerKind::AdamW && block.is_weight() ? 1 - rate * spec.weight_decay : 1);
      T *w = params.data() + from, *slot = slots_.data() + from;
      const T* g = gradients.data() + from;
      switch (kind_) {
        case OptimizerKind::Sgd:
          sgd(w, g, to - from, here);
          break;
        case OptimizerKind::Momentum:
          momentum(w, g, slot, to - from, here);
          break;
        case OptimizerKind::Nesterov:
          nesterov(w, g, slot, to - from, here);
          break;
        case OptimizerKind::Adam:
        case OptimizerKind::AdamW:
          adam(w, g, slot, slot + count_, to - from, here);
          break;
      }
    }
  });
  if (spec.max_norm > 0)
    for (const ParamBlock& block : blocks_)
      if (block.is_weight()) apply_max_norm(params, block, spec.max_norm);
  return norm;
}

#define DROPSCOPE_INSTANTIATE(T)                  \
  template class Optimizer<T>;                    \
  template double l2_norm<T>(std::span<const T>); \
  template void apply_max_norm<T>(std::span<T>, const ParamBlock&, double);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
