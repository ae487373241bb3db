// What passes disagree about: a band with its gap, a map, examples, one probe; and words that the numbers bear out.
#include "core/analysis/uncertainty_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/answers.h"
#include "core/analysis/nearness.h"
#include "core/scenarios/scenarios.h"
#include "core/session/worker_pool.h"
#include "core/train/trainer.h"
#include "tests/core/analysis/analysis_helpers.h"

namespace dropscope {
namespace {

using ::testing::HasSubstr;
using testing_analysis::Asked;

// A scenario after some ticks.
struct Trained {
  std::shared_ptr<const Dataset> data;
  Trainer trainer;
  Trained(const char* scenario, std::int64_t ticks, double rate = -1) : Trained(spec_of(scenario, rate), ticks) {}
  Trained(const RunSpec& spec, std::int64_t ticks)
      : data(std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr))), trainer(spec, data) {
    for (std::int64_t i = 0; i < ticks; ++i) trainer.advance(Granularity::Tick);
  }
  static RunSpec spec_of(const char* scenario, double rate) {
    RunSpec spec = scenario_or_throw(scenario, "the test");
    if (rate >= 0)
      for (const char* site : {"hidden1", "hidden2"}) spec.dropout.at(site).rate = rate;
    return spec;
  }
  Model<float> model() const { return model_of(trainer); }
  UncertaintyReport ask(const UncertaintyPlan& plan, std::vector<float> probe = {},
                        Parallel* parallel = nullptr) const {
    probe.resize(std::size_t(data->inputs));
    return uncertainty_report(model(), *data, probe, plan, {}, parallel);
  }
};

UncertaintyPlan passes(int count, int columns = 16, int rows = 12) {
  UncertaintyPlan plan;
  plan.passes = count;
  plan.columns = columns;
  plan.rows = rows;
  return plan;
}

// ---- Distances

Dataset line(std::initializer_list<float> x) {
  Dataset data;
  data.inputs = data.outputs = 1;
  data.task = Task::Regression;
  data.train = {x.size(), x, {}, std::vector<float>(x.size(), 0.0f)};
  return data;
}

TEST(Nearness, CountsInDistancesBetweenNeighbours) {
  const Dataset data = line({0, 2, 4, 6, 20});
  const Nearness near(data);  // neighbours are 2, 2, 2, 2 and 14 away
  const auto at = [&](float x) { return near.distance(std::vector<float>{x}); };
  EXPECT_EQ(at(4), 0);
  EXPECT_EQ(at(3), 0.5);
  EXPECT_EQ(at(13), 3.5);
  EXPECT_EQ(at(-6), 3);
  EXPECT_FALSE(near.outside(std::vector<float>{13}));
  EXPECT_TRUE(near.outside(std::vector<float>{-0.1f}));
  EXPECT_TRUE(near.outside(std::vector<float>{20.1f}));
}

TEST(Nearness, OfExamplesThatAreAllOneIsZeroOrInfinite) {
  const Dataset data = line({3, 3, 3});
  EXPECT_EQ(Nearness(data).distance(std::vector<float>{3}), 0);
  EXPECT_TRUE(std::isinf(Nearness(data).distance(std::vector<float>{4})));
}

// ---- Band

TEST(UncertaintyBand, FindsTheGapInTheData) {
  const Trained run("regression", 600);
  const UncertaintyReport r = run.ask(passes(60, 121));
  ASSERT_EQ(r.kind, UncertaintyKind::Band);
  EXPECT_EQ(r.classes, 0);
  ASSERT_EQ(r.gaps.size(), 1u);
  // No training input lies in (0, 1.5); the next ones are a little further apart.
  EXPECT_LE(r.gaps[0].first, 0);
  EXPECT_GE(r.gaps[0].second, 1.5);
  EXPECT_LT(r.gaps[0].second - r.gaps[0].first, 2);
  EXPECT_GT(r.deviation_inside, 0);
  EXPECT_TRUE(std::isfinite(r.deviation_gap));
  EXPECT_TRUE(std::isfinite(r.error_gap));
  EXPECT_NEAR(r.x.front(), r.train_lo - 0.5 * (r.train_hi - r.train_lo), 1e-6);
  EXPECT_NEAR(r.x.back(), r.train_hi + 0.5 * (r.train_hi - r.train_lo), 1e-6);
  double gap = 0;
  int points = 0;
  for (std::size_t i = 0; i < r.x.size(); ++i)
    if (r.x[i] > r.gaps[0].first && r.x[i] < r.gaps[0].second) gap += r.deviation[i], ++points;
  EXPECT_NEAR(r.deviation_gap, gap / points, 1e-12);
  for (std::size_t i : {std::size_t{0}, std::size_t{60}}) {
    double mean = 0;
    for (std::size_t t = 0; t < 60; ++t) mean += double(r.functions[t * 121 + i]) / 60;
    EXPECT_NEAR(r.mean[i], mean, 1e-5);
  }
}

TEST(UncertaintyBand, EvenAndRandomInputsHaveNoGap) {
  const auto gaps = [](const std::vector<float>& x) {
    Asked<float> a({{LayerKind::Dense, 4, Activation::Tanh}}, flat_form(1, 1), {{"hidden1", "inverted", 0.2}});
    Dataset data = line({});
    data.train = {x.size(), x, {}, std::vector<float>(x.size(), 0.0f)};
    return uncertainty_report(a.model(), data, std::vector<float>{0}, passes(3)).gaps;
  };
  std::vector<float> even;
  for (int i = 0; i < 50; ++i) even.push_back(float(i) / 10);
  EXPECT_TRUE(gaps(even).empty());
  even.push_back(12);
  ASSERT_EQ(gaps(even).size(), 1u);
  EXPECT_NEAR(gaps(even)[0].second, 12, 1e-6);
  int with_gap = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    std::vector<float> x;
    const Uniforms u({seed}, Stream::Test);
    for (std::uint32_t i = 0; i < 60; ++i) x.push_back(float(u.at(i)));
    with_gap += !gaps(x).empty();
  }
  EXPECT_LE(with_gap, 20) << "chance leaves such a stretch in about one of twenty";
}

// ---- Map

TEST(UncertaintyMap, HasTheMeasuresOfItsPoints) {
  const Trained run("moons", 200);
  const UncertaintyReport r = run.ask(passes(40));
  ASSERT_EQ(r.kind, UncertaintyKind::Map);
  ASSERT_EQ(r.entropy.size(), 16u * 12u);
  for (const std::vector<float>* v : {&r.mutual_information, &r.p1, &r.deviation_p}) EXPECT_EQ(v->size(), 192u);
  for (std::size_t i : {std::size_t{0}, std::size_t{15}, std::size_t{100}, std::size_t{191}}) {
    // Rows from the top down.
    const double x = r.grid.x0 + (r.grid.x1 - r.grid.x0) * double(i % 16) / 15;
    const double y = r.grid.y1 + (r.grid.y0 - r.grid.y1) * double(i / 16) / 11;
    const std::vector<float> p = ask_with_masks(run.model(), std::vector<float>{float(x), float(y)}, 7, 0, 40, true);
    const Disagreement d = disagreement(std::vector<double>(p.begin(), p.end()), 40, 2);
    EXPECT_NEAR(r.entropy[i], d.predictive_entropy, 1e-6);
    EXPECT_NEAR(r.mutual_information[i], d.mutual_information, 1e-6);
    double mean = 0, squares = 0;
    for (std::size_t t = 0; t < 40; ++t) mean += double(p[2 * t + 1]) / 40;
    for (std::size_t t = 0; t < 40; ++t) squares += std::pow(double(p[2 * t + 1]) - mean, 2) / 40;
    EXPECT_NEAR(r.p1[i], mean, 1e-6);
    EXPECT_NEAR(r.deviation_p[i], std::sqrt(squares), 1e-6);
    EXPECT_EQ(r.winner[i], mean > 0.5);
  }
}

TEST(UncertaintyMap, AveragesNearAndFarFromExamplesAndAtItsEdge) {
  const Trained run("moons", 200);
  const UncertaintyReport r = run.ask(passes(30));
  const Nearness near(*run.data);
  double sums[4] = {}, counts[4] = {};  // information near and far, entropy near and at the edge
  const auto add = [&](int which, float v) { sums[which] += double(v), counts[which] += 1; };
  for (int row = 0; row < 12; ++row)
    for (int c = 0; c < 16; ++c) {
      const std::size_t i = std::size_t(row * 16 + c);
      const std::vector<float> at{float(r.grid.x0 + (r.grid.x1 - r.grid.x0) * c / 15),
                                  float(r.grid.y1 + (r.grid.y0 - r.grid.y1) * row / 11)};
      const bool close = near.distance(at) <= kNear;
      add(close ? 0 : 1, r.mutual_information[i]);
      if (close) add(2, r.entropy[i]);
      if (!close && (row == 0 || row == 11 || c == 0 || c == 15)) add(3, r.entropy[i]);
    }
  const double reported[] = {r.information_near, r.information_far, r.entropy_near, r.entropy_edge};
  for (int k = 0; k < 4; ++k) EXPECT_NEAR(reported[k], sums[k] / counts[k], 1e-6) << k;
}

// A map without a margin ends where the examples do, which is not far from all of them.
TEST(UncertaintyMap, CountsNoEdgeThatExamplesAreNear) {
  const Trained run("moons", 20);
  UncertaintyPlan plan = passes(5);
  plan.margin = 0;
  const UncertaintyReport tight = run.ask(plan);
  const Nearness near(*run.data);
  double sum = 0, count = 0, all = 0;
  for (int row = 0; row < tight.grid.rows; ++row)
    for (int c = 0; c < tight.grid.columns; ++c) {
      if (row > 0 && row + 1 < tight.grid.rows && c > 0 && c + 1 < tight.grid.columns) continue;
      const PlaneGrid& g = tight.grid;
      const std::vector<float> at{float(g.x0 + (g.x1 - g.x0) * c / (g.columns - 1)),
                                  float(g.y1 + (g.y0 - g.y1) * row / (g.rows - 1))};
      ++all;
      if (near.distance(at) <= kNear) continue;
      sum += double(tight.entropy[std::size_t(row * g.columns + c)]);
      ++count;
    }
  EXPECT_LT(count, all) << "or this test says nothing";
  if (count > 0)
    EXPECT_NEAR(tight.entropy_edge, sum / count, 1e-6);
  else
    EXPECT_TRUE(std::isnan(tight.entropy_edge));
}

TEST(UncertaintyMap, OfManyClassesHasNoProbabilityOfOne) {
  const Trained run("blobs", 50);
  const UncertaintyReport r = run.ask(passes(10));
  ASSERT_EQ(r.kind, UncertaintyKind::Map);
  ASSERT_GT(r.classes, 2);
  EXPECT_TRUE(r.p1.empty());
  EXPECT_EQ(r.deviation_p.size(), 192u);
  EXPECT_GT(*std::max_element(r.winner.begin(), r.winner.end()), 1);
}

TEST(UncertaintyMap, IsTheSameOnAnyNumberOfThreads) {
  const Trained run("moons", 20);
  WorkerPool pool(3);
  const UncertaintyReport alone = run.ask(passes(10, 40, 30)), many = run.ask(passes(10, 40, 30), {}, &pool);
  EXPECT_EQ(alone.entropy, many.entropy);
  EXPECT_EQ(alone.deviation_p, many.deviation_p);
  EXPECT_EQ(alone.caveat, many.caveat);
}

// ---- Examples

TEST(UncertaintyExamples, OfImagesAreTheFirstHeldOutOnes) {
  const Trained run("digits", 30);
  UncertaintyPlan plan = passes(12);
  plan.most = 70;
  const UncertaintyReport r = run.ask(plan);
  ASSERT_EQ(r.kind, UncertaintyKind::Examples);
  ASSERT_EQ(r.example_wrong.size(), 70u);
  const std::size_t inputs = std::size_t(run.data->inputs), classes = std::size_t(run.data->outputs);
  double right = 0, wrong = 0;
  int count = 0;
  for (std::size_t i = 0; i < 70; ++i) {
    const auto p =
        ask_with_masks(run.model(), std::span(run.data->validation.x).subspan(i * inputs, inputs), 7, 0, 12, true);
    const Disagreement d = disagreement(std::vector<double>(p.begin(), p.end()), 12, int(classes));
    EXPECT_NEAR(r.example_entropy[i], d.predictive_entropy, 1e-5);
    EXPECT_NEAR(r.example_information[i], d.mutual_information, 1e-5);
    std::vector<double> mean(classes, 0.0);
    for (std::size_t t = 0; t < 12; ++t)
      for (std::size_t k = 0; k < classes; ++k) mean[k] += double(p[t * classes + k]);
    const bool missed = std::max_element(mean.begin(), mean.end()) - mean.begin() != run.data->validation.label[i];
    EXPECT_EQ(r.example_wrong[i] != 0, missed);
    (missed ? wrong : right) += d.mutual_information;
    count += missed;
  }
  ASSERT_GT(count, 0);
  EXPECT_NEAR(r.information_wrong, wrong / count, 1e-5);
  EXPECT_NEAR(r.information_right, right / (70 - count), 1e-5);
}

TEST(UncertaintyExamples, OfSequencesAndOfNumbersAreAskedToo) {
  const Trained sequences("lstm-locked", 2);
  UncertaintyPlan plan = passes(4);
  plan.most = 5;
  const UncertaintyReport s = sequences.ask(plan);
  EXPECT_EQ(s.kind, UncertaintyKind::Examples);
  EXPECT_EQ(s.example_information.size(), 5u);
  EXPECT_NE(s.caveat, "");
  Asked<float> a({{LayerKind::Dense, 6}}, flat_form(3, 2), {{"hidden1", "inverted", 0.3}});
  Dataset numbers;
  numbers.task = Task::Regression;
  numbers.inputs = 3;
  numbers.outputs = 2;
  numbers.train = numbers.validation = {2, {1, 2, 3, 4, 5, 6}, {}, {0, 1, 2, 3}};
  const UncertaintyReport r = uncertainty_report(a.model(), numbers, std::vector<float>{1, 2, 3}, plan);
  EXPECT_EQ(r.kind, UncertaintyKind::Examples);
  ASSERT_EQ(r.example_deviation.size(), 2u);
  double squares = 0;
  for (double d : r.probe.deviation) squares += d * d / 2;
  EXPECT_NEAR(r.example_deviation[0], std::sqrt(squares), 1e-6) << "the probe is the first example";
  EXPECT_THAT(r.caveat, HasSubstr("2 examples"));
}

// ---- Probe

TEST(ProbeDoubt, HasTheMeasuresOfItsPasses) {
  const Trained run("moons", 200);
  const std::vector<float> probe{0.4f, 0.3f};
  const ProbeDoubt d = probe_doubt(run.model(), *run.data, Nearness(*run.data), probe, passes(50));
  const UncertaintyReport r = run.ask(passes(50), probe);
  EXPECT_EQ(d.passes, r.probe.passes);
  ASSERT_EQ(d.passes.size(), 100u);
  const Disagreement all = disagreement(std::vector<double>(d.passes.begin(), d.passes.end()), 50, 2);
  EXPECT_EQ(d.mutual_information, all.mutual_information);
  EXPECT_EQ(d.predictive_entropy, all.predictive_entropy);
  EXPECT_EQ(d.expected_entropy, all.expected_entropy);
  EXPECT_EQ(d.variation_ratio, all.variation_ratio);
  EXPECT_NEAR(d.mean[0] + d.mean[1], 1, 1e-6);
  EXPECT_GT(d.deviation[0], 0);
}

TEST(ProbeDoubt, KnowsWhetherItIsAmongTheExamples) {
  const Trained run("moons", 2);
  const std::vector<float> first(run.data->train.x.begin(), run.data->train.x.begin() + 2);
  const Nearness near(*run.data);
  const ProbeDoubt in = probe_doubt(run.model(), *run.data, near, first, passes(5));
  EXPECT_EQ(in.distance, 0);
  EXPECT_FALSE(in.outside);
  const ProbeDoubt out = probe_doubt(run.model(), *run.data, near, std::vector<float>{40, -30}, passes(5));
  EXPECT_GT(out.distance, 50);
  EXPECT_TRUE(out.outside);
  // Examples are not looked at again: what is near is what was handed over.
  Dataset elsewhere = *run.data;
  for (float& x : elsewhere.train.x) x += 1000;
  EXPECT_TRUE(probe_doubt(run.model(), *run.data, Nearness(elsewhere), first, passes(5)).outside);
}

// ---- Words and limits

TEST(UncertaintyCaveat, SaysThatASilentNetworkSaysNothing) {
  const Trained run("moons", 20, 0);
  const UncertaintyReport r = run.ask(passes(10));
  EXPECT_TRUE(r.silent);
  for (float v : r.mutual_information) EXPECT_EQ(v, 0);
  for (double v : r.probe.deviation) EXPECT_EQ(v, 0);
  EXPECT_THAT(r.caveat, HasSubstr("No noise acts"));
}

TEST(Uncertainty, GivesUpWithoutACaveat) {
  const Trained run("moons", 5);
  int asked = 0;
  const UncertaintyReport r = uncertainty_report(run.model(), *run.data, std::vector<float>{0, 0}, passes(10, 40, 30),
                                                 [&] { return ++asked > 2; });
  EXPECT_EQ(r.caveat, "");
  EXPECT_LT(r.entropy.size(), 1200u);
  EXPECT_EQ(r.probe.passes.size(), 20u);
}

TEST(Uncertainty, RefusesWhatIsOutOfRange) {
  const Trained run("moons", 1);
  UncertaintyPlan wide = passes(3);
  wide.margin = -1;
  for (const UncertaintyPlan& wrong : {passes(0), passes(1001), passes(3, 1), passes(3, 5, 2000), wide})
    EXPECT_THROW(run.ask(wrong), InputError);
  EXPECT_THROW(uncertainty_report(run.model(), *run.data, std::vector<float>{1}, passes(3)), InputError);
}

}  // namespace
}  // namespace dropscope
