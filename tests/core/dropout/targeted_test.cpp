// Targeted dropout of weights and units (VARIANTS.md 11; Gomez et al., arXiv:1905.13678).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/dropout/targeted.h"
#include "core/train/site_plans.h"
#include "core/train/trainer.h"
#include "tests/core/dropout/noise_helpers.h"

namespace dropscope {
namespace {

using namespace noise_tests;

constexpr int kOut = 6, kIn = 10;
const Shape kMatrix{{Axis::Sample, 1}, {Axis::Out, kOut}, {Axis::In, kIn}};
const Shape kUnits{{Axis::Sample, 4}, {Axis::Unit, kOut}};

Tensor<double> weights(std::uint32_t key = 1) { return normals<double>({{Axis::Out, kOut}, {Axis::In, kIn}}, key); }

Noise<double> drawn(const char* variant, double target, double rate, const Tensor<double>& w, std::uint32_t age = 1) {
  Noise<double> noise;
  draw_noise<double>(plan_of(variant, rate, {target}), std::string(variant) == "targeted_weight" ? kMatrix : kUnits,
                     coins(age), {}, &w, noise);
  return noise;
}

// What hard pruning removes: the floor(target n) smallest of each row; for units, of their norms.
std::vector<double> pruned(const std::vector<double>& size, double target) {
  std::vector<std::size_t> order(size.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return size[a] < size[b]; });
  std::vector<double> kept(size.size(), 1);
  for (int k = 0; k < int(std::floor(target * double(size.size()) + 1e-9)); ++k) kept[order[std::size_t(k)]] = 0;
  return kept;
}
std::vector<double> row_sizes(const Tensor<double>& w, int o) {
  std::vector<double> size;
  for (int i = 0; i < kIn; ++i) size.push_back(std::abs(w[std::size_t(o * kIn + i)]));
  return size;
}
std::vector<double> norms(const Tensor<double>& w) {
  std::vector<double> size;
  for (int o = 0; o < kOut; ++o) {
    double sum = 0;
    for (double v : row_sizes(w, o)) sum += v * v;
    size.push_back(std::sqrt(sum));
  }
  return size;
}

TEST(TargetedDropout, CandidatesAreExactlyTheShareAskedFor) {
  EXPECT_EQ(targeted_count(0, 10), 0);
  EXPECT_EQ(targeted_count(0.29, 100), 29);  // though 0.29 * 100 falls short of 29 in binary
  EXPECT_EQ(targeted_count(0.7, 10), 7);
  EXPECT_EQ(targeted_count(0.75, 10), 7);
  EXPECT_EQ(targeted_count(0.999, 10), 9);
  EXPECT_EQ(targeted_count(1, 10), 10);
  EXPECT_EQ(targeted_count(0.5, 1), 0);
}

TEST(TargetedDropout, AlphaOneIsHardPruningOfTheSmallest) {
  for (double target : {0.0, 0.1, 0.33, 0.5, 0.75, 0.9, 1.0}) {
    const Tensor<double> w = weights();
    const Noise<double> of_weights = drawn("targeted_weight", target, 1, w);
    EXPECT_EQ(of_weights.scale, 1);
    for (int o = 0; o < kOut; ++o) {
      const std::vector<double> kept = pruned(row_sizes(w, o), target);
      for (int i = 0; i < kIn; ++i)
        EXPECT_EQ(of_weights.gate[std::size_t(o * kIn + i)], kept[std::size_t(i)]) << target;
    }
    const Noise<double> of_units = drawn("targeted_unit", target, 1, w);
    const std::vector<double> kept = pruned(norms(w), target);
    ASSERT_EQ(of_units.gate.size(), std::size_t(kOut));
    for (std::size_t o = 0; o < kept.size(); ++o) EXPECT_EQ(of_units.gate[o], kept[o]) << target;
  }
}

TEST(TargetedDropout, TiesAreResolvedByNumber) {
  const Tensor<double> equal({{Axis::Out, kOut}, {Axis::In, kIn}}, -0.5);
  for (double target : {0.3, 0.5}) {
    const Noise<double> of_weights = drawn("targeted_weight", target, 1, equal),
                        of_units = drawn("targeted_unit", target, 1, equal);
    for (int o = 0; o < kOut; ++o) {
      EXPECT_EQ(of_units.gate[std::size_t(o)], o < targeted_count(target, kOut) ? 0 : 1);
      for (int i = 0; i < kIn; ++i)
        EXPECT_EQ(of_weights.gate[std::size_t(o * kIn + i)], i < targeted_count(target, kIn) ? 0 : 1);
    }
  }
}

TEST(TargetedDropout, LargeWeightsAreNeverDroppedAndSmallOnesWithTheRate) {
  const Tensor<double> w = weights();
  constexpr int draws = 4000;
  for (const char* variant : {"targeted_weight", "targeted_unit"})
    for (double rate : {0.1, 0.3, 0.8}) {
      const Noise<double> candidates = drawn(variant, 0.5, 1, w);
      std::vector<double> dropped(candidates.gate.size(), 0.0);
      for (std::uint32_t age = 0; age < draws; ++age) {
        const Noise<double> noise = drawn(variant, 0.5, rate, w, age);
        for (std::size_t i = 0; i < dropped.size(); ++i) dropped[i] += 1 - noise.gate[i];
      }
      for (std::size_t i = 0; i < dropped.size(); ++i) {
        if (candidates.gate[i] == 1)
          EXPECT_EQ(dropped[i], 0) << variant;
        else  // five standard deviations of a binomial fraction
          EXPECT_NEAR(dropped[i] / draws, rate, 5 * std::sqrt(rate * (1 - rate) / draws)) << variant;
      }
    }
}

TEST(TargetedDropout, ExpectedDropIsTheTargetedShareTimesTheRate) {
  const std::vector<double> half = {0.5}, most = {0.75};
  EXPECT_DOUBLE_EQ(find_variant("targeted_weight")->expected_drop(kMatrix, 0.3, half), 0.15);
  EXPECT_DOUBLE_EQ(find_variant("targeted_weight")->expected_drop(kMatrix, 0.66, most),
                   0.7 * 0.66);  // floor(7.5) of 10
  EXPECT_DOUBLE_EQ(find_variant("targeted_unit")->expected_drop(kUnits, 0.3, half), 0.15);
}

TEST(TargetedDropout, RankingDoesNotChangeWhenAllWeightsGrow) {
  for (const char* variant : {"targeted_weight", "targeted_unit"})
    for (double factor : {0.125, 0.3, 7.0, 1e6}) {
      Tensor<double> w = weights(), scaled = w;
      for (double& v : scaled.v) v *= factor;
      EXPECT_EQ(drawn(variant, 0.5, 0.3, w).gate.v, drawn(variant, 0.5, 0.3, scaled).gate.v) << variant << factor;
    }
}

TEST(TargetedDropout, NothingTargetedOrNothingDroppedIsTheNetworkItselfBitForBit) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, 19, Activation::Relu}};
  const Tensor<float> x = normals<float>({{Axis::Sample, 5}, {Axis::Unit, 8}}, 2);
  Bench<float> plain(spec, flat_form(8, 3));
  plain.input(x);
  plain.forward();
  for (const auto& [target, rate] : {std::pair{0.0, 0.8}, {0.5, 0.0}, {0.04, 1.0}})  // floor(0.04 * 19) = 0
    for (const auto& [variant, site] : {std::pair{"targeted_weight", "hidden1.weight"}, {"targeted_unit", "hidden1"}}) {
      Bench<float> b(spec, flat_form(8, 3));
      b.input(x);
      b.draw(plan_of(variant, rate, {target}), site, coins(1));
      b.forward();
      EXPECT_EQ(b.tape.logits().v, plain.tape.logits().v) << variant;
    }
}

TEST(TargetedDropout, AlphaOneComputesThePrunedNetworkBitForBitAndEvaluationTheFullOne) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, kOut, Activation::Relu}};
  const Tensor<float> x = normals<float>({{Axis::Sample, 5}, {Axis::Unit, kIn}}, 2);
  for (double target : {0.25, 0.5, 0.9}) {
    Bench<float> masked(spec, flat_form(kIn, 3)), cut(spec, flat_form(kIn, 3)), full(spec, flat_form(kIn, 3));
    for (int o = 0; o < kOut; ++o) {
      std::vector<double> size;
      for (int i = 0; i < kIn; ++i) size.push_back(std::abs(double(cut.at("hidden1.weight", o, i))));
      const std::vector<double> kept = pruned(size, target);
      for (int i = 0; i < kIn; ++i)
        if (kept[std::size_t(i)] == 0) cut.at("hidden1.weight", o, i) = 0;
    }
    const NoisePlan plan = plan_of("targeted_weight", 1, {target});
    for (Bench<float>* b : {&masked, &cut, &full}) b->input(x);
    masked.draw(plan, "hidden1.weight", coins(1));
    for (Bench<float>* b : {&masked, &cut, &full}) b->forward();
    EXPECT_EQ(masked.tape.logits().v, cut.tape.logits().v);
    EXPECT_NE(masked.tape.logits().v, full.tape.logits().v);
    masked.tape.training = false;
    masked.expect(plan, "hidden1.weight");
    masked.forward();
    EXPECT_EQ(masked.tape.logits().v, full.tape.logits().v);
  }
}

TEST(TargetedDropout, DroppedWeightsGetNoGradient) {
  ArchSpec spec;
  spec.hidden = {{LayerKind::Dense, kOut, Activation::Tanh}};
  Bench<double> b(spec, flat_form(kIn, 3));
  b.input(normals<double>({{Axis::Sample, 5}, {Axis::Unit, kIn}}, 2));
  b.draw(plan_of("targeted_weight", 0.8, {0.5}), "hidden1.weight", coins(1));
  b.forward();
  b.backward(normals<double>({{Axis::Sample, 5}, {Axis::Unit, 3}}, 3));
  for (int o = 0; o < kOut; ++o)
    for (int i = 0; i < kIn; ++i)
      EXPECT_EQ(b.gradient("hidden1.weight", o, i) == 0, b.noise("hidden1.weight").gate[std::size_t(o * kIn + i)] == 0);
}

TEST(TargetedDropout, AUnitIsDroppedForTheWholeBatchUnlessEachExampleHasItsMask) {
  NoisePlan plan = plan_of("targeted_unit", 0.5, {0.5});
  EXPECT_TRUE(plan.tie.has(Axis::Sample));
  plan.tie = plan.tie.without(Axis::Sample);
  const Tensor<double> w = weights();
  Noise<double> noise;
  const std::vector<double> candidates = pruned(norms(w), 0.5);
  int different = 0;
  for (std::uint32_t age = 0; age < 20; ++age) {
    draw_noise<double>(plan, kUnits, coins(age), {}, &w, noise);
    ASSERT_EQ(noise.gate.size(), std::size_t(4 * kOut));
    for (std::size_t i = 0; i < noise.gate.size(); ++i) {
      if (candidates[i % kOut] == 1) {
        EXPECT_EQ(noise.gate[i], 1);
      }
      different += noise.gate[i] != noise.gate[i % kOut] ? 1 : 0;
    }
  }
  EXPECT_GT(different, 0);
}

TEST(TargetedDropout, ChannelsAreRankedByTheirKernels) {
  const Shape maps{{Axis::Sample, 2}, {Axis::Channel, 3}, {Axis::Row, 4}, {Axis::Col, 4}};
  Tensor<double> kernels({{Axis::Out, 3}, {Axis::In, 9}});
  for (std::size_t i = 0; i < kernels.size(); ++i) kernels[i] = i / 9 == 1 ? 0.1 : 1;
  Noise<double> noise;
  draw_noise<double>(plan_of("targeted_unit", 1, {0.34}), maps, coins(1), {}, &kernels, noise);
  EXPECT_EQ(noise.gate.v, (AlignedVector<double>{1, 0, 1}));
}

TEST(TargetedDropout, IsRankedAnewFromTheWeightsOfEveryStep) {
  RunSpec spec;
  spec.data.dataset = "xor";
  spec.data.train = 64;
  spec.data.validation = 8;
  spec.optimizer.learning_rate = 0.05;
  spec.dropout.at("hidden1.weight").variant = "targeted_weight";
  spec.dropout.at("hidden1.weight").rate = 1;
  spec.dropout.at("hidden1.weight").params["target"] = 0.5;
  Trainer t(spec, std::make_shared<const Dataset>(make_dataset(spec.data, spec.data_seed, nullptr)));
  const int site = t.network().find_site("hidden1.weight");
  std::vector<float> first;
  bool changed = false;
  for (int k = 0; k < 100; ++k) {
    t.preview();
    const Noise<float>& noise = t.network().noise_at(t.tape(), site).noise;
    // Two inputs, half of them: of every unit's two weights the smaller is out at this very step.
    const ParamBlock& block = t.network().blocks()[std::size_t(t.network().sites()[std::size_t(site)].weights)];
    for (int o = 0; o < block.outputs; ++o) {
      const float a = std::abs(t.params()[block.offset + panel_index(o, 0, 2)]),
                  b = std::abs(t.params()[block.offset + panel_index(o, 1, 2)]);
      ASSERT_EQ(noise.gate[std::size_t(2 * o)], a > b ? 1 : 0) << k;
      ASSERT_EQ(noise.gate[std::size_t(2 * o + 1)], a > b ? 0 : 1) << k;
    }
    if (first.empty()) first.assign(noise.gate.v.begin(), noise.gate.v.end());
    changed = changed || !std::equal(first.begin(), first.end(), noise.gate.v.begin());
    t.advance(Granularity::Tick);
  }
  EXPECT_TRUE(changed);
}

TEST(TargetedDropout, IsRefusedWhereNoWeightsLeadStraightIntoTheSite) {
  RunSpec spec;
  spec.data.dataset = "digits";
  spec.network.hidden = parse_layers("conv3,maxpool,4", {}, "test");
  spec.dropout.at("pool1").variant = "targeted_unit";
  spec.dropout.at("pool1").rate = 0.3;
  bool has_pool = false;
  for (const SiteName& site : site_names(spec.network)) has_pool = has_pool || site.name == "pool1";
  ASSERT_TRUE(has_pool);
  const DataForm form{.inputs = 64, .outputs = 3, .image = ImageShape{8, 8, 1}, .sequence = {}};
  const Network<float> network(spec.network, form);
  EXPECT_THROW(plans_of(spec, network, 0, 16), InputError);
  spec.dropout.at("pool1").variant = "none";
  spec.dropout.at("conv1").variant = "targeted_unit";
  EXPECT_NO_THROW(plans_of(spec, network, 0, 16));
}

}  // namespace
}  // namespace dropscope
