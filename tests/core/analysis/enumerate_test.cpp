// The identities of section "ensemble view": what averages over all sub-networks are, exactly.
#include "core/analysis/enumerate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/probability.h"
#include "core/dropout/registry.h"
#include "core/tensor/panels.h"
#include "tests/core/analysis/analysis_helpers.h"

namespace dropscope {
namespace {

using testing_analysis::Asked;

// Golden: one layer of softmax on three inputs that are dropped.
struct Golden : Asked<double> {
  explicit Golden(double rate, const char* variant = "classic")
      : Asked<double>({}, flat_form(3, 2), {{"input", variant, rate}}) {
    set("output.weight", {0.2, -0.4, 1.0, -0.6, 0.1, 0.3});
    set("output.bias", {0.1, -0.2});
  }
  const std::vector<double> x{1, -2, 0.5};
};

TEST(Enumeration, HasTheGoldenValuesOfEightSubnetworks) {
  Golden g(0.5);
  const auto all = enumerate_subnetworks<double>(g.model(), g.x, g.tape);
  EXPECT_EQ(all.units, 3);
  EXPECT_EQ(all.probability.size(), 8u);
  const EnsembleMeans means = ensemble_means(all);
  EXPECT_NEAR(means.mean[0], 0.85, 1e-14);
  EXPECT_NEAR(means.mean[1], -0.525, 1e-14);
  EXPECT_NEAR(means.normalised[0], 0.798186777739621, 1e-14);
  EXPECT_NEAR(means.normalised[1], 0.201813222260379, 1e-14);
  EXPECT_NEAR(means.geometric[0], 0.770334570891126, 1e-14);
  EXPECT_NEAR(means.geometric[1], 0.194771081538535, 1e-14);
  EXPECT_NEAR(means.arithmetic[0], 0.778487772768918, 1e-14);
  EXPECT_NEAR(means.arithmetic[1], 0.221512227231082, 1e-14);
}

TEST(Enumeration, ProbabilitiesAreThoseOfIndependentCoins) {
  for (double p : {0.1, 0.3, 0.8}) {
    Golden g(p);
    const auto all = enumerate_subnetworks<double>(g.model(), g.x, g.tape);
    double sum = 0;
    for (double probability : all.probability) sum += probability;
    EXPECT_NEAR(sum, 1, 1e-15);
    EXPECT_NEAR(all.probability[0], p * p * p, 1e-15);              // all dropped
    EXPECT_NEAR(all.probability[5], p * (1 - p) * (1 - p), 1e-15);  // the middle one dropped
    // With everything dropped only the biases are left.
    EXPECT_EQ(all.values[0], 0.1);
    EXPECT_EQ(all.values[1], -0.2);
  }
}

TEST(Enumeration, OneSubnetworkWhereNothingIsDropped) {
  Golden g(0);
  const auto all = enumerate_subnetworks<double>(g.model(), g.x, g.tape);
  EXPECT_EQ(all.units, 0);
  ASSERT_EQ(all.probability, std::vector<double>{1});
  EXPECT_EQ(all.values, scaled_network<double>(g.model(), g.x, g.tape));
}

TEST(Enumeration, RateOneLeavesOnlyTheNetworkOfBiases) {
  for (const char* variant : {"classic", "inverted"}) {
    Golden g(1, variant);
    const EnsembleMeans means = ensemble_means(enumerate_subnetworks<double>(g.model(), g.x, g.tape));
    EXPECT_NEAR(means.mean[0], 0.1, 1e-15);
    EXPECT_NEAR(means.mean[1], -0.2, 1e-15);
    EXPECT_EQ(means.variance[0], 0);
  }
}

// Logits are affine in the masks of the last hidden layer, whatever lies before it.
TEST(GeometricMeanOfAll, IsTheScaledNetworkWhereOnlyTheLastHiddenLayerDrops) {
  for (const char* variant : {"classic", "inverted"})
    for (double p : {0.1, 0.3, 0.5, 0.8}) {
      Asked<double> a({{LayerKind::Dense, 7, Activation::Tanh}, {LayerKind::Dense, 10, Activation::Relu}},
                      flat_form(3, 4), {{"hidden2", variant, p}});
      const std::vector<double> x{0.3, -1.2, 2};
      const EnsembleMeans means = ensemble_means(enumerate_subnetworks<double>(a.model(), x, a.tape));
      const std::vector<double> scaled = softmax_of<double>(scaled_network<double>(a.model(), x, a.tape));
      double arithmetic_off = 0;
      for (std::size_t k = 0; k < 4; ++k) {
        EXPECT_NEAR(means.normalised[k], scaled[k], 1e-12) << variant << " at " << p;
        // The loss of the scaled network is at most the mean loss of a sub-network, for every label.
        EXPECT_LE(-std::log(scaled[k]), -means.log_geometric[k] + 1e-12);
        arithmetic_off = std::max(arithmetic_off, std::abs(means.arithmetic[k] - scaled[k]));
      }
      EXPECT_GT(arithmetic_off, 1e-4) << "the arithmetic mean is something else";
    }
}

TEST(GeometricMeanOfAll, IsOnlyCloseWhereTwoLayersDrop) {
  Asked<double> a({{LayerKind::Dense, 6, Activation::Relu}, {LayerKind::Dense, 6, Activation::Relu}}, flat_form(3, 4),
                  {{"hidden1", "inverted", 0.5}, {"hidden2", "inverted", 0.5}});
  const std::vector<double> x{0.3, -1.2, 2};
  const EnsembleMeans means = ensemble_means(enumerate_subnetworks<double>(a.model(), x, a.tape));
  const std::vector<double> scaled = softmax_of<double>(scaled_network<double>(a.model(), x, a.tape));
  double off = 0;
  for (std::size_t k = 0; k < 4; ++k) off = std::max(off, std::abs(means.normalised[k] - scaled[k]));
  EXPECT_GT(off, 1e-4);
  EXPECT_LT(off, 0.3);
}

TEST(ArithmeticMeanOfAll, IsTheScaledNetworkWhereEveryLayerIsLinear) {
  for (const char* variant : {"classic", "inverted"})
    for (double p : {0.1, 0.3, 0.8}) {
      Asked<double> a({{LayerKind::Dense, 5, Activation::Identity}, {LayerKind::Dense, 4, Activation::Identity}},
                      flat_form(3, 2), {{"input", variant, p}, {"hidden1", variant, 0.6}, {"hidden2", variant, p}});
      const std::vector<double> x{0.3, -1.2, 2};
      const EnsembleMeans means = ensemble_means(enumerate_subnetworks<double>(a.model(), x, a.tape));
      const std::vector<double> scaled = scaled_network<double>(a.model(), x, a.tape);
      for (std::size_t k = 0; k < 2; ++k) EXPECT_NEAR(means.mean[k], scaled[k], 1e-12) << variant << " at " << p;
    }
}

// Every block of a linear residual network is open or closed: the mean over all 2^L networks is the one with every
// branch scaled by its survival probability (or as it is, where open branches grow in training).
TEST(ArithmeticMeanOfAll, IsTheScaledNetworkOfLinearResidualBlocks) {
  LayerSpec block = make_layer(LayerKind::Residual, 4);
  block.activation = Activation::Identity;
  block.count = 5;
  for (const char* variant : {"stochastic_depth", "droppath"}) {
    Asked<double> a({{LayerKind::Dense, 4, Activation::Identity}, block}, flat_form(3, 2), {});
    for (std::size_t s = 0; s < a.plans.size(); ++s) {
      const SiteInfo& site = a.network.sites()[s];
      if (site.kind == SiteKind::ResidualBranch)
        a.plans[s] = {find_variant(variant), 0.15 * site.block, find_variant(variant)->tie, {}};
    }
    const std::vector<double> x{0.3, -1.2, 2};
    const auto all = enumerate_subnetworks<double>(a.model(), x, a.tape);
    EXPECT_EQ(all.units, 5);
    const EnsembleMeans means = ensemble_means(all);
    const std::vector<double> scaled = scaled_network<double>(a.model(), x, a.tape);
    for (std::size_t k = 0; k < 2; ++k)
      EXPECT_NEAR(means.mean[k], scaled[k], 1e-12 * (1 + std::abs(scaled[k]))) << variant;
    EXPECT_GT(means.variance[0], 1e-3);
  }
}

// Jensen: the mean of ReLU is at least ReLU of the mean, so the scaled network underestimates every unit.
TEST(MeanOfRelu, IsAtLeastReluOfTheMean) {
  // Output k reads unit k of a ReLU layer alone, so outputs are activations.
  Asked<double> a({{LayerKind::Dense, 6, Activation::Relu}}, flat_form(4, 6), {{"input", "inverted", 0.4}});
  std::vector<double> identity(36, 0.0);
  for (std::size_t k = 0; k < 6; ++k) identity[k * 7] = 1;
  a.set("output.weight", identity);
  a.set("output.bias", std::vector<double>(6, 0.0));
  const std::vector<double> x{0.9, -1.1, 0.4, 1.7};
  const EnsembleMeans means = ensemble_means(enumerate_subnetworks<double>(a.model(), x, a.tape));
  const std::vector<double> scaled = scaled_network<double>(a.model(), x, a.tape);
  double most = 0;
  for (std::size_t k = 0; k < 6; ++k) {
    EXPECT_GE(means.mean[k], scaled[k] - 1e-14);
    most = std::max(most, means.mean[k] - scaled[k]);
  }
  EXPECT_GT(most, 0.01);
}

// Var z = p / (1 - p) sum_j w_j^2 x_j^2 for one linear layer, exactly.
TEST(Enumeration, VarianceOfALinearLayerIsTheFormula) {
  for (double p : {0.1, 0.3, 0.8}) {
    Golden g(p, "inverted");
    const EnsembleMeans means = ensemble_means(enumerate_subnetworks<double>(g.model(), g.x, g.tape));
    const double w[2][3] = {{0.2, -0.4, 1.0}, {-0.6, 0.1, 0.3}};
    for (std::size_t k = 0; k < 2; ++k) {
      double variance = 0;
      for (std::size_t j = 0; j < 3; ++j) variance += p / (1 - p) * std::pow(w[k][j] * g.x[j], 2);
      EXPECT_NEAR(means.variance[k], variance, 1e-12);
    }
  }
}

// A mask shared by the batch is still one example's mask.
TEST(Enumeration, CountsSharedMasksOnce) {
  Golden g(0.3);
  const EnsembleMeans own = ensemble_means(enumerate_subnetworks<double>(g.model(), g.x, g.tape));
  g.plans[0].tie = g.plans[0].tie | AxisSet{Axis::Sample};
  const EnsembleMeans shared = ensemble_means(enumerate_subnetworks<double>(g.model(), g.x, g.tape));
  EXPECT_EQ(own.normalised, shared.normalised);
}

TEST(Enumeration, RefusesThirteenUnitsAndTakesTwelve) {
  const std::vector<double> x{0.3, -1.2, 2};
  Asked<double> twelve({{LayerKind::Dense, 12}}, flat_form(3, 2), {{"hidden1", "inverted", 0.3}});
  EXPECT_EQ(enumerate_subnetworks<double>(twelve.model(), x, twelve.tape).probability.size(), 4096u);
  Asked<double> thirteen({{LayerKind::Dense, 13}}, flat_form(3, 2), {{"hidden1", "inverted", 0.3}});
  EXPECT_EQ(droppable_units(thirteen.model()), 13);
  try {
    enumerate_subnetworks<double>(thirteen.model(), x, thirteen.tape);
    FAIL() << "13 units were enumerated";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "all sub-networks: expected at most 12 units that can be dropped, found 13");
  }
}

TEST(Enumeration, RefusesNoiseThatIsNoCoin) {
  Golden g(0.3, "gaussian");
  EXPECT_THROW(enumerate_subnetworks<double>(g.model(), g.x, g.tape), InputError);
}

}  // namespace
}  // namespace dropscope
