// One recurrent layer by itself, with weights and masks put in by hand.
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/nn/recurrent.h"
#include "core/random/uniforms.h"
#include "core/tensor/panels.h"

namespace dropscope::recurrent {

template <class T>
struct CellUnderTest {
  std::unique_ptr<Layer<T>> layer;
  std::vector<ParamBlock> blocks;
  AlignedVector<T> params, gradients;
  LayerTape<T> tape;
  Tensor<T> x, dx;

  CellUnderTest(LayerKind kind, int batch, int steps, int inputs, int units, Activation f = Activation::Tanh)
      : layer(
            make_recurrent<T>(kind, "cell", {{Axis::Sample, 1}, {Axis::Time, steps}, {Axis::Unit, inputs}}, units, f)),
        x({{Axis::Sample, batch}, {Axis::Time, steps}, {Axis::Unit, inputs}}) {
    std::size_t offset = 0;
    for (ParamBlock block : layer->blocks()) {
      block.offset = offset;
      offset += block.size;
      blocks.push_back(block);
    }
    params.assign(offset, T(0));
    gradients.assign(offset, T(0));
    tape.sites.resize(layer->sites().size());
  }

  const ParamBlock& block(const std::string& name) const {
    for (const ParamBlock& b : blocks)
      if (b.name == "cell." + name) return b;
    DROPSCOPE_CHECK(!"a block of that name");
    return blocks[0];
  }
  std::size_t place(const std::string& name, int o, int i) const {
    const ParamBlock& b = block(name);
    return b.offset + (b.is_weight() ? panel_index(o, i, b.inputs) : std::size_t(o));
  }
  T& weight(const std::string& name, int o, int i = 0) { return params[place(name, o, i)]; }
  // f(number of the weight, counted as [output][input]).
  template <class F>
  void fill(const std::string& name, F f) {
    const ParamBlock& b = block(name);
    const int n = std::max(1, b.inputs);
    for (int o = 0; o < b.outputs; ++o)
      for (int i = 0; i < n; ++i) weight(name, o, i) = T(f(o * n + i));
  }
  void fill_all(std::uint64_t seed) {
    const Uniforms u({seed}, Stream::Test);
    std::uint32_t element = 0;
    for (const ParamBlock& b : blocks) fill(b.name.substr(5), [&](int) { return 0.6 * u.normal(element++); });
    for (T& v : x.v) v = T(u.normal(element++));
  }

  int slot(const std::string& name) const {
    const std::vector<LayerSite> sites = layer->sites();
    for (std::size_t s = 0; s < sites.size(); ++s)
      if (sites[s].name == (name.empty() ? "cell" : "cell." + name)) return int(s);
    DROPSCOPE_CHECK(!"a site of that name");
    return -1;
  }
  Noise<T>& noise(const std::string& name) { return tape.sites[std::size_t(slot(name))].noise; }
  // A draw of the engine, as training makes it.
  Noise<T>& draw(const std::string& name, const char* variant, double rate, std::uint32_t age = 0, AxisSet tie = {}) {
    const int s = slot(name);
    const Uniforms draws({5, std::uint32_t(s), age}, Stream::Dropout);
    draw_site<T>(plan(variant, rate, tie), layer->site_shape(s, x.shape[0].extent), {&draws, 1}, nullptr,
                 tape.sites[std::size_t(s)]);
    return noise(name);
  }
  void expect(const std::string& name, const char* variant, double rate) {
    const int s = slot(name);
    expect_site<T>(plan(variant, rate, {}), layer->site_shape(s, x.shape[0].extent), nullptr,
                   tape.sites[std::size_t(s)]);
  }
  static NoisePlan plan(const char* variant, double rate, AxisSet tie) {
    NoisePlan p;
    p.variant = find_variant(variant);
    DROPSCOPE_CHECK(p.variant);
    p.rate = rate;
    p.tie = p.variant->tie | tie;
    for (const ParamSpec& param : p.variant->params) p.params.push_back(param.initial);
    return p;
  }

  const Tensor<T>& run() {
    const Tensor<T>* in[] = {&x};
    layer->forward({params.data(), in, tape, nullptr});
    return tape.out();
  }
  void back(const Tensor<T>& dy) {
    const Tensor<T>* in[] = {&x};
    Tensor<T>* d_in[] = {&dx};
    tape.dy = dy;
    layer->backward({params.data(), in, tape, gradients.data(), d_in, nullptr});
  }
  // h of example b after step t (counted from 0).
  T h(int b, int t, int u) const {
    const Shape& s = tape.out().shape;
    return tape.out()[(std::size_t(b) * std::size_t(s[1].extent) + std::size_t(t)) * std::size_t(s[2].extent) +
                      std::size_t(u)];
  }
};

}  // namespace dropscope::recurrent
