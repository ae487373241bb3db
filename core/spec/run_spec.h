// A RunSpec says everything about a run: same binary, same RunSpec, same commands give the same bits at
// every tick. It is the document that is saved, shared and compared. Values only, no behaviour.
#pragma once
#include <cstdint>
#include <string>

#include "core/spec/arch_spec.h"
#include "core/spec/data_spec.h"
#include "core/spec/dropout_plan.h"
#include "core/spec/optimizer_spec.h"
#include "core/spec/training_spec.h"

namespace dropscope {

// Weights of a whole network, from the inputs to the outputs; more would eat the machine's memory.
inline constexpr std::int64_t kMostWeights = 20'000'000;

struct RunSpec {
  std::string scenario;         // id of the scenario it came from; for people
  std::uint64_t seed = 7;       // initial weights, order, masks
  std::uint64_t data_seed = 7;  // the generated examples and the train/validation split
  DataSpec data;
  ArchSpec network;
  DropoutPlan dropout;
  OptimizerSpec optimizer;
  ObjectiveSpec objective;
  AugmentSpec augment;
  StoppingSpec stopping;
  InferenceSpec inference;
  int batch_size = 16;              // 1 .. ; clamped to the number of training examples
  std::int64_t ticks = 1800;        // how long the scenario is meant to be trained
  std::int64_t evaluate_every = 0;  // ticks between evaluations; 0 = dense at first, then ever rarer
  int evaluate_examples = 2000;     // of each split, at most this many are evaluated; 0 = all
  bool operator==(const RunSpec&) const = default;
};

}  // namespace dropscope
