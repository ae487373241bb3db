// Taking the smallest weights or units away.
#include "core/analysis/pruning.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/coadaptation.h"
#include "core/base/check.h"
#include "tests/core/analysis/analysis_helpers.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

using testing_analysis::Asked;

const ParamBlock& block_of(const Network<float>& network, const std::string& name) {
  for (const ParamBlock& block : network.blocks())
    if (block.name == name) return block;
  throw std::runtime_error("no block " + name);
}

TEST(Pruning, TakesTheSmallestWeightsOfEveryUnit) {
  Asked<float> a({{LayerKind::Dense, 2}}, flat_form(4, 2), {});
  a.set("hidden1.weight", {4, -1, 3, 2, -0.1f, 0.4f, -0.3f, 0.2f});
  const auto half = prune(a.network, a.params, 0.5, PruneBy::Weights);
  EXPECT_EQ(weights_of(block_of(a.network, "hidden1.weight"), half),
            (std::vector<float>{4, 0, 3, 0, 0, 0.4f, -0.3f, 0}));
  // floor(0.7 * 4) = 2.
  EXPECT_EQ(prune(a.network, a.params, 0.7, PruneBy::Weights), half);
  // The output layer and every bias stay.
  EXPECT_EQ(weights_of(block_of(a.network, "output.weight"), half),
            weights_of(block_of(a.network, "output.weight"), a.params));
  const auto none = prune(a.network, a.params, 0, PruneBy::Weights);
  EXPECT_TRUE(std::equal(none.begin(), none.end(), a.params.begin()));
}

TEST(Pruning, TakesExactlyTheShareAskedFor) {
  Asked<float> a({{LayerKind::Dense, 17}, {LayerKind::Dense, 9}}, flat_form(100, 2), {});
  for (double f : {0.1, 0.29, 0.57, 0.9, 1.0}) {
    const auto pruned = prune(a.network, a.params, f, PruneBy::Weights);
    int zeros = 0;
    for (float w : weights_of(block_of(a.network, "hidden1.weight"), pruned)) zeros += w == 0 ? 1 : 0;
    EXPECT_EQ(zeros, 17 * int(std::lround(100 * f))) << f;
    zeros = 0;
    for (float w : weights_of(block_of(a.network, "hidden2.weight"), pruned)) zeros += w == 0 ? 1 : 0;
    EXPECT_EQ(zeros, 9 * int(std::floor(17 * f))) << f;
  }
}

TEST(Pruning, OfEqualWeightsTheEarlierGoesFirst) {
  Asked<float> a({{LayerKind::Dense, 1}}, flat_form(4, 2), {});
  a.set("hidden1.weight", {1, -1, 1, 1});
  EXPECT_EQ(weights_of(block_of(a.network, "hidden1.weight"), prune(a.network, a.params, 0.5, PruneBy::Weights)),
            (std::vector<float>{0, 0, 1, 1}));
}

TEST(Pruning, DoesNotChangeWithTheScaleOfTheWeights) {
  Asked<float> a({{LayerKind::Dense, 8}}, flat_form(10, 2), {});
  const auto first = prune(a.network, a.params, 0.4, PruneBy::Weights);
  AlignedVector<float> scaled = a.params;
  for (float& w : scaled) w *= 4;
  const auto second = prune(a.network, scaled, 0.4, PruneBy::Weights);
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(4 * first[i], second[i]);
}

TEST(Pruning, TakesWholeUnitsOfSmallestNormWithTheirBias) {
  Asked<float> a({{LayerKind::Dense, 3}}, flat_form(2, 2), {});
  a.set("hidden1.weight", {3, 4, 1, 0, -2, 2});
  a.set("hidden1.bias", {0.5f, 0.6f, 0.7f});
  const auto pruned = prune(a.network, a.params, 0.4, PruneBy::Units);
  EXPECT_EQ(weights_of(block_of(a.network, "hidden1.weight"), pruned), (std::vector<float>{3, 4, 0, 0, -2, 2}));
  const ParamBlock& bias = block_of(a.network, "hidden1.bias");
  EXPECT_EQ(pruned[bias.offset], 0.5f);
  EXPECT_EQ(pruned[bias.offset + 1], 0);
  EXPECT_EQ(pruned[bias.offset + 2], 0.7f);
}

// A norm's shift would go on speaking for a unit that is gone.
TEST(Pruning, TakesWholeUnitsWithWhatANormMakesOfThem) {
  for (LayerKind kind : {LayerKind::BatchNorm, LayerKind::LayerNorm}) {
    LayerSpec norm = make_layer(kind, 0);
    norm.activation = Activation::Relu;
    Asked<float> a({{LayerKind::Dense, 5, Activation::Identity}, norm, {LayerKind::Dense, 4}}, flat_form(3, 2), {});
    std::vector<const ParamBlock*> of_norm;
    for (const ParamBlock& block : a.network.blocks()) {
      if (!block.name.ends_with("gamma") && !block.name.ends_with("beta")) continue;
      of_norm.push_back(&block);
      for (std::size_t u = 0; u < 5; ++u) a.params[block.offset + u] = 0.5f + float(u);
    }
    ASSERT_EQ(of_norm.size(), 2u);
    const auto pruned = prune(a.network, a.params, 0.4, PruneBy::Units);
    int gone = 0;
    for (std::size_t u = 0; u < 5; ++u) {
      const std::vector<float> in = weights_of(block_of(a.network, "hidden1.weight"), pruned);
      const bool zero = std::all_of(in.begin() + std::ptrdiff_t(3 * u), in.begin() + std::ptrdiff_t(3 * u + 3),
                                    [](float w) { return w == 0; });
      gone += zero ? 1 : 0;
      for (const ParamBlock* block : of_norm)
        EXPECT_EQ(pruned[block->offset + u], zero ? 0 : 0.5f + float(u)) << block->name << ' ' << u;
    }
    EXPECT_EQ(gone, 2);
    // Nothing of it reaches the next layer.
    Tape<float> tape = a.network.make_tape();
    const std::vector<float> x{0.3f, -1.2f, 2};
    load_examples<float>(a.model(), x, 0, 1, tape);
    a.network.forward(pruned, tape, nullptr);
    int silent = 0;
    for (std::size_t u = 0; u < 5; ++u) silent += tape.layers[2].out().v[u] == 0 ? 1 : 0;
    EXPECT_GE(silent, 2);
  }
}

TEST(Pruning, RefusesWhatIsNoShare) {
  Asked<float> a({{LayerKind::Dense, 3}}, flat_form(2, 2), {});
  EXPECT_THROW(prune(a.network, a.params, -0.1, PruneBy::Weights), InputError);
  EXPECT_THROW(prune(a.network, a.params, 1.1, PruneBy::Units), InputError);
  EXPECT_THROW(prune(a.network, a.params, std::nan(""), PruneBy::Units), InputError);
}

TEST(PruningCurve, StartsWithTheWholeNetworkAndEndsWithItsBiases) {
  Trainer trainer(runs::spec(0), runs::classes(200, 200));
  runs::ticks(trainer, 300);
  const std::vector<double> fractions{0, 0.5, 1};
  const auto curve = pruning_curve(model_of(trainer), trainer.data().validation, true, 0, fractions, PruneBy::Weights);
  ASSERT_EQ(curve.size(), 3u);
  EXPECT_NEAR(curve[0].error, 1 - double(trainer.measure().validation_accuracy), 1e-6);
  EXPECT_EQ(curve[0].zero_share, 0);
  EXPECT_EQ(curve[2].zero_share, 1);
  // Without weights every example gets the same answer: about half are wrong.
  EXPECT_GT(curve[2].error, 0.3);
  EXPECT_LT(curve[0].error, 0.2);
}

// Dropping all of the targeted weights in training is pruning: the same bits.
TEST(Pruning, IsTargetedDropoutAtRateOne) {
  for (const char* site : {"hidden1.weight", "hidden2.weight"}) {
    Asked<float> a({{LayerKind::Dense, 8}, {LayerKind::Dense, 7}}, flat_form(10, 2), {});
    const std::size_t s = std::size_t(a.network.find_site(site));
    const Variant* variant = find_variant("targeted_weight");
    ASSERT_TRUE(variant);
    a.plans[s] = {variant, 1, variant->tie, {0.4}};
    std::vector<float> x;
    for (int i = 0; i < 10; ++i) x.push_back(float(i % 4) - 1.3f);
    load_examples<float>(a.model(), x, 0, 1, a.tape);
    const Uniforms u({5}, Stream::Test);
    a.network.draw_noise_at(a.params, a.plans[s], int(s), {&u, 1}, a.tape);
    a.network.forward(a.params, a.tape, nullptr);
    const Tensor<float> targeted = a.tape.logits();
    const auto pruned = prune(a.network, a.params, 0.4, PruneBy::Weights);
    // Only the site's own block.
    AlignedVector<float> own = a.params;
    const ParamBlock& block = block_of(a.network, site);
    std::copy_n(pruned.begin() + std::ptrdiff_t(block.offset), block.size, own.begin() + std::ptrdiff_t(block.offset));
    Tape<float> tape = a.network.make_tape();
    load_examples<float>(a.model(), x, 0, 1, tape);
    a.network.forward(own, tape, nullptr);
    EXPECT_EQ(targeted.v, tape.logits().v) << site;
  }
}

}  // namespace
}  // namespace dropscope
