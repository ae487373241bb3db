// Classic and inverted dropout are one method in two sets of units (VARIANTS.md 1): with weights, rates and
// limits converted, the same masks give the same function at every one of 300 steps.
#include <gtest/gtest.h>

#include <cmath>

#include "core/dropout/registry.h"
#include "core/nn/network.h"
#include "core/optim/optimizer.h"
#include "core/tensor/panels.h"
#include "core/train/trainer.h"

namespace dropscope {
namespace {

constexpr int kInputs = 5, kOutputs = 3, kBatch = 8;

struct OneRun {
  const char* variant;
  double q;  // keep probability at every site
  const Network<double>& network;
  AlignedVector<double> params;
  Tape<double> tape;
  double weight_gain;  // what this run's weights are of the classic ones

  OneRun(const char* v, double keep, const Network<double>& n)
      : variant(v),
        q(keep),
        network(n),
        params(n.param_count()),
        tape(n.make_tape()),
        weight_gain(v[0] == 'i' ? keep : 1) {
    network.init(9, params);
    for (const ParamBlock& block : network.blocks())
      for (std::size_t i = 0; block.is_weight() && i < block.size; ++i) params[block.offset + i] *= weight_gain;
  }

  const Tensor<double>& forward(std::uint32_t t, bool train) {
    Tensor<double>& x = network.begin(tape, kBatch);
    const Uniforms u({3, 0, t}, Stream::Test);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = u.normal(std::uint32_t(i));
    for (const char* name : {"input", "hidden1", "hidden2"}) {
      const NoisePlan plan{find_variant(variant), 1 - q, {}, {}};
      const Uniforms key({5, site_place(name), t}, Stream::Dropout);
      const int s = network.find_site(name);
      train ? network.draw_noise_at(params, plan, s, {&key, 1}, tape) : network.expect_noise_at(params, plan, s, tape);
    }
    network.forward(params, tape, nullptr);
    return tape.logits();
  }

  AlignedVector<double> gradient(std::uint32_t t) {
    forward(t, true);
    std::vector<std::int32_t> labels;
    for (std::uint32_t b = 0; b < kBatch; ++b) labels.push_back(std::int32_t((b + t) % kOutputs));
    softmax_cross_entropy<double>(tape.logits(), labels, &tape.layers.back().dy);
    AlignedVector<double> g(params.size(), 0.0);
    for (int l = network.layer_count() - 1; l >= 1; --l) network.backward_layer(params, tape, l, g, nullptr);
    return g;
  }
};

double largest_difference(const Tensor<double>& a, const Tensor<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

TEST(ClassicAndInverted, TakeTheSamePathOfMomentumSgdWithMaxNorm) {
  for (double q : {0.9, 0.5, 0.2}) {
    ArchSpec arch;
    arch.hidden = {{LayerKind::Dense, 11, Activation::Relu}, {LayerKind::Dense, 7, Activation::Tanh}};
    const Network<double> network(arch, flat_form(kInputs, kOutputs));
    OneRun classic("classic", q, network), inverted("inverted", q, network);
    OptimizerSpec spec;
    spec.kind = OptimizerKind::Momentum;
    spec.learning_rate = 0.05;
    spec.max_norm = 1.2;
    spec.l2 = 1e-3;
    Optimizer<double> own(spec.kind, network.blocks(), network.param_count());
    // Every layer's input is dropped, so its inverted weights are q times the classic ones, and weights learn
    // at q^2 times the rate; biases at the same one. The engine has one rate, so the weights' gradients are
    // scaled instead, which for momentum SGD is the same.
    OptimizerSpec other = spec;
    other.max_norm = q * spec.max_norm;
    other.l2 = 0;
    Optimizer<double> theirs(spec.kind, network.blocks(), network.param_count());
    bool limited = false;
    for (std::uint32_t t = 0; t < 300; ++t) {
      EXPECT_LT(largest_difference(classic.forward(t, true), inverted.forward(t, true)), 1e-10)
          << "training, step " << t;
      EXPECT_LT(largest_difference(classic.forward(t, false), inverted.forward(t, false)), 1e-10)
          << "inference, step " << t;
      AlignedVector<double> g = classic.gradient(t), h = inverted.gradient(t);
      for (const ParamBlock& block : network.blocks())
        for (std::size_t i = block.offset; i < block.offset + block.size; ++i) {
          if (!block.is_weight()) continue;
          EXPECT_NEAR(h[i] * q, g[i], 1e-10);                  // dL/dW_inv = (dL/dW_cls) / q
          h[i] = q * q * h[i] + spec.l2 * inverted.params[i];  // lambda_inv = lambda_cls / q^2, times q^2
        }
      own.step(spec, t, classic.params, g, nullptr);
      theirs.step(other, t, inverted.params, h, nullptr);
      for (const ParamBlock& block : network.blocks())
        for (std::size_t i = block.offset; i < block.offset + block.size; ++i)
          ASSERT_NEAR(inverted.params[i], (block.is_weight() ? q : 1) * classic.params[i], 1e-10)
              << block.name << ", step " << t;
      for (int o = 0; o < 11; ++o) {
        double norm = 0;
        for (int i = 0; i < kInputs; ++i) norm += std::pow(classic.params[panel_index(o, i, kInputs)], 2);
        limited |= std::sqrt(norm) > spec.max_norm * (1 - 1e-9);
      }
    }
    if (q == 0.5) {
      EXPECT_TRUE(limited) << "the limit never came into play, so it was not tested";
    }
  }
}

}  // namespace
}  // namespace dropscope
