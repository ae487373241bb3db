// The noise of one site in one pass: drawn by the pass's owner, or, where a variant reads what the layer computes,
// by the layer in the middle of its forward pass; applied and taken back through by the layer. Layers use only
// this; they know no variant and no rate.
#pragma once
#include <span>
#include <vector>

#include "core/dropout/dropper.h"

namespace dropscope {

// Where noise stands in a pass.
enum class NoiseUse : std::uint8_t { Draw, Expect };

template <class T>
struct SiteNoise {
  Noise<T> noise;
  std::vector<T> learned;    // values of the variant's learned parameters, copied in before the pass
  std::vector<T> d_learned;  // their gradients, written by site_backward
  Tensor<T> d_gate;
  Noise<T> slice;  // of `noise`: the part for the step that a recurrent layer is at
  // Set while the draw waits for the layer.
  bool pending = false;
  NoisePlan plan;
  NoiseUse use = NoiseUse::Draw;
  std::vector<Uniforms> draws;
  std::vector<GateEdit> edits;
  Shape shape;
};

// Draws for a batch. `draws` has one entry for the whole batch, or k entries that each serve an equal run of
// examples, first to last: what entry i draws does not depend on k, so a pass of its own gives the same masks.
// `site` is the shape for the whole batch, Sample first. `weights` is what Reads::Weights variants read.
// Variants that read the pre-activation are only marked as pending. `edits`: gates set by hand, by the rows of the
// whole batch; where runs each share a mask, a row's is that of its run.
template <class T>
void draw_site(const NoisePlan& plan, const Shape& site, std::span<const Uniforms> draws, const Tensor<T>* weights,
               SiteNoise<T>& at, std::span<const GateEdit> edits = {});
// What stands in for a draw at inference.
template <class T>
void expect_site(const NoisePlan& plan, const Shape& site, const Tensor<T>* weights, SiteNoise<T>& at);

// True where the site changes anything in this pass.
template <class T>
bool acts(const SiteNoise<T>& at) {
  return at.pending || at.noise.active;
}

// Draws what is pending. `z` is the layer's pre-activation, of the site's shape; layers without one pass what
// enters the noise. Call before site_forward.
template <class T>
void settle(SiteNoise<T>& at, const Tensor<T>& z);

// y = noise(x). Call only where acts(at).
template <class T>
void site_forward(const SiteNoise<T>& at, const Tensor<T>& x, Tensor<T>& y) {
  apply_noise<T>(at.noise, x, nullptr, y);
}
// dx from dy, with the noise of the forward pass, and the gradients of learned values. x is what site_forward
// read. dx and dy may be one tensor.
template <class T>
void site_backward(SiteNoise<T>& at, const Tensor<T>& x, const Tensor<T>& dy, Tensor<T>& dx);

// The part of a noise that belongs to one time step: Time collapsed to the step's values, [Sample, 1, Unit].
template <class T>
void time_slice(const Noise<T>& noise, int step, Noise<T>& slice);

}  // namespace dropscope
