// The names of the spec's enumerators, as they stand in files and flags.
#include "core/spec/run_spec.h"
#include "core/spec/site.h"

namespace dropscope {

#define DROPSCOPE_ENUM_NAMES(E, ...)                    \
  template <>                                           \
  std::span<const char* const> enum_names<E>() {        \
    static constexpr const char* names[] = {__VA_ARGS__}; \
    return names;                                       \
  }

DROPSCOPE_ENUM_NAMES(SiteKind, "input", "hidden", "feature_map", "weight", "residual_branch", "recurrent_state",
                     "cell_state", "embedding", "attention_logits", "attention_weights", "head_output")
DROPSCOPE_ENUM_NAMES(LayerKind, "dense")
DROPSCOPE_ENUM_NAMES(Activation, "identity", "relu", "leaky_relu", "tanh", "sigmoid", "gelu", "selu")
DROPSCOPE_ENUM_NAMES(Init, "he", "xavier", "lecun", "uniform")
DROPSCOPE_ENUM_NAMES(Loss, "auto", "cross_entropy", "mse")
DROPSCOPE_ENUM_NAMES(MaskScope, "example", "batch")
DROPSCOPE_ENUM_NAMES(OptimizerKind, "sgd", "momentum", "nesterov", "adam", "adamw")
DROPSCOPE_ENUM_NAMES(ScheduleKind, "constant", "cosine", "step")
DROPSCOPE_ENUM_NAMES(PixelRange, "zero_one", "minus_one_one")

#undef DROPSCOPE_ENUM_NAMES

std::string hidden_name(std::size_t index) { return "hidden" + std::to_string(index + 1); }

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

}  // namespace dropscope
