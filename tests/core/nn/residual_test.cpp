// Residual blocks: what they compute, what a closed gate leaves alone, and depth.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/check.h"
#include "core/dropout/registry.h"
#include "core/nn/activation.h"
#include "core/nn/network.h"
#include "core/tensor/panels.h"
#include "core/train/gradient_check.h"
#include "tests/core/train/run_helpers.h"

namespace dropscope {
namespace {

ArchSpec network(const char* text, Norm norm = Norm::None, Activation f = Activation::Tanh) {
  ArchSpec spec;
  spec.hidden = parse_layers(text, {}, "test");
  for (LayerSpec& layer : spec.hidden) {
    if (layer_fields(layer.kind).activation) layer.activation = f;
    if (layer_fields(layer.kind).norm) layer.norm = norm;
  }
  spec.init = Init::Xavier;
  return spec;
}

const DataForm kImage{.inputs = 50, .outputs = 3, .image = ImageShape{5, 5, 2}, .sequence = {}};
const DataForm kWords{.inputs = 4, .outputs = 3, .image = {}, .sequence = SequenceShape{4, 1, true, 5, false}};

template <class T>
struct Pass {
  Network<T> network;
  AlignedVector<T> params, gradients;
  Tape<T> tape;

  Pass(const ArchSpec& spec, const DataForm& form, int batch)
      : network(spec, form), params(network.param_count()), gradients(params), tape(network.make_tape()) {
    network.init(5, params);
    Tensor<T>& x = network.begin(tape, batch);
    const Uniforms u({9}, Stream::Test);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = T(u.normal(std::uint32_t(i)));
    tape.training = true;
  }
  int layer(const std::string& name) const {
    for (int l = 0; l < network.layer_count(); ++l)
      if (network.layer(l).name() == name) return l;
    ADD_FAILURE() << "no layer " << name;
    return 0;
  }
  const Tensor<T>& out(const std::string& name) const { return tape.layers[std::size_t(layer(name))].out(); }
  std::span<T> block(const std::string& name) {
    for (const ParamBlock& b : network.blocks())
      if (b.name == name) return std::span<T>(params).subspan(b.offset, b.size);
    ADD_FAILURE() << "no block " << name;
    return {};
  }
  void draw(const char* site, const char* variant, double rate) {
    const Uniforms coins({1}, Stream::Dropout);
    const Variant* v = find_variant(variant);
    network.draw_noise_at(params, {v, rate, v->tie, {}}, network.find_site(site), {&coins, 1}, tape);
  }
  Noise<T>& noise(const char* site) { return network.noise_at(tape, network.find_site(site)).noise; }
  void backward() {
    const std::vector<std::int32_t> labels(std::size_t(tape.batch), 1);
    softmax_cross_entropy<T>(tape.logits(), labels, &tape.layers.back().dy);
    std::fill(gradients.begin(), gradients.end(), T(77));
    network.backward(params, tape, gradients, nullptr);
  }
};

TEST(Residual, BlocksAreNumberedThroughAllEntriesAndExposeTheirSites) {
  const Network<float> n(network("4,residual5,3,2*residual6"), flat_form(3, 2));
  std::string sites, layers;
  for (const SiteInfo& site : n.sites()) sites += site.name + " ";
  EXPECT_EQ(sites,
            "input hidden1.weight hidden1 block1.inner block1 hidden2.weight hidden2 block2.inner block2 block3.inner "
            "block3 output.weight output ");
  for (int l = 0; l < n.layer_count(); ++l) layers += n.layer(l).name() + " ";
  EXPECT_EQ(layers,
            "input hidden1 block1.activation1 block1.linear1 block1.activation2 block1.linear2 block1 hidden2 "
            "block2.activation1 block2.linear1 block2.activation2 block2.linear2 block2 block3.activation1 "
            "block3.linear1 block3.activation2 block3.linear2 block3 output ");
  EXPECT_EQ(n.depth(), 3);
  EXPECT_EQ(n.sites()[std::size_t(n.find_site("block3"))].block, 3);
  EXPECT_EQ(n.sites()[std::size_t(n.find_site("block2.inner"))].kind, SiteKind::Hidden);
}

TEST(Residual, ComputesTheTrunkPlusTwoLayersOfTheActivatedTrunk) {
  Pass<double> run(network("residual5"), flat_form(3, 2), 2);
  run.network.forward(run.params, run.tape, nullptr);
  const Tensor<double>&x = run.tape.layers[0].h, &y = run.out("block1");
  const auto w1 = run.block("block1.linear1.weight"), w2 = run.block("block1.linear2.weight");
  for (std::size_t b = 0; b < 2; ++b)
    for (int o = 0; o < 3; ++o) {
      double sum = x[b * 3 + std::size_t(o)];
      for (int k = 0; k < 5; ++k) {
        double z = 0;
        for (int i = 0; i < 3; ++i) z += w1[panel_index(k, i, 3)] * std::tanh(x[b * 3 + std::size_t(i)]);
        sum += w2[panel_index(o, k, 5)] * std::tanh(z);
      }
      EXPECT_NEAR(y[b * 3 + std::size_t(o)], sum, 1e-14);
    }
}

// NaN as the weights of the branch: it would come through had any of it been computed.
TEST(Residual, AClosedGateComputesNothingOfItsBranch) {
  for (Norm norm : {Norm::None, Norm::Batch, Norm::Layer})
    for (const char* text : {"2*residual5", "4,2*residual5"}) {
      Pass<double> run(network(text, norm), flat_form(3, 3), 6);
      for (const ParamBlock& b : run.network.blocks())
        if (b.name.starts_with("block2."))
          for (double& w : std::span<double>(run.params).subspan(b.offset, b.size))
            w = std::numeric_limits<double>::quiet_NaN();
      run.draw("block2", "stochastic_depth", 0.3);
      run.noise("block2").gate[0] = 0;
      run.network.forward(run.params, run.tape, nullptr);
      run.backward();
      EXPECT_EQ(run.out("block2").v, run.out("block1").v);
      for (int l = run.layer("block1") + 1; l < run.layer("block2"); ++l)
        EXPECT_TRUE(run.tape.layers[std::size_t(l)].z.empty()) << run.network.layer(l).name();
      for (double y : run.tape.logits().v) EXPECT_TRUE(std::isfinite(y));
      for (const ParamBlock& b : run.network.blocks()) {
        bool any = false;
        for (double g : std::span<double>(run.gradients).subspan(b.offset, b.size)) {
          ASSERT_TRUE(std::isfinite(g)) << b.name;
          any = any || g != 0;
        }
        if (b.name.starts_with("block2.")) {
          EXPECT_FALSE(any) << b.name << " has a gradient of exactly 0";
        } else if (b.name.starts_with("block1.") && b.is_weight()) {
          EXPECT_TRUE(any) << b.name << " learns through the open gate";
        }
      }
    }
}

TEST(Residual, AClosedGateLeavesRunningStatisticsAlone) {
  Pass<float> run(network("4,2*residual5", Norm::Batch), flat_form(3, 3), 6);
  const AlignedVector<float> before = run.params;
  run.draw("block2", "stochastic_depth", 0.3);
  run.noise("block2").gate[0] = 0;
  run.network.forward(run.params, run.tape, nullptr);
  run.network.update_statistics(run.tape, run.params);
  for (const ParamBlock& b : run.network.blocks()) {
    const bool moved =
        !std::equal(run.params.begin() + std::ptrdiff_t(b.offset),
                    run.params.begin() + std::ptrdiff_t(b.offset + b.size), before.begin() + std::ptrdiff_t(b.offset));
    EXPECT_EQ(moved, b.statistic && b.name.starts_with("block1.")) << b.name;
  }
}

// A whole run: with stochastic depth a step changes nothing of a block whose gate fell closed.
TEST(Residual, AStepOfTrainingLeavesAClosedBlockAsItWas) {
  RunSpec spec = runs::spec(0.0);
  spec.network = network("6,2*residual5", Norm::Batch);
  spec.dropout.sites.clear();
  spec.dropout.at("block2").variant = "stochastic_depth";
  spec.dropout.at("block2").rate = 0.5;
  spec.optimizer.kind = OptimizerKind::Sgd;
  Trainer trainer(spec, runs::classes());
  int closed = 0, open = 0;
  for (int tick = 0; tick < 20; ++tick) {
    const AlignedVector<float> before(trainer.params().begin(), trainer.params().end());
    runs::ticks(trainer, 1);
    const Network<float>& n = trainer.network();
    const Noise<float>& noise = n.noise_at(trainer.tape(), n.find_site("block2")).noise;
    ASSERT_EQ(noise.gate.size(), 1u);
    bool changed = false;
    for (const ParamBlock& b : n.blocks())
      if (b.name.starts_with("block2."))
        for (std::size_t i = b.offset; i < b.offset + b.size; ++i)
          changed = changed || trainer.params()[i] != before[i];
    EXPECT_EQ(changed, noise.gate[0] != 0);
    ++(noise.gate[0] != 0 ? open : closed);
  }
  EXPECT_GT(closed, 3);
  EXPECT_GT(open, 3);
}

struct Form {
  const char* text;
  DataForm form;
};

// With and without norms, in both modes, with every variant that may attach to a branch and with dropout inside it.
TEST(Residual, GradientsAreThoseOfFiniteDifferences) {
  const Form forms[] = {{"4,2*residual3", flat_form(3, 3)},
                        {"residual3", flat_form(3, 3)},
                        {"embedding4,residual3", kWords},
                        {"2*convresidual2", kImage}};
  for (const Form& form : forms)
    for (Norm norm : {Norm::None, Norm::Batch, Norm::Layer})
      for (bool training : {true, false})
        for (const Variant* variant : all_variants())
          for (double rate : {0.0, 0.1, 0.3, 0.8, 1.0}) {
            if (!variant->sites.has(SiteKind::ResidualBranch) || rate > variant->max_rate) continue;
            GradientCase c;
            c.network = network(form.text, norm);
            c.form = form.form;
            c.training = training;
            for (const SiteName& site : site_names(c.network)) {
              NoisePlan plan;
              if (site.kind == SiteKind::ResidualBranch) plan = {variant, rate, variant->tie, {}};
              if (site.kind == SiteKind::Hidden && site.block > 0) plan = {find_variant("inverted"), rate, {}, {}};
              for (const ParamSpec& p : plan.variant ? plan.variant->params : std::span<const ParamSpec>{})
                plan.params.push_back(p.initial);
              c.plans.push_back(plan);
            }
            const GradientResult r = check_gradients(c);
            EXPECT_LT(r.worst, 1e-6) << form.text << ", norm " << name_of(norm) << (training ? ", training" : ", eval")
                                     << ", " << variant->id << " " << rate << " at " << r.where;
          }
}

TEST(Residual, GradientsHoldWithReluToo) {
  for (Norm norm : {Norm::None, Norm::Layer}) {
    GradientCase c;
    c.network = network("4,residual3", norm, Activation::Relu);
    c.batch = 3;
    const GradientResult r = check_gradients(c);
    EXPECT_LT(r.worst, 1e-6) << name_of(norm) << " at " << r.where;
  }
}

TEST(ConvResidual, KeepsChannelsAndPixelsOfItsTrunk) {
  ArchSpec spec = network("conv3,2*convresidual4,residual5", Norm::Batch);
  spec.hidden.pop_back();
  const Network<float> n(spec, kImage);
  for (int l = 0; l < n.layer_count(); ++l)
    if (n.layer(l).name() == "block1" || n.layer(l).name() == "block2") {
      const Shape shape = n.layer(l).output_shape(7), conv = n.layer(1).output_shape(7);
      EXPECT_EQ(shape, conv);
    }
  EXPECT_EQ(n.site_shape(n.find_site("block2.inner"), 7).extent(Axis::Channel), 4);
  EXPECT_EQ(n.sites()[std::size_t(n.find_site("block2.inner"))].kind, SiteKind::FeatureMap);
}

TEST(Residual, RefusesWhatItCannotAddTo) {
  ArchSpec even = network("convresidual4");
  even.hidden[0].kernel = 4;
  EXPECT_THROW(Network<float>(even, kImage), InputError);
  try {
    Network<float>(even, kImage);
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("block1.kernel: expected an odd number"), std::string::npos)
        << error.what();
  }
  EXPECT_THROW(Network<float>(network("convresidual4"), flat_form(3, 2)), InputError);
  EXPECT_THROW(Network<float>(network("8,convresidual4"), kImage), InputError);
  EXPECT_THROW(Network<float>(network("residual4"), kImage), InputError);
  EXPECT_THROW(Network<float>(network("conv3,residual4"), kImage), InputError);
  const DataForm steps{.inputs = 8, .outputs = 3, .image = {}, .sequence = SequenceShape{4, 2, false, 0, false}};
  EXPECT_THROW(Network<float>(network("residual4"), steps), InputError);
  EXPECT_NO_THROW(Network<float>(network("flatten,residual4"), kImage));
  EXPECT_NO_THROW(Network<float>(network("flatten,residual4"), steps));
}

// The second moment of a trunk of L blocks grows by about (1 + 1/L)^L < e at first; without the factor on a branch's
// last weights it would grow 2^64.
TEST(Residual, SixtyFourBlocksBeginWithASignalOfTheTrunksSize) {
  for (const char* text : {"64,1*residual64", "64,8*residual64", "64,64*residual64"}) {
    ArchSpec spec = network(text, Norm::None, Activation::Relu);
    spec.init = Init::He;
    Pass<double> run(spec, flat_form(32, 2), 64);
    run.network.forward(run.params, run.tape, nullptr);
    const auto square = [](const Tensor<double>& t) {
      double sum = 0;
      for (double v : t.v) sum += v * v;
      return sum / double(t.size());
    };
    const double growth =
        square(run.tape.layers[std::size_t(run.network.layer_count() - 2)].out()) / square(run.out("hidden1"));
    EXPECT_GT(growth, 1.2) << text;
    EXPECT_LT(growth, 6) << text;
  }
}

TEST(Residual, SixtyFourBlocksLearn) {
  for (Norm norm : {Norm::None, Norm::Batch, Norm::Layer}) {
    RunSpec spec = runs::spec(0.0);
    spec.network = network("8,64*residual8", norm, Activation::Relu);
    spec.network.init = Init::He;
    spec.dropout.sites.clear();
    for (int b = 1; b <= 64; ++b) {
      SitePlan& plan = spec.dropout.at("block" + std::to_string(b));
      plan.variant = "stochastic_depth";
      plan.rate = 0.5;
      plan.depth = DepthSchedule::Linear;
    }
    spec.optimizer.learning_rate = 0.003;
    Trainer trainer(spec, runs::classes(200));
    const double first = double(trainer.history().view().back().train_loss);
    for (int tick = 0; tick < 150; ++tick) {
      ASSERT_TRUE(trainer.advance(Granularity::Tick)) << trainer.divergence()->message;
      ASSERT_TRUE(std::isfinite(trainer.gradient_norm()));
    }
    const double last = double(trainer.history().view().back().train_loss);
    EXPECT_LT(last, 0.8 * first) << name_of(norm);
  }
}

}  // namespace
}  // namespace dropscope
