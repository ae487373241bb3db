// Transformer blocks: where they normalise, what each place for noise changes, and their gradients.
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/nn/network.h"
#include "core/train/gradient_check.h"

namespace dropscope {
namespace {

constexpr int kSteps = 4, kWords = 5;

DataForm words_form(bool each_step = false) {
  return {.inputs = kSteps, .outputs = 3, .image = {}, .sequence = SequenceShape{kSteps, 1, true, kWords, each_step}};
}

ArchSpec transformer(NormPlace place, bool causal = false, int count = 1) {
  ArchSpec spec;
  spec.hidden = {make_layer(LayerKind::Embedding, 6), make_layer(LayerKind::Transformer, 5)};
  spec.hidden[0].positions = Positions::Sinusoidal;
  spec.hidden[1].norm_place = place;
  spec.hidden[1].causal = causal;
  spec.hidden[1].count = count;
  spec.init = Init::LeCun;
  return spec;
}

NoisePlan plan_of(const char* variant, double rate) {
  const Variant* v = find_variant(variant);
  return {v, rate, v->tie, {}};
}

// The variant that acts at each site of embedding and block.
const std::vector<std::pair<std::string, const char*>> kPlacements = {{"embedding1.words", "word"},
                                                                      {"embedding1", "inverted"},
                                                                      {"embedding1", "token"},
                                                                      {"embedding1", "gaussian"},
                                                                      {"block1.attention", "attention"},
                                                                      {"block1.heads", "head"},
                                                                      {"block1.attention_branch", "inverted"},
                                                                      {"block1.attention_branch", "gaussian"},
                                                                      {"block1.feed_forward", "inverted"},
                                                                      {"block1.feed_forward", "token"},
                                                                      {"block1.feed_forward_branch", "inverted"}};

struct Net {
  Network<double> network;
  AlignedVector<double> params;
  Tape<double> tape;
  explicit Net(const ArchSpec& spec, const DataForm& form = words_form())
      : network(spec, form), params(network.param_count()), tape(network.make_tape()) {
    network.init(3, params);
    network.begin(tape, 3).v = {0, 1, 2, 3, 4, 4, 1, 1, 3, 0, 2, 4};
  }
  void draw(const std::string& site, const char* variant, double rate, std::uint32_t seed = 1) {
    const Uniforms coins({seed, 9}, Stream::Dropout);
    network.draw_noise_at(params, plan_of(variant, rate), network.find_site(site), {&coins, 1}, tape);
  }
  Tensor<double> logits() {
    network.forward(params, tape, nullptr);
    return tape.logits();
  }
  int layer(const std::string& name) const {
    for (int l = 0; l < network.layer_count(); ++l)
      if (network.layer(l).name() == name) return l;
    return -1;
  }
  const Tensor<double>& out(const std::string& name) const { return tape.layers[std::size_t(layer(name))].out(); }
};

TEST(Transformer, NormalisesBeforeTheBranchesOrAfterTheSums) {
  Net pre(transformer(NormPlace::Pre)), post(transformer(NormPlace::Post));
  pre.logits();
  post.logits();
  const auto reads = [](const Net& n, const char* layer, std::vector<const char*> from) {
    const std::vector<int>& inputs = n.network.inputs_of(n.layer(layer));
    ASSERT_EQ(inputs.size(), from.size()) << layer;
    for (std::size_t i = 0; i < from.size(); ++i) EXPECT_EQ(n.network.layer(inputs[i]).name(), from[i]) << layer;
  };
  reads(pre, "block1.attention_norm", {"embedding1"});
  reads(pre, "block1.attention", {"block1.attention_norm"});
  reads(pre, "block1.attention_sum", {"embedding1", "block1.attention"});
  reads(pre, "block1.feed_forward_norm", {"block1.attention_sum"});
  reads(pre, "block1.feed_forward", {"block1.feed_forward_norm"});
  reads(pre, "block1.feed_forward_out", {"block1.feed_forward"});
  reads(pre, "block1.feed_forward_sum", {"block1.attention_sum", "block1.feed_forward_out"});
  reads(post, "block1.attention", {"embedding1"});
  reads(post, "block1.attention_sum", {"embedding1", "block1.attention"});
  reads(post, "block1.attention_norm", {"block1.attention_sum"});
  reads(post, "block1.feed_forward", {"block1.attention_norm"});
  reads(post, "block1.feed_forward_sum", {"block1.attention_norm", "block1.feed_forward_out"});
  reads(post, "block1.feed_forward_norm", {"block1.feed_forward_sum"});
  // What leaves a block that normalises last has mean 0 and variance 1 in every step.
  const Tensor<double>& y = post.out("block1.feed_forward_norm");
  for (std::size_t row = 0; row < 12; ++row) {
    double mean = 0, square = 0;
    for (std::size_t u = 0; u < 6; ++u) mean += y[row * 6 + u] / 6, square += y[row * 6 + u] * y[row * 6 + u] / 6;
    EXPECT_NEAR(mean, 0, 1e-14);
    EXPECT_NEAR(square, 1, 1e-3);  // the variance has 1e-5 added before the root
  }
}

TEST(Transformer, EachPlaceForNoiseIsTurnedOnAlone) {
  for (NormPlace place : {NormPlace::Pre, NormPlace::Post}) {
    Net plain(transformer(place));
    const Tensor<double> without = plain.logits();
    for (const auto& [site, variant] : kPlacements) {
      Net n(transformer(place));
      // Rate 0 is the network without noise, bit for bit.
      n.draw(site, variant, 0);
      EXPECT_EQ(n.logits().v, without.v) << site << " " << variant;
      n.draw(site, variant, 0.3);
      EXPECT_NE(n.logits().v, without.v) << site << " " << variant;
      for (std::size_t s = 0; s < n.network.sites().size(); ++s)
        EXPECT_EQ(n.network.noise_at(n.tape, int(s)).noise.active, n.network.sites()[s].name == site) << site;
    }
  }
}

TEST(Transformer, RateOneClosesExactlyWhatItNames) {
  Net n(transformer(NormPlace::Pre));
  const auto with = [](std::vector<std::pair<const char*, const char*>> sites, const char* layer) {
    Net net(transformer(NormPlace::Pre));
    for (const auto& [site, variant] : sites) net.draw(site, variant, 1);
    net.logits();
    return net.out(layer).v;
  };
  n.logits();
  // Without its branches a block is its input.
  EXPECT_EQ(with({{"block1.attention_branch", "inverted"}, {"block1.feed_forward_branch", "inverted"}},
                 "block1.feed_forward_sum"),
            n.out("embedding1").v);
  // No weight, no head: attention has no bias, so both are the branch that is gone.
  for (const auto& [site, variant] : std::vector<std::pair<const char*, const char*>>{
           {"block1.attention", "attention"}, {"block1.heads", "head"}, {"block1.attention_branch", "inverted"}})
    EXPECT_EQ(with({{site, variant}}, "block1.attention_sum"), n.out("embedding1").v) << site;
  // First biases are 0, so nothing comes out of an empty hidden layer.
  EXPECT_EQ(with({{"block1.feed_forward", "inverted"}}, "block1.feed_forward_sum"), n.out("block1.attention_sum").v);
  // Words that are dropped leave their positions.
  const std::vector<double> zero(12 * 6, 0.0);
  EXPECT_NE(with({{"embedding1.words", "word"}}, "embedding1"), AlignedVector<double>(zero.begin(), zero.end()));
  EXPECT_EQ(with({{"embedding1", "token"}}, "embedding1"), AlignedVector<double>(zero.begin(), zero.end()));
}

TEST(Transformer, GradientsAreThoseOfFiniteDifferences) {
  for (NormPlace place : {NormPlace::Pre, NormPlace::Post})
    for (bool causal : {false, true})
      for (bool each_step : {false, true}) {
        GradientCase c;
        c.network = transformer(place, causal, 2);
        c.form = words_form(each_step);
        const GradientResult r = check_gradients(c);
        EXPECT_LT(r.worst, 1e-6) << name_of(place) << causal << each_step << " at " << r.where;
      }
}

TEST(Transformer, GradientsWithEachNoiseAreThoseOfFiniteDifferences) {
  for (NormPlace place : {NormPlace::Pre, NormPlace::Post})
    for (const auto& [site, variant] : kPlacements)
      for (double rate : {0.0, 0.1, 0.3, 0.8, 1.0}) {
        if (rate > find_variant(variant)->max_rate) continue;
        GradientCase c;
        c.network = transformer(place, place == NormPlace::Post);
        c.form = words_form();
        c.batch = 3;
        for (const SiteName& s : site_names(c.network))
          c.plans.push_back(s.name == site ? plan_of(variant, rate) : NoisePlan{});
        const GradientResult r = check_gradients(c);
        EXPECT_LT(r.worst, 1e-6) << site << " " << variant << " at rate " << rate << ", at " << r.where;
      }
}

// Stochastic depth closes a branch for the whole batch: it is not computed and learns nothing.
TEST(Transformer, ClosedBranchesAreNotComputedAndLearnNothing) {
  for (NormPlace place : {NormPlace::Pre, NormPlace::Post}) {
    Net n(transformer(place));
    n.draw("block1.attention_branch", "stochastic_depth", 1);
    n.logits();
    EXPECT_TRUE(n.tape.layers[std::size_t(n.layer("block1.attention"))].skipped);
    EXPECT_FALSE(n.tape.layers[std::size_t(n.layer("block1.feed_forward"))].skipped);
    EXPECT_EQ(n.out("block1.attention_sum").v, n.out("embedding1").v);
    AlignedVector<double> g(n.params.size());
    softmax_cross_entropy<double>(n.tape.logits(), std::vector<std::int32_t>{0, 1, 2}, &n.tape.layers.back().dy);
    n.network.backward(n.params, n.tape, g, nullptr);
    for (const ParamBlock& block : n.network.blocks()) {
      double sum = 0;
      for (std::size_t i = 0; i < block.size; ++i) sum += std::abs(g[block.offset + i]);
      const bool closed = block.name.starts_with("block1.attention.") ||
                          (place == NormPlace::Pre && block.name.starts_with("block1.attention_norm"));
      EXPECT_EQ(sum == 0, closed || block.name.ends_with(".learned")) << block.name;
    }
    for (const char* variant : {"stochastic_depth", "droppath"})
      for (double rate : {0.0, 0.1, 0.3, 0.8, 1.0}) {
        GradientCase c;
        c.network = transformer(place);
        c.form = words_form();
        c.batch = 3;
        for (const SiteName& s : site_names(c.network))
          c.plans.push_back(s.kind == SiteKind::ResidualBranch ? plan_of(variant, rate) : NoisePlan{});
        const GradientResult r = check_gradients(c);
        EXPECT_LT(r.worst, 1e-6) << variant << " at rate " << rate << ", at " << r.where;
      }
  }
}

// Every place at once, in two blocks.
TEST(Transformer, GradientsWithAllNoisesAreThoseOfFiniteDifferences) {
  for (double rate : {0.1, 0.3, 0.8}) {
    GradientCase c;
    c.network = transformer(NormPlace::Pre, true, 2);
    c.form = words_form();
    c.batch = 3;
    for (const SiteName& s : site_names(c.network)) {
      NoisePlan plan;
      if (s.kind == SiteKind::Embedding) plan = plan_of("word", rate);
      if (s.kind == SiteKind::AttentionWeights) plan = plan_of("attention", rate);
      if (s.kind == SiteKind::HeadOutput) plan = plan_of("head", rate);
      if (s.kind == SiteKind::Sequence || s.kind == SiteKind::ResidualBranch) plan = plan_of("inverted", rate);
      c.plans.push_back(plan);
    }
    const GradientResult r = check_gradients(c);
    EXPECT_LT(r.worst, 1e-6) << rate << " at " << r.where;
  }
}

// VARIANTS.md 20 item 20.
TEST(Transformer, AnEvaluationBetweenForwardAndBackwardChangesNoGradient) {
  const auto gradients = [](bool disturb) {
    Net n(transformer(NormPlace::Pre, true, 2));
    for (const char* site : {"block1.attention", "block2.attention"}) n.draw(site, "attention", 0.3);
    n.draw("block1.heads", "head", 0.3);
    n.draw("embedding1.words", "word", 0.3);
    n.logits();
    if (disturb) {
      Tape<double> other = n.network.make_tape();
      n.network.begin(other, 1).v = {4, 4, 4, 4};
      for (std::size_t s = 0; s < n.network.sites().size(); ++s)
        n.network.expect_noise_at(n.params, plan_of("none", 0), int(s), other);
      n.network.forward(n.params, other, nullptr);
    }
    AlignedVector<double> g(n.params.size());
    softmax_cross_entropy<double>(n.tape.logits(), std::vector<std::int32_t>{0, 1, 2}, &n.tape.layers.back().dy);
    n.network.backward(n.params, n.tape, g, nullptr);
    return g;
  };
  EXPECT_EQ(gradients(false), gradients(true));
}

TEST(Transformer, HeadsThatDoNotDivideTheWidthAndDataWithoutStepsAreRefused) {
  ArchSpec spec = transformer(NormPlace::Pre);
  spec.hidden[1].heads = 4;
  try {
    Network<float> network(spec, words_form());
    FAIL() << "took 4 heads for 6 units";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("divides the width 6"), std::string::npos) << error.what();
  }
  ArchSpec flat;
  flat.hidden = {make_layer(LayerKind::Transformer, 8)};
  EXPECT_THROW(Network<float>(flat, flat_form(6, 3)), InputError);
}

// Numbers with steps need no embedding.
TEST(Transformer, ReadsSequencesOfNumbersAsTheyAre) {
  GradientCase c;
  c.network.hidden = {make_layer(LayerKind::Transformer, 5)};
  c.network.init = Init::LeCun;
  c.form = {.inputs = 12, .outputs = 2, .image = {}, .sequence = SequenceShape{3, 4, false, 0, false}};
  EXPECT_LT(check_gradients(c).worst, 1e-6);
}

}  // namespace
}  // namespace dropscope
