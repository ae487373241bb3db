// The names of the spec's enumerators, as they stand in files and flags.
#include <algorithm>

#include "core/spec/run_spec.h"
#include "core/spec/site.h"
#include "core/tensor/math.h"

namespace dropscope {

#define DROPSCOPE_ENUM_NAMES(E, ...)                      \
  template <>                                             \
  std::span<const char* const> enum_names<E>() {          \
    static constexpr const char* names[] = {__VA_ARGS__}; \
    return names;                                         \
  }

DROPSCOPE_ENUM_NAMES(SiteKind, "input", "hidden", "feature_map", "sequence", "weight", "recurrent_weight",
                     "residual_branch", "recurrent_state", "state_update", "cell_state", "cell_update", "embedding",
                     "attention_weights", "head_output")
DROPSCOPE_ENUM_NAMES(LayerKind, "dense", "conv", "maxpool", "avgpool", "flatten", "batchnorm", "layernorm", "residual",
                     "convresidual", "rnn", "lstm", "gru", "embedding", "transformer")
DROPSCOPE_ENUM_NAMES(Activation, "identity", "relu", "leaky_relu", "tanh", "sigmoid", "gelu", "selu")
DROPSCOPE_ENUM_NAMES(Init, "he", "xavier", "lecun", "uniform")
DROPSCOPE_ENUM_NAMES(Loss, "auto", "cross_entropy", "mse")
DROPSCOPE_ENUM_NAMES(Norm, "none", "batch", "layer")
DROPSCOPE_ENUM_NAMES(NormPlace, "pre", "post")
DROPSCOPE_ENUM_NAMES(Positions, "none", "sinusoidal", "learned")
DROPSCOPE_ENUM_NAMES(Readout, "auto", "last", "mean")
DROPSCOPE_ENUM_NAMES(MaskScope, "auto", "example", "batch")
DROPSCOPE_ENUM_NAMES(RateSchedule, "constant", "curriculum", "annealed", "linear")
DROPSCOPE_ENUM_NAMES(DepthSchedule, "same", "linear", "from_zero")
DROPSCOPE_ENUM_NAMES(InferencePolicy, "eval", "monte_carlo")
DROPSCOPE_ENUM_NAMES(WeightInference, "mean", "gaussian", "closed")
DROPSCOPE_ENUM_NAMES(OptimizerKind, "sgd", "momentum", "nesterov", "adam", "adamw")
DROPSCOPE_ENUM_NAMES(ScheduleKind, "constant", "cosine", "step")
DROPSCOPE_ENUM_NAMES(PixelRange, "zero_one", "minus_one_one")

#undef DROPSCOPE_ENUM_NAMES

const SitePlan* DropoutPlan::find(const std::string& site) const {
  for (const SitePlan& plan : sites)
    if (plan.site == site) return &plan;
  return nullptr;
}

SitePlan& DropoutPlan::at(const std::string& site) {
  for (SitePlan& plan : sites)
    if (plan.site == site) return plan;
  SitePlan fresh;
  fresh.site = site;
  return sites.emplace_back(std::move(fresh));
}

double scheduled_dropout(const SitePlan& plan, std::int64_t tick, std::int64_t run_ticks, int block, int blocks) {
  double rate = plan.rate;
  if (blocks > 0 && block > 0) {
    if (plan.depth == DepthSchedule::Linear) rate *= double(block) / double(blocks);
    if (plan.depth == DepthSchedule::FromZero) rate *= blocks > 1 ? double(block - 1) / double(blocks - 1) : 0.0;
  }
  const std::int64_t span = plan.schedule_ticks > 0 ? plan.schedule_ticks : run_ticks;
  const double t = span > 0 ? double(tick) / double(span) : 1.0;
  switch (plan.schedule) {
    case RateSchedule::Constant:
      break;
    case RateSchedule::Curriculum:
      return rate * (1 - exp_of(-10 * t));
    case RateSchedule::Annealed:
      return rate * exp_of(-10 * t);
    case RateSchedule::Linear:
      return rate * std::min(1.0, t);
  }
  return rate;
}

}  // namespace dropscope
