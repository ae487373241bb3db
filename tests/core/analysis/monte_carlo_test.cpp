// What many passes with masks say, against closed forms and against all masks.
#include "core/analysis/monte_carlo.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/enumerate.h"
#include "core/session/worker_pool.h"
#include "core/train/evaluator.h"
#include "tests/core/analysis/analysis_helpers.h"

namespace dropscope {
namespace {

using testing_analysis::Asked;

// ---- Closed forms

TEST(PredictiveDensity, HasTheGoldenValue) {
  EXPECT_NEAR(log_predictive_density(std::vector<double>{20, 22, 25}, 21, 0.15), -2.197540262854126, 1e-14);
}

// One pass is one Gaussian, even where its density is far below the smallest double.
TEST(PredictiveDensity, OfOnePassIsAGaussianHoweverFarAway) {
  const double tau = 4, y = 1e3;
  EXPECT_NEAR(log_predictive_density(std::vector<double>{0}, y, tau), -tau / 2 * y * y - 0.5 * std::log(2 * M_PI / tau),
              1e-9);
}

TEST(ModelPrecision, GivesTheWeightDecayBack) {
  const double tau = model_precision(0.05, 0.01, 455, 1e-6);
  EXPECT_NEAR(0.95 * 1e-4 / (2 * 455 * tau), 1e-6, 1e-18);
}

TEST(Disagreement, HasTheGoldenTriples) {
  const Disagreement apart = disagreement(std::vector<double>{1, 0, 0, 1}, 2, 2);
  EXPECT_NEAR(apart.predictive_entropy, std::log(2), 1e-15);
  EXPECT_NEAR(apart.mutual_information, std::log(2), 1e-15);
  EXPECT_EQ(apart.expected_entropy, 0);
  EXPECT_EQ(apart.variation_ratio, 0.5);
  const Disagreement unsure = disagreement(std::vector<double>{.5, .5, .5, .5}, 2, 2);
  EXPECT_NEAR(unsure.predictive_entropy, std::log(2), 1e-15);
  EXPECT_EQ(unsure.mutual_information, 0);
  EXPECT_EQ(unsure.variation_ratio, 0);
  const Disagreement mixed = disagreement(std::vector<double>{.9, .1, .6, .4, .3, .7}, 3, 2);
  EXPECT_NEAR(mixed.predictive_entropy, .673011667009257, 1e-14);
  EXPECT_NEAR(mixed.expected_entropy, .536319647485200, 1e-14);
  EXPECT_NEAR(mixed.mutual_information, .136692019524057, 1e-14);
  EXPECT_NEAR(mixed.variation_ratio, 1.0 / 3, 1e-15);
}

// ---- Passes of a network

std::vector<double> points(std::size_t count, std::size_t inputs) {
  std::vector<double> x;
  const Uniforms u({21}, Stream::Test);
  for (std::size_t i = 0; i < count * inputs; ++i) x.push_back(1.5 * u.normal(std::uint32_t(i)));
  return x;
}
std::vector<float> to_float(const std::vector<double>& x) { return {x.begin(), x.end()}; }

MonteCarloPlan passes(int count, bool classify = true, MaskSharing masks = MaskSharing::PerPass) {
  MonteCarloPlan plan;
  plan.passes = count;
  plan.classify = classify;
  plan.masks = masks;
  return plan;
}

template <class T>
Asked<T> three_classes(double rate, const char* variant = "inverted") {
  return {{{LayerKind::Dense, 9, Activation::Relu}, {LayerKind::Dense, 6, Activation::Tanh}},
          flat_form(3, 3),
          {{"hidden1", variant, rate}, {"hidden2", variant, rate}}};
}

TEST(MonteCarlo, WithoutDropoutNothingDisagreesExactly) {
  const Asked<float> a = three_classes<float>(0);
  const std::vector<float> x = to_float(points(300, 3));  // more than a chunk
  for (MaskSharing masks : {MaskSharing::PerPass, MaskSharing::PerPoint}) {
    const auto r = monte_carlo<float>(a.model(), x, 300, passes(7, true, masks));
    for (double v : r.variance) EXPECT_EQ(v, 0);
    for (double v : r.mutual_information) EXPECT_EQ(v, 0);
    for (double v : r.variation_ratio) EXPECT_EQ(v, 0);
    for (double v : r.predictive_entropy) EXPECT_GT(v, 0);
  }
}

// Equal predictions whose sum is rounded, such as 0.1 over 7 passes, must not make a variance.
TEST(MonteCarlo, AgreementOfNumbersThatRoundIsVarianceZero) {
  Asked<double> a({}, flat_form(1, 1), {});
  a.set("output.weight", {0.1});
  const auto r = monte_carlo<double>(a.model(), std::vector<double>{1.0 / 3}, 1, passes(7, false));
  EXPECT_EQ(r.variance[0], 0);
  EXPECT_EQ(r.mean[0], 0.1 * (1.0 / 3));
}

// Var z = p / (1 - p) sum_j w_j^2 x_j^2. The variance of a sample variance over T passes is (m4 - var^2) / T; the
// fourth moment comes from all 16 masks.
TEST(MonteCarlo, VarianceOfOneLinearLayerIsTheFormulaWithinFiveSigma) {
  const std::vector<double> w{1, -2, 0.5, 1.5}, x{0.5, 1, -1, 2};
  for (double p : {0.1, 0.3, 0.8}) {
    Asked<double> a({}, flat_form(4, 1), {{"input", "inverted", p}});
    a.set("output.weight", w);
    double variance = 0, fourth = 0, mean = 0;
    for (std::size_t j = 0; j < 4; ++j) variance += p / (1 - p) * w[j] * w[j] * x[j] * x[j], mean += w[j] * x[j];
    for (unsigned mask = 0; mask < 16; ++mask) {
      double probability = 1, z = 0;
      for (std::size_t j = 0; j < 4; ++j) {
        probability *= mask >> j & 1 ? 1 - p : p;
        z += mask >> j & 1 ? w[j] * x[j] / (1 - p) : 0;
      }
      fourth += probability * std::pow(z - mean, 4);
    }
    const int t = 20000;
    const auto r = monte_carlo<double>(a.model(), x, 1, passes(t, false));
    EXPECT_NEAR(r.variance[0], variance, 5 * std::sqrt((fourth - variance * variance) / t)) << p;
    EXPECT_NEAR(r.mean[0], mean, 5 * std::sqrt(variance / t)) << p;
  }
}

TEST(MonteCarlo, ApproachesTheMeansOverAllMasks) {
  const std::vector<double> x{0.3, -1.2, 2};
  for (MaskSharing masks : {MaskSharing::PerPass, MaskSharing::PerPoint}) {
    Asked<double> a({{LayerKind::Dense, 6, Activation::Relu}, {LayerKind::Dense, 6, Activation::Relu}}, flat_form(3, 3),
                    {{"hidden1", "inverted", 0.3}, {"hidden2", "inverted", 0.6}});
    const EnsembleMeans exact = ensemble_means(enumerate_subnetworks<double>(a.model(), x, a.tape));
    const int t = 20000;
    const auto r = monte_carlo<double>(a.model(), x, 1, passes(t, true, masks));
    const auto logits = monte_carlo<double>(a.model(), x, 1, passes(t, false, masks));
    for (std::size_t k = 0; k < 3; ++k) {
      // A probability has a standard deviation of at most 1/2.
      EXPECT_NEAR(r.mean[k], exact.arithmetic[k], 5 * 0.5 / std::sqrt(t));
      EXPECT_NEAR(logits.mean[k], exact.mean[k], 5 * std::sqrt(exact.variance[k] / t));
      // Logits are bounded; their sample variance has a relative standard error of a few 1/sqrt(T).
      EXPECT_NEAR(logits.variance[k], exact.variance[k], 5 * 3 / std::sqrt(t) * exact.variance[k]);
    }
  }
}

TEST(MonteCarlo, MeasuresKeepTheirOrder) {
  const Asked<double> a = three_classes<double>(0.4);
  const auto r = monte_carlo<double>(a.model(), points(400, 3), 400, passes(30));
  double most = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    EXPECT_GE(r.mutual_information[i], -1e-12);
    EXPECT_GE(r.expected_entropy[i], 0);
    EXPECT_LE(r.predictive_entropy[i], std::log(3) + 1e-12);
    EXPECT_LE(r.variation_ratio[i], 2.0 / 3 + 1e-12);
    double sum = 0;
    for (std::size_t k = 0; k < 3; ++k) sum += r.mean[3 * i + k];
    EXPECT_NEAR(sum, 1, 1e-12);
    most = std::max(most, r.mutual_information[i]);
  }
  EXPECT_GT(most, 0.01);
}

// The measures of a point are those of what its passes gave.
TEST(MonteCarlo, KeepsWhatItMeasures) {
  const Asked<double> a = three_classes<double>(0.4);
  MonteCarloPlan plan = passes(11);
  plan.keep = true;
  const auto r = monte_carlo<double>(a.model(), points(260, 3), 260, plan);
  for (std::size_t i : {std::size_t{0}, std::size_t{255}, std::size_t{256}, std::size_t{259}}) {
    std::vector<double> rows;
    for (std::size_t t = 0; t < 11; ++t)
      for (std::size_t k = 0; k < 3; ++k) rows.push_back(r.kept[(t * 260 + i) * 3 + k]);
    const Disagreement d = disagreement(rows, 11, 3);
    EXPECT_NEAR(d.predictive_entropy, r.predictive_entropy[i], 1e-12);
    EXPECT_NEAR(d.mutual_information, r.mutual_information[i], 1e-12);
    EXPECT_NEAR(d.variation_ratio, r.variation_ratio[i], 1e-12);
  }
}

TEST(MonteCarlo, PassesWithSharedMasksAreFunctionsOfTheInput) {
  const Asked<float> a = three_classes<float>(0.4);
  const std::vector<float> twice{0.3f, -1.2f, 2, 0.3f, -1.2f, 2};
  MonteCarloPlan plan = passes(50, false);
  plan.keep = true;
  const auto shared = monte_carlo<float>(a.model(), twice, 2, plan);
  for (std::size_t t = 0; t < 50; ++t)
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(shared.kept[t * 6 + k], shared.kept[t * 6 + 3 + k]);
  plan.masks = MaskSharing::PerPoint;
  const auto own = monte_carlo<float>(a.model(), twice, 2, plan);
  int equal = 0;
  for (std::size_t t = 0; t < 50; ++t) equal += own.kept[t * 6] == own.kept[t * 6 + 3] ? 1 : 0;
  EXPECT_LT(equal, 10);
}

// A pass is one function, whether it is asked here or for the pictures of repeated passes.
TEST(MonteCarlo, DrawsTheSubnetworksThatRepeatedPassesDraw) {
  Asked<float> a = three_classes<float>(0.4);
  const std::vector<float> x{0.3f, -1.2f, 2};
  std::vector<std::uint32_t> places;
  for (const SiteInfo& site : a.network.sites()) places.push_back(site_place(site.name));
  MonteCarloPlan plan = passes(20);
  plan.keep = true;
  plan.first_pass = 3;
  const auto r = monte_carlo<float>(a.model(), x, 1, plan);
  const std::vector<float> repeated =
      repeat_with_masks(a.network, a.params, a.plans, places, plan.seed, x, 3, 20, true, a.tape);
  EXPECT_EQ(r.kept, repeated);
}

// What comes before the first mask is computed once; a pass still has the bits of a pass of its own.
TEST(MonteCarlo, ReusesWhatLiesBeforeTheFirstMaskWithoutChangingABit) {
  const auto equal = [](const std::vector<LayerSpec>& hidden, const DataForm& form,
                        std::initializer_list<testing_analysis::NoiseAt> noise) {
    Asked<float> a(hidden, form, noise);
    const std::vector<float> x = to_float(points(1, std::size_t(form.inputs)));
    std::vector<std::uint32_t> places;
    for (const SiteInfo& site : a.network.sites()) places.push_back(site_place(site.name));
    MonteCarloPlan plan = passes(10);
    plan.keep = true;
    EXPECT_EQ(monte_carlo<float>(a.model(), x, 1, plan).kept,
              repeat_with_masks(a.network, a.params, a.plans, places, plan.seed, x, 0, 10, true, a.tape));
  };
  const std::vector<LayerSpec> dense{{LayerKind::Dense, 9, Activation::Gelu}, {LayerKind::Dense, 6}};
  equal(dense, flat_form(3, 3), {{"hidden1", "inverted", 0.4}});
  equal(dense, flat_form(3, 3), {{"hidden2", "gaussian", 0.4}});
  equal(dense, flat_form(3, 3), {{"input", "inverted", 0.4}, {"hidden2", "inverted", 0.2}});
  equal(dense, flat_form(3, 3), {{"output", "inverted", 0.4}});
  DataForm image = flat_form(64, 3);
  image.image = ImageShape{8, 8, 1};
  const std::vector<LayerSpec> conv{make_layer(LayerKind::Conv, 4), make_layer(LayerKind::MaxPool, 1), {}};
  equal(conv, image, {{"conv1", "inverted", 0.4}});
  equal(conv, image, {{"maxpool1", "inverted", 0.4}, {"hidden1", "inverted", 0.2}});
}

TEST(MonteCarlo, GivesTheSameBitsWithAnyNumberOfThreads) {
  const Asked<float> a = three_classes<float>(0.4);
  const std::vector<float> x = to_float(points(1500, 3));
  WorkerPool pool(3);
  for (MaskSharing masks : {MaskSharing::PerPass, MaskSharing::PerPoint}) {
    const auto alone = monte_carlo<float>(a.model(), x, 1500, passes(9, true, masks));
    const auto spread_out = monte_carlo<float>(a.model(), x, 1500, passes(9, true, masks), &pool);
    EXPECT_EQ(alone.mean, spread_out.mean);
    EXPECT_EQ(alone.variance, spread_out.variance);
    EXPECT_EQ(alone.mutual_information, spread_out.mutual_information);
  }
}

// A point's measures do not depend on which other points are asked with it.
TEST(MonteCarlo, APointIsTheSameAloneAndAmongOthers) {
  const Asked<float> a = three_classes<float>(0.4);
  const std::vector<float> x = to_float(points(300, 3));
  const auto all = monte_carlo<float>(a.model(), x, 300, passes(9));
  const auto alone = monte_carlo<float>(a.model(), std::span(x).subspan(3 * 290, 3), 1, passes(9));
  EXPECT_EQ(alone.variance[0], all.variance[3 * 290]);
  EXPECT_EQ(alone.mutual_information[0], all.mutual_information[290]);
}

TEST(MonteCarlo, RefusesToMakeNoPass) {
  const Asked<float> a = three_classes<float>(0.4);
  EXPECT_THROW(monte_carlo<float>(a.model(), std::vector<float>(3), 1, passes(0)), InputError);
}

// ---- Pictures

TEST(RegressionBand, AddsTheObservationNoiseToWhatTheModelDoesNotKnow) {
  Asked<float> a({{LayerKind::Dense, 20, Activation::Tanh}}, flat_form(1, 1), {{"hidden1", "inverted", 0.2}});
  const double tau = 25;
  const RegressionBand band = regression_band(a.model(), -3, 3, 61, tau, passes(40));
  ASSERT_EQ(band.x.size(), 61u);
  EXPECT_EQ(band.x.front(), -3);
  EXPECT_EQ(band.x.back(), 3);
  for (std::size_t i = 0; i < 61; ++i) {
    double sum = 0, squares = 0;
    for (std::size_t t = 0; t < 40; ++t) sum += band.functions[t * 61 + i];
    for (std::size_t t = 0; t < 40; ++t) squares += std::pow(band.functions[t * 61 + i] - sum / 40, 2);
    EXPECT_NEAR(band.mean[i], sum / 40, 1e-6);
    EXPECT_NEAR(band.model_deviation[i], std::sqrt(squares / 40), 1e-6);
    EXPECT_NEAR(std::pow(band.total_deviation[i], 2), std::pow(band.model_deviation[i], 2) + 1 / tau, 1e-12);
  }
}

TEST(RegressionBand, FunctionsAreSmooth) {
  Asked<float> a({{LayerKind::Dense, 20, Activation::Tanh}}, flat_form(1, 1), {{"hidden1", "inverted", 0.3}});
  const RegressionBand band = regression_band(a.model(), -3, 3, 601, 1, passes(20));
  // A step of 0.01 along x changes tanh units by at most 0.01 of their weights; fresh masks jump by a deviation.
  double deviation = 0, jump = 0;
  for (double d : band.model_deviation) deviation = std::max(deviation, d);
  for (std::size_t t = 0; t < 20; ++t)
    for (std::size_t i = 1; i < 601; ++i)
      jump = std::max(jump, std::abs(double(band.functions[t * 601 + i]) - double(band.functions[t * 601 + i - 1])));
  EXPECT_LT(jump, 0.2 * deviation);
}

TEST(UncertaintyMap, CoversThePlaneRowByRow) {
  const PlaneGrid grid{-2, 2, 0, 3, 5, 4};
  const std::vector<float> x = plane_points(grid);
  ASSERT_EQ(x.size(), 40u);
  EXPECT_EQ(x[0], -2);
  EXPECT_EQ(x[1], 0);
  EXPECT_EQ(x[8], 2);  // the end of the first row
  EXPECT_EQ(x[39], 3);
  Asked<float> a({{LayerKind::Dense, 8}}, flat_form(2, 2), {{"hidden1", "inverted", 0.3}});
  const auto map = uncertainty_map(a.model(), grid, passes(30));
  const auto one = monte_carlo<float>(a.model(), std::vector<float>{x[14], x[15]}, 1, passes(30));
  EXPECT_EQ(map.mutual_information[7], one.mutual_information[0]);
}

TEST(UncertaintyMap, NeedsTwoInputs) {
  const Asked<float> a = three_classes<float>(0.3);
  EXPECT_THROW(uncertainty_map(a.model(), {}, passes(3)), InputError);
  EXPECT_THROW(regression_band(a.model(), 0, 1, 10, 1, passes(3)), InputError);
}

}  // namespace
}  // namespace dropscope
