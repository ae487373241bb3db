#include "core/dropout/dropper.h"

#include "core/base/check.h"
#include "core/tensor/samples.h"

namespace dropscope {
namespace {

template <class T>
T rescale_factor(Rescale rescale, double rate, const Tensor<T>& gate) {
  switch (rescale) {
    case Rescale::InverseKeep:
      return rate < 1 ? T(1 / (1 - rate)) : T(0);
    case Rescale::RealizedKeep: {
      double kept = 0;
      for (T g : gate.v) kept += double(g);
      return kept > 0 ? T(double(gate.size()) / kept) : T(0);
    }
    case Rescale::None:
    case Rescale::ByVariant:
      break;
  }
  return T(1);
}

template <class T>
void clear(Noise<T>& noise) {
  if (!noise.active && noise.gate.empty()) return;
  noise.active = false;
  noise.scale = T(1);
  noise.variance = T(0);
  noise.gate.resize({});
  noise.carry.resize({});
  noise.offset.resize({});
  noise.gate.v.clear();
  noise.carry.v.clear();
  noise.offset.v.clear();
  noise.by_hand.clear();
}

// The gates drawn so far become those that a person wants.
template <class T>
void set_by_hand(const NoisePlan& plan, const Shape& site, std::span<const GateEdit> edits, Noise<T>& noise) {
  const Shape& shape = noise.gate.shape;
  DROPSCOPE_CHECK(site[0].axis == Axis::Sample);
  const std::size_t samples = std::size_t(shape[0].extent), each = noise.gate.size() / samples;
  const AlignedVector<T> drawn = noise.gate.v;
  const auto set = [&](std::uint32_t gate, bool keep) {
    noise.gate[gate] = !keep ? T(0) : drawn[gate] != T(0) ? drawn[gate] : T(1);
  };
  for (const GateEdit& edit : edits) {
    if (edit.row >= site[0].extent) continue;
    const Shape one = with_samples(site, 1);
    DROPSCOPE_CHECK(edit.element < one.count());
    const std::size_t at = broadcast_index(one, with_samples(shape, 1), edit.element);
    const bool all = edit.row < 0 || samples == 1;
    for (std::size_t b = all ? 0 : std::size_t(edit.row); b < (all ? samples : std::size_t(edit.row) + 1); ++b) {
      const std::uint32_t gate = std::uint32_t(b * each + at);
      if (!plan.variant || !plan.variant->piece) {
        set(gate, edit.keep);
      } else {
        for (std::uint32_t g : plan.variant->piece(shape, plan.params, gate)) set(g, edit.keep);
      }
    }
  }
  for (std::size_t i = 0; i < drawn.size(); ++i)
    if (noise.gate[i] != drawn[i]) noise.by_hand.push_back(std::uint32_t(i));
}

// Where the shared axes lie together: gates [outer][1][inner] for elements [outer][shared][inner]. shared is 0 where
// they do not.
struct Sharing {
  std::size_t outer = 1, shared = 1, inner = 1;
};
Sharing sharing_of(const Shape& full, const Shape& small) {
  Sharing s;
  int d = 0;
  const auto same = [&](int at) { return small[at].extent == full[at].extent; };
  for (; d < full.rank() && same(d); ++d) s.outer *= std::size_t(full[d].extent);
  for (; d < full.rank() && small[d].extent == 1; ++d) s.shared *= std::size_t(full[d].extent);
  for (; d < full.rank() && same(d); ++d) s.inner *= std::size_t(full[d].extent);
  if (d < full.rank()) s.shared = 0;
  return s;
}

// Visits (element, gate) pairs in element order, without index arithmetic where the shared axes lie together.
template <class Visit>
void for_each_gate(const Shape& full, const Shape& small, Visit visit) {
  const std::size_t n = full.count();
  // Element i only ever reads and writes element i, so results may overwrite their inputs.
  if (small.count() == n) {
#pragma GCC ivdep
    for (std::size_t i = 0; i < n; ++i) visit(i, i);
    return;
  }
  const auto [outer, shared, inner] = sharing_of(full, small);
  if (shared == 0) {
    for (std::size_t i = 0; i < n; ++i) visit(i, broadcast_index(full, small, i));
  } else if (inner == 1) {
    for (std::size_t g = 0; g < outer; ++g) {
#pragma GCC ivdep
      for (std::size_t i = g * shared; i < (g + 1) * shared; ++i) visit(i, g);
    }
  } else {
    for (std::size_t row = 0; row < outer * shared; ++row) {
      const std::size_t gate = row / shared * inner;
#pragma GCC ivdep
      for (std::size_t k = 0; k < inner; ++k) visit(row * inner + k, gate + k);
    }
  }
}

}  // namespace

bool has_effect(const NoisePlan& plan) {
  if (!plan.variant || plan.variant->rate_is == RateIs::Ignored) return false;
  return plan.rate > 0 || plan.variant->rate_is == RateIs::Learned;
}

bool draws_late(const NoisePlan& plan) { return has_effect(plan) && plan.variant->reads == Reads::PreActivation; }

bool expects_late(const NoisePlan& plan) { return draws_late(plan) && plan.variant->inference == Inference::Expected; }

template <class T>
void draw_noise(const NoisePlan& plan, const Shape& site, const Uniforms& uniforms, std::span<const T> learned,
                const Tensor<T>* input, std::span<const GateEdit> edits, Noise<T>& noise) {
  const bool effect = has_effect(plan);
  if (!effect && edits.empty()) return clear(noise);
  static constexpr Variant kNothing{};
  const Variant& variant = plan.variant ? *plan.variant : kNothing;
  DROPSCOPE_CHECK(plan.rate <= variant.max_rate && plan.params.size() == variant.params.size());
  const Shape shape = site.tied(plan.tie);
  noise.active = true;
  noise.scale = T(1);
  noise.gate.resize(shape);
  noise.carry.v.clear();
  noise.offset.v.clear();
  noise.by_hand.clear();
  noise.variance = T(0);
  const bool all_dropped =
      effect && plan.rate >= 1 && variant.rate_is != RateIs::Learned && variant.reads == Reads::Nothing;
  for (T& g : noise.gate.v) g = all_dropped ? T(0) : T(1);
  const DrawContext<T> context{
      shape, plan.rate, plan.params, learned, uniforms, variant.reads != Reads::Nothing ? input : nullptr, site};
  if (effect && (!all_dropped || variant.fill == Fill::ByVariant)) {
    DROPSCOPE_CHECK(variant.reads == Reads::Nothing || input);
    variant.draw(context, noise);
  }
  if (!edits.empty()) set_by_hand(plan, site, edits, noise);
  if (variant.follow) variant.follow(context, noise);
  if (variant.fill == Fill::Held) {
    noise.carry.resize(shape);
    for (std::size_t i = 0; i < noise.gate.size(); ++i) noise.carry[i] = T(1) - noise.gate[i];
  }
  if (variant.rescale != Rescale::ByVariant) noise.scale = rescale_factor(variant.rescale, plan.rate, noise.gate);
}

template <class T>
void draw_noise(const NoisePlan& plan, const Shape& site, const Uniforms& uniforms, std::span<const T> learned,
                const Tensor<T>* input, Noise<T>& noise) {
  draw_noise<T>(plan, site, uniforms, learned, input, {}, noise);
}

template <class T>
void expected_noise(const NoisePlan& plan, const Shape& site, Noise<T>& noise, std::span<const T> learned,
                    const Tensor<T>* input) {
  clear(noise);
  if (!has_effect(plan)) return;
  const Variant& variant = *plan.variant;
  const bool identity = variant.inference == Inference::Identity;
  const bool moments = plan.moments && variant.gates == Gates::Binary && variant.reads == Reads::Nothing &&
                       (variant.rescale == Rescale::None || variant.rescale == Rescale::InverseKeep);
  if (identity && !moments) return;
  noise.active = true;
  if (variant.expected) {
    noise.gate.resize(site.tied(plan.tie));
    for (T& g : noise.gate.v) g = T(1);
    DROPSCOPE_CHECK(variant.reads == Reads::Nothing || input);
    const Uniforms unused({}, Stream::Dropout);
    variant.expected({noise.gate.shape, plan.rate, plan.params, learned, unused, input, site}, noise);
    return;
  }
  // One value for all: every axis is shared.
  Shape one;
  for (const Dim& d : site) one.push({d.axis, 1});
  noise.gate.resize(one);
  noise.gate[0] = identity ? T(1) : T(1 - plan.rate);
  if (!identity && variant.rescale == Rescale::InverseKeep) noise.scale = plan.rate < 1 ? T(1 / (1 - plan.rate)) : T(0);
  if (moments) {
    const double keep = 1 - plan.rate;
    noise.variance = T(variant.rescale == Rescale::InverseKeep ? (keep > 0 ? plan.rate / keep : 0) : plan.rate * keep);
  }
  if (variant.fill == Fill::Held) {
    noise.carry.resize(one);
    noise.carry[0] = T(plan.rate);
  }
}

template <class T>
void apply_noise(const Noise<T>& noise, const Tensor<T>& x, const Tensor<T>* held, Tensor<T>& y) {
  if (&y != &x) y.resize(x.shape);
  if (!noise.active) {
    if (&y != &x) y.v = x.v;
    return;
  }
  DROPSCOPE_CHECK(noise.gate.shape.rank() == x.shape.rank());
  const T *in = x.data(), *gate = noise.gate.data();
  T* out = y.data();
  const T scale = noise.scale;
  const bool extra = !noise.carry.empty() || !noise.offset.empty();
  if (!extra) {
    for_each_gate(x.shape, noise.gate.shape, [=](std::size_t i, std::size_t g) {
      const T value = scale * gate[g] * in[i];
      out[i] = gate[g] == T(0) ? T(0) : value;
    });
    return;
  }
  DROPSCOPE_CHECK(noise.carry.empty() || held);
  for_each_gate(x.shape, noise.gate.shape, [&](std::size_t i, std::size_t g) {
    T value = gate[g] == T(0) ? T(0) : scale * gate[g] * in[i];
    if (!noise.carry.empty() && noise.carry[g] != T(0)) value += noise.carry[g] * (*held)[i];
    if (!noise.offset.empty()) value += noise.offset[g];
    out[i] = value;
  });
}

template <class T>
void apply_noise_backward(const Noise<T>& noise, const Tensor<T>& dy, Tensor<T>& dx, Tensor<T>* dheld) {
  if (&dx != &dy) dx.resize(dy.shape);
  if (dheld) {
    dheld->resize(dy.shape);
    for (T& d : dheld->v) d = T(0);
  }
  if (!noise.active) {
    if (&dx != &dy) dx.v = dy.v;
    return;
  }
  const T *in = dy.data(), *gate = noise.gate.data();
  T* out = dx.data();
  const T scale = noise.scale;
  if (dheld && !noise.carry.empty())
    for_each_gate(dy.shape, noise.gate.shape, [&](std::size_t i, std::size_t g) {
      (*dheld)[i] = noise.carry[g] == T(0) ? T(0) : noise.carry[g] * in[i];
    });
  for_each_gate(dy.shape, noise.gate.shape, [=](std::size_t i, std::size_t g) {
    const T value = scale * gate[g] * in[i];
    out[i] = gate[g] == T(0) ? T(0) : value;
  });
}

template <class T>
void gate_gradient(const Noise<T>& noise, const Tensor<T>& x, const Tensor<T>* held, const Tensor<T>& dy,
                   Tensor<T>& d_gate) {
  d_gate.resize(noise.gate.shape);
  for (T& d : d_gate.v) d = T(0);
  DROPSCOPE_CHECK(noise.carry.empty() || held);
  const bool own = noise.gate.size() == x.size();
  // Elements that share a gate add up one after the other, so this is no loop to take several steps of at once.
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t g = own ? i : broadcast_index(x.shape, noise.gate.shape, i);
    d_gate[g] += noise.scale * x[i] * dy[i];
    if (!noise.carry.empty()) d_gate[g] -= (*held)[i] * dy[i];
  }
}

#define DROPSCOPE_INSTANTIATE(T)                                                                                     \
  template void draw_noise<T>(const NoisePlan&, const Shape&, const Uniforms&, std::span<const T>, const Tensor<T>*, \
                              Noise<T>&);                                                                            \
  template void draw_noise<T>(const NoisePlan&, const Shape&, const Uniforms&, std::span<const T>, const Tensor<T>*, \
                              std::span<const GateEdit>, Noise<T>&);                                                 \
  template void expected_noise<T>(const NoisePlan&, const Shape&, Noise<T>&, std::span<const T>, const Tensor<T>*);  \
  template void apply_noise<T>(const Noise<T>&, const Tensor<T>&, const Tensor<T>*, Tensor<T>&);                     \
  template void apply_noise_backward<T>(const Noise<T>&, const Tensor<T>&, Tensor<T>&, Tensor<T>*);                  \
  template void gate_gradient<T>(const Noise<T>&, const Tensor<T>&, const Tensor<T>*, const Tensor<T>&, Tensor<T>&);
DROPSCOPE_INSTANTIATE(float)
DROPSCOPE_INSTANTIATE(double)
#undef DROPSCOPE_INSTANTIATE

}  // namespace dropscope
