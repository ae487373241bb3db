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

template <class T>
void sgd(T* w, const T* g, std::size_t n, const Step<T>& s) {
  for (std::size_t i = 0; i < n; ++i) w[i] -= s.rate * (s.clip * g[i] + s.l2 * w[i]);
}

// v <- momentum v + g; w <- w - rate v (momentum) or w - rate (g + momentum v) (Nesterov).
template <class T>
void momentum(T* w, const T* g, T* v, std::size_t n, const Step<T>& s) {
  for (std::size_t i = 0; i < n; ++i) {
    const T gradient = s.clip * g[i] + s.l2 * w[i];
    v[i] = s.momentum * v[i] + gradient;
    w[i] -= s.rate * v[i];
  }
}
template <class T>
void nesterov(T* w, const T* g, T* v, std::size_t n, const Step<T>& s) {
  for (std::size_t i = 0; i < n; ++i) {
    const T gradient = s.clip * g[i] + s.l2 * w[i];
    v[i] = s.momentum * v[i] + gradient;
    w[i] -= s.rate * (gradient + s.momentum * v[i]);
  }
}

// Kingma and Ba, arXiv:1412.6980; AdamW: Loshchilov and Hutter, arXiv:1711.05101.
template <class T>
void adam(T* __restrict w, const T* __restrict g, T* __restrict m, T* __restrict v, std::size_t n, const Step<T>& s) {
  const T one_minus_1 = T(1) - s.beta1, one_minus_2 = T(1) - s.beta2;
  for (std::size_t i = 0; i < n; ++i) {
    const T gradient = s.clip * g[i] + s.l2 * w[i];
    m[i] = s.beta1 * m[i] + one_minus_1 * gradient;
    v[i] = s.beta2 * v[i] + one_minus_2 * gradient * gradient;
    w[i] = w[i] * s.shrink - s.rate * m[i] / (std::sqrt(v[i]) * s.root_correction + s.epsilon);
  }
}

}  // namespace

double scheduled_rate(const OptimizerSpec& spec, std::int64_t tick) {
  switch (spec.schedule) {
    case ScheduleKind::Constant: break;
    case ScheduleKind::Cosine: {
      const double t = std::min(1.0, double(tick) / double(spec.schedule_ticks));
      return spec.learning_rate * 0.5 * (1 + double(std::cos(float(t * 3.14159265358979324))));
    }
    case ScheduleKind::Step: return spec.learning_rate * power(spec.step_factor, tick / spec.step_ticks);
  }
  return spec.learning_rate;
}

template <class T>
double l2_norm(std::span<const T> values) {
  // Sixteen lanes over blocks of 4096, then doubles: fast, and always the same order.
  constexpr std::size_t kLanes = 16, kBlock = 4096;
  double total = 0;
  for (std::size_t start = 0; start < values.size(); start += kBlock) {
    const std::size_t end = std::min(values.size(), start + kBlock), whole = start + (end - start) / kLanes * kLanes;
    T lane[kLanes] = {};
    for (std::size_t i = start; i < whole; i += kLanes)
      for (std::size_t k = 0; k < kLanes; ++k) lane[k] += values[i + k] * values[i + k];
    for (std::size_t i = whole; i < end; ++i) lane[i - whole] += values[i] * values[i];
    for (T l : lane) total += double(l);
  }
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
}

template <class T>
double Optimizer<T>::step(const OptimizerSpec& spec, std::int64_t tick, std::span<T> params, std::span<T> gradients,
                          Parallel* parallel) {
  const double norm = l2_norm<T>(gradients);
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
  for (const ParamBlock& block : blocks_) {
    Step<T> here = s;
    here.l2 = T(block.is_weight() ? spec.l2 : 0);
    here.shrink = T(kind_ == OptimizerKind::AdamW && block.is_weight() ? 1 - rate * spec.weight_decay : 1);
    spread(block.size > 16384 ? parallel : nullptr, [&](int part, int parts) {
      const std::size_t begin = block.size * std::size_t(part) / std::size_t(parts);
      const std::size_t n = block.size * std::size_t(part + 1) / std::size_t(parts) - begin;
      T* w = params.data() + block.offset + begin;
      const T* g = gradients.data() + block.offset + begin;
      T* slot = slots_.data() + block.offset + begin;
      switch (kind_) {
        case OptimizerKind::Sgd: return sgd(w, g, n, here);
        case OptimizerKind::Momentum: return momentum(w, g, slot, n, here);
        case OptimizerKind::Nesterov: return nesterov(w, g, slot, n, here);
        case OptimizerKind::Adam:
        case OptimizerKind::AdamW: return adam(w, g, slot, slot + count_, n, here);
      }
    });
    if (spec.max_norm > 0 && block.is_weight()) apply_max_norm(params, block, spec.max_norm);
  }
  return norm;
}

#define DROPSCOPE_INSTANTIATE(T)                                                  \
  template class Optimizer<T>;                                                    \
  template double l2_norm<T>(std::span<const T>);                                 \
  template void apply_max_norm<T>(std::span<T>, const ParamBlock&, double);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
