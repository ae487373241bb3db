// The workloads that figures are about; what they are is said in one place for every measurement.
//   A   784-256-128-10, ReLU, dropout 0.5 after both hidden layers, cross entropy, Adam, batch 64
//   A0  A without dropout       AK  784-1024-1024-10, batch 100
//   B   2-16-16-2, tanh, dropout 0.5, SGD, batch 10: what a live picture runs
//   B0  B without dropout
//   C   28x28x1, convolution 3x3x8, pool 2, convolution 3x3x16, pool 2, dense 10; ReLU, channel dropout 0.2 after both
//       convolutions, cross entropy, Adam, batch 64
//   C0  C without dropout
#pragma once
#include <memory>
#include <string>

#include "core/train/trainer.h"

namespace dropscope::bench {

RunSpec workload_spec(const std::string& name);
// Samples per tick where the figure is samples per second, else 1.
double samples_per_tick(const std::string& name);
// Numbers of the workload's size; what they mean does not matter to the time a tick takes. Made once and shared.
std::shared_ptr<const Dataset> workload_data(const std::string& name);

}  // namespace dropscope::bench
