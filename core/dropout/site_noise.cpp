#include "core/dropout/site_noise.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/tensor/samples.h"

namespace dropscope {
namespace {

// Rows of a tensor whose slowest axis is Sample.
template <class T>
Tensor<T> rows_of(const Tensor<T>& t, int first, int count) {
  Tensor<T> out;
  out.shape = with_samples(t.shape, count);
  const std::ptrdiff_t row = std::ptrdiff_t(t.size()) / t.shape[0].extent;
  out.v.assign(t.v.begin() + row * first, t.v.begin() + row * (first + count));
  return out;
}

// Appends `part` to a tensor that holds every part in the order of the examples.
template <class T>
void place(const Tensor<T>& part, const Shape& whole, std::size_t offset, T gain, Tensor<T>& out) {
  out.resize(whole);
  for (std::size_t i = 0; i < part.size(); ++i) out[offset + i] = gain * part[i];
}

// Draws of equal runs of examples, one after the other. Scales may differ from draw to draw where they are not a
// function of the rate alone; then they move into the gates.
template <class T>
void draw_runs(const NoisePlan& plan, const Shape& site, std::span<const Uniforms> draws, const Tensor<T>* input,
               std::span<const T> learned, std::span<const GateEdit> edits, Noise<T>& noise) {
  const int runs = int(draws.size()), batch = site[0].extent, each = batch / runs;
  DROPSCOPE_CHECK(site[0].axis == Axis::Sample && each * runs == batch);
  const bool one_scale =
      plan.variant && (plan.variant->rescale == Rescale::InverseKeep || plan.variant->rescale == Rescale::None);
  Noise<T> one;
  std::vector<GateEdit> own(edits.begin(), edits.end());
  noise.active = false;
  noise.scale = T(1);
  noise.variance = T(0);
  noise.gate.v.clear();
  noise.carry.v.clear();
  noise.offset.v.clear();
  noise.by_hand.clear();
  for (int r = 0; r < runs; ++r) {
    Tensor<T> rows;
    if (input && plan.variant->reads == Reads::PreActivation) rows = rows_of(*input, r * each, each);
    // A row of another run is one beyond this one's.
    for (std::size_t e = 0; e < edits.size(); ++e)
      if (edits[e].row >= 0) own[e].row = edits[e].row / each == r ? edits[e].row % each : each;
    draw_noise<T>(plan, with_samples(site, each), draws[std::size_t(r)], learned, rows.empty() ? input : &rows, own,
                  one);
    if (!one.active) return;
    noise.active = true;
    if (one_scale) noise.scale = one.scale;
    // A mask that a run shares is written once for each of its examples.
    const int copies = one.gate.shape[0].extent == 1 && each > 1 ? each : 1;
    const Shape whole = with_samples(one.gate.shape, batch);
    const std::size_t part = one.gate.size();
    for (int c = 0; c < copies; ++c) {
      const std::size_t offset = std::size_t(r * copies + c) * part;
      place(one.gate, whole, offset, one_scale ? T(1) : one.scale, noise.gate);
      if (!one.carry.empty()) place(one.carry, whole, offset, T(1), noise.carry);
      if (!one.offset.empty()) place(one.offset, whole, offset, T(1), noise.offset);
      for (std::uint32_t gate : one.by_hand) noise.by_hand.push_back(std::uint32_t(offset) + gate);
    }
  }
}

}  // namespace

template <class T>
void draw_site(const NoisePlan& plan, const Shape& site, std::span<const Uniforms> draws, const Tensor<T>* weights,
               SiteNoise<T>& at, std::span<const GateEdit> edits) {
  at.pending = false;
  at.plan.variant = plan.variant;
  if (draws_late(plan)) {
    at.pending = true;
    at.noise.active = false;
    at.plan = plan;
    at.use = NoiseUse::Draw;
    at.draws.assign(draws.begin(), draws.end());
    at.edits.assign(edits.begin(), edits.end());
    at.shape = site;
    return;
  }
  if (!edits.empty() || (has_effect(plan) && (plan.variant->pull_back || draws.size() > 1))) {
    at.plan = plan;
    at.draws.assign(draws.begin(), draws.end());
  }
  if (draws.size() == 1)
    draw_noise<T>(plan, site, draws[0], at.learned, weights, edits, at.noise);
  else
    draw_runs<T>(plan, site, draws, weights, at.learned, edits, at.noise);
}

template <class T>
void expect_site(const NoisePlan& plan, const Shape& site, const Tensor<T>* weights, SiteNoise<T>& at) {
  at.pending = expects_late(plan);
  at.plan = plan;
  if (!at.pending) return expected_noise<T>(plan, site, at.noise, at.learned, weights);
  at.noise.active = false;
  at.use = NoiseUse::Expect;
  at.shape = site;
}

template <class T>
void settle(SiteNoise<T>& at, const Tensor<T>& z) {
  if (!at.pending) return;
  at.pending = false;
  DROPSCOPE_CHECK(z.size() == at.shape.count());
  if (at.use == NoiseUse::Expect)
    expected_noise<T>(at.plan, at.shape, at.noise, at.learned, &z);
  else if (at.draws.size() == 1)
    draw_noise<T>(at.plan, at.shape, at.draws[0], at.learned, &z, at.edits, at.noise);
  else
    draw_runs<T>(at.plan, at.shape, at.draws, &z, at.learned, at.edits, at.noise);
}

template <class T>
void site_backward(SiteNoise<T>& at, const Tensor<T>& x, const Tensor<T>& dy, Tensor<T>& dx) {
  const Variant* variant = at.plan.variant;
  if (variant && variant->pull_back && !at.learned.empty() && at.noise.active) {
    at.d_learned.assign(at.learned.size(), T(0));
    gate_gradient<T>(at.noise, x, nullptr, dy, at.d_gate);
    for (std::uint32_t gate : at.noise.by_hand) at.d_gate[gate] = T(0);
    const Uniforms none({}, Stream::Dropout);
    const DrawContext<T> context{at.noise.gate.shape,
                                 at.plan.rate,
                                 at.plan.params,
                                 at.learned,
                                 at.draws.empty() ? none : at.draws[0],
                                 nullptr,
                                 x.shape};
    variant->pull_back({context, at.noise, at.d_gate, at.d_learned});
  }
  apply_noise_backward<T>(at.noise, dy, dx, nullptr);
}

template <class T>
void time_slice(const Noise<T>& noise, int step, Noise<T>& slice) {
  slice.active = noise.active;
  slice.scale = noise.scale;
  slice.variance = noise.variance;
  const auto cut = [step](const Tensor<T>& from, Tensor<T>& to) {
    if (from.empty()) return to.v.clear();
    // [Sample, Time, rest]: the step's run of `rest` from every example.
    const Shape& s = from.shape;
    const int samples = s[0].extent, steps = s[1].extent;
    const std::size_t rest = from.size() / std::size_t(samples * steps);
    Shape shape;
    for (const Dim& d : s) shape.push({d.axis, d.axis == Axis::Time ? 1 : d.extent});
    to.resize(shape);
    const int at = steps == 1 ? 0 : step;
    for (int b = 0; b < samples; ++b)
      std::copy_n(from.data() + (std::size_t(b) * std::size_t(steps) + std::size_t(at)) * rest, rest,
                  to.data() + std::size_t(b) * rest);
  };
  cut(noise.gate, slice.gate);
  cut(noise.carry, slice.carry);
  cut(noise.offset, slice.offset);
}

#define DROPSCOPE_INSTANTIATE(T)                                                                          \
  template void draw_site<T>(const NoisePlan&, const Shape&, std::span<const Uniforms>, const Tensor<T>*, \
                             SiteNoise<T>&, std::span<const GateEdit>);                                   \
  template void expect_site<T>(const NoisePlan&, const Shape&, const Tensor<T>*, SiteNoise<T>&);          \
  template void settle<T>(SiteNoise<T>&, const Tensor<T>&);                                               \
  template void site_backward<T>(SiteNoise<T>&, const Tensor<T>&, const Tensor<T>&, Tensor<T>&);          \
  template void time_slice<T>(const Noise<T>&, int, Noise<T>&);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
