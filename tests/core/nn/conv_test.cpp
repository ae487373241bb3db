#include "core/nn/conv.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/nn/network.h"
#include "core/session/worker_pool.h"
#include "core/tensor/panels.h"
#include "core/train/gradient_check.h"

namespace dropscope {
namespace {

DataForm image_form(int channels, int rows, int cols, int outputs) {
  DataForm form = flat_form(channels * rows * cols, outputs);
  form.image = ImageShape{rows, cols, channels};
  return form;
}

LayerSpec conv(int channels, int kernel, int stride, int padding, Activation f = Activation::Relu) {
  LayerSpec layer = make_layer(LayerKind::Conv, channels);
  layer.kernel = kernel, layer.stride = stride, layer.padding = padding, layer.activation = f;
  return layer;
}

LayerSpec pool(LayerKind kind, int kernel, int stride) {
  LayerSpec layer = make_layer(kind, 1);
  layer.kernel = kernel, layer.stride = stride;
  return layer;
}

GradientCase image_case(std::vector<LayerSpec> hidden) {
  GradientCase c;
  c.network.hidden = std::move(hidden);
  c.network.init = Init::Xavier;
  c.form = image_form(2, 9, 7, 3);
  c.batch = 3;
  return c;
}

// A plan for one site of a network and none for the others.
std::vector<NoisePlan> plans_at(const GradientCase& c, const std::string& name, const NoisePlan& plan) {
  const Network<double> network(c.network, c.form);
  std::vector<NoisePlan> plans(network.sites().size());
  bool found = false;
  for (std::size_t s = 0; s < plans.size(); ++s)
    if (network.sites()[s].name == name) plans[s] = plan, found = true;
  EXPECT_TRUE(found) << "no site " << name;
  return plans;
}

NoisePlan plan_of(const char* variant, double rate, AxisSet tie = {}) {
  NoisePlan plan;
  plan.variant = find_variant(variant);
  plan.rate = rate;
  plan.tie = tie;
  for (const ParamSpec& param : plan.variant->params) plan.params.push_back(param.initial);
  return plan;
}

class ConvGradients : public ::testing::TestWithParam<int> {};

TEST_P(ConvGradients, AreThoseOfFiniteDifferences) {
  const Activation f = Activation(GetParam());
  for (const auto& hidden : std::vector<std::vector<LayerSpec>>{
           {conv(3, 3, 1, 0, f)},
           {conv(2, 3, 1, 1, f), conv(17, 2, 1, 0, f)},
           {conv(3, 3, 2, 1, f), conv(2, 2, 1, 1, f)},
           {conv(2, 1, 3, 0, f), make_layer(LayerKind::Flatten, 1), make_layer(LayerKind::Dense, 4)},
           {conv(2, 5, 1, 2, f), conv(3, 3, 3, 2, f)}}) {
    GradientCase c = image_case(hidden);
    const GradientResult r = check_gradients(c);
    EXPECT_LT(r.worst, 1e-6) << name_of(f) << ", " << layers_text(c.network) << ", at " << r.where;
  }
}

INSTANTIATE_TEST_SUITE_P(Activations, ConvGradients, ::testing::Range(0, int(enum_names<Activation>().size())),
                         [](const auto& i) { return std::string(enum_names<Activation>()[std::size_t(i.param)]); });

TEST(ConvNoise, GradientsAreThoseOfTheFrozenMasks) {
  const AxisSet channel{Axis::Row, Axis::Col};
  struct {
    const char* site;
    NoisePlan plan;
  } cases[] = {{"conv1", plan_of("inverted", 0.3)},          {"conv1", plan_of("inverted", 0.3, channel)},
               {"conv2", plan_of("gaussian", 0.4, channel)}, {"input", plan_of("inverted", 0.2)},
               {"conv1.weight", plan_of("inverted", 0.3)},   {"conv2.weight", plan_of("inverted", 0.3, {Axis::Sample})},
               {"conv2.weight", plan_of("inverted", 0.6)},   {"pool1", plan_of("inverted", 0.3)}};
  for (const auto& at : cases) {
    GradientCase c = image_case({conv(3, 3, 1, 1), pool(LayerKind::MaxPool, 2, 2), conv(4, 2, 1, 0, Activation::Tanh)});
    c.plans = plans_at(c, at.site, at.plan);
    const GradientResult r = check_gradients(c);
    EXPECT_LT(r.worst, 1e-6) << at.site << ", at " << r.where;
  }
}

// One pass of a network in float: logits and gradients.
struct Passed {
  AlignedVector<float> logits, gradients;
};

Passed pass(const Network<float>& network, const AlignedVector<float>& x, int batch,
            const std::vector<NoisePlan>& plans, Parallel* parallel) {
  AlignedVector<float> params(network.param_count());
  network.init(3, params);
  Tape<float> tape = network.make_tape();
  network.begin(tape, batch).v = x;
  for (std::size_t s = 0; s < plans.size(); ++s) {
    if (!plans[s].variant) continue;
    const Uniforms coins({1, std::uint32_t(s)}, Stream::Dropout);
    network.draw_noise_at(params, plans[s], int(s), {&coins, 1}, tape);
  }
  network.forward(params, tape, parallel);
  Passed p{tape.logits().v, AlignedVector<float>(network.param_count(), 777.0f)};
  const std::vector<std::int32_t> labels(std::size_t(batch), 1);
  softmax_cross_entropy<float>(tape.logits(), labels, &tape.layers.back().dy);
  network.backward(params, tape, p.gradients, parallel);
  return p;
}

AlignedVector<float> normals(std::size_t n) {
  AlignedVector<float> v(n);
  const Uniforms u({8}, Stream::Test);
  for (std::size_t i = 0; i < n; ++i) v[i] = float(u.normal(std::uint32_t(i)));
  return v;
}

TEST(ConvLayer, AnyNumberOfThreadsGivesTheSameBits) {
  GradientCase c = image_case(
      {conv(8, 3, 1, 1), pool(LayerKind::MaxPool, 2, 2), conv(16, 3, 1, 0), pool(LayerKind::AveragePool, 2, 1)});
  c.form = image_form(1, 12, 12, 3);
  const Network<float> network(c.network, c.form);
  WorkerPool two(2), three(3);
  for (const NoisePlan& plan : {plan_of("inverted", 0.3), plan_of("inverted", 0.3, {Axis::Sample})})
    for (const char* site : {"conv1", "conv2.weight"})
      for (int batch : {1, 5, 19}) {
        const auto x = normals(std::size_t(batch * 144));
        const auto plans = plans_at(c, site, plan);
        const Passed one = pass(network, x, batch, plans, nullptr);
        for (Parallel* parallel : {&two, &three}) {
          const Passed more = pass(network, x, batch, plans, parallel);
          EXPECT_EQ(one.logits, more.logits) << site;
          EXPECT_EQ(one.gradients, more.gradients) << site;
        }
      }
}

// The dense layer behind has this property only where its products are ours (core/tensor/panels.h).
#if defined(__AVX2__) && defined(__FMA__)
TEST(ConvLayer, AnExampleAloneHasTheBitsItHasInsideABatch) {
  const GradientCase c = image_case({conv(8, 3, 1, 1), pool(LayerKind::MaxPool, 2, 2), conv(16, 2, 2, 1)});
  const Network<float> network(c.network, c.form);
  const int batch = 7, inputs = network.inputs();
  const auto x = normals(std::size_t(batch * inputs));
  const Passed together = pass(network, x, batch, {}, nullptr);
  for (int b = 0; b < batch; ++b) {
    const AlignedVector<float> own(x.begin() + b * inputs, x.begin() + (b + 1) * inputs);
    const Passed alone = pass(network, own, 1, {}, nullptr);
    EXPECT_EQ(std::memcmp(alone.logits.data(), together.logits.data() + b * 3, 3 * sizeof(float)), 0);
  }
}
#endif

TEST(ConvLayer, ComputesItsDefinition) {
  ArchSpec spec;
  spec.hidden = {conv(1, 2, 1, 0)};
  const Network<double> network(spec, image_form(1, 3, 3, 1));
  AlignedVector<double> p(network.param_count(), 0.0);
  const double kernel[] = {1, -2, 0, 3};
  for (int i = 0; i < 4; ++i) p[panel_index(0, i, 4)] = kernel[i];
  p[network.blocks()[1].offset] = -10;
  Tape<double> tape = network.make_tape();
  network.begin(tape, 1).v = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  network.forward_layer(p, tape, 0, nullptr);
  network.forward_layer(p, tape, 1, nullptr);
  // 1 - 4 + 15 - 10, and so on; ReLU leaves the positive ones.
  EXPECT_EQ(tape.layers[1].z.v, (AlignedVector<double>{2, 4, 8, 10}));
  EXPECT_EQ(tape.layers[1].h.v, tape.layers[1].z.v);
  EXPECT_EQ(tape.layers[1].h.shape, (Shape{{Axis::Sample, 1}, {Axis::Channel, 1}, {Axis::Row, 2}, {Axis::Col, 2}}));
}

TEST(ConvLayer, DroppedWeightsAddNothingAndGetNoGradient) {
  for (const AxisSet tie : {AxisSet{}, AxisSet{Axis::Sample}}) {
    GradientCase c = image_case({conv(3, 3, 1, 0)});
    c.form = image_form(1, 5, 5, 2);
    const Network<double> network(c.network, c.form);
    AlignedVector<double> params(network.param_count()), gradients(network.param_count(), 777.0);
    network.init(5, params);
    Tape<double> tape = network.make_tape(), plain = network.make_tape();
    const int batch = 2, site = 1;
    ASSERT_EQ(network.sites()[site].name, "conv1.weight");
    const Uniforms draws({6}, Stream::Test), coins({7}, Stream::Dropout);
    for (double& v : network.begin(tape, batch).v) v = draws.normal(std::uint32_t(&v - tape.layers[0].h.data()));
    network.begin(plain, batch).v = tape.layers[0].h.v;
    network.draw_noise_at(params, plan_of("inverted", 0.4, tie), site, {&coins, 1}, tape);
    const Noise<double>& noise = network.noise_at(tape, site).noise;
    ASSERT_EQ(noise.gate.shape[0].extent, tie.empty() ? batch : 1);
    network.forward(params, tape, nullptr);
    // The same with the weights of each example's mask written out by hand.
    for (int b = 0; b < batch; ++b) {
      AlignedVector<double> masked = params;
      for (int o = 0; o < 3; ++o)
        for (int i = 0; i < 9; ++i)
          masked[panel_index(o, i, 9)] *= noise.scale * noise.gate[std::size_t((tie.empty() ? b : 0) * 27 + o * 9 + i)];
      network.forward(masked, plain, nullptr);
      for (std::size_t i = 0; i < 27; ++i)
        EXPECT_DOUBLE_EQ(tape.layers[1].h[std::size_t(b) * 27 + i], plain.layers[1].h[std::size_t(b) * 27 + i]);
    }
    tape.layers.back().dy.resize(tape.logits().shape);
    for (double& d : tape.layers.back().dy.v) d = 1;
    network.backward(params, tape, gradients, nullptr);
    int dropped = 0;
    for (int o = 0; o < 3; ++o)
      for (int i = 0; i < 9; ++i) {
        bool kept = false;
        for (int b = 0; b < (tie.empty() ? batch : 1); ++b)
          kept = kept || noise.gate[std::size_t(b * 27 + o * 9 + i)] != 0;
        if (kept) continue;
        ++dropped;
        EXPECT_EQ(gradients[panel_index(o, i, 9)], 0);
      }
    EXPECT_GT(dropped, 0);
  }
}

// VARIANTS.md golden G3 through a layer: four weights dropped with rate 1/2 and rescaled by 2, so twice its value.
TEST(ConvLayer, AverageOverDroppedWeightsIsTheGoldenOne) {
  ArchSpec spec;
  spec.hidden = {conv(1, 2, 1, 0)};
  const Network<double> network(spec, image_form(1, 2, 2, 1));
  AlignedVector<double> p(network.param_count(), 0.0);
  const double kernel[] = {1, -2, 0.5, 1.5};
  for (int i = 0; i < 4; ++i) p[panel_index(0, i, 4)] = kernel[i];
  Tape<double> tape = network.make_tape();
  network.begin(tape, 1).v = {0.5, 1, -1, 2};
  NoisePlan plan = plan_of("inverted", 0.5);
  plan.moments = true;
  network.expect_noise_at(p, plan, 1, tape);
  network.forward(p, tape, nullptr);
  EXPECT_DOUBLE_EQ(tape.layers[1].z[0], 1.0);
  EXPECT_NEAR(tape.layers[1].h[0], 2 * 1.009882025705693, 1e-14);
}

void expect_refused(const std::vector<LayerSpec>& hidden, const DataForm& form, const std::string& text) {
  ArchSpec spec;
  spec.hidden = hidden;
  try {
    const Network<float> network(spec, form);
    FAIL() << "was built: " << layers_text(spec);
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
  }
}

TEST(ConvLayer, WhatDoesNotFitIsRefusedByName) {
  const DataForm image = image_form(1, 6, 5, 2);
  expect_refused({conv(4, 6, 1, 0)}, image, "network.conv1.kernel");
  expect_refused({conv(4, 3, 1, 3)}, image, "network.conv1.padding");
  expect_refused({conv(4, 3, 1, 0), pool(LayerKind::MaxPool, 4, 4)}, image, "network.pool1.kernel");
  expect_refused({conv(4, 3, 1, 0)}, flat_form(30, 2), "network.conv1");
  expect_refused({make_layer(LayerKind::Dense, 4), pool(LayerKind::AveragePool, 2, 2)}, image, "network.pool1");
}

}  // namespace
}  // namespace dropscope
