#include "core/nn/network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/dropout/registry.h"
#include "core/session/worker_pool.h"
#include "core/tensor/panels.h"

namespace dropscope {
namespace {

ArchSpec dense(std::vector<int> widths, Activation f = Activation::Relu, Init init = Init::He) {
  ArchSpec a;
  a.hidden.clear();
  for (int w : widths) a.hidden.push_back({LayerKind::Dense, w, f});
  a.init = init;
  return a;
}

TEST(Init, WeightsHaveTheDeviationOfTheirSchemeAndBiasesAreZero) {
  const int in = 300, out = 200;
  const double expected[] = {std::sqrt(2.0 / in), std::sqrt(2.0 / (in + out)), std::sqrt(1.0 / in),
                             std::sqrt(1.0 / 3 / in)};
  for (int scheme = 0; scheme < 4; ++scheme) {
    const Network<double> network(dense({}, Activation::Relu, Init(scheme)), flat_form(in, out));
    AlignedVector<double> params(network.param_count());
    network.init(11, params);
    double sum = 0, square = 0, most = 0;
    for (int o = 0; o < out; ++o)
      for (int i = 0; i < in; ++i) {
        const double w = params[panel_index(o, i, in)];
        sum += w, square += w * w, most = std::max(most, std::abs(w));
      }
    const double n = in * out, s = expected[scheme];
    EXPECT_NEAR(sum / n, 0, 5 * s / std::sqrt(n)) << name_of(Init(scheme));
    // The mean of squares of n normals has relative deviation sqrt(2 / n); uniforms have less.
    EXPECT_NEAR(square / n / (s * s), 1, 5 * std::sqrt(2 / n)) << name_of(Init(scheme));
    const ParamBlock& bias = network.blocks()[1];
    double most_bias = 0;
    for (std::size_t i = 0; i < bias.size; ++i) most_bias = std::max(most_bias, std::abs(params[bias.offset + i]));
    if (Init(scheme) == Init::Uniform) {
      EXPECT_LE(most, 1 / std::sqrt(double(in)));
      EXPECT_LE(most_bias, 1 / std::sqrt(double(in)));
      EXPECT_GT(most_bias, 0.9 / std::sqrt(double(in)));
    } else {
      EXPECT_EQ(most_bias, 0);
    }
  }
}

TEST(Init, IsAFunctionOfTheSeedAndOfEachLayersName) {
  const Network<float> two(dense({7, 5}), flat_form(3, 2)), three(dense({7, 5, 5}), flat_form(3, 2));
  AlignedVector<float> a(two.param_count()), b = a, c(three.param_count());
  two.init(1, a);
  two.init(1, b);
  three.init(1, c);
  EXPECT_EQ(a, b);
  two.init(2, b);
  EXPECT_NE(a, b);
  // A further layer leaves the weights of the earlier ones as they were.
  const std::size_t shared = two.blocks()[4].offset;
  EXPECT_TRUE(std::equal(a.begin(), a.begin() + std::ptrdiff_t(shared), c.begin()));
}

TEST(Init, GivesEveryLayerWeightsOfItsOwn) {
  const Network<float> network(dense({16, 16}), flat_form(16, 16));
  AlignedVector<float> p(network.param_count());
  network.init(1, p);
  const auto block = [&](std::size_t i) {
    return std::vector<float>(p.begin() + std::ptrdiff_t(network.blocks()[i].offset),
                              p.begin() + std::ptrdiff_t(network.blocks()[i].offset) + 256);
  };
  EXPECT_NE(block(0), block(2));
  EXPECT_NE(block(2), block(4));
}

TEST(Network, WithoutHiddenLayersIsOneLinearMap) {
  const Network<double> network(dense({}), flat_form(2, 2));
  EXPECT_EQ(network.layer_count(), 2);
  EXPECT_EQ(network.sites().size(), 3u);  // input, output.weight, output
  AlignedVector<double> p(network.param_count(), 0.0);
  p[panel_index(0, 0, 2)] = 2, p[panel_index(0, 1, 2)] = 3, p[panel_index(1, 0, 2)] = -1;
  p[network.blocks()[1].offset + 1] = 0.5;
  Tape<double> tape = network.make_tape();
  network.begin(tape, 1).v = {10, 100};
  network.forward(p, tape, nullptr);
  EXPECT_EQ(tape.logits()[0], 320);
  EXPECT_EQ(tape.logits()[1], -9.5);
}

struct Passed {
  AlignedVector<float> gradients;
  std::vector<float> logits;
};

// One training pass; `between` may do what it likes between forward and backward.
template <class Between>
Passed pass(const Network<float>& network, Parallel* parallel, Between between) {
  AlignedVector<float> params(network.param_count());
  network.init(3, params);
  Tape<float> tape = network.make_tape();
  Tensor<float>& x = network.begin(tape, 19);
  const Uniforms u({8}, Stream::Test);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(u.normal(std::uint32_t(i)));
  for (const char* name : {"input", "hidden1", "hidden2"}) {
    const int s = network.find_site(name);
    const Uniforms coins({1, std::uint32_t(s)}, Stream::Dropout);
    network.draw_noise_at(params, {find_variant("inverted"), 0.3, {}, {}}, s, {&coins, 1}, tape);
  }
  network.forward(params, tape, parallel);
  const std::vector<std::int32_t> labels(19, 1);
  softmax_cross_entropy<float>(tape.logits(), labels, &tape.layers.back().dy);
  between(network, params);
  Passed p{AlignedVector<float>(network.param_count(), 0.0f), {tape.logits().v.begin(), tape.logits().v.end()}};
  for (int l = network.layer_count() - 1; l >= 1; --l) network.backward_layer(params, tape, l, p.gradients, parallel);
  return p;
}

// VARIANTS.md 20 item 20: a pass in another mode between forward and backward changes no gradient.
TEST(Network, AnEvaluationBetweenForwardAndBackwardChangesNoGradient) {
  const Network<float> network(dense({33, 20}), flat_form(5, 3));
  const Passed plain = pass(network, nullptr, [](auto&, auto&) {});
  const Passed disturbed = pass(network, nullptr, [](const Network<float>& n, const AlignedVector<float>& params) {
    Tape<float> other = n.make_tape();
    n.begin(other, 4).v.assign(20, 1.0f);
    for (const char* name : {"input", "hidden1", "hidden2"})
      n.expect_noise_at(params, {find_variant("classic"), 0.5, {}, {}}, n.find_site(name), other);
    n.forward(params, other, nullptr);
  });
  EXPECT_EQ(plain.gradients, disturbed.gradients);
}

// Item 21, and trap T4: the number of threads must not show in any bit.
TEST(Network, AnyNumberOfThreadsGivesTheSameBits) {
  const Network<float> network(dense({65, 40}, Activation::Tanh), flat_form(7, 3));
  const Passed one = pass(network, nullptr, [](auto&, auto&) {});
  for (int threads : {1, 2, 3}) {
    WorkerPool pool(threads);
    const Passed many = pass(network, &pool, [](auto&, auto&) {});
    EXPECT_EQ(one.gradients, many.gradients) << threads;
    EXPECT_EQ(one.logits, many.logits) << threads;
  }
}

TEST(Network, DroppedInputsGiveTheirWeightsNoGradient) {
  const Network<float> network(dense({4}), flat_form(3, 2));
  AlignedVector<float> params(network.param_count()), gradients(network.param_count(), 0.0f);
  network.init(3, params);
  Tape<float> tape = network.make_tape();
  network.begin(tape, 1).v = {1, 2, 3};
  const Uniforms coins({1}, Stream::Dropout);
  network.draw_noise_at(params, {find_variant("inverted"), 0.3, {}, {}}, 0, {&coins, 1}, tape);
  network.noise_at(tape, 0).noise.gate.v = {1, 0, 1};
  network.forward(params, tape, nullptr);
  softmax_cross_entropy<float>(tape.logits(), std::vector<std::int32_t>{0}, &tape.layers.back().dy);
  for (int l = 2; l >= 1; --l) network.backward_layer(params, tape, l, gradients, nullptr);
  bool any = false;
  for (int o = 0; o < 4; ++o) {
    EXPECT_EQ(gradients[panel_index(o, 1, 3)], 0.0f);
    any |= gradients[panel_index(o, 0, 3)] != 0.0f;
  }
  EXPECT_TRUE(any);
}

}  // namespace
}  // namespace dropscope
