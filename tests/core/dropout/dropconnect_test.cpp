// DropConnect (VARIANTS.md 8; Wan et al., ICML 2013).
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "core/nn/dense.h"
#include "core/nn/weight_noise.h"
#include "core/spec/dropout_plan.h"
#include "tests/core/dropout/noise_helpers.h"

namespace dropscope {
namespace {

using namespace noise_tests;

constexpr double kWeights[2][4] = {{1, -2, 0.5, 1.5}, {0.3, 1, -1, 0.7}};
constexpr double kInput[4] = {0.5, 1, -1, 2};
constexpr double kBias[2] = {0.25, -4};

// Two linear outputs that read four inputs.
Bench<double> linear() {
  ArchSpec spec;
  spec.hidden = {};
  Bench<double> b(spec, flat_form(4, 2));
  for (int o = 0; o < 2; ++o) {
    b.at("output.bias", o) = kBias[o];
    for (int i = 0; i < 4; ++i) b.at("output.weight", o, i) = kWeights[o][i];
  }
  Tensor<double> x({{Axis::Sample, 1}, {Axis::Unit, 4}});
  x.v.assign(kInput, kInput + 4);
  b.input(x);
  return b;
}

// One unit of golden test G3 and a linear output.
Bench<double> one_unit(Activation activation) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, 1, activation}};
  Bench<double> b(spec, flat_form(4, 1));
  for (int i = 0; i < 4; ++i) b.at("hidden1.weight", 0, i) = kWeights[0][i];
  Tensor<double> x({{Axis::Sample, 1}, {Axis::Unit, 4}});
  x.v.assign(kInput, kInput + 4);
  b.input(x);
  return b;
}

double averaged(Bench<double>& b, NoisePlan plan, int samples) {
  plan.moments = true;
  plan.samples = samples;
  b.tape.training = false;
  b.expect(plan, "hidden1.weight");
  b.forward();
  return b.tape.layers[1].h[0];
}

// Parts one after the other, for work that would be spread over threads.
struct ThreeParts final : Parallel {
  int parts() const override { return 3; }
  void run(void (*job)(void*, int, int), void* context) override {
    for (int part : {2, 0, 1}) job(context, part, 3);
  }
};

TEST(DropConnect, HasTheVariancesOfDropoutAndNoCovariance) {
  for (const char* variant : {"dropconnect_classic", "dropconnect"})
    for (double rate : {0.1, 0.3, 0.5, 0.8}) {
      Bench<double> b = linear();
      b.draw(plan_of(variant, rate), "output.weight", coins(1));
      Noise<double>& noise = b.noise("output.weight");
      double mean[2] = {}, square[2][2] = {};
      for (unsigned mask = 0; mask < 256; ++mask) {
        for (unsigned j = 0; j < 8; ++j) noise.gate[j] = mask >> j & 1;
        b.forward();
        const double p = probability(8, mask, rate);
        for (std::size_t o = 0; o < 2; ++o) {
          mean[o] += p * b.tape.logits()[o];
          for (std::size_t k = 0; k < 2; ++k) square[o][k] += p * b.tape.logits()[o] * b.tape.logits()[k];
        }
      }
      const bool classic = std::string(variant) != "dropconnect";
      const double gain = classic ? 1 : 1 / (1 - rate);
      for (std::size_t o = 0; o < 2; ++o) {
        double sum = 0, squares = 0;
        for (std::size_t i = 0; i < 4; ++i) {
          sum += kWeights[o][i] * kInput[i];
          squares += kWeights[o][i] * kWeights[o][i] * kInput[i] * kInput[i];
        }
        EXPECT_NEAR(mean[o], gain * (1 - rate) * sum + kBias[o], 1e-12) << variant << rate;  // the bias is not masked
        EXPECT_NEAR(square[o][o] - mean[o] * mean[o], gain * gain * rate * (1 - rate) * squares, 1e-12);
      }
      // 0.44375 for dropout of the inputs at rate 0.5 (exact_test.cpp); here nothing.
      EXPECT_NEAR(square[0][1] - mean[0] * mean[1], 0, 1e-12);
      b.tape.training = false;
      b.expect(plan_of(variant, rate), "output.weight");
      b.forward();
      for (std::size_t o = 0; o < 2; ++o) EXPECT_NEAR(b.tape.logits()[o], mean[o], 1e-12) << "the mean network";
    }
}

TEST(DropConnect, HasTheGoldenMomentsOfOneReluUnit) {
  Bench<double> b = one_unit(Activation::Relu);
  const NoisePlan plan = plan_of("dropconnect_classic", 0.5);
  b.draw(plan, "hidden1.weight", coins(1));
  Noise<double>& noise = b.noise("hidden1.weight");
  double z = 0, z2 = 0, h = 0;
  for (unsigned mask = 0; mask < 16; ++mask) {
    for (unsigned j = 0; j < 4; ++j) noise.gate[j] = mask >> j & 1;
    b.forward();
    z += b.tape.layers[1].z[0] / 16, z2 += b.tape.layers[1].z[0] * b.tape.layers[1].z[0] / 16;
    h += b.tape.layers[1].h[0] / 16;
  }
  EXPECT_NEAR(z, 0.5, 1e-15);
  EXPECT_NEAR(z2 - z * z, 3.375, 1e-14);
  EXPECT_NEAR(h, 1.03125, 1e-15);
  EXPECT_NEAR(averaged(b, plan, 0), 1.009882025705693, 1e-14);
  // The inverted form has twice the weights at rate one half, and so twice the average.
  EXPECT_NEAR(averaged(b, plan_of("dropconnect", 0.5), 0), 2 * 1.009882025705693, 1e-14);
  b.expect(plan, "hidden1.weight");
  b.forward();
  EXPECT_EQ(b.tape.layers[1].h[0], 0.5) << "the mean network";
}

TEST(DropConnect, SamplesOfTheGaussianApproachItsClosedFormAndRepeat) {
  Bench<double> b = one_unit(Activation::Relu);
  const NoisePlan plan = plan_of("dropconnect_classic", 0.5);
  const double closed = 1.009882025705693;
  // E[relu^2] - E[relu]^2 of N(0.5, 3.375) is 1.5: five standard errors.
  for (int samples : {1000, 20000})
    EXPECT_NEAR(averaged(b, plan, samples), closed, 5 * std::sqrt(1.5 / samples)) << samples;
  EXPECT_EQ(averaged(b, plan, 1000), averaged(b, plan, 1000));
  EXPECT_NE(averaged(b, plan, 1000), averaged(b, plan, 999));
}

TEST(DropConnect, ActivationsWithoutAClosedFormAreSampledAndTheIdentityIsExact) {
  for (Activation activation : {Activation::Tanh, Activation::Sigmoid, Activation::Gelu}) {
    Bench<double> b = one_unit(activation);
    // The trapezium rule over ten standard deviations either way.
    double exact = 0;
    constexpr int steps = 4000;
    const double mean = 0.5, deviation = std::sqrt(3.375);
    for (int k = 0; k <= steps; ++k) {
      const double t = -10 + 20.0 * k / steps, u = mean + deviation * t;
      const double f = activation == Activation::Tanh      ? std::tanh(u)
                       : activation == Activation::Sigmoid ? 1 / (1 + std::exp(-u))
                                                           : u * 0.5 * std::erfc(-u * std::sqrt(0.5));
      exact += f * std::exp(-t * t / 2) / std::sqrt(2 * M_PI) * 20.0 / steps;
    }
    // |f(u)| grows no faster than |u|, so its deviation is below that of u.
    EXPECT_NEAR(averaged(b, plan_of("dropconnect_classic", 0.5), 0), exact,
                5 * deviation / std::sqrt(double(kAverageSamples)));
  }
  Bench<double> b = one_unit(Activation::Identity);
  EXPECT_EQ(averaged(b, plan_of("dropconnect_classic", 0.5), 0), 0.5);
  EXPECT_EQ(averaged(b, plan_of("dropconnect_classic", 0.5), 10), 0.5);
}

// Weights into a unit share a mask across units: the same as dropping what they read.
TEST(DropConnect, TiedOverOutputsItIsDropoutOfTheInputs) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, 6, Activation::Tanh}};
  const Tensor<double> x = normals<double>({{Axis::Sample, 5}, {Axis::Unit, 3}}, 2),
                       d = normals<double>({{Axis::Sample, 5}, {Axis::Unit, 2}}, 3);
  for (double rate : {0.1, 0.3, 0.8})
    for (MaskScope scope : {MaskScope::Example, MaskScope::Batch}) {
      Bench<double> cut(spec, flat_form(3, 2)), dropped(spec, flat_form(3, 2));
      NoisePlan plan = plan_of("dropconnect", rate), inputs = plan_of("inverted", rate);
      plan.tie = scope == MaskScope::Batch ? AxisSet{Axis::Sample, Axis::Out} : AxisSet{Axis::Out};
      if (scope == MaskScope::Batch) inputs.tie = {Axis::Sample};
      for (Bench<double>* b : {&cut, &dropped}) b->input(x);
      cut.draw(plan, "hidden1.weight", coins(4));
      dropped.draw(inputs, "input", coins(4));
      ASSERT_EQ(cut.noise("hidden1.weight").gate.v, dropped.noise("input").gate.v);
      for (Bench<double>* b : {&cut, &dropped}) b->forward(), b->backward(d);
      for (std::size_t i = 0; i < cut.tape.logits().size(); ++i)
        EXPECT_NEAR(cut.tape.logits()[i], dropped.tape.logits()[i], 1e-14);
      for (std::size_t i = 0; i < cut.gradients.size(); ++i) EXPECT_NEAR(cut.gradients[i], dropped.gradients[i], 1e-13);
    }
}

// All weights into a unit share one mask: with f(0) = 0 and no bias the unit is dropped.
TEST(DropConnect, TiedOverInputsItIsDropoutOfTheOutputs) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, 6, Activation::Relu}};
  const Tensor<double> x = normals<double>({{Axis::Sample, 5}, {Axis::Unit, 3}}, 2);
  for (double rate : {0.1, 0.3, 0.8}) {
    Bench<double> cut(spec, flat_form(3, 2)), dropped(spec, flat_form(3, 2));
    NoisePlan plan = plan_of("dropconnect", rate);
    plan.tie = {Axis::In};
    for (Bench<double>* b : {&cut, &dropped}) b->input(x);
    cut.draw(plan, "hidden1.weight", coins(4));
    dropped.draw(plan_of("inverted", rate), "hidden1", coins(4));
    for (Bench<double>* b : {&cut, &dropped}) b->forward();
    for (std::size_t i = 0; i < cut.tape.logits().size(); ++i)
      EXPECT_NEAR(cut.tape.logits()[i], dropped.tape.logits()[i], 1e-14) << rate;
  }
}

NoisePlan each_example(double rate) {
  NoisePlan plan = plan_of("dropconnect", rate);
  plan.tie = plan.tie.without(Axis::Sample);
  return plan;
}

TEST(DropConnect, AnExampleOfABatchHasTheBitsItHasAloneWithItsMask) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, 21, Activation::Relu}};
  for (double rate : {0.1, 0.8}) {
    Bench<float> b(spec, flat_form(7, 3));
    const Tensor<float> x = normals<float>({{Axis::Sample, 4}, {Axis::Unit, 7}}, 2);
    b.input(x);
    b.draw(each_example(rate), "hidden1.weight", coins(1));
    const Tensor<float> gates = b.noise("hidden1.weight").gate;
    ASSERT_EQ(gates.size(), std::size_t(4 * 21 * 7));
    b.forward();
    const Tensor<float> together = b.tape.logits();
    for (std::size_t n = 0; n < 4; ++n) {
      Tensor<float> row({{Axis::Sample, 1}, {Axis::Unit, 7}});
      std::copy_n(x.data() + 7 * n, 7, row.data());
      b.input(row);
      b.draw(plan_of("dropconnect", rate), "hidden1.weight", coins(2));
      std::copy_n(gates.data() + n * 147, 147, b.noise("hidden1.weight").gate.data());
      b.forward();
      for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(b.tape.logits()[k], together[3 * n + k]) << rate;
    }
  }
}

TEST(DropConnect, OneMaskForAllExamplesIsTheSameMaskForEach) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, 18, Activation::Tanh}};
  Bench<double> shared(spec, flat_form(5, 2)), each(spec, flat_form(5, 2));
  const Tensor<double> x = normals<double>({{Axis::Sample, 4}, {Axis::Unit, 5}}, 2),
                       d = normals<double>({{Axis::Sample, 4}, {Axis::Unit, 2}}, 3);
  for (Bench<double>* b : {&shared, &each}) b->input(x);
  shared.draw(plan_of("dropconnect", 0.3), "hidden1.weight", coins(1));
  each.draw(each_example(0.3), "hidden1.weight", coins(1));
  const Tensor<double>& one = shared.noise("hidden1.weight").gate;
  Tensor<double>& all = each.noise("hidden1.weight").gate;
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = one[i % one.size()];
  for (Bench<double>* b : {&shared, &each}) b->forward(), b->backward(d);
  for (std::size_t i = 0; i < each.tape.logits().size(); ++i)
    EXPECT_NEAR(shared.tape.logits()[i], each.tape.logits()[i], 1e-14);  // double sums depend on the batch's size
  for (std::size_t i = 0; i < each.gradients.size(); ++i)
    EXPECT_NEAR(shared.gradients[i], each.gradients[i], 1e-14);  // sums of four terms, masked before or after
}

TEST(DropConnect, RateOneLeavesTheBiasesAndNoGradientThroughTheWeights) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, 4, Activation::Tanh}};
  for (const NoisePlan& plan : {plan_of("dropconnect", 1), each_example(1), plan_of("dropconnect_classic", 1)}) {
    Bench<float> b(spec, flat_form(3, 2));
    for (int o = 0; o < 2; ++o) b.at("output.bias", o) = float(o) - 0.3f;
    b.at("output.weight", 1, 2) = NAN;  // dropped like all others
    b.input(normals<float>({{Axis::Sample, 2}, {Axis::Unit, 3}}, 2));
    b.draw(plan, "output.weight", coins(1));
    b.forward();
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(b.tape.logits()[i], float(i % 2) - 0.3f);
    b.backward(Tensor<float>({{Axis::Sample, 2}, {Axis::Unit, 2}}, 1.0f));
    for (int o = 0; o < 2; ++o) {
      EXPECT_EQ(b.gradient("output.bias", o), 2);
      for (int i = 0; i < 4; ++i) EXPECT_EQ(b.gradient("output.weight", o, i), 0);
    }
    for (int o = 0; o < 4; ++o) EXPECT_EQ(b.gradient("hidden1.bias", o), 0);
  }
}

TEST(DropConnect, DroppedWeightsGetExactlyNoGradient) {
  Bench<double> b = linear();
  b.draw(plan_of("dropconnect", 0.3), "output.weight", coins(8));
  b.forward();
  b.backward(Tensor<double>({{Axis::Sample, 1}, {Axis::Unit, 2}}, 1.0));
  const Noise<double>& noise = b.noise("output.weight");
  for (int o = 0; o < 2; ++o)
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(b.gradient("output.weight", o, i), noise.gate[std::size_t(4 * o + i)] * noise.scale * kInput[i]);
}

// In a sequence every step of an example meets the weights that this example kept.
TEST(DropConnect, StepsOfASequenceShareTheMaskOfTheirExample) {
  constexpr int kBatch = 3, kSteps = 4, kIn = 2, kOut = 5;
  const auto layer = make_dense<double>("dense", {{Axis::Sample, 1}, {Axis::Time, kSteps}, {Axis::Unit, kIn}}, kOut,
                                        Activation::Tanh, SiteKind::Sequence);
  AlignedVector<double> params(panel_size(kOut, kIn) + kOut), gradients(params.size());
  layer->init(Init::Xavier, 3, params.data());
  const Tensor<double> x = normals<double>({{Axis::Sample, kBatch}, {Axis::Time, kSteps}, {Axis::Unit, kIn}}, 2);
  const Tensor<double> weights = normals<double>(layer->output_shape(kBatch), 3);
  LayerTape<double> tape;
  tape.sites.resize(2);
  const Uniforms u = coins(5);
  draw_site<double>(each_example(0.3), layer->site_shape(0, kBatch), {&u, 1}, nullptr, tape.sites[0]);
  const Tensor<double>* in[] = {&x};
  const auto loss = [&](const Tensor<double>& at) {
    const Tensor<double>* inputs[] = {&at};
    layer->forward({params.data(), inputs, tape, nullptr});
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * tape.h[i];
    return sum;
  };
  loss(x);
  const Noise<double>& noise = tape.sites[0].noise;
  for (int n = 0; n < kBatch; ++n)
    for (int t = 0; t < kSteps; ++t)
      for (int o = 0; o < kOut; ++o) {
        double z = params[panel_size(kOut, kIn) + std::size_t(o)];
        for (int i = 0; i < kIn; ++i)
          z += noise.scale * noise.gate[std::size_t((n * kOut + o) * kIn + i)] * params[panel_index(o, i, kIn)] *
               x[std::size_t((n * kSteps + t) * kIn + i)];
        EXPECT_NEAR(tape.z[std::size_t((n * kSteps + t) * kOut + o)], z, 1e-14);
      }
  tape.dy = weights;
  Tensor<double> dx;
  Tensor<double>* d_in[] = {&dx};
  layer->backward({params.data(), in, tape, gradients.data(), d_in, nullptr});
  constexpr double h = 1e-5;
  const auto expect_gradient = [](double analytic, double numeric) {
    EXPECT_LT(std::abs(analytic - numeric), 1e-6 * (std::abs(analytic) + std::abs(numeric) + 1e-3));
  };
  for (int o = 0; o < kOut; ++o)
    for (int i = 0; i <= kIn; ++i) {
      const std::size_t at = i < kIn ? panel_index(o, i, kIn) : panel_size(kOut, kIn) + std::size_t(o);
      const double kept = params[at];
      params[at] = kept + h;
      const double above = loss(x);
      params[at] = kept - h;
      const double below = loss(x);
      params[at] = kept;
      expect_gradient(gradients[at], (above - below) / (2 * h));
    }
  for (std::size_t i = 0; i < x.size(); ++i) {
    Tensor<double> moved = x;
    moved[i] += h;
    const double above = loss(moved);
    moved[i] -= 2 * h;
    expect_gradient(dx[i], (above - loss(moved)) / (2 * h));
  }
}

TEST(DropConnect, BitsDoNotDependOnTheNumberOfThreads) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, 70, Activation::Relu}};
  ThreeParts three;
  for (const NoisePlan& plan : {plan_of("dropconnect", 0.3), each_example(0.3)}) {
    Bench<float> one(spec, flat_form(9, 3)), many(spec, flat_form(9, 3));
    for (Bench<float>* b : {&one, &many}) {
      Parallel* parallel = b == &many ? &three : nullptr;
      b->input(normals<float>({{Axis::Sample, 6}, {Axis::Unit, 9}}, 2));
      b->draw(plan, "hidden1.weight", coins(1));
      b->draw(plan, "output.weight", coins(2));
      b->forward(parallel);
      b->backward(normals<float>({{Axis::Sample, 6}, {Axis::Unit, 3}}, 3), parallel);
    }
    EXPECT_EQ(one.tape.logits().v, many.tape.logits().v);
    EXPECT_EQ(one.gradients, many.gradients);
  }
}

TEST(DropConnect, RateZeroIsThePlainProductBitForBit) {
  ArchSpec spec;
  Bench<float> plain(spec, flat_form(9, 3)), zero(spec, flat_form(9, 3));
  for (Bench<float>* b : {&plain, &zero}) b->input(normals<float>({{Axis::Sample, 6}, {Axis::Unit, 9}}, 2));
  zero.draw(each_example(0), "hidden1.weight", coins(1));
  for (Bench<float>* b : {&plain, &zero}) b->forward();
  EXPECT_EQ(plain.tape.logits().v, zero.tape.logits().v);
}

}  // namespace
}  // namespace dropscope
