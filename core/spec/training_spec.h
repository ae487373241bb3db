// What is minimised besides the loss, how examples are varied, when training stops and how the network is asked
// afterwards. Plain values.
#pragma once
#include <cstdint>

#include "core/base/names.h"

namespace dropscope {

struct ObjectiveSpec {
  // Targets become (1 - e) onehot + e / classes. Szegedy et al., arXiv:1512.00567. In [0, 1); classes only.
  double label_smoothing = 0.0;
  // R-Drop, Liang et al., arXiv:2106.14448: two passes with two masks, CE1 + CE2 + a/2 (KL(1|2) + KL(2|1)).
  // 0 = off; classes only.
  double r_drop = 0.0;
  // The authors' code takes (CE1 + CE2) / 2 instead of the paper's sum.
  bool r_drop_mean = false;
  bool operator==(const ObjectiveSpec&) const = default;
};

// Each training example is varied anew each time it is used. Images: shift and rotation; all data: jitter.
struct AugmentSpec {
  int shift = 0;          // pixels: both ways by up to this many, filled with background
  double rotation = 0.0;  // degrees: both ways by up to this much
  double jitter = 0.0;    // standard deviation of noise added to every input
  bool operator==(const AugmentSpec&) const = default;
};

struct StoppingSpec {
  // Evaluations without a better validation loss after which training ends and the best weights are restored.
  // 0 = train to the end.
  int patience = 0;
  bool operator==(const StoppingSpec&) const = default;
};

enum class InferencePolicy : std::uint8_t { Eval, MonteCarlo };
// How a layer with dropped weights is asked without masks: with its mean weights, with the activation averaged
// over samples of a Gaussian of the same mean and variance, or with that average in closed form (ReLU; other
// activations sample). Wan et al., ICML 2013; Wang and Manning, ICML 2013.
enum class WeightInference : std::uint8_t { Mean, Gaussian, Closed };
template <>
std::span<const char* const> enum_names<InferencePolicy>();
template <>
std::span<const char* const> enum_names<WeightInference>();

struct InferenceSpec {
  InferencePolicy policy = InferencePolicy::Eval;
  int passes = 50;  // MonteCarlo: masks per prediction, 1 .. 10000
  WeightInference weights = WeightInference::Mean;
  int samples = 1000;  // Gaussian: samples per unit, 1 .. 100000
  bool operator==(const InferenceSpec&) const = default;
};

}  // namespace dropscope
