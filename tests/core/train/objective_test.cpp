// Label smoothing and R-Drop (VARIANTS.md 17.3, 18; Szegedy et al., arXiv:1512.00567; Liang et al., arXiv:2106.14448).
#include "core/train/objective.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/check.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

Tensor<double> rows(std::vector<double> values, int width) {
  Tensor<double> t({{Axis::Sample, int(values.size()) / width}, {Axis::Unit, width}});
  t.v.assign(values.begin(), values.end());
  return t;
}

Tensor<double> normals(int count, int width, std::uint32_t key) {
  Tensor<double> t({{Axis::Sample, count}, {Axis::Unit, width}});
  const Uniforms u({key}, Stream::Test);
  for (std::size_t i = 0; i < t.size(); ++i) t[i] = u.normal(std::uint32_t(i));
  return t;
}

ObjectiveSpec r_drop(double weight, bool mean = false, double smoothing = 0) {
  ObjectiveSpec spec;
  spec.r_drop = weight;
  spec.r_drop_mean = mean;
  spec.label_smoothing = smoothing;
  return spec;
}

TEST(LabelSmoothing, TargetsAreTheGoldenOnes) {
  // Equal logits: the gradient of one row is 1/4 - target.
  Tensor<double> d;
  const std::int32_t label[] = {2};
  softmax_cross_entropy<double>(rows({0, 0, 0, 0}, 4), label, &d, 0.1);
  const double target[] = {.025, .025, .925, .025};
  for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(0.25 - d[k], target[k], 1e-15);
}

TEST(LabelSmoothing, SmallestLossIsTheEntropyOfTheTargetsAtTheGoldenGap) {
  std::vector<double> logits(10, 0.0);
  logits[3] = std::log(91.0);  // 4.511: the true class has (0.9 + 0.01) / 0.01 times the others' target
  Tensor<double> d;
  const std::int32_t label[] = {3};
  const LossResult r = softmax_cross_entropy<double>(rows(logits, 10), label, &d, 0.1);
  EXPECT_NEAR(r.mean(), -(0.91 * std::log(0.91) + 0.09 * std::log(0.01)), 1e-14);
  EXPECT_NEAR(r.mean(), 0.5003, 5e-5);
  EXPECT_NEAR(logits[3], 4.511, 5e-4);
  for (double g : d.v) EXPECT_NEAR(g, 0, 1e-15);
  for (double off : {-0.5, 0.5}) {
    logits[3] = std::log(91.0) + off;
    EXPECT_GT(softmax_cross_entropy<double>(rows(logits, 10), label, nullptr, 0.1).mean(), r.mean());
  }
}

TEST(LabelSmoothing, GradientIsThatOfFiniteDifferences) {
  for (double smoothing : {0.0, 0.1, 0.3, 0.8}) {
    Tensor<double> z = normals(5, 4, 3), d;
    const std::int32_t labels[] = {0, 3, -1, 2, 1};
    softmax_cross_entropy<double>(z, labels, &d, smoothing);
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double kept = z[i], h = 1e-5;
      z[i] = kept + h;
      const double above = softmax_cross_entropy<double>(z, labels, nullptr, smoothing).mean();
      z[i] = kept - h;
      const double below = softmax_cross_entropy<double>(z, labels, nullptr, smoothing).mean();
      z[i] = kept;
      EXPECT_LT(std::abs(d[i] - (above - below) / (2 * h)), 1e-6 * (std::abs(d[i]) + 1e-3)) << smoothing;
    }
  }
}

TEST(RDrop, HasTheGoldenValueAndGradient) {
  const Tensor<double> z = rows({.3, -.2, 1.1, .1, .4, .2}, 3);
  const std::int32_t label[] = {0};
  Tensor<double> with, without;
  const PairLoss pair = r_drop_loss<double>(z, label, r_drop(1), &with);
  r_drop_loss<double>(z, label, r_drop(0), &without);
  EXPECT_NEAR(pair.disagreement, .184279, 5e-7);
  EXPECT_NEAR(pair.value, pair.first.mean() + pair.second.mean() + pair.disagreement, 1e-15);
  const double golden[] = {-.0507614927, -.2016712853, .2524327779};
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(with[k] - without[k], golden[k], 5e-11);
}

TEST(RDrop, GradientOfBothPassesIsThatOfFiniteDifferences) {
  const std::int32_t labels[] = {1, -1, 0, 2};
  for (bool mean : {false, true})
    for (double weight : {0.0, 0.5, 5.0})
      for (double smoothing : {0.0, 0.1}) {
        const ObjectiveSpec spec = r_drop(weight, mean, smoothing);
        Tensor<double> z = normals(8, 3, 7), d;
        r_drop_loss<double>(z, labels, spec, &d);
        for (std::size_t i = 0; i < z.size(); ++i) {
          const double kept = z[i], h = 1e-5;
          z[i] = kept + h;
          const double above = r_drop_loss<double>(z, labels, spec, nullptr).value;
          z[i] = kept - h;
          const double below = r_drop_loss<double>(z, labels, spec, nullptr).value;
          z[i] = kept;
          const double numeric = (above - below) / (2 * h);
          EXPECT_LT(std::abs(d[i] - numeric), 1e-6 * (std::abs(d[i]) + std::abs(numeric) + 1e-3)) << i;
        }
      }
}

TEST(RDrop, SumIsThePapersAndMeanTheAuthorsCode) {
  const Tensor<double> z = normals(6, 4, 9);
  const std::int32_t labels[] = {0, 3, 1};
  const PairLoss sum = r_drop_loss<double>(z, labels, r_drop(2), nullptr),
                 mean = r_drop_loss<double>(z, labels, r_drop(2, true), nullptr);
  EXPECT_NEAR(sum.value - mean.value, (sum.first.mean() + sum.second.mean()) / 2, 1e-14);
}

TEST(RDrop, EqualPassesDoNotDisagree) {
  Tensor<double> z = normals(3, 4, 11);
  z.v.insert(z.v.end(), z.v.begin(), z.v.end());
  z.shape = {{Axis::Sample, 6}, {Axis::Unit, 4}};
  const std::int32_t labels[] = {0, 3, 1};
  Tensor<double> with, without;
  EXPECT_EQ(r_drop_loss<double>(z, labels, r_drop(3), &with).disagreement, 0);
  r_drop_loss<double>(z, labels, r_drop(0), &without);
  EXPECT_EQ(with.v, without.v);
}

TEST(RDropTraining, BatchStandsTwiceInTheTapeWithMasksOfItsOwnEachTime) {
  for (const char* variant : {"inverted", "gaussian"}) {
    RunSpec spec = runs::spec(0.3, variant), plain = spec;
    spec.objective.r_drop = 1;
    const auto data = runs::classes();
    Trainer pair(spec, data), single(plain, data);
    pair.preview();
    single.preview();
    const int batch = single.tape().batch, site = pair.network().find_site("hidden1");
    EXPECT_EQ(pair.tape().batch, 2 * batch);
    EXPECT_EQ(int(pair.batch_examples().size()), batch);
    const Tensor<float>&x = pair.tape().layers[0].h, &alone = single.tape().layers[0].h;
    for (std::size_t i = 0; i < alone.size(); ++i) {
      EXPECT_EQ(x[i], alone[i]);
      EXPECT_EQ(x[alone.size() + i], alone[i]);
    }
    const Noise<float>&two = pair.network().noise_at(pair.tape(), site).noise,
          &one = single.network().noise_at(single.tape(), site).noise;
    EXPECT_EQ(two.scale, one.scale);
    std::size_t different = 0;
    for (std::size_t i = 0; i < one.gate.size(); ++i) {
      EXPECT_EQ(two.gate[i], one.gate[i]) << "the first pass draws what it draws alone";
      different += two.gate[one.gate.size() + i] != one.gate[i] ? 1 : 0;
    }
    EXPECT_GT(different, one.gate.size() / 4);
  }
}

TEST(RDropTraining, WithoutDropoutItIsThePlainRun) {
  RunSpec spec = runs::spec(0), plain = spec;
  spec.objective.r_drop = 4;
  spec.objective.r_drop_mean = true;
  const auto data = runs::classes();
  Trainer pair(spec, data), single(plain, data);
  runs::ticks(pair, 30);
  runs::ticks(single, 30);
  EXPECT_EQ(pair.objective(), pair.batch_loss());  // the term is exactly 0
  // Gradients are sums of twice as many terms of half the size: rounding only, through 30 steps of Adam.
  for (std::size_t i = 0; i < pair.params().size(); ++i) EXPECT_NEAR(pair.params()[i], single.params()[i], 1e-4);
}

TEST(RDropTraining, ReportsALossThatCanBeComparedAndMinimisesMore) {
  RunSpec spec = runs::spec(0.3);
  spec.objective.r_drop = 2;
  Trainer t(spec, runs::classes());
  t.advance(Granularity::Tick);
  std::vector<std::int32_t> labels;
  for (std::uint32_t e : t.batch_examples()) labels.push_back(t.data().train.label[e]);
  const PairLoss pair = r_drop_loss<float>(t.tape().logits(), labels, spec.objective, nullptr);
  EXPECT_EQ(t.batch_loss(), (pair.first.mean() + pair.second.mean()) / 2);
  EXPECT_EQ(t.objective(), pair.value);
  EXPECT_GT(t.objective(), 2 * t.batch_loss());
}

TEST(RDropTraining, RepeatsBitForBitWhateverThePauses) {
  RunSpec spec = runs::spec(0.3);
  spec.objective.r_drop = 2;
  spec.objective.label_smoothing = 0.1;
  spec.dropout.at("hidden2.weight").variant = "dropconnect";
  spec.dropout.at("hidden2.weight").rate = 0.2;
  const auto data = runs::classes();
  Trainer a(spec, data), b(spec, data);
  runs::ticks(a, 20);
  for (int k = 0; k < 20; ++k) {
    b.preview();
    while (b.tick() == k) b.advance(Granularity::Phase);
  }
  EXPECT_EQ(a.state_hash(), b.state_hash());
}

TEST(Objective, WhatTheDataCannotGiveIsRefusedByName) {
  const auto expect_refusal = [](RunSpec spec, std::shared_ptr<Dataset> data, const std::string& field) {
    try {
      Trainer t(std::move(spec), std::move(data));
      FAIL() << "took " << field;
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(field), std::string::npos) << error.what();
    }
  };
  RunSpec spec = runs::spec();
  spec.objective.label_smoothing = 0.1;
  expect_refusal(spec, runs::numbers(), "objective.label_smoothing");
  spec = runs::spec();
  spec.objective.r_drop = 1;
  expect_refusal(spec, runs::numbers(), "objective.r_drop");
  spec = runs::spec();
  spec.augment.shift = 1;
  expect_refusal(spec, runs::classes(), "augment.shift");
  spec = runs::spec();
  spec.augment.rotation = 5;
  expect_refusal(spec, runs::classes(), "augment.rotation");
  spec = runs::spec();
  spec.stopping.patience = 3;
  auto no_validation = runs::classes();
  no_validation->validation = {};
  expect_refusal(spec, no_validation, "stopping.patience");
  // Masks of weights for each example of a large batch: 2^27 gates and no more.
  spec = runs::spec(0);
  spec.network.hidden = {{LayerKind::Dense, 3000, Activation::Relu}, {LayerKind::Dense, 3000, Activation::Relu}};
  spec.batch_size = 50;
  spec.dropout.at("hidden2.weight").variant = "dropconnect";
  spec.dropout.at("hidden2.weight").rate = 0.5;
  spec.dropout.at("hidden2.weight").scope = MaskScope::Example;
  expect_refusal(spec, runs::classes(), "dropout.hidden2.weight");
  // And while a run is going on: it stays as it was.
  Trainer t(runs::spec(), runs::numbers());
  runs::ticks(t, 5);
  const std::uint64_t before = t.state_hash();
  EXPECT_THROW(t.set_field("objective.r_drop", "1", "test"), InputError);
  EXPECT_EQ(t.spec().objective.r_drop, 0);
  EXPECT_EQ(t.state_hash(), before);
}

}  // namespace
}  // namespace dropscope
