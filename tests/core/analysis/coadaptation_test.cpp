// Measures of how units depend on each other, against numbers worked out by hand.
#include "core/analysis/coadaptation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/check.h"
#include "tests/core/analysis/analysis_helpers.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

using testing_analysis::Asked;

Activations made_up(int examples, int units, const std::vector<float>& values) { return {examples, units, values}; }

TEST(Correlation, IsOneForCopiesMinusOneForOppositesAndZeroForConstants) {
  // Units: x, 2 x + 1, -x, 3.
  const Activations a = made_up(3, 4, {1, 3, -1, 3, 2, 5, -2, 3, 4, 9, -4, 3});
  const std::vector<double> m = correlation_matrix(a);
  for (std::size_t u = 0; u < 3; ++u) EXPECT_NEAR(m[u * 4 + u], 1, 1e-12);
  EXPECT_NEAR(m[1], 1, 1e-12);
  EXPECT_NEAR(m[2], -1, 1e-12);
  EXPECT_NEAR(m[4 + 2], -1, 1e-12);
  for (std::size_t u = 0; u < 4; ++u) EXPECT_EQ(m[u * 4 + 3], 0);
  for (std::size_t u = 0; u < 4; ++u)
    for (std::size_t v = 0; v < 4; ++v) EXPECT_EQ(m[u * 4 + v], m[v * 4 + u]);
  EXPECT_NEAR(mean_correlation(a), 1, 1e-12);
}

TEST(Correlation, HasTheValueOfTheFormula) {
  // x = (0, 1, 2), y = (1, 0, 2): means 1, sum of products of deviations 1, squares 2 and 2.
  const Activations a = made_up(3, 2, {0, 1, 1, 0, 2, 2});
  EXPECT_NEAR(correlation_matrix(a)[1], 0.5, 1e-12);
  EXPECT_NEAR(mean_correlation(a), 0.5, 1e-12);
}

TEST(Correlation, OrderMakesNeighboursOfCorrelatedUnits) {
  // Two groups, 0 2 5 and 1 3, and a constant unit 4.
  const int n = 6;
  std::vector<double> m(std::size_t(n * n), 0.0);
  const auto set = [&](int u, int v, double r) { m[std::size_t(u * n + v)] = m[std::size_t(v * n + u)] = r; };
  for (int u : {0, 1, 2, 3, 5}) set(u, u, 1);
  set(0, 2, 0.9);
  set(2, 5, 0.8);
  set(0, 5, 0.7);
  set(1, 3, 0.5);
  set(0, 1, -0.4);
  set(5, 3, 0.1);
  // 0 with 2 first; 5 is next to 2 (0.8 against 0.7); then 3 next to 5, 1 next to 3; the constant last.
  EXPECT_EQ(order_by_correlation(m), (std::vector<int>{0, 2, 5, 3, 1, 4}));
  const std::vector<double> equal{1, 0.5, 0.5, 0.5, 1, 0.5, 0.5, 0.5, 1};
  EXPECT_EQ(order_by_correlation(equal), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(order_by_correlation(std::vector<double>{1}), (std::vector<int>{0}));
  EXPECT_EQ(order_by_correlation(std::vector<double>{0, 0, 0, 0}), (std::vector<int>{0, 1}));
}

TEST(Correlation, MeanOfAMatrixIsThatOfItsActivations) {
  const Activations a = made_up(4, 3, {0, 1, 5, 1, 0, 5, 2, 2, 5, 4, -1, 5});
  EXPECT_EQ(mean_correlation(correlation_matrix(a)), mean_correlation(a));
  EXPECT_GT(mean_correlation(a), 0);
}

TEST(Activations, AreWhatTheLayerGivesWithoutMasks) {
  Asked<float> a({{LayerKind::Dense, 2, Activation::Relu}}, flat_form(3, 2), {{"hidden1", "inverted", 0.6}});
  a.set("hidden1.weight", {1, 0, 0, -1, 0, 2});
  a.set("hidden1.bias", {0.5, 0});
  Split split;
  split.count = 2;
  split.x = {1, 9, 3, -2, 9, 0};
  const Activations h = activations_of(a.model(), 1, split, 0);
  EXPECT_EQ(h.examples, 2);
  EXPECT_EQ(h.values, (std::vector<float>{1.5f, 5, 0, 2}));
  EXPECT_EQ(activations_of(a.model(), 1, split, 1).values, (std::vector<float>{1.5f, 5}));
}

// Keeping a unit at 0 is the same as taking its outgoing weights away.
TEST(KnockOut, IsTheLossOfTheNetworkWithoutTheUnit) {
  const auto data = runs::classes(300);  // more than a chunk
  for (const char* variant : {"inverted", "classic"}) {
    Asked<float> a({{LayerKind::Dense, 5, Activation::Relu}, {LayerKind::Dense, 4, Activation::Tanh}}, flat_form(3, 2),
                   {{"hidden1", variant, 0.3}});
    const int site = a.network.find_site("hidden1");
    const KnockOut all = knock_out(a.model(), site, data->train, true, 0);
    ASSERT_EQ(all.rises.size(), 5u);
    const AlignedVector<float> whole = a.params;
    for (std::size_t u = 0; u < 5; ++u) {
      a.params = whole;
      for (const ParamBlock& block : a.network.blocks())
        if (block.name == "hidden2.weight")
          for (int o = 0; o < 4; ++o) a.params[block.offset + panel_index(o, int(u), 5)] = 0;
      const double without = knock_out(a.model(), site, data->train, true, 0).loss;
      EXPECT_NEAR(all.rises[u], without - all.loss, 1e-6) << variant << ", unit " << u;
    }
  }
}

TEST(KnockOut, OfAUnitThatNobodyReadsIsZero) {
  const auto data = runs::numbers();
  Asked<float> a({{LayerKind::Dense, 3}}, flat_form(3, 1), {});
  a.set("output.weight", {1.5f, 0, -2});
  const KnockOut k = knock_out(a.model(), a.network.find_site("hidden1"), data->train, false, 0);
  EXPECT_EQ(k.rises[1], 0);
  EXPECT_NE(k.rises[0], 0);
}

TEST(KnockOut, OfSomeUnitsIsThatOfAll) {
  const auto data = runs::classes(300);
  Asked<float> a({{LayerKind::Dense, 6, Activation::Relu}, {LayerKind::Dense, 4, Activation::Tanh}}, flat_form(3, 2),
                 {{"hidden1", "inverted", 0.3}});
  a.set("hidden1.bias", {0, 0, -100, 0, 0, 0});  // a dead unit
  const int site = a.network.find_site("hidden1");
  const KnockOut all = knock_out(a.model(), site, data->train, true, 0);
  EXPECT_EQ(all.rises[2], 0);
  const std::vector<int> some{5, 0, 2};
  const KnockOut asked = knock_out(a.model(), site, data->train, true, 0, some);
  EXPECT_EQ(asked.loss, all.loss);
  EXPECT_EQ(asked.rises, (std::vector<double>{all.rises[5], all.rises[0], all.rises[2]}));
  int looked = 0;
  EXPECT_TRUE(knock_out(a.model(), site, data->train, true, 0, {}, [&] { return ++looked > 2; }).rises.empty());
  EXPECT_EQ(looked, 3);
}

// A unit of the steps of a recurrent layer falls at its output; what enters the layer is no layer's output.
TEST(KnockOut, RefusesWhatEntersALayer) {
  DataForm form = flat_form(8, 2);
  form.sequence = SequenceShape{};
  form.sequence->steps = 4;
  form.sequence->features = 2;
  Asked<float> a({make_layer(LayerKind::Lstm, 3)}, form, {});
  Split split;
  split.count = 2;
  split.x.assign(16, 0.5f);
  split.label = {0, 1};
  EXPECT_THROW(knock_out(a.model(), a.network.find_site("lstm1.input"), split, true, 0), InputError);
  EXPECT_EQ(knock_out(a.model(), a.network.find_site("lstm1"), split, true, 0).rises.size(), 3u);
}

TEST(KnockOut, TakesWholeChannels) {
  DataForm image = flat_form(36, 2);
  image.image = ImageShape{6, 6, 1};
  Asked<float> a({make_layer(LayerKind::Conv, 3), {}}, image, {});
  Split split;
  split.count = 5;
  const Uniforms u({3}, Stream::Test);
  for (std::uint32_t i = 0; i < 180; ++i) split.x.push_back(float(u.normal(i)));
  split.label = {0, 1, 0, 1, 1};
  EXPECT_EQ(knock_out(a.model(), a.network.find_site("conv1"), split, true, 0).rises.size(), 3u);
  EXPECT_THROW(knock_out(a.model(), a.network.find_site("hidden1.weight"), split, true, 0), InputError);
}

TEST(Sparsity, CountsZerosAndBins) {
  const Sparsity s = sparsity_of(made_up(4, 2, {0, 0, 0, 1, 0, 2, 0, 4}), 4);
  EXPECT_NEAR(s.mean_activation, 7.0 / 8, 1e-12);
  EXPECT_NEAR(s.zero_share, 5.0 / 8, 1e-12);
  EXPECT_EQ(s.lo, 0);
  EXPECT_EQ(s.hi, 4);
  EXPECT_EQ(s.histogram, (std::vector<std::int64_t>{5, 1, 1, 1}));
  const Sparsity flat = sparsity_of(made_up(2, 1, {3, 3}), 5);
  EXPECT_EQ(flat.histogram[0], 2);
}

TEST(Weights, ComeOutAsTheyWentIn) {
  Asked<float> a({{LayerKind::Dense, 19}}, flat_form(2, 1), {});
  std::vector<float> w;
  for (int i = 0; i < 38; ++i) w.push_back(float(i) - 11);
  a.set("hidden1.weight", w);
  const Features f = first_layer_features(a.network, a.params);
  EXPECT_EQ(f.units, 19);
  EXPECT_EQ(f.inputs, 2);
  EXPECT_EQ(f.weights, w);
  const std::vector<double> norms = weight_norms(a.network.blocks()[0], a.params);
  ASSERT_EQ(norms.size(), 19u);
  EXPECT_NEAR(norms[0], std::sqrt(121 + 100), 1e-5);
  EXPECT_NEAR(norms[18], std::sqrt(25 * 25 + 26 * 26), 1e-5);
}

TEST(Depth, ExpectedAndRealisedNumberOfBlocks) {
  LayerSpec block = make_layer(LayerKind::Residual, 8);
  block.count = 4;
  Asked<float> a({{LayerKind::Dense, 8}, block}, flat_form(3, 2), {});
  const char* variant = "droppath";
  for (std::size_t s = 0; s < a.plans.size(); ++s)
    if (a.network.sites()[s].kind == SiteKind::ResidualBranch)
      a.plans[s] = {find_variant(variant), 0.125 * a.network.sites()[s].block, find_variant(variant)->tie, {}};
  const int batch = 4000;
  std::vector<float> x(std::size_t(3 * batch), 0.5f);
  load_examples<float>(a.model(), x, 0, std::size_t(batch), a.tape);
  for (std::size_t s = 0; s < a.plans.size(); ++s) {
    const Uniforms u({5, std::uint32_t(s)}, Stream::Test);
    a.network.draw_noise_at(a.params, a.plans[s], int(s), {&u, 1}, a.tape);
  }
  a.network.forward(a.params, a.tape, nullptr);
  const Depth depth = effective_depth(a.model(), a.tape);
  EXPECT_EQ(depth.branches, 4);
  EXPECT_NEAR(depth.expected, 4 - 0.125 * (1 + 2 + 3 + 4), 1e-12);
  double variance = 0;
  for (int l = 1; l <= 4; ++l) variance += 0.125 * l * (1 - 0.125 * l);
  EXPECT_NEAR(depth.realised, depth.expected, 5 * std::sqrt(variance / batch));
}

TEST(TouchedShare, IsOneWithoutDropoutAndTheShareOfKeptUnitsWithOneMask) {
  const auto data = runs::classes(40);
  std::vector<std::uint32_t> examples;
  for (std::uint32_t i = 0; i < 40; ++i) examples.push_back(i);
  Asked<float> plain({{LayerKind::Dense, 20, Activation::Tanh}}, flat_form(3, 2), {});
  EXPECT_EQ(touched_share(plain.network, step_gradient(plain.model(), data->train, examples, true, 7, 3)), 1);
  // One mask for the batch: a dropped unit's incoming and outgoing weights stay untouched.
  Asked<float> dropped({{LayerKind::Dense, 20, Activation::Tanh}}, flat_form(3, 2), {{"hidden1", "inverted", 0.6}});
  for (NoisePlan& plan : dropped.plans) plan.tie = plan.tie | AxisSet{Axis::Sample};
  const auto gradient = step_gradient(dropped.model(), data->train, examples, true, 7, 3);
  Tensor<float> gates({{Axis::Sample, 1}, {Axis::Unit, 20}});
  Uniforms({7, site_place("hidden1"), 3, 0}, Stream::Dropout).coins(gates.span(), 0.6);
  double kept = 0;
  for (float g : gates.v) kept += double(g);
  EXPECT_GT(kept, 0);
  EXPECT_LT(kept, 20);
  EXPECT_EQ(touched_share(dropped.network, gradient), kept / 20);
}

// What a step would do is what the trainer's step does.
TEST(StepGradient, IsTheOneTheTrainerTakes) {
  RunSpec spec = runs::spec();
  spec.optimizer.kind = OptimizerKind::Sgd;
  spec.optimizer.learning_rate = 1;
  Trainer trainer(spec, runs::classes());
  const AlignedVector<float> before(trainer.params().begin(), trainer.params().end());
  runs::ticks(trainer, 1);
  const std::vector<std::uint32_t> examples(trainer.batch_examples().begin(), trainer.batch_examples().end());
  const auto gradient =
      step_gradient({trainer.network(), before, trainer.plans()}, trainer.data().train, examples, true, spec.seed, 0);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i] - gradient[i], trainer.params()[i]);
}

}  // namespace
}  // namespace dropscope
