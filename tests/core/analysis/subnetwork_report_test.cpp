// One input asked of every sub-network: what theory says is equal is, what it says nothing about is apart.
#include "core/analysis/subnetwork_report.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/answers.h"
#include "core/analysis/enumerate.h"
#include "core/analysis/mask_sequences.h"
#include "core/base/moments.h"
#include "core/session/worker_pool.h"
#include "core/train/evaluator.h"
#include "tests/core/analysis/analysis_helpers.h"

namespace dropscope {
namespace {

using testing_analysis::Asked;
using testing_analysis::NoiseAt;

const std::vector<float> kInput{0.3f, -1.2f, 2};

SubnetworkPlan samples(int count, bool classify = true) {
  SubnetworkPlan plan;
  plan.samples = count;
  plan.classify = classify;
  return plan;
}
LayerSpec dense(int units, Activation f = Activation::Relu) { return {LayerKind::Dense, units, f}; }

double sum_of(std::span<const double> values) {
  double sum = 0;
  for (double v : values) sum += v;
  return sum;
}

// ---- What theory says

TEST(SubnetworkReport, OneLayerWithDropoutBeforeSoftmaxIsItsGeometricMeanExactly) {
  for (const char* variant : {"classic", "inverted"})
    for (double rate : {0.1, 0.3, 0.8})
      for (int classes : {2, 5}) {
        Asked<float> a({dense(7, Activation::Tanh), dense(10)}, flat_form(3, classes), {{"hidden2", variant, rate}});
        const SubnetworkReport r = subnetwork_report(a.model(), kInput, samples(10));
        EXPECT_TRUE(r.enumerated);
        EXPECT_TRUE(r.equal_by_theory);
        EXPECT_EQ(r.gates, 10);
        EXPECT_EQ(r.classes, classes);
        EXPECT_LT(r.geometric_off, 1e-6) << variant << " at " << rate;
        EXPECT_GT(r.arithmetic_off, 1e-4) << "the arithmetic mean is something else";
        for (const auto* row : {&r.arithmetic, &r.geometric, &r.scaled}) EXPECT_NEAR(sum_of(*row), 1, 1e-12);
      }
}

TEST(SubnetworkReport, TwoLayersWithDropoutAreVisiblyApart) {
  Asked<float> a({dense(6), dense(6)}, flat_form(3, 4), {{"hidden1", "inverted", 0.5}, {"hidden2", "inverted", 0.4}});
  const SubnetworkReport r = subnetwork_report(a.model(), kInput, samples(10));
  EXPECT_TRUE(r.enumerated);
  EXPECT_FALSE(r.equal_by_theory);
  EXPECT_GT(r.geometric_off, 1e-3);
  EXPECT_GT(r.arithmetic_off, 1e-3);
}

TEST(SubnetworkReport, RegressionWithNoiseBeforeTheOutputIsItsArithmeticMean) {
  Asked<float> a({dense(8, Activation::Tanh)}, flat_form(3, 2), {{"hidden1", "inverted", 0.3}});
  const SubnetworkReport r = subnetwork_report(a.model(), kInput, samples(10, false));
  EXPECT_TRUE(r.equal_by_theory);
  EXPECT_EQ(r.classes, 0);
  EXPECT_EQ(r.outputs, 2);
  EXPECT_LT(r.arithmetic_off, 1e-6);
  EXPECT_TRUE(std::isnan(r.geometric_off));
  EXPECT_TRUE(r.geometric.empty());
  Asked<float> early({dense(8, Activation::Tanh)}, flat_form(3, 2), {{"input", "inverted", 0.3}});
  const SubnetworkReport off = subnetwork_report(early.model(), kInput, samples(10, false));
  EXPECT_FALSE(off.equal_by_theory);
  EXPECT_GT(off.arithmetic_off, 1e-3);
}

// Whatever theory promises, all sub-networks keep.
TEST(SubnetworkReport, TheoryIsTrueOfEveryNetworkItIsSaidOf) {
  LayerSpec branches = make_layer(LayerKind::Residual, 4);
  branches.activation = Activation::Identity;
  branches.count = 3;
  LayerSpec bent = branches;
  bent.activation = Activation::Relu;
  const auto ask = [](const std::vector<LayerSpec>& hidden, std::initializer_list<NoiseAt> noise, bool exact) {
    Asked<float> a(hidden, flat_form(3, 3), noise);
    const SubnetworkReport r = subnetwork_report(a.model(), kInput, samples(10));
    ASSERT_TRUE(r.enumerated);
    EXPECT_EQ(r.equal_by_theory, exact);
    if (exact)
      EXPECT_LT(r.geometric_off, 2e-6);
    else
      EXPECT_GT(r.geometric_off, 2e-5);
  };
  const Activation line = Activation::Identity;
  ask({dense(4, line), dense(5, line)}, {{"input", "inverted", 0.2}, {"hidden1", "classic", 0.6}}, true);
  ask({dense(4, line), dense(5)}, {{"input", "inverted", 0.2}}, false);
  ask({dense(4)}, {{"hidden1", "inverted", 1}}, false);  // at rate 1 nothing is left to be scaled up
  ask({dense(4)}, {{"hidden1", "classic", 1}}, true);
  ask({dense(4)}, {{"output.weight", "dropconnect", 0.4}}, true);
  ask({dense(4), dense(3)}, {{"hidden2.weight", "dropconnect", 0.4}}, false);
  ask({dense(4, line), branches}, {{"block1", "droppath", 0.2}, {"block3", "stochastic_depth", 0.5}}, true);
  ask({dense(4, line), bent}, {{"block3", "droppath", 0.5}}, true);  // nothing follows the last branch but the output
  ask({dense(4, line), bent}, {{"block1", "droppath", 0.5}, {"block3", "droppath", 0.5}}, false);
  // The constants of a batch norm are affine, the deviation of an example is not.
  const auto norm = [](LayerKind kind) {
    LayerSpec layer = make_layer(kind, 0);
    layer.activation = Activation::Identity;
    return layer;
  };
  ask({dense(6), norm(LayerKind::BatchNorm)}, {{"hidden1", "inverted", 0.3}}, true);
  ask({dense(6), norm(LayerKind::LayerNorm)}, {{"hidden1", "inverted", 0.3}}, false);
}

TEST(SubnetworkReport, TheoryIsTrueOfMapsAndSequences) {
  const auto ask = [](const std::vector<LayerSpec>& hidden, const DataForm& form, std::size_t inputs, NoiseAt noise,
                      bool exact) {
    Asked<float> a(hidden, form, {noise});
    std::vector<float> x;
    for (std::size_t i = 0; i < inputs; ++i) x.push_back(float((i * 7) % 5) / 2 - 1);
    const SubnetworkReport r = subnetwork_report(a.model(), x, samples(10));
    ASSERT_TRUE(r.enumerated) << r.why_sampled;
    EXPECT_EQ(r.equal_by_theory, exact) << noise.site;
    if (exact)
      EXPECT_LT(r.geometric_off, 2e-6);
    else
      EXPECT_GT(r.geometric_off, 2e-5);
  };
  DataForm image = flat_form(36, 3);
  image.image = ImageShape{6, 6, 1};
  LayerSpec straight = make_layer(LayerKind::Conv, 2);
  straight.activation = Activation::Identity;
  const LayerSpec maps = make_layer(LayerKind::Conv, 3), pool = make_layer(LayerKind::MaxPool, 0);
  ask({maps, straight}, image, 36, {"conv1", "spatial", 0.3}, true);
  ask({maps, maps}, image, 36, {"conv1", "spatial", 0.3}, false);
  DataForm small = flat_form(25, 3);  // nine pixels of one map, each with a gate
  small.image = ImageShape{5, 5, 1};
  ask({make_layer(LayerKind::Conv, 1), pool}, small, 25, {"conv1", "inverted", 0.3}, false);
  DataForm steps = flat_form(6, 3);
  steps.sequence = SequenceShape{3, 2};
  ask({make_layer(LayerKind::Rnn, 4)}, steps, 6, {"rnn1", "inverted", 0.3}, true);
}

TEST(SubnetworkReport, SaysNothingOfTheoryWhereInferenceIsNoMean) {
  for (const auto& [variant, exact] : {std::pair{"gaussian", true}, std::pair{"alpha", false}}) {
    Asked<float> a({dense(6)}, flat_form(3, 2), {{"hidden1", variant, 0.3}});
    EXPECT_EQ(subnetwork_report(a.model(), kInput, samples(10)).equal_by_theory, exact) << variant;
  }
}

// What a flag promises of gates that cannot be listed, their samples keep: the mean logits are those of scaling.
TEST(SubnetworkReport, TheoryIsTrueOfGatesThatCannotBeListed) {
  const auto ask = [](std::initializer_list<NoiseAt> noise, bool exact) {
    Asked<float> a({dense(6, Activation::Identity)}, flat_form(3, 3), noise);
    constexpr int kPasses = 10000;
    const SubnetworkReport r = subnetwork_report(a.model(), kInput, samples(kPasses));
    ASSERT_FALSE(r.enumerated);
    EXPECT_EQ(r.equal_by_theory, exact);
    const std::vector<float> scaled = ask_scaled(a.model(), kInput, 1, false);
    const std::vector<float> passes = ask_with_masks(a.model(), kInput, 7, 0, kPasses, false);
    double most = 0;  // in standard errors
    for (std::size_t k = 0; k < 3; ++k) {
      Moments logit;
      for (std::size_t t = 0; t < kPasses; ++t) logit.add(double(passes[3 * t + k]));
      ASSERT_GT(logit.standard_error(), 0);
      most = std::max(most, std::abs(logit.mean() - double(scaled[k])) / logit.standard_error());
    }
    if (exact) {
      EXPECT_LT(most, 5);
      EXPECT_LT(r.geometric_off, 5 * r.geometric_standard_error);
    } else {
      EXPECT_GT(most, 5);
    }
  };
  ask({{"hidden1", "gaussian", 0.3}}, true);
  ask({{"hidden1", "standout", 0.4}}, true);
  // A gate that reads what other noise moves has no mean of its own.
  ask({{"input", "inverted", 0.5}, {"hidden1", "standout", 0.4}}, false);
}

// ---- The list of sub-networks

TEST(SubnetworkReport, ListsEverySubnetworkWithItsProbability) {
  Asked<float> a({dense(3, Activation::Tanh)}, flat_form(3, 3), {{"hidden1", "inverted", 0.2}});
  const SubnetworkReport r = subnetwork_report(a.model(), kInput, samples(5));
  ASSERT_EQ(r.probability.size(), 8u);
  ASSERT_EQ(r.predictions.size(), 24u);
  EXPECT_NEAR(r.probability[0b011], 0.8 * 0.8 * 0.2, 1e-12);
  double mean = 0;
  for (std::size_t m = 0; m < 8; ++m) {
    EXPECT_NEAR(sum_of(std::span(r.predictions).subspan(3 * m, 3)), 1, 1e-12);
    mean += r.probability[m] * r.predictions[3 * m + 1];
  }
  EXPECT_NEAR(mean, r.arithmetic[1], 1e-12);
  // Bit 0 is the first unit: the same network with that unit alone.
  Asked<float> one({dense(3, Activation::Tanh)}, flat_form(3, 3), {});
  std::copy(a.params.begin(), a.params.end(), one.params.begin());
  std::vector<float> weights;
  for (const ParamBlock& block : a.network.blocks())
    if (block.name == "output.weight")
      for (int o = 0; o < 3; ++o)
        for (int i = 0; i < 3; ++i)
          weights.push_back(i == 0 ? a.params[block.offset + panel_index(o, i, 3)] * 1.25f : 0.0f);
  one.set("output.weight", weights);
  const std::vector<float> alone = ask_scaled(one.model(), kInput, 1, true);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(r.predictions[3 * 0b001 + k], double(alone[k]), 1e-6);
}

TEST(SubnetworkReport, NamesItsGates) {
  Asked<float> a({dense(2)}, flat_form(3, 2), {{"input", "inverted", 0.2}, {"hidden1.weight", "dropconnect", 0.3}});
  const SubnetworkReport r = subnetwork_report(a.model(), kInput, samples(5));
  ASSERT_EQ(r.places.size(), 9u);
  EXPECT_EQ(r.places[0].name, "input, input 1");
  EXPECT_EQ(r.places[3].name, "hidden1.weight, to unit 1, from 1");
  EXPECT_EQ(r.places[8].name, "hidden1.weight, to unit 2, from 3");
  EXPECT_EQ(r.places[8].coin, 5u);
  EXPECT_EQ(a.network.sites()[std::size_t(r.places[8].site)].name, "hidden1.weight");
  DataForm image = flat_form(16, 2);
  image.image = ImageShape{4, 4, 1};
  Asked<float> maps({make_layer(LayerKind::Conv, 3), {}}, image, {{"conv1", "spatial", 0.3}});
  const SubnetworkReport m = subnetwork_report(maps.model(), std::vector<float>(16, 0.5f), samples(5));
  ASSERT_EQ(m.places.size(), 3u);
  EXPECT_EQ(m.places[2].name, "conv1, map 3");
  LayerSpec block = make_layer(LayerKind::Residual, 4);
  block.count = 2;
  Asked<float> paths({dense(4), block}, flat_form(3, 2), {{"block1", "droppath", 0.2}, {"block2", "droppath", 0.2}});
  const SubnetworkReport p = subnetwork_report(paths.model(), kInput, samples(5));
  ASSERT_EQ(p.places.size(), 2u);
  EXPECT_EQ(p.places[1].name, "block2: its branch");
}

TEST(SubnetworkReport, TwelveGatesAreAllRun) {
  Asked<float> a({dense(6), dense(6)}, flat_form(2, 2), {{"hidden1", "inverted", 0.5}, {"hidden2", "inverted", 0.5}});
  const SubnetworkReport r = subnetwork_report(a.model(), std::vector<float>{0.4f, -1}, samples(1));
  EXPECT_TRUE(r.enumerated);
  EXPECT_EQ(r.probability.size(), 4096u);
  EXPECT_NEAR(sum_of(r.probability), 1, 1e-12);
  EXPECT_TRUE(r.drawn.empty());
  EXPECT_EQ(r.why_sampled, "");
  EXPECT_EQ(r.standard_error, 0);
  EXPECT_EQ(r.geometric_standard_error, 0);
}

TEST(SubnetworkReport, OnePassHasNoStandardError) {
  Asked<float> a({dense(13)}, flat_form(3, 2), {{"hidden1", "inverted", 0.3}});
  const SubnetworkReport one = subnetwork_report(a.model(), kInput, samples(1));
  EXPECT_TRUE(std::isnan(one.standard_error));
  EXPECT_TRUE(std::isnan(one.geometric_standard_error));
  // Of two probabilities p and q: their deviation is |p - q| / sqrt(2), that of their mean |p - q| / 2.
  const SubnetworkReport two = subnetwork_report(a.model(), kInput, samples(2));
  EXPECT_NEAR(two.standard_error, std::abs(two.estimate[0] - two.arithmetic[0]), 1e-12);
}

TEST(SubnetworkReport, StandardErrorsAreTheSpreadOfItsMeans) {
  Asked<float> a({dense(16), dense(13)}, flat_form(3, 3), {{"hidden1", "inverted", 0.5}, {"hidden2", "inverted", 0.3}});
  constexpr int kDraws = 200;
  Moments arithmetic[3], geometric[3], said, said_geometric;
  for (std::uint64_t seed = 1; seed <= kDraws; ++seed) {
    SubnetworkPlan plan = samples(60);
    plan.seed = seed;
    const SubnetworkReport r = subnetwork_report(a.model(), kInput, plan);
    for (std::size_t k = 0; k < 3; ++k) {
      arithmetic[k].add(r.arithmetic[k]);
      geometric[k].add(r.geometric[k]);
    }
    said.add(r.standard_error);
    said_geometric.add(r.geometric_standard_error);
  }
  const auto largest = [](const Moments(&of)[3]) {
    return std::max({of[0].sample_deviation(), of[1].sample_deviation(), of[2].sample_deviation()});
  };
  // A deviation of 200 draws is right to 5 % by itself.
  EXPECT_NEAR(said.mean() / largest(arithmetic), 1, 0.2);
  EXPECT_NEAR(said_geometric.mean() / largest(geometric), 1, 0.2);
  EXPECT_GT(said.mean(), 0);
}

TEST(SubnetworkReport, SaysWhyItSamples) {
  Asked<float> many({dense(13)}, flat_form(3, 2), {{"hidden1", "inverted", 0.3}});
  const SubnetworkReport r = subnetwork_report(many.model(), kInput, samples(300));
  EXPECT_FALSE(r.enumerated);
  EXPECT_EQ(r.gates, 13);
  EXPECT_EQ(r.why_sampled, "13 gates: 2^13 sub-networks are too many to run");
  EXPECT_TRUE(r.probability.empty());
  EXPECT_TRUE(r.places.empty());
  ASSERT_EQ(r.drawn.size(), 600u) << "two outputs of each pass";
  Moments second;
  for (std::size_t i = 1; i < r.drawn.size(); i += 2) second.add(r.drawn[i]);
  EXPECT_NEAR(second.mean(), r.arithmetic[1], 1e-12);
  EXPECT_NEAR(second.standard_error(), r.standard_error, 1e-12);
  EXPECT_GT(r.error.back(), 0) << "of sequences of their own, though the yardstick is the mean of all T";
  EXPECT_NEAR(r.error.back() / r.standard_error, 0.8, 0.3) << "sqrt(2 / pi) of it";
  EXPECT_GT(r.standard_error, 0);
  EXPECT_LT(r.geometric_off, 0.05) << "an estimate of what is equal by theory";
  EXPECT_EQ(r.meets_within, 75);
  EXPECT_LE(r.meets_scaling_at, 75);
  Asked<float> noise({dense(4)}, flat_form(3, 2), {{"hidden1", "gaussian", 0.3}});
  EXPECT_EQ(subnetwork_report(noise.model(), kInput, samples(10)).why_sampled,
            std::string(find_variant("gaussian")->name) + " at hidden1: its gates are not independent coins");
}

TEST(SubnetworkReport, ASilentNetworkIsItsOnlySubnetwork) {
  Asked<float> a({dense(9)}, flat_form(3, 2), {{"hidden1", "inverted", 0}});
  const SubnetworkReport r = subnetwork_report(a.model(), kInput, samples(20));
  EXPECT_TRUE(r.silent);
  EXPECT_TRUE(r.enumerated);
  EXPECT_EQ(r.gates, 0);
  EXPECT_EQ(r.probability, std::vector<double>{1});
  EXPECT_EQ(r.arithmetic, r.scaled);
  EXPECT_EQ(r.arithmetic_off, 0);
  for (double e : r.error) EXPECT_EQ(e, 0);
  EXPECT_EQ(r.meets_scaling_at, 1);
}

// ---- Monte Carlo

TEST(SubnetworkReport, TheErrorOfSamplingShrinksWithTheRootOfT) {
  Asked<float> a({dense(5), dense(5)}, flat_form(3, 2), {{"hidden1", "inverted", 0.5}, {"hidden2", "inverted", 0.3}});
  double few = 0, many = 0;  // mean squares over independent seeds
  const int seeds = 40;
  for (int s = 0; s < seeds; ++s) {
    SubnetworkPlan plan = samples(1000);
    plan.seed = std::uint64_t(100 + s);
    const SubnetworkReport r = subnetwork_report(a.model(), kInput, plan);
    ASSERT_EQ(r.samples[5], 10);
    few += r.error[5] * r.error[5] / seeds;
    many += r.error.back() * r.error.back() / seeds;
  }
  // A hundred times the passes: a tenth of the error. The ratio of two variances of 40 draws is within 2.2 of it.
  EXPECT_GT(std::sqrt(few / many), 10 / 1.5);
  EXPECT_LT(std::sqrt(few / many), 10 * 1.5);
}

TEST(SubnetworkReport, TheFirstPassesDoNotDependOnHowManyAreAskedFor) {
  for (int width : {6, 20}) {
    Asked<float> a({dense(width)}, flat_form(3, 2), {{"hidden1", "inverted", 0.5}});
    const SubnetworkReport some = subnetwork_report(a.model(), kInput, samples(100));
    const SubnetworkReport more = subnetwork_report(a.model(), kInput, samples(1000));
    EXPECT_EQ(some.samples, (std::vector<int>{1, 2, 3, 5, 7, 10, 20, 30, 50, 70, 100}));
    EXPECT_EQ(more.samples.back(), 1000);
    for (std::size_t i = 0; i < some.samples.size(); ++i) {
      EXPECT_EQ(some.samples[i], more.samples[i]);
      for (std::size_t k = 0; k < 2; ++k) EXPECT_EQ(some.estimate[2 * i + k], more.estimate[2 * i + k]);
    }
  }
}

TEST(SubnetworkReport, FindsWhereSamplingMeetsScaling) {
  Asked<float> a({dense(5), dense(5)}, flat_form(3, 2), {{"hidden1", "inverted", 0.5}, {"hidden2", "inverted", 0.3}});
  const SubnetworkReport r = subnetwork_report(a.model(), kInput, samples(10000));
  EXPECT_EQ(r.scaled_error, r.arithmetic_off);
  ASSERT_GT(r.meets_scaling_at, 0);
  EXPECT_EQ(r.meets_within, 10000);
  EXPECT_EQ(r.sequences, kSequences);
  for (std::size_t i = 0; i < r.samples.size(); ++i) {
    if (r.samples[i] >= r.meets_scaling_at) {
      EXPECT_LE(r.error[i], r.scaled_error);
    }
  }
  const SequenceErrors all = sequence_errors(r.predictions, r.probability, r.arithmetic, 10000, kSequences, 7);
  const auto before = std::size_t(r.meets_scaling_at) - 2;
  EXPECT_GT(all.mean[before], r.scaled_error);
  EXPECT_LE(all.mean[before + 1], r.scaled_error);
  EXPECT_EQ(r.error[5], all.mean[9]);
  EXPECT_EQ(r.error_deviation[5], all.deviation[9]);
}

// One sequence alone meets scaling by luck, here at anything from half to twice as many.
TEST(SubnetworkReport, WhereSamplingMeetsScalingIsNotTheLuckOfOneSequence) {
  Asked<float> a({dense(5), dense(5)}, flat_form(3, 2), {{"hidden1", "inverted", 0.5}, {"hidden2", "inverted", 0.3}});
  std::vector<int> met;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SubnetworkPlan plan = samples(10000);
    plan.seed = seed;
    met.push_back(subnetwork_report(a.model(), kInput, plan).meets_scaling_at);
  }
  const auto [least, most] = std::minmax_element(met.begin(), met.end());
  EXPECT_GT(*least, 0);
  EXPECT_LT(*most, 1.8 * *least);
}

TEST(SubnetworkReport, IsTheSameOnAnyNumberOfThreads) {
  Asked<float> a({dense(16)}, flat_form(3, 3), {{"hidden1", "inverted", 0.4}});
  WorkerPool pool(3);
  const SubnetworkReport alone = subnetwork_report(a.model(), kInput, samples(700));
  const SubnetworkReport spread_out = subnetwork_report(a.model(), kInput, samples(700), {}, &pool);
  EXPECT_EQ(alone.estimate, spread_out.estimate);
  EXPECT_EQ(alone.geometric, spread_out.geometric);
}

TEST(SubnetworkReport, GivesUpWithWhatThereIs) {
  Asked<float> a({dense(16)}, flat_form(3, 2), {{"hidden1", "inverted", 0.4}});
  const SubnetworkReport none = subnetwork_report(a.model(), kInput, samples(1000), [] { return true; });
  EXPECT_EQ(none.scaled.size(), 2u);
  EXPECT_TRUE(none.samples.empty());
  EXPECT_EQ(none.meets_scaling_at, 0);
  int asked = 0;
  const SubnetworkReport some = subnetwork_report(a.model(), kInput, samples(10000), [&] { return ++asked > 1; });
  EXPECT_FALSE(some.samples.empty());
  EXPECT_LT(some.samples.back(), 10000);
  EXPECT_EQ(some.arithmetic.size(), 2u);
}

TEST(SubnetworkReport, RefusesSamplesOutOfRange) {
  Asked<float> a({dense(4)}, flat_form(3, 2), {{"hidden1", "inverted", 0.4}});
  for (int wrong : {-1, 0, 10001})
    EXPECT_THROW(subnetwork_report(a.model(), kInput, samples(wrong)), InputError) << wrong;
}

// ---- Over a split

Split labelled(std::size_t count, int classes) {
  Split split;
  split.count = count;
  const Uniforms u({22}, Stream::Test);
  for (std::size_t i = 0; i < 3 * count; ++i) split.x.push_back(float(1.5 * u.normal(std::uint32_t(i))));
  for (std::size_t i = 0; i < count; ++i) split.label.push_back(split.x[3 * i] > 0 ? std::int32_t(classes - 1) : 0);
  return split;
}

TEST(Convergence, LossesAreThoseOfTheMeanAnswer) {
  Asked<float> a({dense(9), dense(6)}, flat_form(3, 3), {{"hidden1", "inverted", 0.4}, {"hidden2", "classic", 0.3}});
  const Split split = labelled(290, 3);
  const Convergence c = convergence_of(a.model(), split, 0, samples(20));
  ASSERT_EQ(c.points.size(), 7u);
  EXPECT_EQ(c.points.back().samples, 20);
  double loss = 0;
  int wrong = 0;
  for (std::size_t i = 0; i < 290; ++i) {
    const std::span<const float> x = std::span(split.x).subspan(3 * i, 3);
    const std::vector<float> p = ask_with_masks(a.model(), x, 7, 0, 20, true);
    double mean[3] = {};
    for (std::size_t t = 0; t < 20; ++t)
      for (std::size_t k = 0; k < 3; ++k) mean[k] += double(p[3 * t + k]) / 20;
    loss -= std::log(mean[split.label[i]]) / 290;
    wrong += std::max_element(mean, mean + 3) - mean != split.label[i];
  }
  EXPECT_NEAR(c.points.back().loss, loss, 1e-12);
  EXPECT_EQ(c.points.back().error, wrong / 290.0);
  const Evaluation whole = evaluate_split(a.network, a.params, a.plans, split, true, 0, a.tape, nullptr);
  EXPECT_NEAR(c.scaled_loss, whole.loss, 1e-6);
  EXPECT_NEAR(c.scaled_error, 1 - whole.accuracy, 1e-12);
  // Of smaller T as many sequences as there are, one after the other: 20, 10, 6, 4, 2, 2, 1.
  std::vector<int> sequences;
  for (const ConvergencePoint& point : c.points) sequences.push_back(point.sequences);
  EXPECT_EQ(sequences, (std::vector<int>{20, 10, 6, 4, 2, 2, 1}));
  EXPECT_TRUE(std::isnan(c.points.back().loss_deviation)) << "one sequence has no spread";
  EXPECT_GT(c.points[5].loss_deviation, 0) << "of two";
  EXPECT_GT(c.points[2].loss_deviation, 0);
}

// A first crossing by luck is not where sampling is as good: over many draws some cross, leave again, and come back or
// not.
TEST(Convergence, MeetsScalingOnlyWhereItStaysAsGood) {
  Asked<float> a({dense(9), dense(6)}, flat_form(3, 3), {{"hidden1", "inverted", 0.5}, {"hidden2", "inverted", 0.3}});
  const Split split = labelled(24, 3);
  int lucky = 0, lasting = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SubnetworkPlan plan = samples(8);  // of which there are few sequences to average over
    plan.seed = seed;
    const Convergence c = convergence_of(a.model(), split, 0, plan);
    bool left = false;
    int first = 0;
    for (const ConvergencePoint& p : c.points) {
      const bool good = p.loss <= c.scaled_loss;
      if (good && !first) first = p.samples;
      left = left || (first && !good);
      if (c.meets_scaling_at && p.samples >= c.meets_scaling_at) {
        EXPECT_TRUE(good) << "seed " << seed << ", T = " << p.samples;
      }
    }
    EXPECT_EQ(c.meets_scaling_at > 0, c.points.back().loss <= c.scaled_loss);
    if (!left) {
      EXPECT_EQ(c.meets_scaling_at, first);
    }
    lucky += left;
    lasting += c.meets_scaling_at > 0;
  }
  EXPECT_GT(lucky, 0) << "or this test says nothing";
  EXPECT_GT(lasting, 0);
}

TEST(Convergence, OfASilentNetworkIsScalingAtOnce) {
  Asked<float> a({dense(9)}, flat_form(3, 2), {});
  const Convergence c = convergence_of(a.model(), labelled(50, 2), 0, samples(30));
  for (const ConvergencePoint& p : c.points) EXPECT_EQ(p.loss, c.scaled_loss);
  EXPECT_EQ(c.meets_scaling_at, 1);
}

TEST(Convergence, AsksTheFirstExamplesAndHasNoErrorShareForNumbers) {
  Asked<float> a({dense(9)}, flat_form(3, 1), {{"hidden1", "inverted", 0.4}});
  Split split = labelled(60, 2);
  for (std::int32_t label : split.label) split.target.push_back(float(label));
  split.label.clear();
  const Convergence few = convergence_of(a.model(), split, 40, samples(30, false));
  EXPECT_TRUE(std::isnan(few.scaled_error));
  EXPECT_TRUE(std::isnan(few.points[0].error));
  Split first = split;
  first.count = 40;
  first.x.resize(120);
  first.target.resize(40);
  const Convergence same = convergence_of(a.model(), first, 0, samples(30, false));
  EXPECT_EQ(few.scaled_loss, same.scaled_loss);
  EXPECT_EQ(few.points.back().loss, same.points.back().loss);
  int asked = 0;
  EXPECT_LT(convergence_of(a.model(), split, 0, samples(5000, false), [&] { return ++asked > 2; }).points.size(),
            convergence_of(a.model(), split, 0, samples(5000, false)).points.size());
}

}  // namespace
}  // namespace dropscope
