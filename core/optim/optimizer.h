// Turns gradients into updates of the weights, in one pass over memory. Pure arithmetic: no thread, no
// clock, no allocation after construction.
#pragma once
#include <span>
#include <vector>

#include "core/base/parallel.h"
#include "core/nn/layer.h"
#include "core/spec/optimizer_spec.h"
#include "core/tensor/tensor.h"

namespace dropscope {

// The learning rate at a tick (0 is the first update). Cosine: rate/2 (1 + cos(pi t / schedule_ticks)), 0 after.
double scheduled_rate(const OptimizerSpec& spec, std::int64_t tick);

// sqrt of the sum of squares, in a fixed order.
template <class T>
double l2_norm(std::span<const T> values);

// w <- w * c / |w| for every unit whose incoming weights have a norm above c; others are untouched bit for
// bit. Biases do not count. Source: Srivastava et al., JMLR 2014, section 5.1.
template <class T>
void apply_max_norm(std::span<T> params, const ParamBlock& block, double c);

template <class T>
class Optimizer {
 public:
  Optimizer(OptimizerKind kind, std::vector<ParamBlock> blocks, std::size_t param_count);

  // One update. `tick` counts from 0. Gradients may be changed (clipping). Returns the gradient's L2 norm
  // before clipping; where that is not finite the weights and slots are left as they were.
  double step(const OptimizerSpec& spec, std::int64_t tick, std::span<T> params, std::span<T> gradients,
              Parallel* parallel);

  // L2 norm of all parameters after the last update (before max-norm); not finite where one of them is not.
  double param_norm() const { return param_norm_; }

  // Moments, for hashing and checkpoints. Empty for plain SGD.
  std::span<T> slots() { return slots_; }
  std::span<const T> slots() const { return slots_; }

 private:
  template <class Work>
  double norm_after(std::span<const T> values, Parallel* parallel, const Work& work);

  OptimizerKind kind_;
  std::vector<ParamBlock> blocks_;
  std::size_t count_;
  AlignedVector<T> slots_;
  std::vector<double> squares_;  // per chunk of the parameters
  double param_norm_ = 0;
};

}  // namespace dropscope
