// How much units depend on each other: removal against sums worked out here, and the report against its parts.
#include "core/analysis/dependence_report.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/hidden_units.h"
#include "core/base/check.h"
#include "core/session/worker_pool.h"
#include "core/train/evaluator.h"
#include "core/train/host_networks.h"
#include "tests/core/analysis/analysis_helpers.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

using testing_analysis::Asked;

constexpr std::uint64_t kSeed = 11;

Evaluation whole(const Model<float>& model, const Split& split, bool classify, std::size_t most) {
  Tape<float> tape = model.network.make_tape();
  return evaluate_split(model.network, model.params, model.plans, split, classify, most, tape, nullptr);
}

bool removed(const char* site, int draw, int unit, double fraction) {
  const Uniforms words({kSeed, site_place(site), std::uint32_t(draw)}, Stream::Probe);
  return words.word(std::uint32_t(unit)) < std::uint64_t(fraction * 0x1p32);
}

TEST(RemovalCurve, BeginsWithTheNetworkAndEndsWithItsBiases) {
  const auto data = runs::classes(300, 300, 3);
  Asked<float> a({{LayerKind::Dense, 6, Activation::Relu}, {LayerKind::Dense, 5, Activation::Tanh}}, flat_form(3, 3),
                 {{"hidden1", "inverted", 0.3}, {"hidden2", "classic", 0.4}});
  a.set("hidden2.bias", {1, -1, 2, 0, 3});
  a.set("output.bias", {0.5f, -0.25f, 0.1f});
  const std::vector<double> ends{0, 1};
  const auto curve = removal_curve(a.model(), data->validation, true, 0, ends, 7, kSeed);
  ASSERT_EQ(curve.size(), 2u);
  const Evaluation all = whole(a.model(), data->validation, true, 0);
  EXPECT_EQ(curve[0].loss, all.loss);
  EXPECT_EQ(curve[0].accuracy, all.accuracy);
  // Without units, every answer is the softmax of the output's biases.
  const double z[3] = {0.5, -0.25, double(0.1f)};
  const double norm = std::log(std::exp(z[0]) + std::exp(z[1]) + std::exp(z[2]));
  double loss = 0, right = 0;
  for (std::int32_t label : data->validation.label) {
    loss += (norm - z[label]) / 300;
    right += label == 0 ? 1.0 / 300 : 0;
  }
  EXPECT_NEAR(curve[1].loss, loss, 1e-5);
  EXPECT_NEAR(curve[1].accuracy, right, 1e-12);
  for (const RemovedPoint& point : curve) {
    EXPECT_EQ(point.loss_deviation, 0);
    EXPECT_EQ(point.accuracy_deviation, 0);
  }
}

// f(x) = sum over kept units of v_u w_u x + b: by hand.
TEST(RemovalCurve, OfALinearNetworkIsItsSum) {
  const LayerSpec linear{.kind = LayerKind::Dense, .units = 3, .activation = Activation::Identity};
  Asked<float> a({linear}, flat_form(1, 1), {{"hidden1", "inverted", 0.6}});
  a.set("hidden1.weight", {1, 2, -4});
  a.set("hidden1.bias", {0, 0.5f, 0});
  a.set("output.weight", {2, -1, 0.5f});
  a.set("output.bias", {0.25f});
  Split split;
  split.count = 2;
  split.x = {1, -2};
  split.target = {3, 1};
  const std::vector<double> fractions{0.2, 0.7};
  const int draws = 40;
  const auto curve = removal_curve(a.model(), split, false, 0, fractions, draws, kSeed);
  for (std::size_t f = 0; f < 2; ++f) {
    std::vector<double> losses;
    for (int d = 0; d < draws; ++d) {
      double loss = 0;
      for (int e = 0; e < 2; ++e) {
        const double x = double(split.x[std::size_t(e)]), terms[3] = {2 * x, -(2 * x + 0.5), -2 * x};
        double y = 0.25;
        for (int u = 0; u < 3; ++u) y += removed("hidden1", d, u, fractions[f]) ? 0 : terms[u];
        loss += std::pow(y - double(split.target[std::size_t(e)]), 2) / 2;
      }
      losses.push_back(loss);
    }
    double mean = 0, squares = 0;
    for (double l : losses) mean += l / draws;
    for (double l : losses) squares += (l - mean) * (l - mean) / draws;
    EXPECT_NEAR(curve[f].loss, mean, 1e-5);
    EXPECT_NEAR(curve[f].loss_deviation, std::sqrt(squares), 1e-5);
    EXPECT_GT(curve[f].loss_deviation, 0.1);
    EXPECT_TRUE(std::isnan(curve[f].accuracy));
  }
}

// What is removed is as if its outgoing weights were 0, in every hidden layer.
TEST(RemovalCurve, IsTheLossOfTheNetworkWithoutTheUnits) {
  const auto data = runs::classes(300);  // more than is asked at once
  Asked<float> a({{LayerKind::Dense, 8, Activation::Relu}, {LayerKind::Dense, 5, Activation::Tanh}}, flat_form(3, 2),
                 {{"hidden1", "inverted", 0.3}});
  const double fraction = 0.4;
  double loss = 0, accuracy = 0;
  const int draws = 3;
  for (int d = 0; d < draws; ++d) {
    AlignedVector<float> without = a.params;
    for (const auto& [block, site, units, outputs] :
         {std::tuple{"hidden2.weight", "hidden1", 8, 5}, std::tuple{"output.weight", "hidden2", 5, 2}})
      for (const ParamBlock& b : a.network.blocks())
        if (b.name == block)
          for (int u = 0; u < units; ++u)
            for (int o = 0; o < outputs; ++o)
              if (removed(site, d, u, fraction)) without[b.offset + panel_index(o, u, units)] = 0;
    const Evaluation e = whole({a.network, without, a.plans}, data->train, true, 0);
    loss += e.loss / draws;
    accuracy += e.accuracy / draws;
  }
  const std::vector<double> one{fraction};
  const auto curve = removal_curve(a.model(), data->train, true, 0, one, draws, kSeed);
  EXPECT_NEAR(curve[0].loss, loss, 1e-6);
  EXPECT_NEAR(curve[0].accuracy, accuracy, 1e-12);
}

TEST(RemovalCurve, OnlyEverRemovesMore) {
  // Every unit adds a positive amount to the one output, so that removing more can only lower the prediction.
  Asked<float> a({{LayerKind::Dense, 30, Activation::Relu}}, flat_form(1, 1), {});
  a.set("hidden1.weight", std::vector<float>(30, 1));
  a.set("output.weight", std::vector<float>(30, 1));
  Split split;
  split.count = 1;
  split.x = {1};
  split.target = {30};
  std::vector<double> fractions;
  for (int i = 0; i <= 20; ++i) fractions.push_back(i / 20.0);
  for (int seed = 0; seed < 5; ++seed) {
    // One draw: a curve that never falls.
    const auto curve = removal_curve(a.model(), split, false, 0, fractions, 1, std::uint64_t(seed));
    for (std::size_t i = 1; i < curve.size(); ++i) EXPECT_GE(curve[i].loss, curve[i - 1].loss);
    EXPECT_EQ(curve.front().loss, 0);
    EXPECT_EQ(curve.back().loss, 900);
  }
}

TEST(RemovalCurve, DoesNotDependOnOtherFractionsDrawsOrThreads) {
  const auto data = runs::classes(300);
  Trainer trainer(runs::spec(0.4), data);
  runs::ticks(trainer, 50);
  const std::vector<double> some{0.3}, more{0.1, 0.3, 0.8};
  const auto alone = removal_curve(model_of(trainer), data->validation, true, 0, some, 10, kSeed);
  WorkerPool pool(3);
  const auto among = removal_curve(model_of(trainer), data->validation, true, 0, more, 10, kSeed, {}, &pool);
  EXPECT_EQ(alone[0].loss, among[1].loss);
  EXPECT_EQ(alone[0].accuracy_deviation, among[1].accuracy_deviation);
  EXPECT_NE(alone[0].loss, removal_curve(model_of(trainer), data->validation, true, 0, some, 10, kSeed + 1)[0].loss);
}

TEST(RemovalCurve, RefusesWhatCannotBe) {
  const auto data = runs::classes();
  Asked<float> a({{LayerKind::Dense, 4}}, flat_form(3, 2), {});
  const std::vector<double> half{0.5}, over{0.5, 1.5};
  EXPECT_THROW(removal_curve(a.model(), data->train, true, 0, half, 0, kSeed), InputError);
  EXPECT_THROW(removal_curve(a.model(), data->train, true, 0, over, 3, kSeed), InputError);
  EXPECT_THROW(removal_curve(a.model(), {}, true, 0, half, 3, kSeed), InputError);
  EXPECT_TRUE(removal_curve(a.model(), data->train, true, 0, half, 3, kSeed, [] { return true; }).empty());
}

TEST(DependenceReport, IsItsPartsPutTogether) {
  Trainer trainer(runs::spec(0.3), runs::classes(300, 200));
  runs::ticks(trainer, 100);
  const Model<float> model = model_of(trainer);
  const Split& split = trainer.data().validation;
  DependencePlan plan;
  plan.column = 1;
  plan.most = 150;
  plan.draws = 4;
  plan.fractions = {0, 0.5};
  const DependenceReport report = dependence_report(model, trainer.data(), plan);
  EXPECT_EQ(report.site, "hidden2");
  EXPECT_EQ(report.sites, (std::vector<std::string>{"hidden1", "hidden2"}));
  EXPECT_EQ(report.units, 17);
  const int site = trainer.network().find_site("hidden2");
  const Activations activations = activations_of(model, trainer.network().sites()[std::size_t(site)].layer, split, 150);
  const std::vector<double> matrix = correlation_matrix(activations);
  const KnockOut knocked = knock_out(model, site, split, true, 150);
  std::vector<int> sorted = report.order;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t u = 0; u < 17; ++u) {
    EXPECT_EQ(sorted[u], int(u));
    EXPECT_EQ(report.rises[u], knocked.rises[std::size_t(report.order[u])]);
    for (std::size_t v = 0; v < 17; ++v)
      EXPECT_EQ(report.correlation[u * 17 + v], matrix[std::size_t(report.order[u] * 17 + report.order[v])]);
  }
  EXPECT_EQ(report.mean_correlation, mean_correlation(activations));
  EXPECT_EQ(report.loss, knocked.loss);
  EXPECT_EQ(report.worst_rise, *std::max_element(knocked.rises.begin(), knocked.rises.end()));
  EXPECT_EQ(report.sparsity.histogram, sparsity_of(activations, plan.bins).histogram);
  EXPECT_EQ(report.features.units, 0) << "the inputs are no image";
  EXPECT_EQ(report.removal[1].loss, removal_curve(model, split, true, 150, plan.fractions, 4, plan.seed)[1].loss);
  for (PruneBy by : {PruneBy::Weights, PruneBy::Units}) {
    const auto curve = pruning_curve(model, split, true, 150, plan.fractions, by);
    const auto& reported = by == PruneBy::Weights ? report.by_weight : report.by_unit;
    ASSERT_EQ(reported.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(reported[i].loss, curve[i].loss);
  }
}

TEST(DependenceReport, TakesChannelsOfMapsAsUnitsAndPlacesAsExamples) {
  DataForm form = flat_form(36, 2);
  form.image = ImageShape{6, 6, 1};
  Asked<float> a({make_layer(LayerKind::Conv, 3), {}}, form, {});
  Dataset data;
  data.inputs = 36;
  data.image = form.image;
  const Uniforms u({3}, Stream::Test);
  data.validation.count = 5;
  for (std::uint32_t i = 0; i < 180; ++i) data.validation.x.push_back(float(u.normal(i)));
  data.validation.label = {0, 1, 0, 1, 1};
  const DependenceReport report = dependence_report(a.model(), data, {});
  EXPECT_EQ(report.units, 3);
  EXPECT_EQ(report.features.units, 3);
  EXPECT_EQ(report.features.inputs, 9);
  const Activations maps = activations_of(a.model(), 1, data.validation, 0);
  const std::size_t places = std::size_t(maps.units) / 3;
  Activations channels{5 * int(places), 3, {}};
  for (std::size_t e = 0; e < 5; ++e)
    for (std::size_t p = 0; p < places; ++p)
      for (std::size_t c = 0; c < 3; ++c) channels.values.push_back(maps.values[(e * 3 + c) * places + p]);
  EXPECT_EQ(report.mean_correlation, mean_correlation(channels));
}

TEST(DependenceReport, ListsNoMoreUnitsThanAPictureHasRoomFor) {
  const auto data = runs::classes(20, 40);
  Asked<float> a({{LayerKind::Dense, 200, Activation::Relu}}, flat_form(3, 2), {});
  DependencePlan plan;
  plan.draws = 1;
  const DependenceReport report = dependence_report(a.model(), *data, plan);
  EXPECT_EQ(report.units, 200);
  EXPECT_EQ(report.order.size(), 128u);
  EXPECT_EQ(report.rises.size(), 128u);
  EXPECT_EQ(report.correlation.size(), 128u * 128u);
  for (int u : report.order) EXPECT_LT(u, 128);
}

TEST(DependenceReport, EndsSoonWhenItIsGivenUp) {
  const auto data = runs::classes(20, 40);
  Asked<float> a({{LayerKind::Dense, 9}}, flat_form(3, 2), {});
  int looked = 0;
  const DependenceReport report = dependence_report(a.model(), *data, {}, [&] { return ++looked > 3; });
  EXPECT_LT(looked, 10);
  EXPECT_TRUE(report.removal.empty());
}

// Who hears keeps time: each part has one of its own, not one for each word.
TEST(DependenceReport, SaysHowFarItIsPartByPart) {
  const auto data = runs::classes(20, 40);
  Asked<float> a({{LayerKind::Dense, 9}}, flat_form(3, 2), {});
  std::vector<double> told;
  int clocks = 0;
  const Watch watch({}, [&, words = 0](double share) mutable {
    told.push_back(share);
    clocks += words++ == 0;
  });
  dependence_report(a.model(), *data, {}, watch);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), 1);
  EXPECT_EQ(clocks, 3) << "units knocked out, units removed, pruned";
}

TEST(DependenceReport, RefusesWhatHasNoHiddenUnits) {
  const auto data = runs::classes();
  Asked<float> none({}, flat_form(3, 2), {}), one({{LayerKind::Dense, 4}}, flat_form(3, 2), {});
  EXPECT_THROW(dependence_report(none.model(), *data, {}), InputError);
  DependencePlan plan;
  for (int column : {-1, 1}) {
    plan.column = column;
    EXPECT_THROW(dependence_report(one.model(), *data, plan), InputError) << column;
  }
}

}  // namespace
}  // namespace dropscope
