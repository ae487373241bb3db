// Noise drawn, or put in by hand, at one site of a small network.
#pragma once
#include <vector>

#include "core/dropout/dropper.h"
#include "core/dropout/registry.h"
#include "core/nn/network.h"
#include "core/tensor/panels.h"

namespace dropscope::noise_tests {

inline NoisePlan plan_of(const char* variant, double rate, std::vector<double> params = {}) {
  NoisePlan plan;
  plan.variant = find_variant(variant);
  plan.rate = rate;
  plan.tie = plan.variant->tie;
  for (const ParamSpec& p : plan.variant->params) plan.params.push_back(p.initial);
  for (std::size_t i = 0; i < params.size(); ++i) plan.params[i] = params[i];
  return plan;
}

inline Uniforms coins(std::uint32_t age, std::uint32_t site = 3) { return Uniforms({7, site, age}, Stream::Dropout); }

template <class T>
Tensor<T> normals(const Shape& shape, std::uint32_t key) {
  Tensor<T> t(shape);
  const Uniforms u({1, key}, Stream::Test);
  for (std::size_t i = 0; i < t.size(); ++i) t[i] = T(u.normal(std::uint32_t(i)));
  return t;
}

// P(mask) where bit j of `mask` keeps element j.
inline double probability(int n, unsigned mask, double rate) {
  double p = 1;
  for (int j = 0; j < n; ++j) p *= mask >> j & 1 ? 1 - rate : rate;
  return p;
}

// A network with parameters and a tape. Weights are set and read by [output][input].
template <class T>
struct Bench {
  Network<T> network;
  AlignedVector<T> params, gradients;
  Tape<T> tape;

  Bench(const ArchSpec& spec, const DataForm& form, std::uint64_t seed = 5)
      : network(spec, form), params(network.param_count()), gradients(params.size()), tape(network.make_tape()) {
    network.init(seed, params);
  }
  const ParamBlock& block(const std::string& name) const {
    for (const ParamBlock& b : network.blocks())
      if (b.name == name) return b;
    DROPSCOPE_CHECK(false);
    return network.blocks()[0];
  }
  static std::size_t place(const ParamBlock& b, int o, int i) {
    return b.offset + (b.is_weight() ? panel_index(o, i, b.inputs) : std::size_t(o));
  }
  T& at(const std::string& name, int o, int i = 0) { return params[place(block(name), o, i)]; }
  T gradient(const std::string& name, int o, int i = 0) const { return gradients[place(block(name), o, i)]; }
  void draw(const NoisePlan& plan, const char* site, const Uniforms& u) {
    network.draw_noise_at(params, plan, network.find_site(site), {&u, 1}, tape);
  }
  void expect(const NoisePlan& plan, const char* site) {
    network.expect_noise_at(params, plan, network.find_site(site), tape);
  }
  Noise<T>& noise(const char* site) { return network.noise_at(tape, network.find_site(site)).noise; }
  void input(const Tensor<T>& x) { network.begin(tape, x.shape[0].extent).v = x.v; }
  void forward(Parallel* parallel = nullptr) { network.forward(params, tape, parallel); }
  // Gradients of sum(d * outputs).
  void backward(const Tensor<T>& d, Parallel* parallel = nullptr) {
    tape.layers.back().dy = d;
    network.backward(params, tape, gradients, parallel);
  }
};

}  // namespace dropscope::noise_tests
