// How the weights move. Plain values.
#pragma once
#include <cstdint>

#include "core/base/names.h"

namespace dropscope {

enum class OptimizerKind : std::uint8_t { Sgd, Momentum, Nesterov, Adam, AdamW };
enum class ScheduleKind : std::uint8_t { Constant, Cosine, Step };
template <>
std::span<const char* const> enum_names<OptimizerKind>();
template <>
std::span<const char* const> enum_names<ScheduleKind>();

struct OptimizerSpec {
  OptimizerKind kind = OptimizerKind::Adam;
  double learning_rate = 0.01;  // > 0
  double momentum = 0.9;        // [0, 1): Momentum and Nesterov
  double beta1 = 0.9;           // [0, 1): Adam and AdamW
  double beta2 = 0.999;         // [0, 1)
  double epsilon = 1e-8;        // > 0
  double l2 = 0.0;              // coupled: adds l2 * w to the gradient of every weight, not of biases
  double weight_decay = 0.0;    // decoupled, AdamW only: w -= rate * weight_decay * w
  double max_norm = 0.0;        // 0 = off; else the largest L2 norm of a unit's incoming weights after an update
  double clip_norm = 0.0;       // 0 = off; else the whole gradient is shrunk to this L2 norm
  ScheduleKind schedule = ScheduleKind::Constant;
  std::int64_t schedule_ticks = 10000;  // Cosine: ticks from the full rate to 0
  std::int64_t step_ticks = 1000;       // Step: ticks between two multiplications
  double step_factor = 0.5;             // Step: the factor, in (0, 1]
  bool operator==(const OptimizerSpec&) const = default;
};

}  // namespace dropscope
