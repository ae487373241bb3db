// Drawing noise, applying it, going back through it, and what stands in for it at inference: written once
// for every variant. Nothing here knows any variant by name.
#pragma once
#include <span>
#include <vector>

#include "core/dropout/variant.h"

namespace dropscope {

// One site's noise as a plan asks for it.
struct NoisePlan {
  const Variant* variant = nullptr;
  double rate = 0;             // P(dropped), in [0, variant->max_rate]
  AxisSet tie;                 // the variant's axes and those the plan ties (mask per batch: Sample)
  std::vector<double> params;  // one per variant->params
  // Inference asks for the variance of the gain too (core/spec/training_spec.h, WeightInference).
  bool moments = false;
  int samples = 0;             // where it is sampled; 0 = in closed form
};

// One gate set by a person, whatever the coin says.
struct GateEdit {
  std::uint32_t element = 0;  // of the site's shape for one example, nothing tied; all that shares its gate goes along
  int row = -1;               // example; -1 = each; one beyond the batch: nothing is set
  bool keep = false;          // keep: the gate as drawn, or 1 where that is 0; drop: 0
};

// True where the plan can change anything: a rate above 0, or a variant that learns or looks at its input.
bool has_effect(const NoisePlan& plan);

// Draws into `noise`, reusing its memory. Pure in (plan, site, uniforms, learned, input).
// Rate 0: noise.active is false. Rate 1: gates and scale are exactly 0.
template <class T>
void draw_noise(const NoisePlan& plan, const Shape& site, const Uniforms& uniforms, std::span<const T> learned,
                const Tensor<T>* input, Noise<T>& noise);

// The same with gates set by hand after the coins, the later over the earlier, and before all that follows from the
// gates (rescaling by what was kept, held values, offsets). Where the variant drops in pieces the whole piece is set.
// A plan without effect has no coins: all gates are 1 but for those set. At rate 1 a gate that is kept is 1; the scale
// is 0 all the same where the rate decides it.
template <class T>
void draw_noise(const NoisePlan& plan, const Shape& site, const Uniforms& uniforms, std::span<const T> learned,
                const Tensor<T>* input, std::span<const GateEdit> edits, Noise<T>& noise);

// What inference uses instead of a draw: the identity, or for Inference::Expected the mean gain.
template <class T>
void expected_noise(const NoisePlan& plan, const Shape& site, Noise<T>& noise, std::span<const T> learned = {},
                    const Tensor<T>* input = nullptr);

// Whether a draw, or what stands in for it at inference, has to wait for the layer's pre-activation.
bool draws_late(const NoisePlan& plan);
bool expects_late(const NoisePlan& plan);

// y = scale * gate * x + carry * held + offset. A gate of 0 gives 0 (plus carry and offset) whatever x is,
// NaN and infinities included. `held` may be null where noise.carry is empty. x and y may be one tensor.
template <class T>
void apply_noise(const Noise<T>& noise, const Tensor<T>& x, const Tensor<T>* held, Tensor<T>& y);

// dx = scale * gate * dy, and dheld = carry * dy where `dheld` is given. dy and dx may be one tensor.
template <class T>
void apply_noise_backward(const Noise<T>& noise, const Tensor<T>& dy, Tensor<T>& dx, Tensor<T>* dheld);

// dLoss/dgate, summed over the elements that share a gate. `held` as in apply_noise: where a dropped element
// becomes the held value, carry = 1 - gate, a gate moves weight from one to the other.
template <class T>
void gate_gradient(const Noise<T>& noise, const Tensor<T>& x, const Tensor<T>* held, const Tensor<T>& dy,
                   Tensor<T>& d_gate);

}  // namespace dropscope
